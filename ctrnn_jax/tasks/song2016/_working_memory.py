"""Parametric working memory: which of two frequencies was higher?"""

import math
from typing import ClassVar, final

import equinox as eqx
from jax import Array
import jax.numpy as jnp
import jax.random as jr

from ..._checks import check_values, describe, invalid
from ..._types import ArrayLike, KeyArray
from ..contract import (
    check_dt,
    check_duration,
    check_range,
    count,
    during,
    first_fastest,
    in_a_row,
    number,
    PAIRS,
    Trial,
    tuned,
    uniform_steps,
    worst_mean,
)
from ._base import AbstractSong2016Choice, checked_choice, checked_noise


@final
class ParametricWorkingMemory(AbstractSong2016Choice):
    """Was the first of two vibrations, a delay apart, of the higher frequency?

    Romo et al. (1999) as in Song, Yang & Wang (2016, `romo.py:49-62,141-150`). Each
    frequency is shown by two inputs, one that rises with it from .4 to 1.2 over the
    range of all pairs and one that falls. Choice 1 is right if f1 > f2; its output must
    go up in the decision epoch. The cost counts fixation and decision only. On catch
    trials nothing is shown and both outputs stay low to their end, which is before that
    of other trials.

    Inputs are `max(0, baseline + shown + noise)`, the noise of standard deviation
    `sqrt(2 tau_in / dt) * sigma_in` per step. A trial is correct if the output of the
    choice is the larger one at its last step. The performance is that of the
    worst condition, a condition being a pair in one order.

    Conditions, beside those of all tasks: `f1`, `f2` (Hz), `pair` (its place in
    `pairs`), `choice` (0 or 1), `evidence` (f1 - f2, Hz).
    """

    input_names: ClassVar[tuple[str, ...]] = ("rising", "falling")
    evidence_name: ClassVar[str] = "f1 - f2 (Hz)"
    performance_name: ClassVar[str] = "fraction correct in the worst condition"

    pairs: Array
    catch_probability: Array
    baseline: Array
    sigma_in: Array
    tau_in: Array
    low: Array
    high: Array
    dt: float = eqx.field(static=True)
    fixation: float = eqx.field(static=True)
    stimulus: float = eqx.field(static=True)
    delay: float | tuple[float, float] = eqx.field(static=True)
    decision: float = eqx.field(static=True)
    catch: float = eqx.field(static=True)

    def __init__(
        self,
        *,
        dt: float = 20.0,
        fixation: float = 100.0,
        stimulus: float = 500.0,
        delay: float | tuple[float, float] = (2500.0, 3500.0),
        decision: float = 300.0,
        catch: float = 2500.0,
        pairs: ArrayLike | tuple[tuple[float, float], ...] = PAIRS,
        catch_probability: ArrayLike = 1 / 11,
        baseline: ArrayLike = 0.2,
        sigma_in: ArrayLike = 0.01,
        tau_in: ArrayLike = 100.0,
        low: ArrayLike = 0.2,
        high: ArrayLike = 1.0,
    ) -> None:
        """**Arguments:**

        - `dt`: step in ms.
        - `fixation`, `stimulus`, `decision`: durations in ms, multiples of dt; both
            stimuli last equally long.
        - `delay`: between the stimuli in ms: a range [low, high) that it is drawn from
            (training), or one duration (3000 in their tests).
        - `catch`: duration of a catch trial in ms.
        - `pairs`: (higher, lower) frequencies in Hz, shape `(pairs, 2)`.
        - `catch_probability`: fraction of catch trials in training.
        - `baseline`: input without stimulus.
        - `sigma_in`, `tau_in`: strength and time constant (ms) of the input noise.
        - `low`, `high`: targets of the other and of the chosen output.

        Raises `ValueError` for durations that are no multiple of dt or vanish, and
        values out of range.
        """
        self.dt = check_dt(dt)
        self.fixation = check_duration("fixation", fixation, self.dt)
        self.stimulus = check_duration("stimulus", stimulus, self.dt)
        if isinstance(delay, (tuple, list)):
            self.delay = check_range("delay", delay, self.dt)
        else:
            self.delay = check_duration("delay", delay, self.dt)
        self.decision = check_duration("decision", decision, self.dt)
        self.catch = check_duration("catch", catch, self.dt)
        try:
            self.pairs = number(jnp.asarray(pairs, float))
        except (TypeError, ValueError) as error:
            raise invalid("pairs", "be numbers", describe(pairs), "In Hz.") from error
        if self.pairs.ndim != 2 or self.pairs.shape[1] != 2 or not self.pairs.size:
            raise invalid(
                "pairs", "have shape (pairs, 2)", describe(self.pairs), "In Hz."
            )
        check_values(
            "pairs",
            self.pairs[:, 0] - self.pairs[:, 1],
            lambda difference: (difference > 0) & (difference < math.inf),
            "have the higher frequency first, so that higher - lower > 0",
            "Both orders are shown anyway.",
        )
        numbers = checked_choice(catch_probability, low, high)
        self.catch_probability, self.low, self.high = numbers
        noise = checked_noise(baseline, sigma_in, tau_in)
        self.baseline, self.sigma_in, self.tau_in = noise

    @property
    def n_steps(self) -> int:
        """Number of steps of a trial with the longest delay, or of a longer catch."""
        delay = self.delay
        if isinstance(delay, tuple):
            delay = delay[1] - self.dt
        longest = self.fixation + 2 * self.stimulus + delay + self.decision
        return count(max(longest, self.catch), self.dt)

    @property
    def n_conditions(self) -> int:
        """A catch trial, and each pair in either order."""
        return 1 + 2 * self.pairs.shape[0]

    def render(self, condition: Array | None, key: KeyArray) -> Trial:
        """Condition 0 is catch; then the pairs with f1 > f2, then with f1 < f2.

        In training: catch with its probability, else pair and order uniform.
        """
        draw_key, delay_key, noise_key = jr.split(key, 3)
        is_catch, which = self._drawn(condition, draw_key)
        pair, choice = first_fastest(which, self.pairs.shape[0], 2)
        higher, lower = self.pairs[pair, 0], self.pairs[pair, 1]
        f1 = jnp.where(choice == 0, higher, lower)
        f2 = jnp.where(choice == 0, lower, higher)
        if isinstance(self.delay, tuple):
            delay = uniform_steps(delay_key, self.delay, self.dt)
        else:
            delay = count(self.delay, self.dt)
        epochs = in_a_row(
            {
                "fixation": count(self.fixation, self.dt),
                "f1": count(self.stimulus, self.dt),
                "delay": delay,
                "f2": count(self.stimulus, self.dt),
                "decision": count(self.decision, self.dt),
            }
        )
        show = lambda f: jnp.stack(tuned(f, self.pairs))[None, :]
        first = during(epochs["f1"], self.n_steps)[:, None]
        second = during(epochs["f2"], self.n_steps)[:, None]
        return self._trial(
            jnp.where(first, show(f1), jnp.where(second, show(f2), 0.0)),
            epochs,
            choice,
            is_catch,
            noise_key,
            {"f1": f1, "f2": f2, "pair": pair, "evidence": f1 - f2},
        )

    def performance(self, outputs: Array, trials: Trial) -> Array:
        """The fraction correct of the worst condition, a pair in one order.

        Catch trials, and conditions that no trial has, are left out; NaN if all are.
        """
        of, kinds = trials.conditions, self.n_conditions - 1
        group = of["pair"] + self.pairs.shape[0] * of["choice"]
        score = self.score(outputs, trials)
        return worst_mean(score, group, kinds, ~of["is_catch"])
