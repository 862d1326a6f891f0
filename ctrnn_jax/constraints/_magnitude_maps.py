"""Maps from any real number to a size that is not negative; what signs are made of."""

import abc

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp


@jax.custom_jvp
def _size(x: Array) -> Array:
    """|x|, exactly: a comparison with 0 would let the smallest negatives through.

    Processors that flush subnormal numbers take -5e-324 for zero in `x < 0`.
    """
    return jnp.abs(x)


_size.defjvps(lambda tangent, _, x: jnp.where(x < 0, -tangent, tangent))


def positive_part(x: Array) -> Array:
    """max(x, 0), with slope 0 at 0, and no subnormal negative left over."""
    return jnp.where(x > 0, x, jnp.zeros_like(x))


class AbstractMagnitudeMap(eqx.Module):
    """A map x -> y >= 0, elementwise, with its inverse."""

    @abc.abstractmethod
    def size(self, x: Array) -> Array:
        """y >= 0 for any real x."""

    @abc.abstractmethod
    def inverse(self, y: Array) -> Array:
        """An x with `size(x) == y`, as near as the map can come to it."""

    @abc.abstractmethod
    def is_dead(self, x: Array) -> Array:
        """Where the gradient through the map is exactly zero."""


class Abs(AbstractMagnitudeMap):
    """y = |x| (PsychRNN; pycog's `abs`). Reaches 0; every synapse keeps its gradient.

    The gradient is dL/dy for x >= 0 and -dL/dy below, never zero: a synapse pushed
    through zero bounces back. The derivative at x = 0 is taken as +1 (JAX's own is 0,
    which would freeze a synapse that starts at zero).
    """

    def size(self, x: Array) -> Array:
        """|x|."""
        return _size(x)

    def inverse(self, y: Array) -> Array:
        """Y itself."""
        return y

    def is_dead(self, x: Array) -> Array:
        """Nowhere."""
        return jnp.zeros(x.shape, bool)


class Relu(AbstractMagnitudeMap):
    """y = max(x, 0) (Song, Yang & Wang 2016). Reaches 0; synapses can die.

    The gradient is dL/dy for x > 0 and exactly 0 for x <= 0: a synapse that reaches
    zero never comes back unless the optimiser's momentum carries it.
    `cj.network.dead_synapses` counts them.
    """

    def size(self, x: Array) -> Array:
        """max(x, 0)."""
        return positive_part(x)

    def inverse(self, y: Array) -> Array:
        """Y itself."""
        return y

    def is_dead(self, x: Array) -> Array:
        """Where x <= 0."""
        return x <= 0


class Softplus(AbstractMagnitudeMap):
    """y = log(1 + exp(x)). Cannot reach 0, and slows down on the way there.

    The gradient is dL/dy * sigmoid(x), so it fades like y for small y: weak synapses
    move slowly and none is ever exactly zero. A weight of 0 given at the door is
    refused, as it has no inverse.
    """

    def size(self, x: Array) -> Array:
        """log(1 + exp(x))."""
        return jax.nn.softplus(x)

    def inverse(self, y: Array) -> Array:
        """log(exp(y) - 1), without overflow; a zero goes to the log of the tiniest."""
        tiny = jnp.finfo(y.dtype).tiny
        y = jnp.maximum(y, tiny)
        return y + jnp.log(-jnp.expm1(-y))

    def is_dead(self, x: Array) -> Array:
        """Where sigmoid(x) underflows to 0."""
        return jax.nn.sigmoid(x) == 0
