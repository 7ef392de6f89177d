"""Conway's game of life on a set of cells: tuples hashed, a dict of neighbour counts."""

EXPECTED = "391 453809 -197 275"

ACORN = {(1, 0), (3, 1), (0, 2), (1, 2), (4, 2), (5, 2), (6, 2)}


def step(cells):
    neighbours = {}
    for x, y in cells:
        for dx in (-1, 0, 1):
            for dy in (-1, 0, 1):
                if dx or dy:
                    cell = (x + dx, y + dy)
                    neighbours[cell] = neighbours.get(cell, 0) + 1
    return {cell for cell, count in neighbours.items()
            if count == 3 or (count == 2 and cell in cells)}


def run(generations=1_500):
    cells = ACORN
    lived = 0
    for _ in range(generations):
        cells = step(cells)
        lived += len(cells)
    return f"{len(cells)} {lived} {min(cells)[0]} {max(cells)[0]}"


if __name__ == "__main__":
    print(run())
