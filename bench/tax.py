"""Tax over a million orders: attributes read and written, brackets chosen by region,
and a few steps of float arithmetic for each."""

EXPECTED = 909082439.67


class Order:
    def __init__(self, amount, region):
        self.amount = amount
        self.region = region
        self.tax = 0.0


def rate_of(order):
    if order.region == 0:
        return 0.05 if order.amount < 1000.0 else 0.08
    if order.region == 1:
        return 0.10 if order.amount < 5000.0 else 0.15
    if order.region == 2:
        return 0.19
    return 0.25


def apply_tax(order):
    rate = rate_of(order)
    tax = order.amount * rate
    for _ in range(10):
        tax = tax * 1.01 + rate
    order.tax = tax


def prepare(count=1_000_000):
    return [Order(float(i % 10_007), i % 4) for i in range(count)]


def run(orders):
    for order in orders:
        apply_tax(order)
    total = 0.0
    for order in orders:
        total += order.tax
    return round(total, 2)


if __name__ == "__main__":
    print(run(prepare()))
