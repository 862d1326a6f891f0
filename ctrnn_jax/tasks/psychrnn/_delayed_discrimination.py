"""Delayed discrimination of two frequencies, as in PsychRNN."""

from typing import ClassVar, final, NamedTuple

import equinox as eqx
from jax import Array
import jax.numpy as jnp
import jax.random as jr
import numpy as np

from ..._checks import check, check_not_negative
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


class _Part(NamedTuple):
    """A part of a trial: its name, and its duration in ms or the bound of a draw.

    If `duration` is `None`, it is uniform over [0, `largest_share`) of the trial.
    """

    name: str
    duration: float | None
    largest_share: float


@final
class DelayedDiscrimination(AbstractPsychRNN, AbstractTwoChoice):
    """Which of two frequencies, shown one after the other, is the higher? (PsychRNN.)

    Frequencies and their code are those of the parametric working memory task (Romo et
    al. 1999): pairs (18, 10), (22, 14), (26, 18), (30, 22), (34, 26) Hz in either
    order. During each stimulus the inputs are `0.4 + 0.8 (f - 10) / 24` and `0.4 + 0.8
    (34 - f) / 24`. At all times they have noise of standard deviation `stim_noise
    sqrt(0.02 sqrt(10 dt))`, which grows with dt. Only the decision epoch is scored:
    output 0 must be `high` if the first frequency is the higher one, output 1 if the
    second is; the other output must be `low` (`delayed_discrim.py` of PsychRNN).

    A part without a duration is random: onset and decision are U(0, 1/8) of the trial,
    the stimuli and the delay U(0, 1/4), floored to steps and at least one. (PsychRNN
    may draw a decision without steps, which leaves nothing to learn or score.) A trial
    is correct if the correct output has the larger mean over scored steps. The loss is
    that of PsychRNN, without division by the mask.
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
        - `duration`: duration of the trial in ms, a multiple of dt and at least 8 dt.
        - `onset`, `stimulus_1`, `delay`, `stimulus_2`, `decision`: durations of the
            parts in ms, multiples of dt that fit into the trial. `None`: random.
        - `stim_noise`: scale of the input noise.
        - `low`, `high`: targets of the wrong and of the correct output.

        Raises `ValueError` for durations that are not a multiple of dt, are 0 or do not
        fit, and for values out of range.
        """
        self.dt = check_dt(dt)
        self.duration = check_long_enough(duration, self.dt)

        def check_part(name: str, part: float | None) -> float | None:
            return None if part is None else check_duration(name, part, self.dt)

        self.onset = check_part("onset", onset)
        self.stimulus_1 = check_part("stimulus_1", stimulus_1)
        self.delay = check_part("delay", delay)
        self.stimulus_2 = check_part("stimulus_2", stimulus_2)
        self.decision = check_part("decision", decision)
        # The parts must fit even if all random durations are the longest possible.
        longest = sum(
            self.duration * part.largest_share
            if part.duration is None
            else part.duration
            for part in self._parts
        )
        check(
            longest <= self.duration,
            "duration",
            f"hold all parts, up to {longest:g} ms",
            f"{self.duration:g} ms",
            "Make it longer, or a part shorter.",
        )
        check_not_negative("stim_noise", stim_noise, "It scales the noise.")
        self.stim_noise = number(stim_noise)
        self.low, self.high = check_targets(low, high)

    @property
    def _parts(self) -> tuple[_Part, ...]:
        """The parts of a trial, in order."""
        return (
            _Part("onset", self.onset, 1 / 8),
            _Part("stimulus_1", self.stimulus_1, 1 / 4),
            _Part("delay", self.delay, 1 / 4),
            _Part("stimulus_2", self.stimulus_2, 1 / 4),
            _Part("decision", self.decision, 1 / 8),
        )

    @property
    def n_steps(self) -> int:
        """Number of steps of every trial."""
        return count(self.duration, self.dt)

    @property
    def n_conditions(self) -> int:
        """Number of pairs of frequencies x 2 (their order)."""
        return 2 * len(PAIRS)

    def render(self, condition: Array | None, key: KeyArray) -> Trial:
        """Return a trial; conditions are pairs, the higher first, then the higher last.

        In training conditions are uniform. Random durations are always drawn.
        """
        condition_key, noise_key, *part_keys = jr.split(key, 2 + len(self._parts))
        pair, choice = draw_factors(condition, condition_key, len(PAIRS), 2)
        # Frequencies in Hz, in the order of presentation.
        pairs = number(np.asarray(PAIRS))
        high, low = pairs[pair]
        first = jnp.where(choice == 0, high, low)
        second = jnp.where(choice == 0, low, high)

        # Durations of the parts, in steps.
        steps = self.n_steps
        lengths: dict[str, ArrayLike] = {}
        for part_key, part in zip(part_keys, self._parts, strict=True):
            if part.duration is None:
                share = part.largest_share
                drawn = share_of_steps(part_key, 0.0, share, steps, at_least=1)
                lengths[part.name] = drawn
            else:
                lengths[part.name] = count(part.duration, self.dt)
        epochs = in_a_row(lengths)

        def is_during(name: str) -> Array:
            return during(epochs[name], steps)[:, None]

        def code(frequency: Array) -> Array:
            return jnp.stack(tuned(frequency, pairs))[None, :]

        # Stimuli, (time, 2).
        stimulus = jnp.where(
            is_during("stimulus_1"),
            code(first),
            jnp.where(is_during("stimulus_2"), code(second), 0.0),
        )
        noise = psychrnn_noise(noise_key, steps, self.stim_noise, self.dt)
        # Targets in the decision epoch, (1, 2).
        goal = jnp.where(jnp.arange(2) == choice, self.high, self.low)[None, :]
        is_decision = is_during("decision")
        return Trial(
            inputs=stimulus + noise,
            targets=jnp.where(is_decision, goal, 0.0),
            mask=jnp.broadcast_to(is_decision, noise.shape).astype(noise.dtype),
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
