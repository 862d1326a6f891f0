"""Behaviour: curves, choice probability, reaction times."""

import jax
import numpy as np
from oracles import psychometric as oracle
import pytest

import ctrnn_jax as cj
from ctrnn_jax.analysis import (
    bootstrap_chronometric,
    choice_probability,
    chronometric_curve,
    fit_chronometric,
    psychometric_curve,
    reaction_times,
)


SIZES = np.array([1.6, 3.2, 6.4, 12.8, 25.6, 51.2])


def test_curve_counts_choices_at_each_level():
    evidence = np.array([5.0, -5.0, 5.0, 0.0, -5.0, 5.0])
    chosen = np.array([True, False, False, True, False, True])
    curve = psychometric_curve(evidence, chosen)
    np.testing.assert_array_equal(curve.evidence, [-5.0, 0.0, 5.0])
    np.testing.assert_array_equal(curve.trials, [2, 1, 3])
    np.testing.assert_allclose(curve.proportion, [0, 1, 2 / 3])
    np.testing.assert_allclose(curve.standard_error, [0, 0, np.sqrt(2 / 27)])


def test_shapes_must_agree():
    with pytest.raises(ValueError, match="one boolean for each trial"):
        psychometric_curve(np.zeros(3), np.zeros(4, bool))
    with pytest.raises(ValueError, match="one boolean for each trial"):
        psychometric_curve(np.zeros(0), np.zeros(0, bool))


def area(above, below):
    """P(above > below) + P(equal) / 2, pair by pair."""
    return np.mean([(a > b) + 0.5 * (a == b) for a in above for b in below])


def test_choice_probability_is_the_chance_that_a_pair_of_trials_is_in_order():
    rng = np.random.default_rng(0)
    chosen = rng.random(60) < 0.4
    rates = rng.poisson(3.0, (60, 4)) + chosen[:, None] * np.array([0, 1, -2, 0])
    rates[:, 3] = 1
    found = choice_probability(rates, chosen)
    wanted = [area(r[chosen], r[~chosen]) for r in rates.T]
    np.testing.assert_allclose(found.value, wanted)
    assert found.value[1] > 0.5 > found.value[2]
    assert found.value[3] == 0.5  # a unit that never changes
    np.testing.assert_array_equal(found.trials, [chosen.sum(), (~chosen).sum()])


def test_the_stimulus_does_not_count_as_choice_probability():
    rng = np.random.default_rng(1)
    strength = np.repeat([-2.0, 0.0, 2.0, 9.0], 400)
    chosen = rng.random(1600) < 1 / (1 + np.exp(-strength))
    driven = np.stack([strength, strength + 0.5 * chosen], 1)
    rates = driven + rng.normal(0, 1, (1600, 2))
    raw = choice_probability(rates, chosen)
    assert raw.value[0] > 0.6  # the unit follows the stimulus, not the choice
    grand = choice_probability(rates, chosen, strength, at_least=20)
    # 5 standard errors of an area of about 500 against 700 trials
    assert abs(grand.value[0] - 0.5) < 5 * np.sqrt(1 / 12 * (1 / 500 + 1 / 700))
    assert grand.value[1] > 0.58
    assert grand.trials.sum() == 1200  # 9 had too few of one choice
    # of any scale and offset in each condition
    scaled = rates * (3 + strength)[:, None] - 7 * strength[:, None]
    np.testing.assert_allclose(
        choice_probability(scaled, chosen, strength, at_least=20).value, grand.value
    )


def test_choices_are_booleans_and_numbers_finite():
    x, yes = np.arange(4.0), np.array([True, False, True, False])
    rates, holes = np.ones((4, 2)), np.array([0, 1, np.nan, 3])
    np.testing.assert_array_equal(
        psychometric_curve(x, yes.astype(float)).proportion, [1, 0, 1, 0]
    )
    for chosen in (
        [0, 1, 2, 1],
        [-1, 1, 1, 1],
        [0, 1, np.nan, 1],
        ["L", "R", "R", "L"],
    ):
        with pytest.raises(ValueError, match="`chosen` must be boolean; got"):
            psychometric_curve(x, np.array(chosen))
        with pytest.raises(ValueError, match="`chosen` must be boolean; got"):
            choice_probability(rates, np.array(chosen))
    for call, name in (
        (lambda: psychometric_curve(holes, yes), "evidence"),
        (lambda: chronometric_curve(holes, x), "evidence"),
        (lambda: choice_probability(holes[:, None], yes, at_least=1), "rates"),
        (lambda: choice_probability(rates, yes, holes, at_least=1), "conditions"),
    ):
        with pytest.raises(ValueError, match=f"`{name}` must be finite"):
            call()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_unit_that_never_varies_says_nothing_about_choices(dtype):
    rng = np.random.default_rng(4)
    rates = np.full((400, 5), [0.1, 0.3, 0.7, 1.1, 1.3], dtype)
    shown = rng.integers(0, 4, 400)
    chosen = rng.random(400) < (1 + shown) / 6
    found = choice_probability(rates, chosen, shown)
    np.testing.assert_array_equal(found.value, 0.5)


