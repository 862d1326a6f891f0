"""Laws of other packages that do not hold for the effective weights, for parity."""

from jax import Array
import jax.numpy as jnp
import jax.random as jr

from .._checks import check_positive
from .._types import ArrayLike, KeyArray
from ..constraints import AbstractConstraint
from ._base import AbstractInitialiser, impose
from ._distributions import check_matrix


class ClampedUniform(AbstractInitialiser):
    """nn4n's law: uniform on [-1, 1] / sqrt(n_in), wrong signs set to zero.

    The larger of all excitation and all inhibition together is then scaled down to the
    smaller (`layer/linear_layer.py:140-213`); its further factor of 1/10 where one of
    them is missing is left out. Half of the weights start at zero: this is for parity
    with nn4n. `Uniform()` has the same bound and keeps every synapse.
    """

    def __call__(
        self,
        key: KeyArray,
        shape: tuple[int, ...],
        dtype: jnp.dtype,
        constraint: AbstractConstraint,
    ) -> Array:
        """A draw, with the constraint's signs and mask."""
        bound = 1.0 / jnp.sqrt(jnp.asarray(max(shape[-1], 1), dtype))
        draw = bound * jr.uniform(key, shape, dtype, minval=-1.0, maxval=1.0)
        signs = constraint.signs(shape).astype(dtype)
        keep = constraint.present(shape) & (signs * draw >= 0)
        draw = jnp.where(keep, draw, jnp.zeros_like(draw))
        if len(shape) != 2:
            return draw
        up = jnp.sum(jnp.where(draw > 0, draw, jnp.zeros_like(draw)))
        down = jnp.sum(jnp.where(draw < 0, -draw, jnp.zeros_like(draw)))
        less = jnp.minimum(up, down)
        both = (less > 0) & jnp.any(signs != 0)
        shrink = lambda total: jnp.where(
            both, less / jnp.where(total > 0, total, 1), jnp.ones_like(total)
        )
        return draw * jnp.where(draw > 0, shrink(up), shrink(down))


class SignedAfterScaling(AbstractInitialiser):
    """PsychRNN's law: N(0, 1), balanced and scaled to a radius *before* signs.

    `backend/initializations.py:217-322`: columns of inhibitory units are multiplied by
    r / (1 - r) with r the fraction of excitatory ones, all is divided by the norms of
    the rows, laid along the columns, and scaled to spectral radius `rho`; then come
    signs and masks. The effective radius is another (0.85 on average for rho = 1.1 and
    100 units at 4:1): this is for parity with PsychRNN. `SpectralRadius` measures the
    weights that the dynamics see.

    **Arguments:**

    - `rho`: positive.
    """

    rho: ArrayLike = 1.1

    def __check_init__(self) -> None:
        """Refuse a radius that is not positive."""
        check_positive("rho", self.rho, "PsychRNN's is 1.1.")

    def __call__(
        self,
        key: KeyArray,
        shape: tuple[int, ...],
        dtype: jnp.dtype,
        constraint: AbstractConstraint,
    ) -> Array:
        """A draw, with the constraint's signs and mask."""
        check_matrix("SignedAfterScaling", shape)
        signs = constraint.signs(shape).astype(dtype)
        inhibitory = signs < 0
        share = jnp.mean((signs > 0).astype(dtype))
        odds = share / jnp.where(share < 1, 1 - share, jnp.ones_like(share))
        draw = jr.normal(key, shape, dtype)
        draw = jnp.where(inhibitory, draw * odds, draw)
        norms = jnp.linalg.norm(draw, axis=1)[None, :]
        draw = jnp.where(jnp.any(signs != 0), draw / norms, draw)
        radius = jnp.max(jnp.abs(jnp.linalg.eigvals(draw))).astype(dtype)
        return impose(jnp.asarray(self.rho, dtype) / radius * draw, constraint)
