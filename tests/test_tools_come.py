"""Tools that come while an instruction of compiled code runs are told of what follows as the interpreter
tells them: of the line that begins behind it, of its exception, of the end of an iterator."""

import pytest

from oracle import check_source

MONITOR = """
import sys
M = sys.monitoring
E = M.events
LOG = []
def note(name):
    return lambda code, offset, *rest: LOG.append((code.co_name, name, offset))
def begin():
    M.use_tool_id(3, "test")
    for name in "RAISE RERAISE PY_UNWIND EXCEPTION_HANDLED STOP_ITERATION".split():
        M.register_callback(3, getattr(E, name), note(name))
    M.register_callback(3, E.LINE, lambda code, line: LOG.append((code.co_name, line - code.co_firstlineno)))
    M.register_callback(3, E.INSTRUCTION, lambda code, offset: LOG.append(offset))
def told(function, *args):
    LOG.clear()
    result = function(*args)
    sys.settrace(None)
    M.set_events(3, 0)
    record(result, LOG)
def on(events, switch=True):
    if switch:
        M.set_events(3, events)
"""

LINES = """
def tracer(frame, event, arg):
    LOG.append((frame.f_code.co_name, event, frame.f_lineno - frame.f_code.co_firstlineno))
    return tracer
def come(now):
    if now and traced:
        sys.settrace(tracer)
        sys._getframe(2).f_trace = tracer
    elif now:
        M.set_events(3, E.LINE)
class Dying:
    def __init__(self, now):
        self.now = now
    def __del__(self):
        come(self.now)
class Object:
    @property
    def value(self):
        return 0
    @value.setter
    def value(self, now):
        come(now)
    def __setitem__(self, i, now):
        come(now)
    def __delitem__(self, now):
        come(now)
class Attributes:
    def __setattr__(self, name, now):
        come(now)
def by_property(o, a, k):
    s = 0
    for i in range(7):
        o.value = i == k
        s += 1
    return s
def by_attribute(o, a, k):
    s = 0
    for i in range(7):
        a.x = i == k
        s += 1
    return s
def by_item(o, a, k):
    s = 0
    for i in range(7):
        o[0] = i == k
        s += 1
    return s
def by_deletion(o, a, k):
    s = 0
    for i in range(7):
        del o[i == k]
        s += 1
    return s
def by_store(o, a, k):
    s = 0
    for i in range(7):
        d = Dying(i == k)
        d = None
        s += 1
    return s
def by_del(o, a, k):
    s = 0
    for i in range(7):
        d = Dying(i == k)
        del d
        s += 1
    return s
def by_drop(o, a, k):
    s = 0
    for i in range(7):
        Dying(i == k)
        s += 1
    return s
def inner(o, now):
    o[0] = now
    y = 1
    return y
def by_call(o, a, k):
    s = 0
    for i in range(7):
        s += inner(o, i == k)
        s += 1
    return s
def by_generator(o, a, k):
    def g():
        for i in range(7):
            o.value = i == k
            yield 1
    s = 0
    for x in g():
        s += x
    return s
def by_coroutine(o, a, k):
    async def g(i):
        o.value = i == k
        return 1
    async def m():
        s = 0
        for i in range(7):
            s += await g(i)
            s += 1
        return s
    try:
        m().send(None)
    except StopIteration as e:
        return e.value
def main():
    global traced
    begin()
    for traced in False, True:
        for f in (by_property, by_attribute, by_item, by_deletion, by_store, by_del, by_drop, by_call,
                  by_generator, by_coroutine):
            for k in 9, 3:
                told(f, Object(), Attributes(), k)
    M.free_tool_id(3)
"""

LINE_CALLBACKS = """
class Left(Exception):
    pass
class Object:
    def __setitem__(self, i, now):
        if now:
            M.set_events(3, E.LINE)
def f(o):
    s = 0
    for i in range(8):
        o[0] = i == 3
        s += 1
    return s
def handling(o):
    s = 0
    for i in range(8):
        try:
            o[0] = i == 3
            s += 1
        except Left as e:
            s += 100 + e.__traceback__.tb_lineno
    return s
def calling(g, o):
    s = 0
    for i in range(4):
        try:
            s += g(o)
        except Left as e:
            LOG.append([(t.tb_frame.f_code.co_name, t.tb_lineno)
                        for t in (e.__traceback__, e.__traceback__.tb_next)])
    return s
def disabling(code, line):
    if code is f.__code__:
        LOG.append(line - code.co_firstlineno)
    return M.DISABLE
def raising(code, line):
    if code in (f.__code__, handling.__code__):
        LOG.append(line - code.co_firstlineno)
        M.set_events(3, 0)
        raise Left
def jumping(frame, event, arg):
    if frame.f_code is jumped.__code__:
        line = frame.f_lineno - frame.f_code.co_firstlineno
        LOG.append((event, line))
        if event == "line" and line == 4 and frame.f_locals["s"] < 5000:
            frame.f_lineno += 2
        return jumping
class Traced:
    def __setitem__(self, i, now):
        if now:
            sys.settrace(jumping)
            sys._getframe(1).f_trace = jumping
def jumped(o):
    s = 0
    for i in range(6):
        o[0] = i == 3
        s += 1
        s += 10
        s += 1000
    return s
def main():
    begin()
    M.register_callback(3, E.LINE, disabling)
    for repeat in range(2):
        told(f, Object())
        M.restart_events()
    M.register_callback(3, E.LINE, raising)
    for g in f, handling:
        told(calling, g, Object())
    told(handling, Object())
    told(jumped, Traced())
    told(calling, jumped, Traced())
    M.free_tool_id(3)
"""

