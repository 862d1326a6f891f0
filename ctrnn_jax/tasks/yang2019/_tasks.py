"""The 20 cognitive tasks of Yang et al. (2019)."""

from functools import partial
from typing import ClassVar, final

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
import jax.random as jr
import numpy as np

from ..._checks import (
    check_choice,
    check_count,
    check_flag,
    check_list,
    check_not_negative,
    check_positive,
    check_values,
    invalid,
)
from ..._types import ArrayLike, KeyArray
from ..contract import (
    AbstractTask,
    at_step,
    check_dt,
    check_numbers,
    circular_distance,
    noise_deviation,
    noisy,
    number,
    Trial,
    worst_mean,
)
from ._channels import answers, INPUT_NAMES, OUTPUT_NAMES, population_vector, stimuli
from ._plan import draw_numbers, longest, make_plan
from ._rules import RULES, YANG2019_RULES


LOSSES = ("lsq", "softmax")
GRACE = 100.0
"""Unscored time in ms, at the start of a trial and of its response."""


@final
class Yang2019(AbstractTask):
    """The subject fixates, then responds in a direction by one of 20 rules.

    Two rings of inputs show up to two bumps of activity at locations in [0, 2 pi); an
    input line tells the rule. The fixation output is to be up until the response, in
    which the output ring shows a bump at the target (no-go trials fixate to the end).
    From Yang et al. 2019 (their `task.py`, `network.py`, `train.py`).

    | rules | epochs in ms ([low, high): uniform; else one of) |
    |---|---|
    | fdgo, fdanti | fixation [300, 700), stimulus 1 [500, 1500), response 500 |
    | reactgo, reactanti | fixation [500, 2500), response 500 |
    | delaygo, delayanti | fixation 300/500/700, stimulus 1 200/400/600, delay \
200/400/800/1600, response 500 |
    | dm1/2, contextdm1/2, multidm | fixation [100, 400), stimulus 1 400/800/1600, \
response 500 |
    | delaydm1/2, contextdelaydm1/2, multidelaydm | fixation and stimulus 1 each \
200/400/600, delay 200/400/800/1600, stimulus 2 200/400/600, wait [100, 300), \
response 500 |
    | dmsgo, dmsnogo | fixation and stimulus 1 each 200/400/600, delay \
200/400/800/1600, response 500 |
    | dmcgo, dmcnogo | the same, but response 200/400/600 |

    Two stimuli of `dm` to `multidm` are both on in stimulus 1. That of `fdgo`,
    `fdanti`, `reactgo`, `reactanti` and the second of `dms*` and `dmc*` stay on to the
    end. The fixation cue goes off at the response, or never under `react*`, `dms*` and
    `dmc*`. `YANG2019_DESCRIPTIONS` tells what each rule asks for.

    Strengths of a pair are `m ± c`, m uniform in [0.8, 1.2), c one of .01, .02, .04,
    .08 if shown together and of .08, .16, .32 in turn (`easy`: 10 and 2 times that).

    Everything is drawn for each trial. Their batches are of one rule and share all
    durations and the rings of the go, DMS and DMC rules. `one_rule_per_batch` makes
    those of `batch` of one rule too; durations and rings still differ among trials.

    Conditions: `rule` (index into `rules`), `target` (radians; -1: fixate),
    `response_onset`, `fixation_off`, `stimulus_on`, `stimulus_off` (steps, the latter
    two for each stimulus), `locations` (radians), `strengths` (ring by stimulus; 0: not
    shown). No trial is a catch trial. Past the end inputs are noise alone.

    `mask` has the effective weights of squared errors: 0 in the first 100 ms, 1 (4 for
    fixation) before the response, 0 in its first 100 ms, then 25 (100). These are the
    squares of their mask. With `loss="softmax"` it is their mask, 1 and 5.
    """

    main_condition: ClassVar[str | None] = "target"
    input_names: ClassVar[tuple[str, ...]] = INPUT_NAMES
    output_names: ClassVar[tuple[str, ...]] = OUTPUT_NAMES

    weights: Array
    sigma_x: Array
    tau: Array
    rules: tuple[str, ...] = eqx.field(static=True)
    dt: float = eqx.field(static=True)
    loss: str = eqx.field(static=True)
    easy: bool = eqx.field(static=True)
    one_rule_per_batch: bool = eqx.field(static=True)

    def __init__(
        self,
        rules: str | tuple[str, ...] = YANG2019_RULES,
        *,
        dt: float = 20.0,
        weights: ArrayLike | tuple[float, ...] | None = None,
        loss: str = "lsq",
        sigma_x: ArrayLike = 0.01,
        tau: ArrayLike = 100.0,
        easy: bool = False,
        one_rule_per_batch: bool = False,
    ) -> None:
        """**Arguments:**

        - `rules`: one or several of `YANG2019_RULES`.
        - `dt`: step in ms; 100 ms must be a multiple of it.
        - `weights`: how often each rule is drawn in training, relative to the others;
            by default all equally, but `contextdm1` and `contextdm2` five times as
            often as the others if all 20 are mixed.
        - `loss`: "lsq" (sigmoid outputs, squared error) or "softmax" (cross-entropy
            with the unit nearest to the target).
        - `sigma_x`: strength of the input noise, of standard deviation
            `sigma_x sqrt(2 tau / dt)` per step on every channel.
        - `tau`: time constant in ms of the network that this noise is scaled for.
        - `easy`: larger differences of strength.
        - `one_rule_per_batch`: whether `batch` draws one rule for all of its trials.

        Raises `ValueError` for rules that are unknown, repeated or missing, weights
        that fit no rule, 100 ms not a multiple of dt, and values out of range.
        """
        alone = isinstance(rules, str)
        names = (rules,) if alone else check_list("rules", rules, of="names")
        for name in names:
            check_choice("rules", name, YANG2019_RULES)
        if not names or len(set(names)) < len(names):
            raise invalid(
                "rules", "be different rules, at least one", names, "Name each once."
            )
        self.rules = names
        self.dt = check_dt(dt)
        if not np.isclose(max(round(GRACE / self.dt), 1) * self.dt, GRACE, atol=1e-9):
            raise invalid(
                "dt",
                "divide 100 ms",
                f"{self.dt:g} ms",
                "All durations are multiples of 100 ms.",
            )
        if weights is None:
            often = ("contextdm1", "contextdm2") if len(names) == len(RULES) else ()
            weights = tuple(5.0 if name in often else 1.0 for name in names)
        self.weights = check_numbers("weights", weights, "One for each rule.")
        if self.weights.shape != (len(names),):
            raise invalid(
                "weights",
                f"have shape ({len(names)},)",
                f"shape {self.weights.shape}",
                "Give one number for each rule.",
            )
        check_not_negative("weights", self.weights, "Rules are drawn in proportion.")
        check_values(
            "weights",
            self.weights.sum(),
            lambda total: total > 0,
            "have a positive sum",
            "Rules are drawn in proportion.",
        )
        self.loss = check_choice("loss", loss, LOSSES)
        check_not_negative("sigma_x", sigma_x, "It is a standard deviation.")
        check_positive("tau", tau, "It is in ms.")
        self.sigma_x, self.tau = number(sigma_x), number(tau)
        self.easy = check_flag("easy", easy)
        self.one_rule_per_batch = check_flag("one_rule_per_batch", one_rule_per_batch)

    @property
    def performance_name(self) -> str:
        """With several rules the worst counts, as for their stop rule."""
        return "fraction correct" + " of the worst rule" * (len(self.rules) > 1)

    @property
    def n_steps(self) -> int:
        """Number of steps of the longest trial of the chosen rules."""
        return max(longest(RULES[name], self.dt) for name in self.rules)

    @property
    def n_conditions(self) -> int:
        """One for each rule."""
        return len(self.rules)

    def render(self, condition: Array | None, key: KeyArray) -> Trial:
        """Condition i is `rules[i]`, else random; in training rules follow `weights`.

        The same key gives the same trial, whether its rule was drawn or given.
        """
        plan_key, noise_key = jr.split(key)
        numbers = draw_numbers(plan_key)
        if condition is None:
            rule = self._rule(numbers["rule"][0])
        else:
            rule = jnp.asarray(condition, int)
        options = [
            partial(make_plan, RULES[name], dt=self.dt, easy=self.easy)
            for name in self.rules
        ]
        plan = jax.lax.switch(rule, options, numbers)
        response, end = plan.epochs["response"]
        lines = jnp.asarray([YANG2019_RULES.index(name) for name in self.rules])
        shown = lambda part: stimuli(plan, lines[rule], self.n_steps, part)
        deviation = noise_deviation(self.sigma_x, self.tau, self.dt)
        steps, free = self.n_steps, round(GRACE / self.dt)
        targets, mask = answers(plan, steps, free, self.loss == "lsq")
        return Trial(
            inputs=noisy(shown, deviation, noise_key, size=(self.n_steps, self.n_in)),
            targets=targets,
            mask=mask,
            conditions={
                "rule": rule,
                "target": plan.target,
                "response_onset": response,
                "fixation_off": plan.fixation_off,
                "stimulus_on": plan.on,
                "stimulus_off": plan.off,
                "locations": plan.locations,
                "strengths": plan.strengths,
                "t_end": end,
                "is_catch": jnp.asarray(False),
            },
            epochs=plan.epochs,
        )

    def _rule(self, u: Array) -> Array:
        """A rule by its weight, from a number in [0, 1)."""
        up_to = jnp.cumsum(self.weights)
        return jnp.sum(u.astype(up_to.dtype) * up_to[-1] >= up_to)

    def batch(self, key: KeyArray, size: int) -> Trial:
        """Trials for training, `size` on a leading axis.

        Trial i has `split(key)[i]`; with one rule in the batch the key is split in two,
        for the rule and for the trials. Raises `ValueError` for a size below 1.
        """
        if not self.one_rule_per_batch:
            return super().batch(key, size)
        check_count("size", size, at_least=1)
        rule_key, key = jr.split(key)
        rule = self._rule(jr.uniform(rule_key))
        return jax.vmap(self.render, (None, 0))(rule, jr.split(key, size))

    def link(self, outputs: Array) -> Array:
        """Sigmoid, or softmax over the 33 outputs."""
        if self.loss == "lsq":
            return jax.nn.sigmoid(outputs)
        return jax.nn.softmax(outputs, axis=-1)

    def output_loss(self, outputs: Array, trials: Trial) -> Array:
        """Mean over the trials of a mean over the steps and outputs of each.

        With "lsq" the latter is of `mask * (sigmoid(y) - target)^2` over all steps up
        to the end, free ones too: their mean over time, batch and units, where a batch
        has one length. With "softmax" it is of the cross-entropy, times the mask over
        its mean.
        """
        mask, targets = trials.mask, trials.targets
        if self.loss == "lsq":
            total = jnp.sum(mask * (self.link(outputs) - targets) ** 2, axis=(-2, -1))
            size = trials.conditions["t_end"].astype(total.dtype) * self.n_out
            return jnp.mean(total / size)
        surprise = -jnp.sum(targets * jax.nn.log_softmax(outputs), axis=-1)
        weight = mask[..., 0]
        total = jnp.sum(weight * surprise, axis=-1)
        return jnp.mean(total / jnp.sum(weight, axis=-1))

    def score(self, outputs: Array, trials: Trial) -> Array:
        """1.0 for the right answer at the last step of the trial, else 0.0.

        The fixation output (after the link) must be above 0.5 on no-go trials; else it
        must not, and the population vector of the ring must point to within 0.2 pi of
        the target (their `network.py:60-93`).
        """
        target = trials.conditions["target"]
        answer = self.link(at_step(outputs, trials.conditions["t_end"] - 1))
        fixating = answer[..., 0] > 0.5
        angle, points = population_vector(answer[..., 1:])
        near = points & (circular_distance(angle, target) < 0.2 * np.pi)
        right = jnp.where(target < 0, fixating, ~fixating & near)
        return right.astype(outputs.dtype)

    def performance(self, outputs: Array, trials: Trial) -> Array:
        """The mean score of the worst among the rules that have trials."""
        rule, every = trials.conditions["rule"], ~trials.conditions["is_catch"]
        return worst_mean(self.score(outputs, trials), rule, len(self.rules), every)
