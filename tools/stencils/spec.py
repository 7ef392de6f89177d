"""Reads the list of micro-ops (src/uops/uops.def) and writes the C functions
that clang compiles: one for every choice of registers."""

import itertools
import re
from dataclasses import dataclass, field

NREGS = 8
CLASSES = {"i": ("int64_t", "i"), "d": ("double", "d")}
#: kinds of operand that become holes: kind -> (how a body reads hole n, holes)
HOLES = {
    "imm": "IMM({n})",
    "num": "POOL_D({n})",
    "big": "POOL_I({n})",
    "ptr": "POOL_P({n})",
    "label": "H_LABEL{n}",
}


@dataclass
class Operand:
    kind: str           # i, d, imm, num, big, ptr, label
    name: str
    access: str = ""    # "", "=" or "+" for registers
    fixed: int = -1     # always this register

    @property
    def is_register(self):
        return self.kind in CLASSES


@dataclass
class Uop:
    name: str
    operands: list
    body: str
    line: int
    calls: bool = False
    apart: bool = False
    variants: list = field(default_factory=list)

    @property
    def free_registers(self):
        return [o for o in self.operands if o.is_register and o.fixed < 0]

    def assignments(self):
        """Every choice of registers for the free operands, or None where the
        choice is not allowed; position = sum(register * NREGS**k)."""
        free = self.free_registers
        for choice in itertools.product(range(NREGS), repeat=len(free)):
            choice = choice[::-1]
            regs = {(o.kind, r) for o, r in zip(free, choice)}
            if self.apart and len(regs) < len(free):
                yield None
            else:
                yield dict(zip((o.name for o in free), choice))


UOP = re.compile(r"UOP\((\w+)\s*((?:,[^(){}]*)?)\)\s*\{(.*)\}\s*$")
OPERAND = re.compile(r"(i|d)(?:@(\d))?\s+(\w+)([=+]?)$|(imm|num|big|ptr|label)\s+(\w+)$")


def parse(path):
    """The micro-ops in `path`, in order.  ValueError names the bad line."""
    uops = []
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            line = line.strip()
            if not line or line.startswith("//"):
                continue
            match = UOP.match(line)
            if not match:
                raise ValueError(f"{path}:{number}: not a micro-op: {line}")
            uop = Uop(match[1], [], match[3].strip(), number)
            for text in filter(None, (t.strip() for t in match[2].split(","))):
                if text == "call":
                    uop.calls = True
                elif text == "apart":
                    uop.apart = True
                else:
                    operand = OPERAND.match(text)
                    if not operand:
                        raise ValueError(f"{path}:{number}: bad operand {text!r}")
                    if operand[1]:
                        uop.operands.append(Operand(
                            operand[1], operand[3], operand[4], int(operand[2] or -1)))
                    else:
                        uop.operands.append(Operand(operand[5], operand[6]))
            uops.append(uop)
    return uops


def hole_numbers(uop):
    """Operand name -> number of its hole within its space (imm, pool, label)."""
    counts = {"imm": 0, "pool": 0, "label": 0}
    numbers = {}
    for operand in uop.operands:
        if operand.kind in HOLES:
            space = operand.kind if operand.kind in ("imm", "label") else "pool"
            numbers[operand.name] = counts[space]
            counts[space] += 1
    return numbers


def symbols_used(uops, texts):
    """The process's functions and objects that bodies name by SYM(...)."""
    found = {}
    for text in [u.body for u in uops] + texts:
        for name in re.findall(r"(?:SYM|SLOW_CALL|SLOW_CALL_OR|SLOW_CALL_THEN)\(((?:graft_|_?Py)\w+)", text):
            found.setdefault(name, len(found))
    return found


def function(uop, name, choice):
    """C source of one stencil."""
    numbers = hole_numbers(uop)
    defines = []
    results = set()
    for operand in uop.operands:
        if operand.is_register:
            reg = operand.fixed if operand.fixed >= 0 else choice[operand.name]
            value = f"{CLASSES[operand.kind][1]}{reg}"
            if operand.access:
                results.add(value)
        else:
            value = HOLES[operand.kind].format(n=numbers[operand.name])
        defines.append((operand.name, value))
    lines = [f"STENCIL int64_t {name}(PARAMS)", "{"]
    lines += [f"#define {n} {v}" for n, v in defines]
    # What a call destroys is gone on every way out: clang need not save it.
    body = uop.body.replace("EXIT(", "EXIT_LOST(") if uop.calls else uop.body
    lines.append(f"    {body}")
    lines += [f"#undef {n}" for n, v in defines]
    if uop.calls:
        lost = [f"i{r}" for r in range(1, NREGS)] + [f"d{r}" for r in range(NREGS)]
        for value in lost:
            if value not in results:
                kind = "i" if value[0] == "i" else "d"
                lines.append(f"    {value} = lost_{kind};")
        lines.insert(2, "    int64_t lost_i; double lost_d;")
    lines.append("    EXIT(H_NEXT);")
    lines.append("}")
    return "\n".join(lines)


def sources(uops, entry_header, symbols, parts):
    """`parts` C sources that together hold every stencil, and the list of
    (uop, position, function name)."""
    head = ['#include "emit/stencil_env.h"']
    head += [f"extern void *const H_SYM_{name};" for name in symbols]
    chunks = [list(head) for _ in range(parts)]
    chunks[0].append(f'#include "{entry_header}"')
    names = []
    turn = 0
    for uop in uops:
        for position, choice in enumerate(uop.assignments()):
            if choice is None:
                continue
            name = f"S_{uop.name}__{position}"
            names.append((uop, position, name))
            chunks[turn % parts].append(function(uop, name, choice))
            turn += 1
    return ["\n".join(c) + "\n" for c in chunks], names
