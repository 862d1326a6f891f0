"""The flip-flop task: trials, pulse statistics, score and performance."""

from helpers import close, STANDARD_ERRORS
import numpy as np
from oracles import dynamical
import pytest
from tasks.dynamical.trials import (
    assert_same,
    is_probable,
    MANY,
    TASKS,
)
from tasks.judged import as_numpy, judged

from ctrnn_jax.tasks import FlipFlop


@pytest.mark.parametrize(
    ("name", "pulse", "settle"), [("flip_flop", 5, 5), ("discrete", 1, 0)]
)
def test_flip_flop_equals_a_plain_loop(name, pulse, settle, drawn):
    trials = drawn(name)
    for i in range(100):
        pulses = trials.conditions["pulses"][i]
        expected = dynamical.flip_flop(pulses, pulse_steps=pulse, settle_steps=settle)
        assert_same(expected, trials, i)


def test_flip_flop_of_fixed_point_finder(drawn):
    """Pulses begin with probability 1/2, and at step 0; every step is scored."""
    trials = drawn("discrete")
    pulses = trials.conditions["pulses"]
    np.testing.assert_array_equal(trials.inputs, pulses)
    assert np.all(pulses[:, 0] != 0)
    assert np.all(trials.mask == 1)
    assert is_probable(pulses[:, 1:].ravel() != 0, 0.5)
    assert is_probable(pulses[pulses != 0] > 0, 0.5)
    assert is_probable((pulses[:, 0] > 0).ravel(), 0.5)
    for lag in (1, 2):  # steps and bits are independent
        assert is_probable(
            (pulses[:, 1:-lag] * pulses[:, 1 + lag :] > 0).ravel(), 1 / 8
        )
    assert is_probable((pulses[:, 1:, 0] * pulses[:, 1:, 2] > 0).ravel(), 1 / 8)


def test_pulses_of_the_continuous_flip_flop(drawn):
    """One pulse in 1500 ms, at 1 / 75 of the steps; half of them positive."""
    trials = drawn("flip_flop")
    pulses = trials.conditions["pulses"]
    assert is_probable(pulses.ravel() != 0, 1 / 75)
    assert is_probable(pulses[pulses != 0] > 0, 0.5)
    assert set(np.unique(trials.targets)) == {-1.0, 0.0, 1.0}
    onset = (pulses != 0).argmax(1)[0, 0]
    assert not trials.mask[0, : onset + 5, 0].any()


def test_score_is_the_fraction_of_correct_signs(drawn):
    task, trials = TASKS["flip_flop"], drawn("flip_flop")

    def score(outputs):
        return judged(task, outputs, trials).score

    assert not score(-trials.targets).any()
    assert not score(np.zeros_like(trials.targets)).any()
    scores = score(np.ones_like(trials.targets))
    assert abs(scores.mean() - 0.5) < STANDARD_ERRORS * scores.std() / np.sqrt(MANY)
    two_thirds = trials.targets * np.array([1.0, -1.0, 1.0])
    weights = trials.mask.sum(1)
    expected = 1 - weights[:, 1] / weights.sum(1)
    close(score(0.01 * two_thirds), expected)


def test_performance_is_1_minus_rmse(drawn):
    """0.1 x target has the correct signs but an error of 0.9."""
    task, trials = TASKS["flip_flop"], drawn("flip_flop")
    assert task.performance_name == "1 - RMSE"

    def performance(outputs):
        return judged(task, outputs, trials).performance

    assert performance(0.1 * trials.targets) == pytest.approx(0.1)
    assert performance(-trials.targets) == pytest.approx(-1.0)
    outputs = trials.targets + 0.1 * np.sin(np.arange(MANY))[:, None, None]
    error = (trials.mask * (outputs - trials.targets) ** 2).sum()
    rms = np.sqrt(error / trials.mask.sum())
    close(performance(outputs), 1 - rms)


def test_a_trial_without_a_pulse_is_a_catch_trial(getkey):
    task = FlipFlop(n_bits=1, interval=12000.0)
    trials = as_numpy(task.batch(getkey(), 200))
    is_unscored = ~trials.mask.any((1, 2))
    assert 0 < is_unscored.sum() < 200
    np.testing.assert_array_equal(trials.conditions["is_catch"], is_unscored)
    assert judged(task, trials.targets, trials).performance == 1.0


def test_flip_flop_with_pulses_at_every_step(getkey):
    task = FlipFlop(n_bits=2, interval=20.0, settle=0.0)
    trial = as_numpy(task.batch(getkey(), 2))
    assert np.all(np.asarray(trial.conditions["pulses"]) != 0)
    close(trial.inputs, trial.conditions["pulses"])