HANDLERS = """
class Failing:
    def __repr__(self):
        M.set_local_events(3, local.__code__, E.INSTRUCTION)
        raise KeyError
def local(k):
    s = 0
    for i in range(3):
        try:
            repr(k)
        except KeyError:
            s += 1
    return s
def failing(now):
    on(E.EXCEPTION_HANDLED | E.RAISE | E.PY_UNWIND, now)
    raise KeyError
def handled():
    s = 0
    for i in range(4):
        try:
            failing(i == 2)
        except KeyError:
            s += 1
    return s
def fails(now):
    on(E.EXCEPTION_HANDLED | E.RAISE | E.PY_UNWIND, now)
    {}[0]
class Bad:
    def __init__(self, now):
        self.now = now
    def __repr__(self, other=None):
        on(E.EXCEPTION_HANDLED | E.RAISE | E.PY_UNWIND, self.now)
        raise KeyError
    __hash__ = __index__ = __bool__ = __len__ = __str__ = __eq__ = __lt__ = __add__ = __repr__
def in_c(kind):
    s = 0
    for i in range(4):
        k = Bad(i == 2)
        try:
            if kind == 0: repr(k)
            elif kind == 1: {k: 1}
            elif kind == 2: k < k
            elif kind == 3: k + 1
            elif kind == 4: len(k)
            elif kind == 5: s += 1 if k else 2
            elif kind == 6: f"{k}"
            elif kind == 7: [1][k]
            elif kind == 8: fails(i == 2)
            elif kind == 9: failing(*(i == 2,))
            elif kind == 10: failing(**{"now": i == 2})
            elif kind == 11: {}[k]
            elif kind == 12: failing(now=i == 2)
        except KeyError:
            s += 1
    return s
def main():
    begin()
    for repeat in range(2):
        told(local, Failing())
        M.set_local_events(3, local.__code__, 0)
        told(handled)
        for kind in range(13):
            told(in_c, kind)
    M.free_tool_id(3)
"""

ENDS = """
class Iterator:
    def __init__(self, now):
        self.now, self.i = now, 0
    def __iter__(self):
        return self
    def __next__(self):
        self.i += 1
        if self.i > 3:
            on(E.RAISE, self.now)
            raise StopIteration
        return self.i
def iterated(now):
    s = 0
    for x in Iterator(now):
        s += x
    return s
async def items():
    for i in range(4):
        on(E.RAISE, i == 2)
        yield i
async def consumer():
    s = 0
    async for x in items():
        s += x
    return s
def awaited():
    try:
        consumer().send(None)
    except StopIteration as e:
        return e.value
def items_of(now):
    yield 1
    on(E.STOP_ITERATION, now == 1)
    if now == 2:
        M.set_local_events(3, consumed.__code__, E.STOP_ITERATION)
        M.set_local_events(3, delegating.__code__, E.STOP_ITERATION)
    return 5
def consumed(now):
    s = 0
    for x in items_of(now):
        s += x
    return s
def delegating(now):
    return (yield from items_of(now))
def delegated(now):
    return list(delegating(now))
def main():
    begin()
    for repeat in range(4):
        for now in False, True:
            told(iterated, now)
        told(awaited)
        for f in consumed, delegated:
            for now in 0, 0, 1, 0, 2:
                told(f, now)
                M.set_local_events(3, consumed.__code__, 0)
                M.set_local_events(3, delegating.__code__, 0)
    M.free_tool_id(3)
"""


@pytest.mark.parametrize("program", [LINES, LINE_CALLBACKS, HANDLERS, ENDS],
                         ids=["lines", "line_callbacks", "handlers", "ends"])
def test_tools_that_come_are_told(program):
    # (CPython's PyMonitoring_FireExceptionHandledEvent leaks the int of an offset above 256)
    check_source(MONITOR + program, leaks=program is not HANDLERS)
