# Builds Graft into .venv (and .venv-dbg, for the interpreter's debug build).
#
#   make          an environment in .venv whose python has Graft
#   make dbg      the same in .venv-dbg, with the debug build of the interpreter
#   make run      the benchmark programs with the JIT off and on, as a table
#   make run SCRIPT=path.py ARGS='...'     a script of your own under Graft
#   make check    the quick tests, on the release build
#   make test     all tests, on the release build and on the debug build, a part of them
#                 sanitized, and those of CPython's own that are about the language
#   make test-cpython     all of CPython's own test suite, in all modes: hours
#   make test-packages    the tests of packages that people use, with the JIT off and on: an hour
#   make sanitize the quick tests on a build with AddressSanitizer and UndefinedBehaviorSanitizer,
#                 with SANITIZE=tests/test_int.py a part of them
#   make valgrind a sample of programs in real machine code under valgrind
#   make test-faults      faults at every place (tests/test_faults.py): hours
#   make fuzz TIME=600 SEED=0     random programs with the JIT off and on; FUZZ= for more options
#   make clean    away with what was built (.cpython, the fetched interpreter, stays)
#
# PYTHON= and PYTHON_DBG= choose the interpreters; BENCH=, PYTEST=, SANITIZE=, CPYTHON=, PACKAGE= and FUZZ=
# are further arguments for `python -m graft bench`, for pytest (twice), tests/cpython/run.py,
# tests/packages.py and tests/fuzz/run.py.

PACKAGES = clang-19 gcc libc6-dev ca-certificates
BENCH =
PYTEST = -q -n auto
SANITIZE = tests
SANITIZED = $(patsubst %,tests/test_%.py,records int arrays in_place containers closures \
              generators_compiled handlers strings operators dicts corpus)
CPYTHON =
PACKAGE =
TIME = 600
SEED = 0
FUZZ =
INPUTS := $(shell find src python bench tools/stencils -not -path '*/__pycache__*' -not -name '*.pyc') \
          meson.build meson.options pyproject.toml tools/configure.py

# The environment of the tests is their own.
unexport PYTHON_JIT GRAFT

.PHONY: all dbg run check test test-cpython test-packages test-faults sanitize valgrind fuzz clean
all: build/release.installed
dbg: build/debug.installed

# $(call install,ENVIRONMENT,BUILD DIRECTORY,OPTIONS): meson compiles only what changed, unless
# the environment is a new one.  Compiled here first, because pip -q hides warnings and
# wraps errors in forty lines of its own.
install = PATH="$(CURDIR)/$(1)/bin:$$PATH"; unset PYTHONPATH; export PYTHONWARNINGS=ignore; \
          python tools/configure.py clang >/dev/null && \
          { [ $(2) -nt $(1)/made-from ] || rm -rf $(2); } && \
          { [ ! -f $(2)/meson-private/coredata.dat ] || again=--reconfigure; mkdir -p build; \
            meson setup -Dbuildtype=plain $(3) $$again $(2) >build/setup.log || \
            { cat build/setup.log; false; }; } && \
          ninja --quiet -C $(2) && \
          python -m pip install -q --disable-pip-version-check --no-build-isolation \
                 --no-deps --force-reinstall -Cbuild-dir=$(2) . && touch $@

build/release.installed: .venv/made-from $(INPUTS)
	@$(call install,.venv,build/release)

build/debug.installed: .venv-dbg/made-from $(INPUTS)
	@$(call install,.venv-dbg,build/debug)

build/sanitize.installed: .venv-asan/made-from $(INPUTS)
	@$(call install,.venv-asan,build/sanitize,-Dsanitize=true)

.venv/made-from: tools/make_venv.sh $(if $(PYTHON),FORCE)
	@tools/apt_install.sh $(PACKAGES)
	@python="$(PYTHON)"; [ -n "$$python" ] || python=$$(tools/find_python.sh) || exit 1; \
	tools/make_venv.sh "$$python" .venv

.venv-asan/made-from: tools/make_venv.sh $(if $(PYTHON),FORCE)
	@tools/apt_install.sh $(PACKAGES)
	@python="$(PYTHON)"; [ -n "$$python" ] || python=$$(tools/find_python.sh) || exit 1; \
	tools/make_venv.sh "$$python" .venv-asan

.venv-dbg/made-from: tools/make_venv.sh $(if $(PYTHON_DBG),FORCE)
	@tools/apt_install.sh $(PACKAGES)
	@python="$(PYTHON_DBG)"; [ -n "$$python" ] || python=$$(tools/find_python.sh --debug) || exit 1; \
	tools/make_venv.sh "$$python" .venv-dbg

.PHONY: FORCE
FORCE:

ifdef SCRIPT
run: all
	@.venv/bin/python -m graft $(SCRIPT) $(ARGS)
else
run: all
	@.venv/bin/python -m graft bench $(BENCH)
endif

check: all
	@.venv/bin/python -m pytest $(PYTEST) -m "not slow" tests

# Tests that need more address space or time than a sanitized process has are left out by themselves.
sanitize: build/sanitize.installed
	@GRAFT_TEST_EXAMPLES=40 tools/sanitize.sh .venv-asan python -m pytest $(PYTEST) -m "not slow" $(SANITIZE)

valgrind: all
	@tools/apt_install.sh valgrind; tools/get_symbols.sh .venv/bin/python
	@.venv/bin/python -m pytest $(PYTEST) tests/test_valgrind.py

test: all dbg build/sanitize.installed
	@failed=0; \
	echo "== release build"; .venv/bin/python -m pytest $(PYTEST) tests || failed=1; \
	echo "== debug build"; .venv-dbg/bin/python -m pytest $(PYTEST) tests || failed=1; \
	echo "== sanitized"; $(MAKE) --no-print-directory sanitize SANITIZE="$(SANITIZED)" || failed=1; \
	echo "== CPython's tests of the language"; tools/get_tests.sh .venv/bin/python && \
	.venv/bin/python tests/cpython/run.py --language --build release --mode threshold=1 --jobs 2 || failed=1; \
	exit $$failed

test-cpython: all dbg
	@tools/get_tests.sh .venv/bin/python && tools/get_tests.sh .venv-dbg/bin/python
	@.venv/bin/python tests/cpython/run.py $(CPYTHON)

test-packages: all
	@.venv/bin/python tests/packages.py $(PACKAGE)

test-faults: all dbg
	@for environment in .venv .venv-dbg; do \
	GRAFT_TEST_FAULTS=long $$environment/bin/python -m pytest $(PYTEST) tests/test_faults.py tests/test_leaks.py || exit 1; done

fuzz: all
	@.venv/bin/python tests/fuzz/run.py --time $(TIME) --seed $(SEED) $(FUZZ)

clean:
	rm -rf build .venv .venv-dbg .venv-asan .pytest_cache .hypothesis
