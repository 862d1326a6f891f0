"""From continuous time to steps: what one step of dt makes of a time constant tau."""

import abc

import equinox as eqx
from jax import Array
import jax.numpy as jnp
import numpy as np

from .._checks import check_values, is_concrete
from .._types import ArrayLike, PerUnit, Scalar


class AbstractMethod(eqx.Module):
    """How tau dv/dt = -v + ... becomes a step v + gain * (-v + ...)."""

    @abc.abstractmethod
    def gain(self, dt: Scalar, tau: PerUnit) -> Array:
        """The fraction of the way to its target that v goes in one step, in (0, 1]."""

    @abc.abstractmethod
    def diffusion(self, dt: Scalar, tau: PerUnit) -> Array:
        """Std per step of diffusion noise with sigma = 1 (see `DiffusionNoise`)."""

    @abc.abstractmethod
    def check(self, dt: ArrayLike, tau: ArrayLike) -> None:
        """Raise `ValueError` for a step that this method cannot take."""


class Euler(AbstractMethod):
    """Forward Euler: gain = dt / tau (gamma of the equation). Needs dt <= tau.

    Order 1 in dt. A leak alone would stay stable up to dt < 2 tau, but flips the sign
    of v at every step beyond dt = tau, which no continuous unit does.
    """

    def gain(self, dt: Scalar, tau: PerUnit) -> Array:
        """Gamma = dt / tau."""
        return dt / tau

    def diffusion(self, dt: Scalar, tau: PerUnit) -> Array:
        """sqrt(2 dt / tau): Euler-Maruyama (Song, Yang & Wang 2016, eq. 6)."""
        return jnp.sqrt(2.0 * dt / tau)

    def check(self, dt: ArrayLike, tau: ArrayLike) -> None:
        """Raise `ValueError` where dt > tau."""
        if is_concrete((dt, tau)):
            check_values(
                "dt",
                np.max(np.asarray(dt, float) / np.asarray(tau, float)),
                lambda ratio: ratio <= 1.0,
                "be at most tau with Euler (the value shown is dt / tau)",
                "Use a smaller dt, or ExponentialEuler(), which is stable at any dt.",
            )


class ExponentialEuler(AbstractMethod):
    """Exponential Euler: gain = 1 - exp(-dt / tau), exact for a leak with fixed drive.

    Stable at any dt; of order 1 once the units are coupled, as Euler is.
    """

    def gain(self, dt: Scalar, tau: PerUnit) -> Array:
        """1 - exp(-dt / tau)."""
        return -jnp.expm1(-dt / tau)

    def diffusion(self, dt: Scalar, tau: PerUnit) -> Array:
        """sqrt(1 - exp(-2 dt / tau)): the exact step of an Ornstein-Uhlenbeck unit."""
        return jnp.sqrt(-jnp.expm1(-2.0 * dt / tau))

    def check(self, dt: ArrayLike, tau: ArrayLike) -> None:
        """Every positive step is allowed."""
        del dt, tau
