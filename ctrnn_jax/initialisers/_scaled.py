"""Initialisers that scale a draw to a target: balance, gain or spectral radius."""

from collections.abc import Callable
from typing import final

import jax
from jax import Array
import jax.numpy as jnp
import numpy as np

from .._arguments import checks_arguments
from .._checks import (
    check,
    check_positive,
    check_real,
    check_scalar,
    check_values,
    is_concrete,
)
from .._types import ArrayLike, KeyArray
from ..constraints import AbstractConstraint, links_of, Place, Shape
from ._base import AbstractInitialiser, draw, DType


@final
class Balanced(AbstractInitialiser):
    """A draw whose inhibition is scaled to cancel the excitation in each row.

    Rows without excitation or without inhibition are left as drawn. Balance removes the
    large outlier eigenvalue of an E/I matrix (Rajan & Abbott 2006).

    **Arguments:**

    - `of`: the initialiser whose draw is balanced.
    """

    of: AbstractInitialiser | Callable[..., Array]

    def check(self, shape: Shape, constraint: AbstractConstraint) -> None:
        """Raise the errors of the initialiser whose draw is balanced."""
        _check_draw(self.of, shape, constraint)

    def __call__(
        self, key: KeyArray, shape: Shape, dtype: DType, constraint: AbstractConstraint
    ) -> Array:
        """Return the draw, with its negative entries scaled row by row."""
        weights = draw(self.of, key, shape, dtype, constraint)
        # sums over rows, (post, 1); fixed weights are not scaled
        total = jnp.sum(weights, axis=-1, keepdims=True)
        is_scalable = (weights < 0) & constraint.structure(shape).plastic
        inhibition = -jnp.sum(
            jnp.where(is_scalable, weights, jnp.zeros_like(weights)),
            axis=-1,
            keepdims=True,
        )
        # what the scaled inhibition must cancel: all other weights of the row
        excess = total + inhibition
        can_balance = (inhibition > 0) & (excess > 0)
        ratio = excess / jnp.where(can_balance, inhibition, 1)
        return jnp.where(is_scalable & can_balance, weights * ratio, weights)


@final
class Gain(AbstractInitialiser):
    """A draw scaled so that its gain, the root mean square row norm, is exactly `gain`.

        gain^2 = sum of all squared weights / number of rows

    The gain is measured after signs and masks. For large random weights of mean zero it
    is the radius of their eigenvalues (Girko's circular law), and the g of the networks
    of Sompolinsky, Crisanti & Sommers (1988).

    **Arguments:**

    - `gain`: positive.
    - `of`: the initialiser whose draw is scaled.

    Raises `ValueError` for a gain that is not positive, and for fixed weights that have
    this gain or a larger one by themselves.
    """

    gain: ArrayLike
    of: AbstractInitialiser | Callable[..., Array]

    def __check_init__(self) -> None:
        """Validate that the gain is positive."""
        check_positive("gain", self.gain, "Use Constant(0.0) for zeros.")
        check_scalar("gain", self.gain)

    def check(self, shape: Shape, constraint: AbstractConstraint) -> None:
        """Raise `ValueError` if the fixed weights alone have the gain."""
        _check_draw(self.of, shape, constraint)
        _check_fixed("gain", self.gain, shape, constraint, _gain)

    def __call__(
        self, key: KeyArray, shape: Shape, dtype: DType, constraint: AbstractConstraint
    ) -> Array:
        """Return the scaled draw."""
        weights = draw(self.of, key, shape, dtype, constraint)
        return _scaled(weights, constraint, jnp.asarray(self.gain, dtype), _gain)


@final
class SpectralRadius(AbstractInitialiser):
    """A draw scaled so that its spectral radius is exactly `rho`.

    The radius is that of the effective matrix, with signs and masks. Only plastic
    weights are scaled, until the matrix with its fixed weights has this radius. The
    nonsymmetric eigenvalue solver of JAX runs on CPU and GPU but not on TPU; there,
    build the network on the host.

    **Arguments:**

    - `rho`: positive.
    - `of`: the initialiser whose draw is scaled.

    Raises `ValueError` for a radius that is not positive, weights that are not square,
    a draw whose spectral radius is 0, and fixed weights that have this radius or a
    larger one by themselves.
    """

    rho: ArrayLike
    of: AbstractInitialiser | Callable[..., Array]

    def __check_init__(self) -> None:
        """Validate that the radius is positive."""
        check_positive("rho", self.rho, "Use Constant(0.0) for zeros.")
        check_scalar("rho", self.rho)

    def check(self, shape: Shape, constraint: AbstractConstraint) -> None:
        """Raise `ValueError` if the fixed weights alone have the radius."""
        _check_draw(self.of, shape, constraint)
        _check_fixed("rho", self.rho, shape, constraint, spectral_radius)

    def __call__(
        self, key: KeyArray, shape: Shape, dtype: DType, constraint: AbstractConstraint
    ) -> Array:
        """Return the scaled draw."""
        weights = draw(self.of, key, shape, dtype, constraint)
        rho = jnp.asarray(self.rho, dtype)
        return _scaled(weights, constraint, rho, spectral_radius)


