"""A million orders made from numbers, kept, and asked for their tax: mostly allocation
and the garbage collector."""

EXPECTED = 909082439.67

RATES = ((0.05, 1000.0, 0.08), (0.10, 5000.0, 0.15), (0.19, 0.0, 0.19), (0.25, 0.0, 0.25))


class Order:
    def __init__(self, amount, region):
        self.amount = amount
        self.region = region
        self.tax = 0.0

    def rate(self):
        low, limit, high = RATES[self.region]
        return low if self.amount < limit else high

    def settle(self):
        rate = self.rate()
        tax = self.amount * rate
        for _ in range(10):
            tax = tax * 1.01 + rate
        self.tax = tax


def run(count=1_000_000):
    orders = []
    for i in range(count):
        orders.append(Order(float(i % 10_007), i % 4))
    for order in orders:
        order.settle()
    return round(sum(order.tax for order in orders), 2)


if __name__ == "__main__":
    print(run())
