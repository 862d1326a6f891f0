"""Uncoupled leaky units: the two discretisations, and the stability of Euler steps."""

import equinox as eqx
import jax
import numpy as np
import pytest

import ctrnn_jax as cj


V0 = np.array([1.0, -2.0, 0.5])
REST = np.array([0.0, 0.7, -0.4])


def leak_net(gamma, method, *, v0=V0, b_hid=REST):
    """Return a network of uncoupled units that decay from v0 to b_hid."""
    n = len(v0)
    return cj.CTRNN(
        0,
        n,
        0,
        dt=100.0 * gamma,
        tau=100.0,
        method=method,
        activation="linear",
        w_hid=np.zeros((n, n)),
        b_hid=b_hid,
        v0=v0,
        key=jax.random.key(0),
    )


def test_leak_follows_the_formula_of_its_discretisation():
    """GT3: Euler (1 - g)^t; exponential Euler the ODE, e^(-t dt / tau), on the grid."""
    g, steps = 0.35, 60
    t = np.arange(1, steps + 1)[:, None]
    euler = REST + (V0 - REST) * (1 - g) ** t
    ode = REST + (V0 - REST) * np.exp(-g * t)

    def simulated(method):
        return np.asarray(cj.rollout(leak_net(g, method), steps=steps).potentials)

    np.testing.assert_allclose(simulated(cj.Euler()), euler, rtol=0, atol=1e-12)
    np.testing.assert_allclose(
        simulated(cj.ExponentialEuler()), ode, rtol=0, atol=1e-12
    )
    # the step is large enough to distinguish the two formulas
    assert np.max(np.abs(simulated(cj.Euler()) - ode)) > 0.05


def test_euler_leak_is_stable_up_to_gamma_two():
    """GT46: after 100 steps |1 - g|^100: 2.7e-5 at g = 1.9 and 1.4e4 at g = 2.1."""
    start = np.ones(1)
    net = leak_net(1.0, cj.Euler(), v0=start, b_hid=0 * start)
    # dt > tau raises an error, so replace the leaf directly
    with pytest.raises(ValueError, match="at most tau"):
        cj.replace(net, dt=190.0)

    def after(gamma, net=net):
        stepped = eqx.tree_at(lambda n: n.dt, net, jax.numpy.asarray(100.0 * gamma))
        return float(cj.rollout(stepped, steps=100).potentials[-1, 0])

    np.testing.assert_allclose(after(1.9), 2.65614e-5, rtol=1e-5)
    np.testing.assert_allclose(after(2.1), 1.37806e4, rtol=1e-5)
    exponential = leak_net(1.0, cj.ExponentialEuler(), v0=start, b_hid=0 * start)
    np.testing.assert_allclose(after(2.1, exponential), np.exp(-210.0), rtol=1e-10)
