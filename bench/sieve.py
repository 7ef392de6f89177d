"""The sieve of Eratosthenes on a list of booleans, and gaps between the primes."""

EXPECTED = "539777 48618 154"


def primes_below(limit):
    is_prime = [True] * limit
    is_prime[0] = is_prime[1] = False
    candidate = 2
    while candidate * candidate < limit:
        if is_prime[candidate]:
            for multiple in range(candidate * candidate, limit, candidate):
                is_prime[multiple] = False
        candidate += 1
    return [number for number, prime in enumerate(is_prime) if prime]


def run(limit=8_000_000):
    primes = primes_below(limit)
    twins = widest = 0
    for i in range(1, len(primes)):
        gap = primes[i] - primes[i - 1]
        if gap == 2:
            twins += 1
        elif gap > widest:
            widest = gap
    return f"{len(primes)} {twins} {widest}"


if __name__ == "__main__":
    print(run())
