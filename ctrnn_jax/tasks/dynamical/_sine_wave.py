"""A sine wave that is made without input."""

from typing import ClassVar, final

import equinox as eqx
from jax import Array
import jax.numpy as jnp
import numpy as np

from ..._checks import check_count, check_finite, invalid
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
    """Produce a sine wave, autonomously: there is no input.

    Song, Yang & Wang (2016, `sinewave.py`). The target at step k is `amplitude *
    sin(2 pi (k + 1) dt / period)`, from the first step on, all of it in the cost.
    Inputs have the shape `(time, 0)`. All trials are equal, and none is catch. The
    performance is 1 - RMSE over all trials; theirs stops at RMSE <= .05.
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
        - `period`: in ms, a multiple of dt and more than two steps.
        - `periods`: how many there are.
        - `amplitude`: of the wave.

        Raises `ValueError` for a period that is no multiple of dt or too short for it,
        and values out of range.
        """
        self.dt = check_dt(dt)
        self.period = check_duration("period", period, self.dt)
        if count(self.period, self.dt) < 3:
            raise invalid(
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
        """One: all trials are equal."""
        return 1

    def render(self, condition: Array | None, key: KeyArray) -> Trial:
        """The one trial; neither condition nor key has an effect."""
        del condition, key
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
