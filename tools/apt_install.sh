#!/bin/sh
# Installs those of the named Debian packages that are missing, when it may:
# as root, where there is an apt-get.  Else it says nothing and leaves it to
# whatever needs them to name what is missing.
set -eu

missing=
for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok' ||
        missing="$missing $package"
done
[ -n "$missing" ] || exit 0
[ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || exit 0

echo "graft: installing$missing" >&2
log=$(mktemp)
export DEBIAN_FRONTEND=noninteractive
if ! { apt-get -q update && apt-get -q -y install --no-install-recommends $missing; } >"$log" 2>&1
then
    tail -n 5 "$log" >&2
    echo "graft: could not install$missing with apt-get; the whole log is $log" >&2
    exit 1
fi
rm -f "$log"
