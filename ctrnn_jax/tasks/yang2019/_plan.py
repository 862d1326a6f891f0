"""The plan of a trial of Yang et al. (2019): its timing and its stimuli, in numbers.

A trial is made in three stages.

1. `draw_numbers` draws uniform numbers. They are the same for all rules.
2. `make_plan` turns the numbers into a plan under one rule: durations, locations,
   strengths and a target. This is arithmetic on scalars and short vectors.
3. `_channels.py` renders the plan: inputs, targets and mask with a time axis.

Under vmap, choosing a rule by `lax.switch` computes the branches of all 20 rules. Only
stage 2 is in the branches, so neither random draws nor arrays over time are repeated.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from jax import Array
import jax.numpy as jnp
import jax.random as jr

from ..._types import KeyArray
from ..contract import count, in_a_row


PARTS = ("fixation", "stimulus 1", "delay", "stimulus 2", "wait", "response")
"""The parts of a trial in their order; each rule has some of them."""

NUMBERS = (
    "rule", "location", "apart", "match", "ring", "mean", "level", "sign", "share",
    "side",
)  # fmt: skip
"""The drawn quantities besides the durations; two numbers each, for rings or stimuli.

Names are in the order of the draws: a name in another place would change all trials.
"""

Numbers = dict[str, Array]
"""Uniform numbers in [0, 1), `(2,)`, for each of `NUMBERS` and `PARTS`."""

Content = tuple[Array, Array, Array]
"""Locations `(2,)`, strengths `(2, 2)` and the target, as in `Plan`."""


class Plan(NamedTuple):
    """A trial in a few numbers; times in steps, angles in radians.

    - `locations`: of the two stimuli, `(2,)`.
    - `strengths`: of each stimulus on each ring, `(ring, stimulus)`; 0: not shown.
    - `on`, `off`: each stimulus is shown in the steps [on, off), `(2,)`.
    - `fixation_off`: the step at which the fixation cue goes off; the end if never.
    - `target`: the angle of the response; -1: keep fixating.
    - `epochs`: [start, stop) of each of `PARTS`; equal if the rule lacks the part.
    """

    locations: Array
    strengths: Array
    on: Array
    off: Array
    fixation_off: Array
    target: Array
    epochs: dict[str, Array]


class Between(NamedTuple):
    """A duration uniform over [low, high) ms, floored to dt."""

    low: float
    high: float

    def steps(self, u: Array, dt: float) -> Array:
        """Return the number of steps for a uniform number in [0, 1)."""
        start, stop = count(self.low, dt), count(self.high, dt)
        return start + jnp.floor(u * (stop - start)).astype(int)

    def longest(self, dt: float) -> int:
        """Return the largest number of steps."""
        return count(self.high, dt) - 1


class OneOf(NamedTuple):
    """One of some durations in ms, all equally likely."""

    durations: tuple[float, ...]

    def steps(self, u: Array, dt: float) -> Array:
        """Return the number of steps for a uniform number in [0, 1)."""
        steps = jnp.asarray([count(d, dt) for d in self.durations], int)
        return steps[jnp.floor(u * len(self.durations)).astype(int)]

    def longest(self, dt: float) -> int:
        """Return the largest number of steps."""
        return count(max(self.durations), dt)


class Timing(NamedTuple):
    """The durations and the order of events under a rule.

    - `durations`: of some of `PARTS`; the other parts have no steps.
    - `shown`: for each stimulus the parts at whose start it appears and at whose stop
        it disappears.
    - `cue_stays`: whether the fixation cue stays on to the end.
    """

    durations: Mapping[str, Between | OneOf]
    shown: tuple[tuple[str, str], tuple[str, str]]
    cue_stays: bool = False


class Rule(NamedTuple):
    """A rule: its timing and its content.

    - `content`: a function from the numbers and the levels to the content.
    - `levels`, `easy`: differences of strength, in the task and in its easy version.
    """

    timing: Timing
    content: Callable[[Numbers, tuple[float, ...]], Content]
    levels: tuple[float, ...] = (1.0,)
    easy: tuple[float, ...] = (1.0,)


def draw_numbers(key: KeyArray) -> Numbers:
    """Draw everything that is random in a trial except for the noise.

    Each name has two uniform numbers in [0, 1); a duration uses the first one. All are
    drawn at once, whether or not the rule needs them.
    """
    names = (*NUMBERS, *PARTS)
    uniform = jr.uniform(key, (len(names), 2))
    return {name: uniform[i] for i, name in enumerate(names)}


def make_plan(rule: Rule, numbers: Numbers, *, dt: float, easy: bool) -> Plan:
    """Return the plan of a trial: the drawn numbers, interpreted by a rule."""
    timing = rule.timing

    # Lay the parts one after the other; a part that the rule lacks has no steps, so
    # that the plans of all rules have the same structure.
    steps: dict[str, Array | int] = dict.fromkeys(PARTS, 0)
    for part, duration in timing.durations.items():
        steps[part] = duration.steps(numbers[part][0], dt)
    epochs = in_a_row(steps)

    levels = rule.easy if easy else rule.levels
    locations, strengths, target = rule.content(numbers, levels)
    response, end = epochs["response"]
    return Plan(
        locations=locations,
        strengths=strengths,
        on=jnp.stack([epochs[appears][0] for appears, _ in timing.shown]),
        off=jnp.stack([epochs[disappears][1] for _, disappears in timing.shown]),
        fixation_off=end if timing.cue_stays else response,
        target=target,
        epochs=epochs,
    )


def longest(rule: Rule, dt: float) -> int:
    """Return the number of steps of the longest trial of a rule."""
    return sum(duration.longest(dt) for duration in rule.timing.durations.values())
