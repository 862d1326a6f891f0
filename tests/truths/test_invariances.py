"""GT39: transformations of a network and its input that preserve its dynamics."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import ctrnn_jax as cj


N, N_IN, N_OUT, STEPS, BATCH = 7, 2, 3, 60, 4
TAU = np.linspace(50.0, 400.0, N)


def parts(seed=0):
    """Return effective weights of a network without symmetry."""
    rng = np.random.default_rng(seed)
    return {
        "w_in": rng.normal(size=(N, N_IN)),
        "w_hid": rng.normal(0.0, 1.2 / np.sqrt(N), (N, N)),
        "w_out": rng.normal(size=(N_OUT, N)),
        "b_hid": rng.normal(size=N),
        "b_out": rng.normal(size=N_OUT),
        "v0": rng.normal(size=N),
    }


def net_of(weights, *, activation="tanh", tau: Any = TAU, **options):
    return cj.CTRNN(
        N_IN,
        N,
        N_OUT,
        dt=20.0,
        tau=tau,
        activation=activation,
        **weights,
        **options,
        key=jax.random.key(0),
    )


def inputs(seed=1):
    return np.random.default_rng(seed).normal(size=(BATCH, STEPS, N_IN))


def assert_equal(actual, expected, atol=1e-12):
    np.testing.assert_allclose(actual, expected, rtol=0, atol=atol)


def test_units_may_be_relabelled():
    """GT39, permutation: W -> P W P^T and so on moves v and leaves the outputs."""
    p, order = parts(), np.random.default_rng(2).permutation(N)
    moved = {
        "w_in": p["w_in"][order],
        "w_hid": p["w_hid"][np.ix_(order, order)],
        "w_out": p["w_out"][:, order],
        "b_hid": p["b_hid"][order],
        "b_out": p["b_out"],
        "v0": p["v0"][order],
    }
    first = cj.rollout(net_of(p), inputs())
    second = cj.rollout(net_of(moved, tau=TAU[order]), inputs())
    assert_equal(second.potentials, np.asarray(first.potentials)[..., order])
    assert_equal(second.outputs, first.outputs)


@pytest.mark.parametrize(
    "noise", [None, cj.StepNoise(0.3, 0.2)], ids=["noise_free", "noisy"]
)
def test_a_rollout_may_be_split_and_joined(noise):
    """GT39, split and concatenate: the final state determines the continuation."""
    net, u, key = net_of(parts(), noise=noise), inputs(), jax.random.key(3)
    whole = cj.rollout(net, u, key=key)
    pieces, state = [], net.initial_state((BATCH,))
    for piece in np.split(u, [1, 24], axis=1):
        pieces.append(cj.rollout(net, piece, state=state, key=key))
        state = pieces[-1].final_state
    for name in ("potentials", "rates", "outputs"):
        joined = np.concatenate([getattr(t, name) for t in pieces], axis=1)
        assert_equal(joined, getattr(whole, name))
    assert_equal(state.potentials, whole.potentials[:, -1])
    assert int(state.step) == STEPS


def test_odd_rates_without_bias_have_mirrored_states():
    """GT39, v -> -v for odd f and b = 0, when v0 and u change sign."""
    p = parts() | {"b_hid": np.zeros(N), "b_out": np.zeros(N_OUT)}
    first = cj.rollout(net_of(p), inputs())
    second = cj.rollout(net_of(p | {"v0": -p["v0"]}), -inputs())
    assert_equal(second.potentials, -np.asarray(first.potentials))
    assert_equal(second.outputs, -np.asarray(first.outputs))


def test_rectified_networks_scale():
    """GT39, relu: scaling all drives by c = 3.7 scales v by c."""
    p, c = parts(), 3.7
    scaled = p | {name: c * p[name] for name in ("b_hid", "b_out", "v0")}
    first = cj.rollout(net_of(p, activation="relu"), inputs())
    second = cj.rollout(net_of(scaled, activation="relu"), c * inputs())
    assert 0.1 < np.mean(np.asarray(first.rates) == 0) < 0.9  # on both branches
    assert_equal(second.potentials, c * np.asarray(first.potentials))
    assert_equal(second.outputs, c * np.asarray(first.outputs))


def test_linear_networks_may_change_coordinates():
    """GT39, similarity: S W S^-1, S W_in, S b, S v0, W_out S^-1 give S v and one y."""
    p = parts()
    s = np.eye(N) + np.random.default_rng(4).normal(0.0, 0.2, (N, N))
    inverse = np.linalg.inv(s)
    changed = {
        "w_in": s @ p["w_in"],
        "w_hid": s @ p["w_hid"] @ inverse,
        "w_out": p["w_out"] @ inverse,
        "b_hid": s @ p["b_hid"],
        "b_out": p["b_out"],
        "v0": s @ p["v0"],
    }

    def run(weights):
        # one tau: a gain per unit does not commute with S
        net = net_of(weights, activation="linear", tau=100.0)
        return cj.rollout(net, inputs())

    first, second = run(p), run(changed)
    assert_equal(second.potentials, np.asarray(first.potentials) @ s.T)
    assert_equal(second.outputs, first.outputs)


def test_a_network_at_rest_responds_later_to_a_later_input():
    """GT39, time shift: from a fixed point, a later input has the same effect later."""
    p = parts()
    p["w_hid"] *= 0.9 / np.linalg.norm(p["w_hid"], 2)  # one fixed point, attracting
    rest = np.zeros(N)
    for _ in range(2000):
        rest = p["w_hid"] @ np.tanh(rest) + p["b_hid"]
    net = net_of(p | {"v0": rest})
    delay, u = 17, jnp.asarray(inputs())
    late = jnp.concatenate([jnp.zeros((BATCH, delay, N_IN)), u], axis=1)
    first, second = cj.rollout(net, u), cj.rollout(net, late)
    assert_equal(second.potentials[:, :delay], np.broadcast_to(rest, (BATCH, delay, N)))
    assert_equal(second.potentials[:, delay:], first.potentials)
    assert_equal(second.outputs[:, delay:], first.outputs)
