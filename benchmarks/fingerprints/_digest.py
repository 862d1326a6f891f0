"""SHA-256 of numbers."""

from collections.abc import Callable, Iterator, Mapping
import hashlib
from typing import Any, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np


Case: TypeAlias = Callable[[], Any]
"""A function that returns numbers: arrays, scalars, and lists and dicts of them."""

Cases: TypeAlias = Iterator[tuple[str, Case]]


class Unordered(tuple):
    """Numbers whose order depends on names or fields of the package."""


def leaves(tree: Any) -> Unordered:
    """Return the arrays of an object of the package, in any order."""
    return Unordered(
        x for x in jax.tree.leaves(tree) if isinstance(x, (jax.Array, np.ndarray))
    )


def attributes(of: object, names: str) -> list[Any]:
    """Return attributes in the order of `names`, which need not be that of the class.

    `names` are separated by spaces.
    """
    return [getattr(of, name) for name in names.split()]


def digest(tree: Any) -> bytes:
    """Return the SHA-256 over dtypes, shapes and bytes of all numbers.

    Dicts are hashed in the order of their keys. Raises `TypeError` for other objects.
    """
    if isinstance(tree, Mapping):
        tree = [tree[key] for key in sorted(tree)]
    if isinstance(tree, (list, tuple)):
        digests = [digest(part) for part in tree]
        digests = sorted(digests) if isinstance(tree, Unordered) else digests
        return hashlib.sha256(b"list %d " % len(digests) + b"".join(digests)).digest()
    if tree is None:
        return hashlib.sha256(b"none").digest()
    if isinstance(tree, bytes):
        return hashlib.sha256(b"bytes " + tree).digest()
    if not isinstance(tree, (bool, int, float, np.generic, np.ndarray, jax.Array)):
        raise TypeError(f"a {type(tree).__name__} is no number: pick its arrays")
    if isinstance(tree, jax.Array) and jnp.issubdtype(tree.dtype, jax.dtypes.prng_key):
        tree = jax.random.key_data(tree)
    array = np.array(tree, order="C")
    if array.dtype.kind in "OSU":
        raise TypeError("text is no number")
    if array.dtype.kind in "fc":  # all NaNs count as equal
        real = array.reshape(-1).view(np.real(array).dtype)
        real[np.isnan(real)] = np.nan
    head = f"{array.dtype.name} {array.shape} "
    return hashlib.sha256(head.encode() + array.tobytes()).digest()


def fingerprint(case: Case) -> str:
    """Return 16 digits of the digest of a case, or its error."""
    try:
        return digest(case()).hex()[:16]
    except Exception as error:
        lines = str(error).strip().splitlines() or [""]
        return f"ERROR {type(error).__name__}: {lines[0]}"
