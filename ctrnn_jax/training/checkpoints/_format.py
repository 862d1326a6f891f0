"""The format of a checkpoint: its arrays, the description of each, and its metadata."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
import importlib.metadata
import json
from pathlib import Path
import platform
import re
from typing import Any, NotRequired, TypedDict
import zlib

import jax
import jax.numpy as jnp
from jaxtyping import PyTree
import numpy as np

from ..._checks import check, describe, invalid
from ..._types import Numbers
from ._files import Damaged, ITEMS, Reader, reading


FORMAT = 3
"""The version of the format. A reader accepts no other version."""

_RESERVED = ("format", "versions", "contents")
"""The keys that a checkpoint adds to the caller's metadata."""

_LIBRARIES = (
    "ctrnn-jax",
    "jax",
    "jaxlib",
    "equinox",
    "optax",
    "orbax-checkpoint",
    "numpy",
)
_PYTHON_NUMBERS = (bool, int, float)


class CheckpointError(ValueError):
    """A checkpoint that cannot be read or written; the message gives the reason."""


class ChangedRunError(CheckpointError):
    """A checkpoint of a run with other settings.

    `differences` are the settings, each with the value in the checkpoint and that of
    the call.
    """

    def __init__(self, path: Path, differences: str) -> None:
        self.differences = differences
        super().__init__(
            f"{path} is a checkpoint of a run with other settings: {differences}. "
            'Pass those of the checkpoint, or pass resume="changed" to continue with '
            "those of this call, or name another folder."
        )


class Leaf(TypedDict):
    """The description of a leaf, as JSON.

    `path` is its place in the tree. `value` is that of a Python number, `impl` the
    generator of a key, and `crc32` the checksum of an array that is not divided over
    processes.
    """

    path: str
    shape: list[int]
    dtype: str
    value: NotRequired[bool | int | float]
    impl: NotRequired[str]
    crc32: NotRequired[int]


ReadArray = Callable[[str, jax.ShapeDtypeStruct | None], Numbers]
"""Reads the array of a number, on the host or with a sharding."""

Validate = Callable[[Path, dict[str, Any]], None]
"""A function of the folder of a checkpoint and its metadata that raises
`CheckpointError` for another run."""


def encode(name: str, tree: PyTree) -> tuple[dict[str, Numbers], list[Leaf]]:
    """Return the arrays to store, by number, and the description of each leaf.

    Python numbers and empty arrays (which zarr cannot store) are in the description
    alone. Arrays are copies on the host, so the originals may be donated or changed;
    only arrays that are divided over several processes are not copied.

    Raises `ValueError` for leaves that are neither arrays nor Python numbers.
    """
    stored: dict[str, Numbers] = {}
    leaves: list[Leaf] = []
    for i, (path, leaf) in enumerate(_leaves_with_paths(tree)):
        shape, dtype = signature(f"{name}.{path}", leaf)
        entry: Leaf = {"path": path, "shape": list(shape), "dtype": dtype}
        if type(leaf) in _PYTHON_NUMBERS:
            entry["value"] = leaf
        else:
            if _is_key(leaf):
                entry["impl"] = str(jax.random.key_impl(leaf))
                leaf = jax.random.key_data(leaf)
            if not _is_divided(leaf):
                leaf = np.array(leaf, order="C")
                entry["crc32"] = _crc32(leaf)
            if leaf.size:
                stored[_number(i)] = leaf
        leaves.append(entry)
    return stored, leaves


def decode(leaves: Sequence[Leaf], like: PyTree, read: ReadArray) -> PyTree:
    """Return the stored tree, with the types and shardings of `like`.

    **Arguments:**

    - `leaves`: the descriptions, which match `like` (see `difference`).
    - `like`: arrays, `jax.ShapeDtypeStruct`s and Python numbers.
    - `read`: a function of the number of an array, and of the shape, dtype and sharding
        of a divided array (otherwise `None`).

    Raises `Damaged` if an array is not the one that was stored.
    """
    targets, structure = jax.tree.flatten(like)
    pairs = enumerate(zip(leaves, targets, strict=True))
    return jax.tree.unflatten(
        structure,
        [_decode_leaf(i, entry, target, read) for i, (entry, target) in pairs],
    )


def difference(leaves: Sequence[Leaf], like: PyTree) -> str | None:
    """Describe the first difference in path, shape or dtype from `like`, if any."""
    stored = {e["path"]: (tuple(e["shape"]), e["dtype"]) for e in leaves}
    for path, leaf in _leaves_with_paths(like):
        shape, dtype = signature(f"like.{path}", leaf)
        if path not in stored:
            return f"`{path}` is missing there; it has shape {shape} ({dtype}) here"
        stored_shape, stored_dtype = stored.pop(path)
        if (stored_shape, stored_dtype) != (shape, dtype):
            return (
                f"`{path}` has shape {stored_shape} ({stored_dtype}) there and "
                f"shape {shape} ({dtype}) here"
            )
    for path, (shape, dtype) in stored.items():
        return f"`{path}` of shape {shape} ({dtype}) is there and not here"
    return None


