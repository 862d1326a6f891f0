"""Strict numerics for every test, programs that compile quickly, errors counted."""

import contextlib
import gc
import os
from pathlib import Path
import shutil


os.environ.setdefault("MPLBACKEND", "Agg")

import error_sites
import hypothesis
import jax
import jaxtyping
import pytest


PROGRAMS = Path(__file__).parents[1] / ".pytest_cache" / "programs"
"""The persistent compilation cache: compiling takes most of the time of a test. The
workers share it, and so do the processes that tests start."""

MOST_PROGRAMS = 1_500
"""A compiled program takes about 2 MB with all that JAX keeps for it, and 7 memory
maps, of which Linux allows a process 65,530."""

for option, value in {
    "jax_compilation_cache_dir": str(PROGRAMS),
    # a file takes longer to write than a smaller program to compile
    "jax_persistent_cache_min_compile_time_secs": 0.05,
    "jax_persistent_cache_min_entry_size_bytes": -1,
}.items():
    jax.config.update(option, value)
    os.environ[option.upper()] = str(value)

jax.config.update("jax_enable_x64", True)
jax.config.update("jax_numpy_dtype_promotion", "strict")
jax.config.update("jax_numpy_rank_promotion", "raise")
jax.config.update("jax_default_matmul_precision", "highest")

# In a process that holds thousands of programs, full collections of garbage take
# several percent of the time and free little.
gc.set_threshold(10_000, 10, 1_000)

hypothesis.settings.register_profile(
    "ctrnn_jax",
    deadline=None,
    derandomize=True,
    max_examples=25,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("ctrnn_jax")
error_sites.watch()


def pytest_addoption(parser):
    text = "compile as for users, not quickly; for tests of bits, memory and programs"
    parser.addoption("--optimised", action="store_true", help=text)


def pytest_configure(config):
    """Choose how XLA compiles, before it starts."""
    if not config.getoption("optimised"):
        # after the line that watches the import of the package
        from benchmarks._quick_compilation import with_quick_compilation

        given = os.environ.get("XLA_FLAGS", "")
        os.environ["XLA_FLAGS"] = with_quick_compilation(given)


def pytest_sessionstart(session):
    """Delete the cache when it is large: old programs are never read again."""
    if not hasattr(session.config, "workerinput"):
        size = 0
        for path in PROGRAMS.glob("*"):
            with contextlib.suppress(FileNotFoundError):  # another run deletes it now
                size += path.stat().st_size
        if size > 2**30:
            shutil.rmtree(PROGRAMS, ignore_errors=True)


def is_complete(config):
    """Whether a run holds all quick tests: no path, no -k, nothing left out."""
    options = config.option
    names = ("keyword", "deselect", "ignore", "ignore_glob", "lf", "maxfail")
    chosen = any(getattr(options, name, None) for name in names)
    quick = options.markexpr.strip() == "not slow and not optimised"
    chosen = chosen or options.collectonly
    return quick and not chosen and config.args == config.getini("testpaths")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session, exitstatus):
    """Send the reached error sites to the first process, which demands all of them."""
    config = session.config
    if hasattr(config, "workerinput"):
        config.workeroutput["reached"] = sorted(error_sites.reached)
    elif exitstatus == 0 and is_complete(config):
        missing = error_sites.all_sites() - error_sites.reached
        if missing:
            report = config.pluginmanager.get_plugin("terminalreporter")
            report.section("errors that no quick test reaches", sep="=", red=True)
            report.write("\n".join(sorted(missing)) + "\n")
            session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node):
    """Collect the error sites that a worker reached."""
    error_sites.reached.update(getattr(node, "workeroutput", {}).get("reached", ()))


_programs = 0


def _count_program(event, duration, **_):
    global _programs
    _programs += event == "/jax/core/compile/backend_compile_duration"


jax.monitoring.register_event_duration_secs_listener(_count_program)


@pytest.fixture(autouse=True, scope="module")
def _forget_programs():
    """Free compiled programs between modules when there are many."""
    global _programs
    yield
    if _programs > MOST_PROGRAMS:
        jax.clear_caches()
        gc.collect()
        _programs = 0


@pytest.fixture
def optax_promotes():
    """Adam's bias correction is `float ** int32`, an error under strict promotion."""
    with jax.numpy_dtype_promotion("standard"):
        yield


@pytest.fixture
def as_for_a_user():
    """Turn type checks off, so that wrong types reach the errors of the package."""
    before = jaxtyping.config.jaxtyping_disable
    jaxtyping.config.update("jaxtyping_disable", True)
    yield
    jaxtyping.config.update("jaxtyping_disable", before)


@pytest.fixture
def getkey():
    """Return a function that makes a new key at each call, the same in every run."""
    count = iter(range(1_000_000))
    return lambda: jax.random.fold_in(jax.random.key(20161110), next(count))
