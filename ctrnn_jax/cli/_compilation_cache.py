"""The persistent compilation cache: a second process does not compile again."""

import os
from pathlib import Path
import tempfile

import jax
import platformdirs
from rich.console import Console


MOST_BYTES = 2**30
"""The size above which JAX deletes the programs that were not used for longest."""


def use(console: Console) -> None:
    """Keep compiled programs in the user's cache folder, and read them from there.

    A folder that the user has chosen (`JAX_COMPILATION_CACHE_DIR`) is used as it is. If
    the folder cannot be written, a warning says so, and all is compiled. JAX's other
    variables of the cache, such as `JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS`, keep
    their values too.
    """
    if jax.config.values["jax_compilation_cache_dir"] is not None:
        return
    folder = platformdirs.user_cache_path("ctrnn_jax") / "programs"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        console.print(
            f"warning: compiled programs are not kept in {folder}: {error.strerror}",
            highlight=False,
            soft_wrap=True,
            markup=False,
        )
        return
    _set(folder)


def _set(folder: Path) -> None:
    """Set JAX's options of the cache, except those that the environment has."""
    for option, value in {
        "jax_compilation_cache_dir": str(folder),
        "jax_compilation_cache_max_size": MOST_BYTES,
        # a file takes longer to write than a smaller program to compile
        "jax_persistent_cache_min_compile_time_secs": 0.05,
        "jax_persistent_cache_min_entry_size_bytes": -1,
    }.items():
        if option.upper() not in os.environ:
            jax.config.update(option, value)
