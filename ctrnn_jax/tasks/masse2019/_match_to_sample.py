"""Delayed match to sample, to rotated sample, to category, and their mixtures."""

from typing import ClassVar, final

import equinox as eqx
from jax import Array
import jax.numpy as jnp
import jax.random as jr

from ..._checks import check_choice, check_flag
from ..._types import ArrayLike, KeyArray
from ..contract import (
    check_dt,
    check_duration,
    check_spare,
    check_unused,
    count,
    factors_of,
    Trial,
    truncated_exponential_steps,
)
from ._base import (
    AbstractMasse2019,
    check_grace,
    checked_numbers,
    direction_names,
    DIRECTIONS,
)
from ._match_options import check_cue, check_cue_times, check_law, MIXTURES, ROTATIONS


@final
class DelayedMatch(AbstractMasse2019):
    """Does the test match the sample, as a rule says? (Masse et al. 2019.)

    A direction of eight is shown, then after a delay another one. Whether they match,
    with equal odds, is to be said from the test's onset to the end of the trial.

    | rule | the test matches if it is |
    |---|---|
    | dms | the sample |
    | dmrs45, dmrs90, dmrs180 | the sample plus 45, 90, 180 degrees |
    | dmrs90ccw | the sample minus 90 degrees |
    | dmc | in the same half (0 to 135, 180 to 315 degrees), the sample too |
    | dms_dmrs, dms_dmc, dms_dmrs_dmc | as one of the rules (dmrs90) that is cued |

    Tests that match, and those that do not, are uniform among all such directions
    (`stimulus.py:313-345`). The 24 inputs are tuned to direction, with 6, 12, 18 more
    for the cue of the mixed rules: unit n is `height` if n modulo the number of rules
    is the rule. With `variable_delay` the delay is its shortest duration plus an
    exponential one and the test lasts longer for it. Where this would exceed `delay`
    the trial is a catch trial: no test comes, and fixation holds to the end. (Theirs
    shortens the delay to that exponential, by mistake.)

    Conditions are `sample`, `test` (0 to 7), `match` (0, 1) and `rule` (its place in
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
            multiples of dt. The dead time, unscored, may be 0.
        - `grace`: the first ms of a test, unscored; may be 0.
        - `cue`: when a mixed rule is cued: "delay", `cue_onset` ms after the sample
            ends (by default 500) for `cue_time` ms (250), "fixation", from the start to
            the sample, or "whole", all the time. By default "delay" for dms_dmrs and
            "whole" for the other two.
        - `variable_delay`: draw the delay from `delay - variable_delay_max` on (by
            default 300), with an exponential law of mean `variable_delay_mean` (150),
            in ms.
        - `sigma_in`, `tau_in`: strength and time constant (ms) of the input noise.
        - `height`, `kappa`: of the tuning.
        - `test_cost_multiplier`: weight of test steps in the cost (their runs had 2).

        Raises `ValueError` for durations that are no multiple of dt or vanish, values
        out of range, and options that have no effect (the cue's times unless `cue` is
        "delay", those of a variable delay without it).
        """
        self.rule = check_choice("rule", rule, (*ROTATIONS, "dmc", *MIXTURES))
        self.dt = check_dt(dt)
        self.dead = check_spare("dead", dead, self.dt)
        self.fixation = check_duration("fixation", fixation, self.dt)
        self.sample_time = check_duration("sample_time", sample_time, self.dt)
        self.delay = check_duration("delay", delay, self.dt)
        self.test_time = check_duration("test_time", test_time, self.dt)
        self.grace = check_grace(grace, self.test_time, self.dt)
        self.cue = check_cue(rule, cue)
        self.cue_onset = self.cue_time = None
        if self.cue == "delay":
            times = check_cue_times(cue_onset, cue_time, self.delay, self.dt)
            self.cue_onset, self.cue_time = times
        else:
            check_unused("cue_onset", cue_onset, '`cue` is "delay"')
            check_unused("cue_time", cue_time, '`cue` is "delay"')
        self.variable_delay = check_flag("variable_delay", variable_delay)
        self.variable_delay_max = self.variable_delay_mean = None
        longest, mean = variable_delay_max, variable_delay_mean
        if self.variable_delay:
            law = check_law(longest, mean, self.delay, self.dt)
            self.variable_delay_max, self.variable_delay_mean = law
        else:
            check_unused("variable_delay_max", longest, "`variable_delay` is True")
            check_unused("variable_delay_mean", mean, "`variable_delay` is True")
        numbers = checked_numbers(sigma_in, tau_in, height, kappa, test_cost_multiplier)
        self.sigma_in, self.tau_in, self.height, self.kappa = numbers[:4]
        self.test_cost_multiplier = numbers[4]

    @property
    def input_names(self) -> tuple[str, ...]:
        """24 directions, and the rule units."""
        rules, units = self._rules
        cues = (f"{rules[n % len(rules)]} cue {n // len(rules)}" for n in range(units))
        return (*direction_names(), *cues)

    @property
    def n_steps(self) -> int:
        """Number of steps of every trial."""
        parts = (self.fixation, self.sample_time, self.delay, self.test_time)
        return count(self.dead + sum(parts), self.dt)

    @property
    def n_conditions(self) -> int:
        """Samples x match or not x rules, and a catch trial if the delay varies."""
        return 2 * DIRECTIONS * len(self._rules[0]) + self.variable_delay

    def render(self, condition: Array | None, key: KeyArray) -> Trial:
        """Condition `sample + 8 match + 16 rule`, plus 1 with a catch trial before.

        In training: sample, match and rule uniform and independent.
        """
        kind_key, catch_key, delay_key, test_key, noise_key = jr.split(key, 5)
        first, rules = int(self.variable_delay), len(self._rules[0])
        kind = jr.randint(kind_key, (), 0, self.n_conditions - first)
        is_catch = jnp.zeros((), bool)
        if condition is not None:
            is_catch = condition < first
            kind = jnp.where(is_catch, kind, condition.astype(int) - first)
        elif self._law:  # the share of draws that come out too long
            longest, mean = self._law
            share = jnp.exp(-longest / mean)
            is_catch = jr.bernoulli(catch_key, share)
        sample, match, rule = factors_of(kind, DIRECTIONS, 2, rules)
        test = self._test(sample, match, rule, test_key)
        epochs = self._epochs(is_catch, delay_key)
        directions = self.tuning()
        patterns = [
            (epochs["sample"], directions[sample]),
            (epochs["test"], directions[test]),
        ]
        if self.cue:
            cues = self.rule_tuning(rules, self._rules[1])
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
    def _law(self) -> tuple[float, Array] | None:
        """The longest and the mean variable part of the delay, if it varies."""
        longest, mean = self.variable_delay_max, self.variable_delay_mean
        return None if longest is None or mean is None else (longest, mean)

    @property
    def _rules(self) -> tuple[tuple[str, ...], int]:
        return MIXTURES.get(self.rule, ((self.rule,), 0))

    def _test(self, sample: Array, match: Array, rule: Array, key: KeyArray) -> Array:
        """A direction that matches, or one that does not, uniform among all such."""
        half, others = DIRECTIONS // 2, DIRECTIONS - 1
        draw = jr.randint(key, (), 0, half * others)
        names = self._rules[0]
        rotation = jnp.asarray([ROTATIONS.get(n, 0) for n in names])[rule]
        right = (sample + rotation) % DIRECTIONS
        other = (right + 1 + draw % others) % DIRECTIONS
        turned = jnp.where(match == 1, right, other)
        category = (sample // half + 1 - match) % 2
        categorical = category * half + draw // others
        by_category = jnp.asarray([n == "dmc" for n in names])[rule]
        return jnp.where(by_category, categorical, turned)

    def _epochs(self, is_catch: Array, key: KeyArray) -> dict[str, Array]:
        steps = lambda duration: count(duration, self.dt)
        delay, longest = steps(self.delay), steps(self.delay + self.test_time)
        if self._law:
            bounds, mean = (self.delay - self._law[0], self.delay), self._law[1]
            drawn = truncated_exponential_steps(key, mean, bounds, self.dt)
            delay = jnp.where(is_catch, longest, drawn)
        epochs = self._in_a_row(
            {
                "fixation": steps(self.fixation),
                "sample": steps(self.sample_time),
                "delay": delay,
                "test": longest - delay,
            }
        )
        start, stop = epochs["sample"]
        if self.cue_onset is not None and self.cue_time is not None:
            start = stop + steps(self.cue_onset)
            epochs["cue"] = jnp.stack([start, start + steps(self.cue_time)])
        elif self.cue == "fixation":
            epochs["cue"] = jnp.stack([jnp.zeros_like(start), start])
        elif self.cue:
            epochs["cue"] = jnp.asarray([0, self.n_steps])
        return epochs
