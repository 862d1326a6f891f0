"""Targets for initial weights: balance, gain and spectral radius of what is drawn."""

from collections.abc import Callable
from typing import Any

import jax
from jax import Array
import jax.numpy as jnp

from .._checks import check_positive, check_values, invalid, is_concrete
from .._types import ArrayLike, KeyArray
from ..constraints import AbstractConstraint, Chain, Fixed
from ._base import AbstractInitialiser, draw


class Balanced(AbstractInitialiser):
    """Each row's inhibition scaled so that it cancels that row's excitation exactly.

    Rows that lack either kind are left as drawn. Balance keeps the large outlier
    eigenvalue of an E/I matrix away (Rajan & Abbott 2006).

    **Arguments:**

    - `of`: the initialiser whose draw is balanced.
    """

    of: AbstractInitialiser

    def __call__(
        self,
        key: KeyArray,
        shape: tuple[int, ...],
        dtype: jnp.dtype,
        constraint: AbstractConstraint,
    ) -> Array:
        """The draw, with its negative entries scaled row by row."""
        drawn = draw(self.of, key, shape, dtype, constraint)
        total = jnp.sum(drawn, axis=-1, keepdims=True)
        movable = (drawn < 0) & constraint.structure(shape).plastic
        inhibition = -jnp.sum(
            jnp.where(movable, drawn, jnp.zeros_like(drawn)), axis=-1, keepdims=True
        )
        excited = jnp.any(drawn > 0, axis=-1, keepdims=True)
        some = excited & (inhibition > 0) & (total + inhibition > 0)
        ratio = (total + inhibition) / jnp.where(some, inhibition, 1)
        return jnp.where(movable & some, drawn * ratio, drawn)


class Gain(AbstractInitialiser):
    """A draw scaled so that its gain is exactly `gain`: the root mean square row norm.

        gain^2 = sum of all squared weights / number of rows

    Measured after signs and masks. For large random weights of mean zero this is the
    radius of their eigenvalues (Girko's circular law), and it is what g is in the
    networks of Sompolinsky, Crisanti & Sommers (1988).

    **Arguments:**

    - `gain`: positive.
    - `of`: the initialiser whose draw is scaled.

    Raises `ValueError` for a gain that is not positive.
    """

    gain: ArrayLike
    of: AbstractInitialiser

    def __check_init__(self) -> None:
        """Refuse a gain that is not positive."""
        check_positive("gain", self.gain, "Use Constant(0.0) for zeros.")

    def __call__(
        self,
        key: KeyArray,
        shape: tuple[int, ...],
        dtype: jnp.dtype,
        constraint: AbstractConstraint,
    ) -> Array:
        """The scaled draw."""
        drawn = draw(self.of, key, shape, dtype, constraint)
        wanted = jnp.asarray(self.gain, dtype)
        measured = lambda w: jnp.sqrt(jnp.sum(w * w) / max(shape[0], 1))
        return _scaled(drawn, constraint, wanted, measured)


class SpectralRadius(AbstractInitialiser):
    """A draw scaled so that its spectral radius is exactly `rho`.

    Measured after signs and masks, so it is that of the matrix the dynamics see. Fixed
    weights are not scaled: the plastic ones are, until the whole has this radius. Uses
    a nonsymmetric eigenvalue solver, which JAX has for CPU and GPU but not for TPU:
    build the network on the host there.

    **Arguments:**

    - `rho`: positive.
    - `of`: the initialiser whose draw is scaled.

    Raises `ValueError` for a radius that is not positive, weights that are not square,
    or a draw whose spectral radius is 0.
    """

    rho: ArrayLike
    of: AbstractInitialiser

    def __check_init__(self) -> None:
        """Refuse a radius that is not positive."""
        check_positive("rho", self.rho, "Use Constant(0.0) for zeros.")

    def __call__(
        self,
        key: KeyArray,
        shape: tuple[int, ...],
        dtype: jnp.dtype,
        constraint: AbstractConstraint,
    ) -> Array:
        """The scaled draw."""
        drawn = draw(self.of, key, shape, dtype, constraint)
        wanted = jnp.asarray(self.rho, dtype)
        return _scaled(drawn, constraint, wanted, spectral_radius)


def _scaled(
    drawn: Array,
    constraint: AbstractConstraint,
    wanted: Array,
    measure: Callable[[Array], Array],
) -> Array:
    """A draw with its plastic weights scaled so that its measure is the one wanted.

    NaN where that is impossible, which the door refuses.
    """
    links = constraint.links if isinstance(constraint, Chain) else (constraint,)
    if not any(isinstance(link, Fixed) for link in links):
        found = measure(drawn)
        if is_concrete(found):
            check_values(
                "size of the draw",
                found,
                lambda r: r > 0,
                "be above zero to be scaled",
                "The mask leaves no loop: give the weights another initialiser.",
            )
        return drawn * (wanted / found)
    plastic = constraint.structure(drawn.shape).plastic
    scaled = lambda factor: jnp.where(plastic, factor * drawn, drawn)
    # the measure is continuous in the factor: bracket what is wanted, then bisect
    low = jnp.zeros_like(wanted)
    above = lambda factor: measure(scaled(factor)) >= wanted
    high = jax.lax.while_loop(
        lambda high: ~above(high) & (high < 2.0**20),
        lambda high: 2 * high,
        jnp.ones_like(wanted),
    )
    possible = ~above(low) & above(high)

    def halve(_: Any, ends: tuple[Array, Array]) -> tuple[Array, Array]:
        low, high = ends
        middle = (low + high) / 2
        over = above(middle)
        return jnp.where(over, low, middle), jnp.where(over, middle, high)

    low, high = jax.lax.fori_loop(0, jnp.finfo(wanted.dtype).nmant, halve, (low, high))
    return jnp.where(possible, scaled(high), jnp.nan)


@jax.jit
def spectral_radius(weights: Array) -> Array:
    """The largest modulus of an eigenvalue of a square matrix.

    Raises `ValueError` if the matrix is not square.
    """
    return jnp.max(jnp.abs(_eigenvalues(weights))).astype(weights.dtype)


def _eigenvalues(weights: Array) -> Array:
    if weights.ndim != 2 or weights.shape[0] != weights.shape[1]:
        raise invalid(
            "weights", "be square", f"shape {weights.shape}", "It is for `w_hid`."
        )
    # LAPACK knows no 16-bit floats
    wide = weights if weights.dtype.itemsize > 2 else weights.astype(jnp.float32)
    return jnp.linalg.eigvals(wide)


def spectral_abscissa(weights: Array) -> Array:
    """The largest real part of an eigenvalue of a square matrix.

    Below 1 the origin of `tau dv/dt = -v + W f(v)` with `f'(0) = 1` is stable. Raises
    `ValueError` if the matrix is not square.
    """
    return jnp.max(_eigenvalues(weights).real).astype(weights.dtype)
