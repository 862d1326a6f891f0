"""Linear networks compared with their closed forms."""

import jax
import jax.numpy as jnp
import numpy as np
from oracles.linear import driven, powers, propagator
import pytest

import ctrnn_jax as cj


DT = 10.0
PER_UNIT = np.linspace(0.05, 0.3, 16)


def linear_net(w_hid, gain, *, w_in=None, b_hid=None, v0=None):
    """Return a linear network without readout; gain is dt / tau (may be per unit)."""
    n_in = 0 if w_in is None else np.shape(w_in)[1]
    weights = {"w_in": w_in, "b_hid": b_hid, "v0": v0}
    return cj.CTRNN(
        n_in,
        len(w_hid),
        0,
        dt=DT,
        tau=DT / np.asarray(gain),
        activation="linear",
        w_hid=np.asarray(w_hid, float),
        **{name: value for name, value in weights.items() if value is not None},
        key=jax.random.key(0),
    )


def random_weights(n=16, n_in=3):
    """Return weights whose I - W is far from singular, so that v* is accurate."""
    rng = np.random.default_rng(1)
    return {
        "w_hid": rng.normal(0.0, 0.5 / np.sqrt(n), (n, n)),
        "w_in": rng.normal(size=(n, n_in)),
        "b_hid": rng.normal(size=n),
        "v0": rng.normal(size=n),
    }


@pytest.mark.parametrize("gain", [0.1, PER_UNIT], ids=["shared", "per_unit"])
def test_constant_input_relaxes_to_the_fixed_point(gain):
    """GT1: v_t = v* + A^t (v0 - v*), v* = (I - W)^-1 (W_in u + b)."""
    p, total = random_weights(), 200
    u = np.array([0.7, -1.1, 0.4])
    traj = cj.rollout(linear_net(gain=gain, **p), np.tile(u, (total, 1)))

    rest = np.linalg.solve(np.eye(16) - p["w_hid"], p["w_in"] @ u + p["b_hid"])
    a = powers(propagator(p["w_hid"], gain), total)[1:]
    expected = rest + a @ (p["v0"] - rest)
    np.testing.assert_allclose(traj.potentials, expected, rtol=0, atol=1e-10)
    np.testing.assert_array_equal(traj.rates, traj.potentials)


@pytest.mark.parametrize("gain", [0.1, PER_UNIT], ids=["shared", "per_unit"])
def test_varying_input_is_convolved_with_the_propagator(gain):
    """GT2: v_t = A^t v0 + sum_k A^(t-1-k) g (W_in u_k + b), at every t up to 37."""
    p = random_weights()
    u = np.random.default_rng(2).normal(size=(37, 3))
    traj = cj.rollout(linear_net(gain=gain, **p), u)
    expected = driven(p["w_hid"], gain, p["v0"], u @ p["w_in"].T + p["b_hid"])
    np.testing.assert_allclose(traj.potentials, expected, rtol=0, atol=1e-10)


def test_recurrence_lengthens_the_time_constant():
    """GT10: tau_eff = -1 / ln(1 - g (1 - w)) steps, w = 0.9, g = 0.1."""
    steps = 700
    traj = cj.rollout(linear_net([[0.9]], 0.1, v0=[2.0]), steps=steps)
    tau_eff = -steps / np.log(float(traj.potentials[-1, 0]) / 2.0)
    assert abs(tau_eff - 99.4991624734) < 1e-8


def test_unit_self_excitation_integrates_perfectly():
    """GT11: w = 1 gives v_t = v0 + g cumsum(u)."""
    u = np.random.default_rng(3).normal(size=(500, 1))
    net = linear_net([[1.0]], 0.1, w_in=[[1.0]], v0=[0.3])
    expected = 0.3 + 0.1 * np.cumsum(u, axis=0)
    np.testing.assert_allclose(
        cj.rollout(net, u).potentials, expected, rtol=0, atol=1e-12
    )


def test_balanced_pair_amplifies_transiently():
    """GT12: W = [[w, -w], [w, -w]], W^2 = 0: A^t = (1-g)^t I + t g (1-g)^(t-1) W."""
    w, g, v0 = 6.0, 0.05, np.array([1.0, -1.0])
    weights = np.array([[w, -w], [w, -w]])
    # a Dale network of one E and one I unit, so that its constraint is tested too
    net = cj.EIRNN(
        0,
        2,
        0,
        dt=5.0,
        tau=100.0,
        frac_excitatory=0.5,
        autapses=True,
        activation="linear",
        w_hid=weights,
        v0=v0,
        key=jax.random.key(0),
    )
    v = np.asarray(cj.rollout(net, steps=200).potentials)
    t = np.arange(1, 201)[:, None]
    expected = (1 - g) ** t * v0 + t * g * (1 - g) ** (t - 1) * (weights @ v0)
    np.testing.assert_allclose(v, expected, rtol=0, atol=1e-12)
    # both eigenvalues are -1, but the norm grows from 1.41 to 6.43
    norms = np.linalg.norm(v, axis=-1)
    assert np.argmax(norms) + 1 == round(0.95 / g)
    assert abs(norms.max() - 6.43) < 0.005


def test_rotation_is_exactly_periodic():
    """GT13: W = I + (Rot(theta) - I) / g rotates v by theta at every step."""
    g, period, steps = 0.1, 50, 5000
    theta = 2 * np.pi / period
    c, s = np.cos(theta), np.sin(theta)
    weights = np.eye(2) + (np.array([[c, -s], [s, c]]) - np.eye(2)) / g
    v = np.asarray(cj.rollout(linear_net(weights, g, v0=[1.0, 0.0]), steps=steps).rates)
    angle = theta * (np.arange(1, steps + 1) % period)
    expected = np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    np.testing.assert_allclose(v, expected, rtol=0, atol=1e-10)


def test_a_continuous_oscillator_grows_under_euler_steps():
    """GT14: W = [[1, -w], [w, 1]]: growth sqrt(1 + g^2 w^2), angle atan(g w) a step."""
    w, g = 1.0, 0.1
    net = linear_net([[1.0, -w], [w, 1.0]], g, v0=[1.0, 0.0])
    v = np.asarray(cj.rollout(net, steps=60).potentials)
    z = np.concatenate([[1.0], v[:, 0] + 1j * v[:, 1]])
    ratio = z[1:] / z[:-1]
    np.testing.assert_allclose(np.abs(ratio), 1.00498756211, rtol=0, atol=1e-10)
    np.testing.assert_allclose(np.angle(ratio), 0.0996686525, rtol=0, atol=1e-10)


def test_leak_filters_a_sinusoid_as_its_transfer_function():
    """GT41: v after input k is Re(H e^(iw(k+1))), H = g / (e^(iw) - (1 - g))."""
    g, omega = 0.2, 2 * np.pi / 25
    k = np.arange(400)
    net = linear_net([[0.0]], g, w_in=[[1.0]])
    v = np.asarray(cj.rollout(net, jnp.cos(omega * k)[:, None]).potentials)[:, 0]
    h = g / (np.exp(1j * omega) - (1 - g))
    expected = np.real(h * np.exp(1j * omega * (k + 1)))
    # the transient, 0.8^150, is negligible
    np.testing.assert_allclose(v[150:], expected[150:], rtol=0, atol=1e-9)
