#!/bin/sh
# Makes a virtual environment with what Graft needs to be built, tested and measured.
#
#   tools/make_venv.sh PYTHON DIR
#
# Does nothing when DIR was made from PYTHON already and is complete.  Exit
# status 1 with one message on stderr otherwise.
set -eu

python=$1 dir=$2
tools="meson-python meson ninja pyelftools pytest pytest-timeout pytest-xdist hypothesis rich pyperf"

fail() { echo "graft: $*" >&2; exit 1; }

python=$(command -v "$python") || fail "there is no $1"
if [ -x "$dir/bin/python" ] && [ "$(cat "$dir/made-from" 2>/dev/null)" = "$python: $tools" ]; then
    exit 0
fi
"$python" "$(dirname "$0")/configure.py" interpreter >/dev/null || exit 1
rm -rf "$dir"
if ! "$python" -m venv "$dir" >/dev/null 2>&1; then
    # Debian's ensurepip takes its wheels from a folder of the system, which an
    # unpacked interpreter has beside it.
    rm -rf "$dir"
    prefix=$("$python" -c 'import sys; print(sys.base_prefix)')
    wheel=$(ls "$prefix"/share/python-wheels/pip-*.whl 2>/dev/null | head -n 1)
    [ -n "$wheel" ] || fail "$python cannot make virtual environments (install python3.14-venv)"
    "$python" -m venv --without-pip "$dir" || fail "could not make $dir"
    PYTHONPATH=$wheel "$dir/bin/python" -m pip install -q --no-index "$wheel" ||
        fail "could not put pip into $dir"
fi
echo "graft: putting the build and test tools into $dir" >&2
"$dir/bin/python" -m pip install -q --disable-pip-version-check $tools ||
    fail "could not install $tools into $dir"
echo "$python: $tools" > "$dir/made-from"
