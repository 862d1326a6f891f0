"""The dynamical tasks by name, draws of their trials, and checks of several tests."""

from helpers import close, STANDARD_ERRORS
import numpy as np
from tasks.judged import as_numpy

from ctrnn_jax.tasks import (
    ChaoticTarget,
    DelayedAddition,
    FlipFlop,
    FlipFlopDiscrete,
    HeadingIntegration,
    Integrator,
    ReadySetGo,
    SineGenerator,
)


MANY = 3000
TASKS = {
    "flip_flop": FlipFlop(),
    "discrete": FlipFlopDiscrete(),
    "sine": SineGenerator(),
    "integrator": Integrator(),
    "addition": DelayedAddition(),
    "ready_set_go": ReadySetGo(),
    "heading": HeadingIntegration(),
    "chaos": ChaoticTarget(),
}


def draw(task, key):
    """Return many training trials."""
    return as_numpy(task.batch(key, MANY))


def balanced(task, key):
    """Return each condition twice."""
    return as_numpy(task.validation(key, 2 * task.n_conditions))


def conditions(trials, i):
    """Return the conditions of trial i."""
    return {name: x[i] for name, x in trials.conditions.items()}


def assert_same(expected, trials, i):
    """Assert that inputs, targets and mask of trial i equal those of a plain loop."""
    inputs, targets, mask = expected
    close(trials.inputs[i], inputs)
    close(trials.targets[i], targets)
    close(trials.mask[i], mask)


def is_probable(events, p):
    """Return whether the frequency of events agrees with probability p."""
    error = np.sqrt(p * (1 - p) / len(events))
    return abs(np.mean(events) - p) < STANDARD_ERRORS * error
