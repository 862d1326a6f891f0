"""Generation of a sine wave without input."""

from typing import ClassVar, final

import equinox as eqx
from jax import Array
import jax.numpy as jnp
import numpy as np

from ..._checks import check, check_count, check_finite
from ..._types import ArrayLike, KeyArray
from ..contract import (
    AbstractTracking,
    check_dt,
    check_duration,
    count,
    in_a_row,
    number,
    Trial,
)


@final
class SineWave(AbstractTracking):
    """Generate a sine wave without input.

    Song, Yang & Wang (2016, `sinewave.py`). The target at step k is `amplitude *
    sin(2 pi (k + 1) dt / period)`, from the first step on; all steps are scored. Inputs
    have the shape `(time, 0)`. All trials are equal, and none is a catch trial. The
    performance is 1 - RMSE over all trials; their training stops at RMSE <= .05.
    """

    input_names: ClassVar[tuple[str, ...]] = ()
    output_names: ClassVar[tuple[str, ...]] = ("sine wave",)

    amplitude: Array
    dt: float = eqx.field(static=True)
    period: float = eqx.field(static=True)
    periods: int = eqx.field(static=True)

    def __init__(
        self,
        *,
        dt: float = 20.0,
        period: float = 800.0,
        periods: int = 2,
        amplitude: ArrayLike = 0.9,
    ) -> None:
        """**Arguments:**

        - `dt`: step in ms.
        - `period`: period in ms, a multiple of dt and more than two steps.
        - `periods`: number of periods.
        - `amplitude`: amplitude of the wave.

        Raises `ValueError` for a period that is not a multiple of dt or is too short,
        and for values out of range.
        """
        self.dt = check_dt(dt)
        self.period = check_duration("period", period, self.dt)
        check(
            count(self.period, self.dt) >= 3,
            "period",
            "last more than two steps",
            f"{self.period:g} ms",
            f"dt is {self.dt:g} ms.",
        )
        self.periods = check_count("periods", periods, at_least=1)
        check_finite("amplitude", amplitude)
        self.amplitude = number(amplitude)

    @property
    def n_steps(self) -> int:
        """Number of steps of every trial."""
        return self.periods * count(self.period, self.dt)

    @property
    def n_conditions(self) -> int:
        """1, as all trials are equal."""
        return 1

    def render(self, condition: Array | None, key: KeyArray) -> Trial:
        """Return the same trial for any condition and any key."""
        del condition, key
        # A period is a whole number of steps.
        step = np.arange(1, self.n_steps + 1)
        wave = np.sin(2 * np.pi * step / count(self.period, self.dt))
        targets = self.amplitude * number(wave)[:, None]
        return Trial(
            inputs=jnp.zeros((self.n_steps, 0)),
            targets=targets,
            mask=jnp.ones_like(targets),
            conditions={
                "is_catch": jnp.zeros((), bool),
                "t_end": jnp.asarray(self.n_steps, int),
            },
            epochs=in_a_row({"wave": self.n_steps}),
        )
