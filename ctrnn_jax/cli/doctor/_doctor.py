"""`ctrnn-jax doctor`: describe the installation, and test that training works."""

from collections.abc import Callable
import dataclasses
import importlib.util
import json
from pathlib import Path
import shutil
import tempfile
from typing import final

import jax
from rich.console import Console

from .._compilation_cache import use
from ..options import Doctor
from ._facts import cache_folder, Facts, facts
from ._self_test import is_same_after_a_file, simulation_error, training_error


_LEAST_SPACE = 2**30
"""The free space in bytes below which a run may fill the disk."""

_PAGE = "Reinstall with pip install --force-reinstall 'ctrnn-jax[all]', and report it."


@final
@dataclasses.dataclass(frozen=True)
class Check:
    """The outcome of one check: what was seen, and what to do if it failed."""

    name: str
    passed: bool
    detail: str
    remedy: str


def doctor(command: Doctor, console: Console) -> int:
    """Print facts and checks; return the exit status, 1 if a check failed."""
    if not command.json:
        use(console)
    else:
        use(Console(quiet=True))
    found, checks = facts(), _checks()
    failed = [check for check in checks if not check.passed]
    if command.json:
        entries = [dataclasses.asdict(check) for check in checks]
        content = {"facts": found, "checks": entries, "passed": not failed}
        console.print_json(json.dumps(content))
        return int(bool(failed))
    _print(found, checks, console)
    count = f"{len(failed)} of {len(checks)} checks failed"
    _say(console, count if failed else f"all {len(checks)} checks passed")
    return int(bool(failed))


def _say(console: Console, text: str) -> None:
    console.print(text, highlight=False, markup=False, soft_wrap=True)


def _print(found: Facts, checks: list[Check], console: Console) -> None:
    """Print the facts by section, and a line for each check."""
    for section, rows in found.items():
        _say(console, section)
        width = max(map(len, rows))
        for name, value in rows.items():
            _say(console, f"  {name:{width}}  {value}")
    _say(console, "checks")
    for check in checks:
        remedy = "" if check.passed else f". {check.remedy}"
        state = "pass" if check.passed else "FAIL"
        _say(console, f"  {state}  {check.name}: {check.detail}{remedy}")


def _checks() -> list[Check]:
    """Run all checks. An error of a check is a failure."""
    with (
        tempfile.TemporaryDirectory(prefix="ctrnn-jax-doctor-") as name,
        jax.default_matmul_precision("highest"),
    ):
        folder = Path(name)
        return [
            _check("a GPU is used if there is one", _gpu, _GPU),
            _check("compiled programs are kept for later processes", _cache, _CACHE),
            _check("the disk has space", lambda: _space(folder), _SPACE),
            _check("a simulation equals a NumPy loop", _simulation, _PAGE),
            _check("training equals a NumPy loop", lambda: _training(folder), _PAGE),
            _check("a network can be written and read", lambda: _file(folder), _SPACE),
            _check("a run can be resumed", lambda: _resumed(folder), _PAGE),
        ]


def _check(name: str, run: Callable[[], tuple[bool, str]], remedy: str) -> Check:
    """Run a check."""
    try:
        passed, detail = run()
    except Exception as error:  # any error of any library
        passed = False
        detail = f"{type(error).__name__}: {str(error).partition(chr(10))[0]}"
    return Check(name, passed, detail, remedy)


_GPU = "Install JAX for it: pip install 'jax[cuda13]'; see also JAX_PLATFORMS."
_CACHE = (
    "Set JAX_COMPILATION_CACHE_DIR to a folder that can be written; until then every "
    "process compiles again."
)
_SPACE = "Make room, or set TMPDIR to another folder."


def _gpu() -> tuple[bool, str]:
    """Check that JAX uses an NVIDIA GPU if there is one."""
    has_gpu = Path("/dev/nvidiactl").exists() or shutil.which("nvidia-smi") is not None
    platform = jax.default_backend()
    if not has_gpu:
        return True, f"no NVIDIA GPU was seen; JAX uses the platform {platform}"
    return platform in ("gpu", "cuda"), f"JAX uses the platform {platform}"


def _cache() -> tuple[bool, str]:
    """Check that the folder of compiled programs can be written."""
    folder = cache_folder()
    if folder is None:
        return False, "the user's cache folder cannot be written"
    with tempfile.TemporaryFile(dir=folder):
        return True, str(folder)


def _space(folder: Path) -> tuple[bool, str]:
    """Check that there is free space for runs and temporary files."""
    free = {x: shutil.disk_usage(x).free for x in (Path.cwd(), folder.parent)}
    place = min(free, key=lambda x: free[x])
    return free[place] >= _LEAST_SPACE, f"{free[place] / 2**30:.1f} GiB free in {place}"


def _is_small(error: float) -> tuple[bool, str]:
    """Return whether a difference is that of rounding, and describe it."""
    limit = 1e-9 if jax.config.read("jax_enable_x64") else 1e-4
    return error < limit, f"largest difference {error:.1e}"


def _simulation() -> tuple[bool, str]:
    return _is_small(simulation_error())


def _training(folder: Path) -> tuple[bool, str]:
    return _is_small(training_error(folder, checkpoints=False))


def _file(folder: Path) -> tuple[bool, str]:
    is_same = is_same_after_a_file(folder)
    return is_same, "the same bits" if is_same else "other bits"


def _resumed(folder: Path) -> tuple[bool, str]:
    """Check that a run continues from a checkpoint, if Orbax is installed."""
    if importlib.util.find_spec("orbax") is None:
        return True, "not tested: checkpoints need pip install 'ctrnn-jax[checkpoint]'"
    return _is_small(training_error(folder / "checkpoints", checkpoints=True))
