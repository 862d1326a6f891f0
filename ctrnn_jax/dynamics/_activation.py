"""Rate functions r = f(v): pure, elementwise, hashable (they are static structure)."""

from collections.abc import Callable
import dataclasses
import functools

import jax
from jax import Array
import jax.numpy as jnp

from .._checks import check_choice, check_positive, invalid


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
            raise invalid("exponent", "be at least 1", self.exponent, "Use 2, say.")

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


def _relu_slope(r: Array) -> Array:
    return (r > 0).astype(r.dtype)


def _tanh_slope(r: Array) -> Array:
    return (1 + r) * (1 - r)


def _sigmoid_slope(r: Array) -> Array:
    return r * (1 - r)


def _retanh_slope(r: Array) -> Array:
    return _relu_slope(r) * _tanh_slope(r)


def _softplus_slope(r: Array) -> Array:
    return -jnp.expm1(-r)


_SLOPES: dict[Callable, Callable[[Array], Array]] = {
    relu: _relu_slope,
    jax.nn.relu: _relu_slope,
    tanh: _tanh_slope,
    jnp.tanh: _tanh_slope,
    sigmoid: _sigmoid_slope,
    jax.nn.sigmoid: _sigmoid_slope,
    retanh: _retanh_slope,
    softplus: _softplus_slope,
    jax.nn.softplus: _softplus_slope,
}
"""f'(v) as a function of r = f(v), where it is one."""


def has_slope(activation: Callable) -> bool:
    """Whether f'(v) follows from r = f(v) alone, so that v need not be kept."""
    return activation in _SLOPES


@functools.partial(jax.custom_jvp, nondiff_argnums=(0,))
def known_rates(activation: Callable, v: Array, r: Array) -> Array:
    """`r`, which is known to be `activation(v)`; its derivative is that of f at v.

    Spares evaluating f once more, forwards and backwards. Needs `has_slope`.
    """
    del activation, v
    return r


@known_rates.defjvp
def _known_rates_jvp(
    activation: Callable, primals: tuple[Array, Array], tangents: tuple[Array, Array]
) -> tuple[Array, Array]:
    v, r = primals
    # how r itself was perturbed says the same as dv: it must not count twice
    return known_rates(activation, v, r), _SLOPES[activation](r) * tangents[0]
