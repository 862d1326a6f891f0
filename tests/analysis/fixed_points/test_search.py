"""The search for fixed points: points, spectra, flags and options."""

import logging

from helpers import close, identical
import jax
import jax.numpy as jnp
import numpy as np
from oracles import fixed_points as oracle
import pytest

import ctrnn_jax as cj
from ctrnn_jax.analysis import (
    continue_fixed_points,
    find_fixed_points,
    verify_fixed_points,
)


N = 4
KEY = jax.random.key(0)


def by_modulus(values):
    """Sort the last axis by falling modulus."""
    order = np.argsort(-np.abs(values), axis=-1, kind="stable")
    return np.take_along_axis(values, order, -1)


@pytest.mark.slow
def test_both_forms_have_the_same_points_at_any_dt(network, parts):
    """v = W r + I: points correspond, and the flow has the same eigenvalues.

    Speeds and eigenvalues are those of the flow: dt changes only those of the step.
    """
    u = np.array([0.2, -0.1])
    options = {"candidates": 64, "key": jax.random.key(1)}
    potential_net = network(tau=100.0)
    v = find_fixed_points(potential_net, u, **options)
    r = find_fixed_points(network(form="rate", tau=100.0), u, **options)
    w, drive, _ = parts(potential_net, u)
    assert len(v) == len(r) >= 1
    for k, point in enumerate(r.points @ w.T + drive):
        match = np.argmin(np.abs(v.points - point).max(1))
        np.testing.assert_allclose(v.points[match], point, atol=1e-8)
        np.testing.assert_allclose(v.eigenvalues[match], r.eigenvalues[k], atol=1e-10)
    short = find_fixed_points(cj.replace(potential_net, dt=1.0), u, v.points,
                              jitter=0.0, candidates=64)  # fmt: skip
    match = [np.argmin(np.abs(short.points - p).max(1)) for p in v.points]
    close(short.eigenvalues[match], v.eigenvalues, scale=1e4)
    close(v.multipliers, by_modulus(1 + 20 * v.eigenvalues), scale=1e3)
    close(short.multipliers[match], by_modulus(1 + v.eigenvalues), scale=1e3)


def test_points_with_many_time_constants(network, parts):
    """Stability of flow and step, each from its own matrix, and from simulation."""
    net, u = network(seed=3), np.array([0.5, 0.5])
    points = find_fixed_points(net, u, key=KEY, candidates=32)
    assert np.sum(points.count) == 32
    points = points.where(points.converged)
    assert len(points) >= 1
    tau = np.asarray(net.tau)
    for k, v in enumerate(points.points):
        args = (*parts(net, u), "tanh", "current")
        np.testing.assert_allclose(oracle.force(v, *args), 0, atol=1e-10)
        force = oracle.force_jacobian(v, *args)
        close(points.jacobian(k), force / tau[:, None])
        flow = np.linalg.eigvals(force / tau[:, None])
        step = np.linalg.eigvals(np.eye(N) + (20 / tau)[:, None] * force)
        close(np.sort(points.eigenvalues[k].real), np.sort(flow.real), scale=1e3)
        close(np.sort(np.abs(points.multipliers[k])), np.sort(np.abs(step)), scale=1e3)
        assert points.index[k] == np.sum(flow.real > 0)
        modes = points.modes(k)
        close(modes.left.conj().T @ modes.right, np.eye(N) + 0j, scale=1e3)
        close(points.time_constants[k, 0], -1 / modes.eigenvalues[0].real)
    assert np.all(verify_fixed_points(points).agrees)
    title, kinds, _, *rows = str(points).splitlines()
    assert title.startswith(f"FixedPoints: {len(points)} fixed point")
    assert title.endswith(" of 32 candidates")
    assert kinds.startswith("stability  ")
    is_growing = np.any(points.time_constants[:, 0] < 0)
    assert len(rows) == len(points) + is_growing
    assert ("the mode grows by a factor e" in rows[-1]) == is_growing
    slowest = f"{points.time_constants[0, 0]:.4g}"
    assert rows[0].split()[2:5] == [points.stability[0], str(points.index[0]), slowest]
    wrong = verify_fixed_points(points, tolerance=1e-12, size=1e-1)
    assert not np.all(wrong.agrees)


