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


MORE_CHANNELS = ((24, True), (24, False), (3, False), (30, True))


def test_the_first_factor_varies_fastest(getkey):
    @jax.jit
    def factors(conditions, key):
        combination = jax.random.randint(key, (), 0, 12)
        return (
            factors_of(conditions, 3, 4),
            draw_factors(conditions, key, 3, 4),
            draw_factors(None, key, 3, 4),
            factors_of(combination, 3, 4),
        )

    of, given, drawn, expected = factors(np.arange(12), getkey())
    np.testing.assert_array_equal(of[0], np.tile([0, 1, 2], 4))
    np.testing.assert_array_equal(of[1], np.repeat([0, 1, 2, 3], 3))
    assert identical(given, of)
    assert identical(drawn, expected)


@pytest.mark.parametrize("channels", [1, 2, 3, 8, 15, 16, 17, 24, 30])
def test_groups_of_channels_follow_each_other_and_miss_none(channels):
    groups, indices = [], []

    def index(noise, group):
        groups.append(group)
        indices.extend(range(group.start, group.stop))
        assert noise.shape == (4, group.stop - group.start)
        return noise

    def joined(key):
        return _from_noise(index, key, 4, channels)

    assert jax.eval_shape(joined, jax.random.key(0)).shape == (4, channels)
    assert indices == list(range(channels))
    has_rest = channels > 16 and channels % 8 > 0
    assert len(groups) == 1 + (has_rest or channels == 3)
    assert not has_rest or groups[0].stop % 8 == 0


@pytest.mark.parametrize(
    ("channels", "x64"),
    [
        (3, True),
        (30, False),
        *(pytest.param(*c, marks=pytest.mark.optimised) for c in MORE_CHANNELS),
    ],
)
def test_noise_does_not_depend_on_the_groups(channels, x64):
    with jax.enable_x64(x64):
        dtype = np.dtype(float if x64 else np.float32)
        pattern = np.linspace(-1.0, 1.0, channels).astype(dtype)

        @jax.jit
        def rendered(key, pattern):
            patterns = [(jnp.array([0, 40]), pattern)]

            def render(rectified):
                deviation = jnp.asarray(0.3)
                return render_inputs(
                    patterns, deviation, key, steps=40, rectified=rectified
                )

            mapped = map_noise(jnp.abs, key, 40, channels)
            noise = white_noise(key, 40, channels)
            return noise, render(False), render(True), mapped

        found = rendered(jax.random.key(3), pattern)
        noise, total, rectified, mapped = map(np.asarray, found)
        assert {x.dtype for x in found} == {dtype}
        close(total, pattern + 0.3 * noise, dtype=dtype.name)
        assert total.min() < 0
        assert identical(rectified, np.maximum(total, 0.0))
        close(mapped, np.abs(noise), dtype=dtype.name)


def test_patterns_are_added_to_the_baseline_in_their_epochs():
    patterns = [
        (jnp.array([1, 3]), jnp.array([1.0, 0.0])),
        (jnp.array([2, 4]), jnp.array([0.5, -2.0])),
    ]

    @jax.jit
    def render(key):
        deviation = jnp.asarray(0.0)
        return render_inputs(patterns, deviation, key, steps=5, baseline=0.25)

    inputs = render(jax.random.key(0))
    shown = [[0.0, 0.0], [1.0, 0.0], [1.5, -2.0], [0.5, -2.0], [0.0, 0.0]]
    close(inputs, 0.25 + np.array(shown))
