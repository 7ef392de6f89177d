"""Loops so long that their jumps need EXTENDED_ARG."""

from oracle import run_program

LONG = "\n            ".join(f"a{n} = a{n} + {n} if i & 1 else a{n} - 1" for n in range(30))
SOURCE = f"""
import sys
def work(n):
    {"; ".join(f"a{n} = {n}" for n in range(30))}
    total = 0
    for i in range(n):
        if total < 1 << 62:
            {LONG}
        total += sum(({", ".join(f"a{n}" for n in range(30))}))
    return total
"""


def test_tracing_switched_on_between_calls():
    run_program(SOURCE + """
print(work(30), work(30))
events = []
def trace(frame, event, arg):
    if frame.f_code.co_name == "work":
        events.append((event, frame.f_lineno))
        return trace
for k in range(3):
    sys.settrace(trace)
    print(work(7))
    sys.settrace(None)
    print(work(9), len(events), events[-5:])
""")


def test_from_within_a_trace_function():
    run_program(SOURCE + """
print(work(30), work(30))
seen = []
def trace(frame, event, arg):
    seen.append((event, work(6)))
    return trace
def other():
    x = 1
    return x
for k in range(3):
    sys.settrace(trace)
    other()
    sys.settrace(None)
    print(seen, work(5))
""")


def test_profiling_and_monitoring():
    run_program(SOURCE + """
print(work(30), work(30))
count = 0
def profile(frame, event, arg):
    global count
    count += 1
sys.setprofile(profile)
print(work(9))
sys.setprofile(None)
print(work(9), count)
sys.monitoring.use_tool_id(2, "test")
jumps = []
sys.monitoring.register_callback(2, sys.monitoring.events.JUMP, lambda *args: jumps.append(args[1:]))
sys.monitoring.set_events(2, sys.monitoring.events.JUMP)
print(work(9))
sys.monitoring.set_events(2, 0)
print(work(9), len(jumps), jumps[-2:])
""")
