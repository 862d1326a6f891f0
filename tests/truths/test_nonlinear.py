"""Saturating networks: the pitchfork of one unit, and contraction."""

from typing import Any

import jax
import numpy as np
import pytest
from scipy.optimize import brentq

import ctrnn_jax as cj


def tanh_net(w_hid, gain, **options):
    w_hid = np.asarray(w_hid, float)
    return cj.CTRNN(
        0,
        len(w_hid),
        0,
        dt=100.0 * gain,
        tau=100.0,
        w_hid=w_hid,
        **{"activation": "tanh", **options},
        key=jax.random.key(0),
    )


@pytest.mark.parametrize(
    ("w", "published"),
    [(1.01, 0.173378397), (1.1, 0.553234632), (2.0, 1.915008048)],
)
def test_self_excitation_bifurcates_into_two_states(w, published):
    """GT15: v = w tanh v; eigenvalue -1 + w sech^2 v* there and w - 1 at zero."""
    g = 0.5
    net = tanh_net([[w]], g)
    root: Any = brentq(lambda v: v - w * np.tanh(v), 0.01, 5.0, xtol=1e-15)
    start = cj.State(np.array([[0.01], [-0.01], [3.0], [-3.0], [0.0]]))
    # slow near the bifurcation: the return rate is 0.01 a step at w = 1.01
    traj = cj.rollout(net, steps=6000, state=start, record=cj.Record(stride=6000))
    final = np.asarray(traj.final_state.potentials)[:, 0]
    expected = root * np.array([1, -1, 1, -1, 0])
    np.testing.assert_allclose(final, expected, rtol=0, atol=1e-12)
    assert abs(final[0] - published) < 1e-9

    def eigenvalue(v):
        def advance(v):
            return cj.step(net, cj.State(v)).potentials

        return (float(jax.jit(jax.jacobian(advance))(np.array([v]))[0, 0]) - 1) / g

    assert abs(eigenvalue(root) - (-1 + w / np.cosh(root) ** 2)) < 1e-9
    assert abs(eigenvalue(0.0) - (w - 1)) < 1e-9
    assert eigenvalue(root) < 0 < eigenvalue(0.0)


def test_small_recurrent_norm_contracts():
    """GT43: tanh and norm(W) = s < 1: distances shrink by at least 1 - g (1 - s)."""
    s, g, n, steps = 0.8, 0.1, 20, 150
    rng = np.random.default_rng(4)
    weights = rng.normal(size=(n, n))
    weights *= s / np.linalg.norm(weights, 2)
    bound = 1 - g * (1 - s)

    def ratios(weights, start, **options):
        net = tanh_net(weights, g, **options)
        v = cj.rollout(net, steps=steps, state=cj.State(start)).potentials
        path = np.concatenate([start[:, None], np.asarray(v)], axis=1)
        distance = np.linalg.norm(path[::2] - path[1::2], axis=-1)
        return distance[:, 1:] / distance[:, :-1]

    pairs = rng.normal(size=(40, n)) * 2
    contraction = ratios(weights, pairs, b_hid=rng.normal(size=n))
    assert np.all(contraction <= bound)
    assert np.all(contraction >= 1 - g * (1 + s))
    # the bound is reached where tanh is linear and W is s times the identity
    tight = ratios(s * np.eye(n), 1e-6 * pairs)
    np.testing.assert_allclose(tight, bound, rtol=1e-9)
