"""The loop of float_sum.py, once, over ten million numbers."""

EXPECTED = 80899991910000.0


def weighted(n):
    total = 0.0
    for i in range(n):
        total += i * 1.618
    return total


def run(n=10_000_000):
    return round(weighted(n), -3)


if __name__ == "__main__":
    print(run())
