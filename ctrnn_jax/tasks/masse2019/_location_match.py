"""Delayed match to sample where the test is shown at another place."""

from typing import ClassVar, final

import equinox as eqx
from jax import Array
import jax.numpy as jnp
import jax.random as jr

from ..._types import ArrayLike, KeyArray
from ..contract import (
    check_dt,
    check_duration,
    check_spare,
    count,
    draw_factors,
    Trial,
)
from ._base import (
    AbstractMasse2019,
    check_grace,
    checked_numbers,
    direction_names,
    DIRECTIONS,
    UNITS,
)


FIELDS = 3


@final
class LocationMatch(AbstractMasse2019):
    """Has the test, at another place, the direction of the sample? (location_DMS.)

    As `DelayedMatch`, with three receptive fields of 24 tuned inputs each: the sample
    is shown in field 0, the test in field 1 or 2, with equal odds (`stimulus.py`,
    Masse et al. 2019). In their network each field projects to a third of the units of
    its own.

    Conditions are `sample`, `test` (0 to 7), `match` (0, 1) and `field` (1, 2).
    """

    main_condition: ClassVar[str | None] = "sample"

    sigma_in: Array
    tau_in: Array
    height: Array
    kappa: Array
    test_cost_multiplier: Array
    dt: float = eqx.field(static=True)
    dead: float = eqx.field(static=True)
    fixation: float = eqx.field(static=True)
    sample_time: float = eqx.field(static=True)
    delay: float = eqx.field(static=True)
    test_time: float = eqx.field(static=True)
    grace: float = eqx.field(static=True)

    def __init__(
        self,
        *,
        dt: float = 10.0,
        dead: float = 0.0,
        fixation: float = 500.0,
        sample_time: float = 500.0,
        delay: float = 1000.0,
        test_time: float = 500.0,
        grace: float = 50.0,
        sigma_in: ArrayLike = 0.1,
        tau_in: ArrayLike = 100.0,
        height: ArrayLike = 4.0,
        kappa: ArrayLike = 2.0,
        test_cost_multiplier: ArrayLike = 1.0,
    ) -> None:
        """**Arguments:**

        - `dt`: step in ms.
        - `dead`, `fixation`, `sample_time`, `delay`, `test_time`: durations in ms,
            multiples of dt. The dead time, unscored, may be 0.
        - `grace`: the first ms of a test, unscored; may be 0.
        - `sigma_in`, `tau_in`: strength and time constant (ms) of the input noise.
        - `height`, `kappa`: of the tuning.
        - `test_cost_multiplier`: weight of test steps in the cost (their runs had 2).

        Raises `ValueError` for durations that are no multiple of dt or vanish, and
        values out of range.
        """
        self.dt = check_dt(dt)
        self.dead = check_spare("dead", dead, self.dt)
        self.fixation = check_duration("fixation", fixation, self.dt)
        self.sample_time = check_duration("sample_time", sample_time, self.dt)
        self.delay = check_duration("delay", delay, self.dt)
        self.test_time = check_duration("test_time", test_time, self.dt)
        self.grace = check_grace(grace, self.test_time, self.dt)
        numbers = checked_numbers(sigma_in, tau_in, height, kappa, test_cost_multiplier)
        self.sigma_in, self.tau_in, self.height, self.kappa = numbers[:4]
        self.test_cost_multiplier = numbers[4]

    @property
    def input_names(self) -> tuple[str, ...]:
        """24 directions for each field."""
        fields = (direction_names(f"field {field}") for field in range(FIELDS))
        return tuple(name for names in fields for name in names)

    @property
    def n_steps(self) -> int:
        """Number of steps of every trial."""
        parts = (self.fixation, self.sample_time, self.delay, self.test_time)
        return count(self.dead + sum(parts), self.dt)

    @property
    def n_conditions(self) -> int:
        """Samples x match or not x fields of the test."""
        return DIRECTIONS * 2 * 2

    def render(self, condition: Array | None, key: KeyArray) -> Trial:
        """Condition `sample + 8 match + 16 (field - 1)`; in training all uniform."""
        condition_key, test_key, noise_key = jr.split(key, 3)
        levels = DIRECTIONS, 2, 2
        sample, match, place = draw_factors(condition, condition_key, *levels)
        other = (sample + jr.randint(test_key, (), 1, DIRECTIONS)) % DIRECTIONS
        test = jnp.where(match == 1, sample, other)
        steps = lambda duration: count(duration, self.dt)
        epochs = self._in_a_row(
            {
                "fixation": steps(self.fixation),
                "sample": steps(self.sample_time),
                "delay": steps(self.delay),
                "test": steps(self.test_time),
            }
        )
        elsewhere = jnp.stack([self.tuning(UNITS), self.tuning(2 * UNITS)])
        patterns = [
            (epochs["sample"], self.tuning()[sample]),
            (epochs["test"], elsewhere[place, test]),
        ]
        conditions = {
            "is_catch": jnp.zeros((), bool),
            "sample": sample,
            "test": test,
            "match": match,
            "field": 1 + place,
        }
        return self._trial(patterns, epochs, {"test": match}, noise_key, conditions)
