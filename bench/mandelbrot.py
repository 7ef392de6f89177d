"""The Mandelbrot set: counts of iterations over a grid, floats in a while loop."""

EXPECTED = 103566912


def run(width=1000, height=1000, limit=500):
    total = 0
    for row in range(height):
        cy = -1.2 + 2.4 * (row / height)
        for column in range(width):
            cx = -2.2 + 3.2 * (column / width)
            zx = zy = 0.0
            count = 0
            while zx * zx + zy * zy <= 4.0 and count < limit:
                zx, zy = zx * zx - zy * zy + cx, 2.0 * zx * zy + cy
                count += 1
            total += count
    return total


if __name__ == "__main__":
    print(run())
