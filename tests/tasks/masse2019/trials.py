"""The matching tasks by name, and trials that several tests use."""

import functools

import jax
import numpy as np
from tasks.judged import as_numpy

from ctrnn_jax.tasks import (
    CuedDelayedMatch,
    DelayedMatch,
    DualMatch,
    LocationMatch,
    SequenceMatchABBA,
    SequenceMatchABCA,
)


ROTATIONS = {"dms": 0, "dmrs45": 1, "dmrs90": 2, "dmrs90ccw": 6, "dmrs180": 4}
MIXED = {
    "dms_dmrs": (("dms", "dmrs90"), 6, (1500, 1750)),
    "dms_dmc": (("dms", "dmc"), 12, (0, 2500)),
    "dms_dmrs_dmc": (("dms", "dmrs90", "dmc"), 18, (0, 2500)),
}
RULES = (*ROTATIONS, "dmc", *MIXED)

DEGREES = {"dmrs45": 45, "dmrs90": 90, "dmrs90ccw": -90, "dmrs180": 180}

TRAINED = ("dmrs90", "variable", "dms_dmrs_dmc", "abba", "dual_dms")
"""At least one of each way to draw conditions; the draws of the other tasks are those
of `test_distributions`, and their trials follow from conditions as in validation."""

DRAWN = (*RULES, "location_dms", "abba", "abca", "dual_dms")


def make(name, **options):
    """Return the task of this name; "variable" is "dms" with a variable delay."""
    if name in MIXED:
        return CuedDelayedMatch(rule=name, **options)
    if name in RULES:
        return DelayedMatch(rule=name, **options)
    if name == "variable":
        return DelayedMatch(variable_delay=300.0, **options)
    classes = {"abba": SequenceMatchABBA, "abca": SequenceMatchABCA}
    classes |= {"dual_dms": DualMatch, "location_dms": LocationMatch}
    return classes[name](**options)


@functools.cache
def noise_free_trials(name):
    """Return a trial of each condition without noise, as NumPy arrays.

    For names in TRAINED, 60 training trials follow.
    """
    task, key = make(name, sigma_in=0.0), jax.random.key(3)
    trials = task.validation(key, task.n_conditions)
    if name not in TRAINED:
        return as_numpy(trials)
    trained = task.batch(key, 60)
    return jax.tree.map(lambda *x: np.concatenate(x), trials, trained)
