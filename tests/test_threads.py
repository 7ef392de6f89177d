"""Threads: compiled loops hand the GIL over, and their frames can be looked at
and changed by other threads meanwhile."""

import gc
import sys
import threading
import time

import pytest

from oracle import run_program


def test_several_loops_at_once_all_finish(mode):
    def work(n, out, k):
        total = 0
        f = 0.0
        for i in range(n):
            total += i % 7
            f += 0.5
        out[k] = total, f
    out = [None] * 6
    threads = [threading.Thread(target=work, args=(60_000, out, k)) for k in range(6)]
    for t in threads:
        t.start()
    for t in threads:
        t.join(60)
    assert out == [(sum(i % 7 for i in range(60_000)), 30_000.0)] * 6


def test_infinite_loop_does_not_block_other_threads(mode):
    stop = False
    progress = 0

    def spin():
        nonlocal progress
        n = 0
        while not stop:
            n += 1
            if n % 1000 == 0:
                progress += 1
    t = threading.Thread(target=spin, daemon=True)
    t.start()
    for i in range(5):
        time.sleep(0.01)
    total = 0
    for i in range(50_000):
        total += i
    stop = True
    t.join(30)
    assert not t.is_alive() and total == sum(range(50_000)) and progress > 0


def test_two_infinite_loops_take_turns(mode):
    turns = []
    done = []

    def spin(name):
        n = 0
        while not done:
            n += 1
            if not turns or turns[-1] != name:
                turns.append(name)
                if len(turns) > 20:
                    done.append(1)
    old = sys.getswitchinterval()
    sys.setswitchinterval(1e-4)
    try:
        threads = [threading.Thread(target=spin, args=(k,)) for k in range(2)]
        for t in threads:
            t.start()
        for t in threads:
            t.join(60)
    finally:
        sys.setswitchinterval(old)
    assert len(turns) > 20


def test_locals_of_a_running_loop_seen_from_another_thread(mode):
    def spin():
        n = 0
        f = 0.0
        running = True
        while running:
            n += 1
            f = n * 0.5
    t = threading.Thread(target=spin, daemon=True)
    t.start()
    frame = None
    while frame is None or frame.f_code is not spin.__code__:
        frame = sys._current_frames().get(t.ident)
        time.sleep(0.001)
    seen = []
    for _ in range(20):
        time.sleep(0.002)
        local = dict(frame.f_locals)
        assert type(local["n"]) is int and type(local["f"]) is float and local["running"] is True
        assert local["f"] in (local["n"] * 0.5, (local["n"] - 1) * 0.5)
        seen.append(local["n"])
    assert seen == sorted(seen) and len(set(seen)) > 3
    frame.f_locals["running"] = False       # the loop must notice
    t.join(30)
    assert not t.is_alive()


def test_local_written_from_another_thread_changes_the_type(mode):
    def spin(out):
        n = 0
        step = 1
        while n < 1e18:
            n = n + step
        out.append((n, step))
    out = []
    t = threading.Thread(target=spin, args=(out,), daemon=True)
    t.start()
    frame = None
    while frame is None or frame.f_code is not spin.__code__ or "step" not in frame.f_locals:
        frame = sys._current_frames().get(t.ident)
        time.sleep(0.001)
    time.sleep(0.01)
    frame.f_locals["step"] = 1e18
    t.join(30)
    assert out and type(out[0][0]) is float and out[0][0] >= 1e18 and out[0][1] == 1e18


def test_gc_from_another_thread(mode):
    found = []

    class Node:
        pass

    def collector():
        while not found:
            gc.collect()
            time.sleep(0.002)
    t = threading.Thread(target=collector)
    t.start()
    try:
        total = 0
        x = 0.5
        keep = None
        for i in range(200_000):
            total += i
            x = x * 1.0000001
            if i % 20_000 == 0:
                keep = Node()
                keep.me = keep
        assert total == sum(range(200_000)) and x > 0.5
    finally:
        found.append(1)
        t.join(30)