def test_rectified_leak_points_are_those_of_its_step(network):
    net = network(form="leak", activation="relu", w_hid=0.3 * np.eye(N) - 0.2)
    u = np.array([1.0, 0.0])
    points = find_fixed_points(net, u, key=KEY, candidates=64)
    points = points.where(points.converged)
    assert len(points) == 1
    v = points.points[0]
    after = cj.step(net, cj.State(v), u).potentials
    np.testing.assert_allclose(after, v, atol=1e-12)
    is_silent = v < 1e-100  # decayed to zero in one step
    num_fastest = np.sum(np.isclose(points.eigenvalues[0], -1 / 20.0))
    assert num_fastest == is_silent.sum() > 0
    assert points.step_stability[0] == "stable"


def test_float32_without_x64_gives_float64_points(network):
    with jax.enable_x64(False):
        net = network(dtype=jnp.float32)
        points = find_fixed_points(net, key=KEY, candidates=32)
        assert points.points.dtype == points.speed.dtype == np.float64
        assert points.speed[points.converged].max() < 1e-10
        assert points.network.dtype == jnp.float32
        assert jnp.zeros(()).dtype == jnp.float32
        points.jacobian(0)
        assert np.all(verify_fixed_points(points).agrees)


def test_nan_candidates_and_slow_points_are_flagged(network):
    """A network without fixed point: |F| >= 0.5; and a start that is NaN.

    Of the sizes of the line attractors, whose programs it shares.
    """
    net = network(
        n=6, w_hid=np.eye(6), b_hid=np.full(6, 0.5), activation="linear", tau=100.0
    )
    starts = np.zeros((64, 6))
    starts[3, 0] = np.nan
    points = find_fixed_points(net, None, starts, jitter=0.0, candidates=64)
    assert not points.converged.any()
    assert points.candidate_point[3] == -1
    assert points.candidate_point[0] >= 0
    assert not points.candidate_converged[3]
    assert np.sum(points.count) == 63
    np.testing.assert_allclose(points.speed, 0.5)
    assert points.minimum.all()
    assert np.all(points.stability == "slow")
    assert np.all(points.step_stability == "slow")
    assert len(points.where(points.stability == "stable")) == 0
    assert "slow point" in str(points)
    assert "1 candidates are NaN" in str(points)


def test_outliers_are_flagged_and_not_dropped():
    """Starts near one of three points, one of which is far away."""
    net = cj.CTRNN(
        0, 1, 0, dt=10.0, tau=100.0, w_hid=np.array([[2.0]]), activation="tanh", key=KEY
    )
    starts = np.array([[0.1], [0.0], [-0.1], [0.7]]) + 0.55
    points = find_fixed_points(net, None, starts, jitter=0.0, candidates=4)
    is_far = np.abs(points.points[:, 0] - starts.mean()) > 2 * 0.525
    np.testing.assert_array_equal(points.outlier, is_far)
    assert points.outlier.any()


def test_adam_alone_and_as_warm_up(network):
    net, u = network(seed=3), np.array([0.5, 0.5])
    options = {"candidates": 32, "key": KEY}
    plain = find_fixed_points(net, u, **options)
    warm = find_fixed_points(net, u, warm_up=300, **options)
    adam_alone = find_fixed_points(
        net, u, warm_up=300, max_iterations=0, tolerance=1e-2, distinct=0.2, **options
    )
    for points, max_distance in ((warm, 1e-8), (adam_alone, 0.05)):
        fixed = points.where(points.converged)
        assert 1 <= len(fixed) <= len(plain)
        for point in fixed.points:
            assert np.abs(plain.points - point).max(1).min() < max_distance


