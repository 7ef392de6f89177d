"""Tracing, profiling and monitoring, switched on and off while loops run:
exactly the events that the interpreter gives, none from Graft itself."""

import os
import subprocess
import sys
import threading

import pytest

import oracle
from oracle import check_source, record, same

TRACER = """
import sys, threading
events = []
def note(frame, event, arg):
    code = frame.f_code
    if code.co_filename == "<subject>":
        events.append((event, code.co_name, frame.f_lineno, frame.f_lasti,
                       sorted((k, repr(v)) for k, v in frame.f_locals.items() if isinstance(v, (int, float)))))
def tracer(frame, event, arg):
    note(frame, event, arg)
    return tracer
def opcode_tracer(frame, event, arg):
    frame.f_trace_opcodes = True
    note(frame, event, arg)
    return opcode_tracer
def profiler(frame, event, arg):
    note(frame, event, arg)
def trace_on(f=tracer):
    sys.settrace(f)
    sys._getframe(1).f_trace = f
    if f is opcode_tracer:
        sys._getframe(1).f_trace_opcodes = True
def helper(n):
    t = 0
    for k in range(n):
        t += k
    return t
"""


def trace_check(body, **options):
    seen = check_source(TRACER + body + "\ndef main():\n    events.clear()\n    try:\n        subject()\n    finally:\n"
                        "        sys.settrace(None); sys.setprofile(None)\n    return list(events)\n", leaks=False, **options)
    assert seen[0]["exception"] == "None"
    assert len(seen[0]["result"]) > 5       # something was traced
    return seen


def test_settrace_before_the_loop():
    trace_check("""
def subject():
    trace_on()
    x, f = 0, 0.5
    for i in range(10):
        x += i
        if x % 2:
            f *= 1.5
        helper(2)
    while x > 0:
        x -= 9
""")


@pytest.mark.parametrize("at", [0, 1, 7, 18])
@pytest.mark.parametrize("tracer", ["tracer", "opcode_tracer"])
def test_settrace_in_mid_loop(at, tracer):
    trace_check(f"""
def subject():
    x, f = 0, 0.5
    for i in range(20):
        x += i
        if i == {at}: trace_on({tracer})
        if x % 2:
            f *= 1.5
        helper(2)
        if i == {at} + 4: sys.settrace(None)
""")


def test_settrace_in_mid_loop_without_f_trace():
    """Only frames that start later are traced."""
    trace_check("""
def subject():
    x = 0
    for i in range(12):
        x += helper(3)
        if i == 4: sys.settrace(tracer)
        if i == 8: sys.settrace(None)
""")


def test_settrace_by_a_callee_two_frames_down():
    trace_check("""
def deep(n):
    if n: return deep(n - 1)
    sys.settrace(tracer)
    frame = sys._getframe()
    while frame.f_code.co_name != "subject": frame = frame.f_back
    frame.f_trace = tracer
def subject():
    x = 0.5
    for i in range(12):
        x += i
        if i == 5: deep(2)
        x -= 1
""")


def test_trace_on_and_off_many_times():
    trace_check("""
def subject():
    x = 0
    while x < 40:
        x += 1
        if x % 4 == 0: trace_on()
        if x % 4 == 2:
            sys._getframe().f_trace = None
            sys.settrace(None)
        x += 0
""")


def test_trace_with_exceptions():
    trace_check("""
def subject():
    trace_on()
    for i in range(6):
        try:
            1 // (i % 3)
        except ZeroDivisionError:
            i = 0.5
        finally:
            helper(1)
""")


def test_trace_changes_locals():
    trace_check("""
def meddler(frame, event, arg):
    note(frame, event, arg)
    if event == "line" and frame.f_locals.get("i") == 6:
        frame.f_locals["x"] = 1000.5
    return meddler
def subject():
    x = 1
    for i in range(12):
        x = x + i
        if i == 4: trace_on(meddler)
        x = x * 2
    events.append(x)
""")


def test_trace_jumps_out_of_the_loop():
    trace_check("""
def jumper(frame, event, arg):
    note(frame, event, arg)
    if event == "line" and frame.f_locals.get("x", 0) > 20 and not frame.f_locals.get("done"):
        frame.f_lineno = frame.f_code.co_firstlineno + 6
    return jumper
def subject():
    x = 0
    done = False
    while x >= 0:
        x = x + 1
        if x == 8: trace_on(jumper)
    done = True
    x = -1
    events.append(x)
""")


