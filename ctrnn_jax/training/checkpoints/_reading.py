"""What a checkpoint says of itself, and reading one with every way it can be wrong."""

from collections.abc import Mapping, Sequence
import importlib.metadata
import json
from pathlib import Path
import re
from typing import Any

import numpy as np

from ..._checks import invalid
from ._leaves import CheckpointError, decode, decode_arrays, difference
from ._store import ITEMS, Reader, reading


FORMAT = 1
_OURS = ("format", "versions", "contents")
_LIBRARIES = (
    "ctrnn-jax",
    "jax",
    "jaxlib",
    "equinox",
    "optax",
    "orbax-checkpoint",
    "numpy",
)


def described(meta: Mapping[str, Any], contents: Mapping[str, Any]) -> dict[str, Any]:
    """The caller's notes with the format, the versions and what there is.

    Raises `ValueError` for notes that JSON cannot hold or that use our names.
    """
    for name in _OURS:
        if name in meta:
            raise invalid("meta", f"not use the name {name!r}", "it", "Use another.")
    try:
        json.dumps(meta := dict(meta))
    except (TypeError, ValueError) as error:
        raise invalid("meta", "be what JSON can hold", error, "Convert it.") from error
    versions = {}
    for name in _LIBRARIES:
        try:
            versions[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:  # run from a bare source tree
            versions[name] = "unknown"
    return meta | {"format": FORMAT, "versions": versions, "contents": dict(contents)}


def not_saved(
    step: int, folder: Path, there: Sequence[int], error: Exception | None
) -> str:
    """What to say of a checkpoint that could not be saved."""
    why = f"{type(error).__name__}: {error}" if error else "another process failed"
    rest = f"those of steps {list(there)} are intact" if there else "there were none"
    return (
        f"The checkpoint of step {step} was not saved in {folder} ({_short(why)}); "
        f"{rest}. Make room or rights; the next one due is tried again."
    )


def read_checkpoint(
    path: Path, like: Any, others: Sequence[int]
) -> tuple[Any, dict[str, np.ndarray], dict[str, Any]]:
    """Arrays, history and meta of the checkpoint in a folder.

    **Arguments:**

    - `path`: the folder of one step.
    - `like`: structure, shapes, dtypes and places of the arrays.
    - `others`: steps to name if this one is damaged.

    Raises `CheckpointError`.
    """
    if not any((path / item).is_dir() for item in ITEMS):
        raise _foreign(path)
    try:
        with reading(path) as reader:
            return _read(path, reader, like)
    except CheckpointError:
        raise
    except Exception as error:  # orbax, tensorstore, json: no class in common
        rest = "There is no other."
        if others:
            rest = f"There are others: give step={max(others)}, of {sorted(others)}."
        raise CheckpointError(
            f"{path} is damaged: a file is missing, cut short or changed "
            f"({_short(f'{type(error).__name__}: {error}')}). {rest}"
        ) from error


def _read(path: Path, reader: Reader, like: Any) -> tuple[Any, dict, dict]:
    meta = reader.meta()
    if not isinstance(meta, dict) or "format" not in meta:
        raise _foreign(path)
    if meta["format"] != FORMAT:
        raise CheckpointError(
            f"{path} has format {meta['format']}; this version reads format {FORMAT}. "
            "Install a newer ctrnn-jax."
        )
    contents = meta.pop("contents", None)
    if not isinstance(contents, dict):
        raise _foreign(path)
    differs = difference(contents["arrays"], like)
    if differs is not None:
        raise CheckpointError(
            f"{path} is a checkpoint of another network or optimiser: {differs}. "
            "Build both as they were when it was saved, or name another folder."
        )
    arrays = decode(
        contents["arrays"],
        like,
        lambda name, spread: reader.array("arrays", name, spread),
    )
    history = decode_arrays(
        contents["history"], lambda name, _: reader.array("history", name)
    )
    return arrays, history, meta


def _foreign(path: Path) -> CheckpointError:
    return CheckpointError(
        f"{path} holds no checkpoint of ctrnn_jax: another program wrote it. Name "
        "another folder."
    )


def _short(text: str) -> str:
    """The start and the end, where tensorstore says why, without its settings."""
    text = re.sub(r" \[\w+='.*", "", " ".join(text.split()))
    return text if len(text) <= 300 else f"{text[:120]} ... {text[-170:]}"
