"""A rollout in pieces: some steps at a time, with the results joined."""

from collections.abc import Callable
import functools

import jax
from jax import Array
import jax.numpy as jnp
from jaxtyping import PyTree


def in_pieces(
    run: Callable[[PyTree, PyTree, PyTree], tuple[PyTree, PyTree, PyTree]],
    carry: PyTree,
    xs: PyTree,
    length: int,
    size: int,
    *,
    axis: int,
    in_place: bool = True,
) -> tuple[PyTree, PyTree, PyTree]:
    """Call `run(carry, xs, index)` for `size` steps at a time; join what it returns.

    `run` returns the carry, the recorded values and the kept values. Time is the first
    axis of `xs` and of kept values; `axis`, 0 or -2, is that of recorded values. The
    last piece may be shorter.

    With `in_place` and the axis -2, the recorded values of each piece are written to
    their place in the result, so that the result is not transposed at the end.
    """
    if size >= length:
        return run(carry, xs, 0)
    count, n_rest = divmod(length, size)

    def split(x: Array) -> Array:
        """(time, ...) -> (count, size, ...), without the last shorter piece."""
        return x[: count * size].reshape(count, size, *x.shape[1:])

    pieces = jax.tree.map(split, xs)
    index = jnp.zeros((), jnp.int32)
    if in_place and axis == -2:
        first_piece = jax.tree.map(lambda x: x[0], pieces)
        result = _allocate(jax.eval_shape(run, carry, first_piece, 0)[1], count)

        def run_and_write(loop: tuple, piece: PyTree) -> tuple[tuple, PyTree]:
            carry, result, index = loop
            carry, record, kept = run(carry, piece, index)
            write_at = functools.partial(_write, index=index)
            return (carry, jax.tree.map(write_at, result, record), index + 1), kept

        loop, kept = jax.lax.scan(run_and_write, (carry, result, index), pieces)
        carry, result, index = loop
    else:

        def run_one(loop: tuple, piece: PyTree) -> tuple[tuple, PyTree]:
            carry, index = loop
            carry, *results = run(carry, piece, index)
            return (carry, index + 1), results

        loop, (records, kept) = jax.lax.scan(run_one, (carry, index), pieces)
        carry, index = loop
        result = jax.tree.map(functools.partial(_join, axis), records)
    kept = jax.tree.map(lambda x: x.reshape(count * size, *x.shape[2:]), kept)
    # The shorter last piece is compiled separately.
    if n_rest:
        rest = jax.tree.map(lambda x: x[count * size :], xs)
        carry, record, kept_of_rest = run(carry, rest, index)
        result = jax.tree.map(
            lambda x, part: jnp.concatenate([x, part], axis=axis), result, record
        )
        kept = jax.tree.map(lambda *x: jnp.concatenate(x), kept, kept_of_rest)
    return carry, result, kept


def _allocate(piece_shapes: PyTree, count: int) -> PyTree:
    """Return zeros for `count` records of these shapes, joined along time."""

    def allocate(x: jax.ShapeDtypeStruct) -> Array:
        *batch, n_recorded, units = x.shape
        return jnp.zeros((*batch, count * n_recorded, units), x.dtype)

    return jax.tree.map(allocate, piece_shapes)


def _write(result: Array, part: Array, index: Array) -> Array:
    """Write the record of a piece to its place."""
    return jax.lax.dynamic_update_slice_in_dim(
        result, part, index * part.shape[-2], axis=result.ndim - 2
    )


def _join(axis: int, parts: Array) -> Array:
    """Join parts `(count, ...)` with this time axis along it."""
    if axis == 0:
        return parts.reshape(-1, *parts.shape[2:])
    count, *batch, n_recorded, units = parts.shape
    return jnp.moveaxis(parts, 0, -3).reshape(*batch, count * n_recorded, units)