def test_trace_function_raises():
    seen = check_source(TRACER + """
def bad(frame, event, arg):
    note(frame, event, arg)
    if frame.f_locals.get("i") == 6: raise KeyError("from the tracer")
    return bad
def subject():
    x = 0
    for i in range(12):
        x += i
        if i == 3: trace_on(bad)
def main():
    events.clear()
    try:
        subject()
    except KeyError as e:
        return list(events), e, sys.gettrace()
    finally:
        sys.settrace(None)
""", leaks=False)
    assert seen[0]["exception"] == "None"


@pytest.mark.parametrize("at", [0, 5])
def test_setprofile_in_mid_loop(at):
    trace_check(f"""
def subject():
    x = 0
    for i in range(20):
        x += helper(2) + abs(i) + len("ab")
        if i == {at}: sys.setprofile(profiler)
        if i == {at} + 8: sys.setprofile(None)
""")


def test_settrace_all_threads():
    trace_check("""
def subject():
    x = 0
    for i in range(12):
        x += helper(2)
        if i == 4: threading.settrace_all_threads(tracer)
        if i == 8: threading.settrace_all_threads(None)
""")


MONITOR = """
import sys
M = sys.monitoring
E = M.events
TOOL = 3
events = []
def noter(name, result=None):
    def callback(code, *args):
        if code.co_filename == "<subject>":
            events.append((name, code.co_name, *(a if isinstance(a, (int, str)) else type(a).__name__ for a in args)))
        return result
    return callback
NAMES = ["PY_START", "PY_RESUME", "PY_RETURN", "PY_YIELD", "CALL", "LINE", "INSTRUCTION", "JUMP", "BRANCH_LEFT",
         "BRANCH_RIGHT", "STOP_ITERATION", "RAISE", "EXCEPTION_HANDLED", "PY_UNWIND", "PY_THROW", "RERAISE"]
def begin(names, local=None, result=None):
    M.use_tool_id(TOOL, "test")
    mask = 0
    for name in names:
        M.register_callback(TOOL, getattr(E, name), noter(name, result))
        mask |= getattr(E, name)
    if local is None:
        M.set_events(TOOL, mask)
    else:
        M.set_local_events(TOOL, local.__code__, mask)
def end(local=None):
    if M.get_tool(TOOL):
        M.set_events(TOOL, 0)
        if local is not None:
            M.set_local_events(TOOL, local.__code__, 0)
        for name in NAMES:
            M.register_callback(TOOL, getattr(E, name), None)
        M.free_tool_id(TOOL)
def helper(n):
    t = 0
    for k in range(n):
        t += k
        if t > 100: break
    return t
def gen(n):
    x = 0.5
    while x < n:
        x *= 2
        yield x
def work(on, off):
    x, f = 0, 0.5
    for i in range(16):
        x += i
        if i == on: on = -1; start()
        f = f * 1.5 if x % 2 else f - 1
        helper(2)
        for v in gen(3): f += v
        try:
            x // (i % 4)
        except ZeroDivisionError:
            x += 1
        while x > 50:
            x -= 30
        if i == off: stop()
    return x, f
"""


def monitor_check(names, start, stop, on=4, off=8):
    seen = check_source(MONITOR + f"""
NAMES_USED = {names!r}
def start():
    {start}
def stop():
    {stop}
def main():
    events.clear()
    try:
        result = work({on}, {off})
    finally:
        end(work)
    return result, list(events)
""", leaks=False)
    assert seen[0]["exception"] == "None"
    return seen


@pytest.mark.parametrize("name", ["PY_START", "PY_RETURN", "PY_YIELD", "CALL", "LINE", "INSTRUCTION", "JUMP", "BRANCH_LEFT",
                                  "BRANCH_RIGHT", "STOP_ITERATION", "RAISE", "EXCEPTION_HANDLED"])
def test_monitoring_switched_on_in_mid_loop(name):
    monitor_check([name], "begin(NAMES_USED)", "end()")


def test_monitoring_everything_at_once():
    monitor_check(["PY_START", "PY_RETURN", "LINE", "JUMP", "BRANCH_LEFT", "BRANCH_RIGHT", "CALL", "RAISE"],
                  "begin(NAMES_USED)", "end()")


