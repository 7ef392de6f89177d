"""A cache that forgets what was used longest ago: an OrderedDict behind a class."""

import random
from collections import OrderedDict

EXPECTED = "539867 960133 747348937"


class Cache:
    def __init__(self, capacity):
        self.capacity = capacity
        self.entries = OrderedDict()
        self.hits = 0
        self.misses = 0

    def get(self, key):
        if key in self.entries:
            self.hits += 1
            self.entries.move_to_end(key)
            return self.entries[key]
        self.misses += 1
        return None

    def put(self, key, value):
        self.entries[key] = value
        self.entries.move_to_end(key)
        if len(self.entries) > self.capacity:
            self.entries.popitem(last=False)


def run(requests=1_500_000, capacity=1_000):
    rng = random.Random(9)
    cache = Cache(capacity)
    total = 0
    for number in range(requests):
        key = int(rng.random() * rng.random() * 5 * capacity)
        value = cache.get(key)
        if value is None:
            value = key * key % 1009
            cache.put(key, value)
        total += value
    return f"{cache.hits} {cache.misses} {total}"


if __name__ == "__main__":
    print(run())
