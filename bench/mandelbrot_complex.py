"""The Mandelbrot set on complex numbers, with abs(z)."""

EXPECTED = 7075544


def escape_time(c, limit):
    z = 0j
    for count in range(limit):
        if abs(z) > 2.0:
            return count
        z = z * z + c
    return limit


def run(width=400, height=400, limit=200):
    total = 0
    for row in range(height):
        y = -1.2 + 2.4 * (row / height)
        for column in range(width):
            x = -2.2 + 3.2 * (column / width)
            total += escape_time(complex(x, y), limit)
    return total


if __name__ == "__main__":
    print(run())
