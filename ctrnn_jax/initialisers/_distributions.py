"""Distributions of initial weights: independent synapses, and fixed matrices."""

from typing import final

import jax
from jax import Array
import jax.numpy as jnp
import jax.random as jr

from .._checks import (
    check,
    check_finite,
    check_flag,
    check_not_negative,
    check_positive,
    check_scalar,
)
from .._types import ArrayLike, KeyArray
from ..constraints import AbstractConstraint, Shape
from ._base import AbstractInitialiser, DType, fan_in, impose


@final
class Constant(AbstractInitialiser):
    """Every existing weight has the same magnitude.

    **Arguments:**

    - `value`: the magnitude; 0 gives a network without these weights (or a zero
      vector).
    """

    value: ArrayLike = 0.0

    def __check_init__(self) -> None:
        """Validate that the value is finite."""
        check_finite("value", self.value)
        check_scalar("value", self.value)

    def __call__(
        self, key: KeyArray, shape: Shape, dtype: DType, constraint: AbstractConstraint
    ) -> Array:
        """Return the constant, with the constraint's signs and mask."""
        return impose(jnp.full(shape, self.value, dtype), constraint)


@final
class Uniform(AbstractInitialiser):
    """Uniform on [-bound, bound]; under a sign constraint magnitudes on [0, bound].

    **Arguments:**

    - `bound`: positive. `None` is `1 / sqrt(fan_in)` of each row, where only existing
      synapses count (the distribution of PyTorch and nn4n).
    """

    bound: ArrayLike | None = None

    def __check_init__(self) -> None:
        """Validate that the bound is positive."""
        if self.bound is not None:
            check_positive("bound", self.bound, "Use Constant(0.0) for zeros.")
            check_scalar("bound", self.bound)

    def __call__(
        self, key: KeyArray, shape: Shape, dtype: DType, constraint: AbstractConstraint
    ) -> Array:
        """Draw weights with the constraint's signs and mask."""
        draw = jr.uniform(key, shape, dtype, minval=-1.0, maxval=1.0)
        if self.bound is None:
            scale = 1.0 / jnp.sqrt(fan_in(shape, constraint).astype(dtype))
        else:
            scale = jnp.asarray(self.bound, dtype)
        return impose(draw * scale, constraint)


@final
class Normal(AbstractInitialiser):
    """Gaussian with standard deviation `gain / sqrt(fan_in)` of each row.

    Only existing synapses count. For a free square matrix `gain` is the limit of the
    spectral radius as the size grows (Girko's circular law). Under a sign constraint
    the magnitudes are half-normal.

    **Arguments:**

    - `gain`: positive.
    """

    gain: ArrayLike = 1.0

    def __check_init__(self) -> None:
        """Validate that the gain is positive."""
        check_positive("gain", self.gain, "Use Constant(0.0) for zeros.")
        check_scalar("gain", self.gain)

    def __call__(
        self, key: KeyArray, shape: Shape, dtype: DType, constraint: AbstractConstraint
    ) -> Array:
        """Draw weights with the constraint's signs and mask."""
        std = jnp.asarray(self.gain, dtype) / jnp.sqrt(
            fan_in(shape, constraint).astype(dtype)
        )
        return impose(std * jr.normal(key, shape, dtype), constraint)


@final
class Gamma(AbstractInitialiser):
    """Magnitudes from a gamma distribution, as in Song, Yang & Wang (2016).

    Mean `mean`, standard deviation `mean / sqrt(concentration)`. Weights that may have
    either sign get a random sign.

    **Arguments:**

    - `mean`: positive number, or an array of the weights' shape: the mean magnitude of
      each synapse (0 allowed where it is absent).
    - `concentration`: the shape parameter k of the distribution (2 in the paper).
    """

    mean: ArrayLike = 0.1
    concentration: ArrayLike = 2.0

    def __check_init__(self) -> None:
        """Validate the mean and the concentration."""
        check_not_negative("mean", self.mean, "Signs come from the constraint.")
        check_positive("concentration", self.concentration, "The paper's is 2.")

    def __call__(
        self, key: KeyArray, shape: Shape, dtype: DType, constraint: AbstractConstraint
    ) -> Array:
        """Draw weights with the constraint's signs and mask."""
        magnitude_key, sign_key = jr.split(key)
        # a gamma variable of scale 1 has mean k
        k = jnp.asarray(self.concentration, dtype)
        magnitudes = jr.gamma(magnitude_key, k, shape, dtype) / k
        signs = jr.rademacher(sign_key, shape, dtype)
        return impose(jnp.asarray(self.mean, dtype) * magnitudes * signs, constraint)


