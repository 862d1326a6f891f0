"""Discretisation: how a time constant tau and a step dt become the gain of a step."""

import abc
from typing import final

import equinox as eqx
from jax import Array
import jax.numpy as jnp
import numpy as np

from .._checks import check_values, is_concrete
from .._show import AbstractShown, options, Table
from .._types import ArrayLike, PerUnit, Scalar


class AbstractMethod(AbstractShown, eqx.Module):
    """A method that turns tau dv/dt = -v + I into a step v + gain * (-v + I)."""

    def _table(self) -> Table:
        return options(self)

    @abc.abstractmethod
    def gain(self, dt: Scalar, tau: PerUnit) -> Array:
        """Return the fraction of the distance to I that v covers in a step, (0, 1]."""

    @abc.abstractmethod
    def diffusion(self, dt: Scalar, tau: PerUnit) -> Array:
        """Return the std per step of `DiffusionNoise` with sigma = 1."""

    @abc.abstractmethod
    def check(self, dt: ArrayLike, tau: ArrayLike) -> None:
        """Raise `ValueError` for a step that this method cannot take."""


@final
class Euler(AbstractMethod):
    """Forward Euler: gain = dt / tau (gamma of the equation). Needs dt <= tau.

    Order 1 in dt. A unit that only leaks is stable for dt < 2 tau. Beyond dt = tau the
    sign of v alternates from step to step, which no continuous unit does.

    **Example:**

    >>> float(cj.Euler().gain(jnp.asarray(10.0), jnp.asarray(50.0)))  # gamma = dt / tau
    0.2...
    """

    def gain(self, dt: Scalar, tau: PerUnit) -> Array:
        """Return gamma = dt / tau."""
        return dt / tau

    def diffusion(self, dt: Scalar, tau: PerUnit) -> Array:
        """Return sqrt(2 dt / tau): Euler-Maruyama (Song, Yang & Wang 2016, eq. 6)."""
        return jnp.sqrt(2.0 * dt / tau)

    def check(self, dt: ArrayLike, tau: ArrayLike) -> None:
        """Raise `ValueError` if dt > tau for any unit."""
        # under a transformation dt may be a tracer, whose value is unknown
        if is_concrete((dt, tau)):
            check_values(
                "dt",
                np.max(np.asarray(dt, float) / np.asarray(tau, float)),
                lambda ratio: ratio <= 1.0,
                "be at most tau with Euler (the value shown is dt / tau)",
                "Use a smaller dt, or ExponentialEuler(), which is stable at any dt.",
            )


@final
class ExponentialEuler(AbstractMethod):
    """Exponential Euler: gain = 1 - exp(-dt / tau), exact for a leak with fixed drive.

    Stable at any dt. Order 1 in dt for coupled units, as `Euler` is.

    **Example:**

    >>> gain = cj.ExponentialEuler().gain(jnp.asarray(10.0), jnp.asarray(50.0))
    >>> round(float(gain), 4)  # 1 - exp(-dt / tau)
    0.1813
    """

    def gain(self, dt: Scalar, tau: PerUnit) -> Array:
        """Return 1 - exp(-dt / tau)."""
        # expm1 is accurate for dt much smaller than tau
        return -jnp.expm1(-dt / tau)

    def diffusion(self, dt: Scalar, tau: PerUnit) -> Array:
        """Return sqrt(1 - exp(-2 dt / tau)), exact for an Ornstein-Uhlenbeck unit."""
        return jnp.sqrt(-jnp.expm1(-2.0 * dt / tau))

    def check(self, dt: ArrayLike, tau: ArrayLike) -> None:
        """Accept every positive step."""
        del dt, tau
