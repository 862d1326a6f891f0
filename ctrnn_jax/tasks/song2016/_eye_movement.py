"""Sequences of eye movements."""

from typing import ClassVar, final

from jax import Array
import jax.numpy as jnp
import jax.random as jr
import numpy as np

from ..._arguments import checks_arguments
from ..._types import KeyArray
from ..contract import (
    AbstractTracking,
    check_duration,
    draw_factors,
    during,
    make_trial,
    number,
    static,
    Trial,
)
from ._base import AbstractSong2016


SEQUENCES = (
    (4, 5, 1, 0),
    (4, 3, 1, 2),
    (4, 3, 7, 8),
    (4, 5, 7, 6),
    (4, 5, 1, 2),
    (4, 3, 1, 0),
    (4, 3, 7, 6),
    (4, 5, 7, 8),
)
"""Dots of a 3 x 3 grid, counted in rows from the top left; the gaze starts at dot 4."""

OPTIONS = {1: (0, 2), 3: (1, 7), 4: (3, 5), 5: (1, 7), 7: (6, 8)}
"""The two dots that may follow each dot."""


def _positions() -> np.ndarray:
    """Return x and y of each dot, `(9, 2)`; the grid spans [-.5, .5], y points up."""
    row, column = np.divmod(np.arange(9), 3)
    return np.stack([0.5 * column - 0.5, 0.5 - 0.5 * row], axis=1)


def _shown() -> np.ndarray:
    """Return the inputs of each sequence in each of the five epochs, `(8, 5, 17)`."""
    shown = np.zeros((8, 5, 17))
    for index, dots in enumerate(SEQUENCES):
        shown[index, :, 9 + index] = 1.0  # the cue of the sequence
        shown[index, 1, dots[0]] = 1.0  # the dot to fixate
        for movement, dot in enumerate(dots[:3]):
            shown[index, 2 + movement, [dot, *OPTIONS[dot]]] = 1.0
    return shown


@final
@checks_arguments
class EyeMovementSequence(AbstractSong2016, AbstractTracking):
    """Follow one of eight sequences of three eye movements between nine dots.

    Averbeck & Lee (2007) as in Song, Yang & Wang (2016, `lee.py`). One of eight inputs
    shows the sequence throughout. After an unscored intertrial interval, the centre dot
    is shown and the gaze (outputs x and y) must rest on it. Then come three movement
    epochs. In each of them the current dot and the two dots that may follow are shown,
    and the gaze must be on the next dot of the sequence. Inputs are `max(0, baseline +
    shown + noise)`. The noise has the standard deviation `sqrt(2 tau_in / dt) *
    sigma_in` per step. Their network has tau = 50 ms.

    Conditions, besides those of all tasks: `sequence` (0 to 7), `dots` (the four that
    are looked at from fixation on, `(*batch, 4)`, 0 to 8). There are no catch trials.
    The performance is 1 - RMSE over all trials; their training stops at RMSE <= .05.

    **Arguments:**

    - `dt`: step in ms.
    - `intertrial`, `fixation`: duration of the epoch in ms, a multiple of dt.
    - `movement`: duration of each movement in ms, a multiple of dt.
    - `baseline`: input where nothing is shown.
    - `sigma_in`: strength of the input noise.
    - `tau_in`: time constant of the input noise in ms.

    Raises `ValueError` for durations that are 0 or not a multiple of dt, and for values
    out of range.
    """

    main_condition: ClassVar[str | None] = "sequence"
    input_names: ClassVar[tuple[str, ...]] = (
        *(f"dot {k}" for k in range(9)),
        *(f"sequence {k}" for k in range(1, 9)),
    )
    output_names: ClassVar[tuple[str, ...]] = ("gaze x", "gaze y")

    dt: float = static(10.0)
    intertrial: float = static(1000.0, check_duration)
    fixation: float = static(1000.0, check_duration)
    movement: float = static(500.0, check_duration)

    @property
    def n_steps(self) -> int:
        """Number of steps of every trial."""
        return self._steps(self.intertrial, self.fixation, 3 * self.movement)

    @property
    def n_conditions(self) -> int:
        """Number of kinds of trial: the eight sequences."""
        return len(SEQUENCES)

    def render(self, condition: Array | None, key: KeyArray) -> Trial:
        """Return a trial of sequence `condition` (0 to 7); in training it is uniform.

        The paper counts the sequences from 1.
        """
        sequence_key, noise_key = jr.split(key)
        (sequence,) = draw_factors(condition, sequence_key, len(SEQUENCES))
        names = [f"movement {i}" for i in (1, 2, 3)]
        movements = dict.fromkeys(names, self._steps(self.movement))
        epochs = self._parts("intertrial", "fixation", *names, **movements)
        shown = number(_shown())[sequence]  # (epoch, n_in)
        patterns = [(epoch, shown[i]) for i, epoch in enumerate(epochs.values())]
        dots = jnp.asarray(SEQUENCES, int)[sequence]
        targets = self._gaze(number(_positions())[dots], epochs)
        is_free = during(epochs["intertrial"], self.n_steps)[:, None]
        return make_trial(
            inputs=self._inputs(patterns, noise_key),
            targets=targets,
            mask=~is_free,
            epochs=epochs,
            sequence=sequence,
            dots=dots,
        )

    def _gaze(self, positions: Array, epochs: dict[str, Array]) -> Array:
        """Return the gaze, `(time, 2)`: zero in the interval, then on each of the dots.

        **Arguments:** `positions`, `(4, 2)`.
        """
        gaze = jnp.zeros((self.n_steps, 2), positions.dtype)
        scored_epochs = [
            epoch for name, epoch in epochs.items() if name != "intertrial"
        ]
        for position, epoch in zip(positions, scored_epochs, strict=True):
            is_on = during(epoch, self.n_steps)[:, None]
            gaze = jnp.where(is_on, position[None, :], gaze)
        return gaze
