"""Reproduction of a chaotic time series from the Lorenz attractor."""

import functools
from typing import ClassVar, final

from jax import Array
import jax.numpy as jnp
import numpy as np

from ..._arguments import checks_arguments
from ..._checks import check, check_number
from ..._types import KeyArray
from ..contract import (
    AbstractDeclared,
    AbstractTracking,
    check_duration,
    in_a_row,
    IN_MS,
    make_trial,
    number,
    static,
    Trial,
)


Triple = tuple[float, float, float]
"""x, y, z of the Lorenz system, or their derivatives."""


def lorenz_rates(x: float, y: float, z: float) -> Triple:
    """Return dx/dt, dy/dt, dz/dt for sigma = 10, rho = 28, beta = 8/3 (Lorenz 1963)."""
    return 10.0 * (y - x), x * (28.0 - z) - y, x * y - 8.0 / 3.0 * z


@functools.cache
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


def _check_unit(name: str, unit: float, dt: float) -> float:
    """Validate a positive time in ms."""
    del dt
    IN_MS(name, unit)
    return check_number(name, unit)


def _check_start(name: str, start: Triple, dt: float) -> Triple:
    """Validate three finite numbers."""
    del dt
    state = tuple(check_number(name, value) for value in start)
    is_valid = len(state) == 3 and np.all(np.isfinite(state))
    check(is_valid, name, "be three numbers", repr(state), "Give x, y, z.")
    x, y, z = state
    return x, y, z


@final
@checks_arguments
class ChaoticTarget(AbstractDeclared, AbstractTracking):
    """Reproduce a piece of a trajectory on the Lorenz attractor after a cue.

    The input is 1 in the cue epoch, then 0. From the end of the cue on the output must
    be x / 20 of the Lorenz system; the cue is not scored. The system starts from the
    same state on every trial, so all trials are equal and `n_conditions` is 1. Sussillo
    & Abbott (2009) trained networks on it. Its largest Lyapunov exponent is 0.906 per
    unit of time, so an error grows tenfold in 2.5 units. A network that is not chaotic
    can learn a piece of the trajectory but not the attractor.

    The target after the cue is `series`, `(steps,)`.

    **Arguments:**

    - `dt`: step in ms.
    - `cue`: duration of the cue in ms, a multiple of dt.
    - `duration`: duration of the series in ms, a multiple of dt.
    - `unit`: duration of a unit of time of the Lorenz system in ms. One turn around a
        lobe takes about 0.7 units.
    - `start`: x, y, z of the Lorenz system at the end of the cue.

    Raises `ValueError` for durations that are not a multiple of dt or are 0, and for
    values out of range.
    """

    input_names: ClassVar[tuple[str, ...]] = ("cue",)
    output_names: ClassVar[tuple[str, ...]] = ("x / 20",)

    cue: float = static(100.0, check_duration)
    duration: float = static(4000.0, check_duration)
    unit: float = static(1000.0, _check_unit)
    start: Triple = static((-8.0, 8.0, 27.0), _check_start)

    @property
    def series(self) -> Array:
        """The target from the end of the cue on, `(steps,)`."""
        samples = self._steps(self.duration)
        states = lorenz_series(self.start, samples, self.dt / self.unit)
        return number(states[:, 0] / 20.0)

    @property
    def n_steps(self) -> int:
        """Number of steps of every trial."""
        return self._steps(self.cue, self.duration)

    def render(self, condition: Array | None, key: KeyArray) -> Trial:
        """Return the same trial for any condition and any key."""
        del condition, key
        steps, cue_steps = self.n_steps, self._steps(self.cue)
        # Targets are 0 during the cue, (time, 1).
        targets = jnp.pad(self.series, (cue_steps, 0))[:, None]
        is_cue = (jnp.arange(steps) < cue_steps)[:, None]
        return make_trial(
            inputs=is_cue.astype(targets.dtype),
            targets=targets,
            mask=~is_cue,
            epochs=in_a_row({"cue": cue_steps, "series": steps - cue_steps}),
        )
