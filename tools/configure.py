"""What the build must know before it starts; meson.build asks.

    configure.py interpreter    facts about the running interpreter, name=value lines
    configure.py clang          path of a clang that can compile stencils
    configure.py files KIND     the files of that kind in the checkout, one a line

Exit status 1 with one message on stderr when Graft cannot be built here.
"""

import glob
import os
import platform
import re
import shutil
import subprocess
import sys
import sysconfig

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VERSION = (3, 14)
CLANGS = range(19, 23)
FILES = {
    "sources": ["src/**/*.c"],
    "stencil-inputs": ["src/uops/*", "src/cpython/*.h", "src/emit/*stencil*.h",
                       "src/runtime/*.h", "tools/stencils/*.py"],
    "package": ["python/graft/**/*.py"],
    "benchmarks": ["bench/*.py"],
}


def refuse(message):
    sys.exit(f"graft: {message}")


def interpreter():
    """Facts about the interpreter that runs this, which is the one built for."""
    name = f"{platform.python_implementation()} {platform.python_version()}"
    if sys.implementation.name != "cpython" or sys.version_info[:2] != VERSION:
        refuse(f"needs CPython {VERSION[0]}.{VERSION[1]}, but {sys.executable} is {name}")
    if sys.platform != "linux" or platform.machine() != "x86_64" or sys.maxsize < 2**32:
        refuse(f"needs x86-64 Linux, but this is {platform.machine()} {sys.platform}")
    if sysconfig.get_config_var("Py_GIL_DISABLED"):
        refuse(f"free-threaded builds are not supported yet ({sys.executable} is one)")
    include = sysconfig.get_path("include")
    if not os.path.exists(os.path.join(include, "internal", "pycore_frame.h")):
        refuse(f"no headers of {name} in {include}; install python3.14-dev "
               f"(python3.14-dbg for the debug build)")
    # Debian's pyconfig.h looks for the real one from the folder above.
    parent = os.path.dirname(include)
    facts = {
        "include": include,
        "include_parent": "" if parent == "/usr/include" else parent,
        "suffix": sysconfig.get_config_var("EXT_SUFFIX").lstrip("."),
        "debug": int(bool(sysconfig.get_config_var("Py_DEBUG"))),
        # Built with the JIT: its way into machine code can be used, by this very binary.
        "executors": int("-D_Py_JIT" in (sysconfig.get_config_var("PY_CORE_CFLAGS") or "")),
        "built_for": sys.version.replace("\n", "\\n"),
    }
    return [f"{key}={value}" for key, value in facts.items()]


def clang_version(path):
    """Major version of the clang at `path`; 0 when it is none."""
    try:
        text = subprocess.run([path, "--version"], capture_output=True, text=True).stdout
    except OSError:
        return 0
    match = re.search(r"clang version (\d+)", text)
    return int(match[1]) if match else 0


def clang():
    """$GRAFT_CLANG, or the first on the PATH that is new enough."""
    wanted = f"clang {CLANGS[0]} to {CLANGS[-1]}"
    chosen = os.environ.get("GRAFT_CLANG")
    if chosen:
        version = clang_version(chosen)
        if version not in CLANGS:
            refuse(f"GRAFT_CLANG={chosen} is {f'clang {version}' if version else 'no clang'}; "
                   f"the stencils need {wanted}")
        return [shutil.which(chosen)]
    for name in [f"clang-{number}" for number in CLANGS] + ["clang"]:
        path = shutil.which(name)
        if path and clang_version(path) in CLANGS:
            return [path]
    refuse(f"the stencils need {wanted}: install clang-19 (apt-get install clang-19), "
           f"or name one in GRAFT_CLANG")


def files(kind):
    found = []
    for pattern in FILES[kind]:
        found += glob.glob(pattern, root_dir=ROOT, recursive=True)
    return sorted(path for path in found if os.path.isfile(os.path.join(ROOT, path)))


if __name__ == "__main__":
    command = {"interpreter": interpreter, "clang": clang, "files": files}[sys.argv[1]]
    print("\n".join(command(*sys.argv[2:])))
