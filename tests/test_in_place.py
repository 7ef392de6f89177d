"""Operators in place: what they give is a reference of its own."""

import sys

from oracle import record, same, watch


@same(args=[(list,), (lambda items: items,)])
def test_list_extended_by_a_call(make):
    u = [0]
    u += make([1])
    record(sys.getrefcount(u))
    u += make([2])
    record(sys.getrefcount(u))
    return u


@same
def test_list_extended_by_a_method():
    class Maker:
        make = list

        def run(self):
            u = self.make([0, 1])
            u += self.make()
            u += self.make([2, 3])
            v = u
            v += self.make([4, 5])
            return u, v, sys.getrefcount(u)
    return Maker().run()


@same
def test_list_extended_by_itself():
    u = [0]
    for i in range(8):
        u += u
        record(len(u), sys.getrefcount(u))
    return u


@same
def test_list_extended_often():
    u = watch([])
    for i in range(20):
        u += list((i,))
        u += [i]
        u += (i,)
    return u


@same
def test_list_extended_and_given_another_name():
    u = []
    for i in range(10):
        v = u
        u += list((i,))
        w = u
        record(v is u, w is u, sys.getrefcount(u))
    return u


@same
def test_list_extended_in_the_middle_of_an_expression():
    def extend(u):
        return [u := u + [1], u.extend(list((2,))), u]
    total = []
    for i in range(6):
        total += extend([i])
        total += [extend(list(total[:2])), list((i,))]
    return total
