"""Categorisation of a direction, the "match to category" task of PsychRNN."""

from typing import ClassVar, final

from jax import Array
import jax.numpy as jnp
import jax.random as jr
import numpy as np

from ..._arguments import checks_arguments
from ..._types import KeyArray
from ..contract import (
    at_least,
    check_duration,
    circular_distance,
    during,
    judges_outputs,
    make_trial,
    number,
    render_inputs,
    static,
    Trial,
)
from ._base import AbstractPsychRNN


@final
@checks_arguments
class MatchToCategory(AbstractPsychRNN):
    """In which sector of the circle is the angle on a ring of inputs? (PsychRNN.)

    The task is loosely based on Freedman & Assad (2006). In spite of its name it has
    one stimulus and nothing to match. The sectors are equal, and that of output 0
    begins at angle 0. In the stimulus epoch input i is the normal density (standard
    deviation 1 rad) of the distance between the angle and the preferred angle of i.
    Preferred angles are evenly spaced from 0 to 2 pi with both ends, as in PsychRNN, so
    the first and the last input are equal. All inputs have noise of standard deviation
    `stim_noise / (2 dt)`, dt in ms. In the decision epoch the output of the category
    must be 1 and all other outputs 0 (`match_to_category.py` of PsychRNN). Other epochs
    are not scored.

    A trial is correct if the output of the category has the largest mean over scored
    steps. The loss is that of PsychRNN, without division by the mask. Conditions are
    `angle` (rad) and `category`, counted from 0.

    **Arguments:**

    - `n_directions`: number of inputs, at least 2.
    - `n_categories`: number of outputs, at least 2.
    - `dt`: step in ms.
    - `onset`, `stimulus`, `decision`: duration of the epoch in ms, a multiple of dt.
    - `stim_noise`: scale of the input noise.

    Raises `ValueError` for durations that are not a multiple of dt or are 0, and for
    values out of range.
    """

    main_condition: ClassVar[str | None] = "angle"

    n_directions: int = static(16, at_least(2))
    n_categories: int = static(2, at_least(2))
    onset: float = static(200.0, check_duration)
    stimulus: float = static(1000.0, check_duration)
    decision: float = static(800.0, check_duration)

    @property
    def input_names(self) -> tuple[str, ...]:
        """Number and preferred angle in degrees of each input."""
        angles = np.linspace(0.0, 360.0, self.n_directions)
        return tuple(f"{i + 1}: {angle:g}°" for i, angle in enumerate(angles))

    @property
    def output_names(self) -> tuple[str, ...]:
        """The categories."""
        return tuple(f"category {i + 1}" for i in range(self.n_categories))

    @property
    def n_steps(self) -> int:
        """Number of steps of every trial."""
        return self._steps(self.onset, self.stimulus, self.decision)

    @property
    def n_conditions(self) -> int:
        """Number of categories."""
        return self.n_categories

    def render(self, condition: Array | None, key: KeyArray) -> Trial:
        """Return a trial; the condition is the category, uniform in training.

        The angle is uniform within the category.
        """
        category_key, angle_key, noise_key = jr.split(key, 3)
        if condition is None:
            condition = jr.randint(category_key, (), 0, self.n_categories)
        position = jr.uniform(angle_key)  # within the sector
        angle = condition.astype(position.dtype) + position
        angle = angle * (2 * np.pi / self.n_categories)

        # The mean input of each channel, (n_directions,).
        preferred = number(np.linspace(0.0, 2 * np.pi, self.n_directions))
        distance = circular_distance(preferred, angle)
        bump = jnp.exp(-(distance**2) / 2.0) / np.sqrt(2 * np.pi)

        # Masks over steps, (time, 1), and over outputs, (1, categories).
        steps, epochs = self.n_steps, self._parts("onset", "stimulus", "decision")
        is_scored = during(epochs["decision"], steps)[:, None]
        is_category = (jnp.arange(self.n_categories) == condition)[None, :]
        deviation = self.stim_noise / (2.0 * self.dt)
        patterns = [(epochs["stimulus"], bump)]
        return make_trial(
            inputs=render_inputs(patterns, deviation, noise_key, steps=steps),
            targets=(is_scored & is_category).astype(bump.dtype),
            mask=is_scored,
            epochs=epochs,
            angle=angle,
            category=condition,
        )

    @judges_outputs
    def score(self, outputs: Array, trials: Trial) -> Array:
        """Return 1.0 where the answer is the category, else 0.0, `(*batch,)`."""
        is_correct = self.answer(outputs, trials) == trials.conditions["category"]
        return is_correct.astype(outputs.dtype)
