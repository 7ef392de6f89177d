"""Matrix multiplication on nested lists of floats: three loops with indices."""

import random

EXPECTED = -16.132346


def random_matrix(rng, n):
    return [[rng.uniform(-1.0, 1.0) for _ in range(n)] for _ in range(n)]


def multiply(a, b):
    rows, inner, columns = len(a), len(b), len(b[0])
    result = [[0.0] * columns for _ in range(rows)]
    for i in range(rows):
        for j in range(columns):
            total = 0.0
            for k in range(inner):
                total += a[i][k] * b[k][j]
            result[i][j] = total
    return result


def run(n=250):
    rng = random.Random(42)
    product = multiply(random_matrix(rng, n), random_matrix(rng, n))
    trace = 0.0
    for i in range(n):
        trace += product[i][i]
    return round(trace, 6)


if __name__ == "__main__":
    print(run())
