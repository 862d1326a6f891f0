"""A chaotic time series to be reproduced: the Lorenz attractor."""

from typing import ClassVar, final

import equinox as eqx
from jax import Array
import jax.numpy as jnp
import numpy as np

from ..._checks import check_list, check_number, check_positive, invalid
from ..._types import KeyArray
from ..contract import (
    AbstractTracking,
    check_dt,
    check_duration,
    count,
    in_a_row,
    number,
    Trial,
)


Triple = tuple[float, float, float]


def lorenz_rates(x: float, y: float, z: float) -> Triple:
    """The Lorenz equations with sigma = 10, rho = 28, beta = 8/3 (Lorenz 1963)."""
    return 10.0 * (y - x), x * (28.0 - z) - y, x * y - 8.0 / 3.0 * z


def lorenz_series(start: Triple, samples: int, spacing: float) -> np.ndarray:
    """x, y, z at `spacing`, 2 `spacing`, .. from the start, `(samples, 3)`.

    Classical Runge-Kutta steps of at most 0.001 units of time, in float64. Chaos lets
    their error grow: x / 20 is right to 1e-7 for 4 units of time, to 5e-6 for 8.
    """
    substeps = max(1, int(np.ceil(spacing / 0.001 - 1e-9)))
    h = spacing / substeps
    move = lambda state, rates, step: tuple(
        s + step * r for s, r in zip(state, rates, strict=True)
    )
    state, series = start, np.empty((samples, 3))
    for sample in range(samples):
        for _ in range(substeps):
            a = lorenz_rates(*state)
            b = lorenz_rates(*move(state, a, h / 2))
            c = lorenz_rates(*move(state, b, h / 2))
            d = lorenz_rates(*move(state, c, h))
            slope = tuple(
                (p + 2 * q + 2 * r + s) / 6
                for p, q, r, s in zip(a, b, c, d, strict=True)
            )
            state = move(state, slope, h)
        series[sample] = state
    return series


@final
class ChaoticTarget(AbstractTracking):
    """After a cue the output reproduces a stretch of the Lorenz attractor.

    The input is 1 in the cue epoch, then 0. From the end of the cue on the output must
    be x / 20 of the Lorenz system, which starts from the same state on every trial;
    only that is scored, so all trials are alike and `n_conditions` is 1. Sussillo &
    Abbott (2009) trained networks on it. Its largest Lyapunov exponent is 0.906 per
    unit of time, so that an error grows tenfold in 2.5 units: a network that is not
    itself chaotic can learn a stretch, not the attractor.

    The series is made once, when the task is, and kept as `series`, `(steps,)`.
    """

    input_names: ClassVar[tuple[str, ...]] = ("cue",)
    output_names: ClassVar[tuple[str, ...]] = ("x / 20",)

    series: Array
    dt: float = eqx.field(static=True)
    cue: float = eqx.field(static=True)
    duration: float = eqx.field(static=True)
    unit: float = eqx.field(static=True)
    start: Triple = eqx.field(static=True)

    def __init__(
        self,
        *,
        dt: float = 20.0,
        cue: float = 100.0,
        duration: float = 4000.0,
        unit: float = 1000.0,
        start: Triple = (-8.0, 8.0, 27.0),
    ) -> None:
        """**Arguments:**

        - `dt`: step in ms.
        - `cue`, `duration`: of the cue and of the series in ms, multiples of dt.
        - `unit`: how long a unit of time of the Lorenz system lasts in ms; it turns
            around a lobe in about 0.7 of them.
        - `start`: its state x, y, z at the end of the cue.

        Raises `ValueError` for durations that are no multiple of dt or vanish, and
        values out of range.
        """
        self.dt = check_dt(dt)
        self.cue = check_duration("cue", cue, self.dt)
        self.duration = check_duration("duration", duration, self.dt)
        check_positive("unit", unit, "It is in ms.")
        self.unit = check_number("unit", unit)
        state = check_list("start", start)
        state = tuple(check_number("start", value) for value in state)
        if len(state) != 3 or not np.all(np.isfinite(state)):
            raise invalid("start", "be three numbers", repr(state), "They are x, y, z.")
        self.start = state
        samples = count(self.duration, self.dt)
        states = lorenz_series(self.start, samples, self.dt / self.unit)
        self.series = number(states[:, 0] / 20.0)

    @property
    def n_steps(self) -> int:
        """Number of steps; all trials have the same."""
        return count(self.cue, self.dt) + count(self.duration, self.dt)

    @property
    def n_conditions(self) -> int:
        """One: all trials are alike."""
        return 1

    def render(self, condition: Array | None, key: KeyArray) -> Trial:
        """The same trial, whatever the condition and the key."""
        cue_steps = count(self.cue, self.dt)
        targets = jnp.pad(self.series, (cue_steps, 0))[:, None]
        epochs = in_a_row({"cue": cue_steps, "series": self.n_steps - cue_steps})
        cued = (jnp.arange(self.n_steps) < cue_steps)[:, None]
        return Trial(
            inputs=cued.astype(targets.dtype),
            targets=targets,
            mask=(~cued).astype(targets.dtype),
            conditions={
                "t_end": epochs["series"][1],
                "is_catch": jnp.zeros((), bool),
            },
            epochs=epochs,
        )
