#!/bin/sh
# Prints the path of a CPython 3.14 with headers: the one on the PATH, or else
# Debian's build, fetched into .cpython.
#
#   tools/find_python.sh [--debug]      (--debug: the interpreter with Py_DEBUG)
#
# Exit status 1 with one message on stderr when there is none to be had.
set -eu
cd "$(dirname "$0")/.."

name=python3.14
[ "${1-}" != --debug ] || name=python3.14-dbg
has_headers='import os, sys, sysconfig
sys.exit(not os.path.exists(sysconfig.get_path("include") + "/internal/pycore_frame.h"))'

if found=$(command -v $name) && "$found" -c "$has_headers" 2>/dev/null; then
    echo "$found"
    exit 0
fi
if [ ! -x .cpython/usr/bin/$name ]; then
    echo "graft: no $name with headers on the PATH; fetching Debian's build into .cpython" >&2
    tools/apt_install.sh patchelf ca-certificates
    tools/get_cpython.sh .cpython "$@"
fi
echo "$PWD/.cpython/usr/bin/$name"
