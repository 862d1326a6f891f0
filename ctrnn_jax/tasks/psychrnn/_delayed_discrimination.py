"""Delayed discrimination of two frequencies, as in PsychRNN."""

from typing import ClassVar, final

from jax import Array
import jax.numpy as jnp
import jax.random as jr
import numpy as np

from ..._arguments import checks_arguments
from ..._checks import check
from ..._types import KeyArray
from ..contract import (
    check_duration,
    draw_factors,
    during,
    make_trial,
    number,
    PAIRS,
    static,
    Trial,
    tuned,
)
from ._base import AbstractPsychRNNChoice, share_of_steps


LARGEST_SHARES = {
    "onset": 1 / 8,
    "stimulus_1": 1 / 4,
    "delay": 1 / 4,
    "stimulus_2": 1 / 4,
    "decision": 1 / 8,
}
"""The parts in their order; a random one is U(0, share) of the trial."""


@final
@checks_arguments
class DelayedDiscrimination(AbstractPsychRNNChoice):
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

    **Arguments:**

    - `dt`: step in ms.
    - `duration`: duration of the trial in ms, a multiple of dt and at least 8 dt.
    - `onset`, `stimulus_1`, `delay`, `stimulus_2`, `decision`: duration of the part in
        ms, a multiple of dt; random if `None`. All parts must fit into the trial.
    - `stim_noise`: scale of the input noise.
    - `low`: target of the wrong output.
    - `high`: target of the correct output.

    Raises `ValueError` for durations that are not a multiple of dt, are 0 or do not
    fit, and for values out of range.
    """

    input_names: ClassVar[tuple[str, ...]] = ("frequency", "reversed frequency")
    output_names: ClassVar[tuple[str, ...]] = ("first is higher", "second is higher")
    evidence_name: ClassVar[str] = "first frequency above second (Hz)"

    onset: float | None = static(None, check_duration)
    stimulus_1: float | None = static(None, check_duration)
    delay: float | None = static(None, check_duration)
    stimulus_2: float | None = static(None, check_duration)
    decision: float | None = static(None, check_duration)

    def __post_init__(self) -> None:
        """Validate the options; the longest possible parts must fit into the trial."""
        super().__post_init__()
        parts = {part: getattr(self, part) for part in LARGEST_SHARES}
        longest = sum(
            self.duration * LARGEST_SHARES[part] if duration is None else duration
            for part, duration in parts.items()
        )
        check(
            longest <= self.duration,
            "duration",
            f"hold all parts, up to {longest:g} ms",
            f"{self.duration:g} ms",
            "Make it longer, or a part shorter.",
        )

    @property
    def n_conditions(self) -> int:
        """Number of pairs of frequencies x 2 (their order)."""
        return 2 * len(PAIRS)

    def render(self, condition: Array | None, key: KeyArray) -> Trial:
        """Return a trial; conditions are pairs, the higher first, then the higher last.

        In training conditions are uniform. Random durations are always drawn.
        """
        condition_key, noise_key, *part_keys = jr.split(key, 2 + len(LARGEST_SHARES))
        pair, choice = draw_factors(condition, condition_key, len(PAIRS), 2)
        # Frequencies in Hz, in the order of presentation.
        pairs = number(np.asarray(PAIRS))
        high, low = pairs[pair]
        first = jnp.where(choice == 0, high, low)
        second = jnp.where(choice == 0, low, high)

        # Parts without a duration are drawn, in steps.
        steps, drawn = self.n_steps, {}
        for part_key, (part, share) in zip(
            part_keys, LARGEST_SHARES.items(), strict=True
        ):
            if getattr(self, part) is None:
                drawn[part] = share_of_steps(part_key, 0.0, share, steps, at_least=1)
        epochs = self._parts(*LARGEST_SHARES, **drawn)

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
        is_decision = is_during("decision")
        return make_trial(
            inputs=stimulus + self._noise(noise_key),
            targets=jnp.where(is_decision, self._goal(choice), 0.0),
            mask=is_decision,
            epochs=epochs,
            f1=first,
            f2=second,
            evidence=first - second,
            choice=choice,
            t_end=jnp.asarray(steps, int),
        )
