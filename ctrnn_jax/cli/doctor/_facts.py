"""What a report of a problem needs: versions, devices, memory, folders, variables."""

import importlib.metadata
import os
from pathlib import Path
import platform
import re
import shutil
import tempfile

import jax
import jax.numpy as jnp


Facts = dict[str, dict[str, str]]
"""Names and values, by section."""

_PACKAGE = "ctrnn-jax"
_UNUSED_EXTRAS = ("all", "aot", "bench")
"""Extras that only combine others, or that benchmarks need."""

_VARIABLES = (
    "CUDA_VISIBLE_DEVICES", "JAX_COMPILATION_CACHE_DIR", "JAX_DEBUG_NANS",
    "JAX_DEFAULT_MATMUL_PRECISION", "JAX_DISABLE_JIT", "JAX_ENABLE_X64",
    "JAX_NUM_CPU_DEVICES", "JAX_PLATFORMS", "LD_LIBRARY_PATH", "OMP_NUM_THREADS",
    "PYTHONPATH", "SLURM_JOB_ID", "TF_CPP_MIN_LOG_LEVEL", "XDG_CACHE_HOME",
    "XLA_FLAGS", "XLA_PYTHON_CLIENT_ALLOCATOR", "XLA_PYTHON_CLIENT_MEM_FRACTION",
    "XLA_PYTHON_CLIENT_PREALLOCATE",
)  # fmt: skip
"""Environment variables that change what is computed, or where."""


def facts() -> Facts:
    """Return what is known about this installation and this machine."""
    variables = {name: os.environ[name] for name in _VARIABLES if name in os.environ}
    return {
        "versions": _versions(),
        "devices": _devices(),
        "precision": _numbers(),
        "machine": _machine(),
        "folders": _folders(),
        "environment": variables or {"variables": "none that changes results"},
    }


def _versions() -> dict[str, str]:
    """Return the versions of the package and of the libraries that it names."""
    versions = {_PACKAGE: _version(_PACKAGE) or "not installed, only imported"}
    versions["python"] = platform.python_version()
    for text in importlib.metadata.requires(_PACKAGE) or ():
        found = re.match(r"[\w.-]+", text)
        extra = re.search(r"""extra == ['"]([\w-]+)['"]""", text)
        if found is None or (extra is not None and extra[1] in _UNUSED_EXTRAS):
            continue
        name = found[0].lower()
        part = "" if extra is None else f"[{extra[1]}]"
        missing = f"absent; pip install '{_PACKAGE}{part}'"
        versions.setdefault(name, _version(name) or missing)
    return versions


def _version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def _devices() -> dict[str, str]:
    """Return the platform, and each device with its memory."""
    found = {"platform": jax.default_backend(), "processes": str(jax.process_count())}
    for device in jax.local_devices():
        limit = (device.memory_stats() or {}).get("bytes_limit")
        memory = "" if limit is None else f", {_size(limit)} for JAX"
        found[f"device {device.id}"] = f"{device.device_kind}{memory}"
    return found


def _numbers() -> dict[str, str]:
    """Return the options of JAX that change numbers."""
    precision = jax.config.values["jax_default_matmul_precision"]
    return {
        "default float": str(jnp.zeros(()).dtype),
        "64 bits": "on" if jax.config.read("jax_enable_x64") else "off",
        "matrix products": str(precision or "default of the platform"),
        "random numbers": str(jax.config.values["jax_default_prng_impl"]),
    }


def _machine() -> dict[str, str]:
    """Return the operating system, and the processors and memory of the machine."""
    found = {"system": platform.platform(), "processor": platform.machine()}
    # a batch system may give this process some of them only
    usable = getattr(os, "sched_getaffinity", lambda _: range(os.cpu_count() or 1))(0)
    found["processors"] = f"{len(usable)} of {os.cpu_count()} usable"
    pages = {"memory": "SC_PHYS_PAGES", "unused memory": "SC_AVPHYS_PAGES"}
    known = getattr(os, "sysconf_names", {})  # Windows has none
    for what, name in pages.items():
        if name in known:
            found[what] = _size(os.sysconf(name) * os.sysconf("SC_PAGE_SIZE"))
    return found


def _folders() -> dict[str, str]:
    """Return the folders that the commands write to, with the free space of each."""
    cache, programs = cache_folder(), "not kept, since their folder cannot be written"
    if cache is not None:
        files = [path for path in cache.rglob("*") if path.is_file()]
        size = _size(sum(path.stat().st_size for path in files))
        programs = f"{cache}, {len(files)} files, {size} in all"
    return {
        "compiled programs": programs,
        "temporary files": _with_space(Path(tempfile.gettempdir())),
        "current folder": _with_space(Path.cwd()),
    }


def cache_folder() -> Path | None:
    """Return the folder of compiled programs, which `_compilation_cache.use` sets.

    It is `None` if that folder cannot be written.
    """
    name = jax.config.values["jax_compilation_cache_dir"]
    return None if name is None else Path(name)


def _with_space(path: Path) -> str:
    return f"{path}, {_size(shutil.disk_usage(path).free)} free"


def _size(count: int) -> str:
    """Format a number of bytes."""
    return f"{count / 2**30:.1f} GiB" if count >= 2**30 else f"{count / 2**20:.1f} MiB"