@pytest.mark.parametrize("name", ["LINE", "JUMP", "BRANCH_LEFT", "INSTRUCTION"])
def test_local_events_in_mid_loop(name):
    monitor_check([name], "begin(NAMES_USED, local=work)", "end(work)")


@pytest.mark.parametrize("name", ["LINE", "JUMP", "BRANCH_RIGHT"])
def test_local_events_for_another_function(name):
    monitor_check([name], "begin(NAMES_USED, local=helper)", "end(helper)")


@pytest.mark.parametrize("name", ["LINE", "JUMP", "BRANCH_RIGHT", "PY_START"])
def test_disable_and_restart_events(name):
    """DISABLE from another tool must neither disable nor revive Graft's own
    events, and the other way round."""
    monitor_check([name], "begin(NAMES_USED, result=M.DISABLE)", "M.restart_events()", on=2, off=5)
    monitor_check([name], "begin(NAMES_USED, result=M.DISABLE)", "M.restart_events(); M.restart_events()", on=0, off=1)


def test_monitoring_callback_raises():
    seen = check_source(MONITOR + """
def bad(code, *args):
    if code is work.__code__:
        raise KeyError("from the callback")
def start():
    M.use_tool_id(TOOL, "test")
    M.register_callback(TOOL, E.JUMP, bad)
    M.set_events(TOOL, E.JUMP)
def stop(): end()
def main():
    try:
        return work(4, 20)
    except KeyError as e:
        return e
    finally:
        end()
""", leaks=False)
    assert seen[0]["exception"] == "None"


def test_monitoring_tools_do_not_see_graft():
    """The tools and events of others are what they would be without Graft."""
    def view():
        m = sys.monitoring
        return ([(tool, m.get_tool(tool), m.get_events(tool)) for tool in (0, 1, 2, 3, 4)], sys.gettrace(), sys.getprofile())
    off = view()
    with oracle.jit():
        total = 0
        for i in range(100):
            total += i
        on = view()
    assert off == on == view()


def test_pdb_style_stepping():
    check_source("""
import bdb
class Recorder(bdb.Bdb):
    def user_line(self, frame):
        if frame.f_code.co_filename == "<subject>" and frame.f_code.co_name == "target":
            seen.append((frame.f_lineno, dict(frame.f_locals)))
        if len(seen) == 12:
            self.set_continue()
        else:
            self.set_step()
def target(n):
    x, f = 0, 0.5
    for i in range(n):
        x += i
        f *= 2
    return x, f
seen = []
def main():
    seen.clear()
    results = [target(50)]
    results.append(Recorder().runcall(target, 10))
    results.append(target(50))
    return results, list(seen)
""", leaks=False)


SET_TRACE = """
import io, pdb
def target(n):
    t = 0
    for i in range(n):
        t += i
    out = io.StringIO()
    pdb.Pdb(stdin=io.StringIO("n\\nn\\np t\\nc\\n"), stdout=out, nosigint=True, readrc=False).set_trace()
    t += 1
    t += 2
    t += 3
    return t, out.getvalue()
def main():
    return target(3), target(30)
"""


def test_set_trace_stops_at_the_next_instruction():
    check_source(SET_TRACE, leaks=False)


@pytest.mark.parametrize("end, typed", [("print(main())", ""), ("breakpoint()\nx = 1\ny = 2\n", "n\nn\nc\n")])
def test_set_trace_in_a_program(tmp_path, end, typed):
    script = tmp_path / "script.py"
    script.write_text(SET_TRACE + end)
    outputs = [subprocess.run([sys.executable, script], env=os.environ | {"PYTHON_JIT": jit}, check=True,
                              input=typed, capture_output=True, text=True).stdout for jit in ("0", "1")]
    assert outputs[0] == outputs[1] and "(Pdb)" in outputs[0]


def test_cprofile_counts_calls():
    check_source("""
import cProfile, pstats
def leaf(n):
    t = 0
    for i in range(n): t += i
    return t
def work():
    return sum(leaf(i) for i in range(20)) + sum(map(abs, range(5)))
def main():
    work()
    p = cProfile.Profile()
    p.enable()
    for i in range(5): work()
    p.disable()
    stats = pstats.Stats(p).stats
    return sorted((name[2], value[0], value[1]) for name, value in stats.items() if name[0] == "<subject>")
""", leaks=False)
