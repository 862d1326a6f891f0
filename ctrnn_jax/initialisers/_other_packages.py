"""Distributions of other packages whose targets the effective weights do not meet."""

from typing import final

from jax import Array
import jax.numpy as jnp
import jax.random as jr

from .._checks import check_positive, check_scalar
from .._types import ArrayLike, KeyArray
from ..constraints import AbstractConstraint, Shape
from ._base import AbstractInitialiser, DType, impose
from ._distributions import check_matrix
from ._scaled import spectral_radius


@final
class ClampedUniform(AbstractInitialiser):
    """nn4n's distribution: uniform on [-1, 1] / sqrt(n_in), wrong signs set to zero.

    The larger of total excitation and total inhibition is then scaled down to the
    smaller (`layer/linear_layer.py:140-213`). nn4n's further factor of 1/10, for
    weights without one of them, is left out. Half of the weights start at zero, so use
    this for parity with nn4n. `Uniform()` has the same bound and no such zeros.
    """

    def __call__(
        self, key: KeyArray, shape: Shape, dtype: DType, constraint: AbstractConstraint
    ) -> Array:
        """Draw weights with the constraint's signs and mask."""
        bound = 1.0 / jnp.sqrt(jnp.asarray(max(shape[-1], 1), dtype))
        draw = bound * jr.uniform(key, shape, dtype, minval=-1.0, maxval=1.0)
        signs = constraint.signs(shape).astype(dtype)
        is_allowed = constraint.present(shape) & (signs * draw >= 0)
        draw = jnp.where(is_allowed, draw, jnp.zeros_like(draw))
        if len(shape) != 2:
            return draw

        # balance the totals over the whole matrix, if there are signs and both classes
        excitation = jnp.sum(jnp.where(draw > 0, draw, jnp.zeros_like(draw)))
        inhibition = jnp.sum(jnp.where(draw < 0, -draw, jnp.zeros_like(draw)))
        smaller = jnp.minimum(excitation, inhibition)
        has_both = (smaller > 0) & jnp.any(signs != 0)

        def factor(total: Array) -> Array:
            safe_total = jnp.where(total > 0, total, 1)
            return jnp.where(has_both, smaller / safe_total, jnp.ones_like(total))

        return draw * jnp.where(draw > 0, factor(excitation), factor(inhibition))


@final
class SignedAfterScaling(AbstractInitialiser):
    """PsychRNN's distribution: N(0, 1), balanced and scaled to a radius *before* signs.

    The steps are those of `backend/initializations.py:217-322`. Columns of inhibitory
    units are multiplied by r / (1 - r), with r the fraction of excitatory units. Column
    j is divided by the norm of row j. The matrix is scaled to spectral radius `rho`.
    Then signs and masks are applied. The effective spectral radius therefore differs
    from `rho` (0.85 on average for rho = 1.1 and 100 units at 4:1), so use this for
    parity with PsychRNN. `SpectralRadius` measures the effective weights.

    **Arguments:**

    - `rho`: positive.
    """

    rho: ArrayLike = 1.1

    def __check_init__(self) -> None:
        """Validate that the radius is positive."""
        check_positive("rho", self.rho, "PsychRNN's is 1.1.")
        check_scalar("rho", self.rho)

    def __call__(
        self, key: KeyArray, shape: Shape, dtype: DType, constraint: AbstractConstraint
    ) -> Array:
        """Draw weights with the constraint's signs and mask."""
        check_matrix("SignedAfterScaling", shape)
        signs = constraint.signs(shape).astype(dtype)
        is_inhibitory = signs < 0
        fraction = jnp.mean((signs > 0).astype(dtype))
        ratio = fraction / jnp.where(
            fraction < 1, 1 - fraction, jnp.ones_like(fraction)
        )
        draw = jr.normal(key, shape, dtype)
        draw = jnp.where(is_inhibitory, draw * ratio, draw)
        # PsychRNN divides columns by the norms of rows
        norms = jnp.linalg.norm(draw, axis=1)[None, :]
        draw = jnp.where(jnp.any(signs != 0), draw / norms, draw)
        scale = jnp.asarray(self.rho, dtype) / spectral_radius(draw)
        return impose(scale * draw, constraint)
