"""The 20 cognitive tasks of Yang et al. (2019)."""

from functools import partial
from typing import ClassVar, final

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
import jax.random as jr
import numpy as np

from ..._arguments import checks_arguments
from ..._checks import check, check_choice, check_count
from ..._types import KeyArray
from ..contract import (
    AbstractDeclared,
    array,
    at_step,
    check_numbers,
    check_weights,
    circular_distance,
    DEVIATION,
    draw_by_weight,
    IN_MS,
    judges_outputs,
    make_trial,
    noise_deviation,
    number,
    numbers,
    numbers_or_default,
    render_inputs,
    static,
    Trial,
    worst_mean,
)
from ._channels import (
    INPUT_NAMES,
    input_patterns,
    Loss,
    OUTPUT_NAMES,
    population_vector,
    targets_and_mask,
)
from ._plan import draw_numbers, longest, make_plan
from ._rules import RULES, YANG2019_RULES


GRACE = 100.0
"""Unscored time in ms, at the start of a trial and of its response."""

TOLERANCE = 0.2 * np.pi
"""Largest error of a correct response, in radians."""


def _distinct_rules(rules: str | tuple[str, ...]) -> tuple[str, ...]:
    """Validate one or several rules, all different; return a tuple."""
    names = (rules,) if isinstance(rules, str) else tuple(rules)
    for name in names:
        check_choice("rules", name, YANG2019_RULES)
    are_distinct = len(names) > 0 and len(set(names)) == len(names)
    rule, remedy = "be different rules, at least one", "Name each rule once."
    check(are_distinct, "rules", rule, names, remedy)
    return names


WEIGHTS = partial(check_numbers, remedy="Give one number for each rule.")
"""The check of a list of weights, apart from how many there are."""


