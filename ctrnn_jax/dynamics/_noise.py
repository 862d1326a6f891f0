"""Strength of the noise: per step, or independent of the step."""

import abc
from typing import final

import equinox as eqx
from jax import Array
import jax.numpy as jnp

from .._arguments import checks_arguments
from .._checks import check, check_not_negative, check_real
from .._show import AbstractShown, options, Table
from .._types import ArrayLike, PerUnit, Scalar
from ._discretisation import AbstractMethod


def _level(name: str, value: ArrayLike) -> Array:
    """Validate a standard deviation and return it as a strongly typed float array."""
    # levels are array leaves: a sweep over them does not recompile
    check_not_negative(name, value, "It is a standard deviation.")
    level = jnp.asarray(value)
    check_real(name, level)
    if not jnp.issubdtype(level.dtype, jnp.floating):
        level = level.astype(float)
    return jnp.asarray(level, level.dtype)


class AbstractNoise(AbstractShown, eqx.Module):
    """Strength of the noise terms eps (inside gamma) and xi (outside) of the equation.

    A method returns `None` if its term is absent. Absence is static structure: the term
    is not drawn. A level of 0 is a value: the term is drawn and multiplied by 0.
    """

    def _table(self) -> Table:
        return options(self)

    @abc.abstractmethod
    def pre_std(self, method: AbstractMethod, dt: Scalar, tau: PerUnit) -> Array | None:
        """Return the std of eps per step, one number or one per unit."""

    @abc.abstractmethod
    def post_std(
        self, method: AbstractMethod, dt: Scalar, tau: PerUnit
    ) -> Array | None:
        """Return the std of xi per step, one number or one per unit."""

    @abc.abstractmethod
    def rate_std(self) -> Array | None:
        """Return the std of the noise on the rate, one number or one per unit."""


@final
class StepNoise(AbstractNoise):
    """Noise per step as in the equation; its effect depends on dt.

    A unit that only leaks has the stationary variance `(gamma^2 pre^2 + post^2) /
    (gamma (2 - gamma))`. To change dt without changing the dynamics use
    `DiffusionNoise`.

    **Arguments:**

    - `pre`: standard deviation of eps, inside gamma. `None`: no such term.
    - `post`: standard deviation of xi, outside gamma. `None`: no such term.
    - `rate`: standard deviation of noise on the rates, `r = f(v) + zeta`, which other
        units and the readout receive. nn4n's layers call this post-activation noise
        (`layer/recurrent_layer.py:91-119`). `None`: no such term.

    Each is one number or one per unit, dimensionless like v. A term of 0.0 is drawn all
    the same, which takes as long as any other: leave it out. Raises `ValueError` if all
    are `None` or one is negative.

    **Example:**

    >>> noise = cj.StepNoise(pre=0.1, post=0.05)
    >>> net = cj.CTRNN(2, 8, 1, dt=10.0, tau=50.0, noise=noise, key=jax.random.key(0))
    >>> cj.rollout(net, jnp.ones((20, 2)), key=jax.random.key(1)).rates.shape
    (20, 8)
    """

    pre: Array | None
    post: Array | None
    rate: Array | None

    @checks_arguments
    def __init__(
        self,
        pre: ArrayLike | None = None,
        post: ArrayLike | None = None,
        rate: ArrayLike | None = None,
    ) -> None:
        check(
            not (pre is None and post is None and rate is None),
            "pre",
            "be given if `post` and `rate` are not",
            None,
            "A network without noise has noise=None.",
        )
        self.pre = None if pre is None else _level("pre", pre)
        self.post = None if post is None else _level("post", post)
        self.rate = None if rate is None else _level("rate", rate)

    def pre_std(self, method: AbstractMethod, dt: Scalar, tau: PerUnit) -> Array | None:
        """Return `pre`, for any dt."""
        del method, dt, tau
        return self.pre

    def post_std(
        self, method: AbstractMethod, dt: Scalar, tau: PerUnit
    ) -> Array | None:
        """Return `post`, for any dt."""
        del method, dt, tau
        return self.post

    def rate_std(self) -> Array | None:
        """Return `rate`."""
        return self.rate


@final
class DiffusionNoise(AbstractNoise):
    """White noise of the continuous equation; its effect does not depend on dt.

    Each step adds `sqrt(2 gamma) * sigma * N(0, 1)` to v (Song, Yang & Wang 2016,
    eq. 6: Euler-Maruyama of `tau dv = (...) dt + sqrt(2 tau) sigma dW`). A unit that
    only leaks has the stationary standard deviation `sigma / sqrt(1 - gamma / 2)`,
    which goes to `sigma` as dt goes to 0. With `ExponentialEuler` it is `sigma` at any
    dt.

    **Arguments:**

    - `sigma`: one number or one per unit, dimensionless like v.

    Raises `ValueError` if `sigma` is negative.

    **Example:**

    >>> noise = cj.DiffusionNoise(0.15)
    >>> net = cj.CTRNN(2, 8, 1, dt=10.0, tau=50.0, noise=noise, key=jax.random.key(0))
    >>> cj.rollout(net, jnp.ones((20, 2)), key=jax.random.key(1)).rates.shape
    (20, 8)
    """

    sigma: Array

    @checks_arguments
    def __init__(self, sigma: ArrayLike) -> None:
        self.sigma = _level("sigma", sigma)

    def pre_std(self, method: AbstractMethod, dt: Scalar, tau: PerUnit) -> Array | None:
        """Return `None`: diffusion enters outside gamma."""
        del method, dt, tau
        return None

    def post_std(
        self, method: AbstractMethod, dt: Scalar, tau: PerUnit
    ) -> Array | None:
        """Return sigma times `method.diffusion`: sqrt(2 gamma) sigma for Euler."""
        return self.sigma * method.diffusion(dt, tau)

    def rate_std(self) -> Array | None:
        """Return `None`: diffusion enters the potential."""
        return None
