"""Pancake flips over all permutations: small lists indexed, sliced, reversed."""

EXPECTED = "8629/30"


def fannkuch(n):
    permutation = list(range(n))
    count = [0] * n
    most_flips = checksum = 0
    sign = 1
    r = n
    while True:
        while r != 1:
            count[r - 1] = r
            r -= 1

        first = permutation[0]
        if first:
            flips = 0
            stack = permutation[:]
            while first:
                stack[:first + 1] = stack[first::-1]
                flips += 1
                first = stack[0]
            most_flips = max(most_flips, flips)
            checksum += sign * flips
        sign = -sign

        while True:
            if r == n:
                return checksum, most_flips
            permutation.insert(r, permutation.pop(0))
            count[r] -= 1
            if count[r] > 0:
                break
            r += 1


def run(n=9, times=2):
    for _ in range(times):
        checksum, most_flips = fannkuch(n)
    return f"{checksum}/{most_flips}"


if __name__ == "__main__":
    print(run())
