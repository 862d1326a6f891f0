"""Trials that the tests of a module share."""

import jax
import pytest
from tasks.dynamical.trials import draw, TASKS


@pytest.fixture(scope="module")
def drawn():
    """Return a function from a name to training trials, drawn at its first call."""
    trials = {}

    def trials_of(name):
        if name not in trials:
            trials[name] = draw(TASKS[name], jax.random.key(3))
        return trials[name]

    return trials_of
