"""Tests of tuning, selectivity, binning and task variance of single units."""

from helpers import close
import jax
import jax.numpy as jnp
import numpy as np
from oracles import population
import pytest

from ctrnn_jax.analysis import (
    binned,
    d_prime,
    explained_fraction,
    selectivity_index,
    task_variance,
    task_variances,
    tuning_curve,
)


RNG = np.random.default_rng(19)


def test_tuning_curve_of_known_responses():
    responses = np.array([[1.0, 0.0], [3.0, 0.0], [5.0, 1.0], [2.0, 8.0]])
    curve = tuning_curve(responses, np.array([90, 90, 45, 90]))
    assert curve.levels == (45, 90)
    np.testing.assert_array_equal(curve.trials, [1, 3])
    close(curve.means, jnp.array([[5.0, 1.0], [2.0, 8 / 3]]))
    close(curve.standard_errors[1], jnp.array([np.sqrt(1 / 3), 8 / 3]))
    assert np.all(np.isnan(curve.standard_errors[0]))


def test_tuning_curve_over_time_is_that_of_each_step():
    responses = RNG.normal(size=(20, 3, 4))
    labels = np.array(["left", "right"])[np.arange(20) % 2]
    curve = tuning_curve(responses, labels)
    assert curve.means.shape == curve.standard_errors.shape == (2, 3, 4)
    left = responses[::2]
    close(curve.means[0], jnp.asarray(left.mean(axis=0)))
    close(curve.standard_errors[0], jnp.asarray(left.std(axis=0, ddof=1) / np.sqrt(10)))


def test_selectivity_index_closed_form():
    rates = np.array([[3.0, 2.0, 0.0, 0.0], [1.0, 2.0, 0.0, 5.0], [1.0, 2.0, 0.0, 1.0]])
    index = selectivity_index(rates, np.array([0, 1, 2]))
    close(index[jnp.array([0, 1, 3])], jnp.array([0.5, 0.0, 1.0]))
    assert np.isnan(index[2])  # of a silent unit
    close(selectivity_index(7 * rates, np.array([0, 1, 2]))[:2], index[:2])


def test_explained_fraction_is_that_of_a_linear_fit():
    """It is R^2 of a fit to indicators of the labels; extremes are 0 and 1."""
    labels = np.array([0, 0, 1, 1, 1, 2])
    noisy = RNG.normal(size=(6, 4, 3)) + labels[:, None, None]
    design = (labels[:, None] == np.arange(3)).astype(float)
    flat = noisy.reshape(6, 12)
    residuals = flat - design @ np.linalg.lstsq(design, flat)[0]
    r_squared = 1 - np.sum(residuals**2, 0) / np.sum((flat - flat.mean(0)) ** 2, 0)
    close(explained_fraction(noisy, labels), jnp.asarray(r_squared.reshape(4, 3)))
    extremes = np.stack([labels**2.0, [1.0, -1, 1, -1, 0, 0], np.ones(6)], axis=1)
    fraction = explained_fraction(extremes, labels)
    close(fraction[:2], jnp.array([1.0, 0.0]))
    assert np.isnan(fraction[2])  # a unit that never varies


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_units_that_never_vary_have_no_tuning_by_rounding(dtype):
    """The rounded mean of 90 times 0.1 is not 0.1; it must not count as tuning."""
    rates = np.full((90, 6), [0.1, 0.3, 0.7, 1.1, 1.3, 7e-8], dtype)
    labels = RNG.permutation(np.arange(90) % 3)
    assert np.all(np.isnan(explained_fraction(rates, labels)))
    curve = tuning_curve(rates, labels)
    np.testing.assert_array_equal(curve.means, rates[:3])
    np.testing.assert_array_equal(curve.standard_errors, 0)
    np.testing.assert_array_equal(selectivity_index(rates, labels), 0)
    np.testing.assert_array_equal(d_prime(rates, labels > 0), 0)
    steps = np.broadcast_to(rates[:, None], (90, 4, 6))
    mask = np.arange(4)[None] < 1 + labels[:, None]
    np.testing.assert_array_equal(task_variance(steps), 0)
    np.testing.assert_array_equal(task_variance(steps, mask=mask), 0)
    # variations of the order of rounding give a fraction in [0, 1] too
    nearly = rates * (1 + np.finfo(dtype).eps * RNG.integers(0, 2, rates.shape))
    fraction = np.asarray(explained_fraction(nearly.astype(dtype), labels))
    assert np.all((fraction >= 0) & (fraction <= 1))


def test_bins_have_equally_many_trials():
    few = RNG.integers(0, 4, 50)
    assert binned(few) is few
    values = RNG.normal(size=101)
    binned_values = binned(values, at_most=7)
    levels, counts = np.unique(binned_values, return_counts=True)
    assert len(levels) == 7
    assert set(counts) == {14, 15}
    np.testing.assert_allclose(binned_values.sum(), values.sum())
    order = np.argsort(values)
    assert np.all(np.diff(binned_values[order]) >= 0)
    for level in levels:  # each value is the mean of its bin
        np.testing.assert_allclose(level, values[binned_values == level].mean())


