"""Recursion as deep as the interpreter can go, which needs little of the machine stack for
its own calls: what compiled code needs of it must not be missing there."""

import pytest

from oracle import run_program

WAYS = {
    "function": ("def f(n): return f(n - 1) + 1 if n else 0", "f"),
    "method": ("class C:\n  def m(self, n): return self.m(n - 1) + 1 if n else 0", "C().m"),
    "static method": ("class C:\n  @staticmethod\n  def m(n): return C.m(n - 1) + 1 if n else 0", "C.m"),
    "constructor": ("class C:\n  def __init__(self, n): self.x = C(n - 1) if n else None\n"
                    "def f(n):\n  c = C(n)\n  k = 0\n  while c.x: c, k = c.x, k + 1\n  return k", "f"),
    "item": ("class C:\n  def __getitem__(self, n): return self[n - 1] + 1 if n else 0", "C().__getitem__"),
    "property": ("class C:\n  def __init__(self, n): self.n = n\n  @property\n"
                 "  def v(self): return C(self.n - 1).v + 1 if self.n else 0\n"
                 "def f(n): return C(n).v", "f"),
    "closure": ("def f(n):\n  def g(n): return g(n - 1) + 1 if n else 0\n  return g(n)", "f"),
}


@pytest.mark.parametrize("way", WAYS)
def test_deep(way):
    definition, call = WAYS[way]
    run_program(f"""
import sys
sys.setrecursionlimit(200_000)
{definition}
for n in 100, 2000, 20_000, 60_000, 100:
    try:
        print(({call})(n))
    except RecursionError:
        print("too deep")
""")
