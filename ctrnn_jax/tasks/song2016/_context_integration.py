"""Context-dependent integration of motion or colour."""

from typing import ClassVar, final

import equinox as eqx
from jax import Array
import jax.numpy as jnp
import jax.random as jr
import numpy as np

from ..._checks import check_values
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
)
from ._base import AbstractSong2016Choice, check_catch, checked_choice, checked_noise


# what the inputs are is UNSIGNED + context CONTEXT + motion MOTION + colour COLOUR
UNSIGNED = np.array([1.0, 0.0, 0.5, 0.5, 0.5, 0.5])
CONTEXT = np.array([-1.0, 1.0, 0.0, 0.0, 0.0, 0.0])
MOTION = np.array([0.0, 0.0, 1.0, -1.0, 0.0, 0.0]) / 200.0  # of percent
COLOUR = np.array([0.0, 0.0, 0.0, 0.0, 1.0, -1.0]) / 200.0


@final
class ContextIntegration(AbstractSong2016Choice):
    """Which choice does the attended one of two stimuli, motion or colour, favour?

    Mante et al. (2013) as in Song, Yang & Wang (2016, `mante.py:38-46,141-164`). After
    fixation one of two context inputs is 1, and both stimuli are shown, each as a pair
    of inputs `(1 ± coherence / 100) / 2` for choice 1 and 2. The output of the choice
    that the stimulus of this context favours must go up in the decision epoch, after
    the stimuli. The cost counts fixation and decision only. On catch trials nothing is
    shown and both outputs stay low for the whole, longer, trial.

    Inputs are `max(0, baseline + shown + noise)`, the noise of standard deviation
    `sqrt(2 tau_in / dt) * sigma_in` per step. A trial is correct if the output of the
    choice is the larger one at its last step. Their coherences 1, 3, 10 are
    shown in units of 5 %.

    Conditions, beside those of all tasks: `context` (0 motion, 1 colour),
    `coherence_motion` and `coherence_colour` (in percent, positive towards choice 1,
    negative towards choice 2), `choice` (0 or 1), `evidence` (that of the two
    coherences which counts).
    """

    input_names: ClassVar[tuple[str, ...]] = (
        "motion context",
        "colour context",
        "motion 1",
        "motion 2",
        "colour 1",
        "colour 2",
    )
    evidence_name: ClassVar[str] = "attended coherence towards choice 1 (%)"

    coherences: Array
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
        stimulus: float = 800.0,
        decision: float = 300.0,
        catch: float = 2000.0,
        coherences: ArrayLike | tuple[float, ...] = (5.0, 15.0, 50.0),
        catch_probability: ArrayLike = 1 / 73,
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
        - `coherences`: of either stimulus, in percent, each in [0, 100].
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
        percent = "They are in percent."
        self.coherences = check_numbers("coherences", coherences, percent)
        inside = lambda c: (c >= 0) & (c <= 100)
        check_values("coherences", self.coherences, inside, "lie in [0, 100]", percent)
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
        """A catch trial, and each context with each pair of signed coherences."""
        return 1 + 2 * (2 * self.coherences.shape[0]) ** 2

    def render(self, condition: Array | None, key: KeyArray) -> Trial:
        """Condition 0 is catch; then the others, the first factor fastest.

        The factors are context, coherence of motion, of colour, favoured choice of
        motion, of colour. In training: catch with its probability, else all uniform.
        """
        draw_key, noise_key = jr.split(key)
        is_catch, which = self._drawn(condition, draw_key)
        levels = self.coherences.shape[0]
        factors = first_fastest(which, 2, levels, levels, 2, 2)
        context, motion_level, colour_level, motion_side, colour_side = factors
        motion = self._signed(motion_level, motion_side)
        colour = self._signed(colour_level, colour_side)
        # sums, as XLA would make a stack anew in every step and channel
        pattern = number(UNSIGNED) + context.astype(motion.dtype) * number(CONTEXT)
        pattern += motion * number(MOTION) + colour * number(COLOUR)
        epochs = in_a_row(
            {
                "fixation": count(self.fixation, self.dt),
                "stimulus": count(self.stimulus, self.dt),
                "decision": count(self.decision, self.dt),
            }
        )
        on = during(epochs["stimulus"], self.n_steps)[:, None]
        attends_motion = context == 0
        return self._trial(
            jnp.where(on, pattern[None, :], 0.0),
            epochs,
            jnp.where(attends_motion, motion_side, colour_side),
            is_catch,
            noise_key,
            {
                "context": context,
                "coherence_motion": motion,
                "coherence_colour": colour,
                "evidence": jnp.where(attends_motion, motion, colour),
            },
        )

    def _signed(self, level: Array, side: Array) -> Array:
        coherence = self.coherences[level]
        return jnp.where(side == 0, coherence, -coherence)
