#!/bin/sh
# Runs a command under an environment that has the sanitized build (meson -Dsanitize=true):
# micro-ops are executed by C functions, every object is a block of its own, and the first
# finding ends the process.
#
#   tools/sanitize.sh ENVIRONMENT COMMAND...     (ENVIRONMENT/bin is first on the PATH)
set -eu

environment=$(cd "$1" && pwd)
shift
PATH=$environment/bin:$PATH
engine=$(ls "$environment"/lib/python3*/site-packages/graft/_graft.*.so)
# The interpreter has none of it: the library that the engine wants must be there before all others.
runtime=$(ldd "$engine" | sed -n 's/.*=> \(.*asan[^ ]*\) .*/\1/p')
[ -n "$runtime" ] || { echo "graft: $engine was built without AddressSanitizer" >&2; exit 1; }

# CPython does not free everything at its end; what is too large for malloc is a MemoryError.
ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1:abort_on_error=1:$(printenv ASAN_OPTIONS || true)
UBSAN_OPTIONS=halt_on_error=1:abort_on_error=1:print_stacktrace=1:$(printenv UBSAN_OPTIONS || true)
export PATH ASAN_OPTIONS UBSAN_OPTIONS PYTHONMALLOC=malloc
export GRAFT_MACHINE_CODE=0 GRAFT_TEST_MACHINE_CODE=0
LD_PRELOAD=$runtime exec "$@"
