"""Maps from any real number to a magnitude >= 0, which sign constraints use."""

import abc
from typing import ClassVar, final

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp

from .._show import AbstractShown, options, Table


@jax.custom_jvp
def _size(x: Array) -> Array:
    """Return |x|, exactly.

    `where(x < 0, -x, x)` could return a negative number: processors that flush
    subnormal numbers treat -5e-324 as zero in `x < 0`.
    """
    return jnp.abs(x)


# the derivative at 0 is +1, where that of `jnp.abs` is 0
_size.defjvps(lambda tangent, _, x: jnp.where(x < 0, -tangent, tangent))


def positive_part(x: Array) -> Array:
    """Return max(x, 0), with slope 0 at 0; never a subnormal negative number."""
    return jnp.where(x > 0, x, jnp.zeros_like(x))


class AbstractMagnitudeMap(AbstractShown, eqx.Module):
    """An elementwise map x -> y >= 0, with its inverse.

    `keeps_bounds` says whether y is at most |x|, so that bounds on x hold for y.
    """

    keeps_bounds: ClassVar[bool] = True

    def _table(self) -> Table:
        return options(self)

    @abc.abstractmethod
    def magnitude(self, x: Array) -> Array:
        """Return y >= 0 for any real x."""

    @abc.abstractmethod
    def inverse(self, y: Array) -> Array:
        """Return an x with `magnitude(x) == y`, or the closest that is possible."""

    @abc.abstractmethod
    def is_dead(self, x: Array) -> Array:
        """Return where the gradient through the map is exactly zero."""


@final
class Abs(AbstractMagnitudeMap):
    """y = |x| (PsychRNN; pycog's `abs`). Reaches 0; every synapse has a gradient.

    The gradient is dL/dy for x >= 0 and -dL/dy for x < 0, so it does not vanish, and an
    update beyond zero is reflected. The derivative at x = 0 is taken as +1. (The
    derivative of `jnp.abs` is 0 there, which would freeze a synapse that starts at
    zero.)
    """

    def magnitude(self, x: Array) -> Array:
        """Return |x|."""
        return _size(x)

    def inverse(self, y: Array) -> Array:
        """Return y itself."""
        return y

    def is_dead(self, x: Array) -> Array:
        """Return False everywhere."""
        return jnp.zeros(x.shape, bool)


@final
class Relu(AbstractMagnitudeMap):
    """y = max(x, 0) (Song, Yang & Wang 2016). Reaches 0; synapses can die.

    The gradient is dL/dy for x > 0 and exactly 0 for x <= 0. A synapse that reaches
    zero stays there unless the optimiser's momentum moves it.
    `cj.network.dead_synapses` counts such synapses.
    """

    def magnitude(self, x: Array) -> Array:
        """Return max(x, 0)."""
        return positive_part(x)

    def inverse(self, y: Array) -> Array:
        """Return y itself."""
        return y

    def is_dead(self, x: Array) -> Array:
        """Return where x <= 0."""
        return x <= 0


@final
class Softplus(AbstractMagnitudeMap):
    """y = log(1 + exp(x)). Cannot reach 0, and slows down near 0.

    The gradient is dL/dy * sigmoid(x), which is proportional to y for small y. Weak
    synapses therefore change slowly, and none is ever exactly zero. Setting a weight to
    0 raises `ValueError`, since 0 has no inverse. Weight decay of an optimiser pulls x
    to 0, and so y to log 2: use `cj.training.decay_mask`.
    """

    keeps_bounds = False

    def magnitude(self, x: Array) -> Array:
        """Return log(1 + exp(x))."""
        return jax.nn.softplus(x)

    def inverse(self, y: Array) -> Array:
        """Return log(exp(y) - 1), without overflow; 0 counts as a tiny number."""
        # twice the tiniest float, which itself may be rounded to 0 on the way back
        y = jnp.maximum(y, 2 * jnp.finfo(y.dtype).tiny)
        return y + jnp.log(-jnp.expm1(-y))

    def is_dead(self, x: Array) -> Array:
        """Return where sigmoid(x) underflows to 0."""
        return jax.nn.sigmoid(x) == 0
