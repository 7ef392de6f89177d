"""What is done to the programs of programs_of_all_kinds.py in a process of its own, because it can
end it:

    faults_child.py nomemory PROGRAM MODE WARM WIDTH FIRST STEP LAST
        CPython's allocators refuse the n-th allocation (WIDTH of them; 0: all from there on), for
        each n: the result must be right, or a MemoryError, and right again afterwards
    faults_child.py signals PROGRAM ACTION EVERY...
        a signal at every n-th poll of compiled code, whose handler does ACTION

Prints one line at the end, and more when something is wrong."""

import gc
import os
import signal
import sys

import graft
from programs_of_all_kinds import PROGRAMS, fresh

# ------------------------------------------------------------ no memory


def attempt(main, first, width):
    import _testcapi
    refuse, remove = _testcapi.set_nomemory, _testcapi.remove_mem_hooks
    last = first + width if width else 0
    refuse(first, last)
    try:
        value = main()
    except MemoryError:
        value = "no memory"
    finally:
        remove()
    return value


def nomemory(name, mode, warm, width, first, step, last):
    expected = repr(fresh(name)())
    if mode == "on":
        graft.configure(threshold=1)
        graft.enable()
    missing = wrong = 0
    for n in range(first, last, step):
        main = fresh(name)
        for _ in range(warm):
            main()
        got = repr(attempt(main, n, width))
        missing += got == "'no memory'"
        again = repr(main())
        for what, value, right in ("then", got, (expected, "'no memory'")), ("afterwards", again, (expected,)):
            if value not in right:
                print(f"{what}, the {n}-th refused: {value[:300]} instead of {expected[:300]}")
                wrong += 1
        if wrong > 3:
            break
    print("wrong" if wrong else "right", missing)


# ------------------------------------------------------------ signals


class Stop(Exception):
    pass


def look(frame):
    """Sees every variable of every frame."""
    while frame is not None:
        assert frame.f_lineno and frame.f_lasti >= -1
        for value in frame.f_locals.values():
            type(value)
        frame = frame.f_back


def trace(frame):
    sys.settrace(print)
    sys.settrace(None)


def stop(frame):
    raise Stop


def fork(frame):
    """The child goes on with the program; the parent does when the child is done."""
    if fork.left > 0 and fork.parent == os.getpid():
        fork.left -= 1
        child = os.fork()
        if child == 0:
            fork.child = True
            return
        status = os.waitpid(child, 0)[1]
        assert status == 0, f"the child ended with {status}"
        fork.done += 1


fork.left, fork.done, fork.parent, fork.child = 0, 0, os.getpid(), False


def switch(frame):
    graft.disable()
    graft.enable()


def never_compiled(function):
    """Graft leaves the import system's code to the interpreter: a handler must not be signalled itself."""
    function.__code__ = function.__code__.replace(co_filename="<frozen importlib, or so>")
    return function


ACTIONS = {"nothing": lambda frame: None, "look": look, "trace": trace, "stop": stop, "fork": fork,
           "collect": lambda frame: gc.collect(0), "reset": lambda frame: graft.reset(), "switch": switch}
list(map(never_compiled, ACTIONS.values()))


def signals(name, action, *every):
    act = ACTIONS[action]
    seen = 0

    def handler(number, frame):
        nonlocal seen
        seen += 1
        act(frame)
    signal.signal(signal.SIGUSR1, never_compiled(handler))
    expected = repr(fresh(name)())
    graft.configure(threshold=1)
    graft.enable()
    wrong = stopped = 0
    for n in every:
        graft.reset()
        main = fresh(name)
        fork.left = 12
        for _ in range(4):
            try:
                graft.configure(signals=n)      # only what is compiled from now on has it
                value = main()
            except Stop:
                stopped += 1
                continue
            finally:
                graft.configure(signals=0)
            value = repr(value)
            if value != expected:
                print(f"at every {n}-th poll: {value[:300]} instead of {expected[:300]}")
                wrong += 1
            if fork.child:
                os._exit(1 if wrong else 0)
        for _ in range(2):
            assert repr(main()) == expected, n
    print("wrong" if wrong else "right", fork.done if act is fork else stopped if act is stop else seen)


if __name__ == "__main__":
    what, name, kind, *numbers = sys.argv[1:]
    {"nomemory": nomemory, "signals": signals}[what](name, kind, *map(int, numbers))
