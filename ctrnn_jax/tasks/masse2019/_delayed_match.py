"""Delayed match to sample, to rotated sample, to category, and their mixtures."""

from typing import ClassVar, final, NamedTuple

import equinox as eqx
from jax import Array
import jax.numpy as jnp
import jax.random as jr

from ..._checks import check, check_choice, check_flag, check_positive, invalid
from ..._types import ArrayLike, KeyArray
from ..contract import (
    check_dt,
    check_duration,
    check_spare,
    check_unused,
    factors_of,
    number,
    Trial,
    truncated_exponential_steps,
)
from ._base import (
    AbstractMasse2019,
    check_grace,
    check_parameters,
    direction_names,
    DIRECTIONS,
)


class CuedRules(NamedTuple):
    """The rules of a mixed task and the number of inputs that cue them."""

    rules: tuple[str, ...]
    n_cues: int


ROTATIONS = {"dms": 0, "dmrs45": 1, "dmrs90": 2, "dmrs90ccw": -2, "dmrs180": 4}
"""Turn from the sample to the test that matches, in eighths of a circle."""

MIXTURES = {
    "dms_dmrs": CuedRules(("dms", "dmrs90"), 6),
    "dms_dmc": CuedRules(("dms", "dmc"), 12),
    "dms_dmrs_dmc": CuedRules(("dms", "dmrs90", "dmc"), 18),
}
"""The mixed tasks."""

CUES = ("delay", "fixation", "whole")
"""When a rule may be cued."""

DEFAULT_CUES = {"dms_dmrs": "delay", "dms_dmc": "whole", "dms_dmrs_dmc": "whole"}
"""When the rule of each mixed task is cued by default."""


def check_cue(rule: str, cue: str | None) -> str | None:
    """Validate when the rule is cued; return it, or `None` for a single rule."""
    if cue is None:
        return DEFAULT_CUES.get(rule)
    remedy = "Leave it out; only mixed rules are cued."
    check(rule in MIXTURES, "cue", "be None for a single rule", repr(cue), remedy)
    return check_choice("cue", cue, CUES)


def check_cue_times(
    onset: float | None, time: float | None, delay: float, dt: float
) -> tuple[float, float]:
    """Validate that the cue ends within the delay; return its onset and duration.

    All times are in ms. The onset counts from the start of the delay.
    """
    start = check_spare("cue_onset", 500.0 if onset is None else onset, dt)
    duration = check_duration("cue_time", 250.0 if time is None else time, dt)
    if start + duration <= delay:
        return start, duration
    # If both are defaults, the delay is the argument at fault.
    if onset is None and time is None:
        raise invalid(
            "delay",
            f"last at least {start + duration:g} ms, to the end of the cue",
            f"{delay:g} ms",
            "Give a longer delay, or `cue_onset` and `cue_time`.",
        )
    raise invalid(
        "cue_time" if onset is None else "cue_onset",
        "let the cue end by the end of the delay",
        f"a cue of {duration:g} ms from {start:g} ms on",
        f"The delay lasts {delay:g} ms.",
    )


def check_variable_delay(
    longest: float | None, mean: ArrayLike | None, delay: float, dt: float
) -> tuple[float, Array]:
    """Validate the variable part of a delay; return its longest duration and mean.

    All times are in ms.
    """
    name = "variable_delay_max"
    longest_part = check_duration(name, 300.0 if longest is None else longest, dt)
    if longest_part >= delay and longest is None:
        rule = f"be longer than {longest_part:g} ms, its variable part"
        remedy = f"Give a longer delay or a smaller `{name}`."
        raise invalid("delay", rule, f"{delay:g} ms", remedy)
    rule = f"be shorter than the delay, {delay:g} ms"
    remedy = "The shortest delay is the difference."
    check(longest_part < delay, name, rule, f"{longest_part:g} ms", remedy)
    mean = 150.0 if mean is None else mean
    check_positive("variable_delay_mean", mean, "It is in ms.")
    return longest_part, number(mean)


