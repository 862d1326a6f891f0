"""Indexing, length and iteration of trees of arrays with leading axes of trials."""

import abc
from collections.abc import Iterator
from typing import TypeVar

import equinox as eqx
import jax
import numpy as np

from ..._checks import describe, is_concrete


B = TypeVar("B", bound="AbstractBatch")

Index = int | slice | jax.Array | np.ndarray
"""An index of one axis: a whole number, a slice, whole numbers, or a mask."""


class AbstractBatch(eqx.Module):
    """Arrays with leading batch axes, that are indexed together.

    `x[3]`, `x[2:5]`, `x[mask]` and `x[[0, 7]]` index the first batch axis of every
    array, and `x[3, 0]` the first two. Time and channels are no batch axes: index them
    in the arrays. `len(x)` is the length of the first batch axis, over which iteration
    runs. For JAX it is a pytree of its fields, and no array.

    Raises `IndexError` for an index out of range or too many indices, and `TypeError`
    without batch axes and for other kinds of indices. Inside `jit`, an index that is
    traced is not validated, and JAX clips it.
    """

    @property
    @abc.abstractmethod
    def batch_shape(self) -> tuple[int, ...]:
        """Lengths of the batch axes; `()` without them."""

    @abc.abstractmethod
    def _entry(self: B, index: tuple[Index, ...]) -> B:
        """Return the entry at a valid index of the first batch axes."""

    def __getitem__(self: B, index: object) -> B:
        self._first_length()
        parts = index if isinstance(index, tuple) else (index,)
        shape = self.batch_shape
        if len(parts) > len(shape):
            raise IndexError(
                f"too many indices for batch axes of shape {shape}; got {len(parts)}. "
                "Time and channels are indexed in the arrays."
            )
        pairs = zip(parts, shape, strict=False)
        return self._entry(tuple(_index_of_axis(part, size) for part, size in pairs))

    def __len__(self) -> int:
        return self._first_length()

    def __iter__(self: B) -> Iterator[B]:
        return (self[i] for i in range(self._first_length()))

    def __bool__(self) -> bool:
        return True  # as other objects; Python would take the length

    def _first_length(self) -> int:
        """Return the length of the first batch axis; `TypeError` without one."""
        if not self.batch_shape:
            name = type(self).__name__
            raise TypeError(f"a {name} without batch axes has no length and no entries")
        return self.batch_shape[0]


def _index_of_axis(index: object, size: int) -> Index:
    """Return a valid index of an axis; lists become arrays."""
    if isinstance(index, slice) or not is_concrete(index):
        return index  # pyright: ignore[reportReturnType]
    if isinstance(index, (list, np.generic, np.ndarray, jax.Array)):
        is_empty = isinstance(index, list) and not index
        array = np.asarray(index, int if is_empty else None)
        is_number = array.ndim <= 1 and array.dtype.kind in "iu"
        is_valid = is_number or (array.ndim == 1 and array.dtype.kind == "b")
        index = array if array.ndim else array.item()
    else:
        is_valid = isinstance(index, int) and not isinstance(index, bool)
    if not is_valid:
        raise TypeError(
            "an index must be a whole number, a slice, or a list or mask of one axis; "
            f"got {describe(index)}"
        )
    _ = np.broadcast_to(0, size)[index]  # raises IndexError  # pyright: ignore
    return index  # pyright: ignore[reportReturnType]
