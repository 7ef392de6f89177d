"""Local variables as others see them, and change them, while the loop runs."""

import sys

import pytest

from oracle import record, same, spy


@same
def test_f_locals_of_a_caller():
    def look():
        frame = sys._getframe(1)
        record(dict(frame.f_locals), frame.f_lineno)
    a, b, c, d = 1, 2.0, True, None
    for i in range(20):
        a += i
        b *= 1.5
        c = not c
        d = a if c else b
        if i % 3 == 0:
            look()
    look()


@same
def test_locals_during_and_after():
    x, y = 1, 0.5
    kept = []
    for i in range(10):
        x *= 3
        y += x
        if i % 4 == 1:
            kept.append(locals().copy())
            kept[-1].pop("kept")
    return kept, {k: v for k, v in locals().items() if k != "kept"}


@same
def test_f_locals_proxy_stays_live():
    proxy = sys._getframe().f_locals
    x, y = 1, 0.5
    for i in range(12):
        x += i
        y *= 2
        record(proxy["x"], proxy["y"], proxy["i"], len(proxy), "z" in proxy)
        if i == 5:
            z = 1
    return x, y


@pytest.mark.parametrize("when", [0, 1, 5, 10])
@pytest.mark.parametrize("value", ["1000", "2.5", "True", "2**70", "'text'"])
def test_written_by_a_callee(when, value):
    from oracle import check_source
    check_source(f"""
        import sys
        def meddle():
            frame = sys._getframe(1)
            frame.f_locals["x"] = {value}
        def main():
            x, f = 1, 0.5
            out = []
            for i in range(20):
                x = x * 2
                f = f + 1
                out.append(x)
                if i == {when}:
                    meddle()
                out.append(x)
                if isinstance(x, str): x = len(x)
            return out, x, f
    """)


@same
def test_loop_condition_and_loop_variable_written_by_a_callee():
    def meddle(**changes):
        sys._getframe(1).f_locals.update(changes)
    n = steps = 0
    while n < 100:
        n += 1
        steps += 1
        if n == 20:
            meddle(n=90)
        if n == 95:
            meddle(n=95.5)
    out = []
    for i in range(10):
        if i == 3:
            meddle(i=77)
        if i == 5:
            meddle(out=["replaced"])
        out.append(i)
    return n, steps, out


@same
def test_proxy_written_in_the_frame_itself():
    x = 1
    total = 0
    for i in range(20):
        total += x
        if i == 10:
            sys._getframe().f_locals["x"] = 2.5
        if i == 15:
            sys._getframe().f_locals["new"] = i
    record(sys._getframe().f_locals["new"])
    return total, x


@same
def test_written_from_two_frames_below():
    def deep(n):
        if n:
            return deep(n - 1)
        frame = sys._getframe()
        while frame.f_code.co_name != "test_written_from_two_frames_below":
            frame = frame.f_back
        frame.f_locals["x"] += 0.5
    x = 0
    for i in range(15):
        x += 1
        if i % 4 == 0:
            deep(3)
    return x


@same(raises=UnboundLocalError)
def test_del_then_read():
    x = 1
    total = 0
    for i in range(10):
        total += x
        if i == 6:
            del x


@same(raises=UnboundLocalError)
def test_del_twice():
    x = 1.5
    for i in range(10):
        if i > 5:
            del x
        else:
            x = x * 2


@same
def test_del_and_assign_again():
    x = 0
    total = 0
    for i in range(20):
        x = i if i % 2 else i * 0.5
        total += x
        del x
        spy()
        try:
            total += x
        except UnboundLocalError as e:
            total += 1
            record(e.args)
        x = total
    del i
    spy()
    return total, x


@same
def test_never_assigned_locals_are_absent():
    for i in range(10):
        if i > 100:
            never = 1
        if i == 5:
            late = 1
        record(sorted(locals()))
    return sorted(locals())


@same
def test_frame_kept_after_its_function_returned():
    def f(n):
        a, b = 1, 0.5
        for i in range(n):
            a += i
            b *= a
            if i == n - 2:
                frames.append(sys._getframe())
        return a
    frames = []
    for n in range(3, 9):
        f(n)
    return [(dict(frame.f_locals), frame.f_lineno) for frame in frames]


@same
def test_frame_clear_on_a_dead_frame():
    def f():
        a = [1]
        for i in range(5):
            a.append(i)
        return sys._getframe()
    frame = f()
    before = dict(frame.f_locals)
    frame.clear()
    return before, dict(frame.f_locals)


@same
def test_line_numbers_of_a_running_frame():
    def line():
        record(sys._getframe(1).f_lineno, sys._getframe(1).f_lasti >= 0)
    for i in range(6):
        line()
        if i % 2:
            line()
        else:
            (line(),
             line())
        while i > 3:
            line()
            i -= 1


@same
def test_eval_and_exec_see_the_loop():
    x = 1
    out = []
    for i in range(12):
        x += i
        if i % 3 == 0:
            out.append(eval("x * 2 + i"))
            exec("out.append(x); x = 999")
        out.append(x)
    return out


@same
def test_dir_vars_and_super():
    class Base:
        def m(self, n):
            return n

    class Child(Base):
        def m(self, n):
            t = 0
            for i in range(n):
                t += super().m(i)
                if i == 4:
                    record(sorted(dir()), sorted(vars()))
            return t, __class__.__name__
    return Child().m(8)


@same
def test_stack_walk_through_loops_in_several_frames():
    def c(z):
        for k in range(4):
            z += k
            if k == 2:
                spy()
        return z

    def b(y):
        f = 0.5
        for j in range(3):
            f *= y
            y += c(j)
        return y + f

    def a(x):
        while x < 30:
            x += b(x)
        return x
    return a(1)


@same
def test_keyword_and_default_and_star_arguments():
    def f(a, /, b=2, *rest, c=0.5, **more):
        for i in range(5):
            a += b
            b += c
            c += len(rest) + len(more)
        spy()
        return a, b, c
    return f(1), f(1, 2.5), f(1, 2, 3, 4), f(1, c=1), f(1, x=1, y=2), f(True, False, None)
