"""Runs one command and reports what it took: launch.py FD COMMAND [ARGUMENT ...]

Writes "status seconds kilobytes" to the file descriptor FD: the command's exit
status (negative: the signal that ended it), the time from its start to its end,
and its peak memory.  A process of its own and free of imports, because on Linux
a process inherits its starter's peak memory: what is measured must not start
out with the runner's.
"""

import os
import sys
import time

report, command = int(sys.argv[1]), sys.argv[2:]
os.set_inheritable(report, False)
start = time.perf_counter()
pid = os.posix_spawn(command[0], command, os.environ)
_, status, usage = os.wait4(pid, 0)
seconds = time.perf_counter() - start
os.write(report, f"{os.waitstatus_to_exitcode(status)} {seconds!r} {usage.ru_maxrss}".encode())
