"""Delayed match to sample with the test at another place than the sample."""

from typing import ClassVar, final

from jax import Array
import jax.numpy as jnp
import jax.random as jr

from ..._arguments import checks_arguments
from ..._types import KeyArray
from ..contract import draw_factors, Trial
from ._base import AbstractMasse2019, direction_names, DIRECTIONS, UNITS


FIELDS = 3
"""Number of receptive fields."""


@final
@checks_arguments
class LocationMatch(AbstractMasse2019):
    """Does the test have the direction of the sample? (Masse 2019, location_DMS.)

    As `DelayedMatch`, but with three receptive fields of 24 tuned inputs each. The
    sample is shown in field 0, the test in field 1 or 2 with equal probability
    (`stimulus.py`, Masse et al. 2019). In their network each field projects to a
    separate third of the units.

    Conditions are `sample`, `test` (0 to 7), `match` (0, 1) and `field` (1, 2).

    **Arguments:**

    - `dt`: step in ms.
    - `dead`: unscored time before fixation in ms, a multiple of dt; may be 0.
    - `fixation`, `sample_time`, `delay`, `test_time`: duration of the epoch in ms, a
        multiple of dt.
    - `grace`: unscored time at the start of a test in ms; may be 0.
    - `sigma_in`: strength of the input noise.
    - `tau_in`: time constant of the input noise in ms.
    - `height`: height of the tuning curves.
    - `kappa`: concentration of the tuning curves.
    - `test_cost_multiplier`: weight of test steps in the loss (their runs had 2).

    Raises `ValueError` for durations that are not a multiple of dt or are 0, and for
    values out of range.
    """

    main_condition: ClassVar[str | None] = "sample"

    @property
    def input_names(self) -> tuple[str, ...]:
        """24 directions for each field."""
        fields = range(FIELDS)
        return tuple(x for field in fields for x in direction_names(f"field {field}"))

    @property
    def n_conditions(self) -> int:
        """Number of samples x 2 (match or not) x 2 (field of the test)."""
        return DIRECTIONS * 2 * 2

    def render(self, condition: Array | None, key: KeyArray) -> Trial:
        """Return a trial of condition `sample + 8 match + 16 (field - 1)`.

        In training, conditions are uniform.
        """
        condition_key, test_key, noise_key = jr.split(key, 3)
        levels = DIRECTIONS, 2, 2
        sample, match, place = draw_factors(condition, condition_key, *levels)
        # The test is the sample, or one of the seven other directions.
        other = (sample + jr.randint(test_key, (), 1, DIRECTIONS)) % DIRECTIONS
        test = jnp.where(match == 1, sample, other)
        epochs = self._in_a_row(
            {
                "fixation": self._steps(self.fixation),
                "sample": self._steps(self.sample_time),
                "delay": self._steps(self.delay),
                "test": self._steps(self.test_time),
            }
        )
        # Inputs for a test in field 1 or 2, (2, directions, n_in).
        test_tuning = jnp.stack([self.tuning(UNITS), self.tuning(2 * UNITS)])
        patterns = [
            (epochs["sample"], self.tuning()[sample]),
            (epochs["test"], test_tuning[place, test]),
        ]
        return self._trial(
            patterns,
            epochs,
            {"test": match},
            noise_key,
            sample=sample,
            test=test,
            match=match,
            field=1 + place,
        )
