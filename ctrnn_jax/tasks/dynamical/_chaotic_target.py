"""Reproduction of a chaotic time series from the Lorenz attractor."""

from typing import ClassVar, final

import equinox as eqx
from jax import Array
import jax.numpy as jnp
import numpy as np

from ..._checks import check, check_list, check_number, check_positive
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
"""x, y, z of the Lorenz system, or their derivatives."""


def lorenz_rates(x: float, y: float, z: float) -> Triple:
    """Return dx/dt, dy/dt, dz/dt for sigma = 10, rho = 28, beta = 8/3 (Lorenz 1963)."""
    return 10.0 * (y - x), x * (28.0 - z) - y, x * y - 8.0 / 3.0 * z


def lorenz_series(start: Triple, samples: int, spacing: float) -> np.ndarray:
    """Return x, y, z at `spacing`, 2 `spacing`, .. from the start, `(samples, 3)`.

    Integrates with classical Runge-Kutta steps of at most 0.001 units of time, in
    float64. Their error grows, as the system is chaotic: x / 20 is correct to 1e-7 for
    4 units of time and to 5e-6 for 8.
    """
    substeps = max(1, int(np.ceil(spacing / 0.001 - 1e-9)))
    h = spacing / substeps
    state, series = start, np.empty((samples, 3))
    for sample in range(samples):
        for _ in range(substeps):
            # The four slopes of classical Runge-Kutta, and their weighted mean.
            k1 = lorenz_rates(*state)
            k2 = lorenz_rates(*_moved(state, k1, h / 2))
            k3 = lorenz_rates(*_moved(state, k2, h / 2))
            k4 = lorenz_rates(*_moved(state, k3, h))
            x, y, z = (
                (a + 2 * b + 2 * c + d) / 6
                for a, b, c, d in zip(k1, k2, k3, k4, strict=True)
            )
            state = _moved(state, (x, y, z), h)
        series[sample] = state
    return series


def _moved(state: Triple, rates: Triple, step: float) -> Triple:
    """Return `state + step * rates`."""
    x, y, z = (s + step * r for s, r in zip(state, rates, strict=True))
    return x, y, z


@final
class ChaoticTarget(AbstractTracking):
    """Reproduce a piece of a trajectory on the Lorenz attractor after a cue.

    The input is 1 in the cue epoch, then 0. From the end of the cue on the output must
    be x / 20 of the Lorenz system; the cue is not scored. The system starts from the
    same state on every trial, so all trials are equal and `n_conditions` is 1. Sussillo
    & Abbott (2009) trained networks on it. Its largest Lyapunov exponent is 0.906 per
    unit of time, so an error grows tenfold in 2.5 units. A network that is not chaotic
    can learn a piece of the trajectory but not the attractor.

    The series is computed when the task is constructed and stored as `series`,
    `(steps,)`.
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
        - `cue`, `duration`: durations of the cue and of the series in ms, multiples of
            dt.
        - `unit`: duration of a unit of time of the Lorenz system in ms. One turn around
            a lobe takes about 0.7 units.
        - `start`: x, y, z of the Lorenz system at the end of the cue.

        Raises `ValueError` for durations that are not a multiple of dt or are 0, and
        for values out of range.
        """
        self.dt = check_dt(dt)
        self.cue = check_duration("cue", cue, self.dt)
        self.duration = check_duration("duration", duration, self.dt)
        check_positive("unit", unit, "It is in ms.")
        self.unit = check_number("unit", unit)
        state = check_list("start", start)
        state = tuple(check_number("start", value) for value in state)
        is_valid = len(state) == 3 and np.all(np.isfinite(state))
        remedy = "Give x, y, z."
        check(is_valid, "start", "be three numbers", repr(state), remedy)
        x, y, z = state
        self.start = x, y, z
        # Integrate once, in NumPy; `render` only copies the series.
        samples = count(self.duration, self.dt)
        states = lorenz_series(self.start, samples, self.dt / self.unit)
        self.series = number(states[:, 0] / 20.0)

    @property
    def n_steps(self) -> int:
        """Number of steps of every trial."""
        return count(self.cue, self.dt) + count(self.duration, self.dt)

    @property
    def n_conditions(self) -> int:
        """1, as all trials are equal."""
        return 1

    def render(self, condition: Array | None, key: KeyArray) -> Trial:
        """Return the same trial for any condition and any key."""
        cue_steps = count(self.cue, self.dt)
        # Targets are 0 during the cue, (time, 1).
        targets = jnp.pad(self.series, (cue_steps, 0))[:, None]
        epochs = in_a_row({"cue": cue_steps, "series": self.n_steps - cue_steps})
        is_cue = (jnp.arange(self.n_steps) < cue_steps)[:, None]
        return Trial(
            inputs=is_cue.astype(targets.dtype),
            targets=targets,
            mask=(~is_cue).astype(targets.dtype),
            conditions={
                "t_end": epochs["series"][1],
                "is_catch": jnp.zeros((), bool),
            },
            epochs=epochs,
        )
