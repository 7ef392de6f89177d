"""A small function with a float loop, called 100,000 times."""

EXPECTED = 8009.1


def weighted(n):
    total = 0.0
    for i in range(n):
        total += i * 1.618
    return total


def run(calls=100_000):
    for _ in range(calls):
        answer = weighted(100)
    return round(answer, 6)


if __name__ == "__main__":
    print(run())
