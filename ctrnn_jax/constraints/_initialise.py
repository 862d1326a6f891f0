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
import jax.random as jr

from .._checks import (
    check_not_negative,
    check_positive,
    check_values,
    is_concrete,
    refusal,
)
from .._types import ArrayLike, KeyArray
from ._constraint import AbstractConstraint


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


class Constant(AbstractInitialiser):
    """Every existing weight has the same size.

    **Arguments:**

    - `value`: the size; 0 gives a network without these weights (or a zero vector).
    """

    value: ArrayLike = 0.0

    def __call__(
        self,
        key: KeyArray,
        shape: tuple[int, ...],
        dtype: jnp.dtype,
        constraint: AbstractConstraint,
    ) -> Array:
        """The constant, with the constraint's signs and mask."""
        del key
        return impose(jnp.full(shape, self.value, dtype), constraint)


class Uniform(AbstractInitialiser):
    """Uniform on [-bound, bound]; under a sign constraint on [0, bound] in size.

    **Arguments:**

    - `bound`: positive. `None` takes `1 / sqrt(fan_in)` of each row, counting only the
      synapses that exist (PyTorch's and nn4n's law).
    """

    bound: ArrayLike | None = None

    def __check_init__(self) -> None:
        """Refuse a bound that is not positive."""
        if self.bound is not None:
            check_positive("bound", self.bound, "Use Constant(0.0) for zeros.")

    def __call__(
        self,
        key: KeyArray,
        shape: tuple[int, ...],
        dtype: jnp.dtype,
        constraint: AbstractConstraint,
    ) -> Array:
        """A draw, with the constraint's signs and mask."""
        draw = jr.uniform(key, shape, dtype, minval=-1.0, maxval=1.0)
        if self.bound is None:
            scale = 1.0 / jnp.sqrt(fan_in(shape, constraint).astype(dtype))
        else:
            scale = jnp.asarray(self.bound, dtype)
        return impose(draw * scale, constraint)


class Normal(AbstractInitialiser):
    """Gaussian with standard deviation `gain / sqrt(fan_in)` of each row.

    Only existing synapses count. For a free square matrix `gain` is the spectral
    radius as the size grows (Girko's circular law). Under a sign constraint the sizes
    are half-normal.

    **Arguments:**

    - `gain`: positive.
    """

    gain: ArrayLike = 1.0

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
        """A draw, with the constraint's signs and mask."""
        std = jnp.asarray(self.gain, dtype) / jnp.sqrt(
            fan_in(shape, constraint).astype(dtype)
        )
        return impose(std * jr.normal(key, shape, dtype), constraint)


class Gamma(AbstractInitialiser):
    """Sizes from a gamma distribution, the law of Song, Yang & Wang (2016).

    Mean `mean`, standard deviation `mean / sqrt(concentration)`. Weights that may have
    either sign get a random one.

    **Arguments:**

    - `mean`: positive number, or an array of the weights' shape: the mean size of each
      synapse (0 allowed where it is absent).
    - `concentration`: the shape parameter k of the distribution (2 in the paper).
    """

    mean: ArrayLike = 0.1
    concentration: ArrayLike = 2.0

    def __check_init__(self) -> None:
        """Refuse a negative mean and a concentration that is not positive."""
        check_not_negative("mean", self.mean, "Signs come from the constraint.")
        check_positive("concentration", self.concentration, "The paper's is 2.")

    def __call__(
        self,
        key: KeyArray,
        shape: tuple[int, ...],
        dtype: jnp.dtype,
        constraint: AbstractConstraint,
    ) -> Array:
        """A draw, with the constraint's signs and mask."""
        size_key, sign_key = jr.split(key)
        k = jnp.asarray(self.concentration, dtype)
        draw = jr.gamma(size_key, k, shape, dtype) / k
        either = jr.rademacher(sign_key, shape, dtype)
        return impose(jnp.asarray(self.mean, dtype) * draw * either, constraint)


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
        drawn = self.of(key, shape, dtype, constraint)
        excitation = jnp.sum(jnp.maximum(drawn, 0), axis=-1, keepdims=True)
        inhibition = -jnp.sum(jnp.minimum(drawn, 0), axis=-1, keepdims=True)
        both = (excitation > 0) & (inhibition > 0)
        ratio = jnp.where(both, excitation / jnp.where(both, inhibition, 1), 1)
        return jnp.where(drawn < 0, drawn * ratio, drawn)


class SpectralRadius(AbstractInitialiser):
    """A draw scaled so that its spectral radius is exactly `rho`.

    Measured after signs and masks, so it is that of the matrix the dynamics see. Uses
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
        drawn = self.of(key, shape, dtype, constraint)
        radius = spectral_radius(drawn)
        if is_concrete(radius):
            check_values(
                "spectral radius of the draw",
                radius,
                lambda r: r > 0,
                "be above zero to be scaled",
                "The mask leaves no loop: give the weights another initialiser.",
            )
        return drawn * (jnp.asarray(self.rho, dtype) / radius)


@jax.jit
def spectral_radius(weights: Array) -> Array:
    """The largest modulus of an eigenvalue of a square matrix.

    Raises `ValueError` if the matrix is not square.
    """
    if weights.ndim != 2 or weights.shape[0] != weights.shape[1]:
        raise refusal(
            "weights", "be square", f"shape {weights.shape}", "It is for `w_hid`."
        )
    # LAPACK knows no 16-bit floats
    wide = weights if weights.dtype.itemsize > 2 else weights.astype(jnp.float32)
    return jnp.max(jnp.abs(jnp.linalg.eigvals(wide))).astype(weights.dtype)


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
        return initialiser(key, shape, dtype, constraint)
    return impose(jnp.asarray(initialiser(key, shape, dtype), dtype), constraint)
