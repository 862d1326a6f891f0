"""Constraints on the spectrum: low rank and a bounded spectral radius."""

import equinox as eqx
from jax import Array
from jax.lax import Precision
import jax.numpy as jnp
import numpy as np

from .._checks import check_count, check_positive, invalid
from .._types import ArrayLike
from ._base import AbstractConstraint, Structure, structure
from ._masked import check_shape, check_square


class Factors(eqx.Module):
    """The two factors of weights of low rank: m `(post, rank)` and n `(pre, rank)`."""

    m: Array
    n: Array

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the weights that they make."""
        return (*self.m.shape[:-1], self.n.shape[-2])

    @property
    def dtype(self) -> jnp.dtype:
        """The dtype of both."""
        return self.m.dtype

    @property
    def ndim(self) -> int:
        """Two, and more for a stack."""
        return self.m.ndim


class LowRank(AbstractConstraint):
    """Weights of low rank, W = background + m n^T / N (Mastrogiuseppe & Ostojic 2018).

    N is the number of columns. The raw parameters are `Factors(m, n)`; both train.
    Given weights are factored by a singular value decomposition, the root of the
    singular values on either side. It stands alone: masks and signs would not keep the
    rank.

    **Arguments:**

    - `rank`: how many pairs of vectors.
    - `background`: weights that stay as they are, such as the random part
      `g chi` of the paper; by default none.

    Raises `ValueError` for a rank below 1, or above the sizes of the weights.
    """

    rank: int = eqx.field(static=True)
    background: Array | None

    def __init__(self, rank: int, background: Array | np.ndarray | None = None) -> None:
        self.rank = check_count("rank", rank, at_least=1)
        self.background = None if background is None else jnp.asarray(background)

    def _rest(self, weights: Array) -> Array:
        if self.background is None:
            return weights
        return weights - self.background.astype(weights.dtype)

    def effective(self, raw: Factors) -> Array:
        """Background + m n^T / N."""
        product = raw.m @ raw.n.T / raw.n.shape[0]
        if self.background is None:
            return product
        return self.background.astype(product.dtype) + product

    def raw(self, weights: Array) -> Factors:
        """Factors of the best approximation of this rank (Eckart & Young 1936)."""
        # LAPACK may never return from a decomposition of infinities
        finite = jnp.where(jnp.isfinite(weights), weights, jnp.zeros_like(weights))
        u, s, vt = jnp.linalg.svd(self._rest(finite), full_matrices=False)
        root = jnp.sqrt(s[: self.rank] * jnp.asarray(weights.shape[-1], weights.dtype))
        return Factors(u[:, : self.rank] * root[None], vt[: self.rank].T * root[None])

    def project(self, raw: Factors) -> Factors:
        """The factors: all are feasible."""
        return raw

    def violations(self, weights: Array) -> Array:
        """Where the weights differ from their best approximation of this rank."""
        good = jnp.isfinite(weights)
        finite = jnp.where(good, weights, jnp.zeros_like(weights))
        near = self.effective(self.raw(finite))
        slack = jnp.sqrt(jnp.finfo(weights.dtype).eps) * jnp.max(jnp.abs(finite))
        return ~good | (jnp.abs(near - finite) > slack)

    def structure(self, shape: tuple[int, ...]) -> Structure:
        """Every synapse exists, with either sign."""
        return structure(shape)

    def dead(self, raw: Factors) -> Array:
        """None."""
        return jnp.zeros(raw.shape, bool)

    def check(
        self, shape: tuple[int, ...], earlier: AbstractConstraint | None = None
    ) -> None:
        """Raise `ValueError` if the weights are smaller than the rank."""
        del earlier
        if len(shape) != 2 or self.rank > min(shape):
            raise invalid(
                "rank",
                f"be at most the smaller side of {shape}",
                self.rank,
                "LowRank is for matrices.",
            )
        if self.background is not None:
            check_shape("background", self.background, shape)


SQUARINGS = 12


def radius_bound(weights: Array) -> Array:
    """An upper bound of the spectral radius, from matrix products alone.

    Gelfand's formula: `rho(W) <= ||W^k||^(1/k)` for any k and norm, with equality as k
    grows; here k = 2^12 and the Frobenius norm, which is at most 0.2 % above for a
    normal matrix of 1000 units. It needs no eigenvalues, which TPUs do not have, and
    can be differentiated.
    """
    tiny = jnp.finfo(weights.dtype).tiny
    largest = jnp.max(jnp.abs(weights))
    # comparisons are written so that NaN is carried through
    scale = jnp.where(largest <= tiny, jnp.ones_like(largest), largest)
    power, log = weights / scale, jnp.log(scale)  # squares must not overflow
    done = jnp.zeros((), bool)
    for doubling in range(SQUARINGS + 1):
        square = jnp.sum(power * power)
        alive = ~(square <= tiny)
        norm = jnp.sqrt(jnp.where(alive, square, jnp.ones_like(square)))
        # a power that has vanished, as of weights without loops, ends the sequence
        size = jnp.where(alive, jnp.log(norm), jnp.log(tiny) / 2)
        log = log + jnp.where(done, jnp.zeros_like(log), size / 2**doubling)
        done = done | ~alive
        if doubling < SQUARINGS:
            power = power / norm
            power = jnp.matmul(power, power, precision=Precision.HIGHEST)
    return jnp.exp(log)


class SpectralRadiusBelow(AbstractConstraint):
    """The spectral radius is at most `rho`: W = raw * min(1, rho / bound(raw)).

    The bound is Gelfand's (`radius_bound`): never below the spectral radius, and within
    a percent of it for all but very non-normal weights. Scaling keeps signs, masks and
    balance. `project` gives the same weights: feasible, and not the nearest ones.

    **Arguments:**

    - `rho`: positive; below 1 the origin of a network whose slopes are at most 1 is
      stable.

    Raises `ValueError` for a radius that is not positive.
    """

    rho: Array

    def __init__(self, rho: ArrayLike) -> None:
        check_positive("rho", rho, "Use Constant(0.0) for zeros.")
        self.rho = jnp.asarray(rho, float)

    def effective(self, raw: Array) -> Array:
        """The raw parameters, scaled down if their spectral radius is too large."""
        rho, bound = self.rho.astype(raw.dtype), radius_bound(raw)
        return jnp.where(bound > rho, raw * (rho / bound), raw)

    def raw(self, weights: Array) -> Array:
        """The weights."""
        return weights

    def project(self, raw: Array) -> Array:
        """The effective weights."""
        return self.effective(raw)

    def violations(self, weights: Array) -> Array:
        """All weights, if their spectral radius may be above rho."""
        slack = 1 + jnp.sqrt(jnp.finfo(weights.dtype).eps)
        good = radius_bound(weights) <= self.rho.astype(weights.dtype) * slack
        return jnp.broadcast_to(~good, weights.shape)

    def structure(self, shape: tuple[int, ...]) -> Structure:
        """Every synapse exists, with either sign."""
        return structure(shape)

    def dead(self, raw: Array) -> Array:
        """None."""
        return jnp.zeros(raw.shape, bool)

    def check(
        self, shape: tuple[int, ...], earlier: AbstractConstraint | None = None
    ) -> None:
        """Raise `ValueError` unless the weights are square."""
        del earlier
        check_square("SpectralRadiusBelow", shape)
