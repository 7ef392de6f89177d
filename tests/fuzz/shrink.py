"""Makes a program smaller for as long as it still shows what it showed: delta debugging on the
syntax tree.  Statements go in ever smaller groups, compound ones give way to their bodies,
expressions to their parts or to constants.

`shrink(source, shows, until)`: shows(source) says whether a candidate is still interesting."""

import ast
import copy
import time
import warnings

STATEMENTS = ("body", "orelse", "finalbody", "handlers", "cases")
PARTS = ("decorator_list", "args", "keywords", "elts", "items",
         "bases", "generators", "values", "targets")
BODIES = ("body", "orelse", "finalbody")


def _text(tree):
    """The tree's source, or None where it is none."""
    for node in ast.walk(tree):
        for field in BODIES:
            if field == "body" and getattr(node, field, None) == []:
                node.body = [ast.Pass()]
    try:
        text = ast.unparse(ast.fix_missing_locations(tree)) + "\n"
        with warnings.catch_warnings(action="ignore"):
            compile(text, "<candidate>", "exec")
        return text
    except Exception:
        return None


def _places(tree, fields):
    """All elements of such lists in the tree: (number of the owner, field, index), outer ones first."""
    for number, node in enumerate(ast.walk(tree)):
        for field in fields:
            elements = getattr(node, field, None)
            if isinstance(elements, list):
                for index in range(len(elements)):
                    yield number, field, index


def _without(tree, places):
    tree = copy.deepcopy(tree)
    nodes = list(ast.walk(tree))
    gone = {}
    for number, field, index in places:
        gone.setdefault((number, field), set()).add(index)
    for (number, field), indexes in gone.items():
        elements = getattr(nodes[number], field)
        setattr(nodes[number], field, [element for index, element in enumerate(elements) if index not in indexes])
        if field == "values" and isinstance(nodes[number], ast.Dict):
            nodes[number].keys = [key for index, key in enumerate(nodes[number].keys) if index not in indexes]
    return tree


def _simpler(tree):
    """Copies of the tree with one node replaced by something smaller."""
    for number, node in enumerate(ast.walk(tree)):
        if isinstance(node, ast.stmt):
            for field in BODIES:
                if getattr(node, field, None) and not isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                    yield number, lambda node, field=field: getattr(node, field)
        elif isinstance(node, ast.expr) and not isinstance(getattr(node, "ctx", None), (ast.Store, ast.Del)):
            if not isinstance(node, (ast.Constant, ast.Name)):
                for index, child in enumerate(ast.iter_child_nodes(node)):
                    if isinstance(child, ast.expr):
                        yield number, lambda node, index=index: list(ast.iter_child_nodes(node))[index]
            if not isinstance(node, ast.Constant):
                yield number, lambda node: ast.Constant(1)


class _Replace(ast.NodeTransformer):
    def __init__(self, old, new):
        self.old, self.new = old, new

    def visit(self, node):
        return self.new if node is self.old else self.generic_visit(node)


def _replaced(tree, number, make):
    tree = copy.deepcopy(tree)
    old = list(ast.walk(tree))[number]
    return _Replace(old, make(old)).visit(tree)


def shrink(source, shows, until):
    source = _text(ast.parse(source))
    if not shows(source):
        return None                     # the program's layout matters, or it was chance
    def attempt(tree):
        nonlocal source
        text = _text(tree)
        if text is None or len(text) >= len(source) or not shows(text):
            return False
        source = text
        return True

    def delete(fields):
        size = len(list(_places(ast.parse(source), fields))) // 2
        while size and time.monotonic() < until:
            start = 0
            while time.monotonic() < until:
                tree = ast.parse(source)
                places = list(_places(tree, fields))
                if start >= len(places):
                    break
                if not attempt(_without(tree, places[start:start + size])):
                    start += size
            size //= 2

    while time.monotonic() < until:
        before = source
        delete(STATEMENTS)
        if source != before and time.monotonic() < until:
            delete(STATEMENTS)
        delete(PARTS)
        start = 0
        while time.monotonic() < until:
            tree = ast.parse(source)
            simpler = list(_simpler(tree))
            if start >= len(simpler):
                break
            if not attempt(_replaced(tree, *simpler[start])):
                start += 1
        if source == before:
            break
    return source
