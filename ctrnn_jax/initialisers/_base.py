"""Initial weights: draws that are feasible under a constraint, and targets for them.

An initialiser returns **effective** weights, so what it promises (a spectral radius, a
balance) holds for the matrix that the dynamics see, signs and masks included. Where an
initialiser is asked for, any function `(key, shape, dtype) -> array` will do as well,
`jax.nn.initializers` among them: its sizes are kept, and the constraint's signs and
mask imposed.
"""

import abc
from collections.abc import Callable

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp

from .._types import KeyArray
from ..constraints import AbstractConstraint, LowRank


class AbstractInitialiser(eqx.Module):
    """A law for initial weights."""

    @abc.abstractmethod
    def __call__(
        self,
        key: KeyArray,
        shape: tuple[int, ...],
        dtype: jnp.dtype,
        constraint: AbstractConstraint,
    ) -> Array:
        """Effective weights of this shape, feasible under the constraint."""


def impose(values: Array, constraint: AbstractConstraint) -> Array:
    """Values with the constraint's signs (sizes kept) and zeros where it has none."""
    signs = constraint.signs(values.shape).astype(values.dtype)
    signed = jnp.where(signs == 0, values, signs * jnp.abs(values))
    return jnp.where(constraint.present(values.shape), signed, jnp.zeros_like(values))


def fan_in(shape: tuple[int, ...], constraint: AbstractConstraint) -> Array:
    """How many synapses each row has under the constraint, at least 1; `(post, 1)`."""
    return jnp.maximum(jnp.sum(constraint.present(shape), axis=-1, keepdims=True), 1)


def settle(drawn: Array, constraint: AbstractConstraint) -> Array:
    """The feasible weights that are nearest to a draw, or as near as can be."""
    # drawn once: fused into two places, it could differ by rounding between them
    drawn = jax.lax.optimization_barrier(drawn)
    if isinstance(constraint, LowRank):
        return constraint.effective(constraint.raw(drawn))
    # NaN says that a target could not be met: no projection may hide it
    return jnp.where(jnp.isnan(drawn), drawn, constraint.project(drawn))


def draw(
    initialiser: AbstractInitialiser | Callable,
    key: KeyArray,
    shape: tuple[int, ...],
    dtype: jnp.dtype,
    constraint: AbstractConstraint,
) -> Array:
    """Effective weights from an initialiser or a plain `(key, shape, dtype)` function.

    Weights with an axis of length 0 are empty whatever the law.
    """
    if 0 in shape:
        return jnp.zeros(shape, dtype)
    if isinstance(initialiser, AbstractInitialiser):
        return settle(initialiser(key, shape, dtype, constraint), constraint)
    values = jnp.asarray(initialiser(key, shape, dtype), dtype)
    return settle(impose(values, constraint), constraint)
