"""Discretisation: gains, and convergence with dt to the matrix exponential."""

from helpers import close
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.linalg import expm

import ctrnn_jax as cj


def test_gains():
    dt, tau = jnp.asarray(20.0), jnp.asarray([50.0, 100.0])
    close(cj.Euler().gain(dt, tau), np.array([0.4, 0.2]))
    close(cj.ExponentialEuler().gain(dt, tau), 1 - np.exp([-0.4, -0.2]))
    close(cj.Euler().diffusion(dt, tau), np.sqrt([0.8, 0.4]))
    close(cj.ExponentialEuler().diffusion(dt, tau), np.sqrt(1 - np.exp([-0.8, -0.4])))


@pytest.mark.parametrize("method", [cj.Euler(), cj.ExponentialEuler()])
def test_both_are_of_order_one_in_dt(method):
    """Compare with exp((W - I) t / tau) v0: halving dt halves the error."""
    units, tau, duration = 8, 100.0, 200.0
    w = np.asarray(0.5 * jax.random.normal(jax.random.key(0), (units, units)))
    v0 = np.linspace(-1.0, 1.0, units)
    exact = expm((w - np.eye(units)) * duration / tau) @ v0
    errors = []
    for dt in (2.0, 1.0, 0.5, 0.25):
        net = cj.CTRNN(
            0, units, 1, dt=dt, tau=tau, activation="linear", method=method, w_hid=w,
            v0=v0, key=jax.random.key(1),
        )  # fmt: skip
        end = cj.rollout(net, steps=round(duration / dt)).final_state.potentials
        errors.append(np.linalg.norm(end - exact))
    slopes = np.diff(np.log(errors)) / np.diff(np.log([2.0, 1.0, 0.5, 0.25]))
    np.testing.assert_allclose(slopes, 1.0, atol=0.05)
    assert errors[-2] / errors[-1] == pytest.approx(2.0, abs=0.03)
