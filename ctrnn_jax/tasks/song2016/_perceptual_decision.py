"""Perceptual decision-making (random dots): fixed, variable and reaction time."""

import abc
from typing import ClassVar, final

from jax import Array
import jax.numpy as jnp
import jax.random as jr

from ..._arguments import checks_arguments
from ..._checks import check, check_finite
from ..._types import KeyArray
from ..contract import (
    array,
    check_bounds,
    check_duration,
    IN_MS,
    number,
    numbers,
    static,
    Trial,
    truncated_exponential_steps,
)
from ._base import AbstractSong2016Choice, COHERENCES, PROBABILITY


class AbstractPerceptualDecision(AbstractSong2016Choice):
    """Which of two noisy inputs is stronger? (Song, Yang & Wang 2016, Figs. 2 and 3.)

    After fixation, the inputs 0 and 1 carry evidence: `(1 + coherence / 100) / 2` for
    the correct choice and `(1 - coherence / 100) / 2` for the other. The output of the
    correct choice must go up in the decision epoch. The loss counts fixation and
    decision only. In catch trials there is no stimulus, and both outputs stay low for
    the whole trial, which is longer.

    Inputs are `max(0, baseline + evidence + noise)`. The noise has the standard
    deviation `sqrt(2 tau_in / dt) * sigma_in` per step. A trial is correct if the
    output of the correct choice is the larger one at the last step. Their coherences 1,
    2, 4, 8, 16 are in units of 3.2 %.

    Conditions: `coherence` (percent), `choice` (0 or 1: the output channel), `evidence`
    (the coherence, negative if output channel 1 is correct).
    """

    evidence_name: ClassVar[str] = "coherence towards choice 1 (%)"

    coherences: Array = array(
        default=(3.2, 6.4, 12.8, 25.6, 51.2), converter=numbers, check=COHERENCES
    )

    def __post_init__(self) -> None:
        """Validate the options; no trial may be longer than a catch trial."""
        super().__post_init__()
        self._check_catch(self._longest)

    @property
    @abc.abstractmethod
    def _longest(self) -> float:
        """Duration of the longest trial that is no catch trial, in ms."""

    @abc.abstractmethod
    def _epochs(self, key: KeyArray) -> dict[str, Array]:
        """Return fixation, stimulus and decision; `key` is for a drawn duration."""

    @property
    def n_conditions(self) -> int:
        """Number of kinds of trial: catch, and each coherence for each choice."""
        return 1 + 2 * self.coherences.shape[0]

    def render(self, condition: Array | None, key: KeyArray) -> Trial:
        """Return a trial. Conditions: catch (0), coherences for output 0, for output 1.

        In training: catch with its probability, else coherence and choice uniform.
        """
        factor_key, time_key, noise_key = jr.split(key, 3)
        levels = self.coherences.shape[0]
        is_catch, (level, choice) = self._draw(condition, factor_key, levels, 2)
        coherence = self.coherences[level]
        channel = jnp.arange(self.n_in)
        sign = jnp.where(channel == choice, 1.0, -1.0).astype(coherence.dtype)
        evidence = (1.0 + sign * coherence / 100.0) / 2.0
        pattern = jnp.where(channel < 2, evidence, 1.0)  # input 2 is the start cue
        epochs = self._epochs(time_key)
        return self._trial(
            [(epochs["stimulus"], pattern)],
            epochs,
            choice=choice,
            is_catch=is_catch,
            key=noise_key,
            coherence=coherence,
            evidence=sign[0] * coherence,
        )


