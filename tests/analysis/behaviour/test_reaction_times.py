"""Tests of reaction times, chronometric curves, their fit and its bootstrap."""

import jax
import numpy as np
from oracles import psychometric as oracle
import pytest

import ctrnn_jax as cj
from ctrnn_jax.analysis import (
    bootstrap_chronometric,
    chronometric_curve,
    fit_chronometric,
    reaction_times,
)


STRENGTHS = np.array([1.6, 3.2, 6.4, 12.8, 25.6, 51.2])


@pytest.fixture(scope="module")
def trials_with_outputs():
    """Trials of the reaction-time task with random walks as outputs."""
    task = cj.tasks.PerceptualDecisionReactionTime(catch=1500.0)
    trials = task.validation(jax.random.key(0), 22)
    rng = np.random.default_rng(3)
    outputs = np.cumsum(rng.normal(0.02, 0.1, (22, task.n_steps, 2)), axis=1)
    return task, trials, jax.numpy.asarray(outputs)


def first_crossing(outputs, start, stop, thresholds):
    """Return the step and the choice of the first crossing by a loop over steps."""
    for t in range(start, stop):
        above = [c for c in (0, 1) if outputs[t, c] > thresholds[c]]
        if above:
            return t, max(above, key=lambda c, y=outputs[t]: y[c])
    return None, -1


def test_reaction_times_are_those_of_a_loop(trials_with_outputs):
    task, trials, outputs = trials_with_outputs
    thresholds = (0.9, 0.6)
    result = reaction_times(task, outputs, trials, threshold=np.array(thresholds))
    choices = set()
    for i in range(22):
        start = int(trials.epochs["stimulus"][i, 0])
        stop = int(trials.conditions["t_end"][i])
        step, choice = first_crossing(np.asarray(outputs[i]), start, stop, thresholds)
        if trials.conditions["is_catch"][i]:
            step, choice = None, -1
        # the time is that of the end of the step
        time = np.nan if step is None else (step + 1 - start) * 20.0
        np.testing.assert_equal(float(result.time[i]), time)
        assert int(result.choice[i]) == choice
        choices.add(choice)
    assert choices == {-1, 0, 1}


def test_a_single_trial_and_nested_batches_give_the_same_times(trials_with_outputs):
    task, trials, outputs = trials_with_outputs
    result = reaction_times(task, outputs, trials, threshold=0.7)
    trial = jax.tree.map(lambda x: x[5], trials)
    single = reaction_times(task, outputs[5], trial, threshold=0.7)
    np.testing.assert_array_equal(single.time, result.time[5])
    nested = jax.tree.map(lambda x: x.reshape(2, 11, *x.shape[1:]), (outputs, trials))
    of_nested = reaction_times(task, *nested, threshold=0.7)
    np.testing.assert_array_equal(of_nested.time.ravel(), result.time)


def test_a_crossing_must_exceed_the_threshold(trials_with_outputs):
    task, trials, _ = trials_with_outputs
    outputs = np.ones(trials.targets.shape)
    equal = reaction_times(task, jax.numpy.asarray(outputs), trials, threshold=1.0)
    assert np.isnan(equal.time).all()
    onset = int(trials.epochs["stimulus"][-1, 0])
    outputs[:, :onset] = 9.0  # before the onset no crossing counts
    outputs[:, onset + 2, 1] = 1.001
    outputs[:, onset + 1, 0] = 0.0
    result = reaction_times(task, jax.numpy.asarray(outputs), trials, threshold=1.0)
    is_catch = np.asarray(trials.conditions["is_catch"])
    np.testing.assert_array_equal(result.time, np.where(is_catch, np.nan, 60.0))
    np.testing.assert_array_equal(result.choice, np.where(is_catch, -1, 1))


def test_invalid_onset_and_threshold_raise(trials_with_outputs):
    task, trials, outputs = trials_with_outputs
    with pytest.raises(ValueError, match="known name"):
        reaction_times(task, outputs, trials, threshold=1.0, onset="stimulos")
    with pytest.raises(ValueError, match="one for each output"):
        reaction_times(task, outputs, trials, threshold=np.ones(3))
    with pytest.raises(ValueError, match="`threshold` must not be NaN; got nan"):
        reaction_times(task, outputs, trials, threshold=np.array([1.0, np.nan]))


def test_chronometric_curve_leaves_out_undecided_trials():
    x = np.array([1.0, 1.0, 1.0, 2.0, 2.0, 3.0])
    curve = chronometric_curve(x, np.array([300, 500, np.nan, 200, np.nan, np.nan]))
    np.testing.assert_array_equal(curve.evidence, [1, 2, 3])
    np.testing.assert_array_equal(curve.time, [400, 200, np.nan])
    np.testing.assert_allclose(curve.deviation, [np.sqrt(20000), np.nan, np.nan])
    np.testing.assert_allclose(curve.standard_error[0], 100)
    np.testing.assert_array_equal(curve.trials, [2, 1, 0])
    np.testing.assert_array_equal(curve.undecided, [1, 1, 1])
    with pytest.raises(ValueError, match="one value for each trial"):
        chronometric_curve(x, x[:2])
    for wrong in (-1.0, np.inf):
        with pytest.raises(ValueError, match="`times` must be finite and not negative"):
            chronometric_curve(x, np.array([300, 500, np.nan, wrong, np.nan, np.nan]))
    with pytest.raises(ValueError, match="three absolute strengths"):
        fit_chronometric(curve)
    with pytest.raises(ValueError, match="`evidence` must be finite"):
        chronometric_curve(np.array([0, 1, np.nan, 3]), np.arange(4.0))


