"""Delayed match to sample, to rotated sample, to category, and their mixtures."""

import abc
from typing import ClassVar, final, Literal, NamedTuple

from jax import Array
import jax.numpy as jnp
import jax.random as jr

from ..._arguments import checks_arguments
from ..._checks import check, invalid
from ..._types import KeyArray
from ..contract import (
    array,
    check_duration,
    check_spare,
    check_unused,
    factors_of,
    IN_MS,
    number,
    static,
    Trial,
    truncated_exponential_steps,
)
from ._base import AbstractMasse2019, direction_names, DIRECTIONS, UNITS


ROTATIONS = {"dms": 0, "dmrs45": 1, "dmrs90": 2, "dmrs90ccw": -2, "dmrs180": 4}
"""Turn from the sample to the test that matches, in eighths of a circle."""

Cue = Literal["delay", "fixation", "whole"]
"""When a rule may be cued."""


class Mixed(NamedTuple):
    """The rules of a mixed task, the number of inputs that cue them, and when."""

    rules: tuple[str, ...]
    n_cues: int
    cue: Cue


MASSE2019_MIXTURES = {
    "dms_dmrs": Mixed(("dms", "dmrs90"), 6, "delay"),
    "dms_dmc": Mixed(("dms", "dmc"), 12, "whole"),
    "dms_dmrs_dmc": Mixed(("dms", "dmrs90", "dmc"), 18, "whole"),
}
"""The mixed tasks."""


