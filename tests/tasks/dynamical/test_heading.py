"""Heading integration: trials, initial headings, velocity and units."""

from helpers import close, STANDARD_ERRORS
import jax
import numpy as np
from oracles import dynamical
import pytest
from tasks.dynamical.trials import (
    assert_same,
    balanced,
    draw,
    is_probable,
    MANY,
    TASKS,
)

from ctrnn_jax.tasks import HeadingIntegration


def test_heading_equals_a_plain_loop(drawn):
    for trials, n in (
        (drawn("heading"), 60),
        (balanced(TASKS["heading"], jax.random.key(0)), 16),
    ):
        for i in range(n):
            initial = float(trials.conditions["heading"][i])
            velocity = trials.inputs[i, :, 0]
            assert_same(dynamical.heading(initial, velocity), trials, i)


def test_initial_headings(drawn):
    trials = balanced(TASKS["heading"], jax.random.key(0))
    close(trials.conditions["heading"], np.tile(np.arange(8) * np.pi / 4, 2))
    initial = drawn("heading").conditions["heading"]
    assert initial.min() >= 0
    assert initial.max() < 2 * np.pi
    for turn in (0.25, 0.5, 0.75):
        assert is_probable(initial < turn * 2 * np.pi, turn)


@pytest.mark.parametrize("dt", [20.0, 100.0])
def test_velocity_is_an_ornstein_uhlenbeck_process(dt):
    """Variance sigma^2 from the first step on, correlation exp(-lag / tau)."""
    task = HeadingIntegration(dt=dt, sigma=3.0, integration=1000.0)
    cue = round(200 / dt)
    velocity = np.asarray(draw(task, jax.random.key(4)).inputs)[:, cue:, 0] / 3.0
    for step in (0, 1, 5):
        x = velocity[:, step]
        assert abs(x.std() - 1) < STANDARD_ERRORS / np.sqrt(2 * MANY)
        for lag in (1, 2):
            rho = np.exp(-lag * dt / 200.0)
            error = np.sqrt((1 + rho**2) / MANY)
            correlation = np.mean(x * velocity[:, step + lag])
            assert abs(correlation - rho) < STANDARD_ERRORS * error


def test_units_of_heading():
    units = TASKS["heading"].units
    assert units["angular velocity"] == "rad/s"
    assert set(units) == {
        *TASKS["heading"].input_names,
        *TASKS["heading"].output_names,
    }
    assert list(units.values()).count("1") == 4
