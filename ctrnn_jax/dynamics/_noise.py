"""How strong the noise is: the two conventions, as pytrees of array leaves."""

import abc

import equinox as eqx
from jax import Array
import jax.numpy as jnp

from .._checks import check_not_negative, invalid
from .._types import ArrayLike, PerUnit, Scalar
from ._discretisation import AbstractMethod


def _level(name: str, value: ArrayLike) -> Array:
    check_not_negative(name, value, "It is a standard deviation.")
    level = jnp.asarray(value)
    if not jnp.issubdtype(level.dtype, jnp.floating):
        level = level.astype(float)
    return jnp.asarray(level, level.dtype)


class AbstractNoise(eqx.Module):
    """Strength of the noise terms eps (inside gamma) and xi (outside) of the equation.

    A method returns `None` where that term is absent, which is structure: nothing is
    drawn for it. A level of 0 is a value: it is drawn and multiplied by 0.
    """

    @abc.abstractmethod
    def pre_std(self, method: AbstractMethod, dt: Scalar, tau: PerUnit) -> Array | None:
        """Standard deviation of eps per step, one number or one per unit."""

    @abc.abstractmethod
    def post_std(
        self, method: AbstractMethod, dt: Scalar, tau: PerUnit
    ) -> Array | None:
        """Standard deviation of xi per step, one number or one per unit."""

    @abc.abstractmethod
    def rate_std(self) -> Array | None:
        """Standard deviation of the noise on the rate, one number or one per unit."""


class StepNoise(AbstractNoise):
    """Noise per step exactly as the equation has it; its effect depends on dt.

    A leak-only unit has stationary variance `(gamma^2 pre^2 + post^2) / (gamma (2 -
    gamma))`. To change dt at fixed physics use `DiffusionNoise`.

    **Arguments:**

    - `pre`: standard deviation of eps, inside gamma. `None`: no such term.
    - `post`: standard deviation of xi, outside gamma. `None`: no such term.
    - `rate`: standard deviation of noise on the rates themselves, `r = f(v) + zeta`,
        which other units and the readout see: what nn4n's layers call post-activation
        noise (`layer/recurrent_layer.py:91-119`). `None`: no such term.

    Each is one number or one per unit, dimensionless as v. Raises `ValueError` if
    all are `None` or one is negative.
    """

    pre: Array | None
    post: Array | None
    rate: Array | None

    def __init__(
        self,
        pre: ArrayLike | None = None,
        post: ArrayLike | None = None,
        rate: ArrayLike | None = None,
    ) -> None:
        if pre is None and post is None and rate is None:
            raise invalid(
                "pre", "be given if `post` is not", None, "Noise-free is noise=None."
            )
        self.pre = None if pre is None else _level("pre", pre)
        self.post = None if post is None else _level("post", post)
        self.rate = None if rate is None else _level("rate", rate)

    def pre_std(self, method: AbstractMethod, dt: Scalar, tau: PerUnit) -> Array | None:
        """`pre`, whatever dt is."""
        del method, dt, tau
        return self.pre

    def post_std(
        self, method: AbstractMethod, dt: Scalar, tau: PerUnit
    ) -> Array | None:
        """`post`, whatever dt is."""
        del method, dt, tau
        return self.post

    def rate_std(self) -> Array | None:
        """`rate`."""
        return self.rate


class DiffusionNoise(AbstractNoise):
    """White noise of the continuous equation: its effect does not depend on dt.

    Each step adds `sqrt(2 gamma) * sigma * N(0, 1)` to v (Song, Yang & Wang 2016,
    eq. 6: Euler-Maruyama of `tau dv = (...) dt + sqrt(2 tau) sigma dW`). A leak-only
    unit has stationary standard deviation `sigma / sqrt(1 - gamma / 2)`, which goes to
    `sigma` as dt goes to 0; with `ExponentialEuler` it is `sigma` at every dt.

    **Arguments:**

    - `sigma`: one number or one per unit, dimensionless as v.

    Raises `ValueError` if negative.
    """

    sigma: Array

    def __init__(self, sigma: ArrayLike) -> None:
        self.sigma = _level("sigma", sigma)

    def pre_std(self, method: AbstractMethod, dt: Scalar, tau: PerUnit) -> Array | None:
        """None: diffusion enters outside gamma."""
        del method, dt, tau
        return None

    def post_std(
        self, method: AbstractMethod, dt: Scalar, tau: PerUnit
    ) -> Array | None:
        """Sigma times the method's `diffusion`: sqrt(2 gamma) sigma for Euler."""
        return self.sigma * method.diffusion(dt, tau)

    def rate_std(self) -> Array | None:
        """None: diffusion enters the potential."""
        return None
