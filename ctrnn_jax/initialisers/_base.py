"""The interface of an initialiser, and draws that satisfy a constraint.

An initialiser returns **effective** weights. A property such as a spectral radius or a
balance is therefore that of the matrix in the dynamics, with signs and masks. In place
of an initialiser, any function `(key, shape, dtype) -> array` can be used, such as
those of `jax.nn.initializers`: the magnitudes are those of the function, the signs and
the mask those of the constraint.
"""

import abc
from collections.abc import Callable
from typing import TypeAlias

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp

from .._arguments import check_fields
from .._checks import check, check_numeric, traced_in_words
from .._show import AbstractShown, options, Table
from .._types import KeyArray
from ..constraints import AbstractConstraint, Place, Shape


DType: TypeAlias = jnp.dtype


class AbstractInitialiser(AbstractShown, eqx.Module):
    """A distribution of initial weights.

    A subclass of yours works wherever those of this package do: as `w_hid=` of a
    network, or inside `SpectralRadius`, `Gain` and `Balanced`. The signs of weights
    are `constraint.signs(shape)`, existing synapses `constraint.present(shape)`. The
    draw is projected onto the constraint, so it need not satisfy it exactly.

    **Example:** magnitudes that decrease with the distance of units on a line.

    >>> class Decaying(cj.initialisers.AbstractInitialiser):
    ...     length: float
    ...
    ...     def __call__(self, key, shape, dtype, constraint):
    ...         post, pre = np.indices(shape)
    ...         magnitudes = np.exp(-np.abs(post - pre) / self.length)
    ...         magnitudes = jnp.asarray(magnitudes, dtype)
    ...         signs = constraint.signs(shape)
    ...         return jnp.where(signs < 0, -magnitudes, magnitudes)
    >>> net = cj.EIRNN(
    ...     1, 5, 1, dt=10.0, tau=50.0, w_hid=Decaying(1.0), key=jax.random.key(0)
    ... )
    >>> print(cj.effective(net).w_hid[1].round(2))
    [ 0.37  0.    0.37  0.14 -0.05]
    """

    def _table(self) -> Table:
        return options(self)

    def __check_init__(self) -> None:
        """Validate the kinds of the fields."""
        check_fields(self)

    @abc.abstractmethod
    def __call__(
        self, key: KeyArray, shape: Shape, dtype: DType, constraint: AbstractConstraint
    ) -> Array:
        """Draw effective weights of this shape that satisfy the constraint."""

    def check(self, shape: Shape, constraint: AbstractConstraint) -> None:
        """Raise `ValueError` if no draw can satisfy the constraint.

        A network calls it before it draws. By default any constraint is valid.
        """


def impose(values: Array, constraint: AbstractConstraint) -> Array:
    """Return values with the constraint's signs, and zero for absent synapses.

    Magnitudes do not change.
    """
    signs = constraint.signs(values.shape).astype(values.dtype)
    signed = jnp.where(signs == 0, values, signs * jnp.abs(values))
    return jnp.where(constraint.present(values.shape), signed, jnp.zeros_like(values))


def fan_in(shape: Shape, constraint: AbstractConstraint) -> Array:
    """Return the number of existing synapses of each row, at least 1; `(post, 1)`."""
    return jnp.maximum(jnp.sum(constraint.present(shape), axis=-1, keepdims=True), 1)


def project_draw(values: Array, constraint: AbstractConstraint) -> Array:
    """Return weights near a draw that satisfy the constraint.

    They are the closest such weights if the constraint's `project` is the Euclidean
    projection. NaN stays NaN.
    """
    # Compute the draw once: fused into two places, it could differ by rounding.
    values = jax.lax.optimization_barrier(values)
    if constraint.place is Place.FACTORS:
        return constraint.effective(constraint.raw(values))
    # NaN means that a target could not be reached; a projection must not hide it
    return jnp.where(jnp.isnan(values), values, constraint.project(values))


def _check_drawn(initialiser: Callable, weights: Array, shape: Shape) -> None:
    """Validate the shape of a draw; another one could be broadcast."""
    name = getattr(initialiser, "__name__", type(initialiser).__name__)
    rule, got = f"return weights of shape {shape}", f"shape {weights.shape}"
    remedy = "Its second argument is the shape."
    check(weights.shape == shape, name, rule, got, remedy)


def draw(
    initialiser: AbstractInitialiser | Callable,
    key: KeyArray,
    shape: Shape,
    dtype: jnp.dtype,
    constraint: AbstractConstraint,
) -> Array:
    """Draw effective weights from an initialiser or a `(key, shape, dtype)` function.

    Weights with an axis of length 0 are empty for any distribution.
    """
    if 0 in shape:
        return jnp.zeros(shape, dtype)
    if isinstance(initialiser, AbstractInitialiser):
        with traced_in_words(type(initialiser).__name__):
            weights = initialiser(key, shape, dtype, constraint)
        check_numeric(type(initialiser).__name__, weights)
        weights = jnp.asarray(weights)
        _check_drawn(initialiser, weights, shape)
    else:
        name = getattr(initialiser, "__name__", "initialiser")
        with traced_in_words(name):
            values = initialiser(key, shape, dtype)
        check_numeric(name, values)
        values = jnp.asarray(values, dtype)
        _check_drawn(initialiser, values, shape)
        weights = impose(values, constraint)
    return project_draw(weights, constraint)
