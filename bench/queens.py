"""All solutions of the n queens puzzle by a recursive generator with sets."""

EXPECTED = "14200 918247"


def solutions(n, placed, columns, rising, falling):
    row = len(placed)
    if row == n:
        yield tuple(placed)
        return
    for column in range(n):
        if column in columns or row + column in rising or row - column in falling:
            continue
        placed.append(column)
        columns.add(column)
        rising.add(row + column)
        falling.add(row - column)
        yield from solutions(n, placed, columns, rising, falling)
        placed.pop()
        columns.remove(column)
        rising.remove(row + column)
        falling.remove(row - column)


def run(n=12):
    count = checksum = 0
    for solution in solutions(n, [], set(), set(), set()):
        count += 1
        checksum = (checksum * 31 + solution[0] * n + solution[-1]) % 1_000_007
    return f"{count} {checksum}"


if __name__ == "__main__":
    print(run())
