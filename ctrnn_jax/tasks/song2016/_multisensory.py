"""Multisensory integration of visual and auditory event rates."""

import enum
from typing import ClassVar, final

from jax import Array
import jax.numpy as jnp
import jax.random as jr
import numpy as np

from ..._arguments import checks_arguments
from ..._checks import check_finite, check_values, is_concrete
from ..._types import ArrayLike, KeyArray
from ..contract import (
    array,
    check_duration,
    check_numbers,
    number,
    numbers,
    static,
    Trial,
    tuned,
)
from ._base import AbstractSong2016Choice, PROBABILITY


FREQUENCIES = (9.0, 10.0, 11.0, 12.0, 13.0, 14.0, 15.0, 16.0)

# Which of the inputs V+, A+, V-, A-, start cue have a property.
VISUAL = np.array([True, False, True, False, False])
AUDITORY = np.array([False, True, False, True, False])
RISING = np.array([True, True, False, False, False])
CUE = np.array([False, False, False, False, True])


class Modality(enum.IntEnum):
    """The values of the condition `modality`: which pairs of inputs are shown."""

    VISUAL = 0
    AUDITORY = 1
    BOTH = 2


def _check_frequencies(name: str, values: ArrayLike | tuple[float, ...]) -> None:
    """Validate a list of frequencies that are not all equal."""
    frequencies = check_numbers(name, values, "They are in events/s.")
    check_values(
        name,
        jnp.max(frequencies) - jnp.min(frequencies),
        lambda span: span > 0,
        "span a range",
        "The inputs are scaled to the range: give at least two different frequencies.",
    )


@final
@checks_arguments
class MultisensoryIntegration(AbstractSong2016Choice):
    """Is the rate of visual, auditory or both events above a boundary?

    Raposo et al. (2014) as in Song, Yang & Wang (2016, `multisensory.py:30-34,71-90,
    141-170`). In the stimulus a visual pair of inputs, an auditory pair, or both show
    one frequency. The input "+" rises with the frequency from .4 to 1.2 over the range
    of the frequencies; "-" falls. A start cue is 1 in stimulus and decision. Output
    channel 0 is correct above the boundary, channel 1 below it. The output of the
    correct choice must go up in the decision epoch. The loss counts fixation and
    decision only. In catch trials nothing is shown, and both outputs stay low for the
    whole trial, which is longer.

    Inputs are `max(0, baseline + shown + noise)`. The noise has the standard deviation
    `sqrt(2 tau_in / dt) * sigma_in` per step. A trial is correct if the output of the
    correct choice is the larger one at the last step.

    Conditions, besides those of all tasks: `modality` (0 visual, 1 auditory, 2 both),
    `frequency` (events/s), `choice` (0 or 1), `evidence` (frequency - boundary).

    **Arguments:**

    - `dt`: step in ms.
    - `fixation`, `stimulus`, `decision`: duration of the epoch in ms, a multiple of dt.
    - `catch`: duration of a catch trial in ms, at least that of the others.
    - `frequencies`: rates of the stimuli in events/s, not all equal, none of them at
        the boundary.
    - `boundary`: frequency between the two choices, in events/s.
    - `catch_probability`: fraction of catch trials in training.
    - `baseline`: input without stimulus.
    - `sigma_in`: strength of the input noise.
    - `tau_in`: time constant of the input noise in ms.
    - `low`: target of the other output.
    - `high`: target of the chosen output.

    Raises `ValueError` for durations that are 0 or not a multiple of dt, and for values
    out of range.
    """

    input_names: ClassVar[tuple[str, ...]] = ("V+", "A+", "V-", "A-", "start cue")
    evidence_name: ClassVar[str] = "frequency - boundary (events/s)"

    stimulus: float = static(1000.0, check_duration)
    decision: float = static(300.0, check_duration)
    catch: float = static(2500.0, check_duration)
    frequencies: Array = array(
        default=FREQUENCIES, converter=numbers, check=_check_frequencies
    )
    boundary: Array = array(default=12.5, converter=number, check=check_finite)
    catch_probability: Array = array(default=0.2, converter=number, check=PROBABILITY)

    def __post_init__(self) -> None:
        """Validate the options; no trial may be longer than a catch trial."""
        super().__post_init__()
        self._check_catch(self.fixation + self.stimulus + self.decision)
        if is_concrete((self.frequencies, self.boundary)):

            def is_off_boundary(f: np.ndarray) -> np.ndarray:
                return f != np.asarray(self.boundary)

            rule, remedy = "not be at the boundary", "Neither choice would be correct."
            check_values("frequencies", self.frequencies, is_off_boundary, rule, remedy)

    @property
    def n_conditions(self) -> int:
        """Number of kinds of trial: catch, and modalities x frequencies."""
        return 1 + len(Modality) * self.frequencies.shape[0]

    def render(self, condition: Array | None, key: KeyArray) -> Trial:
        """Return a trial. Condition 0 is catch; then modality (fastest) and frequency.

        In training: catch with its probability, else both uniform.
        """
        factor_key, noise_key = jr.split(key)
        levels = len(Modality), self.frequencies.shape[0]
        is_catch, (modality, place) = self._draw(condition, factor_key, *levels)
        frequency = self.frequencies[place]
        evidence = frequency - self.boundary
        rising, falling = tuned(frequency, self.frequencies)
        is_visual = VISUAL & (modality != Modality.AUDITORY)
        is_auditory = AUDITORY & (modality != Modality.VISUAL)
        level = jnp.where(RISING, rising, falling)
        events = jnp.where(is_visual | is_auditory, level, 0.0)
        epochs = self._parts("fixation", "stimulus", "decision")
        to_respond = jnp.stack([epochs["stimulus"][0], epochs["decision"][1]])
        return self._trial(
            [(epochs["stimulus"], events), (to_respond, number(CUE))],
            epochs,
            choice=(evidence <= 0).astype(int),
            is_catch=is_catch,
            key=noise_key,
            modality=modality,
            frequency=frequency,
            evidence=evidence,
        )
