"""Behaviour: what a network chose, against what it was shown."""

import equinox as eqx
import numpy as np

from ..._checks import check_count, check_finite, describe, invalid
from ..._types import Numbers


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

    Raises `ValueError` if the two differ in shape or hold no trial, for evidence that
    is not finite, and for choices that are not booleans (or 0 and 1).
    """
    evidence, chosen = np.asarray(evidence), as_booleans(chosen)
    if evidence.shape != chosen.shape or evidence.ndim != 1 or not len(evidence):
        raise invalid(
            "chosen",
            "be one boolean for each trial of `evidence`",
            f"shapes {chosen.shape} and {evidence.shape}",
            "Leave out catch trials from both.",
        )
    check_finite("evidence", evidence)
    levels, which = np.unique(evidence, return_inverse=True)
    trials = np.bincount(which, minlength=len(levels))
    proportion = np.bincount(which, weights=chosen, minlength=len(levels)) / trials
    error = np.sqrt(proportion * (1 - proportion) / trials)
    return PsychometricCurve(levels, proportion, trials, error)


def as_booleans(chosen: Numbers) -> np.ndarray:
    """Whether a choice was made: booleans, or numbers that are 0 and 1."""
    given = np.asarray(chosen)
    if given.dtype.kind not in "biuf" or not np.all((given == 0) | (given == 1)):
        remedy = "Compare with one choice: answers == 0, say."
        raise invalid("chosen", "be boolean", describe(given), remedy)
    return given.astype(bool)


class ChoiceProbability(eqx.Module):
    """How well the activity of each unit foretells the choice.

    **Attributes:** `value (units,)`: the chance that the unit is more active in a trial
    with the choice than in one without, 0.5 if it tells nothing; `trials (2,)`: how
    many trials with and without the choice there were.
    """

    value: np.ndarray
    trials: np.ndarray


def choice_probability(
    rates: Numbers,
    chosen: Numbers,
    conditions: Numbers | None = None,
    *,
    at_least: int = 5,
) -> ChoiceProbability:
    """Choice probability of each unit: the area under the ROC curve.

    Britten et al. 1996, Visual Neurosci. 13, 87. With conditions, such as the evidence
    of each trial, rates are standardised within each and then put together (the grand
    choice probability), by the mean and variance of a balanced mixture of both choices
    (Kang & Maunsell 2012, J. Neurophysiol. 108, 3403: plain z-scores
    underrate it where one choice is rare).

    **Arguments:**

    - `rates`: activity in each trial, such as the mean over an epoch, `(trials,
        units)`.
    - `chosen`: whether the choice was made, `(trials,)`, boolean.
    - `conditions`: what was shown, `(trials,)`, as numbers; by default all trials are
        alike.
    - `at_least`: conditions with fewer trials of either choice are left out.

    **Raises:** `ValueError` for shapes that do not fit, rates and conditions that are
    not finite, choices that are not booleans (or 0 and 1), and if no condition is left.
    """
    rates, chosen = np.asarray(rates, float), as_booleans(chosen)
    shown = np.zeros(len(chosen)) if conditions is None else np.asarray(conditions)
    if rates.ndim != 2 or chosen.shape != (len(rates),) or shown.shape != chosen.shape:
        raise invalid(
            "rates",
            "be (trials, units), the others (trials,)",
            f"shapes {rates.shape}, {chosen.shape} and {shown.shape}",
            "Average over an epoch first.",
        )
    check_finite("rates", rates)
    check_finite("conditions", shown)
    check_count("at_least", at_least, at_least=1)
    made, left = [], []
    for condition in np.unique(shown):
        here = shown == condition
        with_it, without = rates[here & chosen], rates[here & ~chosen]
        if min(len(with_it), len(without)) < at_least:
            continue
        if conditions is not None:
            # about a trial: a unit that never varies has no deviation, not rounding's
            with_it, without = with_it - with_it[:1], without - with_it[:1]
            apart = with_it.mean(0) - without.mean(0)
            variance = (with_it.var(0) + without.var(0)) / 2 + apart**2 / 4
            centre = (with_it.mean(0) + without.mean(0)) / 2
            unit = np.sqrt(np.where(variance > 0, variance, 1.0))
            with_it, without = (with_it - centre) / unit, (without - centre) / unit
        made.append(with_it)
        left.append(without)
    if not made:
        raise invalid(
            "chosen",
            f"differ within a condition, {at_least} trials of each choice",
            f"{int(chosen.sum())} of {len(chosen)} trials with the choice",
            "Take weaker evidence, more trials, or a smaller at_least.",
        )
    made, left = np.concatenate(made), np.concatenate(left)
    value = [_area(a, b) for a, b in zip(made.T, left.T, strict=True)]
    return ChoiceProbability(np.asarray(value), np.asarray([len(made), len(left)]))


def _area(above: np.ndarray, below: np.ndarray) -> float:
    """P(above > below) + P(above = below) / 2."""
    below = np.sort(below)
    less = np.searchsorted(below, above, "left")
    not_more = np.searchsorted(below, above, "right")
    return float(np.mean(less + not_more) / (2 * len(below)))
