"""Rate functions: values, slopes, and slopes computed from rates."""

from functools import partial

from helpers import close
import jax
import jax.numpy as jnp
import numpy as np
import pytest

import ctrnn_jax as cj
from ctrnn_jax.dynamics import (
    ACTIVATIONS,
    as_activation,
    has_slope,
    known_rates,
    PowerLaw,
)


V = np.array([-800.0, -2.0, -0.5, 0.0, 0.5, 2.0, 800.0])
BY_DEFINITION = {
    "relu": np.maximum(V, 0),
    "tanh": np.tanh(V),
    "sigmoid": 0.5 * (1 + np.tanh(V / 2)),
    "retanh": np.maximum(np.tanh(V), 0),
    "softplus": np.logaddexp(0, V),
    "linear": V,
    "power_law": np.maximum(V, 0) ** 2,
}


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_values_and_slopes(name):
    f = as_activation(name)
    smooth, h = [1, 2, 4, 5], 1e-6

    @jax.jit
    def values_and_slopes(v):
        return f(v), f(v + h), f(v - h), jax.vmap(jax.grad(f))(v)

    values, ahead, behind, slopes = values_and_slopes(jnp.asarray(V))
    close(values, BY_DEFINITION[name], scale=10)
    assert np.isfinite(slopes).all()
    step = (np.asarray(ahead) - np.asarray(behind)) / (2 * h)
    np.testing.assert_allclose(np.asarray(slopes)[smooth], step[smooth], atol=1e-8)


def test_names_callables_and_power_laws():
    assert as_activation("tanh") is ACTIVATIONS["tanh"]
    assert as_activation(jnp.sin) is jnp.sin
    rate = cj.dynamics.PowerLaw(exponent=3.0, gain=0.5)
    close(rate(jnp.array([-1.0, 2.0])), np.array([0.0, 4.0]))
    assert hash(rate) == hash(cj.dynamics.PowerLaw(3.0, 0.5))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: as_activation("rellu"), "Did you mean 'relu'"),
        (lambda: cj.dynamics.PowerLaw(exponent=0.5), "`exponent` must be at least 1"),
        (lambda: cj.dynamics.PowerLaw(gain=0.0), "`gain` must be positive"),
    ],
)
def test_invalid_activations_raise(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def with_known_rates(f, v):
    return known_rates(f, v, f(v))


def derivative(f):
    """Return the elementwise derivative of an elementwise function."""
    return jax.grad(lambda v: jnp.sum(f(v)))


@pytest.mark.parametrize("name", ["relu", "tanh", "sigmoid", "retanh", "softplus"])
def test_slopes_from_rates_are_derivatives(name):
    f = ACTIVATIONS[name]
    v = np.linspace(-6.0, 6.0, 49)  # includes 0, where rectifiers have a kink
    assert has_slope(f)

    @jax.jit
    def derivatives(v):
        functions = partial(with_known_rates, f), f
        results = []
        for _ in range(3):
            functions = tuple(derivative(function) for function in functions)
            results.append(tuple(function(v) for function in functions))
        return results

    for from_rates, expected in derivatives(v):
        close(from_rates, expected, scale=100)


def test_other_rates_have_no_slope_from_rates():
    assert not has_slope(PowerLaw())
    assert not has_slope(jnp.sin)
