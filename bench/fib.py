"""Fibonacci numbers by plain recursion: nothing but calls and small integers."""

EXPECTED = 2178309


def fib(n):
    if n < 2:
        return n
    return fib(n - 1) + fib(n - 2)


def run(n=32):
    return fib(n)


if __name__ == "__main__":
    print(run())
