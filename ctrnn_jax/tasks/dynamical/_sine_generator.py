"""The sine generator: an input sets the frequency of the output."""

from typing import ClassVar, final

import equinox as eqx
from jax import Array
import jax.numpy as jnp
import jax.random as jr
import numpy as np

from ..._checks import check_positive, check_values, invalid, is_concrete
from ..._types import ArrayLike, KeyArray
from ..contract import (
    AbstractTracking,
    check_dt,
    check_duration,
    check_numbers,
    count,
    in_a_row,
    number,
    Trial,
)


@final
class SineGenerator(AbstractTracking):
    """A constant input selects the frequency of a sine wave (Sussillo & Barak 2013).

    With n frequencies w_1 .. w_n the input is `level_j = j / n + 1/4` throughout, and
    the output must be `sin(w_j t / tau)`. By default `w_j = 0.04 j + 0.1` rad per tau,
    j = 1 .. 51: these numbers are from memory of the paper (so the notes say), where
    they are rad/s of a network with tau = 1 s. t is the time after a step, so that the
    first target is at t = dt; every step is scored.
    """

    main_condition: ClassVar[str | None] = "frequency"
    input_names: ClassVar[tuple[str, ...]] = ("frequency level",)
    output_names: ClassVar[tuple[str, ...]] = ("sine",)

    frequencies: Array
    levels: Array
    tau: Array
    dt: float = eqx.field(static=True)
    duration: float = eqx.field(static=True)

    def __init__(
        self,
        *,
        dt: float = 20.0,
        duration: float = 5000.0,
        tau: ArrayLike = 100.0,
        frequencies: ArrayLike | tuple[float, ...] | None = None,
        levels: ArrayLike | tuple[float, ...] | None = None,
    ) -> None:
        """**Arguments:**

        - `dt`: step in ms.
        - `duration`: of the trial in ms, a multiple of dt. The slowest default wave has
            a period of 45 tau, or 4488 ms.
        - `tau`: the unit of time of the frequencies in ms.
        - `frequencies`: in rad per tau, each in (0, pi tau / dt), half a turn a step.
        - `levels`: the input for each of them; by default `j / n + 1/4`.

        Raises `ValueError` for a duration that is no multiple of dt or vanishes, and
        values out of range.
        """
        self.dt = check_dt(dt)
        self.duration = check_duration("duration", duration, self.dt)
        check_positive("tau", tau, "It is in ms.")
        if frequencies is None:
            frequencies = 0.04 * np.arange(1, 52) + 0.1
        rate = check_numbers("frequencies", frequencies, "In rad per tau.")
        half_turn = np.pi * np.asarray(tau) / dt if is_concrete(tau) else np.inf
        check_values(
            "frequencies",
            rate,
            lambda w: (w > 0) & (w < half_turn),
            "lie in (0, pi tau / dt)",
            "They are in rad per tau.",
        )
        if levels is None:
            levels = np.arange(1, len(rate) + 1) / len(rate) + 0.25
        self.levels = check_numbers("levels", levels, "They are inputs.")
        if self.levels.shape != rate.shape:
            raise invalid(
                "levels",
                f"be {len(rate)} numbers, one for each frequency",
                f"shape {self.levels.shape}",
                "Leave them out for j / n + 1/4.",
            )
        self.frequencies, self.tau = rate, number(tau)

    @property
    def n_steps(self) -> int:
        """Number of steps; all trials have the same."""
        return count(self.duration, self.dt)

    @property
    def n_conditions(self) -> int:
        """The frequencies."""
        return self.frequencies.shape[0]

    def render(self, condition: Array | None, key: KeyArray) -> Trial:
        """The condition is which frequency; in training all are equally likely."""
        steps = self.n_steps
        if condition is None:
            condition = jr.randint(key, (), 0, self.n_conditions)
        frequency, level = self.frequencies[condition], self.levels[condition]
        time = jnp.arange(1, steps + 1).astype(level.dtype) * self.dt
        wave = jnp.sin(frequency * (time / self.tau))[:, None]
        epochs = in_a_row({"sine": steps})
        return Trial(
            inputs=jnp.full_like(wave, level),
            targets=wave,
            mask=jnp.ones_like(wave),
            conditions={
                "frequency": frequency,
                "level": level,
                "t_end": epochs["sine"][1],
                "is_catch": jnp.zeros((), bool),
            },
            epochs=epochs,
        )
