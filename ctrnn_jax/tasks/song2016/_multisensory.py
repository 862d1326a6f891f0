"""Multisensory integration of visual and auditory event rates."""

from typing import ClassVar, final

import equinox as eqx
from jax import Array
import jax.numpy as jnp
import jax.random as jr
import numpy as np

from ..._checks import check_finite, check_values, is_concrete
from ..._types import ArrayLike, KeyArray
from ..contract import (
    check_dt,
    check_duration,
    check_numbers,
    count,
    during,
    first_fastest,
    in_a_row,
    number,
    Trial,
    tuned,
)
from ._base import AbstractSong2016Choice, check_catch, checked_choice, checked_noise


FREQUENCIES = (9.0, 10.0, 11.0, 12.0, 13.0, 14.0, 15.0, 16.0)

# which of the input channels
VISUAL = np.array([True, False, True, False, False])
AUDITORY = np.array([False, True, False, True, False])
RISING = np.array([True, True, False, False, False])
CUE = np.array([False, False, False, False, True])


@final
class MultisensoryIntegration(AbstractSong2016Choice):
    """Is the rate of events, seen, heard or both, above a boundary?

    Raposo et al. (2014) as in Song, Yang & Wang (2016, `multisensory.py:30-34,71-90,
    141-170`). In the stimulus a visual pair of inputs, an auditory pair, or both show
    one frequency: "+" rises with it from .4 to 1.2 over the range of the frequencies,
    "-" falls. A start cue is 1 in stimulus and decision. Choice 1 is right above the
    boundary, choice 2 below it; its output must go up in the decision epoch. The cost
    counts fixation and decision only. On catch trials nothing is shown and both outputs
    stay low for the whole, longer, trial.

    Inputs are `max(0, baseline + shown + noise)`, the noise of standard deviation
    `sqrt(2 tau_in / dt) * sigma_in` per step. A trial is correct if the output of the
    choice is the larger one at its last step.

    Conditions, beside those of all tasks: `modality` (0 visual, 1 auditory, 2 both),
    `frequency` (events/s), `choice` (0 or 1), `evidence` (frequency above boundary).
    """

    input_names: ClassVar[tuple[str, ...]] = ("V+", "A+", "V-", "A-", "start cue")
    evidence_name: ClassVar[str] = "frequency - boundary (events/s)"

    frequencies: Array
    boundary: Array
    catch_probability: Array
    baseline: Array
    sigma_in: Array
    tau_in: Array
    low: Array
    high: Array
    dt: float = eqx.field(static=True)
    fixation: float = eqx.field(static=True)
    stimulus: float = eqx.field(static=True)
    decision: float = eqx.field(static=True)
    catch: float = eqx.field(static=True)

    def __init__(
        self,
        *,
        dt: float = 20.0,
        fixation: float = 100.0,
        stimulus: float = 1000.0,
        decision: float = 300.0,
        catch: float = 2500.0,
        frequencies: ArrayLike | tuple[float, ...] = FREQUENCIES,
        boundary: ArrayLike = 12.5,
        catch_probability: ArrayLike = 0.2,
        baseline: ArrayLike = 0.2,
        sigma_in: ArrayLike = 0.01,
        tau_in: ArrayLike = 100.0,
        low: ArrayLike = 0.2,
        high: ArrayLike = 1.0,
    ) -> None:
        """**Arguments:**

        - `dt`: step in ms.
        - `fixation`, `stimulus`, `decision`: durations in ms, multiples of dt.
        - `catch`: duration of a catch trial in ms, at least that of the others.
        - `frequencies`: in events/s, not all equal, none of them at the boundary.
        - `boundary`: between the two choices, in events/s.
        - `catch_probability`: fraction of catch trials in training.
        - `baseline`: input without stimulus.
        - `sigma_in`, `tau_in`: strength and time constant (ms) of the input noise.
        - `low`, `high`: targets of the other and of the chosen output.

        Raises `ValueError` for durations that are no multiple of dt or vanish, and
        values out of range.
        """
        self.dt = check_dt(dt)
        self.fixation = check_duration("fixation", fixation, self.dt)
        self.stimulus = check_duration("stimulus", stimulus, self.dt)
        self.decision = check_duration("decision", decision, self.dt)
        self.catch = check_duration("catch", catch, self.dt)
        check_catch(self.catch, self.fixation + self.stimulus + self.decision)
        rates = check_numbers("frequencies", frequencies, "They are in events/s.")
        check_values(
            "frequencies",
            jnp.max(rates) - jnp.min(rates),
            lambda span: np.isfinite(span) & (span > 0),
            "span a range",
            "The inputs are scaled to it: give two different ones at least.",
        )
        check_finite("boundary", boundary)
        if is_concrete((rates, boundary)):
            check_values(
                "frequencies",
                rates,
                lambda f: f != np.asarray(boundary, f.dtype),
                "not be at the boundary",
                "Neither choice would be right.",
            )
        self.frequencies, self.boundary = rates, number(boundary)
        numbers = checked_choice(catch_probability, low, high)
        self.catch_probability, self.low, self.high = numbers
        noise = checked_noise(baseline, sigma_in, tau_in)
        self.baseline, self.sigma_in, self.tau_in = noise

    @property
    def n_steps(self) -> int:
        """Number of steps of a catch trial, the longest."""
        return count(self.catch, self.dt)

    @property
    def n_conditions(self) -> int:
        """A catch trial, and each frequency in each of three modalities."""
        return 1 + 3 * self.frequencies.shape[0]

    def render(self, condition: Array | None, key: KeyArray) -> Trial:
        """Condition 0 is catch; then modality, fastest, and frequency.

        In training: catch with its probability, else both uniform.
        """
        draw_key, noise_key = jr.split(key)
        is_catch, which = self._drawn(condition, draw_key)
        modality, place = first_fastest(which, 3, self.frequencies.shape[0])
        frequency = self.frequencies[place]
        evidence = frequency - self.boundary
        rising, falling = tuned(frequency, self.frequencies)
        # selections, as XLA would make a stack anew in every step and channel
        active = (VISUAL & (modality != 1)) | (AUDITORY & (modality != 0))
        level = jnp.where(RISING, rising, falling)
        epochs = in_a_row(
            {
                "fixation": count(self.fixation, self.dt),
                "stimulus": count(self.stimulus, self.dt),
                "decision": count(self.decision, self.dt),
            }
        )
        on = during(epochs["stimulus"], self.n_steps)[:, None]
        deciding = during(epochs["decision"], self.n_steps)[:, None]
        cued = (on | deciding) & CUE[None, :]
        pattern = jnp.where(active, level, 0.0)[None, :]
        return self._trial(
            jnp.where(cued, 1.0, jnp.where(on, pattern, 0.0)),
            epochs,
            (evidence <= 0).astype(int),
            is_catch,
            noise_key,
            {"modality": modality, "frequency": frequency, "evidence": evidence},
        )