def signature(name: str, leaf: object) -> tuple[tuple[int, ...], str]:
    """Return shape and name of the dtype; of Python numbers, `()` and the type."""
    if type(leaf) in _PYTHON_NUMBERS:
        return (), type(leaf).__name__
    kinds = (jax.Array, jax.ShapeDtypeStruct, np.ndarray, np.generic)
    if not isinstance(leaf, kinds) or getattr(leaf.dtype, "kind", "f") in "OSUMm":
        remedy = "Take other leaves out."
        raise invalid(name, "be an array or a number", describe(leaf), remedy)
    return tuple(leaf.shape), str(leaf.dtype)


def description(
    meta: Mapping[str, Any], contents: Mapping[str, list[Leaf]]
) -> dict[str, Any]:
    """Return the caller's metadata with the format, the versions and the contents.

    Raises `ValueError` for metadata that JSON cannot hold or that use a reserved key.
    """
    for name in _RESERVED:
        rule = f"not use the name {name!r}"
        check(name not in meta, "meta", rule, "it", "Use another name.")
    try:
        json.dumps(meta := dict(meta))
    except (TypeError, ValueError) as error:
        remedy = "Convert the values."
        raise invalid("meta", "be what JSON can hold", error, remedy) from error
    added = {"format": FORMAT, "versions": versions(), "contents": dict(contents)}
    return meta | added