@final
class DelayedMatch(AbstractMasse2019):
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
    | dms_dmrs, dms_dmc, dms_dmrs_dmc | as one of the rules (dmrs90) that is cued |

    Tests that match are uniform among all matching directions; tests that do not match
    are uniform among all others (`stimulus.py:313-345`). 24 inputs are tuned to
    direction. Mixed rules have 6, 12 or 18 more inputs for the cue: unit n is `height`
    if n modulo the number of rules is the rule.

    With `variable_delay` the delay is its shortest duration plus an exponentially
    distributed time, and the test is longer by the time that the delay is shorter. If
    the delay would exceed `delay`, the trial is a catch trial: no test is shown, and
    fixation is correct to the end. (Their code shortens the delay to that exponential
    time, by mistake.)

    Conditions are `sample`, `test` (0 to 7), `match` (0, 1) and `rule` (its index in
    the mixture).
    """

    main_condition: ClassVar[str | None] = "sample"

    sigma_in: Array
    tau_in: Array
    height: Array
    kappa: Array
    test_cost_multiplier: Array
    variable_delay_mean: Array | None
    dt: float = eqx.field(static=True)
    rule: str = eqx.field(static=True)
    dead: float = eqx.field(static=True)
    fixation: float = eqx.field(static=True)
    sample_time: float = eqx.field(static=True)
    delay: float = eqx.field(static=True)
    test_time: float = eqx.field(static=True)
    grace: float = eqx.field(static=True)
    cue: str | None = eqx.field(static=True)
    cue_onset: float | None = eqx.field(static=True)
    cue_time: float | None = eqx.field(static=True)
    variable_delay: bool = eqx.field(static=True)
    variable_delay_max: float | None = eqx.field(static=True)

    def __init__(
        self,
        *,
        rule: str = "dms",
        dt: float = 10.0,
        dead: float = 0.0,
        fixation: float = 500.0,
        sample_time: float = 500.0,
        delay: float = 1000.0,
        test_time: float = 500.0,
        grace: float = 50.0,
        cue: str | None = None,
        cue_onset: float | None = None,
        cue_time: float | None = None,
        variable_delay: bool = False,
        variable_delay_max: float | None = None,
        variable_delay_mean: ArrayLike | None = None,
        sigma_in: ArrayLike = 0.1,
        tau_in: ArrayLike = 100.0,
        height: ArrayLike = 4.0,
        kappa: ArrayLike = 2.0,
        test_cost_multiplier: ArrayLike = 1.0,
    ) -> None:
        """**Arguments:**

        - `rule`: one of the table above.
        - `dt`: step in ms.
        - `dead`, `fixation`, `sample_time`, `delay`, `test_time`: durations in ms,
            multiples of dt. `dead` is an unscored time before fixation; it may be 0.
        - `grace`: unscored time at the start of a test in ms; may be 0.
        - `cue`: when a mixed rule is cued. "delay": `cue_onset` ms (default 500) after
            the end of the sample, for `cue_time` ms (default 250). "fixation": from the
            start to the sample. "whole": in the whole trial. The default is "delay" for
            dms_dmrs and "whole" for the other two.
        - `variable_delay`: whether to draw the delay. It is `delay -
            variable_delay_max` (default 300) plus an exponentially distributed time of
            mean `variable_delay_mean` (default 150), in ms.
        - `sigma_in`, `tau_in`: strength and time constant (ms) of the input noise.
        - `height`, `kappa`: height and concentration of the tuning curves.
        - `test_cost_multiplier`: weight of test steps in the loss (their runs had 2).

        Raises `ValueError` for durations that are not a multiple of dt or are 0, values
        out of range, and options that have no effect (the times of a cue unless `cue`
        is "delay", those of a variable delay unless `variable_delay=True`).
        """
        self.rule = check_choice("rule", rule, (*ROTATIONS, "dmc", *MIXTURES))
        self.dt = check_dt(dt)
        self.dead = check_spare("dead", dead, self.dt)
        self.fixation = check_duration("fixation", fixation, self.dt)
        self.sample_time = check_duration("sample_time", sample_time, self.dt)
        self.delay = check_duration("delay", delay, self.dt)
        self.test_time = check_duration("test_time", test_time, self.dt)
        self.grace = check_grace(grace, self.test_time, self.dt)

        # Times of the cue exist only for a cue in the delay.
        self.cue = check_cue(rule, cue)
        self.cue_onset = self.cue_time = None
        if self.cue == "delay":
            times = check_cue_times(cue_onset, cue_time, self.delay, self.dt)
            self.cue_onset, self.cue_time = times
        else:
            check_unused("cue_onset", cue_onset, '`cue` is "delay"')
            check_unused("cue_time", cue_time, '`cue` is "delay"')

        # Times of a variable delay exist only if it is requested.
        self.variable_delay = check_flag("variable_delay", variable_delay)
        self.variable_delay_max = self.variable_delay_mean = None
        longest, mean = variable_delay_max, variable_delay_mean
        if self.variable_delay:
            variable_part = check_variable_delay(longest, mean, self.delay, self.dt)
            self.variable_delay_max, self.variable_delay_mean = variable_part
        else:
            check_unused("variable_delay_max", longest, "`variable_delay` is True")
            check_unused("variable_delay_mean", mean, "`variable_delay` is True")
        (
            self.sigma_in,
            self.tau_in,
            self.height,
            self.kappa,
            self.test_cost_multiplier,
        ) = check_parameters(sigma_in, tau_in, height, kappa, test_cost_multiplier)

    @property
    def input_names(self) -> tuple[str, ...]:
        """24 directions, and the rule units."""
        rules, n_cues = self._cued_rules
        cues = (f"{rules[n % len(rules)]} cue {n // len(rules)}" for n in range(n_cues))
        return (*direction_names(), *cues)

    @property
    def n_steps(self) -> int:
        """Number of steps of every trial."""
        parts = (self.fixation, self.sample_time, self.delay, self.test_time)
        return self._steps(self.dead + sum(parts))

    @property
    def n_conditions(self) -> int:
        """Number of samples x 2 (match or not) x rules; 1 more for catch trials."""
        return 2 * DIRECTIONS * len(self._cued_rules.rules) + self.variable_delay

    def render(self, condition: Array | None, key: KeyArray) -> Trial:
        """Return a trial of condition `sample + 8 match + 16 rule`.

        With a variable delay condition 0 is a catch trial, and the others are 1 larger.
        In training, sample, match and rule are uniform and independent.
        """
        # Draw the kind of trial, and whether it is a catch trial.
        kind_key, catch_key, delay_key, test_key, noise_key = jr.split(key, 5)
        n_catch, rules = int(self.variable_delay), len(self._cued_rules.rules)
        kind = jr.randint(kind_key, (), 0, self.n_conditions - n_catch)
        is_catch = jnp.zeros((), bool)
        if condition is not None:
            is_catch = condition < n_catch
            kind = jnp.where(is_catch, kind, condition.astype(int) - n_catch)
        elif self._variable_part is not None:
            # The probability that the exponential exceeds the longest variable part.
            longest, mean = self._variable_part
            is_catch = jr.bernoulli(catch_key, jnp.exp(-longest / mean))
        sample, match, rule = factors_of(kind, DIRECTIONS, 2, rules)

        # Stimuli with their epochs.
        test = self._test(sample, match, rule, test_key)
        epochs = self._epochs(is_catch, delay_key)
        directions = self.tuning()
        patterns = [
            (epochs["sample"], directions[sample]),
            (epochs["test"], directions[test]),
        ]
        if self.cue:
            cues = self.rule_tuning(rules, self._cued_rules.n_cues)
            patterns += [(epochs["cue"], cues[rule])]
        conditions = {
            "is_catch": is_catch,
            "sample": sample,
            "test": test,
            "match": match,
            "rule": rule,
        }
        return self._trial(patterns, epochs, {"test": match}, noise_key, conditions)

    @property
    def _variable_part(self) -> tuple[float, Array] | None:
        """The longest duration and mean of the variable part of the delay, if any."""
        longest, mean = self.variable_delay_max, self.variable_delay_mean
        return None if longest is None or mean is None else (longest, mean)

    @property
    def _cued_rules(self) -> CuedRules:
        """The rules of a trial; a single rule has no cue."""
        return MIXTURES.get(self.rule, CuedRules((self.rule,), 0))

    def _test(self, sample: Array, match: Array, rule: Array, key: KeyArray) -> Array:
        """Return a test direction, uniform among those that match or do not match."""
        half, n_others = DIRECTIONS // 2, DIRECTIONS - 1
        # One draw serves both kinds of rule: modulo 7 the other direction, and by
        # division the direction within a category.
        draw = jr.randint(key, (), 0, half * n_others)
        rules = self._cued_rules.rules

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
        """Return all epochs, with a drawn delay if it is variable."""
        delay = self._steps(self.delay)
        delay_and_test = self._steps(self.delay + self.test_time)
        if self._variable_part is not None:
            longest, mean = self._variable_part
            bounds = self.delay - longest, self.delay
            drawn = truncated_exponential_steps(key, mean, bounds, self.dt)
            # The delay of a catch trial lasts to the end.
            delay = jnp.where(is_catch, delay_and_test, drawn)
        epochs = self._in_a_row(
            {
                "fixation": self._steps(self.fixation),
                "sample": self._steps(self.sample_time),
                "delay": delay,
                "test": delay_and_test - delay,
            }
        )

        # The cue overlaps other epochs, so it is added after them.
        start, stop = epochs["sample"]
        if self.cue_onset is not None and self.cue_time is not None:
            start = stop + self._steps(self.cue_onset)
            epochs["cue"] = jnp.stack([start, start + self._steps(self.cue_time)])
        elif self.cue == "fixation":
            epochs["cue"] = jnp.stack([jnp.zeros_like(start), start])
        elif self.cue:
            epochs["cue"] = jnp.asarray([0, self.n_steps])
        return epochs
