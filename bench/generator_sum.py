"""The sum of a generator of squares, 1,000 times."""

EXPECTED = 333283335000


def run(times=1_000):
    for _ in range(times):
        answer = sum(i ** 2 for i in range(10_000))
    return answer


if __name__ == "__main__":
    print(run())
