"""What the leaky variable is: three forms of rate equations, as strategies."""

import abc

import equinox as eqx
from jax import Array

from .._types import Activation


class AbstractForm(eqx.Module):
    """How the leak, the total current and f make the next value of the state v."""

    @abc.abstractmethod
    def rates(self, v: Array, activation: Activation) -> Array:
        """The rates r, from the state."""

    @abc.abstractmethod
    def advance(
        self,
        v: Array,
        current: Array,
        *,
        gain: Array,
        activation: Activation,
        xi: Array | None,
    ) -> Array:
        """The next state; `current` is W_hid r + W_in u + b_hid + eps."""


def _leak(v: Array, target: Array, gain: Array, xi: Array | None) -> Array:
    """V + gamma * (-v + target) + xi."""
    change = gain * (-v + target)
    return v + change if xi is None else v + (change + xi)


class CurrentForm(AbstractForm):
    """v is a potential: `v += gamma * (-v + I) + xi`, with `r = f(v)`.

    The equation of this package (nn4n; Song, Yang & Wang 2016, eq. 6).
    """

    def rates(self, v: Array, activation: Activation) -> Array:
        """f(v)."""
        return activation(v)

    def advance(
        self,
        v: Array,
        current: Array,
        *,
        gain: Array,
        activation: Activation,
        xi: Array | None,
    ) -> Array:
        """V + gamma * (-v + I) + xi."""
        del activation
        return _leak(v, current, gain, xi)


class RateForm(AbstractForm):
    """v is the rate: `r += gamma * (-r + f(I)) + xi` (Yang et al. 2019).

    Noise eps is inside f, so with a rectifying f its mean effect depends on dt.
    """

    def rates(self, v: Array, activation: Activation) -> Array:
        """V itself."""
        del activation
        return v

    def advance(
        self,
        v: Array,
        current: Array,
        *,
        gain: Array,
        activation: Activation,
        xi: Array | None,
    ) -> Array:
        """V + gamma * (-v + f(I)) + xi."""
        return _leak(v, activation(current), gain, xi)


class RectifiedLeakForm(AbstractForm):
    """v is the rate, with leak and noise inside f (Masse et al. 2019).

        r = f((1 - gamma) r + gamma * I + xi)

    With f = relu rates are never negative, noise included.
    """

    def rates(self, v: Array, activation: Activation) -> Array:
        """V itself."""
        del activation
        return v

    def advance(
        self,
        v: Array,
        current: Array,
        *,
        gain: Array,
        activation: Activation,
        xi: Array | None,
    ) -> Array:
        """f(v + gamma * (-v + I) + xi)."""
        return activation(_leak(v, current, gain, xi))
