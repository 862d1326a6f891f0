"""Drawn factors, and inputs rendered in groups of channels."""

from helpers import close, identical
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ctrnn_jax.tasks.contract import (
    draw_factors,
    factors_of,
    map_noise,
    render_inputs,
    white_noise,
)
from ctrnn_jax.tasks.contract._rendering import _from_noise


def test_the_first_factor_varies_fastest(getkey):
    conditions = jnp.arange(12)
    level, side = factors_of(conditions, 3, 4)
    np.testing.assert_array_equal(level, np.tile([0, 1, 2], 4))
    np.testing.assert_array_equal(side, np.repeat([0, 1, 2, 3], 3))
    assert identical(draw_factors(conditions, getkey(), 3, 4), (level, side))
    key = getkey()
    combination = jax.random.randint(key, (), 0, 12)
    assert identical(draw_factors(None, key, 3, 4), factors_of(combination, 3, 4))


@pytest.mark.parametrize("channels", [1, 2, 3, 8, 15, 16, 17, 24, 30])
def test_groups_of_channels_follow_each_other_and_miss_none(channels):
    groups = []

    def index(noise, group):
        groups.append(group)
        assert noise.shape == (4, group.stop - group.start)
        return jnp.arange(channels)[None, group] + jnp.zeros((4, 1), int)

    joined = _from_noise(index, jax.random.key(0), 4, channels)
    np.testing.assert_array_equal(joined, np.tile(np.arange(channels), (4, 1)))
    has_rest = channels > 16 and channels % 8 > 0
    assert len(groups) == 1 + (has_rest or channels == 3)
    assert not has_rest or groups[0].stop % 8 == 0


@pytest.mark.parametrize("channels", [3, 24, 30])
@pytest.mark.parametrize("x64", [True, False])
def test_noise_does_not_depend_on_the_groups(channels, x64):
    with jax.enable_x64(x64):
        key, pattern = jax.random.key(3), jnp.linspace(-1.0, 1.0, channels)
        noise = jax.jit(lambda key: white_noise(key, 40, channels))(key)

        def render(rectified):
            def of_key(key):
                patterns = [(jnp.array([0, 40]), pattern)]
                deviation = jnp.asarray(0.3)
                return render_inputs(
                    patterns, deviation, key, steps=40, rectified=rectified
                )

            return jax.jit(of_key)(key)

        total = render(rectified=False)
        assert total.dtype == (jnp.float64 if x64 else jnp.float32)
        expected = np.asarray(pattern) + 0.3 * np.asarray(noise)
        close(total, expected, dtype=total.dtype.name)
        assert np.asarray(total).min() < 0
        assert identical(render(rectified=True), jnp.maximum(total, 0.0))
        mapped = jax.jit(lambda key: map_noise(jnp.abs, key, 40, channels))(key)
        close(mapped, np.abs(np.asarray(noise)), dtype=total.dtype.name)


def test_patterns_are_added_to_the_baseline_in_their_epochs():
    patterns = [
        (jnp.array([1, 3]), jnp.array([1.0, 0.0])),
        (jnp.array([2, 4]), jnp.array([0.5, -2.0])),
    ]
    inputs = render_inputs(
        patterns, jnp.asarray(0.0), jax.random.key(0), steps=5, baseline=0.25
    )
    shown = [[0.0, 0.0], [1.0, 0.0], [1.5, -2.0], [0.5, -2.0], [0.0, 0.0]]
    close(inputs, 0.25 + np.array(shown))