def test_other_arguments_recompile_nothing(caplog, network):
    """Other inputs, starts, numbers of starts, keys, weights and numbers of points."""
    networks = (network(), network(dt=10.0, w_hid=3 * np.eye(N)))
    options = {"candidates": 32}

    def run_all(k):
        rng, net = np.random.default_rng(k), networks[k % 2]
        key = jax.random.key(k)
        points = find_fixed_points(net, rng.normal(size=2), key=key, **options)
        starts = rng.normal(size=(3 + 7 * k, N))
        find_fixed_points(net, np.ones(2) * k, starts, key=key, **options)
        path = np.linspace(0, 0.1 * k, 5)[:, None] * np.ones(2)
        continue_fixed_points(net, path, points.points[0])
        verify_fixed_points(points)
        return len(points)

    counts = {run_all(0)}
    with jax.log_compiles(), caplog.at_level(logging.WARNING):
        for k in range(1, 5):
            counts.add(run_all(k))
    assert len(counts) > 1
    compiled = [r.message for r in caplog.records if "Compiling" in r.message]
    assert compiled == []


def test_the_same_key_gives_the_same_points_and_starts_are_used(network):
    net = network()
    options = {"candidates": 32}
    one, again = (find_fixed_points(net, key=KEY, **options).points for _ in range(2))
    assert identical(one, again)
    starts = np.random.default_rng(0).normal(size=(4, N))
    traj = cj.rollout(net, jnp.zeros((3, 5, 2)))
    by_array = find_fixed_points(net, None, traj.potentials, jitter=0.0, **options)
    by_result = find_fixed_points(net, None, traj, jitter=0.0, **options)
    assert identical(by_array.points, by_result.points)
    # without jitter, a start at a fixed point gives that point alone
    alone = find_fixed_points(net, None, starts[:1], jitter=0.0, **options)
    assert len(alone) == 1
    again = find_fixed_points(net, None, alone.points, jitter=0.0, **options)
    np.testing.assert_allclose(again.points, alone.points, atol=1e-12)


def test_points_at_a_kink_are_flagged(network):
    """relu at 0: f' = 0 makes it stable, while states above 0 grow at W - 1 = 1."""
    net = network(
        n=2, w_hid=np.array([[0.0, 2.0], [2.0, 0.0]]), activation="relu",
        b_hid=np.zeros(2), tau=100.0,
    )  # fmt: skip
    points = find_fixed_points(net, key=KEY, candidates=32)
    (origin,) = np.flatnonzero(np.abs(points.points).max(1) < 1e-9)
    assert points.stability[origin] == "stable"
    assert points.kink[origin]
    assert str(points).endswith("* at a kink of f: stability holds on one side only")
    start = cj.State(np.full(2, 1e-6))
    traj = cj.rollout(net, np.zeros((200, 2)), state=start)
    assert float(traj.potentials[-1].min()) > 1.0
    smooth = find_fixed_points(network(), key=KEY, candidates=32)
    assert not smooth.kink.any()
    assert "kink" not in str(smooth)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"key": None}, "`key` must be given"),
        ({"key": None, "starts": np.zeros(N)}, "`key` must be given"),
        ({"inputs": np.zeros((3, 2))}, r"`inputs` must have shape \(2,\)"),
        ({"starts": np.zeros((3, 3))}, "`starts` must have shape"),
        ({"starts": np.zeros((0, N))}, "one state or more"),
        ({"starts": "v"}, "`starts` must be numbers"),
        ({"candidates": 0}, "`candidates`"),
        ({"tolerance": 0.0}, "`tolerance`"),
        ({"jitter": -1.0}, "`jitter`"),
        ({"distinct": -1.0}, "`distinct`"),
        ({"max_iterations": -1}, "`max_iterations`"),
        ({"warm_up": -1}, "`warm_up`"),
    ],
)
def test_invalid_options_raise_an_error(options, message, network):
    with pytest.raises(ValueError, match=message):
        find_fixed_points(network(), **{"key": KEY, **options})
