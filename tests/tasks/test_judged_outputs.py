"""Outputs that cannot be judged: of another shape, or NaN."""

import re

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import ctrnn_jax as cj


NAMES = (
    "perceptual_decision", "match_to_category", "delaygo", "dms", "flip_flop",
    "delayed_addition", "ready_set_go", "sine_generator",
)  # fmt: skip
"""One task for each way to score."""


@pytest.fixture(params=NAMES)
def trials_and_task(request):
    task = cj.tasks.make(request.param)
    trials = task.batch(jax.random.key(0), 6)
    return trials, task, (*trials.inputs.shape[:-1], task.n_out)


def test_nan_is_never_correct(trials_and_task):
    trials, task, shape = trials_and_task
    outputs = jnp.full(shape, np.nan)
    score = np.asarray(task.score(outputs, trials))
    assert np.all((score == 0) | np.isnan(score))
    assert not float(task.performance(outputs, trials)) > 0


def test_outputs_of_another_shape_are_errors(trials_and_task):
    trials, task, (size, steps, n_out) = trials_and_task
    for shape in ((size, steps + 1, n_out), (size, steps, n_out + 1), (steps, n_out)):
        message = (
            f"`outputs` must have shape {(size, steps, n_out)}; got shape {shape}. "
            "Pass those of a rollout on `trials.inputs`."
        )
        for judge in (task.score, task.performance):
            with pytest.raises(ValueError, match=re.escape(message)):
                judge(jnp.zeros(shape), trials)
