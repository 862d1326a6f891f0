"""Laws for initial weights, each synapse by itself."""

import jax
from jax import Array
import jax.numpy as jnp
import jax.random as jr

from .._checks import check_not_negative, check_positive, invalid
from .._types import ArrayLike, KeyArray
from ..constraints import AbstractConstraint
from ._base import AbstractInitialiser, fan_in, impose


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


class LogNormal(AbstractInitialiser):
    """Sizes from a lognormal distribution (an option of pycog's; cortical synapses).

    Weights that may have either sign get a random one.

    **Arguments:**

    - `mean`: as of `Gamma`.
    - `std`: standard deviation of the sizes, positive; by default the mean.
    """

    mean: ArrayLike = 0.1
    std: ArrayLike | None = None

    def __check_init__(self) -> None:
        """Refuse a negative mean and a standard deviation that is not positive."""
        check_not_negative("mean", self.mean, "Signs come from the constraint.")
        if self.std is not None:
            check_positive("std", self.std, "Use Constant(mean) for equal weights.")

    def __call__(
        self,
        key: KeyArray,
        shape: tuple[int, ...],
        dtype: jnp.dtype,
        constraint: AbstractConstraint,
    ) -> Array:
        """A draw, with the constraint's signs and mask."""
        size_key, sign_key = jr.split(key)
        mean = jnp.asarray(self.mean, dtype)
        safe = jnp.where(mean > 0, mean, jnp.ones_like(mean))
        ratio = 1.0 if self.std is None else jnp.asarray(self.std, dtype) / safe
        variance = jnp.log1p(jnp.asarray(ratio, dtype) ** 2)
        normal = jr.normal(size_key, shape, dtype)
        draw = mean * jnp.exp(jnp.sqrt(variance) * normal - variance / 2)
        return impose(draw * jr.rademacher(sign_key, shape, dtype), constraint)


class Glorot(AbstractInitialiser):
    """Variance `2 / (fan_in + fan_out)` (Glorot & Bengio 2010), of existing synapses.

    Under a sign constraint the sizes are those of the same draw.

    **Arguments:**

    - `uniform`: draw from a uniform rather than a normal distribution.
    - `gain`: positive factor.
    """

    uniform: bool = False
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
        into = fan_in(shape, constraint)
        out = jnp.maximum(jnp.sum(constraint.present(shape), axis=0, keepdims=True), 1)
        fans = (into + out.reshape((1,) * (len(shape) - 1) + (-1,))).astype(dtype)
        std = jnp.asarray(self.gain, dtype) * jnp.sqrt(2.0 / fans)
        if self.uniform:
            unit = jr.uniform(key, shape, dtype, minval=-1.0, maxval=1.0)
            unit = unit * jnp.sqrt(jnp.asarray(3.0, dtype))
        else:
            unit = jr.normal(key, shape, dtype)
        return impose(std * unit, constraint)


class Orthogonal(AbstractInitialiser):
    """A random orthogonal matrix times a gain (Saxe et al. 2014; Yang 2019: 0.5).

    Of a matrix that is not square the shorter side is orthonormal. Signs and masks, if
    there are any, are imposed on it.

    **Arguments:**

    - `gain`: positive factor; the modulus of all eigenvalues of a square free matrix.
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
        check_matrix("Orthogonal", shape)
        draw = jax.nn.initializers.orthogonal()(key, shape, dtype)
        return impose(jnp.asarray(self.gain, dtype) * draw, constraint)


class Identity(AbstractInitialiser):
    """The identity times a scale (Yang 2019: 0.5; PsychRNN's `AlphaIdentity`).

    **Arguments:**

    - `scale`: any number.

    Raises `ValueError` for a mask without autapses: nothing would be left.
    """

    scale: ArrayLike = 1.0

    def __call__(
        self,
        key: KeyArray,
        shape: tuple[int, ...],
        dtype: jnp.dtype,
        constraint: AbstractConstraint,
    ) -> Array:
        """The scaled identity, with the constraint's signs."""
        del key
        check_matrix("Identity", shape)
        return impose(
            jnp.asarray(self.scale, dtype) * jnp.eye(*shape, dtype=dtype), constraint
        )


def check_matrix(name: str, shape: tuple[int, ...]) -> None:
    """Refuse what is no matrix."""
    if len(shape) != 2:
        raise invalid(
            "initialiser", f"fit: {name} is for matrices", shape, "Use Constant(...)."
        )