def _gain(weights: Array) -> Array:
    """Return the root mean square norm of the rows."""
    return jnp.sqrt(jnp.sum(weights * weights) / max(weights.shape[0], 1))


def _has_fixed(constraint: AbstractConstraint) -> bool:
    """Whether some weights have given values, which are not scaled."""
    return any(link.place is Place.FIXED for link in links_of(constraint))


def _check_draw(
    initialiser: object, shape: Shape, constraint: AbstractConstraint
) -> None:
    """Raise the errors of the initialiser whose draw is scaled."""
    if isinstance(initialiser, AbstractInitialiser):
        initialiser.check(shape, constraint)


def _check_fixed(
    name: str,
    target: ArrayLike,
    shape: Shape,
    constraint: AbstractConstraint,
    measure: Callable[[Array], Array],
) -> None:
    """Validate that the fixed weights alone are below the target."""
    if not _has_fixed(constraint):
        return
    fixed_part = constraint.effective(jnp.zeros(shape))
    measured = measure(fixed_part)
    if is_concrete((measured, target)):
        alone = f"{float(measured):.4g}"
        rule = f"be above that of the fixed weights alone, {alone}"
        remedy = "Give the weights (`w_hid=...`) an initialiser with another target."
        check(bool(measured < target), name, rule, f"{float(target):.4g}", remedy)


def _scaled(
    weights: Array,
    constraint: AbstractConstraint,
    target: Array,
    measure: Callable[[Array], Array],
) -> Array:
    """Scale the plastic weights of a draw so that `measure` is the target.

    Return NaN if that is impossible; the network that is built then raises an error.
    """
    if not _has_fixed(constraint):
        # without fixed weights the measure is proportional to the factor
        measured = measure(weights)
        if is_concrete(measured):
            check_values(
                "scale of the draw",
                measured,
                lambda r: r > 0,
                "be above zero to be scaled",
                "The mask leaves no loop: give the weights another initialiser.",
            )
        return weights * (target / measured)

    is_plastic = constraint.structure(weights.shape).plastic

    def scaled(factor: Array) -> Array:
        return jnp.where(is_plastic, factor * weights, weights)

    def is_reached(factor: Array) -> Array:
        return measure(scaled(factor)) >= target

    def needs_doubling(factor: Array) -> Array:
        return ~is_reached(factor) & (factor < 2.0**20)

    def halve(_: object, ends: tuple[Array, Array]) -> tuple[Array, Array]:
        low, high = ends
        middle = (low + high) / 2
        over = is_reached(middle)
        return jnp.where(over, low, middle), jnp.where(over, middle, high)

    # The measure is continuous in the factor: double the factor until the target is
    # exceeded, then bisect between 0 and that factor.
    low = jnp.zeros_like(target)
    high = jax.lax.while_loop(
        needs_doubling, lambda factor: 2 * factor, jnp.ones_like(target)
    )
    is_possible = ~is_reached(low) & is_reached(high)
    num_bits = jnp.finfo(target.dtype).nmant
    low, high = jax.lax.fori_loop(0, num_bits, halve, (low, high))
    return jnp.where(is_possible, scaled(high), jnp.nan)


@checks_arguments
def spectral_radius(weights: ArrayLike) -> Array:
    """Return the largest modulus of an eigenvalue of a square matrix.

    Raises `ValueError` if the matrix is not square.

    **Example:**

    >>> weights = jnp.array([[0.0, 2.0], [2.0, 0.0]])
    >>> round(float(cj.initialisers.spectral_radius(weights)), 4)
    2.0
    """
    return _radius(_square(weights))


@jax.jit
def _radius(weights: Array) -> Array:
    return jnp.max(jnp.abs(_eigenvalues(weights))).astype(weights.dtype)


def _square(weights: ArrayLike) -> Array:
    """Return a matrix as an array; it must be square."""
    check_values("weights", weights, np.isreal, "be real numbers", "Give an array.")
    matrix = jnp.asarray(weights)
    check_real("weights", matrix)
    shape = matrix.shape
    is_square = len(shape) == 2 and shape[0] == shape[1] > 0
    check(is_square, "weights", "be square", f"shape {shape}", "Use it for `w_hid`.")
    return matrix


def _eigenvalues(weights: Array) -> Array:
    # LAPACK has no routine for 16-bit floats
    is_16_bit = weights.dtype.itemsize <= 2
    return jnp.linalg.eigvals(weights.astype(jnp.float32) if is_16_bit else weights)


@checks_arguments
def spectral_abscissa(weights: ArrayLike) -> Array:
    """Return the largest real part of an eigenvalue of a square matrix.

    If it is below 1, the origin of `tau dv/dt = -v + W f(v)` with `f'(0) = 1` is
    stable. Raises `ValueError` if the matrix is not square.
    """
    matrix = _square(weights)
    return jnp.max(_eigenvalues(matrix).real).astype(matrix.dtype)