def test_chronometric_fit_is_that_of_scipy_and_recovers_planted_parameters():
    rng = np.random.default_rng(4)
    strengths = np.repeat(STRENGTHS, [60, 80, 100, 120, 140, 160])
    planted = np.array([300.0, 500.0, 0.15])
    noise = rng.normal(0, 80, len(strengths))
    times = oracle.chronometric(strengths, *planted) + noise
    curve = chronometric_curve(strengths, times)
    fit = fit_chronometric(curve)
    parameters = np.array([fit.residual, fit.decision, fit.rate], float)
    expected = oracle.fit_times(curve.evidence, curve.time, curve.trials)
    np.testing.assert_allclose(parameters, expected, rtol=1e-5)
    error = np.asarray(fit.standard_error)
    # the error of the rate is that of its logarithm
    z_scores = np.abs(parameters - planted) / (error * [1, 1, parameters[2]])
    assert np.all(z_scores < 4)
    assert np.all(error[:2] < 30)
    assert bool(fit.converged)
    assert 0.95 < float(fit.r_squared) <= 1
    # the sign of evidence has no effect; without evidence decisions take longest
    expected_times = oracle.chronometric(STRENGTHS, *parameters)
    np.testing.assert_allclose(fit(-STRENGTHS), expected_times)
    np.testing.assert_allclose(float(fit(0.0)), parameters[0] + parameters[1])


PLANTED = {"residual": 300.0, "decision": 500.0, "rate": 0.15}


@pytest.fixture(scope="module")
def experiment():
    """A function of a seed that returns strengths, drawn times and a key."""
    strengths = np.repeat(STRENGTHS, 100)
    mean = oracle.chronometric(strengths, *PLANTED.values())

    def draw(seed):
        noise = np.random.default_rng(seed).normal(0, 80, len(strengths))
        return strengths, mean + noise, jax.random.key(seed)

    return draw


@pytest.mark.slow
def test_bootstrap_intervals_of_times_contain_planted_parameters(experiment):
    """In about 95 of 100 experiments."""
    num_inside = dict.fromkeys(PLANTED, 0)
    for seed in range(40):
        strengths, times, key = experiment(seed)
        bootstrap = bootstrap_chronometric(strengths, times, key=key, samples=200)
        for name, value in PLANTED.items():
            low, high = bootstrap.interval(name)
            num_inside[name] += low <= value <= high
    # 40 of 95 %: fewer than 33 once in 600 experiments
    assert min(num_inside.values()) >= 33


def test_bootstrapped_times_spread_as_the_standard_errors(experiment):
    """Of decided trials; the sign of the evidence has no effect."""
    strengths, times, key = experiment(0)
    times[::7] = np.nan  # undecided
    bootstrap = bootstrap_chronometric(strengths, times, key=key, samples=200)
    assert np.all(bootstrap.converged)
    samples = [np.asarray(bootstrap.samples[name]) for name in PLANTED]
    low, high = np.quantile(samples, [0.005, 0.995], axis=1)
    planted = np.array(list(PLANTED.values()))
    assert np.all((low < planted) & (planted < high))
    interval = bootstrap.interval("rate", level=0.99)
    np.testing.assert_allclose(interval, [low[2], high[2]])
    error = np.asarray(bootstrap.fit.standard_error)
    error = error * [1, 1, float(bootstrap.fit.rate)]
    np.testing.assert_allclose(np.std(samples, axis=1), error, rtol=0.3)
    low, high = bootstrap.band(STRENGTHS)
    fit = np.asarray(bootstrap.fit(STRENGTHS))
    assert np.all((low < fit) & (fit < high))

    again = bootstrap_chronometric(-strengths, times, key=key, samples=200)
    np.testing.assert_array_equal(again.samples["rate"], bootstrap.samples["rate"])
    with pytest.raises(ValueError, match="known name"):
        bootstrap.interval("threshold")
    with pytest.raises(ValueError, match="`level` must lie in"):
        bootstrap.interval("rate", level=95.0)
    with pytest.raises(ValueError, match="`samples` must be a whole number"):
        bootstrap_chronometric(strengths, times, key=key, samples=0)


def test_a_residual_at_its_bound_has_no_standard_error():
    """The best residual of these times would be negative."""
    rng = np.random.default_rng(0)
    x = np.repeat([0.5, 1.0, 2.0, 4.0, 8.0, 16.0], 30)
    times = 400 * np.tanh(x) / x - 30 + rng.normal(0, 5, x.size)
    fit = fit_chronometric(chronometric_curve(x, np.maximum(times, 1)))
    assert float(fit.residual) == 0.0
    assert bool(fit.converged)
    error = np.asarray(fit.standard_error)
    np.testing.assert_array_equal(np.isnan(error), [True, False, False])


def test_times_that_do_not_decrease_with_evidence_are_not_converged():
    rising = chronometric_curve(STRENGTHS, 400 + STRENGTHS)
    fit = fit_chronometric(rising)
    assert not bool(fit.converged)
    assert np.all(np.isnan(np.asarray(fit.standard_error)))