@final
@checks_arguments
class Yang2019(AbstractDeclared):
    """The subject fixates, then responds in a direction that one of 20 rules gives.

    Two rings of inputs show at most two bumps of activity at locations in [0, 2 pi).
    One of 20 input lines shows the rule. The fixation output must be high until the
    response; then the output ring must show a bump at the target. In no-go trials the
    fixation output must be high to the end. From Yang et al. 2019 (their `task.py`,
    `network.py`, `train.py`).

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

    The two stimuli of `dm` to `multidm` are both on in stimulus 1. The stimulus of
    `fdgo`, `fdanti`, `reactgo` and `reactanti`, and the second one of `dms*` and
    `dmc*`, stay on to the end. The fixation cue goes off at the response; under
    `react*`, `dms*` and `dmc*` it never goes off. `YANG2019_DESCRIPTIONS` describes
    each rule.

    The strengths of a pair are `m + c` and `m - c`, m uniform in [0.8, 1.2). c is one
    of .01, .02, .04, .08 for stimuli shown together, and one of .08, .16, .32 for
    stimuli shown in turn (10 and 2 times that if `easy`).

    Everything is drawn for each trial. In theirs a batch has one rule, and its trials
    share all durations, and under the go, DMS and DMC rules also the rings. With
    `one_rule_per_batch` a `batch` has one rule; durations and rings still differ.

    Conditions: `rule` (index into `rules`), `target` (radians; -1: fixate),
    `response_onset`, `fixation_off`, `stimulus_on`, `stimulus_off` (steps, the last two
    for each stimulus), `locations` (radians), `strengths` (ring by stimulus; 0: not
    shown). No trial is a catch trial. After the end of a trial, inputs are noise only.

    `mask` has the weights of squared errors: 0 in the first 100 ms, then 1 (4 for
    fixation) before the response, 0 in the first 100 ms of the response, then 25 (100).
    These are the squares of their mask. With `loss="softmax"` the weights are those of
    their mask, 1 and 5.

    **Arguments:**

    - `rules`: one or several different rules. `YANG2019_RULES` has all of them.
    - `dt`: step in ms; must divide 100 ms.
    - `weights`: how often each rule is drawn in training, relative to the others. By
        default all are equal; if all 20 are mixed, `contextdm1` and `contextdm2` are
        drawn five times as often as the others.
    - `loss`: "lsq" (sigmoid outputs, squared error) or "softmax" (cross-entropy, the
        target being the unit nearest to the target angle).
    - `sigma_x`: strength of the input noise. The standard deviation per step is
        `sigma_x sqrt(2 tau / dt)` on every channel.
    - `tau`: time constant in ms of the network for which the noise is scaled.
    - `easy`: whether differences of strength are larger.
    - `one_rule_per_batch`: whether `batch` draws one rule for all of its trials.

    Raises `ValueError` for rules that are unknown, repeated or missing, weights that do
    not match the rules, 100 ms not a multiple of dt, and values out of range.
    """

    main_condition: ClassVar[str | None] = "target"
    input_names: ClassVar[tuple[str, ...]] = INPUT_NAMES
    output_names: ClassVar[tuple[str, ...]] = OUTPUT_NAMES

    rules: tuple[str, ...] = eqx.field(
        default=YANG2019_RULES, static=True, converter=_distinct_rules
    )
    weights: Array = array(default=None, converter=numbers_or_default, check=WEIGHTS)
    loss: Loss = static("lsq")
    sigma_x: Array = array(default=0.01, converter=number, check=DEVIATION)
    tau: Array = array(default=100.0, converter=number, check=IN_MS)
    easy: bool = static(False)
    one_rule_per_batch: bool = static(False)

    def __post_init__(self) -> None:
        """Validate the options; all durations are multiples of 100 ms."""
        self.rules = _distinct_rules(self.rules)
        if self.weights is None:
            are_all = len(self.rules) == len(RULES)
            frequent = ("contextdm1", "contextdm2") if are_all else ()
            self.weights = numbers([5.0 if r in frequent else 1.0 for r in self.rules])
        super().__post_init__()
        check_weights(self.weights, len(self.rules), of="rule")
        divides = np.isclose(max(round(GRACE / self.dt), 1) * self.dt, GRACE, atol=1e-9)
        remedy = "All durations are multiples of 100 ms."
        check(divides, "dt", "divide 100 ms", f"{self.dt:g} ms", remedy)

    @property
    def performance_name(self) -> str:
        """What `performance` measures; with several rules that of the worst rule."""
        return "fraction correct" + " of the worst rule" * (len(self.rules) > 1)

    @property
    def n_steps(self) -> int:
        """Number of steps of the longest trial of the chosen rules."""
        return max(longest(RULES[name], self.dt) for name in self.rules)

    @property
    def n_conditions(self) -> int:
        """Number of kinds of trial: the rules."""
        return len(self.rules)

    def render(self, condition: Array | None, key: KeyArray) -> Trial:
        """Return a trial of `rules[condition]`; in training rules follow `weights`.

        The same key gives the same trial, whether its rule is drawn or an argument.
        """
        plan_key, noise_key = jr.split(key)
        numbers = draw_numbers(plan_key)
        if condition is None:
            rule = draw_by_weight(numbers["rule"][0], self.weights)
        else:
            rule = jnp.asarray(condition, int)

        # Only the plan depends on the rule; the rendering is the same for all rules.
        branches = [
            partial(make_plan, RULES[name], dt=self.dt, easy=self.easy)
            for name in self.rules
        ]
        plan = jax.lax.switch(rule, branches, numbers)
        lines = jnp.asarray([YANG2019_RULES.index(name) for name in self.rules])
        inputs = render_inputs(
            input_patterns(plan, lines[rule]),
            noise_deviation(self.sigma_x, self.tau, self.dt),
            noise_key,
            steps=self.n_steps,
        )
        grace = round(GRACE / self.dt)
        targets, mask = targets_and_mask(plan, self.n_steps, grace, self.loss)
        response, end = plan.epochs["response"]
        return make_trial(
            inputs=inputs,
            targets=targets,
            mask=mask,
            epochs=plan.epochs,
            rule=rule,
            target=plan.target,
            response_onset=response,
            fixation_off=plan.fixation_off,
            stimulus_on=plan.on,
            stimulus_off=plan.off,
            locations=plan.locations,
            strengths=plan.strengths,
            t_end=end,
        )

    def batch(self, key: KeyArray, size: int) -> Trial:
        """Return trials for training, `size` on a leading axis.

        Trial i is drawn with `split(key)[i]`. With one rule in the batch, the key is
        first split in two, for the rule and for the trials. Raises `ValueError` for a
        size below 1.
        """
        if not self.one_rule_per_batch:
            return super().batch(key, size)
        check_count("size", size, at_least=1)
        rule_key, key = jr.split(key)
        rule = draw_by_weight(jr.uniform(rule_key), self.weights)
        return jax.vmap(self.render, (None, 0))(rule, jr.split(key, size))

    def link(self, outputs: Array) -> Array:
        """Return the sigmoid of the outputs, or the softmax over all 33."""
        if self.loss == "lsq":
            return jax.nn.sigmoid(outputs)
        return jax.nn.softmax(outputs, axis=-1)

    def output_loss(self, outputs: Array, trials: Trial) -> Array:
        """Return the loss: the mean over the trials of a mean over each trial.

        With "lsq" the latter is the mean of `mask * (sigmoid(y) - target)^2` over all
        outputs and all steps up to the end, unscored steps included. In a batch of
        trials of one length it equals their mean over time, batch and units. With
        "softmax" it is the mean over steps of the cross-entropy, times the mask divided
        by the mean of the mask.
        """
        mask, targets = trials.mask, trials.targets
        if self.loss == "lsq":
            total = jnp.sum(mask * (self.link(outputs) - targets) ** 2, axis=(-2, -1))
            entries = trials.conditions["t_end"].astype(total.dtype) * self.n_out
            return jnp.mean(total / entries)
        cross_entropy = -jnp.sum(targets * jax.nn.log_softmax(outputs), axis=-1)
        weight = mask[..., 0]
        total = jnp.sum(weight * cross_entropy, axis=-1)
        return jnp.mean(total / jnp.sum(weight, axis=-1))

    @judges_outputs
    def score(self, outputs: Array, trials: Trial) -> Array:
        """Return 1.0 for a correct answer at the last step of the trial, else 0.0.

        In no-go trials the fixation output (after the link) must be above 0.5. In the
        other trials it must not be above 0.5, and the population vector of the ring
        must point to within 0.2 pi of the target (their `network.py:60-93`).
        """
        target = trials.conditions["target"]
        answer = self.link(at_step(outputs, trials.conditions["t_end"] - 1))
        is_fixating = answer[..., 0] > 0.5
        angle, has_direction = population_vector(answer[..., 1:])
        is_near = has_direction & (circular_distance(angle, target) < TOLERANCE)
        is_correct = jnp.where(target < 0, is_fixating, ~is_fixating & is_near)
        return is_correct.astype(outputs.dtype)

    @judges_outputs
    def performance(self, outputs: Array, trials: Trial) -> Array:
        """Return the mean score of the worst rule among those that have trials."""
        rule, is_counted = trials.conditions["rule"], ~trials.conditions["is_catch"]
        score = self.score(outputs, trials)
        return worst_mean(score, rule, len(self.rules), is_counted)
