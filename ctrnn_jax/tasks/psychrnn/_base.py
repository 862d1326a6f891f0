"""What the tasks of PsychRNN have in common, and perceptual discrimination."""

from typing import ClassVar, final

import equinox as eqx
from jax import Array
import jax.numpy as jnp
import jax.random as jr
import numpy as np

from ..._checks import check_not_negative, check_values, invalid, steps_in
from ..._types import ArrayLike, KeyArray
from ..contract import (
    AbstractTask,
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
    white_noise,
)


class AbstractPsychRNN(AbstractTask):
    """The cost and the answer that all tasks of PsychRNN have."""

    def output_loss(self, outputs: Array, trials: Trial) -> Array:
        """Mean of `(mask (y - target))^2` over everything, masked entries too.

        As in PsychRNN it is not divided by the mask, so that it is smaller by the share
        of entries that are scored.
        """
        error = trials.mask * (self.link(outputs) - trials.targets)
        return jnp.mean(error**2)

    def answer(self, outputs: Array, trials: Trial) -> Array:
        """The output with the largest mean over scored steps, `(*batch,)`; tie: first.

        How PsychRNN decides (`accuracy_function` of each of its tasks).
        """
        scored = self.link(outputs) * trials.mask
        return jnp.argmax(jnp.mean(scored, axis=-2), axis=-1)


def check_long_enough(duration: float, dt: float) -> float:
    """Refuse trials of fewer than eight steps, an eighth being the shortest part."""
    steps = steps_in("duration", duration, dt)
    if steps < 8:
        raise invalid(
            "duration", "be at least 8 steps", f"{steps} steps", f"dt is {dt:g} ms."
        )
    return float(duration)


def share_of_steps(
    key: KeyArray, low: float, high: float, steps: int, *, at_least: int
) -> Array:
    """Steps of a part that is uniform over [low, high) of a trial, floored."""
    drawn = jnp.floor(jr.uniform(key, minval=low, maxval=high) * steps)
    last = max(int(np.ceil(high * steps)) - 1, at_least)  # the bound is excluded
    return jnp.clip(drawn.astype(int), at_least, last)


def psychrnn_noise(key: KeyArray, steps: int, stim_noise: Array, dt: float) -> Array:
    """White noise as in PsychRNN, `(steps, 2)`.

    Its standard deviation is `stim_noise sqrt(0.02 sqrt(10 dt))`, 0.0447 at dt = 10 and
    the default. It grows with dt, so the information of a trial depends on dt.
    """
    return stim_noise * np.sqrt(0.02 * np.sqrt(10.0 * dt)) * white_noise(key, steps, 2)


@final
class PerceptualDiscrimination(AbstractPsychRNN, AbstractTwoChoice):
    """Which of two noisy inputs is the stronger? (PsychRNN; Ehrlich et al. 2021.)

    During the stimulus the inputs are 1 + coherence and 1, else 0, with noise of
    standard deviation `stim_noise sqrt(0.02 sqrt(10 dt))` at all times, which grows
    with dt. The stimulus begins at U(0, 1/2) and lasts U(1/8, 3/8) of the trial, both
    floored to steps and the latter at least one. Everything after it is scored: the
    output of the stronger input must be `high` and the other `low`, both 0 for the
    first `lag` ms (`perceptual_discrimination.py` there).

    A trial is correct if the output of the choice has the larger mean over scored
    steps. The cost is that of PsychRNN, without division by the mask.
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
        - `duration`: of the trial in ms, a multiple of dt and at least eight of them.
        - `lag`: from the end of the stimulus to the answer in ms, a multiple of dt or
            0, below an eighth of the trial.
        - `coherences`: how much stronger the stronger input is, in [0, 1].
        - `stim_noise`: scale of the input noise.
        - `low`, `high`: targets of the other and of the chosen output.

        Raises `ValueError` for durations that are no multiple of dt, and values out of
        range.
        """
        self.dt = check_dt(dt)
        self.duration = check_long_enough(duration, self.dt)
        self.lag = check_spare("lag", lag, self.dt)
        if 8 * self.lag >= self.duration:
            raise invalid(
                "lag",
                "be below an eighth of the trial",
                f"{self.lag:g} ms",
                "Else there may be no time to answer.",
            )
        values = check_numbers("coherences", coherences, "Not in percent.")
        inside = lambda x: (x >= 0) & (x <= 1)
        check_values(
            "coherences", values, inside, "lie in [0, 1]", "They are no percentages."
        )
        check_not_negative("stim_noise", stim_noise, "It scales the noise.")
        self.coherences, self.stim_noise = values, number(stim_noise)
        self.low, self.high = check_targets(low, high)

    @property
    def n_steps(self) -> int:
        """Number of steps; all trials have the same."""
        return count(self.duration, self.dt)

    @property
    def n_conditions(self) -> int:
        """Each coherence for either choice."""
        return 2 * self.coherences.shape[0]

    def render(self, condition: Array | None, key: KeyArray) -> Trial:
        """Conditions: the coherences for choice 1, then for choice 2; else uniform.

        When the stimulus is shown is random in either case.
        """
        condition_key, onset_key, shown_key, noise_key = jr.split(key, 4)
        levels, steps = self.coherences.shape[0], self.n_steps
        level, choice = draw_factors(condition, condition_key, levels, 2)
        coherence = self.coherences[level]
        onset = share_of_steps(onset_key, 0.0, 1 / 2, steps, at_least=0)
        shown = share_of_steps(shown_key, 1 / 8, 3 / 8, steps, at_least=1)
        epochs = in_a_row(
            {
                "fixation": onset,
                "stimulus": shown,
                "decision": steps - onset - shown,
            }
        )
        chosen = jnp.arange(2) == choice
        on = during(epochs["stimulus"], steps)[:, None]
        strength = 1.0 + jnp.where(chosen, coherence, 0.0)
        noise = psychrnn_noise(noise_key, steps, self.stim_noise, self.dt)
        scored = during(epochs["decision"], steps)[:, None]
        answering = epochs["decision"].at[0].add(count(self.lag, self.dt))
        goal = jnp.where(chosen, self.high, self.low)[None, :]
        return Trial(
            inputs=jnp.where(on, strength[None, :], 0.0) + noise,
            targets=jnp.where(during(answering, steps)[:, None], goal, 0.0),
            mask=jnp.broadcast_to(scored, noise.shape).astype(noise.dtype),
            conditions={
                "coherence": coherence,
                "evidence": jnp.where(choice == 0, coherence, -coherence),
                "choice": choice,
                "t_end": epochs["decision"][1],
                "is_catch": jnp.zeros((), bool),
            },
            epochs=epochs,
        )
