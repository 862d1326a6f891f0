"""The integrator: trials, distribution of the input and of the integral."""

from helpers import close, STANDARD_ERRORS
import jax
import numpy as np
from oracles import dynamical
import pytest
from tasks.dynamical.trials import (
    draw,
    is_probable,
    MANY,
)

from ctrnn_jax.tasks import Integrator


@pytest.mark.parametrize("leak", [np.inf, 250.0])
def test_integrator_equals_a_plain_loop(leak):
    trials = draw(Integrator(tau_leak=leak), jax.random.key(1))
    for i in range(50):
        inputs = trials.inputs[i]
        expected = dynamical.integral(inputs, decay=np.exp(-20.0 / leak))
        close(trials.targets[i], expected)
    if leak == np.inf:
        close(trials.targets, np.cumsum(trials.inputs, axis=1))


def test_input_has_the_distribution_of_the_tutorial(drawn):
    """Bias U(-.01, .01) and noise of .025 / sqrt(1 / 25) = .125 a step."""
    trials = drawn("integrator")
    bias = trials.conditions["bias"]
    noise = trials.inputs[..., 0] - bias[:, None]
    n = noise.size
    assert abs(noise.std() / 0.125 - 1) < STANDARD_ERRORS / np.sqrt(2 * n)
    assert abs(noise.mean()) < STANDARD_ERRORS * 0.125 / np.sqrt(n)
    assert np.abs(bias).max() <= 0.01
    assert is_probable(bias < -0.005, 0.25)
    assert is_probable(bias < 0.005, 0.75)


def test_integral_has_the_same_distribution_at_any_dt(drawn):
    """Standard deviation .125 sqrt(500 / 20) = .625 at the end."""
    fine = draw(Integrator(bias=0.0, dt=5.0), jax.random.key(2))
    for trials in (fine, drawn("integrator")):
        end = trials.targets[:, -1, 0]
        assert abs(end.std() / 0.625 - 1) < STANDARD_ERRORS / np.sqrt(2 * MANY)
    inputs = fine.inputs[7]
    close(fine.targets[7], dynamical.integral(inputs, gain=5.0 / 20.0))
