"""The chaotic target: the series and the trial."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from tasks.dynamical.trials import (
    assert_same,
    MANY,
    TASKS,
)

from ctrnn_jax.tasks import ChaoticTarget


@pytest.mark.parametrize(
    ("dt", "unit", "error"), [(20.0, 1000.0, 1e-7), (50.0, 500.0, 5e-6)]
)
def test_chaotic_target_is_the_lorenz_attractor(dt, unit, error):
    """Compare with an adaptive method of order 8, for four and eight units of time."""

    def rates(_, s):
        x, y, z = s
        return [10 * (y - x), 28 * x - y - x * z, x * y - 8 / 3 * z]

    task = ChaoticTarget(dt=dt, unit=unit)
    times = np.arange(1, 4000 / dt + 0.5) * dt / unit
    exact = solve_ivp(
        rates,
        (0.0, times[-1]),
        [-8.0, 8.0, 27.0],
        method="DOP853",
        t_eval=times,
        rtol=1e-12,
        atol=1e-12,
    )
    np.testing.assert_allclose(task.series, exact.y[0] / 20, atol=error, rtol=0)
    assert np.abs(np.asarray(task.series)).max() < 1
    assert np.asarray(task.series).min() < -0.4 < 0.4 < np.asarray(task.series).max()


def test_series_follows_the_cue(drawn):
    trials = drawn("chaos")
    inputs, mask, targets = (np.zeros((205, 1)) for _ in range(3))
    inputs[:5], mask[5:] = 1.0, 1.0
    targets[5:, 0] = TASKS["chaos"].series
    for i in (0, MANY - 1):
        assert_same((inputs, targets, mask), trials, i)
