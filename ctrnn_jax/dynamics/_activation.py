"""Rate functions r = f(v): pure, elementwise, hashable (they are static structure)."""

from collections.abc import Callable
import dataclasses

import jax
from jax import Array
import jax.numpy as jnp

from .._checks import check_choice, check_positive, refusal


def relu(v: Array) -> Array:
    """Rectification, max(v, 0); its derivative at 0 is 0."""
    return jax.nn.relu(v)


def tanh(v: Array) -> Array:
    """Hyperbolic tangent."""
    return jnp.tanh(v)


def sigmoid(v: Array) -> Array:
    """Logistic function 1 / (1 + exp(-v))."""
    return jax.nn.sigmoid(v)


def retanh(v: Array) -> Array:
    """Rectified tanh, tanh(max(v, 0)) (nn4n's `retanh`, pycog's `rtanh`)."""
    return jnp.tanh(jax.nn.relu(v))


def softplus(v: Array) -> Array:
    """log(1 + exp(v)), evaluated without overflow."""
    return jax.nn.softplus(v)


def linear(v: Array) -> Array:
    """Identity, for linear networks."""
    return v


@dataclasses.dataclass(frozen=True)
class PowerLaw:
    """Supralinear rate `gain * max(v, 0) ** exponent` (pycog's `rectify_power`: n = 2).

    **Arguments:**

    - `exponent`: at least 1 (below, the derivative at threshold is infinite).
    - `gain`: positive factor.

    Raises `ValueError` for an exponent below 1 or a gain that is not positive.
    """

    exponent: float = 2.0
    gain: float = 1.0

    def __post_init__(self) -> None:
        """Refuse what has no finite derivative."""
        check_positive("gain", self.gain, "The default is 1.")
        if not self.exponent >= 1:
            raise refusal("exponent", "be at least 1", self.exponent, "Use 2, say.")

    def __call__(self, v: Array) -> Array:
        """The rate at potential v, of any shape."""
        return self.gain * jax.nn.relu(v) ** self.exponent


ACTIVATIONS: dict[str, Callable[[Array], Array]] = {
    "relu": relu,
    "tanh": tanh,
    "sigmoid": sigmoid,
    "retanh": retanh,
    "softplus": softplus,
    "linear": linear,
    "power_law": PowerLaw(),
}
"""The rate functions that go by name."""


def as_activation(activation: str | Callable[[Array], Array]) -> Callable:
    """The rate function of this name, or the callable itself.

    Raises `ValueError` for an unknown name (suggesting the closest) or a value that
    is neither a name nor callable.
    """
    if callable(activation):
        return activation
    return ACTIVATIONS[check_choice("activation", activation, ACTIVATIONS)]
