"""An interpreter in Python: a stack machine with a chain of ifs, running two small programs."""

EXPECTED = "399999 6147015 1438 11987"

(PUSH, LOAD, STORE, ADD, MUL, MOD, LESS, JUMP, JUMP_IF_NOT, CALL, RETURN, PRINT,
 HALT) = range(13)

# The sum of i * i % 7 for i below n; the increment is a subroutine.
SUMS = [
    (PUSH, 0), (STORE, 1),
    (PUSH, 0), (STORE, 2),
    (LOAD, 1), (LOAD, 0), (LESS, 0), (JUMP_IF_NOT, 19),
    (LOAD, 2), (LOAD, 1), (LOAD, 1), (MUL, 0), (PUSH, 7), (MOD, 0), (ADD, 0), (STORE, 2),
    (LOAD, 1), (CALL, 21), (JUMP, 4),
    (LOAD, 2), (HALT, 0),
    (PUSH, 1), (ADD, 0), (STORE, 1), (RETURN, 0),
]

# Primes below n by trial division.
PRIMES = [
    (PUSH, 2), (STORE, 1),
    (LOAD, 1), (LOAD, 0), (LESS, 0), (JUMP_IF_NOT, 28),
    (PUSH, 2), (STORE, 2),
    (LOAD, 1), (LOAD, 2), (LOAD, 2), (MUL, 0), (LESS, 0), (JUMP_IF_NOT, 16),
    (PRINT, 1), (JUMP, 24),
    (LOAD, 1), (LOAD, 2), (MOD, 0), (JUMP_IF_NOT, 24),
    (LOAD, 2), (PUSH, 1), (ADD, 0), (JUMP, 7),
    (LOAD, 1), (PUSH, 1), (ADD, 0), (JUMP, 1),
    (LOAD, 1), (HALT, 0),
]


def execute(program, argument, printed):
    stack = []
    returns = []
    variables = [argument, 0, 0]
    position = 0
    executed = 0
    while True:
        opcode, operand = program[position]
        position += 1
        executed += 1
        if opcode == PUSH:
            stack.append(operand)
        elif opcode == LOAD:
            stack.append(variables[operand])
        elif opcode == STORE:
            variables[operand] = stack.pop()
        elif opcode == ADD:
            right = stack.pop()
            stack[-1] += right
        elif opcode == MUL:
            right = stack.pop()
            stack[-1] *= right
        elif opcode == MOD:
            right = stack.pop()
            stack[-1] %= right
        elif opcode == LESS:
            right = stack.pop()
            stack[-1] = int(stack[-1] < right)
        elif opcode == JUMP:
            position = operand
        elif opcode == JUMP_IF_NOT:
            if not stack.pop():
                position = operand
        elif opcode == CALL:
            returns.append(position)
            position = operand
        elif opcode == RETURN:
            position = returns.pop()
        elif opcode == PRINT:
            printed.append(variables[operand])
        elif opcode == HALT:
            return stack.pop(), executed


def run(sums=200_000, primes=12_000):
    printed = []
    first, executed = execute(SUMS, sums, printed)
    _, more = execute(PRIMES, primes, printed)
    return f"{first} {executed + more} {len(printed)} {printed[-1]}"


if __name__ == "__main__":
    print(run())
