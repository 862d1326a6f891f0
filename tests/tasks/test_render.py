from functools import partial

from helpers import close, identical
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ctrnn_jax.tasks.contract._rendering import by_channels, noisy, white_noise


@pytest.mark.parametrize("channels", [1, 2, 3, 8, 15, 16, 17, 24, 30])
def test_parts_of_channels_follow_each_other_and_miss_none(channels):
    parts = []

    def make(part):
        parts.append(part)
        return jnp.arange(channels)[None, part] + jnp.zeros((4, 1), int)

    made = by_channels(channels, make)
    np.testing.assert_array_equal(made, np.tile(np.arange(channels), (4, 1)))
    many = channels > 16 and channels % 8 > 0
    assert len(parts) == 1 + (many or channels == 3)
    assert not many or parts[0].stop % 8 == 0


@pytest.mark.parametrize("channels", [3, 24, 30])
@pytest.mark.parametrize("x64", [True, False])
def test_noise_does_not_depend_on_the_parts(channels, x64):
    with jax.enable_x64(x64):
        key, pattern = jax.random.key(3), jnp.linspace(-1.0, 1.0, channels)
        drawn = jax.jit(lambda key: white_noise(key, 40, channels))(key)
        noise = 0.3 * np.asarray(drawn)
        size = 40, channels
        shown = lambda part: pattern[None, part]
        noisily = partial(noisy, shown, jnp.asarray(0.3), size=size)
        draw = lambda **more: jax.jit(partial(noisily, **more))(key)
        total = draw()
        assert total.dtype == (jnp.float64 if x64 else jnp.float32)
        close(total, np.asarray(pattern) + noise, dtype=total.dtype.name)
        assert np.asarray(total).min() < 0
        assert identical(draw(rectified=True), jnp.maximum(total, 0.0))
