"""The spectral norm of an infinite matrix: a tiny function called in the innermost
loop, floats from integer division."""

EXPECTED = 1.274224055


def element(i, j):
    return 1.0 / ((i + j) * (i + j + 1) // 2 + i + 1)


def times(vector):
    result = []
    for i in range(len(vector)):
        total = 0.0
        for j, x in enumerate(vector):
            total += element(i, j) * x
        result.append(total)
    return result


def transposed_times(vector):
    result = []
    for i in range(len(vector)):
        total = 0.0
        for j, x in enumerate(vector):
            total += element(j, i) * x
        result.append(total)
    return result


def run(n=360, steps=8):
    u = [1.0] * n
    for _ in range(steps):
        v = transposed_times(times(u))
        u = transposed_times(times(v))
    above = below = 0.0
    for a, b in zip(u, v):
        above += a * b
        below += b * b
    return round((above / below) ** 0.5, 9)


if __name__ == "__main__":
    print(run())
