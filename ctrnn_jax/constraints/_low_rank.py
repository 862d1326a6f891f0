"""Weights of low rank, with their two factors as raw parameters."""

from typing import final

import equinox as eqx
from jax import Array
import jax.numpy as jnp
import numpy as np

from .._arguments import checks_arguments
from .._checks import check, check_count, check_finite, check_real
from .._show import AbstractShown, quantities, Table
from ._base import AbstractConstraint, Place, Shape
from ._shapes import check_weights_shape


@final
class Factors(AbstractShown, eqx.Module):
    """The two factors of weights of low rank: m `(post, rank)` and n `(pre, rank)`."""

    m: Array
    n: Array

    def _table(self) -> Table:
        return quantities(self)

    @property
    def shape(self) -> tuple[int, ...]:
        """Return the shape of the weights, the product of the factors."""
        return (*self.m.shape[:-1], self.n.shape[-2])

    @property
    def dtype(self) -> jnp.dtype:
        """Return the dtype of both factors."""
        return self.m.dtype

    @property
    def ndim(self) -> int:
        """Return the number of axes: two, and more for a stack of networks."""
        return self.m.ndim


@final
class LowRank(AbstractConstraint):
    """Weights of low rank, W = background + m n^T / N (Mastrogiuseppe & Ostojic 2018).

    N is the number of columns. The raw parameters are `Factors(m, n)`, and both train.
    Weights that are set are factored by a singular value decomposition, with the square
    root of the singular values in each factor. `LowRank` cannot be part of a chain:
    masks and signs would change the rank.

    **Arguments:**

    - `rank`: number of pairs of vectors.
    - `background`: weights that never change, such as the random part `g chi` of the
      paper; by default none.

    Raises `ValueError` for a rank below 1, or above the smaller side of the weights.
    """

    place = Place.FACTORS
    rank: int = eqx.field(static=True)
    background: Array | None

    @checks_arguments
    def __init__(self, rank: int, background: Array | np.ndarray | None = None) -> None:
        self.rank = check_count("rank", rank, at_least=1)
        if background is not None:
            check_real("background", jnp.asarray(background))
            check_finite("background", background)
        self.background = None if background is None else jnp.asarray(background)

    def _without_background(self, weights: Array) -> Array:
        if self.background is None:
            return weights
        return weights - self.background.astype(weights.dtype)

    def effective(self, raw: Factors) -> Array:
        """Return background + m n^T / N."""
        product = raw.m @ raw.n.T / raw.n.shape[0]
        if self.background is None:
            return product
        return self.background.astype(product.dtype) + product

    def raw(self, weights: Array) -> Factors:
        """Return factors of the best approximation of this rank (Eckart & Young 1936).

        Infinite and NaN weights count as zero.
        """
        # LAPACK may never return from a decomposition of infinities
        finite = jnp.where(jnp.isfinite(weights), weights, jnp.zeros_like(weights))
        u, s, vt = jnp.linalg.svd(self._without_background(finite), full_matrices=False)
        # W = u s v^T = m n^T / N, so each factor gets sqrt(s N)
        root = jnp.sqrt(s[: self.rank] * jnp.asarray(weights.shape[-1], weights.dtype))
        return Factors(
            m=u[:, : self.rank] * root[None], n=vt[: self.rank].T * root[None]
        )

    def project(self, raw: Factors) -> Factors:
        """Return the factors, which always satisfy the constraint."""
        return raw

    def violations(self, weights: Array) -> Array:
        """Return where weights differ from their best approximation of this rank."""
        is_finite = jnp.isfinite(weights)
        finite = jnp.where(is_finite, weights, jnp.zeros_like(weights))
        approximation = self.effective(self.raw(finite))
        tolerance = jnp.sqrt(jnp.finfo(weights.dtype).eps) * jnp.max(jnp.abs(finite))
        return ~is_finite | (jnp.abs(approximation - finite) > tolerance)

    def wrong(self, index: tuple[int, ...]) -> str:
        """Return how the weight at this index is wrong, as text."""
        del index
        return f"of a rank above {self.rank}"

    def check(self, shape: Shape, earlier: AbstractConstraint | None = None) -> None:
        """Raise `ValueError` if a side of the weights is smaller than the rank."""
        is_valid = len(shape) == 2 and self.rank <= min(shape)
        rule = f"be at most the smaller side of {shape}"
        check(is_valid, "rank", rule, self.rank, "LowRank is for matrices.")
        if self.background is not None:
            check_weights_shape("background", self.background, shape)

    def excludes(self, other: AbstractConstraint) -> str | None:
        """Exclude all other constraints."""
        return "Signs and masks would change the rank."
