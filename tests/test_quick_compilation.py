"""Programs that run once: compiled quickly where they are not part of another one."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ctrnn_jax import _quick_compilation
from ctrnn_jax._quick_compilation import known_options, OPTIONS, quickly_compiled
from ctrnn_jax._random import split_keys
from ctrnn_jax.constraints import Free
from ctrnn_jax.initialisers import Normal
from ctrnn_jax.network import _from_effective


def test_this_version_of_xla_knows_the_options():
    assert known_options() == OPTIONS


def test_options_that_xla_does_not_know_are_left_out(monkeypatch):
    monkeypatch.setattr(_quick_compilation, "OPTIONS", {"xla_no_such_option": 1})
    assert known_options.__wrapped__() == {}


@pytest.fixture
def wrong_options(monkeypatch):
    """Options that make a program fail if it is compiled with them."""
    wrong = {"xla_no_such_option": 1}
    monkeypatch.setattr(_quick_compilation, "known_options", lambda: wrong)


@pytest.mark.usefixtures("wrong_options")
def test_the_options_are_used_outside_of_transformations_only():
    tanh = quickly_compiled(jnp.tanh)
    x = jnp.linspace(-1.0, 1.0, 5)
    with pytest.raises(jax.errors.JaxRuntimeError, match="xla_no_such_option"):
        tanh(x)
    y, slope = np.tanh(x), 1.0 - np.tanh(x) ** 2
    np.testing.assert_allclose(jax.jit(tanh)(x), y, rtol=1e-15)
    np.testing.assert_allclose(jax.jit(lambda: tanh(x))(), y, rtol=1e-15)
    np.testing.assert_allclose(jax.vmap(tanh)(x), y, rtol=1e-15)
    np.testing.assert_allclose(jax.vmap(jax.grad(tanh))(x), slope, rtol=1e-14)
    assert jax.eval_shape(tanh, x).shape == (5,)


@pytest.mark.usefixtures("wrong_options")
def test_large_weights_are_drawn_by_an_optimised_program():
    def draw(shape):
        _, draw_and_solve = (
            quickly_compiled(program.__wrapped__)
            if program in _from_effective._FOR_SMALL
            else program
            for program in _from_effective._programs(shape)
        )
        key, dtype = jax.random.key(0), jnp.dtype("float32")
        return draw_and_solve(Normal(1.0), key, shape, dtype, Free()).weights

    assert draw((512, 257)).shape == (512, 257)
    with pytest.raises(jax.errors.JaxRuntimeError, match="xla_no_such_option"):
        draw((512, 256))


def test_keys_are_split_as_by_jax():
    key = jax.random.key(3)
    expected = jax.random.key_data(jax.random.split(key, 3))
    assert np.array_equal(jax.random.key_data(jnp.stack(split_keys(key, 3))), expected)
