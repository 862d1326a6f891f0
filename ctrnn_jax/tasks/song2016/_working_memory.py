"""Parametric working memory: which of two frequencies was higher?"""

from typing import ClassVar, final

from jax import Array
import jax.numpy as jnp
import jax.random as jr
import numpy as np

from ..._arguments import checks_arguments
from ..._checks import check, check_values, describe, invalid
from ..._types import ArrayLike, KeyArray
from ..contract import (
    array,
    check_bounds,
    check_duration,
    judges_outputs,
    number,
    PAIRS,
    static,
    Trial,
    tuned,
    uniform_steps,
    worst_mean,
)
from ._base import AbstractSong2016Choice


def _pairs(pairs: ArrayLike | tuple[tuple[float, float], ...]) -> Array:
    """Return pairs of frequencies as a float array, `(pairs, 2)`."""
    return number(jnp.asarray(pairs, float))


def _check_pairs(name: str, pairs: ArrayLike | tuple[tuple[float, float], ...]) -> None:
    """Validate (higher, lower) frequencies, `(pairs, 2)`."""
    remedy = "Give pairs of frequencies in Hz."
    try:
        values = _pairs(pairs)
    except (TypeError, ValueError) as error:
        raise invalid(name, "be numbers", describe(pairs), remedy) from error
    has_pairs = values.ndim == 2 and values.shape[1] == 2 and values.size > 0
    check(has_pairs, name, "have shape (pairs, 2)", describe(values), remedy)

    def is_finite_and_positive(difference: np.ndarray) -> np.ndarray:
        return (difference > 0) & (difference < np.inf)

    check_values(
        name,
        values[:, 0] - values[:, 1],
        is_finite_and_positive,
        "have the higher frequency first, so that higher - lower > 0",
        "Each pair is shown in both orders.",
    )


def _check_delay(
    name: str, delay: float | tuple[float, float], dt: float
) -> float | tuple[float, float]:
    """Validate one duration or the bounds of one; both in ms."""
    if isinstance(delay, (tuple, list)):
        return check_bounds(name, delay, dt)
    return check_duration(name, delay, dt)


@final
@checks_arguments
class ParametricWorkingMemory(AbstractSong2016Choice):
    """Is the frequency of the first of two vibrations, a delay apart, the higher one?

    Romo et al. (1999) as in Song, Yang & Wang (2016, `romo.py:49-62,141-150`). Two
    inputs show each frequency: one rises with it from .4 to 1.2 over the range of all
    pairs, the other falls. Output channel 0 is correct if f1 > f2, else 1. The output
    of the correct choice must go up in the decision epoch. The loss counts only the
    fixation and decision epochs. In catch trials nothing is shown, both outputs must
    stay low, and the loss counts every step of the trial; by default they are shorter
    than other trials.

    Inputs are `max(0, baseline + shown + noise)`. The noise has the standard deviation
    `sqrt(2 tau_in / dt) * sigma_in` per step. A trial is correct if the output of the
    correct choice is the larger one at the last step. The performance is the fraction
    correct for the worst combination of pair and order, without catch trials.

    Conditions, besides those of all tasks: `f1`, `f2` (Hz), `pair` (its index in
    `pairs`), `choice` (0 or 1), `evidence` (f1 - f2, Hz).

    **Arguments:**

    - `dt`: step in ms.
    - `fixation`, `decision`: duration of the epoch in ms, a multiple of dt.
    - `stimulus`: duration of each stimulus in ms, a multiple of dt.
    - `delay`: time between the stimuli in ms: a range [low, high) from which it is
        drawn (training), or one duration (3000 in their tests).
    - `catch`: duration of a catch trial in ms.
    - `pairs`: (higher, lower) frequencies in Hz, shape `(pairs, 2)`.
    - `catch_probability`: fraction of catch trials in training.
    - `baseline`: input without stimulus.
    - `sigma_in`: strength of the input noise.
    - `tau_in`: time constant of the input noise in ms.
    - `low`: target of the other output.
    - `high`: target of the chosen output.

    Raises `ValueError` for durations that are 0 or not a multiple of dt, and for values
    out of range.
    """

    input_names: ClassVar[tuple[str, ...]] = ("rising", "falling")
    evidence_name: ClassVar[str] = "f1 - f2 (Hz)"
    performance_name: ClassVar[str] = "fraction correct in the worst condition"

    stimulus: float = static(500.0, check_duration)
    delay: float | tuple[float, float] = static((2500.0, 3500.0), _check_delay)
    decision: float = static(300.0, check_duration)
    catch: float = static(2500.0, check_duration)
    pairs: Array = array(default=PAIRS, converter=_pairs, check=_check_pairs)

    @property
    def n_steps(self) -> int:
        """Number of steps with the longest delay, or of a catch trial if longer."""
        if isinstance(self.delay, tuple):
            longest_delay = self.delay[1] - self.dt  # the upper bound is excluded
        else:
            longest_delay = self.delay
        parts = self.fixation, 2 * self.stimulus, longest_delay, self.decision
        return max(self._steps(*parts), self._steps(self.catch))

    @property
    def n_conditions(self) -> int:
        """Number of kinds of trial: catch, and each pair in each order."""
        return 1 + 2 * self.pairs.shape[0]

    def render(self, condition: Array | None, key: KeyArray) -> Trial:
        """Return a trial. Conditions: catch (0), pairs with f1 > f2, with f1 < f2.

        In training: catch with its probability, else pair and order uniform.
        """
        factor_key, delay_key, noise_key = jr.split(key, 3)
        is_catch, (pair, choice) = self._draw(
            condition, factor_key, self.pairs.shape[0], 2
        )
        higher, lower = self.pairs[pair, 0], self.pairs[pair, 1]
        f1 = jnp.where(choice == 0, higher, lower)
        f2 = jnp.where(choice == 0, lower, higher)
        if isinstance(self.delay, tuple):
            delay = uniform_steps(delay_key, self.delay, self.dt)
        else:
            delay = self._steps(self.delay)
        shown = self._steps(self.stimulus)
        order = "fixation", "f1", "delay", "f2", "decision"
        epochs = self._parts(*order, f1=shown, delay=delay, f2=shown)
        return self._trial(
            [
                (epochs["f1"], jnp.stack(tuned(f1, self.pairs))),
                (epochs["f2"], jnp.stack(tuned(f2, self.pairs))),
            ],
            epochs,
            choice=choice,
            is_catch=is_catch,
            key=noise_key,
            f1=f1,
            f2=f2,
            pair=pair,
            evidence=f1 - f2,
        )

    @judges_outputs
    def performance(self, outputs: Array, trials: Trial) -> Array:
        """Return the fraction correct of the worst condition, a pair in one order.

        Catch trials and conditions without trials are left out; NaN if all are.
        """
        conditions = trials.conditions
        group = conditions["pair"] + self.pairs.shape[0] * conditions["choice"]
        score = self.score(outputs, trials)
        groups = self.n_conditions - 1
        return worst_mean(score, group, groups, ~conditions["is_catch"])
