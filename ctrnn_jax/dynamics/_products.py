"""Products and broadcasts with units on the last axis, for one trial or a batch."""

import math

import jax
from jax import Array
import jax.numpy as jnp
from jaxtyping import Float

from .._types import Matrix, PerUnit


def times_rows(w: Matrix, x: Float[Array, "*batch pre"]) -> Float[Array, "*batch post"]:
    """Return `W @ x` for one trial or a batch of trials, in the dtype of x.

    A single trial is computed as `W @ x`, whose transpose is a matrix-vector product;
    the transpose of `x @ W.T` takes three times as long. Weights of a lower precision
    multiply in their own precision and accumulate in that of x.
    """
    if w.dtype != x.dtype:
        # (post, pre) times (*batch, pre): contract the last axes, then move post last
        contracted = (((w.ndim - 1,), (x.ndim - 1,)), ((), ()))
        product = jax.lax.dot_general(
            w, x.astype(w.dtype), contracted, preferred_element_type=x.dtype
        )
        return jnp.moveaxis(product, 0, -1)
    if x.ndim == 1:
        return w @ x
    # in two dimensions, the gradient by w is one product without a copy of x
    *batch, pre = x.shape
    return (x.reshape(math.prod(batch), pre) @ w.T).reshape(*batch, w.shape[0])


def along_units(value: PerUnit, like: Array) -> Array:
    """Return a value per unit with leading axes of size 1, to broadcast over a batch.

    One number for all units is returned unchanged.
    """
    return value if value.ndim == 0 else value.reshape((1,) * (like.ndim - 1) + (-1,))
