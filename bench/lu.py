"""LU decomposition with partial pivoting, and linear systems solved with it: nested
lists of floats, rows taken out and swapped."""

import random

EXPECTED = -93.589405


def decompose(matrix):
    """L below the diagonal, U above it, and the order of the rows."""
    n = len(matrix)
    lu = [row[:] for row in matrix]
    order = list(range(n))
    for k in range(n):
        pivot = k
        for i in range(k + 1, n):
            if abs(lu[i][k]) > abs(lu[pivot][k]):
                pivot = i
        if pivot != k:
            lu[k], lu[pivot] = lu[pivot], lu[k]
            order[k], order[pivot] = order[pivot], order[k]
        pivot_row = lu[k]
        for i in range(k + 1, n):
            row = lu[i]
            factor = row[k] / pivot_row[k]
            row[k] = factor
            for j in range(k + 1, n):
                row[j] -= factor * pivot_row[j]
    return lu, order


def solve(lu, order, right):
    n = len(lu)
    x = [right[i] for i in order]
    for i in range(n):
        for j in range(i):
            x[i] -= lu[i][j] * x[j]
    for i in reversed(range(n)):
        for j in range(i + 1, n):
            x[i] -= lu[i][j] * x[j]
        x[i] /= lu[i][i]
    return x


def run(n=300, systems=20):
    rng = random.Random(31)
    matrix = [[rng.uniform(-1.0, 1.0) for _ in range(n)] for _ in range(n)]
    lu, order = decompose(matrix)
    total = 0.0
    for _ in range(systems):
        right = [rng.uniform(-1.0, 1.0) for _ in range(n)]
        for value in solve(lu, order, right):
            total += value
    return round(total, 6)


if __name__ == "__main__":
    print(run())
