"""A rollout in pieces: some steps at a time, with the records joined."""

import functools

import jax
from jax import Array
import jax.numpy as jnp
from jaxtyping import PyTree

from ._adjoint import Segment
from ._scan import Carry


def in_pieces(
    run: Segment, carry: Carry, xs: PyTree, length: int, size: int
) -> tuple[Carry, PyTree]:
    """Call `run(carry, xs, index)` for `size` steps at a time; join the records.

    Time is the first axis of `xs`, and the last but one of each record. Each piece is
    written to its place in the result, so the result is not transposed at the end. The
    last piece may be shorter.
    """
    if size >= length:
        return run(carry, xs, 0)
    count, n_rest = divmod(length, size)

    def split(x: Array) -> Array:
        """(time, ...) -> (count, size, ...), without the last shorter piece."""
        return x[: count * size].reshape(count, size, *x.shape[1:])

    # Allocate the result, from the shapes that one piece records.
    pieces = jax.tree.map(split, xs)
    first_piece = jax.tree.map(lambda x: x[0], pieces)
    piece_shapes = jax.eval_shape(run, carry, first_piece, 0)[1]

    def allocate(x: jax.ShapeDtypeStruct) -> Array:
        *batch, n_recorded, units = x.shape
        return jnp.zeros((*batch, count * n_recorded, units), x.dtype)

    def write(result: Array, part: Array, index: Array) -> Array:
        return jax.lax.dynamic_update_slice_in_dim(
            result, part, index * part.shape[-2], axis=result.ndim - 2
        )

    def run_and_write(
        loop: tuple[Carry, PyTree, Array], piece: PyTree
    ) -> tuple[tuple[Carry, PyTree, Array], None]:
        carry, result, index = loop
        carry, record = run(carry, piece, index)
        write_at = functools.partial(write, index=index)
        return (carry, jax.tree.map(write_at, result, record), index + 1), None

    start = (carry, jax.tree.map(allocate, piece_shapes), jnp.zeros((), jnp.int32))
    (carry, result, index), _ = jax.lax.scan(run_and_write, start, pieces)
    # The shorter last piece is compiled separately.
    if n_rest:
        rest = jax.tree.map(lambda x: x[count * size :], xs)
        carry, record = run(carry, rest, index)
        result = jax.tree.map(
            lambda x, part: jnp.concatenate([x, part], axis=-2), result, record
        )
    return carry, result
