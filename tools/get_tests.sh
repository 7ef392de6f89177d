#!/bin/sh
# Gets CPython's own tests for an interpreter that has none.
#
#   tools/get_tests.sh PYTHON
#
# Exit status 1 with one message on stderr when there are none to be had.
set -eu
python=$1
cd "$(dirname "$0")/.."

has_tests() { "$python" -c 'import importlib.util, sys; sys.exit(not importlib.util.find_spec("test.test_grammar"))'; }

has_tests && exit 0
case $("$python" -c 'import sys; print(sys.base_prefix)') in
    "$PWD"/.cpython/*) tools/get_cpython.sh .cpython --tests ;;
    *) tools/apt_install.sh libpython3.14-testsuite ;;
esac
has_tests || { echo "graft: $python has no package test (Debian: libpython3.14-testsuite)" >&2; exit 1; }
