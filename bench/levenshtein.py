"""Edit distances of many short strings: the two-row dynamic programme with min()."""

import random

EXPECTED = 243833


def distance(a, b):
    previous = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        current = [i]
        for j, y in enumerate(b, 1):
            current.append(min(previous[j] + 1,
                               current[j - 1] + 1,
                               previous[j - 1] + (x != y)))
        previous = current
    return previous[-1]


def run(pairs=10_000, length=50):
    rng = random.Random(7)
    total = 0
    for _ in range(pairs):
        a = "".join(rng.choices("abc", k=length))
        b = "".join(rng.choices("abc", k=length))
        total += distance(a, b)
    return total


if __name__ == "__main__":
    print(run())
