"""Perceptual discrimination as in PsychRNN."""

from functools import partial
from typing import ClassVar, final

from jax import Array
import jax.numpy as jnp
import jax.random as jr

from ..._arguments import checks_arguments
from ..._checks import check
from ..._types import KeyArray
from ..contract import (
    array,
    check_coherences,
    check_spare,
    draw_factors,
    during,
    in_a_row,
    make_trial,
    numbers,
    static,
    Trial,
)
from ._base import AbstractPsychRNNChoice, share_of_steps


FRACTIONS = partial(
    check_coherences, largest=1.0, remedy="Give fractions, not percentages."
)
"""The check of a list of coherences."""


@final
@checks_arguments
class PerceptualDiscrimination(AbstractPsychRNNChoice):
    """Which of two noisy inputs is the stronger? (PsychRNN; Ehrlich et al. 2021.)

    During the stimulus the inputs are 1 + coherence and 1, else 0. At all times they
    have noise of standard deviation `stim_noise sqrt(0.02 sqrt(10 dt))`, which grows
    with dt. The stimulus begins at U(0, 1/2) of the trial and lasts U(1/8, 3/8) of it,
    both floored to steps and the latter at least one. All steps after the stimulus are
    scored: the output of the stronger input must be `high` and the other output `low`;
    both must be 0 for the first `lag` ms (`perceptual_discrimination.py` of PsychRNN).

    A trial is correct if the output of the stronger input has the larger mean over
    scored steps. The loss is that of PsychRNN, without division by the mask.

    **Arguments:**

    - `dt`: step in ms.
    - `duration`: duration of the trial in ms, a multiple of dt and at least 8 dt.
    - `lag`: time from the end of the stimulus to the answer in ms, a multiple of dt or
        0, less than an eighth of the trial.
    - `coherences`: differences between the stronger and the weaker input, in [0, 1].
    - `stim_noise`: scale of the input noise.
    - `low`: target of the wrong output.
    - `high`: target of the correct output.

    Raises `ValueError` for durations that are not a multiple of dt, and for values out
    of range.
    """

    input_names: ClassVar[tuple[str, ...]] = ("evidence for 1", "evidence for 2")
    evidence_name: ClassVar[str] = "coherence towards choice 1"

    lag: float = static(20.0, check_spare)
    coherences: Array = array(
        default=(0.1, 0.3, 0.5, 0.7), converter=numbers, check=FRACTIONS
    )

    def __post_init__(self) -> None:
        """Validate the options; there must be time left for the answer."""
        super().__post_init__()
        check(
            8 * self.lag < self.duration,
            "lag",
            "be below an eighth of the trial",
            f"{self.lag:g} ms",
            "Leave time for an answer after the longest stimulus.",
        )

    @property
    def n_conditions(self) -> int:
        """Number of coherences x 2 (the stronger input)."""
        return 2 * self.coherences.shape[0]

    def render(self, condition: Array | None, key: KeyArray) -> Trial:
        """Return a trial; conditions are coherences for output 0, then for output 1.

        In training conditions are uniform. The time of the stimulus is always random.
        """
        condition_key, onset_key, shown_key, noise_key = jr.split(key, 4)
        levels, steps = self.coherences.shape[0], self.n_steps
        level, choice = draw_factors(condition, condition_key, levels, 2)
        coherence = self.coherences[level]

        # Times, in steps.
        onset = share_of_steps(onset_key, 0.0, 1 / 2, steps, at_least=0)
        shown = share_of_steps(shown_key, 1 / 8, 3 / 8, steps, at_least=1)
        rest = steps - onset - shown
        epochs = in_a_row({"fixation": onset, "stimulus": shown, "decision": rest})

        # Channels, (2,), and steps, (time, 1).
        strength = 1.0 + jnp.where(jnp.arange(2) == choice, coherence, 0.0)
        answer_epoch = epochs["decision"].at[0].add(self._steps(self.lag))
        is_stimulus = during(epochs["stimulus"], steps)[:, None]
        is_answer = during(answer_epoch, steps)[:, None]
        noise = self._noise(noise_key)
        return make_trial(
            inputs=jnp.where(is_stimulus, strength[None, :], 0.0) + noise,
            targets=jnp.where(is_answer, self._goal(choice), 0.0),
            mask=during(epochs["decision"], steps)[:, None],
            epochs=epochs,
            coherence=coherence,
            evidence=jnp.where(choice == 0, coherence, -coherence),
            choice=choice,
        )
