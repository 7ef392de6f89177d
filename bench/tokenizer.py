"""A tokenizer for a small language: a loop over characters with str methods."""

import random

EXPECTED = "16996 6966 1003 38904"

KEYWORDS = {"if", "else", "while", "for", "return", "def", "and", "or", "not"}
OPERATORS = {"+", "-", "*", "/", "<", ">", "=", "(", ")", "{", "}", ",", ";"}
DOUBLE = {"==", "<=", ">=", "!=", "+=", "-="}


def make_text(lines):
    rng = random.Random(5)
    names = ["alpha", "beta_2", "gamma", "x", "y", "index", "_private", "total"]
    made = []
    for number in range(lines):
        a, b, c = rng.choice(names), rng.choice(names), rng.choice(names)
        made.append(rng.choice([
            f"    {a} = {b} + {rng.randrange(1000)} * ({c} - 1);",
            f"if ({a} <= {rng.randrange(100)}.{number}) {{ {b} += 2; }} else {{ {c} = 0; }}",
            f"while ({a} != {b} and not {c}) {{  # loop {number}",
            f"def {a}({b}, {c}) {{ return \"{a} of {b}\"; }}",
            f"for ({a} = 0; {a} < {rng.randrange(50)}; {a} += 1) print({a}, '{c}');",
        ]))
    return "\n".join(made)


def tokenize(text):
    tokens = []
    position, line, length = 0, 1, len(text)
    while position < length:
        char = text[position]
        if char == "\n":
            line += 1
            position += 1
        elif char.isspace():
            position += 1
        elif char == "#":
            while position < length and text[position] != "\n":
                position += 1
        elif char.isalpha() or char == "_":
            start = position
            while position < length and (text[position].isalnum() or text[position] == "_"):
                position += 1
            word = text[start:position]
            tokens.append(("keyword" if word in KEYWORDS else "name", word, line))
        elif char.isdigit():
            start = position
            while position < length and (text[position].isdigit() or text[position] == "."):
                position += 1
            number = text[start:position]
            tokens.append(("float" if "." in number else "int", number, line))
        elif char in "\"'":
            start = position
            position += 1
            while text[position] != char:
                position += 1
            position += 1
            tokens.append(("string", text[start + 1:position - 1], line))
        elif text[position:position + 2] in DOUBLE:
            tokens.append(("operator", text[position:position + 2], line))
            position += 2
        elif char in OPERATORS:
            tokens.append(("operator", char, line))
            position += 1
        else:
            raise SyntaxError(f"line {line}: unexpected {char!r}")
    return tokens


def run(lines=5_000, times=20):
    text = make_text(lines)
    for _ in range(times):
        tokens = tokenize(text)
    kinds = [kind for kind, _, _ in tokens]
    return " ".join(str(kinds.count(kind)) for kind in ("name", "int", "float", "operator"))


if __name__ == "__main__":
    print(run())
