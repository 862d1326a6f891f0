"""The format of files: safetensors with one JSON header, and a checksum of both.

Equal content gives equal bytes: tensors are in the order of their names, and there is a
single metadata key (safetensors does not keep the order of several keys). The checksum
in the header covers the description and the tensors. Reading executes no code.
"""

from collections.abc import Iterator, Mapping
import contextlib
import hashlib
import importlib.metadata
import json
import os
from pathlib import Path
from typing import TypeAlias

import jax
from jax import Array
import numpy as np
from safetensors import SafetensorError
import safetensors.numpy

from .._files import write_atomically


FORMAT = 2
_METADATA_KEY = "ctrnn_jax"
_READERS = {"network": "cj.load", "result": "cj.training.load_result"}
"""What files hold, and the function that reads it."""

JSON: TypeAlias = dict[str, object] | list | str | int | float | bool | None
"""A value of the JSON header."""

Tensors: TypeAlias = Mapping[str, Array | np.ndarray]
"""The arrays of a file by name."""


class NetworkFileError(ValueError):
    """A file that cannot be read as a network, or as the result of a training.

    The message names the problem.
    """


def write_file(
    path: str | os.PathLike, kind: str, spec: JSON, tensors: Tensors
) -> Path:
    """Write a file atomically and return its path.

    `kind` is one of `_READERS`; `spec` is the description, which refers to the tensors
    by name.
    """
    header = {
        "format": FORMAT,
        "version": importlib.metadata.version("ctrnn-jax"),
        kind: spec,
        "sha256": _checksum(spec, tensors),
    }
    metadata = {_METADATA_KEY: json.dumps(header, sort_keys=True)}
    arrays = {name: np.asarray(array, order="C") for name, array in tensors.items()}
    return write_atomically(path, safetensors.numpy.save(arrays, metadata))


def read_file(path: Path, kind: str) -> tuple[JSON, dict[str, np.ndarray]]:
    """Return the description and the tensors of a file that `write_file` wrote.

    Raises `FileNotFoundError`, `IsADirectoryError`, and `NetworkFileError` for a file
    that is truncated, changed, of another kind or of another format.
    """
    if path.is_dir():
        raise IsADirectoryError(f"{path} is a folder. Name the file of the {kind}.")
    try:
        with safetensors.safe_open(path, framework="numpy") as file:
            header_text = (file.metadata() or {}).get(_METADATA_KEY)
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except SafetensorError as error:
        writer = _READERS[kind].replace("load", "save")
        raise NetworkFileError(
            f"{path} is not a whole safetensors file ({error}). It was cut short or is "
            f"of another kind; {kind}s are written by `{writer}`."
        ) from error
    if header_text is None:
        raise NetworkFileError(
            f"{path} holds tensors but no {kind} of ctrnn_jax (no `{_METADATA_KEY}` "
            "metadata)."
        )
    with decoding(path, kind):
        header = json.loads(header_text)
        if header["format"] != FORMAT:
            raise NetworkFileError(
                f"{path} has format {header['format']}; this version reads format "
                f"{FORMAT}. Read it with the ctrnn-jax that wrote it, "
                f"{header.get('version', 'of an unknown version')}."
            )
        for other, reader in _READERS.items():
            if kind not in header and other in header:
                raise NetworkFileError(
                    f"{path} holds a {other}, not a {kind}. Read it with {reader}."
                )
        # earlier versions wrote networks without a checksum
        is_old = kind == "network" and header.get("sha256") is None
        if not is_old and header["sha256"] != _checksum(header[kind], tensors):
            raise NetworkFileError(
                f"{path} was changed after it was written: its checksum is another. "
                "Take another copy of the file."
            )
        return header[kind], tensors


@contextlib.contextmanager
def decoding(path: Path, kind: str) -> Iterator[None]:
    """Turn an error in this context into a `NetworkFileError` that names the file.

    The header was edited if decoding or a check of a constructor fails. Deep nesting is
    a `RuntimeError`.
    """
    try:
        yield
    except NetworkFileError:
        raise
    except (
        KeyError, TypeError, ValueError, AttributeError, IndexError, ArithmeticError,
        RuntimeError,
    ) as error:  # fmt: skip
        message = f"{path} does not describe a {kind}: {error}"
        raise NetworkFileError(message) from error


def _checksum(spec: JSON, tensors: Tensors) -> str:
    """Return a checksum of a description and its tensors."""
    digest = hashlib.sha256(json.dumps(spec, sort_keys=True).encode())
    for name in sorted(tensors):
        array = np.ascontiguousarray(tensors[name])
        digest.update(f"{name} {array.dtype} {array.shape}".encode())
        digest.update(array.tobytes())
    return digest.hexdigest()


def check_precision(path: Path, tensors: Tensors) -> None:
    """Validate that JAX does not make the numbers of the file less precise."""
    has_wide = any(array.dtype == np.float64 for array in tensors.values())
    if has_wide and jax.dtypes.canonicalize_dtype(np.float64) != np.float64:
        raise NetworkFileError(
            f"{path} holds float64, which JAX would make float32. Set jax_enable_x64, "
            "or convert it: `with jax.enable_x64(True): net = cj.astype(cj.load(path), "
            "'float32')`."
        )
