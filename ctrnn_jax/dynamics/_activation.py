"""Rate functions r = f(v): pure, elementwise and hashable, since they are static."""

from collections.abc import Callable
import dataclasses
import functools

import jax
from jax import Array
import jax.numpy as jnp
import numpy as np

from .._arguments import checks_arguments, is_function
from .._checks import (
    check,
    check_choice,
    check_instance,
    check_positive,
    check_scalar,
    check_values,
    describe,
    traced_in_words,
)
from .._show import AbstractShown, options, Table
from .._types import Activation


@checks_arguments
def relu(v: Array) -> Array:
    """Return max(v, 0); the derivative at 0 is 0."""
    return jax.nn.relu(v)


@checks_arguments
def tanh(v: Array) -> Array:
    """Return the hyperbolic tangent of v."""
    return jnp.tanh(v)


@checks_arguments
def sigmoid(v: Array) -> Array:
    """Return the logistic function 1 / (1 + exp(-v))."""
    return jax.nn.sigmoid(v)


@checks_arguments
def retanh(v: Array) -> Array:
    """Return the rectified tanh, tanh(max(v, 0)) (nn4n's `retanh`, pycog's `rtanh`).

    **Example:**

    >>> print(cj.dynamics.retanh(jnp.array([-1.0, 0.0])))
    [0. 0.]
    """
    return jnp.tanh(jax.nn.relu(v))


@checks_arguments
def softplus(v: Array) -> Array:
    """Return log(1 + exp(v)), evaluated without overflow."""
    return jax.nn.softplus(v)


@checks_arguments
def linear(v: Array) -> Array:
    """Return v itself, for linear networks."""
    return v


@dataclasses.dataclass(frozen=True, repr=False)
class PowerLaw(AbstractShown):
    """Supralinear rate `gain * max(v, 0) ** exponent` (pycog's `rectify_power`: n = 2).

    **Arguments:**

    - `exponent`: at least 1 (below 1 the derivative at threshold is infinite).
    - `gain`: positive factor.

    Raises `ValueError` for an exponent below 1 or a gain that is not positive.
    """

    exponent: float = 2.0
    gain: float = 1.0

    def _table(self) -> Table:
        return options(self)

    def __post_init__(self) -> None:
        """Validate that the rate has a finite derivative."""
        for name in ("exponent", "gain"):
            check_scalar(name, getattr(self, name))
        check_positive("gain", self.gain, "The default is 1.")

        def holds(x: np.ndarray) -> np.ndarray:
            return np.isfinite(x) & (x >= 1)

        remedy = "The default is 2."
        check_values("exponent", self.exponent, holds, "be at least 1", remedy)

    def __call__(self, v: Array) -> Array:
        """Return the rate at potential v, of any shape."""
        return self.gain * jax.nn.relu(v) ** self.exponent


ACTIVATIONS: dict[str, Activation] = {
    "relu": relu,
    "tanh": tanh,
    "sigmoid": sigmoid,
    "retanh": retanh,
    "softplus": softplus,
    "linear": linear,
    "power_law": PowerLaw(),
}
"""The rate functions that have a name."""


def as_activation(
    activation: str | Activation, v: jax.ShapeDtypeStruct | None = None
) -> Callable:
    """Return the rate function of this name, or the callable itself.

    Raises `ValueError` for an unknown name (suggesting the closest), a value that is
    neither a name nor callable, and, if the shape of the potentials `v` is given, for a
    function that does not compute a rate from each with JAX.
    """
    if callable(activation) and is_function(activation):
        if v is not None:
            with traced_in_words("activation"):
                rates = jax.eval_shape(lambda v: activation(v), v)
            is_valid = (
                isinstance(rates, jax.ShapeDtypeStruct) and rates.shape == v.shape
            )
            rule, remedy = f"return rates of shape {v.shape}", "It gets the potentials."
            check(is_valid, "activation", rule, lambda: describe(rates), remedy)
        return activation
    remedy = f"The names are {', '.join(map(repr, ACTIVATIONS))}."
    rule = "be a name or a function"
    name = check_instance("activation", activation, str, rule, remedy)
    return ACTIVATIONS[check_choice("activation", name, ACTIVATIONS)]


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


_SLOPES: dict[Callable, Activation] = {
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
"""f'(v) as a function of r = f(v), for activations where r determines it."""


def has_slope(activation: Callable) -> bool:
    """Return whether f'(v) is a function of r = f(v), so v need not be saved."""
    return activation in _SLOPES


@functools.partial(jax.custom_jvp, nondiff_argnums=(0,))
def known_rates(activation: Callable, v: Array, r: Array) -> Array:
    """Return `r`, which must equal `activation(v)`, with the derivative of f at v.

    This saves one evaluation of f, in the forward and in the backward pass. It requires
    `has_slope(activation)`.
    """
    del activation, v
    return r


@known_rates.defjvp
def _known_rates_jvp(
    activation: Callable, primals: tuple[Array, Array], tangents: tuple[Array, Array]
) -> tuple[Array, Array]:
    v, r = primals
    dv, _ = tangents
    # the tangent of r repeats that of v, so it is ignored
    return known_rates(activation, v, r), _SLOPES[activation](r) * dv
