"""The layout of the random bits is fixed; draws are Gaussian and independent."""

from helpers import identical, STANDARD_ERRORS
import jax
from jax.extend.random import threefry_2x32
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import stats
import scipy.special

from ctrnn_jax import _random
from ctrnn_jax._random import standard_normal, trial_keys, typed_key


KEY = jax.random.key(4)
F32, F64 = jnp.dtype(jnp.float32), jnp.dtype(jnp.float64)


def draw(steps, units, stream="eps", dtype=F64, key=KEY):
    return standard_normal(key, jnp.asarray(steps), units, stream, dtype)


def to_normal(word):
    """Return the normal of a 32-bit word, in plain NumPy and SciPy."""
    u = (float(word >> 9) + 0.5) / 2**23
    return stats.norm.ppf(u)


def test_raw_keys_are_wrapped_and_other_values_are_errors(as_for_a_user):
    raw = jax.random.PRNGKey(4)
    for key in (KEY, raw, np.asarray(raw)):
        assert identical(jax.random.key_data(typed_key(key)), raw)
    for wrong in (3, None, np.ones(2), jax.numpy.ones(2)):
        with pytest.raises(ValueError, match="`key` must be a JAX random key; got"):
            typed_key(wrong)


@pytest.mark.parametrize("units", [4, 5])
def test_layout_of_a_float32_draw(units):
    """Counter (t, stream + block); first words serve the first half of the units."""
    t, blocks = 7, (units + 1) // 2
    pair = np.asarray(jax.random.key_data(KEY))
    for stream, offset in (("eps", 0), ("xi", 2**31)):
        normals = np.asarray(draw([t], units, stream, F32))[0]
        for unit in range(units):
            counter = np.array([t, offset + unit % blocks], np.uint32)
            words = np.asarray(threefry_2x32((pair[0], pair[1]), jnp.asarray(counter)))
            expected = to_normal(int(words[unit // blocks]))
            assert normals[unit] == pytest.approx(expected, rel=2e-5, abs=1e-6)


def test_trial_keys_are_folded_in_row_major_order():
    keys = trial_keys(KEY, (2, 3))
    assert keys.shape == (2, 3)
    assert identical(
        jax.random.key_data(keys[1, 0]),
        jax.random.key_data(jax.random.fold_in(KEY, 3)),
    )
    assert trial_keys(KEY, ()) is KEY


@pytest.mark.parametrize("dtype", [F32, F64])
def test_draws_do_not_depend_on_the_number_of_steps_or_trials(dtype):
    keys = trial_keys(KEY, (3,))

    def drawn(keys, first=0, last=6):
        steps = jnp.asarray(np.arange(first, last))
        return standard_normal(keys, steps, 5, "eps", dtype)

    whole = np.asarray(drawn(keys))
    assert whole.dtype == dtype
    assert identical(whole[2:4], np.asarray(drawn(keys, 2, 4)))
    assert identical(whole[:, 1], np.asarray(drawn(keys[1])))
    assert identical(whole, np.asarray(jax.jit(drawn)(keys)))


@pytest.mark.parametrize("dtype", [F32, F64])
def test_moments_and_distribution(dtype):
    x = np.asarray(draw(range(2000), 101, dtype=dtype), float).ravel()
    n = len(x)
    # variance of the k-th sample moment of a Gaussian: (E x^2k - (E x^k)^2) / n
    for power, mean, variance in ((1, 0, 1), (2, 1, 2), (3, 0, 15), (4, 3, 96)):
        bound = STANDARD_ERRORS * np.sqrt(variance / n)
        assert abs(np.mean(x**power) - mean) < bound
    assert stats.kstest(x, "norm").pvalue > 1e-6
    assert np.abs(x).max() < 8


def test_no_correlation_across_units_steps_trials_streams():
    keys = trial_keys(KEY, (2,))
    eps = np.asarray(standard_normal(keys, jnp.arange(20_000), 8, "eps", F32))
    xi = np.asarray(standard_normal(keys, jnp.arange(20_000), 8, "xi", F32))
    columns = np.concatenate([eps[:, 0], eps[:, 1], xi[:, 0], xi[:, 1]], axis=1)
    bound = STANDARD_ERRORS / np.sqrt(len(columns))
    correlations = np.corrcoef(columns.T)
    assert np.abs(correlations - np.eye(32)).max() < bound
    lagged = columns[1:].T @ columns[:-1] / len(columns)
    assert np.abs(lagged).max() < bound


def test_keys_of_every_generator_work():
    for name in ("threefry2x32", "rbg", "unsafe_rbg"):
        key = jax.random.key(1, impl=name)
        x = np.asarray(draw(range(500), 20, key=key))
        assert abs(x.std() - 1) < STANDARD_ERRORS / np.sqrt(2 * x.size)
        other = draw(range(500), 20, key=jax.random.key(2, impl=name))
        assert abs(np.mean(x * np.asarray(other))) < STANDARD_ERRORS / np.sqrt(x.size)


def test_sixteen_bit_draws_are_cast():
    x = draw([0], 6, dtype=jnp.dtype(jnp.bfloat16))
    assert x.dtype == jnp.bfloat16
    assert identical(x, draw([0], 6, dtype=F32).astype(jnp.bfloat16))


def test_threefry_is_that_of_jax():
    words = np.array([3, 2**32 - 5], np.uint32)
    counter = np.arange(200, dtype=np.uint32) * np.uint32(40503)

    @jax.jit
    def both(words, counter):
        pair = words[0], words[1]
        found = _random._threefry(pair, (counter[:100], counter[100:]))
        return jnp.concatenate(found), threefry_2x32(pair, counter)

    found, expected = both(words, counter)
    assert identical(np.asarray(found), np.asarray(expected))


def test_float32_quantiles_are_those_of_the_normal_distribution():
    """Every 977th interval, and both ends."""
    words = np.append(np.arange(0, 2**32, 977 << 9), [0, 2**32 - 1]).astype(np.uint32)
    u = ((words >> 9) + 0.5) / 2**23
    expected = scipy.special.ndtri(u)
    normals = np.asarray(jax.jit(_random._normal_32)(words), np.float64)
    np.testing.assert_allclose(normals, expected, rtol=5e-7, atol=1e-12)


@pytest.mark.parametrize("order", [1, 2, 3, 4])
def test_moments_within_five_standard_errors(order):
    draws = np.asarray(
        standard_normal(trial_keys(KEY, (50,)), jnp.arange(200), 100, "xi", F32),
        np.float64,
    ).ravel()
    moment = {1: 0.0, 2: 1.0, 3: 0.0, 4: 3.0}[order]
    variance = {1: 1.0, 2: 2.0, 3: 15.0, 4: 96.0}[order]  # of x ** order
    error = np.sqrt(variance / draws.size)
    assert abs(np.mean(draws**order) - moment) < STANDARD_ERRORS * error


def test_serial_correlations_of_values_and_of_squares():
    """Over lags in time, units and trials; of x and of x ** 2."""
    draws = np.asarray(
        standard_normal(trial_keys(KEY, (40,)), jnp.arange(300), 64, "eps", F32),
        np.float64,
    )
    for x in (draws, (draws**2 - 1) / np.sqrt(2)):
        for axis in range(3):
            for lag in (1, 2, 7, 32):
                a = np.take(x, range(x.shape[axis] - lag), axis=axis)
                b = np.take(x, range(lag, x.shape[axis]), axis=axis)
                assert abs(np.mean(a * b)) < STANDARD_ERRORS / np.sqrt(a.size)
