"""Three forms of rate equations: which variable leaks, and where f acts."""

import abc

import equinox as eqx
from jax import Array

from .._types import Activation


class AbstractForm(eqx.Module):
    """A rule that computes the next state v from the leak, the total current and f."""

    @abc.abstractmethod
    def rates(self, v: Array, activation: Activation) -> Array:
        """Return the rates r of the state v."""

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
        """Return the next state; `current` is W_hid r + W_in u + b_hid + eps."""


def _leak(v: Array, target: Array, gain: Array, xi: Array | None) -> Array:
    """Return v + gamma * (-v + target) + xi."""
    change = gain * (-v + target)
    if xi is not None:
        change = change + xi
    return v + change


class CurrentForm(AbstractForm):
    """v is a potential: `v += gamma * (-v + I) + xi`, with `r = f(v)`.

    The equation of this package (nn4n; Song, Yang & Wang 2016, eq. 6).
    """

    def rates(self, v: Array, activation: Activation) -> Array:
        """Return f(v)."""
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
        """Return v + gamma * (-v + I) + xi."""
        del activation
        return _leak(v, current, gain, xi)


class RateForm(AbstractForm):
    """v is the rate: `r += gamma * (-r + f(I)) + xi` (Yang et al. 2019).

    The noise eps is inside f. If f rectifies, its mean effect depends on dt.
    """

    def rates(self, v: Array, activation: Activation) -> Array:
        """Return v itself, which is the rate."""
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
        """Return v + gamma * (-v + f(I)) + xi."""
        return _leak(v, activation(current), gain, xi)


class RectifiedLeakForm(AbstractForm):
    """v is the rate, with leak and noise inside f (Masse et al. 2019).

        r = f((1 - gamma) r + gamma * I + xi)

    With f = relu, rates are never negative, with noise too.
    """

    def rates(self, v: Array, activation: Activation) -> Array:
        """Return v itself, which is the rate."""
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
        """Return f(v + gamma * (-v + I) + xi)."""
        return activation(_leak(v, current, gain, xi))
