"""Runs one benchmark program and prints its seconds, answer and expected answer,
a line each: child.py PROGRAM.  What a program prepares is not part of its seconds.
For any Python from 3.9 on.
"""

import sys
import time

with open(sys.argv[1], encoding="utf-8") as file:
    program = {"__name__": "program", "__file__": sys.argv[1]}
    exec(compile(file.read(), sys.argv[1], "exec"), program)
run = program["run"]
arguments = (program["prepare"](),) if "prepare" in program else ()
start = time.perf_counter()
answer = run(*arguments)
seconds = time.perf_counter() - start
print(repr(seconds), answer, program["EXPECTED"], sep="\n")