def test_choice_probability_refuses():
    with pytest.raises(ValueError, match="differ within a condition"):
        choice_probability(np.zeros((9, 1)), np.ones(9, bool))
    with pytest.raises(ValueError, match=r"be \(trials, units\)"):
        choice_probability(np.zeros(9), np.ones(9, bool))


@pytest.fixture(scope="module")
def timed():
    """Trials of the reaction-time task with made-up outputs."""
    task = cj.tasks.PerceptualDecision(kind="reaction_time", catch=1500.0)
    trials = task.validation(jax.random.key(0), 22)
    rng = np.random.default_rng(3)
    outputs = np.cumsum(rng.normal(0.02, 0.1, (22, task.n_steps, 2)), axis=1)
    return task, trials, outputs


def test_reaction_times_are_those_of_a_loop(timed):
    task, trials, outputs = timed
    found = reaction_times(
        task, jax.numpy.asarray(outputs), trials, threshold=np.array([0.9, 0.6])
    )
    seen = set()
    for i in range(22):
        start = int(trials.epochs["stimulus"][i, 0])
        stop = int(trials.conditions["t_end"][i])
        wanted, choice = np.nan, -1
        for t in range(start, stop):
            y = outputs[i, t]
            over = [c for c in (0, 1) if y[c] > (0.9, 0.6)[c]]
            if over and not trials.conditions["is_catch"][i]:
                wanted = (t + 1 - start) * 20.0  # the end of the step
                choice = max(over, key=lambda c, y=y: y[c])
                break
        np.testing.assert_equal(float(found.time[i]), wanted)
        assert int(found.choice[i]) == choice
        seen.add(choice)
    assert seen == {-1, 0, 1}


def test_one_trial_and_batches_of_batches_alike(timed):
    task, trials, outputs = timed
    y = jax.numpy.asarray(outputs)
    found = reaction_times(task, y, trials, threshold=0.7)
    one = reaction_times(
        task, y[5], jax.tree.map(lambda x: x[5], trials), threshold=0.7
    )
    np.testing.assert_array_equal(one.time, found.time[5])
    in_two = jax.tree.map(lambda x: x.reshape(2, 11, *x.shape[1:]), (y, trials))
    two = reaction_times(task, *in_two, threshold=0.7)
    np.testing.assert_array_equal(two.time.ravel(), found.time)


def test_a_reaction_must_exceed_the_threshold(getkey):
    task = cj.tasks.PerceptualDecision(kind="reaction_time")
    trials = task.validation(getkey(), 11)
    at = jax.numpy.ones_like(trials.targets)
    assert np.isnan(reaction_times(task, at, trials, threshold=1.0).time).all()
    above = at.at[:, :5].set(9.0).at[:, 7, 1].set(1.001).at[:, 6, 0].set(0.0)
    found = reaction_times(task, above, trials, threshold=1.0)
    assert found.time[1:].tolist() == [60.0] * 10
    assert found.choice.tolist() == [-1] + [1] * 10


def test_reaction_times_refuse(timed):
    task, trials, outputs = timed
    y = jax.numpy.asarray(outputs)
    with pytest.raises(ValueError, match="known name"):
        reaction_times(task, y, trials, threshold=1.0, onset="stimulos")
    with pytest.raises(ValueError, match="one for each output"):
        reaction_times(task, y, trials, threshold=np.ones(3))


