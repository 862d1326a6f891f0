"""Ready-set-go: trials, conditions, produced intervals and score."""

from helpers import close
import jax
import jax.numpy as jnp
import numpy as np
from oracles import dynamical
from tasks.dynamical.trials import (
    assert_same,
    balanced,
    conditions,
    is_probable,
    MANY,
    TASKS,
)


def test_ready_set_go_equals_a_plain_loop(drawn):
    for trials, n in (
        (drawn("ready_set_go"), 100),
        (balanced(TASKS["ready_set_go"], jax.random.key(0)), 28),
    ):
        for i in range(n):
            of = conditions(trials, i)
            wait = 20.0 * int(trials.epochs["sample"][i, 0])
            expected = dynamical.ready_set_go(
                wait, float(of["interval"]), float(of["gain"]), steps=169
            )
            assert_same(expected, trials, i)
            assert of["production"] == of["gain"] * of["interval"]


def test_ready_set_go_conditions(drawn):
    trials = balanced(TASKS["ready_set_go"], jax.random.key(0))
    intervals = np.arange(520.0, 1001.0, 80.0)
    close(trials.conditions["interval"][:14], np.tile(intervals, 2))
    close(trials.conditions["gain"][:14], np.repeat([1.0, 1.5], 7))
    of = drawn("ready_set_go")
    assert is_probable(np.asarray(of.conditions["gain"]) == 1.5, 0.5)
    for interval in intervals:
        is_drawn = np.asarray(of.conditions["interval"]) == interval
        assert is_probable(is_drawn, 1 / 7)
    wait = np.asarray(of.epochs["fixation"])[:, 1]
    assert (wait.min(), wait.max()) == (10, 29)
    assert is_probable(wait < 15, 0.25)
    # The target reaches the threshold at go.
    go = np.asarray(of.epochs["production"])[:, 1]
    close(of.targets[np.arange(MANY), go, 0], np.ones(MANY))
    assert np.all(np.asarray(of.targets[np.arange(MANY), go - 1, 0]) < 1)
    longest = int(of.conditions["t_end"].max())
    assert longest <= 169


def test_produced_intervals_and_their_score(drawn):
    task, trials = TASKS["ready_set_go"], drawn("ready_set_go")
    correct = np.asarray(trials.conditions["production"])
    close(task.produced(trials.targets, trials), correct)
    # A ramp with more than 1.25 times the slope reaches the threshold before 80 % of
    # the interval.
    for factor, score in ((1.28, 0.0), (1.21, 1.0), (0.91, 1.0)):
        scaled = factor * trials.targets
        produced = np.asarray(task.produced(scaled, trials))
        rounded = np.ceil(correct / factor / 20.0 - 1e-9) * 20.0
        close(produced, rounded)
        expected = (np.abs(rounded - correct) <= 0.2 * correct).astype(float)
        np.testing.assert_array_equal(task.score(scaled, trials), expected)
        is_longest = correct == 1500.0
        assert np.all(expected[is_longest] == score)
    low = 0.5 * trials.targets
    assert np.isnan(np.asarray(task.produced(low, trials))).all()
    assert float(task.performance(low, trials)) == 0.0
    assert float(task.performance(jnp.zeros_like(low), trials)) == 0.0
    # Outputs above the threshold before set or after the end have no effect.
    outside = np.asarray(trials.mask[..., 0] == 0) | (
        np.arange(169)[None] < np.asarray(trials.epochs["production"])[:, :1]
    )
    early = jnp.where(outside[..., None], 5.0, trials.targets)
    assert float(task.performance(early, trials)) == 1.0
