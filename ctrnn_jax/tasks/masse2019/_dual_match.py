"""Match to one of two samples, as a cue says after them."""

from typing import final

import equinox as eqx
from jax import Array
import jax.numpy as jnp
import jax.random as jr

from ..._checks import invalid
from ..._types import ArrayLike, KeyArray
from ..contract import (
    check_dt,
    check_duration,
    check_spare,
    count,
    draw_factors,
    Trial,
)
from ._base import (
    AbstractMasse2019,
    check_grace,
    checked_numbers,
    direction_names,
    DIRECTIONS,
    UNITS,
)


RULE_UNITS = 6


@final
class DualMatch(AbstractMasse2019):
    """Does the test match the sample of the cued field? (Masse et al. 2019, dualDMS.)

    Two directions of eight are shown at once, in two receptive fields. Twice follow a
    delay and a test; from the middle of the delay to the end of the test rule units say
    in which field the test is to be compared with the sample. It matches with
    probability 1/2 and is uniform over the seven other directions if not; in the other
    field any direction is shown (`stimulus.py`). The two samples, cues and matches are
    independent.

    Inputs are 24 directions in either field and 6 rule units, of which unit n is
    `height` if n modulo 2 is the cued field. Conditions, one for each test but for
    `sample`: `sample` (of each field), `rule` (the cued field), `match` (0, 1) and
    `test` (test, field).
    """

    sigma_in: Array
    tau_in: Array
    height: Array
    kappa: Array
    test_cost_multiplier: Array
    dt: float = eqx.field(static=True)
    dead: float = eqx.field(static=True)
    fixation: float = eqx.field(static=True)
    sample_time: float = eqx.field(static=True)
    delay: float = eqx.field(static=True)
    test_time: float = eqx.field(static=True)
    grace: float = eqx.field(static=True)
    cue_onset: float | None = eqx.field(static=True)

    def __init__(
        self,
        *,
        dt: float = 10.0,
        dead: float = 0.0,
        fixation: float = 500.0,
        sample_time: float = 500.0,
        delay: float = 1000.0,
        test_time: float = 500.0,
        grace: float = 50.0,
        cue_onset: float | None = None,
        sigma_in: ArrayLike = 0.1,
        tau_in: ArrayLike = 100.0,
        height: ArrayLike = 4.0,
        kappa: ArrayLike = 2.0,
        test_cost_multiplier: ArrayLike = 1.0,
    ) -> None:
        """**Arguments:**

        - `dt`: step in ms.
        - `dead`, `fixation`, `sample_time`, `delay`, `test_time`: durations in ms,
            multiples of dt. The dead time, unscored, may be 0.
        - `grace`: the first ms of a test, unscored; may be 0.
        - `cue_onset`: from the start of a delay to its cue, in ms; may be 0. By default
            half of the delay, floored to dt.
        - `sigma_in`, `tau_in`: strength and time constant (ms) of the input noise.
        - `height`, `kappa`: of the tuning.
        - `test_cost_multiplier`: weight of test steps in the cost.

        Raises `ValueError` for durations that are no multiple of dt or vanish, and
        values out of range.
        """
        self.dt = check_dt(dt)
        self.dead = check_spare("dead", dead, self.dt)
        self.fixation = check_duration("fixation", fixation, self.dt)
        self.sample_time = check_duration("sample_time", sample_time, self.dt)
        self.delay = check_duration("delay", delay, self.dt)
        self.test_time = check_duration("test_time", test_time, self.dt)
        self.grace = check_grace(grace, self.test_time, self.dt)
        self.cue_onset = None
        if cue_onset is not None:
            self.cue_onset = check_spare("cue_onset", cue_onset, self.dt)
            if self.cue_onset > self.delay:
                raise invalid(
                    "cue_onset",
                    f"be no longer than the delay, {self.delay:g} ms",
                    f"{self.cue_onset:g} ms",
                    "It counts from the start of the delay.",
                )
        numbers = checked_numbers(sigma_in, tau_in, height, kappa, test_cost_multiplier)
        self.sigma_in, self.tau_in, self.height, self.kappa = numbers[:4]
        self.test_cost_multiplier = numbers[4]

    @property
    def input_names(self) -> tuple[str, ...]:
        """24 directions in either field, and the rule units."""
        cues = tuple(f"field {n % 2} cue {n // 2}" for n in range(RULE_UNITS))
        return (*direction_names("field 0"), *direction_names("field 1"), *cues)

    @property
    def n_steps(self) -> int:
        """Number of steps of every trial."""
        both = 2 * (self.delay + self.test_time)
        return count(self.dead + self.fixation + self.sample_time + both, self.dt)

    @property
    def n_conditions(self) -> int:
        """Samples of field 0 x cued field and match of either test."""
        return DIRECTIONS * 2**4

    def render(self, condition: Array | None, key: KeyArray) -> Trial:
        """Condition `sample + 8 (rule 1 + 2 rule 2 + 4 match 1 + 8 match 2)`.

        The sample is that of field 0; in training all are uniform and independent.
        """
        condition_key, sample_key, test_key, noise_key = jr.split(key, 4)
        levels = DIRECTIONS, 2, 2, 2, 2
        first, *bits = draw_factors(condition, condition_key, *levels)
        rule, match = jnp.stack(bits[:2]), jnp.stack(bits[2:])
        sample = jnp.stack([first, jr.randint(sample_key, (), 0, DIRECTIONS)])
        test = self._tests(sample, rule, match, test_key)
        epochs = self._epochs()
        fields = jnp.stack([self.tuning(), self.tuning(UNITS)])
        # a sum over an axis is an array of its own; of two rows the loop over steps and
        # channels would read both, and reading from so many arrays does not vectorise
        shown = lambda pair: jnp.sum(fields[jnp.arange(2), pair], axis=0)
        cues = self.rule_tuning(2, RULE_UNITS)
        patterns = [(epochs["sample"], shown(sample))]
        for n in range(2):
            patterns += [
                (epochs[f"test {n + 1}"], shown(test[n])),
                (epochs[f"cue {n + 1}"], cues[rule[n]]),
            ]
        answers = {"test 1": match[0], "test 2": match[1]}
        conditions = {
            "is_catch": jnp.zeros((), bool),
            "sample": sample,
            "test": test,
            "match": match,
            "rule": rule,
        }
        return self._trial(patterns, epochs, answers, noise_key, conditions)

    def _tests(self, sample: Array, rule: Array, match: Array, key: KeyArray) -> Array:
        """What each test shows in each field, `(2, 2)`."""
        turn_key, other_key = jr.split(key)
        turn = jnp.where(match == 1, 0, jr.randint(turn_key, (2,), 1, DIRECTIONS))
        cued = (sample[rule] + turn) % DIRECTIONS
        other = jr.randint(other_key, (2,), 0, DIRECTIONS)
        in_field = jnp.arange(2)[None, :] == rule[:, None]
        return jnp.where(in_field, cued[:, None], other[:, None])

    def _epochs(self) -> dict[str, Array]:
        steps = lambda duration: count(duration, self.dt)
        epochs = self._in_a_row(
            {
                "fixation": steps(self.fixation),
                "sample": steps(self.sample_time),
                "delay 1": steps(self.delay),
                "test 1": steps(self.test_time),
                "delay 2": steps(self.delay),
                "test 2": steps(self.test_time),
            }
        )
        half = steps(self.delay) // 2
        onset = half if self.cue_onset is None else steps(self.cue_onset)
        for n in (1, 2):
            start = epochs[f"delay {n}"][0] + onset
            epochs[f"cue {n}"] = jnp.stack([start, epochs[f"test {n}"][1]])
        return epochs
