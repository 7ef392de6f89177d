"""A little operating system: tasks of several classes, states, priorities, and
messages passed between them."""

from collections import deque

EXPECTED = "939474 520000 32798048"

READY, WAITING, DONE = range(3)


class Message:
    def __init__(self, sender, value):
        self.sender = sender
        self.value = value
        self.hops = 0


class Task:
    def __init__(self, name, priority):
        self.name = name
        self.priority = priority
        self.state = READY
        self.inbox = deque()
        self.turns = 0

    def is_ready(self):
        return self.state == READY or (self.state == WAITING and len(self.inbox) > 0)

    def receive(self):
        return self.inbox.popleft() if self.inbox else None

    def step(self, system):
        raise NotImplementedError


class Producer(Task):
    def __init__(self, name, priority, targets, amount):
        super().__init__(name, priority)
        self.targets = targets
        self.amount = amount
        self.seed = priority * 7919 + 1

    def step(self, system):
        if self.amount == 0:
            self.state = DONE
            return
        self.amount -= 1
        self.seed = (self.seed * 1103515245 + 12345) & 0x7fffffff
        target = self.targets[self.seed % len(self.targets)]
        system.send(target, Message(self.name, self.seed & 0xff))


class Worker(Task):
    def __init__(self, name, priority, target):
        super().__init__(name, priority)
        self.target = target
        self.checksum = 0

    def step(self, system):
        message = self.receive()
        if message is None:
            self.state = WAITING
            return
        self.state = READY
        for _ in range(4):
            self.checksum = (self.checksum * 33 + message.value) & 0xffffff
        message.value = self.checksum & 0xff
        message.hops += 1
        system.send(self.target, message)


class Device(Task):
    def __init__(self, name, priority, delay):
        super().__init__(name, priority)
        self.delay = delay
        self.left = delay
        self.total = 0
        self.handled = 0

    def step(self, system):
        if self.left > 0:
            self.left -= 1
            return
        self.left = self.delay
        message = self.receive()
        if message is None:
            self.state = WAITING
            return
        self.state = READY
        self.total += message.value * message.hops
        self.handled += 1


class System:
    def __init__(self):
        self.tasks = []
        self.by_name = {}
        self.sent = 0

    def add(self, task):
        self.tasks.append(task)
        self.tasks.sort(key=lambda other: -other.priority)
        self.by_name[task.name] = task

    def send(self, name, message):
        task = self.by_name[name]
        task.inbox.append(message)
        self.sent += 1
        if task.state == WAITING:
            task.state = READY

    def run(self):
        turns = 0
        while True:
            ran = False
            for task in self.tasks:
                if task.is_ready():
                    task.step(self)
                    task.turns += 1
                    turns += 1
                    ran = True
            if not ran:
                return turns


def run(amount=130_000):
    system = System()
    for i in range(3):
        system.add(Worker(f"worker {i}", 5 + i, f"device {i % 2}"))
    for i in range(2):
        system.add(Device(f"device {i}", 2 + i, i))
        system.add(Producer(f"producer {i}", 9 + i, ["worker 0", "worker 1", "worker 2"], amount))
    turns = system.run()
    total = sum(task.total for task in system.tasks if isinstance(task, Device))
    return f"{turns} {system.sent} {total}"


if __name__ == "__main__":
    print(run())
