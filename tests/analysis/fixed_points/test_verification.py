"""Verification of fixed points: growth in simulation against eigenvalues."""

import jax
import numpy as np
import pytest

from ctrnn_jax.analysis import find_fixed_points, verify_fixed_points


@pytest.mark.parametrize("dt", [80.0, 100.0])
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
    with pytest.raises(ValueError, match="`steps` must be a whole number, at least 1"):
        verify_fixed_points(points, steps=0)
    with pytest.raises(ValueError, match="`size` must be positive"):
        verify_fixed_points(points, size=0.0)
    with pytest.raises(ValueError, match="`tolerance` must be positive"):
        verify_fixed_points(points, tolerance=0.0)
