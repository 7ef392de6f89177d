"""A recursive-descent parser for JSON: methods that move along a string."""

import json
import random

EXPECTED = "3581638 3581638 100"

ESCAPES = {"n": "\n", "t": "\t"}


class Parser:
    def __init__(self, text):
        self.text = text
        self.position = 0

    def fail(self, wanted):
        raise ValueError(f"{wanted} expected at {self.position}")

    def skip_space(self):
        while self.position < len(self.text) and self.text[self.position] in " \t\r\n":
            self.position += 1

    def peek(self):
        self.skip_space()
        return self.text[self.position] if self.position < len(self.text) else ""

    def expect(self, char):
        if self.peek() != char:
            self.fail(char)
        self.position += 1

    def value(self):
        char = self.peek()
        if char == "{":
            return self.object()
        if char == "[":
            return self.array()
        if char == '"':
            return self.string()
        if char == "-" or char.isdigit():
            return self.number()
        for word, value in (("true", True), ("false", False), ("null", None)):
            if self.text.startswith(word, self.position):
                self.position += len(word)
                return value
        self.fail("value")

    def object(self):
        result = {}
        self.expect("{")
        if self.peek() == "}":
            self.position += 1
            return result
        while True:
            if self.peek() != '"':
                self.fail("key")
            key = self.string()
            self.expect(":")
            result[key] = self.value()
            if self.peek() == "}":
                self.position += 1
                return result
            self.expect(",")

    def array(self):
        result = []
        self.expect("[")
        if self.peek() == "]":
            self.position += 1
            return result
        while True:
            result.append(self.value())
            if self.peek() == "]":
                self.position += 1
                return result
            self.expect(",")

    def string(self):
        self.expect('"')
        pieces = []
        while True:
            char = self.text[self.position]
            self.position += 1
            if char == '"':
                return "".join(pieces)
            if char == "\\":
                char = self.text[self.position]
                char = ESCAPES.get(char, char)
                self.position += 1
            pieces.append(char)

    def number(self):
        start = self.position
        while self.position < len(self.text) and self.text[self.position] in "+-0123456789.eE":
            self.position += 1
        text = self.text[start:self.position]
        if "." in text or "e" in text:
            return float(text)
        return int(text)


def make_document(rng, depth):
    kind = rng.randrange(3) if depth else 2
    if kind == 0:
        return {f"key {i}": make_document(rng, depth - 1) for i in range(rng.randrange(2, 7))}
    if kind == 1:
        return [make_document(rng, depth - 1) for _ in range(rng.randrange(2, 7))]
    return rng.choice([rng.randrange(10_000), rng.random(), True, None,
                       "some text\n", 'a "quoted" word', -5, []])


def run(documents=100, depth=7):
    rng = random.Random(3)
    text = json.dumps([make_document(rng, depth) for _ in range(documents)], indent=1)
    parser = Parser(text)
    data = parser.value()
    assert data == json.loads(text)
    return f"{len(text)} {parser.position} {len(data)}"


if __name__ == "__main__":
    print(run())
