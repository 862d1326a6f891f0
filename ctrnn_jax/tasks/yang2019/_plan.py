"""The plan of a trial of Yang et al. (2019): its timing and its stimuli, in numbers.

A plan is a few numbers; whatever has a time axis is made from it once, for all rules
alike. The rules share the numbers they start from, so that choosing among the plans of
20 rules costs arithmetic and no draws.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from jax import Array
import jax.numpy as jnp
import jax.random as jr

from ..._types import KeyArray
from ..contract import count, in_a_row


PARTS = ("fixation", "stimulus 1", "delay", "stimulus 2", "wait", "response")
"""What a trial is made of, in a row; a rule has some of them."""

NUMBERS = (
    "rule", "location", "apart", "match", "ring", "mean", "level", "sign", "share",
    "side",
)  # fmt: skip
"""What is drawn besides the durations; two numbers each, for two rings or stimuli."""

Numbers = dict[str, Array]
Content = tuple[Array, Array, Array]


class Plan(NamedTuple):
    """A trial in a few numbers; times in steps, angles in radians.

    - `locations`: of the two stimuli, `(2,)`.
    - `strengths`: `(2, 2)` for ring and stimulus; 0: not shown on that ring.
    - `on`, `off`: each stimulus is shown in steps [on, off), `(2,)`.
    - `fixation_off`: when the fixation cue goes off; the end if never.
    - `target`: where to respond; -1: keep fixating.
    - `epochs`: [start, stop) of each of `PARTS`; equal where the rule lacks it.
    """

    locations: Array
    strengths: Array
    on: Array
    off: Array
    fixation_off: Array
    target: Array
    epochs: dict[str, Array]


class Between(NamedTuple):
    """A duration that is uniform over [low, high) ms, floored to dt."""

    low: float
    high: float

    def steps(self, u: Array, dt: float) -> Array:
        """From a number in [0, 1)."""
        first, stop = count(self.low, dt), count(self.high, dt)
        return first + jnp.floor(u * (stop - first)).astype(int)

    def longest(self, dt: float) -> int:
        """In steps."""
        return count(self.high, dt) - 1


class OneOf(NamedTuple):
    """One of some durations in ms, all equally likely."""

    durations: tuple[float, ...]

    def steps(self, u: Array, dt: float) -> Array:
        """From a number in [0, 1)."""
        steps = jnp.asarray([count(d, dt) for d in self.durations], int)
        return steps[jnp.floor(u * len(self.durations)).astype(int)]

    def longest(self, dt: float) -> int:
        """In steps."""
        return count(max(self.durations), dt)


class Timing(NamedTuple):
    """When things happen under a rule.

    - `durations`: of some of `PARTS`.
    - `shown`: each stimulus from the start of one part to the stop of another.
    - `cue_stays`: whether the fixation cue stays on to the end.
    """

    durations: Mapping[str, Between | OneOf]
    shown: tuple[tuple[str, str], tuple[str, str]]
    cue_stays: bool = False


class Rule(NamedTuple):
    """A rule: its timing and its content.

    - `content`: from the numbers and the levels to locations, strengths and target.
    - `levels`, `easy`: differences of strength, in the task and in its easy version.
    """

    timing: Timing
    content: Callable[[Numbers, tuple[float, ...]], Content]
    levels: tuple[float, ...] = (1.0,)
    easy: tuple[float, ...] = (1.0,)


def draw_numbers(key: KeyArray) -> Numbers:
    """All that is random in a trial but for the noise: uniform in [0, 1), `(2,)` each.

    A duration uses the first of its two numbers.
    """
    names = (*NUMBERS, *PARTS)
    drawn = jr.uniform(key, (len(names), 2))
    return {name: drawn[i] for i, name in enumerate(names)}


def make_plan(rule: Rule, numbers: Numbers, *, dt: float, easy: bool) -> Plan:
    """The trial that these numbers stand for under a rule."""
    timing = rule.timing
    epochs = in_a_row(
        {
            part: timing.durations[part].steps(numbers[part][0], dt)
            if part in timing.durations
            else 0
            for part in PARTS
        }
    )
    locations, strengths, target = rule.content(
        numbers, rule.easy if easy else rule.levels
    )
    return Plan(
        locations,
        strengths,
        on=jnp.stack([epochs[first][0] for first, _ in timing.shown]),
        off=jnp.stack([epochs[last][1] for _, last in timing.shown]),
        fixation_off=epochs["response"][int(timing.cue_stays)],
        target=target,
        epochs=epochs,
    )


def longest(rule: Rule, dt: float) -> int:
    """Steps of the longest trial of a rule."""
    return sum(duration.longest(dt) for duration in rule.timing.durations.values())
