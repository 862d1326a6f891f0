"""Targeted axes: their definition, planted axes, invariances."""

from helpers import close
import jax
import jax.numpy as jnp
import numpy as np
from oracles import population
import pytest

from ctrnn_jax.analysis import targeted_axes


RNG = np.random.default_rng(13)
UNITS, STEPS = 8, 10


def task(repeats=3, noise=0.1, units=UNITS):
    """Choice ramps along one axis, evidence is a pulse along another, oblique one."""
    levels = [(c, m) for c in (-1.0, 1.0) for m in (-1.0, -0.3, 0.4, 1.0)]
    regressors = np.array(levels * repeats)
    choice = np.linspace(0, 2, STEPS)
    motion = 1.5 * np.exp(-0.5 * (np.arange(STEPS) - 3) ** 2)
    axes = RNG.normal(size=(2, units))
    axes[1] += 0.5 * axes[0]
    rates = (
        regressors[:, :1, None] * choice[None, :, None] * axes[0]
        + regressors[:, 1:, None] * motion[None, :, None] * axes[1]
        + np.sin(np.arange(STEPS))[None, :, None] * RNG.normal(size=units)
        + 4
    )
    return rates + noise * RNG.normal(size=rates.shape), regressors, axes


def test_targeted_axes_follow_their_definition():
    rates, regressors, _ = task()
    result = targeted_axes(rates, regressors, n_components=4)
    axes, raw, peaks = population.targeted_axes(rates, regressors, 4)
    close(result.axes, axes, scale=100)
    close(result.raw, raw, scale=100)
    np.testing.assert_array_equal(result.peak, peaks)
    close(result.axes @ result.axes.T, np.eye(2))
    scores = result.project(rates)
    z = (rates - rates.mean((0, 1))) / rates.std((0, 1))
    close(scores, jnp.asarray(z @ axes.T), scale=1000)


def test_targeted_axes_are_the_planted_axes():
    rates, regressors, axes = task(repeats=20, noise=0.3)
    result = targeted_axes(rates, regressors)
    assert int(result.peak[0]) == STEPS - 1
    assert int(result.peak[1]) == 3
    planted = axes / rates.std((0, 1))
    planted /= np.linalg.norm(planted, axis=1, keepdims=True)
    for k in range(2):
        unit = result.raw[k] / np.linalg.norm(result.raw[k])
        assert abs(unit @ planted[k]) > 0.99
    # projections on the second axis do not depend on choice
    scores = result.project(rates)[:, -1, 1]
    assert abs(np.corrcoef(scores, regressors[:, 0])[0, 1]) < 0.2


def test_axes_are_independent_of_the_units_of_regressors():
    """In single precision, with a delay in ms beside a choice; against lstsq."""
    rng = np.random.default_rng(5)
    choice, delay = rng.choice([-1.0, 1.0], 1000), rng.uniform(500, 2000, 1000)
    weights = rng.normal(size=(2, 6))
    design = np.stack([choice, (delay - 1200) / 500], axis=1)
    clean = np.einsum("ir,ru->iu", design, weights)[:, None]
    rates = clean + 0.5 * rng.normal(size=(1000, 2, 6))
    regressors = np.stack([choice, delay], axis=1)
    in_ms = targeted_axes(rates.astype(np.float32), regressors.astype(np.float32))
    z = (rates - rates.mean((0, 1))) / rates.std((0, 1))
    with_constant = np.concatenate([regressors, np.ones((1000, 1))], axis=1)
    expected = np.linalg.lstsq(with_constant, z.reshape(1000, -1))[0][:2]
    expected = expected.reshape(2, 2, 6)
    np.testing.assert_allclose(in_ms.coefficients[0], expected[0], atol=1e-4)
    np.testing.assert_allclose(in_ms.coefficients[1], expected[1], atol=1e-7)
    scaled = targeted_axes(rates.astype(np.float32), design.astype(np.float32))
    np.testing.assert_allclose(in_ms.axes, scaled.axes, atol=1e-3)
    with pytest.raises(ValueError, match="independent of each other and of a constant"):
        targeted_axes(rates, np.stack([choice, np.full(1000, 0.1)], axis=1))


def test_components_remove_noise():
    rates, regressors, axes = task(repeats=6, noise=2.0, units=60)
    planted = axes[0] / rates.std((0, 1))
    planted /= np.linalg.norm(planted)

    def overlap(n_components):
        raw = targeted_axes(rates, regressors, n_components=n_components).raw[0]
        return abs(raw @ planted) / np.linalg.norm(raw)

    assert 1 - overlap(3) < 0.6 * (1 - overlap(60))


def test_axes_are_independent_of_scale_and_order_of_units():
    rates, regressors, _ = task()
    result = targeted_axes(rates, regressors)
    scaled = targeted_axes(rates * np.arange(1, 9) + 3, regressors)
    close(scaled.axes, result.axes, scale=1000)
    close(
        scaled.project(rates * np.arange(1, 9) + 3), result.project(rates), scale=1000
    )
    order = RNG.permutation(UNITS)
    close(targeted_axes(rates[..., order], regressors).axes, result.axes[:, order])


def test_a_constant_unit_and_one_trial_per_condition_are_valid():
    rates, regressors, _ = task(repeats=1)
    rates[..., 2] = 0.3
    result = targeted_axes(rates, regressors)
    close(result.axes[:, 2], np.zeros(2))
    assert np.all(np.isfinite(result.axes))


def test_axes_under_jit_are_those_without():
    rates, regressors, _ = task()
    traced = jax.jit(lambda x: targeted_axes(x, regressors))(rates)
    close(traced, targeted_axes(rates, regressors), scale=100)


def test_conditions_define_the_averages():
    rates, regressors, _ = task()

    def axes(conditions):
        return targeted_axes(
            rates, regressors, conditions=conditions, n_components=3
        ).axes

    default = axes(None)
    close(axes([f"{c} {m}" for c, m in regressors]), default, scale=100)
    assert np.abs(axes(regressors[:, 0]) - default).max() > 1e-3


def test_invalid_arguments_raise_an_error():
    rates, regressors, _ = task()
    with pytest.raises(ValueError, match="be independent of each other"):
        targeted_axes(rates, np.column_stack([regressors, regressors.sum(axis=1)]))
    with pytest.raises(ValueError, match="be independent of each other"):
        targeted_axes(rates, np.ones((24, 1)))
    with pytest.raises(ValueError, match="a row for each of 24 trials"):
        targeted_axes(rates, regressors[:20])
    with pytest.raises(ValueError, match="depend on each regressor"):
        targeted_axes(np.zeros((24, 5, 3)), regressors)
    with pytest.raises(ValueError, match="depend on each regressor"):
        targeted_axes(rates, regressors, n_components=1)
    rates[3, 2, 1] = np.nan
    with pytest.raises(ValueError, match="`rates` must be finite"):
        targeted_axes(rates, regressors)


def test_float32_gives_float32():
    rates, regressors, _ = task()
    result = targeted_axes(rates.astype(np.float32), regressors.astype(np.float32))
    for leaf in jax.tree.leaves(result):
        assert leaf.dtype in (np.float32, np.int32, np.int64)
