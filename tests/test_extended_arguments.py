"""Instructions with EXTENDED_ARG: where tracebacks and frames say that they are."""

import pytest

from oracle import check_source

PRELUDE = '''
import sys
class Bad:
    def __getitem__(self, k): raise ValueError(k)
    def __add__(self, other): record(sys._getframe(1).f_lasti); return self
    def __iter__(self): return self
    def __next__(self):
        record(sys._getframe(1).f_lasti, sys._getframe(1).f_lineno)
        raise ValueError("next")
    def __lt__(self, other): record(sys._getframe(1).f_lasti); return True
def where(): record(sys._getframe(1).f_lasti, sys._getframe(1).f_lineno); return 0
def gives():
    record(sys._getframe(1).f_lasti)
    yield 1
    record(sys._getframe(1).f_lasti)
    raise ValueError("yielded")
def lastis(e):
    found, tb = [], e.__traceback__
    while tb is not None:
        found.append((tb.tb_lasti, tb.tb_lineno, tb.tb_frame.f_lasti))
        tb = tb.tb_next
    return found
'''
LONG = "".join(f"            w = w + {n}\n" for n in range(1, 180))
CONSTANTS = "".join(f"    w = {n} + 0.5\n" for n in range(300, 580))
SUBJECTS = {
    "a loop over what is not iterable": ("Bad()", "        for w in given:\n" + LONG),
    "a loop over a generator": ("gives()", "        for w in given:\n" + LONG),
    "a loop that is left by an exception": ("[1, Bad()]", "        for w in given:\n            where()\n" + LONG
                                            + "            given[5]\n"),
    "a branch": ("Bad()", "        if given < 3:\n            w = 0\n" + LONG + "            given[1]\n"),
    "a while loop": ("Bad()", "        w = 0\n        while w == 0:\n            where()\n" + LONG + "            given[w]\n"),
}


@pytest.mark.parametrize("name", SUBJECTS)
def test_positions(name):
    given, body = SUBJECTS[name]
    check_source(PRELUDE + f"""
def work(given):
    try:
{body}
    except (ValueError, TypeError) as e:
        record(lastis(e))
def passes(given):
    if True:
{body}
def main():
    for _ in range(6):
        work({given})
        try: passes({given})
        except (ValueError, TypeError) as e: record(lastis(e))
""", leaks=False)


def test_constants_and_names():
    names = "".join(f"    name{n} = given.attribute{n}\n" for n in range(140))
    check_source(PRELUDE + f"""
class Has:
    def __getattr__(self, name):
        record(name[-3:], sys._getframe(1).f_lasti)
        if name == self.stops: raise AttributeError(name)
        return 0
def work(given):
    w = 0
{CONSTANTS}
{names}
    return w
def main():
    given = Has()
    for n in (0, 100, 139, 138, 139, 139):
        given.stops = f"attribute{{n}}"
        try: work(given)
        except AttributeError as e: record(lastis(e))
""", leaks=False)