def versions() -> dict[str, str]:
    """Return the versions of Python and of the libraries."""
    installed = {"python": platform.python_version()}
    for name in _LIBRARIES:
        try:
            installed[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:  # run from a bare source tree
            installed[name] = "unknown"
    return installed


def not_saved_message(
    step: int, folder: Path, intact: Sequence[int], error: Exception | None
) -> str:
    """Return the message about a checkpoint that could not be saved."""
    reason = f"{type(error).__name__}: {error}" if error else "another process failed"
    rest = "there were none"
    if intact:
        rest = f"those of steps {list(intact)} are intact"
    return (
        f"The checkpoint of step {step} was not saved in {folder} "
        f"({_shortened(reason)}); {rest}. Free disk space or change the permissions; "
        "the next checkpoint is tried again."
    )


def read_checkpoint(
    path: Path, like: PyTree, other_steps: Sequence[int], validate: Validate | None
) -> tuple[PyTree, dict[str, np.ndarray], dict[str, Any]]:
    """Return the arrays, history and metadata of the checkpoint in a folder.

    **Arguments:**

    - `path`: the folder of one step.
    - `like`: structure, shapes, dtypes and shardings of the arrays.
    - `other_steps`: the steps to name in the error if this checkpoint is damaged.
    - `validate`: called with the folder and the metadata before any array is read; it
        may raise `CheckpointError`.

    Raises `CheckpointError`.
    """
    if not any((path / item).is_dir() for item in ITEMS):
        raise _not_ours(path)
    try:
        with reading(path) as reader:
            return _read(path, reader, like, validate)
    except CheckpointError:
        raise
    except Exception as error:  # orbax, tensorstore, json: no class in common
        remedy = "There is no other."
        if other_steps:
            remedy = f"There are others, of steps {sorted(other_steps)}. Remove {path} "
            remedy += f"to continue from step {max(other_steps)}."
        raise CheckpointError(
            f"{path} is damaged: a file is missing, cut short or changed "
            f"({_shortened(f'{type(error).__name__}: {error}')}). {remedy}"
        ) from error


def _read(
    path: Path, reader: Reader, like: PyTree, validate: Validate | None
) -> tuple[PyTree, dict[str, np.ndarray], dict[str, Any]]:
    """Read a checkpoint: first its description, then arrays if they match `like`."""
    meta = reader.meta()
    if not isinstance(meta, dict) or not {"format", "contents"} <= meta.keys():
        raise _not_ours(path)
    if meta["format"] != FORMAT:
        remedy = "Install a newer ctrnn-jax"
        if meta["format"] in range(FORMAT):
            version = meta.get("versions", {}).get("ctrnn-jax", "unknown")
            remedy = f"Continue the run with ctrnn-jax {version}, which wrote it"
        raise CheckpointError(
            f"{path} has format {meta['format']}; this version reads format {FORMAT}. "
            f"{remedy}, or start a new run in another folder."
        )
    contents = meta.pop("contents")
    _check_precision(path, contents["arrays"], like)
    if validate is not None:
        validate(path, meta)
    differs = difference(contents["arrays"], like)
    if differs is not None:
        raise CheckpointError(
            f"{path} is a checkpoint of another network or optimiser: {differs}. "
            "Build both as they were when it was saved, or name another folder."
        )

    arrays = decode(contents["arrays"], like, partial(reader.array, "arrays"))
    past = contents["history"]
    like_past = {e["path"]: np.empty(e["shape"], jnp.dtype(e["dtype"])) for e in past}
    history = decode(past, like_past, partial(reader.array, "history"))
    return arrays, history, meta


def _check_precision(path: Path, leaves: Sequence[Leaf], like: PyTree) -> None:
    """Validate that JAX does not make numbers of the checkpoint less precise."""
    # NumPy arrays keep their precision
    of_jax = {
        place
        for place, leaf in _leaves_with_paths(like)
        if isinstance(leaf, (jax.Array, jax.ShapeDtypeStruct))
    }
    names = {entry["dtype"] for entry in leaves if entry["path"] in of_jax}
    for name in sorted(names & {"float64", "complex128", "int64", "uint64"}):
        if (narrow := jax.dtypes.canonicalize_dtype(np.dtype(name))) != np.dtype(name):
            raise CheckpointError(
                f"{path} holds {name}, which JAX would make {narrow}. Set "
                "jax_enable_x64, or start a new run in another folder."
            )


def _not_ours(path: Path) -> CheckpointError:
    """Return the error about a folder that another program wrote."""
    return CheckpointError(
        f"{path} holds no checkpoint of ctrnn_jax: another program wrote it. Name "
        "another folder."
    )


def _shortened(text: str) -> str:
    """Return the start and the end, where TensorStore gives the reason of an error.

    The settings of TensorStore are left out.
    """
    text = re.sub(r" \[\w+='.*", "", " ".join(text.split()))
    return text if len(text) <= 300 else f"{text[:120]} ... {text[-170:]}"


def _leaves_with_paths(tree: PyTree) -> list[tuple[str, Any]]:
    """Return the leaves and their paths, such as "network.raw.w_in"."""
    pairs = jax.tree_util.tree_flatten_with_path(tree)[0]
    return [
        (jax.tree_util.keystr(path, simple=True, separator="."), leaf)
        for path, leaf in pairs
    ]


def _number(i: int) -> str:
    """Return the name under which the array of a leaf is stored."""
    return f"{i:04d}"


def _decode_leaf(i: int, entry: Leaf, target: Any, read: ReadArray) -> PyTree:
    """Return a leaf of the type of its target, in the same place."""
    if "value" in entry:
        return entry["value"]
    if _is_key(target):
        data = _decode_leaf(i, entry, _key_data(target), read)
        return jax.random.wrap_key_data(data, impl=entry.get("impl"))
    shape, dtype = tuple(target.shape), jnp.dtype(target.dtype)
    sharding = getattr(target, "sharding", None)

    # 1. Divided over processes: each process reads only its parts.
    if sharding is not None and _is_divided(target):
        if target.size:
            spec = jax.ShapeDtypeStruct(shape, dtype, sharding=sharding)
            return read(_number(i), spec)
        empty = np.zeros(shape, dtype)
        return jax.make_array_from_callback(shape, sharding, empty.__getitem__)

    # 2. All others are read on the host, where the checksum is compared.
    host = np.asarray(read(_number(i), None)) if target.size else np.zeros(shape, dtype)
    if host.shape != shape or host.dtype != dtype:
        raise Damaged(f"`{entry['path']}` is {describe(host)}")
    if entry.get("crc32") not in (None, _crc32(host)):
        raise Damaged(f"the checksum of `{entry['path']}` is another")
    if isinstance(target, (np.ndarray, np.generic)):
        return host if isinstance(target, np.ndarray) else host[()]

    # 3. A target that is tied to no device gives an array that is tied to none.
    if sharding is None or (isinstance(target, jax.Array) and not target.committed):
        return jax.device_put(host)
    if sharding.is_fully_addressable:
        return jax.device_put(host, sharding)
    return jax.make_array_from_callback(shape, sharding, host.__getitem__)


def _key_data(target: Any) -> jax.Array | jax.ShapeDtypeStruct:
    """Return the data of keys, or their shape and sharding."""
    if isinstance(target, jax.Array):
        return jax.random.key_data(target)
    data = jax.eval_shape(jax.random.key_data, target)
    return jax.ShapeDtypeStruct(data.shape, data.dtype, sharding=target.sharding)


def _crc32(host: np.ndarray) -> int:
    """Return the checksum of the bytes of an array, in C order."""
    return zlib.crc32(np.ascontiguousarray(host).reshape(-1).view(np.uint8).data)


def _is_key(leaf: object) -> bool:
    """Return whether a leaf is an array of typed keys."""
    return jnp.issubdtype(getattr(leaf, "dtype", float), jax.dtypes.prng_key)


def _is_divided(leaf: object) -> bool:
    """Return whether parts of an array are in other processes only."""
    sharding = getattr(leaf, "sharding", None)
    if sharding is None or sharding.is_fully_addressable:
        return False
    return not sharding.is_fully_replicated
