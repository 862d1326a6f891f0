"""Delayed discrimination of two frequencies, as in PsychRNN."""

from typing import ClassVar, final

import equinox as eqx
from jax import Array
import jax.numpy as jnp
import jax.random as jr
import numpy as np

from ..._checks import check_not_negative, invalid
from ..._types import ArrayLike, KeyArray
from ..contract import (
    AbstractTwoChoice,
    check_dt,
    check_duration,
    check_targets,
    count,
    draw_factors,
    during,
    in_a_row,
    number,
    PAIRS,
    Trial,
    tuned,
)
from ._base import AbstractPsychRNN, check_long_enough, psychrnn_noise, share_of_steps


@final
class DelayedDiscrimination(AbstractPsychRNN, AbstractTwoChoice):
    """Which of two frequencies, shown one after the other, is the higher? (PsychRNN.)

    Frequencies and their code are those of the parametric working memory task (Romo et
    al. 1999): pairs (18, 10), (22, 14), (26, 18), (30, 22), (34, 26) Hz in either
    order; during each stimulus the inputs are `0.4 + 0.8 (f - 10) / 24` and `0.4 + 0.8
    (34 - f) / 24`, with noise of standard deviation `stim_noise sqrt(0.02 sqrt(10
    dt))` at all times, which grows with dt. Only the decision epoch is scored: output 1
    must be `high` if the first frequency is the higher one, else output 2
    (`delayed_discrim.py` there).

    A part that is given no duration is random: onset and decision are U(0, 1/8) of the
    trial, the stimuli and the delay U(0, 1/4), floored to steps and at least one. (The
    original may draw a decision without any step, hence nothing to learn or score.)
    A trial is correct if the output of the choice has the larger mean over scored
    steps. The cost is that of PsychRNN, without division by the mask.
    """

    input_names: ClassVar[tuple[str, ...]] = ("frequency", "reversed frequency")
    output_names: ClassVar[tuple[str, ...]] = ("first is higher", "second is higher")
    evidence_name: ClassVar[str] = "first frequency above second (Hz)"

    stim_noise: Array
    low: Array
    high: Array
    dt: float = eqx.field(static=True)
    duration: float = eqx.field(static=True)
    onset: float | None = eqx.field(static=True)
    stimulus_1: float | None = eqx.field(static=True)
    delay: float | None = eqx.field(static=True)
    stimulus_2: float | None = eqx.field(static=True)
    decision: float | None = eqx.field(static=True)

    def __init__(
        self,
        *,
        dt: float = 10.0,
        duration: float = 2000.0,
        onset: float | None = None,
        stimulus_1: float | None = None,
        delay: float | None = None,
        stimulus_2: float | None = None,
        decision: float | None = None,
        stim_noise: ArrayLike = 0.1,
        low: ArrayLike = 0.2,
        high: ArrayLike = 1.0,
    ) -> None:
        """**Arguments:**

        - `dt`: step in ms.
        - `duration`: of the trial in ms, a multiple of dt and at least eight of them.
        - `onset`, `stimulus_1`, `delay`, `stimulus_2`, `decision`: durations of the
            parts in ms, multiples of dt that fit into the trial; `None`: random.
        - `stim_noise`: scale of the input noise.
        - `low`, `high`: targets of the other and of the chosen output.

        Raises `ValueError` for durations that are no multiple of dt, vanish or do not
        fit, and values out of range.
        """
        self.dt = check_dt(dt)
        self.duration = check_long_enough(duration, self.dt)
        given = lambda name, part: (
            part if part is None else check_duration(name, part, self.dt)
        )
        self.onset = given("onset", onset)
        self.stimulus_1 = given("stimulus_1", stimulus_1)
        self.delay = given("delay", delay)
        self.stimulus_2 = given("stimulus_2", stimulus_2)
        self.decision = given("decision", decision)
        longest = sum(
            self.duration * share if part is None else part
            for _, part, share in self._parts
        )
        if longest > self.duration:
            raise invalid(
                "duration",
                f"hold all parts, up to {longest:g} ms",
                f"{self.duration:g} ms",
                "Make it longer, or a part shorter.",
            )
        check_not_negative("stim_noise", stim_noise, "It scales the noise.")
        self.stim_noise = number(stim_noise)
        self.low, self.high = check_targets(low, high)

    @property
    def _parts(self) -> tuple[tuple[str, float | None, float], ...]:
        """Name, duration and the largest share of the trial if that is random."""
        return (
            ("onset", self.onset, 1 / 8),
            ("stimulus_1", self.stimulus_1, 1 / 4),
            ("delay", self.delay, 1 / 4),
            ("stimulus_2", self.stimulus_2, 1 / 4),
            ("decision", self.decision, 1 / 8),
        )

    @property
    def n_steps(self) -> int:
        """Number of steps; all trials have the same."""
        return count(self.duration, self.dt)

    @property
    def n_conditions(self) -> int:
        """Each pair of frequencies in either order."""
        return 2 * len(PAIRS)

    def render(self, condition: Array | None, key: KeyArray) -> Trial:
        """Conditions: the pairs with the higher one first, then second; else uniform.

        Random durations are drawn in either case.
        """
        condition_key, noise_key, *part_keys = jr.split(key, 2 + len(self._parts))
        pair, choice = draw_factors(condition, condition_key, len(PAIRS), 2)
        pairs = number(np.asarray(PAIRS))
        high, low = pairs[pair]
        first = jnp.where(choice == 0, high, low)
        second = jnp.where(choice == 0, low, high)
        steps = self.n_steps
        epochs = in_a_row(
            {
                name: share_of_steps(part_key, 0.0, share, steps, at_least=1)
                if part is None
                else count(part, self.dt)
                for part_key, (name, part, share) in zip(
                    part_keys, self._parts, strict=True
                )
            }
        )
        code = lambda f: jnp.stack(tuned(f, pairs))[None, :]
        on = lambda name: during(epochs[name], steps)[:, None]
        shown = jnp.where(
            on("stimulus_1"),
            code(first),
            jnp.where(on("stimulus_2"), code(second), 0.0),
        )
        noise = psychrnn_noise(noise_key, steps, self.stim_noise, self.dt)
        goal = jnp.where(jnp.arange(2) == choice, self.high, self.low)[None, :]
        return Trial(
            inputs=shown + noise,
            targets=jnp.where(on("decision"), goal, 0.0),
            mask=jnp.broadcast_to(on("decision"), noise.shape).astype(noise.dtype),
            conditions={
                "f1": first,
                "f2": second,
                "evidence": first - second,
                "choice": choice,
                "t_end": jnp.asarray(steps, int),
                "is_catch": jnp.zeros((), bool),
            },
            epochs=epochs,
        )
