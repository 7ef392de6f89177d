"""Binary trees built and counted: many small objects, and recursion over them."""

EXPECTED = 1826268


class Node:
    def __init__(self, left, right):
        self.left = left
        self.right = right

    def count(self):
        if self.left is None:
            return 1
        return 1 + self.left.count() + self.right.count()


def build(depth):
    if depth == 0:
        return Node(None, None)
    return Node(build(depth - 1), build(depth - 1))


def run(depth=17):
    total = build(depth + 1).count()
    kept = build(depth)
    for level in range(4, depth + 1, 4):
        for _ in range(1 << (depth - level)):
            total += build(level).count()
    return total + kept.count()


if __name__ == "__main__":
    print(run())