def test_chronometric_curve_leaves_out_what_was_not_decided():
    x = np.array([1.0, 1.0, 1.0, 2.0, 2.0, 3.0])
    curve = chronometric_curve(x, np.array([300, 500, np.nan, 200, np.nan, np.nan]))
    np.testing.assert_array_equal(curve.evidence, [1, 2, 3])
    np.testing.assert_array_equal(curve.time, [400, 200, np.nan])
    np.testing.assert_allclose(curve.deviation, [np.sqrt(20000), np.nan, np.nan])
    np.testing.assert_allclose(curve.standard_error[0], 100)
    np.testing.assert_array_equal(curve.trials, [2, 1, 0])
    np.testing.assert_array_equal(curve.undecided, [1, 1, 1])
    with pytest.raises(ValueError, match="one number for each trial"):
        chronometric_curve(x, x[:2])
    with pytest.raises(ValueError, match="three sizes"):
        fit_chronometric(curve)


def test_chronometric_fit_is_that_of_scipy_and_finds_what_was_planted():
    rng = np.random.default_rng(4)
    sizes = np.repeat(SIZES, [60, 80, 100, 120, 140, 160])
    planted = np.array([300.0, 500.0, 0.15])
    times = oracle.chronometric(sizes, *planted) + rng.normal(0, 80, len(sizes))
    curve = chronometric_curve(sizes, times)
    fit = fit_chronometric(curve)
    found = np.array([fit.residual, fit.decision, fit.rate], float)
    wanted = oracle.fit_times(curve.evidence, curve.time, curve.trials)
    np.testing.assert_allclose(found, wanted, rtol=1e-5)
    error = np.asarray(fit.standard_error)
    off = np.abs(found - planted) / (error * [1, 1, found[2]])
    assert np.all(off < 4)
    assert np.all(error[:2] < 30)
    assert bool(fit.converged)
    assert 0.95 < float(fit.r_squared) <= 1
    # signed evidence is the same, and no evidence takes longest
    np.testing.assert_allclose(fit(-SIZES), oracle.chronometric(SIZES, *found))
    np.testing.assert_allclose(float(fit(0.0)), found[0] + found[1])


def test_bootstrap_intervals_of_times_hold_what_was_planted():
    """In about 95 of 100 experiments; as wide as the curvature says."""
    rng = np.random.default_rng(7)
    sizes = np.repeat(SIZES, 100)
    planted = {"residual": 300.0, "decision": 500.0, "rate": 0.15}
    mean = oracle.chronometric(sizes, *planted.values())
    held = dict.fromkeys(planted, 0)
    for i in range(40):
        times = mean + rng.normal(0, 80, len(sizes))
        key = jax.random.key(i)
        found = bootstrap_chronometric(sizes, times, key=key, samples=200)
        for name, value in planted.items():
            low, high = found.interval(name)
            held[name] += low <= value <= high
    assert np.all(found.converged)
    # 40 of 95 %: fewer than 33 once in 600 experiments
    assert min(held.values()) >= 33
    spread = np.array([np.std(np.asarray(found.samples[n])) for n in planted])
    error = np.asarray(found.fit.standard_error) * [1, 1, float(found.fit.rate)]
    np.testing.assert_allclose(spread, error, rtol=0.3)
    low, high = found.band(SIZES)
    fit = np.asarray(found.fit(SIZES))
    assert np.all((low < fit) & (fit < high))
    again = bootstrap_chronometric(sizes, times, key=key, samples=200)
    np.testing.assert_array_equal(again.samples["rate"], found.samples["rate"])
    times[::7] = np.nan  # undecided
    fewer = bootstrap_chronometric(-sizes, times, key=key, samples=200)
    assert np.diff(fewer.interval("decision")) > 0
    with pytest.raises(ValueError, match="known name"):
        found.interval("threshold")
    with pytest.raises(ValueError, match="`samples` must be a whole number"):
        bootstrap_chronometric(sizes, times, key=key, samples=0)


def test_a_residual_at_its_bound_has_no_standard_error():
    """Times that would want a negative residual."""
    rng = np.random.default_rng(0)
    x = np.repeat([0.5, 1.0, 2.0, 4.0, 8.0], 30)
    times = 400 * np.tanh(x) / x - 30 + rng.normal(0, 5, x.size)
    fit = fit_chronometric(chronometric_curve(x, np.maximum(times, 1)))
    assert float(fit.residual) == 0.0
    assert bool(fit.converged)
    error = np.asarray(fit.standard_error)
    np.testing.assert_array_equal(np.isnan(error), [True, False, False])


def test_times_that_do_not_fall_determine_no_rate():
    rising = chronometric_curve(SIZES, 400 + SIZES)
    fit = fit_chronometric(rising)
    assert not bool(fit.converged)
    assert np.all(np.isnan(np.asarray(fit.standard_error)))
