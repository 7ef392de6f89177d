"""Word frequencies in a generated text: split, strip, lower, and counts in dicts."""

import random

EXPECTED = "1143 61027 ru 3341 195"


def make_text(words):
    rng = random.Random(11)
    syllables = ["ka", "lo", "mi", "ne", "ru", "sha", "ti", "vo"]
    vocabulary = ["".join(rng.choices(syllables, k=rng.randrange(1, 5))) for _ in range(3000)]
    vocabulary += [word + "," for word in vocabulary[::7]]
    vocabulary += [word.title() for word in vocabulary[::5]]
    weights = [1.0 / (rank + 3) for rank in range(len(vocabulary))]
    text = rng.choices(vocabulary, weights, k=words)
    return [" ".join(text[i:i + 12]) + "." for i in range(0, words, 12)]


def count_words(lines):
    counts = {}
    followers = {}
    for line in lines:
        previous = None
        for word in line.split():
            word = word.strip(".,;").lower()
            counts[word] = counts.get(word, 0) + 1
            if previous is not None:
                after = followers.setdefault(previous, {})
                if word in after:
                    after[word] += 1
                else:
                    after[word] = 1
            previous = word
    return counts, followers


def run(words=1_000_000):
    counts, followers = count_words(make_text(words))
    by_length = {}
    for word, count in counts.items():
        by_length[len(word)] = by_length.get(len(word), 0) + count
    ranking = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    likely = max(followers[ranking[0][0]].items(), key=lambda item: (item[1], item[0]))
    return f"{len(counts)} {ranking[0][1]} {likely[0]} {likely[1]} {by_length[max(by_length)]}"


if __name__ == "__main__":
    print(run())