@final
@checks_arguments
class PerceptualDecision(AbstractPerceptualDecision):
    """Which of two noisy inputs, shown for a fixed time, is stronger?

    The task of Song, Yang & Wang (2016, `rdm_dense` and `rdm_fixed`). After fixation,
    the inputs 0 and 1 carry evidence for 800 ms: `(1 + coherence / 100) / 2` for the
    correct choice and `(1 - coherence / 100) / 2` for the other. In the decision epoch,
    the 300 ms after it, the output of the correct choice must go up. The loss counts
    fixation and decision only. In catch trials there is no stimulus, and both outputs
    stay low for the whole trial, which is longer.

    Inputs are `max(0, baseline + evidence + noise)`. The noise has the standard
    deviation `sqrt(2 tau_in / dt) * sigma_in` per step. A trial is correct if the
    output of the correct choice is the larger one at the last step. Their coherences 1,
    2, 4, 8, 16 are in units of 3.2 %.

    Conditions: `coherence` (percent), `choice` (0 or 1: the output channel), `evidence`
    (the coherence, negative if output channel 1 is correct).

    **Arguments:**

    - `dt`: step in ms.
    - `fixation`, `stimulus`, `decision`: duration of the epoch in ms, a multiple of dt.
    - `catch`: duration of a catch trial in ms, at least that of the others.
    - `coherences`: strengths of the evidence in percent, each in [0, 100].
    - `catch_probability`: fraction of catch trials in training.
    - `baseline`: input without evidence.
    - `sigma_in`: strength of the input noise.
    - `tau_in`: time constant of the input noise in ms.
    - `low`: target of the other output.
    - `high`: target of the chosen output.

    Raises `ValueError` for durations that are 0 or not a multiple of dt, and for values
    out of range.

    **Example:**

    >>> task = cj.tasks.PerceptualDecision(dt=20.0)
    >>> trials = task.batch(jax.random.key(0), 16)
    >>> trials.inputs.shape[0], trials.inputs.shape[2]
    (16, 2)
    """

    input_names: ClassVar[tuple[str, ...]] = ("evidence for 1", "evidence for 2")

    stimulus: float = static(800.0, check_duration)
    decision: float = static(300.0, check_duration)

    @property
    def _longest(self) -> float:
        return self.fixation + self.stimulus + self.decision

    def _epochs(self, key: KeyArray) -> dict[str, Array]:
        del key
        return self._parts("fixation", "stimulus", "decision")


CUED_NAMES = (*PerceptualDecision.input_names, "start cue")
"""The inputs of the other two tasks; the start cue is 1 during the stimulus."""


@final
@checks_arguments
class PerceptualDecisionVariable(AbstractPerceptualDecision):
    """Which of two noisy inputs, shown for a random time, is stronger?

    The task of Song, Yang & Wang (2016, `rdm_varstim`). As `PerceptualDecision`, but
    the duration of the stimulus is drawn from a truncated exponential distribution, and
    a third input is 1 during the stimulus.

    **Arguments:** those of `PerceptualDecision`, except that two replace `stimulus`:

    - `mean`: mean of the exponential distribution in ms, before it is truncated.
    - `bounds`: the stimulus lasts at least low and less than high, for bounds (low,
        high) in ms, both multiples of dt.

    Raises `ValueError` as `PerceptualDecision`.
    """

    input_names: ClassVar[tuple[str, ...]] = CUED_NAMES

    mean: Array = array(default=330.0, converter=number, check=IN_MS)
    bounds: tuple[float, float] = static((80.0, 1500.0), check_bounds)
    decision: float = static(300.0, check_duration)

    @property
    def _longest(self) -> float:
        return self.fixation + self.bounds[1] - self.dt + self.decision

    def _epochs(self, key: KeyArray) -> dict[str, Array]:
        drawn = truncated_exponential_steps(key, self.mean, self.bounds, self.dt)
        return self._parts("fixation", "stimulus", "decision", stimulus=drawn)


@final
@checks_arguments
class PerceptualDecisionReactionTime(AbstractPerceptualDecision):
    """Which of two noisy inputs is stronger? Answered as soon as the network is ready.

    The task of Song, Yang & Wang (2016, `rdm_rt`). As `PerceptualDecision`, but the
    stimulus lasts to the end of the trial, the decision epoch is its later part, from
    300 ms after its onset on, and a third input is 1 during the stimulus.

    **Arguments:** those of `PerceptualDecision`, except that one replaces `decision`:

    - `reward`: time in ms from the onset of the stimulus to the decision epoch.

    By default 5 of 11 trials are catch trials, and `high` is 1.2.

    Raises `ValueError` as `PerceptualDecision`, and for a reward that is not shorter
    than the stimulus.
    """

    input_names: ClassVar[tuple[str, ...]] = CUED_NAMES

    stimulus: float = static(800.0, check_duration)
    reward: float = static(300.0, check_duration)
    catch_probability: Array = array(
        default=5 / 11, converter=number, check=PROBABILITY
    )
    high: Array = array(default=1.2, converter=number, check=check_finite)

    def __post_init__(self) -> None:
        """Validate the options; there must be time left for the decision."""
        super().__post_init__()
        check(
            self.reward < self.stimulus,
            "reward",
            "be shorter than the stimulus",
            f"{self.reward:g} ms",
            f"The stimulus lasts {self.stimulus:g} ms.",
        )

    @property
    def _longest(self) -> float:
        return self.fixation + self.stimulus

    def _epochs(self, key: KeyArray) -> dict[str, Array]:
        del key
        epochs = self._parts("fixation", "stimulus")
        start, stop = epochs["stimulus"]
        epochs["decision"] = jnp.stack([start + self._steps(self.reward), stop])
        return epochs
