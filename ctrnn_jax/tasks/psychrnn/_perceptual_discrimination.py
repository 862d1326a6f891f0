"""Perceptual discrimination as in PsychRNN."""

from typing import ClassVar, final

import equinox as eqx
from jax import Array
import jax.numpy as jnp
import jax.random as jr
import numpy as np

from ..._checks import check, check_not_negative, check_values
from ..._types import ArrayLike, KeyArray
from ..contract import (
    AbstractTwoChoice,
    check_dt,
    check_numbers,
    check_spare,
    check_targets,
    count,
    draw_factors,
    during,
    in_a_row,
    number,
    Trial,
)
from ._base import AbstractPsychRNN, check_long_enough, psychrnn_noise, share_of_steps


def _is_fraction(x: np.ndarray) -> np.ndarray:
    return np.asarray((x >= 0) & (x <= 1))


@final
class PerceptualDiscrimination(AbstractPsychRNN, AbstractTwoChoice):
    """Which of two noisy inputs is the stronger? (PsychRNN; Ehrlich et al. 2021.)

    During the stimulus the inputs are 1 + coherence and 1, else 0. At all times they
    have noise of standard deviation `stim_noise sqrt(0.02 sqrt(10 dt))`, which grows
    with dt. The stimulus begins at U(0, 1/2) of the trial and lasts U(1/8, 3/8) of it,
    both floored to steps and the latter at least one. All steps after the stimulus are
    scored: the output of the stronger input must be `high` and the other output `low`;
    both must be 0 for the first `lag` ms (`perceptual_discrimination.py` of PsychRNN).

    A trial is correct if the output of the stronger input has the larger mean over
    scored steps. The loss is that of PsychRNN, without division by the mask.
    """

    input_names: ClassVar[tuple[str, ...]] = ("evidence for 1", "evidence for 2")
    output_names: ClassVar[tuple[str, ...]] = ("choice 1", "choice 2")
    evidence_name: ClassVar[str] = "coherence towards choice 1"

    coherences: Array
    stim_noise: Array
    low: Array
    high: Array
    dt: float = eqx.field(static=True)
    duration: float = eqx.field(static=True)
    lag: float = eqx.field(static=True)

    def __init__(
        self,
        *,
        dt: float = 10.0,
        duration: float = 2000.0,
        lag: float = 20.0,
        coherences: ArrayLike | tuple[float, ...] = (0.1, 0.3, 0.5, 0.7),
        stim_noise: ArrayLike = 0.1,
        low: ArrayLike = 0.2,
        high: ArrayLike = 1.0,
    ) -> None:
        """**Arguments:**

        - `dt`: step in ms.
        - `duration`: duration of the trial in ms, a multiple of dt and at least 8 dt.
        - `lag`: time from the end of the stimulus to the answer in ms, a multiple of dt
            or 0, less than an eighth of the trial.
        - `coherences`: differences between the stronger and the weaker input, in
            [0, 1].
        - `stim_noise`: scale of the input noise.
        - `low`, `high`: targets of the wrong and of the correct output.

        Raises `ValueError` for durations that are not a multiple of dt, and for values
        out of range.
        """
        self.dt = check_dt(dt)
        self.duration = check_long_enough(duration, self.dt)
        self.lag = check_spare("lag", lag, self.dt)
        check(
            8 * self.lag < self.duration,
            "lag",
            "be below an eighth of the trial",
            f"{self.lag:g} ms",
            "Leave time for an answer after the longest stimulus.",
        )
        remedy = "Give fractions, not percentages."
        values = check_numbers("coherences", coherences, remedy)
        check_values("coherences", values, _is_fraction, "lie in [0, 1]", remedy)
        check_not_negative("stim_noise", stim_noise, "It scales the noise.")
        self.coherences, self.stim_noise = values, number(stim_noise)
        self.low, self.high = check_targets(low, high)

    @property
    def n_steps(self) -> int:
        """Number of steps of every trial."""
        return count(self.duration, self.dt)

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
        epochs = in_a_row(
            {
                "fixation": onset,
                "stimulus": shown,
                "decision": steps - onset - shown,
            }
        )

        # Channels, (2,), and steps, (time, 1).
        is_chosen = jnp.arange(2) == choice
        strength = 1.0 + jnp.where(is_chosen, coherence, 0.0)
        goal = jnp.where(is_chosen, self.high, self.low)[None, :]
        answer_epoch = epochs["decision"].at[0].add(count(self.lag, self.dt))
        is_stimulus = during(epochs["stimulus"], steps)[:, None]
        is_scored = during(epochs["decision"], steps)[:, None]
        is_answer = during(answer_epoch, steps)[:, None]
        noise = psychrnn_noise(noise_key, steps, self.stim_noise, self.dt)
        return Trial(
            inputs=jnp.where(is_stimulus, strength[None, :], 0.0) + noise,
            targets=jnp.where(is_answer, goal, 0.0),
            mask=jnp.broadcast_to(is_scored, noise.shape).astype(noise.dtype),
            conditions={
                "coherence": coherence,
                "evidence": jnp.where(choice == 0, coherence, -coherence),
                "choice": choice,
                "t_end": epochs["decision"][1],
                "is_catch": jnp.zeros((), bool),
            },
            epochs=epochs,
        )
