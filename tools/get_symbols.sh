#!/bin/sh
# Gets the symbols of the C library that an interpreter from .cpython brought with it:
# valgrind wants to know the dynamic linker's functions.
#
#   tools/get_symbols.sh PYTHON
#
# Says nothing when PYTHON is the system's: valgrind names the package that it wants.
set -eu
python=$1
cd "$(dirname "$0")/.."

case $("$python" -c 'import sys; print(sys.base_prefix)') in
    "$PWD"/.cpython/*) tools/get_cpython.sh .cpython --symbols ;;
esac
