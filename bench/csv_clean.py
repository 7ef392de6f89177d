"""Dirty CSV cleaned line by line: str methods, float() that may fail, groups in a dict,
and a report built from pieces."""

import random

EXPECTED = "17133 465911 549.06"


def make_lines(count):
    rng = random.Random(21)
    names = ["  anna ", "BERT", "carla", " dora", "Emil  ", "fritz", ""]
    cities = ["berlin", " PARIS ", "Rome", "new york", "", " oslo"]
    lines = ["name,city,amount,note"]
    for number in range(count):
        amount = rng.choice([f"{rng.uniform(-50, 500):.2f}", f" ${rng.randrange(1000)} ",
                             "n/a", "1_000", ""])
        lines.append(f"{rng.choice(names)},{rng.choice(cities)},{amount},\"note {number}\"")
    return lines


def parse_amount(text):
    try:
        return float(text.strip().replace("$", ""))
    except ValueError:
        return None


def clean(lines):
    header = lines[0].split(",")
    rows = []
    for line in lines[1:]:
        fields = [field.strip() for field in line.split(",")]
        if len(fields) != len(header):
            continue
        row = dict(zip(header, fields))
        if not row["name"]:
            continue
        row["name"] = row["name"].title()
        row["city"] = row["city"].title() or "Unknown"
        row["amount"] = parse_amount(row["amount"])
        if row["note"].startswith('"') and row["note"].endswith('"'):
            row["note"] = row["note"][1:-1]
        rows.append(row)
    return rows


def report(rows):
    groups = {}
    for row in rows:
        if row["amount"] is not None:
            groups.setdefault((row["city"], row["name"]), []).append(row["amount"])
    text = ""
    for (city, name), amounts in sorted(groups.items()):
        total = 0.0
        for amount in amounts:
            total += amount
        text += f"{city:<10}|{name:>8}|{len(amounts):6d}|{total / len(amounts):10.2f}\n"
    return text


def write(rows):
    pieces = []
    for row in rows:
        amount = "" if row["amount"] is None else f"{row['amount']:.2f}"
        pieces.append(";".join((row["name"], row["city"], amount, row["note"])) + "\n")
    return "".join(pieces)


def run(count=20_000, times=20):
    lines = make_lines(count)
    for _ in range(times):
        rows = clean(lines)
    text = report(rows)
    return f"{len(rows)} {len(write(rows))} {text.split()[-1]}"


if __name__ == "__main__":
    print(run())
