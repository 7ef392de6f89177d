"""Transfers between accounts: dataclasses, properties, an exception of the program's own."""

import random
from dataclasses import dataclass, field

EXPECTED = "110767 34739179 2645020 890"


class InsufficientFunds(Exception):
    def __init__(self, missing):
        super().__init__(f"{missing} missing")
        self.missing = missing


@dataclass
class Account:
    owner: str
    balance: int = 0
    limit: int = 0
    history: list = field(default_factory=list)

    @property
    def available(self):
        return self.balance + self.limit

    def deposit(self, amount):
        if amount <= 0:
            raise ValueError("amount must be positive")
        self.balance += amount

    def withdraw(self, amount):
        if amount > self.available:
            raise InsufficientFunds(amount - self.available)
        self.balance -= amount


class Bank:
    def __init__(self, owners):
        self.accounts = {owner: Account(owner, 1_000, 50 * (i % 5))
                         for i, owner in enumerate(owners)}
        self.refused = 0
        self.missing = 0

    def transfer(self, source, target, amount):
        try:
            self.accounts[source].withdraw(amount)
            self.accounts[target].deposit(amount)
        except InsufficientFunds as error:
            self.refused += 1
            self.missing += error.missing
            return False
        self.accounts[source].history.append((target, -amount))
        self.accounts[target].history.append((source, amount))
        return True

    def add_interest(self, percent):
        for account in self.accounts.values():
            if account.balance > 0:
                account.deposit(max(1, account.balance * percent // 100))


def run(transfers=500_000, customers=1_000):
    rng = random.Random(29)
    owners = [f"customer {i}" for i in range(customers)]
    bank = Bank(owners)
    for number in range(transfers):
        source = owners[int(rng.random() * customers)]
        target = owners[int(rng.random() * customers)]
        bank.transfer(source, target, 1 + int(rng.random() * 900))
        if number % 5_000 == 0:
            bank.add_interest(1)
    total = sum(account.balance for account in bank.accounts.values())
    longest = max(len(account.history) for account in bank.accounts.values())
    return f"{bank.refused} {bank.missing} {total} {longest}"


if __name__ == "__main__":
    print(run())
