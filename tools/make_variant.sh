#!/bin/sh
# make_variant.sh ENVIRONMENT DIRECTORY [MESON OPTION ...]
#
# Builds Graft with other build options into DIRECTORY, next to what ENVIRONMENT (.venv) has
# installed: DIRECTORY/python is that environment's python with this build.
set -e
environment=$(cd "$1" && pwd)
mkdir -p "$2"
directory=$(cd "$2" && pwd)
shift 2
cd "$(dirname "$0")/.."
PATH="$environment/bin:$PATH"
unset PYTHONPATH
if [ -f "$directory/meson/meson-private/coredata.dat" ]; then
    meson configure "$@" "$directory/meson"
else
    meson setup -Dbuildtype=plain "$@" "$directory/meson" >"$directory/setup.log" || {
        cat "$directory/setup.log" >&2
        exit 1
    }
fi
ninja --quiet -C "$directory/meson" >&2
rm -rf "$directory/packages"
mkdir "$directory/packages"
cp -R python/graft "$directory/packages/graft"
cp -R bench "$directory/packages/graft/benchmarks"
cp "$directory"/meson/_graft*.so "$directory/packages/graft/"
# The start-up hook would load the installed engine before anybody looks here.
cat >"$directory/python" <<END
#!/bin/sh
export PYTHONPATH="$directory/packages\${PYTHONPATH:+:\$PYTHONPATH}" GRAFT=0
exec "$environment/bin/python" "\$@"
END
chmod +x "$directory/python"