class AbstractDelayedMatch(AbstractMasse2019):
    """Does the test match the sample, by one of some rules?"""

    main_condition: ClassVar[str | None] = "sample"

    variable_delay: float = static(0.0, check_spare)
    variable_delay_mean: Array = array(default=150.0, converter=number, check=IN_MS)

    def __post_init__(self) -> None:
        """Validate the options; some of the delay must be left if it varies."""
        super().__post_init__()
        check(
            self.variable_delay < self.delay,
            "variable_delay",
            f"be shorter than the delay, {self.delay:g} ms",
            f"{self.variable_delay:g} ms",
            "The shortest delay is the difference.",
        )

    @property
    @abc.abstractmethod
    def _rules(self) -> tuple[str, ...]:
        """The rules, one of which a trial has."""

    @property
    def n_conditions(self) -> int:
        """Number of samples x 2 (match or not) x rules; 1 more for catch trials."""
        return 2 * DIRECTIONS * len(self._rules) + (self.variable_delay > 0)

    def render(self, condition: Array | None, key: KeyArray) -> Trial:
        """Return a trial of condition `sample + 8 match + 16 rule`.

        With a variable delay condition 0 is a catch trial, and the others are 1 larger.
        In training, sample, match and rule are uniform and independent.
        """
        # Draw the kind of trial, and whether it is a catch trial.
        kind_key, catch_key, delay_key, test_key, noise_key = jr.split(key, 5)
        n_catch = int(self.variable_delay > 0)
        kind = jr.randint(kind_key, (), 0, self.n_conditions - n_catch)
        is_catch = jnp.zeros((), bool)
        if condition is not None:
            is_catch = condition < n_catch
            kind = jnp.where(is_catch, kind, condition.astype(int) - n_catch)
        elif n_catch:
            # The probability that the exponential exceeds the longest variable part.
            longest = self.variable_delay / self.variable_delay_mean
            is_catch = jr.bernoulli(catch_key, jnp.exp(-longest))
        sample, match, rule = factors_of(kind, DIRECTIONS, 2, len(self._rules))

        # Stimuli with their epochs.
        test = self._test(sample, match, rule, test_key)
        epochs = self._epochs(is_catch, delay_key)
        directions = self.tuning()
        patterns = [
            (epochs["sample"], directions[sample]),
            (epochs["test"], directions[test]),
        ]
        if "cue" in epochs:
            cues = self.rule_tuning(len(self._rules), self.n_in - UNITS)
            patterns += [(epochs["cue"], cues[rule])]
        return self._trial(
            patterns,
            epochs,
            {"test": match},
            noise_key,
            is_catch=is_catch,
            sample=sample,
            test=test,
            match=match,
            rule=rule,
        )

    def _test(self, sample: Array, match: Array, rule: Array, key: KeyArray) -> Array:
        """Return a test direction, uniform among those that match or do not match."""
        half, n_others = DIRECTIONS // 2, DIRECTIONS - 1
        # One draw serves both kinds of rule: modulo 7 the other direction, and by
        # division the direction within a category.
        draw = jr.randint(key, (), 0, half * n_others)
        rules = self._rules

        # Match by rotation: the rotated sample, or one of the seven other directions.
        rotation = jnp.asarray([ROTATIONS.get(name, 0) for name in rules])[rule]
        matching = (sample + rotation) % DIRECTIONS
        other = (matching + 1 + draw % n_others) % DIRECTIONS
        by_rotation = jnp.where(match == 1, matching, other)

        # Match by category: one of the four directions of the same or the other half.
        category = (sample // half + 1 - match) % 2
        by_category = category * half + draw // n_others

        is_category_rule = jnp.asarray([name == "dmc" for name in rules])[rule]
        return jnp.where(is_category_rule, by_category, by_rotation)

    def _epochs(self, is_catch: Array, key: KeyArray) -> dict[str, Array]:
        """Return the epochs, with a drawn delay if it is variable."""
        delay = self._steps(self.delay)
        delay_and_test = self._steps(self.delay, self.test_time)
        if self.variable_delay:
            bounds = self.delay - self.variable_delay, self.delay
            mean = self.variable_delay_mean
            drawn = truncated_exponential_steps(key, mean, bounds, self.dt)
            # The delay of a catch trial lasts to the end.
            delay = jnp.where(is_catch, delay_and_test, drawn)
        return self._in_a_row(
            {
                "fixation": self._steps(self.fixation),
                "sample": self._steps(self.sample_time),
                "delay": delay,
                "test": delay_and_test - delay,
            }
        )


@final
@checks_arguments
class DelayedMatch(AbstractDelayedMatch):
    """Does the test match the sample, by a rule? (Masse et al. 2019.)

    One of eight directions is shown, and after a delay another one. From the onset of
    the test to the end of the trial the answer is whether they match, which has
    probability 1/2.

    | rule | the test matches if it is |
    |---|---|
    | dms | the sample |
    | dmrs45, dmrs90, dmrs180 | the sample plus 45, 90, 180 degrees |
    | dmrs90ccw | the sample minus 90 degrees |
    | dmc | in the same half (0 to 135, 180 to 315 degrees) as the sample |

    Tests that match are uniform among all matching directions; tests that do not match
    are uniform among all others (`stimulus.py:313-345`). 24 inputs are tuned to
    direction.

    With a `variable_delay` the delay is its shortest duration plus an exponentially
    distributed time, and the test is longer by the time that the delay is shorter. If
    the delay would exceed `delay`, the trial is a catch trial: no test is shown, and
    fixation is correct to the end. (Their code shortens the delay to that exponential
    time, by mistake.)

    Conditions are `sample`, `test` (0 to 7), `match` (0, 1) and `rule` (0).

    **Arguments:**

    - `rule`: one of the table above.
    - `dt`: step in ms.
    - `dead`: unscored time before fixation in ms, a multiple of dt; may be 0.
    - `fixation`, `sample_time`, `delay`, `test_time`: duration of the epoch in ms, a
        multiple of dt.
    - `grace`: unscored time at the start of a test in ms; may be 0.
    - `variable_delay`: longest variable part of the delay in ms (theirs is 300), 0 for
        a fixed delay. The delay is `delay - variable_delay` plus an exponentially
        distributed time.
    - `variable_delay_mean`: mean of the exponential distribution of the delay in ms.
    - `sigma_in`: strength of the input noise.
    - `tau_in`: time constant of the input noise in ms.
    - `height`: height of the tuning curves.
    - `kappa`: concentration of the tuning curves.
    - `test_cost_multiplier`: weight of test steps in the loss (their runs had 2).

    Raises `ValueError` for durations that are not a multiple of dt or are 0, and for
    values out of range.
    """

    rule: Literal["dms", "dmrs45", "dmrs90", "dmrs90ccw", "dmrs180", "dmc"] = static(
        "dms"
    )

    @property
    def _rules(self) -> tuple[str, ...]:
        return (self.rule,)

    @property
    def input_names(self) -> tuple[str, ...]:
        """24 directions."""
        return direction_names()


@final
@checks_arguments
class CuedDelayedMatch(AbstractDelayedMatch):
    """Does the test match the sample, by the rule that is cued? (Masse et al. 2019.)

    As `DelayedMatch`, with two or three rules, one of which is drawn for each trial:
    "dms" and "dmrs90" (dms_dmrs), "dms" and "dmc" (dms_dmc), or all three
    (dms_dmrs_dmc). 6, 12 or 18 inputs after the 24 directions are for the cue: unit n
    is `height` if n modulo the number of rules is the rule. The condition `rule` is its
    index in the mixture.

    **Arguments:** those of `DelayedMatch`, except for

    - `rule`: "dms_dmrs", "dms_dmc" or "dms_dmrs_dmc".
    - `cue`: when the rule is cued: "delay" (from `cue_onset` on, for `cue_time`),
        "fixation" (from the start to the sample) or "whole" (in the whole trial). The
        default is "delay" for dms_dmrs and "whole" for the other two.
    - `cue_onset`: time from the end of the sample to the cue in ms (default 500), only
        if `cue` is "delay".
    - `cue_time`: duration of the cue in ms (default 250), only if `cue` is "delay".

    Raises `ValueError` as `DelayedMatch`, and for times of a cue unless `cue` is
    "delay".
    """

    rule: Literal["dms_dmrs", "dms_dmc", "dms_dmrs_dmc"] = static("dms_dmrs")
    cue: Cue | None = static(None)
    cue_onset: float | None = static(None, check_spare)
    cue_time: float | None = static(None, check_duration)

    def __post_init__(self) -> None:
        """Validate the options; a cue in the delay must end with it."""
        super().__post_init__()
        self.cue = MASSE2019_MIXTURES[self.rule].cue if self.cue is None else self.cue
        if self.cue == "delay":
            self._check_cue_times()
        else:
            check_unused("cue_onset", self.cue_onset, '`cue` is "delay"')
            check_unused("cue_time", self.cue_time, '`cue` is "delay"')

    def _check_cue_times(self) -> None:
        """Validate that the cue ends within the delay; set times that are left out."""
        given = [n for n in ("cue_onset", "cue_time") if getattr(self, n) is not None]
        start = self.cue_onset = 500.0 if self.cue_onset is None else self.cue_onset
        duration = self.cue_time = 250.0 if self.cue_time is None else self.cue_time
        if start + duration <= self.delay:
            return
        # If both are defaults, the delay is the argument at fault.
        if not given:
            raise invalid(
                "delay",
                f"last at least {start + duration:g} ms, to the end of the cue",
                f"{self.delay:g} ms",
                "Give a longer delay, or `cue_onset` and `cue_time`.",
            )
        raise invalid(
            given[0],
            "let the cue end by the end of the delay",
            f"a cue of {duration:g} ms from {start:g} ms on",
            f"The delay lasts {self.delay:g} ms.",
        )

    @property
    def _rules(self) -> tuple[str, ...]:
        return MASSE2019_MIXTURES[self.rule].rules

    @property
    def input_names(self) -> tuple[str, ...]:
        """24 directions, and the rule units."""
        rules, n_cues, _ = MASSE2019_MIXTURES[self.rule]
        cues = (f"{rules[n % len(rules)]} cue {n // len(rules)}" for n in range(n_cues))
        return (*direction_names(), *cues)

    def _epochs(self, is_catch: Array, key: KeyArray) -> dict[str, Array]:
        epochs = super()._epochs(is_catch, key)
        # The cue overlaps other epochs, so it is added after them.
        start, stop = epochs["sample"]
        if self.cue_onset is not None and self.cue_time is not None:
            start = stop + self._steps(self.cue_onset)
            epochs["cue"] = jnp.stack([start, start + self._steps(self.cue_time)])
        elif self.cue == "fixation":
            epochs["cue"] = jnp.stack([jnp.zeros_like(start), start])
        else:
            epochs["cue"] = jnp.asarray([0, self.n_steps])
        return epochs