def test_d_prime_follows_its_definition():
    first, second = RNG.normal(size=(9, 3)), 2 * RNG.normal(size=(5, 3)) + 1
    responses = np.concatenate([second, first])
    stimulus = np.array(["b"] * 5 + ["a"] * 9)
    noise = np.sqrt((first.var(axis=0, ddof=1) + second.var(axis=0, ddof=1)) / 2)
    expected = (second.mean(axis=0) - first.mean(axis=0)) / noise
    close(d_prime(responses, stimulus), jnp.asarray(expected))
    close(d_prime(3 * responses + 2, stimulus), jnp.asarray(expected))
    close(d_prime(responses, stimulus == "a"), jnp.asarray(-expected))


def test_d_prime_without_noise():
    responses = np.array([[1.0, 1.0], [1.0, 1.0], [1.0, 2.0], [1.0, 2.0]])
    close(d_prime(responses, np.array([0, 0, 1, 1])), jnp.array([0.0, np.inf]))


def test_task_variance_is_over_trials_then_time():
    rates = RNG.normal(size=(6, 5, 4)) + 10 * RNG.normal(size=(1, 5, 4))
    mask = RNG.random((6, 5)) < 0.7
    mask[:, 2] = False
    close(
        task_variance(rates),
        jnp.asarray(population.task_variance(rates, np.ones((6, 5), bool))),
    )
    close(
        task_variance(rates, mask=mask),
        jnp.asarray(population.task_variance(rates, mask)),
    )
    # variance over time only is not counted
    moving = np.ones((6, 1, 1)) * RNG.normal(size=(1, 5, 4))
    close(task_variance(moving), jnp.zeros(4))


def test_values_at_masked_steps_have_no_effect():
    rates = RNG.normal(size=(6, 5, 4))
    mask = np.arange(5)[None] < np.array([3, 4, 5, 5, 2, 3])[:, None]
    padded = np.where(mask[..., None], rates, 1e6)
    close(task_variance(padded, mask=mask), task_variance(rates, mask=mask))


def test_task_variances_of_many_tasks():
    rates = {
        "go": RNG.normal(size=(8, 5, 4)) * np.array([3.0, 1.0, 0.0, 1e-3]),
        "anti": RNG.normal(size=(6, 7, 4)) * np.array([1.0, 2.0, 0.0, 1e-3]),
    }
    result = task_variances(rates)
    assert result.tasks == ("go", "anti")
    close(result.variances[:, 1], task_variance(rates["anti"]))
    np.testing.assert_array_equal(result.active, [True, True, False, False])
    close(jnp.max(result.normalised, axis=1), jnp.array([1.0, 1.0, 0.0, 0.0]))
    close(result.normalised[0, 1], result.variances[0, 1] / result.variances[0, 0])
    np.testing.assert_array_equal(
        task_variances(rates, threshold=0.0).active, [True, True, False, True]
    )


def test_invalid_arguments_raise():
    rates = RNG.random((6, 3, 4))
    with pytest.raises(ValueError, match="`condition` must be numbers, booleans or"):
        tuning_curve(np.ones((3, 2)), np.array(["a", None, "b"], object))
    with pytest.raises(ValueError, match="one label for each of 6 trials"):
        tuning_curve(rates, np.arange(5))
    with pytest.raises(ValueError, match=r"have axes \(trials, ..., units\)"):
        tuning_curve(rates[:, 0, 0], np.arange(6))
    with pytest.raises(ValueError, match="`rates` must not be negative"):
        selectivity_index(rates - 1, np.arange(6))
    with pytest.raises(ValueError, match="have at least 2 values"):
        selectivity_index(rates, np.zeros(6))
    with pytest.raises(ValueError, match="have at least 2 values"):
        explained_fraction(rates, np.zeros(6))
    for values in (rates[:, 0], np.array(["a", "b"]), np.zeros(0)):
        with pytest.raises(ValueError, match="`values` must be one number for each"):
            binned(values)
    with pytest.raises(ValueError, match="`values` must be finite"):
        binned(np.array([1.0, np.nan]))
    with pytest.raises(ValueError, match="`at_most` must be a whole number"):
        binned(np.arange(3), at_most=1)
    with pytest.raises(ValueError, match="have exactly 2 values"):
        d_prime(rates, np.arange(6) % 3)
    with pytest.raises(ValueError, match=r"at least two trials of each value; got \[5"):
        d_prime(rates, np.arange(6) == 5)
    for mask in (np.zeros((6, 3), bool), np.ones((6, 3)), np.ones((6, 2), bool)):
        with pytest.raises(ValueError, match="`mask` must be boolean"):
            task_variance(rates, mask=mask)
    with pytest.raises(ValueError, match="have the same units in each task"):
        task_variances({"a": rates, "b": rates[..., :2]})
    with pytest.raises(ValueError, match="hold a task"):
        task_variances({})
    rates[0, 0, 0] = np.nan
    with pytest.raises(ValueError, match="`responses` must be finite"):
        tuning_curve(rates, np.arange(6))


def test_float32_stays_float32():
    rates, labels = RNG.random((6, 3, 4)).astype(np.float32), np.arange(6) % 2
    curve = tuning_curve(rates, labels)
    results = (
        curve.means,
        curve.standard_errors,
        selectivity_index(rates, labels),
        d_prime(rates, labels),
        task_variances({"a": rates}).normalised,
    )
    assert {leaf.dtype for leaf in jax.tree.leaves(results)} == {np.dtype("float32")}