@final
class LogNormal(AbstractInitialiser):
    """Magnitudes from a lognormal distribution, as of cortical synapses.

    This is an option of pycog. Weights that may have either sign get a random sign.

    **Arguments:**

    - `mean`: as in `Gamma`.
    - `std`: standard deviation of the magnitudes, positive; by default the mean.
    """

    mean: ArrayLike = 0.1
    std: ArrayLike | None = None

    def __check_init__(self) -> None:
        """Validate the mean and the standard deviation."""
        check_not_negative("mean", self.mean, "Signs come from the constraint.")
        if self.std is not None:
            check_positive("std", self.std, "Use Constant(mean) for equal weights.")

    def __call__(
        self, key: KeyArray, shape: Shape, dtype: DType, constraint: AbstractConstraint
    ) -> Array:
        """Draw weights with the constraint's signs and mask."""
        magnitude_key, sign_key = jr.split(key)
        mean = jnp.asarray(self.mean, dtype)
        safe_mean = jnp.where(mean > 0, mean, jnp.ones_like(mean))
        ratio = 1.0 if self.std is None else jnp.asarray(self.std, dtype) / safe_mean
        # exp(s z - s^2 / 2) has mean 1 and variance exp(s^2) - 1 = ratio^2
        log_variance = jnp.log1p(jnp.asarray(ratio, dtype) ** 2)
        normal = jr.normal(magnitude_key, shape, dtype)
        magnitudes = mean * jnp.exp(jnp.sqrt(log_variance) * normal - log_variance / 2)
        signs = jr.rademacher(sign_key, shape, dtype)
        return impose(magnitudes * signs, constraint)


@final
class Glorot(AbstractInitialiser):
    """Variance `2 / (fan_in + fan_out)` (Glorot & Bengio 2010), of existing synapses.

    Under a sign constraint the magnitudes are those of the same draw.

    **Arguments:**

    - `uniform`: draw from a uniform rather than a normal distribution.
    - `gain`: positive factor.
    """

    uniform: bool = False
    gain: ArrayLike = 1.0

    def __check_init__(self) -> None:
        """Validate the flag, and that the gain is positive."""
        check_flag("uniform", self.uniform)
        check_positive("gain", self.gain, "Use Constant(0.0) for zeros.")
        check_scalar("gain", self.gain)

    def __call__(
        self, key: KeyArray, shape: Shape, dtype: DType, constraint: AbstractConstraint
    ) -> Array:
        """Draw weights with the constraint's signs and mask."""
        fan_out = jnp.maximum(
            jnp.sum(constraint.present(shape), axis=0, keepdims=True), 1
        )
        fan_out = fan_out.reshape((1,) * (len(shape) - 1) + (-1,))
        fans = (fan_in(shape, constraint) + fan_out).astype(dtype)
        std = jnp.asarray(self.gain, dtype) * jnp.sqrt(2.0 / fans)
        # both distributions have variance 1
        if self.uniform:
            standardised = jr.uniform(key, shape, dtype, minval=-1.0, maxval=1.0)
            standardised = standardised * jnp.sqrt(jnp.asarray(3.0, dtype))
        else:
            standardised = jr.normal(key, shape, dtype)
        return impose(std * standardised, constraint)


@final
class Orthogonal(AbstractInitialiser):
    """A random orthogonal matrix times a gain (Saxe et al. 2014; Yang 2019: 0.5).

    If the matrix is not square, the vectors along its longer side are orthonormal. The
    constraint's signs and mask are applied afterwards.

    **Arguments:**

    - `gain`: positive factor; the modulus of all eigenvalues of a square free matrix.
    """

    gain: ArrayLike = 1.0

    def __check_init__(self) -> None:
        """Validate that the gain is positive."""
        check_positive("gain", self.gain, "Use Constant(0.0) for zeros.")
        check_scalar("gain", self.gain)

    def __call__(
        self, key: KeyArray, shape: Shape, dtype: DType, constraint: AbstractConstraint
    ) -> Array:
        """Draw weights with the constraint's signs and mask."""
        check_matrix("Orthogonal", shape)
        draw = jax.nn.initializers.orthogonal()(key, shape, dtype)
        return impose(jnp.asarray(self.gain, dtype) * draw, constraint)


@final
class Identity(AbstractInitialiser):
    """The identity times a scale (Yang 2019: 0.5; PsychRNN's `AlphaIdentity`).

    **Arguments:**

    - `scale`: any number.

    Without autapses no weight would be left, which is an error of the network.
    """

    scale: ArrayLike = 1.0

    def __check_init__(self) -> None:
        """Validate that the scale is finite."""
        check_finite("scale", self.scale)
        check_scalar("scale", self.scale)

    def __call__(
        self, key: KeyArray, shape: Shape, dtype: DType, constraint: AbstractConstraint
    ) -> Array:
        """Return the scaled identity, with the constraint's signs and mask."""
        check_matrix("Identity", shape)
        return impose(
            jnp.asarray(self.scale, dtype) * jnp.eye(*shape, dtype=dtype), constraint
        )


def check_matrix(name: str, shape: Shape) -> None:
    """Validate that weights are a matrix, which the initialiser `name` needs."""
    remedy = "Use Constant(...) for a vector."
    check(len(shape) == 2, name, "be for matrices", f"shape {shape}", remedy)
