"""Networks with known fixed points, bifurcations and slow manifolds."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.optimize import brentq

import ctrnn_jax as cj
from ctrnn_jax.analysis import (
    attractor_manifolds,
    bifurcation,
    continue_fixed_points,
    find_fixed_points,
    verify_fixed_points,
)


TAU = 100.0


def network(w_hid, gain=0.1, n_in=0, **options):
    w_hid = np.asarray(w_hid, float)
    options = {"activation": "tanh", **options}
    return cj.CTRNN(
        n_in, len(w_hid), 0, dt=TAU * gain, tau=TAU, w_hid=w_hid, key=jax.random.key(0),
        **options,
    )  # fmt: skip


def grid(n, reach=3.0, count=64, seed=0):
    """Return starts that are uniform in a cube."""
    return np.random.default_rng(seed).uniform(-reach, reach, (count, n))


def fixed_points(net, starts, inputs=None, **options):
    count = {"candidates": len(starts), "jitter": 0.0, **options}
    return find_fixed_points(net, inputs, starts, **count)


@pytest.mark.parametrize(
    ("w", "published"), [(1.01, 0.173378397), (1.1, 0.553234632), (2.0, 1.915008048)]
)
def test_pitchfork(w, published):
    """GT15: v = w tanh v; eigenvalue -1 + w sech^2 v* at each root."""
    root: Any = brentq(lambda v: v - w * np.tanh(v), 0.01, 5.0, xtol=1e-15)
    points = fixed_points(network([[w]]), grid(1))
    order = np.argsort(points.points[:, 0])
    v = points.points[order, 0]
    np.testing.assert_allclose(v, [-root, 0, root], rtol=0, atol=1e-9)
    assert abs(v[2] - published) < 1e-9
    expected = -1 + w / np.cosh(v) ** 2
    np.testing.assert_allclose(
        points.eigenvalues[order, 0] * TAU, expected, rtol=0, atol=1e-9
    )
    assert list(points.stability[order]) == ["stable", "unstable", "stable"]
    np.testing.assert_allclose(points.time_constants[order, 0], -TAU / expected)
    assert np.all(verify_fixed_points(points).agrees)


def test_critical_slowing():
    """GT16: at w = 1 potentials fall as sqrt(3 tau / (2 t))."""
    net = network([[1.0]])
    start = cj.State(np.array([0.5]))
    end = cj.rollout(net, steps=10_000, state=start, record=cj.Record(stride=10_000))
    expected = np.sqrt(3 / (2 * 1000.0))
    np.testing.assert_allclose(end.potentials[0, 0], expected, rtol=0.01)
    # the speed is v^3 / 3 near the origin
    points = fixed_points(net, grid(1, count=64), tolerance=3e-10)
    nearest = np.argmin(np.abs(points.points[:, 0]))
    assert abs(points.points[nearest, 0]) < 1e-3
    assert points.stability[nearest] == "marginal"


@pytest.mark.parametrize(
    ("g", "critical"), [(0.05, 0.97498), (0.2, 0.89898), (0.5, 0.73205)]
)
def test_neimark_sacker(g, critical):
    """GT17: the simulated origin loses stability at w_c < 1, the flow at 1."""
    exact = 1 - (1 - np.sqrt(1 - g**2)) / g
    np.testing.assert_allclose(exact, critical, atol=1e-5)
    for w, verdict in ((exact - 0.01, "stable"), (exact + 0.01, "unstable")):
        net = network([[w, -1.0], [1.0, w]], g)
        points = fixed_points(net, grid(2))
        assert len(points) == 1
        assert points.stability[0] == "stable"
        assert points.step_stability[0] == verdict
        modulus = abs(1 + g * (-1 + w + 1j))
        np.testing.assert_allclose(np.abs(points.multipliers[0]), modulus, atol=1e-12)
        start = cj.State(np.array([0.1, 0.0]))
        record = cj.Record(stride=200)
        path = cj.rollout(net, steps=120_000, state=start, record=record).potentials
        amplitude = float(jnp.abs(path[-50:]).max())
        assert (amplitude > 0.15) if verdict == "unstable" else (amplitude < 1e-9)


@pytest.mark.parametrize("w", [1.02, 1.05, 1.1])
def test_cycle_near_hopf(w):
    """GT18: frequency 1 / w rad per tau and amplitude 2 sqrt((w - 1) / w)."""
    g = 0.002
    amplitude = 2 * np.sqrt((w - 1) / w)
    start = cj.State(np.array([amplitude, 0.0]))
    net = network([[w, -1.0], [1.0, w]], g)
    path = cj.rollout(net, steps=90_000, state=start, record=cj.Record(stride=5))
    cycle = np.asarray(path.potentials)[6000:]
    v = cycle[:, 0]
    up = np.flatnonzero((v[:-1] < 0) & (v[1:] >= 0))
    crossings = up - v[up] / (v[up + 1] - v[up])
    frequency = 2 * np.pi / (np.mean(np.diff(crossings)) * 5 * g)
    np.testing.assert_allclose(frequency, 1 / w, rtol=3e-3)
    measured = np.sqrt(np.mean(np.sum(cycle**2, -1)))
    np.testing.assert_allclose(measured, amplitude, rtol=0.08)
    points = fixed_points(net, grid(2))
    np.testing.assert_allclose(
        np.sort(points.frequencies[0]) * 2 * np.pi * TAU / 1000, [-1, 1], atol=1e-9
    )


@pytest.mark.parametrize(("g", "critical"), [(0.01, 11.510), (0.05, 9.333), (0.1, 6.0)])
def test_wilson_cowan_oscillates(g, critical):
    """GT19: the flow has its Hopf bifurcation at w = 12, the map of gain g below 12."""
    exact = (3 - 18 * g) / (0.25 - g / 2)
    np.testing.assert_allclose(exact, critical, atol=1e-3)

    def at_origin(w):
        weights = np.array([[w, -16.0], [16.0, -4.0]])
        net = network(weights, g, activation="sigmoid", b_hid=-weights.sum(1) / 2)
        points = fixed_points(net, grid(2))
        np.testing.assert_allclose(points.points, np.zeros((1, 2)), atol=1e-12)
        return points

    for w, verdict in ((exact - 0.1, "stable"), (exact + 0.1, "unstable")):
        points = at_origin(w)
        assert points.step_stability[0] == verdict
        mu = np.linalg.eigvals([[w / 4 - 1, -4.0], [4.0, -2.0]])
        verification = verify_fixed_points(points, steps=20)
        rate = np.log(verification.measured[0]) / g
        assert abs(rate - np.log(np.abs(1 + g * mu)).max() / g) < 1e-6
    hopf = at_origin(12.0)
    assert hopf.stability[0] == "marginal"
    omega = np.abs(hopf.frequencies[0]) * 2 * np.pi * TAU / 1000
    np.testing.assert_allclose(omega, np.sqrt(12.0), rtol=1e-9)


def test_wilson_cowan_has_three_states():
    """GT20: all roots at I_E = -3.5, one at -3; the outer ones stable."""
    weights = [[12.0, -4.0], [13.0, -11.0]]
    for drive, roots in ((-3.5, [-3.06061, -1.28619, 5.55230]), (-3.0, [6.06585])):
        net = network(weights, activation="sigmoid", b_hid=np.array([drive, -4.0]))
        points = fixed_points(net, grid(2, 8.0))
        points = points.where(points.converged)
        excitatory = np.sort(points.points[:, 0])
        np.testing.assert_allclose(excitatory, roots, rtol=0, atol=1e-4)
        if len(roots) == 3:
            middle = np.argsort(points.points[:, 0])[1]
            assert points.index[middle] == 1
            assert points.stability[middle] == "saddle"
            assert np.sum(points.stability == "stable") == 2


def test_winner_takes_all():
    """GT21: +-d with d = (s + c) tanh d; the sign is that of the first difference."""
    s, c = 0.5, 1.5
    d: Any = brentq(lambda v: v - (s + c) * np.tanh(v), 0.1, 5.0, xtol=1e-15)
    net = network([[s, -c], [-c, s]])
    points = fixed_points(net, grid(2))
    stable = points.where(points.stability == "stable").points
    order = np.argsort(stable[:, 0])
    np.testing.assert_allclose(stable[order], [[-d, d], [d, -d]], rtol=0, atol=1e-8)
    assert points.index[np.argmin(np.abs(points.points).sum(1))] == 1
    start = np.random.default_rng(1).normal(size=(16, 2)) * 0.1
    end = cj.rollout(net, steps=2000, state=cj.State(start)).final_state.potentials
    np.testing.assert_array_equal(
        np.sign(end[:, 0]), np.sign(start[:, 0] - start[:, 1])
    )
    np.testing.assert_allclose(np.abs(end), d, atol=1e-8)


@pytest.mark.slow
def test_ring_attractor():
    """GT22: J1 = 4, J0 = -2, I0 = 1: bumps of half-width and peak pi / 2 at any angle.

    All fixed points are recognised as one ring, along which the speed is zero.
    """
    n = 64
    theta = 2 * np.pi * np.arange(n) / n
    weights = (-2 + 4 * np.cos(theta[:, None] - theta[None])) / n
    net = network(weights, activation="relu", b_hid=np.ones(n))

    def angle(v):
        return np.angle(np.sum(np.maximum(v, 0) * np.exp(1j * theta), -1))

    cues = np.array([theta[5], theta[5] + 0.03])
    cue = 1.5 * np.cos(theta - cues[:, None])
    record = cj.Record(stride=20_000)
    end = cj.rollout(net, steps=20_000, state=cj.State(cue), record=record)
    bumps = np.asarray(end.potentials[:, 0])
    np.testing.assert_allclose(bumps.max(1), np.pi / 2, rtol=2e-3)
    assert abs(angle(bumps[0]) - cues[0]) < 1e-9
    assert abs(angle(bumps[1]) - cues[1]) < 0.01
    # between grid angles: on them two units are at threshold, where f has a kink
    angles = theta + np.pi / n
    points = fixed_points(net, 1.5 * np.cos(theta - angles[:, None]))
    assert len(points) == 64
    assert np.all(points.converged)
    np.testing.assert_allclose(points.points.max(1), np.pi / 2, rtol=2e-3)
    top = np.sort(np.real(points.eigenvalues), 1)[:, ::-1] * TAU
    np.testing.assert_allclose(top[:, 0], 0, atol=1e-9)
    assert top[:, 1].max() < -0.5
    assert np.all(points.stability == "marginal")
    (ring,) = attractor_manifolds(points)
    assert len(ring.order) == 64
    assert ring.dimension == 1
    assert ring.closed
    turns = np.diff(np.unwrap(angle(points.points[ring.order])))
    np.testing.assert_allclose(np.abs(turns), 2 * np.pi / 64, atol=0.01)
    assert ring.speed_between < 5e-3


def test_hopfield_patterns():
    """GT23: orthogonal patterns xi: v = g m xi with m = tanh(g m)."""
    n, gain = 64, 2.0
    walsh = np.array([[1.0]])
    for _ in range(6):
        walsh = np.block([[walsh, walsh], [walsh, -walsh]])
    patterns = walsh[1:5]
    m: Any = brentq(lambda m: m - np.tanh(gain * m), 0.1, 1.0, xtol=1e-15)
    assert abs(m - 0.957504024) < 1e-9
    net = network(gain / n * patterns.T @ patterns)
    rng = np.random.default_rng(0)
    starts = patterns.repeat(16, 0)
    for row in starts:
        row[rng.choice(n, rng.integers(0, 17), replace=False)] *= -1
    end = cj.rollout(net, steps=600, state=cj.State(starts)).final_state.potentials
    np.testing.assert_allclose(end, gain * m * patterns.repeat(16, 0), atol=1e-9)
    points = fixed_points(net, np.asarray(end))
    assert len(points) == 4
    assert np.all(points.stability == "stable")
    expected = -1 + gain * (1 - m**2)
    np.testing.assert_allclose(points.eigenvalues[:, 0] * TAU, expected, atol=1e-9)
    overlap = np.abs(points.points @ patterns.T) / n
    np.testing.assert_allclose(np.sort(overlap.max(0)), gain * m, atol=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize("copies", [1, 10])
def test_three_bits_have_27_points(copies):
    """GT24: three latent pitchforks: 3^3 points, 8, 12, 6 and 1 of index 0 to 3."""
    weights = np.kron(np.eye(3), np.full((copies, copies), 2.0 / copies))
    net = network(weights)
    points = find_fixed_points(net, key=jax.random.key(0), candidates=1024)
    points = points.where(points.converged)
    np.testing.assert_array_equal(np.bincount(points.index), [8, 12, 6, 1])
    root: Any = brentq(lambda v: v - 2 * np.tanh(v), 0.1, 5.0, xtol=1e-15)
    levels = np.array([-root, 0.0, root])
    latent = points.points.reshape(27, 3, copies)
    nearest = levels[np.argmin(np.abs(latent[..., None] - levels), -1)]
    np.testing.assert_allclose(latent, nearest, rtol=0, atol=1e-9)
    assert len({tuple(row) for row in nearest[..., 0]}) == 27
    assert np.sum(points.stability == "stable") == 8
    assert points.index_sum == 1
    assert np.all(verify_fixed_points(points, tolerance=1e-6).agrees)
    assert attractor_manifolds(points) == ()


def test_ghost_of_a_saddle_node():
    """GT25: past b_c the speed has a minimum, q = (b - b_c)^2 / 2."""
    w = 1.5
    critical = w * np.sqrt(1 - 1 / w) - np.arccosh(np.sqrt(w))
    np.testing.assert_allclose(critical, 0.207546455322, atol=1e-12)
    starts = grid(1)
    beyond = fixed_points(network([[w]], b_hid=np.array([-critical - 0.01])), -starts)
    (ghost,) = np.flatnonzero(~beyond.converged)
    assert beyond.minimum[ghost]
    assert beyond.count[ghost] > 5
    assert abs(beyond.speed[ghost] ** 2 / 2 - 0.01**2 / 2) < 1e-8
    np.testing.assert_allclose(
        beyond.points[ghost, 0], np.arccosh(np.sqrt(w)), atol=1e-6
    )
    assert beyond.converged.sum() == 1
    before = fixed_points(network([[w]], b_hid=np.array([-critical + 0.01])), starts)
    assert before.converged.sum() == 3
    # continued along the input, the branch ends at the bifurcation
    net = network([[w]], n_in=1, w_in=np.ones((1, 1)))
    upper: Any = brentq(lambda v: v - w * np.tanh(v), 0.1, 5.0, xtol=1e-15)
    path = np.linspace(0.0, -critical - 0.01, 120)
    branch = continue_fixed_points(net, path[:, None], np.array([upper]))
    last = int(np.flatnonzero(branch.on_branch)[-1])
    assert path[last] > -critical >= path[last + 1]
    assert np.all(branch.stability[: last + 1] == "stable")
    exact = branch.points[: last + 1, 0]
    np.testing.assert_allclose(
        exact, w * np.tanh(exact) + path[: last + 1], rtol=0, atol=1e-10
    )


def test_threshold_of_a_perturbation():
    """GT44: a push beyond v_s - v_u switches; a smaller push decays at 1 + g mu."""
    w, b, g = 2.0, 0.1, 0.1
    net = network([[w]], g, b_hid=np.array([b]))
    points = fixed_points(net, grid(1))
    lower, middle, upper = points.points[np.argsort(points.points[:, 0]), 0]
    np.testing.assert_allclose(upper - middle, 2.13318498, atol=1e-8)
    low, high = 0.0, 4.0
    for _ in range(45):
        push = (low + high) / 2
        start = cj.State(np.array([upper - push]))
        end = cj.rollout(net, steps=3000, state=start, record=cj.Record(stride=3000))
        stays = float(end.final_state.potentials[0]) > middle
        low, high = (push, high) if stays else (low, push)
    assert abs((low + high) / 2 - (upper - middle)) < 1e-8
    assert lower < middle
    upper_index = int(np.argmax(points.points[:, 0]))
    verification = verify_fixed_points(points.where([upper_index]))
    np.testing.assert_allclose(verification.predicted, 0.9132708, atol=1e-7)
    np.testing.assert_allclose(verification.measured, verification.predicted, atol=1e-6)


def test_pitchfork_as_branches():
    """GT15 again: one branch loses stability at w = 1, where two branches begin."""
    base = network([[0.5]])

    def change(net, w):
        return cj.replace(net, w_hid=np.array([[w]]))

    values = np.linspace(0.86, 1.46, 13)
    study = bifurcation(
        base,
        change,
        values,
        key=jax.random.key(0),
        starts=grid(1),
        candidates=64,
    )
    assert study.n_branches == 3
    np.testing.assert_array_equal(study.counts, np.where(values < 1, 1, 3))
    changes = study.changes()
    assert sorted(what for _, what, _, _ in changes) == [
        "begins",
        "begins",
        "stable to unstable",
    ]
    assert all(before < 1 < after for _, _, before, after in changes)
    w = study.values[study.at]
    np.testing.assert_allclose(
        study.points[:, 0], w * np.tanh(study.points[:, 0]), rtol=0, atol=1e-10
    )
