"""Operators of classes that raise, with operands that the evaluation stack owns."""

import pytest

from oracle import check_source

SOURCE = """
class C:
    def __getitem__(self, key): raise KeyError(key)
    def __add__(self, other): raise KeyError(other)
    def __neg__(self): raise KeyError(1)
    def __eq__(self, other): raise KeyError(2)
    __hash__ = None
    def __contains__(self, other): raise KeyError(3)
    def fail(self): raise KeyError(4)
def f(p):
    {body}
    return d
def main():
    caught = []
    for i in range(9):
        c = C()
        watch(c)
        try: f(c)
        except KeyError as e: caught.append(e.args)
    return caught
"""


@pytest.mark.parametrize("body", ["d = p; d[1]", "d = p; d[p]", "d = p; d + p", "d = p; d + 1", "d = p; -d", "d = p; d == p", "d = p; d in p",
                                  "d = p; d.x = p[2]", "d = p; [d, p + 1]", "d = p; d += 1", "d = p; d[0] += 1", "d = p; (d, p.fail())",
                                  "d = p; d[p.fail()]", "d = p; d + d"])
def test_operands_are_dropped(body):
    check_source(SOURCE.format(body=body), repeat=2)
