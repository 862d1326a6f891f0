"""Context-dependent integration of motion or colour."""

from typing import ClassVar, final

from jax import Array
import jax.numpy as jnp
import jax.random as jr
import numpy as np

from ..._arguments import checks_arguments
from ..._types import KeyArray
from ..contract import array, check_duration, number, numbers, static, Trial
from ._base import AbstractSong2016Choice, COHERENCES, PROBABILITY


# The pattern of the inputs is a sum of these: NEUTRAL, the context (0 or 1) times
# CONTEXT, and the signed coherences (percent) times MOTION and COLOUR.
NEUTRAL = np.array([1.0, 0.0, 0.5, 0.5, 0.5, 0.5])
CONTEXT = np.array([-1.0, 1.0, 0.0, 0.0, 0.0, 0.0])
MOTION = np.array([0.0, 0.0, 1.0, -1.0, 0.0, 0.0]) / 200.0  # for each percent
COLOUR = np.array([0.0, 0.0, 0.0, 0.0, 1.0, -1.0]) / 200.0


@final
@checks_arguments
class ContextIntegration(AbstractSong2016Choice):
    """Which choice is favoured by the attended stimulus, motion or colour?

    Mante et al. (2013) as in Song, Yang & Wang (2016, `mante.py:38-46,141-164`). After
    fixation one of two context inputs is 1. Both stimuli are shown, each as a pair of
    inputs, `(1 + coherence / 100) / 2` for output channel 0 and `(1 - coherence / 100)
    / 2` for output channel 1. The attended stimulus is that of the context. The output
    of the choice that it favours must go up in the decision epoch, after the stimuli.
    The loss counts fixation and decision only. In catch trials nothing is shown, and
    both outputs stay low for the whole trial, which is longer.

    Inputs are `max(0, baseline + shown + noise)`. The noise has the standard deviation
    `sqrt(2 tau_in / dt) * sigma_in` per step. A trial is correct if the output of the
    correct choice is the larger one at the last step. Their coherences 1, 3, 10 are in
    units of 5 %.

    Conditions, besides those of all tasks: `context` (0 motion, 1 colour),
    `coherence_motion` and `coherence_colour` (percent, positive towards output channel
    0, negative towards output channel 1), `choice` (0 or 1), `evidence` (the coherence
    of the attended stimulus).

    **Arguments:**

    - `dt`: step in ms.
    - `fixation`, `stimulus`, `decision`: duration of the epoch in ms, a multiple of dt.
    - `catch`: duration of a catch trial in ms, at least that of the others.
    - `coherences`: strengths of either stimulus in percent, each in [0, 100].
    - `catch_probability`: fraction of catch trials in training.
    - `baseline`: input without stimulus.
    - `sigma_in`: strength of the input noise.
    - `tau_in`: time constant of the input noise in ms.
    - `low`: target of the other output.
    - `high`: target of the chosen output.

    Raises `ValueError` for durations that are 0 or not a multiple of dt, and for values
    out of range.
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

    stimulus: float = static(800.0, check_duration)
    decision: float = static(300.0, check_duration)
    coherences: Array = array(
        default=(5.0, 15.0, 50.0), converter=numbers, check=COHERENCES
    )
    catch_probability: Array = array(
        default=1 / 73, converter=number, check=PROBABILITY
    )

    def __post_init__(self) -> None:
        """Validate the options; no trial may be longer than a catch trial."""
        super().__post_init__()
        self._check_catch(self.fixation + self.stimulus + self.decision)

    @property
    def n_conditions(self) -> int:
        """Number of kinds of trial: catch; contexts x pairs of signed coherences."""
        return 1 + 2 * (2 * self.coherences.shape[0]) ** 2

    def render(self, condition: Array | None, key: KeyArray) -> Trial:
        """Return a trial. Condition 0 is catch; then the first factor is fastest.

        The factors are context, coherence of motion, coherence of colour, choice
        favoured by motion, choice favoured by colour. In training: catch with its
        probability, else all factors uniform.
        """
        factor_key, noise_key = jr.split(key)
        levels = self.coherences.shape[0]
        is_catch, factors = self._draw(condition, factor_key, 2, levels, levels, 2, 2)
        context, motion_level, colour_level, motion_choice, colour_choice = factors
        motion = self._signed(motion_level, motion_choice)
        colour = self._signed(colour_level, colour_choice)
        pattern = number(NEUTRAL) + context.astype(motion.dtype) * number(CONTEXT)
        pattern += motion * number(MOTION) + colour * number(COLOUR)
        epochs = self._parts("fixation", "stimulus", "decision")
        attends_motion = context == 0
        return self._trial(
            [(epochs["stimulus"], pattern)],
            epochs,
            choice=jnp.where(attends_motion, motion_choice, colour_choice),
            is_catch=is_catch,
            key=noise_key,
            context=context,
            coherence_motion=motion,
            coherence_colour=colour,
            evidence=jnp.where(attends_motion, motion, colour),
        )

    def _signed(self, level: Array, choice: Array) -> Array:
        """Return the coherence of a level, negative towards output 1."""
        coherence = self.coherences[level]
        return jnp.where(choice == 0, coherence, -coherence)
