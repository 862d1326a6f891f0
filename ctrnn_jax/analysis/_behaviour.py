"""Behaviour: what a network chose, against what it was shown."""

import equinox as eqx
import numpy as np

from .._checks import refusal
from .._types import Numbers


class PsychometricCurve(eqx.Module):
    """How often one choice was made at each strength of the evidence for it.

    **Attributes** (NumPy arrays, `(levels,)`):

    - `evidence`: the distinct signed strengths, ascending.
    - `proportion`: fraction of trials with that choice.
    - `trials`: how many trials there were.
    - `standard_error`: of the proportion, `sqrt(p (1 - p) / trials)`.
    """

    evidence: np.ndarray
    proportion: np.ndarray
    trials: np.ndarray
    standard_error: np.ndarray


def psychometric_curve(evidence: Numbers, chosen: Numbers) -> PsychometricCurve:
    """The proportion of trials with a choice, by the evidence for it.

    **Arguments:**

    - `evidence`: signed strength of each trial, `(trials,)`; positive is for it.
    - `chosen`: whether it was chosen, `(trials,)`, boolean.

    Raises `ValueError` if the two differ in shape or hold no trial.
    """
    evidence, chosen = np.asarray(evidence), np.asarray(chosen)
    if evidence.shape != chosen.shape or evidence.ndim != 1 or not len(evidence):
        raise refusal(
            "chosen",
            "be one boolean for each trial of `evidence`",
            f"shapes {chosen.shape} and {evidence.shape}",
            "Leave out catch trials from both.",
        )
    levels, which = np.unique(evidence, return_inverse=True)
    trials = np.bincount(which, minlength=len(levels))
    proportion = np.bincount(which, weights=chosen, minlength=len(levels)) / trials
    error = np.sqrt(proportion * (1 - proportion) / trials)
    return PsychometricCurve(levels, proportion, trials, error)