def test_settrace_all_threads_reaches_a_running_loop(mode):
    lines = []
    stop = False

    def tracer(frame, event, arg):
        if frame.f_code is leaf.__code__:
            lines.append(event)
        return tracer

    def leaf(k):
        t = 0
        for i in range(3):
            t += i
        return t

    def spin():
        n = 0
        while not stop:
            n += leaf(n)
    t = threading.Thread(target=spin, daemon=True)
    t.start()
    time.sleep(0.02)
    threading.settrace_all_threads(tracer)
    try:
        deadline = time.monotonic() + 30
        while len(lines) < 20 and time.monotonic() < deadline:
            time.sleep(0.002)
    finally:
        threading.settrace_all_threads(None)
        stop = True
        t.join(30)
    assert "call" in lines and "line" in lines and "return" in lines


def test_local_trace_of_a_running_loop_itself(mode):
    """sys.monitoring turned on by the main thread, for a loop that runs in another."""
    seen = []
    stop = []

    def spin():
        n = 0
        while True:
            n += 1
            if n % 512 == 0 and stop:
                break
    t = threading.Thread(target=spin, daemon=True)
    t.start()
    time.sleep(0.02)
    m = sys.monitoring
    m.use_tool_id(3, "test")
    try:
        m.register_callback(3, m.events.LINE, lambda code, line: seen.append(line) if len(seen) < 50 else m.DISABLE)
        m.set_local_events(3, spin.__code__, m.events.LINE)
        deadline = time.monotonic() + 30
        while len(seen) < 50 and time.monotonic() < deadline:
            time.sleep(0.002)
        m.set_local_events(3, spin.__code__, 0)
    finally:
        stop.append(1)
        t.join(30)
        m.register_callback(3, m.events.LINE, None)
        m.free_tool_id(3)
    assert len(seen) >= 50 and not t.is_alive()


def test_exception_sent_to_a_thread(mode):
    import ctypes
    caught = []

    def spin():
        a = b = 0
        try:
            while True:
                a += 1
                b += 1
        except KeyError:
            caught.append(a - b)
    t = threading.Thread(target=spin, daemon=True)
    t.start()
    time.sleep(0.02)
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(t.ident), ctypes.py_object(KeyError))
    t.join(30)
    assert caught == [0]


def test_same_code_object_in_many_threads_with_other_types(mode):
    def work(x, n):
        for i in range(n):
            x = x + 1 if i % 2 else x * 1
        return x
    starts = [0, 0.5, True, 2**63 - 100, 2**70, -0.0, 1 + 1j, 10**6]
    expected = []
    for s in starts:
        for i in range(2000):
            s = s + 1 if i % 2 else s * 1
        expected.append(s)
    out = [None] * len(starts)

    def run(k):
        for _ in range(5):
            out[k] = work(starts[k], 2000)
    threads = [threading.Thread(target=run, args=(k,)) for k in range(len(starts))]
    for t in threads:
        t.start()
    for t in threads:
        t.join(60)
    assert out == expected and list(map(type, out)) == list(map(type, expected))


def test_thread_local_sums_with_a_tiny_switch_interval(mode):
    old = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        out = {}

        def work(k):
            a, f = k, float(k)
            for i in range(20_000):
                a += i ^ k
                f += k
            out[k] = a, f
        threads = [threading.Thread(target=work, args=(k,)) for k in range(4)]
        for t in threads:
            t.start()
        for t in threads:
            t.join(60)
    finally:
        sys.setswitchinterval(old)
    assert out == {k: (k + sum(i ^ k for i in range(20_000)), float(k + 20_000 * k)) for k in range(4)}


def test_daemon_thread_in_an_infinite_loop_does_not_stop_the_exit():
    run_program("""
        import threading, time
        def spin():
            n = 0
            while True: n += 1
        for i in range(3): threading.Thread(target=spin, daemon=True).start()
        time.sleep(0.05)
        print("main ends")
    """)


def test_dump_of_the_stacks_of_running_loops():
    run_program("""
        import faulthandler, sys, threading, time
        def spin():
            n = 0
            while not stop: n += 1
        stop = False
        t = threading.Thread(target=spin)
        t.start()
        time.sleep(0.03)
        import traceback
        frame = sys._current_frames()[t.ident]
        print([s.name for s in traceback.extract_stack(frame)][-1], traceback.extract_stack(frame)[-1].lineno)
        stop = True
        t.join()
    """)
