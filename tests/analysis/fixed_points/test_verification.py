"""Verification of fixed points: growth in simulation against eigenvalues."""

import jax
import numpy as np
import pytest

from ctrnn_jax.analysis import find_fixed_points, verify_fixed_points


@pytest.mark.parametrize("dt", [20.0, 80.0, 100.0])
def test_modes_that_decay_at_once_are_verified_too(dt, network):
    """1e-7 times 0.05^10 would be below rounding."""
    w = 0.02 * np.random.default_rng(0).normal(size=(5, 5))
    net = network(n=5, w_hid=w, b_hid=np.zeros(5), tau=100.0, dt=dt)
    points = find_fixed_points(net, key=jax.random.key(0), candidates=32)
    verification = verify_fixed_points(points)
    assert verification.agrees.all()
    values = np.linalg.eigvals(np.eye(5) + dt / 100 * (w - np.eye(5)))
    leading = np.abs(values).max()
    np.testing.assert_allclose(verification.measured, [leading], rtol=1e-5)
