"""Choice probability: how well the activity of a unit predicts the choice."""

from typing import final

import equinox as eqx
import numpy as np

from ..._arguments import checks_arguments
from ..._checks import check, check_axes, check_count, check_finite, check_shape
from ..._show import AbstractShown, quantities, Table
from ..._types import Numbers
from ._psychometric import as_booleans


@final
class ChoiceProbability(AbstractShown, eqx.Module):
    """How well the activity of each unit predicts the choice.

    **Attributes:**

    - `value`: the probability that the unit is more active in a trial with the choice
      than in a trial without it, `(units,)`; 0.5 if its activity is not informative.
    - `trials`: the number of trials with and without the choice, `(2,)`.
    """

    value: np.ndarray
    trials: np.ndarray

    def _table(self) -> Table:
        return quantities(self)


@checks_arguments
def choice_probability(
    rates: Numbers,
    chosen: Numbers,
    conditions: Numbers | None = None,
    *,
    at_least: int = 5,
) -> ChoiceProbability:
    """Compute the choice probability of each unit: the area under its ROC curve.

    Britten et al. 1996, Visual Neurosci. 13, 87. If conditions are given, such as the
    evidence of each trial, rates are standardised within each condition and then pooled
    (the grand choice probability). The mean and variance for this are those of a
    balanced mixture of both choices (Kang & Maunsell 2012, J. Neurophysiol. 108, 3403):
    plain z-scores underestimate the choice probability if one choice is rare.

    **Arguments:**

    - `rates`: activity in each trial, such as the mean over an epoch, `(trials,
        units)`.
    - `chosen`: whether the choice was made, `(trials,)`, boolean.
    - `conditions`: the stimulus of each trial as a number, `(trials,)`; by default all
        trials have the same one.
    - `at_least`: conditions with fewer trials of either choice are left out.

    **Raises:** `ValueError` for shapes that do not fit, rates and conditions that are
    not finite, choices that are not booleans (or 0 and 1), and if no condition has
    enough trials.
    """
    check_axes("rates", rates, "trials units", "Average over an epoch first.")
    check_finite("rates", rates)
    rates, chosen = np.asarray(rates, float), as_booleans(chosen)
    trials = rates.shape[:1]
    check_shape("chosen", chosen, trials, "Give one for each trial of `rates`.")
    stimuli = np.zeros(trials) if conditions is None else np.asarray(conditions)
    check_shape("conditions", stimuli, trials, "Give one for each trial of `rates`.")
    check_finite("conditions", stimuli)
    check_count("at_least", at_least, at_least=1)

    # pool the rates of all conditions, standardised within each
    with_choice, without_choice = [], []
    for stimulus in np.unique(stimuli):
        has_stimulus = stimuli == stimulus
        with_it, without = rates[has_stimulus & chosen], rates[has_stimulus & ~chosen]
        if min(len(with_it), len(without)) < at_least:
            continue
        if conditions is not None:
            with_it, without = _standardised(with_it, without)
        with_choice.append(with_it)
        without_choice.append(without)
    rule = f"differ within a condition, {at_least} trials of each choice"
    got = f"{int(chosen.sum())} of {len(chosen)} trials with the choice"
    remedy = "Take weaker evidence, more trials, or a smaller at_least."
    check(with_choice, "chosen", rule, got, remedy)
    pooled_with, pooled_without = map(np.concatenate, (with_choice, without_choice))
    pairs = zip(pooled_with.T, pooled_without.T, strict=True)
    areas = [_roc_area(a, b) for a, b in pairs]
    counts = np.asarray([len(pooled_with), len(pooled_without)])
    return ChoiceProbability(np.asarray(areas), counts)


def _standardised(
    with_it: np.ndarray, without: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the z-scores of both sets of rates, `(trials, units)` each.

    The mean and variance are those of an equal mixture of both sets.
    """
    # subtract one trial first: the variance of a unit that never varies is then 0
    # exactly, without rounding errors
    with_it, without = with_it - with_it[:1], without - with_it[:1]
    difference = with_it.mean(0) - without.mean(0)
    variance = (with_it.var(0) + without.var(0)) / 2 + difference**2 / 4
    mean = (with_it.mean(0) + without.mean(0)) / 2
    deviation = np.sqrt(np.where(variance > 0, variance, 1.0))
    return (with_it - mean) / deviation, (without - mean) / deviation


def _roc_area(above: np.ndarray, below: np.ndarray) -> float:
    """Compute P(above > below) + P(above = below) / 2."""
    below = np.sort(below)
    count_less = np.searchsorted(below, above, "left")
    count_not_more = np.searchsorted(below, above, "right")
    return float(np.mean(count_less + count_not_more) / (2 * len(below)))
