"""A list filtered by a comprehension and turned into JSON, 10,000 times."""

import json

EXPECTED = 97000000


def run(times=10_000):
    people = [{"id": i, "name": f"person{i}", "age": i * 7 % 90, "active": i % 3 == 0}
              for i in range(600)]
    characters = 0
    for _ in range(times):
        adults = [person for person in people if person["active"] and person["age"] >= 18]
        characters += len(json.dumps(adults))
    return characters


if __name__ == "__main__":
    print(run())
