"""A tree as a list of arrays and a description of each, and back, to the bit."""

from collections.abc import Mapping, Sequence
from typing import Any
import zlib

import jax
import jax.numpy as jnp
import numpy as np

from ..._checks import describe, invalid


_PYTHON = (bool, int, float)


class CheckpointError(ValueError):
    """A checkpoint that cannot be read or written; the message says what is wrong."""


class Damaged(Exception):
    """Stored bytes that are not those that were written."""


def encode(name: str, tree: Any) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Arrays to store by number, and what each leaf is, for JSON.

    Python numbers and empty arrays (which zarr cannot hold) are in the description
    alone. Arrays are copies on the host, so whoever donates the originals changes
    nothing; only what is spread over several processes stays as it is.

    Raises `ValueError` for leaves that are neither arrays nor Python numbers.
    """
    stored, leaves = {}, []
    for i, (path, leaf) in enumerate(_with_paths(tree)):
        shape, dtype = signature(f"{name}.{path}", leaf)
        entry: dict[str, Any] = {"path": path, "shape": list(shape), "dtype": dtype}
        if type(leaf) in _PYTHON:
            entry["value"] = leaf
        else:
            if _is_key(leaf):
                entry["impl"] = str(jax.random.key_impl(leaf))
                leaf = jax.random.key_data(leaf)
            if not _is_spread(leaf):
                leaf = np.array(leaf, order="C")
                entry["crc32"] = _crc32(leaf)
            if leaf.size:
                stored[f"{i:04d}"] = leaf
        leaves.append(entry)
    return stored, leaves


def decode(leaves: Sequence[Mapping[str, Any]], like: Any, read: Any) -> Any:
    """The tree again, with the types and places of `like`.

    **Arguments:**

    - `leaves`: the descriptions, which fit `like` (see `difference`).
    - `like`: arrays, `jax.ShapeDtypeStruct`s and Python numbers.
    - `read`: of a number and `None` or a spread array's shape, dtype and sharding.

    Raises `Damaged` if an array is not the one that was stored.
    """
    wanted, structure = jax.tree.flatten(like)
    pairs = enumerate(zip(leaves, wanted, strict=True))
    return jax.tree.unflatten(structure, [_leaf(i, *p, read) for i, p in pairs])


def decode_arrays(leaves: Sequence[Mapping[str, Any]], read: Any) -> dict[str, Any]:
    """NumPy arrays by name, as they were stored; raises `Damaged` likewise."""
    return {e["path"]: _host(i, e, e["dtype"], read) for i, e in enumerate(leaves)}


def difference(leaves: Sequence[Mapping[str, Any]], like: Any) -> str | None:
    """Where a stored tree first differs from `like` in path, shape or dtype."""
    stored = {e["path"]: (tuple(e["shape"]), e["dtype"]) for e in leaves}
    for path, leaf in _with_paths(like):
        shape, dtype = signature(f"like.{path}", leaf)
        if path not in stored:
            return f"`{path}` is missing there; it has shape {shape} ({dtype}) here"
        there = stored.pop(path)
        if there != (shape, dtype):
            return (
                f"`{path}` has shape {there[0]} ({there[1]}) there and "
                f"shape {shape} ({dtype}) here"
            )
    for path, there in stored.items():
        return f"`{path}` of shape {there[0]} ({there[1]}) is there and not here"
    return None


def signature(name: str, leaf: Any) -> tuple[tuple[int, ...], str]:
    """Shape and name of the dtype; of Python numbers, `()` and the type."""
    if type(leaf) in _PYTHON:
        return (), type(leaf).__name__
    kinds = (jax.Array, jax.ShapeDtypeStruct, np.ndarray, np.generic)
    if not isinstance(leaf, kinds) or getattr(leaf.dtype, "kind", "f") in "OSUMm":
        raise invalid(
            name, "be an array or a number", describe(leaf), "Take others out."
        )
    return tuple(leaf.shape), str(leaf.dtype)


def _with_paths(tree: Any) -> list[tuple[str, Any]]:
    named = lambda path: jax.tree_util.keystr(path, simple=True, separator=".")
    pairs = jax.tree_util.tree_flatten_with_path(tree)[0]
    return [(named(path), leaf) for path, leaf in pairs]


def _leaf(i: int, entry: Mapping[str, Any], want: Any, read: Any) -> Any:
    if "value" in entry:
        return entry["value"]
    if _is_key(want):
        data = _place(i, entry, _key_data(want), read)
        return jax.random.wrap_key_data(data, impl=entry["impl"])
    return _place(i, entry, want, read)


def _key_data(want: Any) -> Any:
    if isinstance(want, jax.Array):
        return jax.random.key_data(want)
    data = jax.eval_shape(jax.random.key_data, want)
    return jax.ShapeDtypeStruct(data.shape, data.dtype, sharding=want.sharding)


def _place(i: int, entry: Mapping[str, Any], want: Any, read: Any) -> Any:
    """The array where `like` has it."""
    sharding = getattr(want, "sharding", None)
    if sharding is not None and _is_spread(want):
        spec = jax.ShapeDtypeStruct(want.shape, want.dtype, sharding=sharding)
        if not want.size:
            none = np.zeros(want.shape, want.dtype)
            return jax.make_array_from_callback(
                none.shape, sharding, lambda at: none[at]
            )
        return read(f"{i:04d}", spec)
    host = _host(i, entry, want.dtype, read, want.shape)
    if isinstance(want, np.ndarray):
        return host
    if isinstance(want, np.generic):
        return host[()]
    if sharding is None or (isinstance(want, jax.Array) and not want.committed):
        return jax.device_put(host)
    if sharding.is_fully_addressable:
        return jax.device_put(host, sharding)
    return jax.make_array_from_callback(host.shape, sharding, lambda at: host[at])


def _host(
    i: int, entry: Mapping[str, Any], dtype: Any, read: Any, shape: Any = None
) -> np.ndarray:
    shape, dtype = tuple(entry["shape"] if shape is None else shape), jnp.dtype(dtype)
    empty = 0 in shape
    host = np.zeros(shape, dtype) if empty else np.asarray(read(f"{i:04d}", None))
    if host.shape != shape or host.dtype != dtype:
        raise Damaged(f"`{entry['path']}` is {describe(host)}")
    if entry.get("crc32") not in (None, _crc32(host)):
        raise Damaged(f"the checksum of `{entry['path']}` is another")
    return host


def _crc32(host: np.ndarray) -> int:
    return zlib.crc32(np.ascontiguousarray(host).reshape(-1).view(np.uint8).data)


def _is_key(leaf: Any) -> bool:
    return jnp.issubdtype(getattr(leaf, "dtype", float), jax.dtypes.prng_key)


def _is_spread(leaf: Any) -> bool:
    """Whether parts of it are known to other processes only."""
    sharding = getattr(leaf, "sharding", None)
    if sharding is None or sharding.is_fully_addressable:
        return False
    return not sharding.is_fully_replicated
