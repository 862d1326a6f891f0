import logging

from helpers import close, has_float64, identical
import jax
import jax.numpy as jnp
import numpy as np
from oracles import fixed_points as oracle
import pytest

import ctrnn_jax as cj
from ctrnn_jax.analysis import (
    attractor_manifolds,
    continue_fixed_points,
    find_fixed_points,
    jacobian,
    step_jacobian,
    velocity,
    verify_fixed_points,
)
from ctrnn_jax.analysis._vector_field import field_of
from ctrnn_jax.analysis.fixed_points._levenberg_marquardt import damped_step, gram_of
from ctrnn_jax.analysis.fixed_points._refinement import distinct_points


N = 4
FORMS = {
    "current": cj.dynamics.CurrentForm(),
    "rate": cj.dynamics.RateForm(),
    "leak": cj.dynamics.RectifiedLeakForm(),
}


def network(seed=0, n=N, form="current", activation="tanh", **options):
    rng = np.random.default_rng(seed)
    options = {
        "w_hid": 1.5 * rng.normal(size=(n, n)) / np.sqrt(n),
        "w_in": rng.normal(size=(n, 2)),
        "b_hid": 0.3 * rng.normal(size=n),
        "tau": 80.0 + 10 * np.arange(n),
        "dt": 20.0,
        **options,
    }
    return cj.CTRNN(
        2, n, 1, form=FORMS[form], activation=activation, key=jax.random.key(0),
        **options,
    )  # fmt: skip


def parts(net, u):
    """What the oracles take of a network."""
    w = cj.effective(net)
    drive = np.asarray(w.w_in) @ u + np.asarray(w.b_hid)
    gain = np.broadcast_to(net.method.gain(net.dt, net.tau), (net.n_hidden,))
    return np.asarray(w.w_hid), drive, np.asarray(gain)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("method", [cj.Euler(), cj.ExponentialEuler()], ids=["e", "x"])
def test_flow_and_jacobians_against_loops(form, method):
    activation = "relu" if form == "leak" else "tanh"
    net = network(form=form, activation=activation, method=method)
    rng = np.random.default_rng(1)
    v, u = np.abs(rng.normal(size=(3, N))), rng.normal(size=(3, 2))
    flow, matrix = velocity(net, v, u), jacobian(net, v, u)
    assert matrix.shape == (3, N, N)
    tau = np.asarray(net.tau)
    for k in range(3):
        args = (*parts(net, u[k]), activation, form)
        close(flow[k], oracle.force(v[k], *args) / tau)
        close(matrix[k], oracle.force_jacobian(v[k], *args) / tau[:, None])
    # one input for all states, and one state for all inputs
    close(velocity(net, v, u[0])[0], flow[0])
    close(velocity(net, v[0], u)[0], flow[0])
    # the flow is what a step does
    after = cj.step(net, cj.State(v), u).potentials
    gain = np.asarray(method.gain(net.dt, net.tau))
    close(after - v, np.asarray(flow) * (gain * tau))
    move = lambda v: cj.step(net, cj.State(v), u[0]).potentials
    close(step_jacobian(net, v[0], u[0]), jax.jacobian(move)(jnp.asarray(v[0])))


@pytest.mark.parametrize("form", FORMS)
def test_jacobians_along_a_trajectory_multiply_to_that_of_the_rollout(form):
    """The step from v[t] consumes the input of t + 1, as documented."""
    net = network(form=form, activation="relu" if form == "leak" else "tanh")
    u = jnp.asarray(np.random.default_rng(8).normal(size=(12, net.n_in)))
    start = jnp.asarray(np.random.default_rng(9).uniform(0.1, 1, net.n_hidden))
    run = lambda v: cj.rollout(net, u, state=cj.State(v)).potentials
    v = run(start)
    each = step_jacobian(net, v[:-1], u[1:])
    product = np.linalg.multi_dot(list(np.asarray(each)[::-1]))
    whole = jax.jacobian(lambda x: cj.rollout(net, u[1:], state=cj.State(x)).potentials)
    close(product, whole(v[0])[-1])
    first = step_jacobian(net, start, u[0])
    close(product @ first, jax.jacobian(run)(start)[-1])


def test_flow_transforms_and_keeps_its_dtype():
    net = network(dtype=jnp.float32)
    v, u = jnp.ones((5, N), jnp.float32), jnp.ones((2,), jnp.float32)
    assert velocity(net, v, u).dtype == jnp.float32
    assert not has_float64(jax.jit(jacobian)(net, v, u))
    batched = jax.vmap(lambda v: velocity(net, v, u))(v)
    close(batched, velocity(net, v, u), dtype="float32")
    slope = jax.grad(lambda n: velocity(n, v, u).sum(), allow_int=True)(net)
    assert float(jnp.abs(slope.raw.w_hid).max()) > 0
    close(velocity(net, v), velocity(net, v, jnp.zeros(2, jnp.float32)))


@pytest.mark.parametrize("form", FORMS)
def test_damped_steps_against_the_textbook(form):
    """Both cheap ways to (J'J + damping)^-1 J'F equal the dear one."""
    net = network(form=form, activation="relu" if form == "leak" else "tanh")
    field = field_of(net, jnp.ones(2))
    v = jnp.asarray(np.random.default_rng(2).normal(size=N))
    force, j = np.asarray(field.force(v)), np.asarray(field.force_jacobian(v))
    damping = jnp.asarray(0.3)
    move, gradient = damped_step(field, gram_of(field), v, field.force(v), damping)
    close(gradient, j.T @ force)
    close(move, -np.linalg.solve(j.T @ j + 0.3 * np.eye(N), j.T @ force))


def test_an_unknown_form_is_differentiated():
    class Own(cj.dynamics.CurrentForm):
        """The same, but not known by name."""

    known = network()
    own = cj.replace(known, form=Own())
    field, other = (field_of(net, jnp.ones(2)) for net in (known, own))
    v = jnp.asarray(np.random.default_rng(2).normal(size=N))
    close(other.force(v), field.force(v))
    close(other.force_jacobian(v), field.force_jacobian(v))
    one, two = (
        damped_step(f, gram_of(f), v, f.force(v), jnp.asarray(0.1))
        for f in (field, other)
    )
    close(one, two)


def test_the_same_points_in_both_forms_and_at_any_dt():
    """v = W r + I: points correspond, and the flow has the same eigenvalues.

    Speeds and eigenvalues are those of the flow: dt changes what the step says alone.
    """
    u = np.array([0.2, -0.1])
    options = {"candidates": 64, "key": jax.random.key(1)}
    potential = network(tau=100.0)
    v = find_fixed_points(potential, u, **options)
    r = find_fixed_points(network(form="rate", tau=100.0), u, **options)
    w, drive, _ = parts(potential, u)
    assert len(v) == len(r) >= 1
    for k, point in enumerate(r.points @ w.T + drive):
        at = np.argmin(np.abs(v.points - point).max(1))
        np.testing.assert_allclose(v.points[at], point, atol=1e-8)
        np.testing.assert_allclose(v.eigenvalues[at], r.eigenvalues[k], atol=1e-10)
    short = find_fixed_points(cj.replace(potential, dt=1.0), u, v.points, jitter=0.0,
                              candidates=64)  # fmt: skip
    at = [np.argmin(np.abs(short.points - p).max(1)) for p in v.points]
    close(short.eigenvalues[at], v.eigenvalues, scale=1e4)
    close(v.multipliers, _by_size(1 + 20 * v.eigenvalues), scale=1e3)
    close(short.multipliers[at], _by_size(1 + v.eigenvalues), scale=1e3)


def _by_size(values):
    order = np.argsort(-np.abs(values), axis=-1, kind="stable")
    return np.take_along_axis(values, order, -1)


def test_points_with_many_time_constants():
    """Verdicts of flow and step, each by its own matrix, and by simulation."""
    net, u = network(seed=3), np.array([0.5, 0.5])
    points = find_fixed_points(net, u, key=jax.random.key(0), candidates=64)
    assert np.sum(points.count) == 64
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
    text = str(points)
    assert text.count("\n") == len(points)
    assert points.stability[0] in text
    wrong = verify_fixed_points(points, tolerance=1e-12, size=1e-1)
    assert not np.all(wrong.agrees)


def test_rectified_leak_points_are_those_of_its_step():
    net = network(form="leak", activation="relu", w_hid=0.3 * np.eye(N) - 0.2)
    u = np.array([1.0, 0.0])
    points = find_fixed_points(net, u, key=jax.random.key(0), candidates=64)
    points = points.where(points.converged)
    assert len(points) == 1
    v = points.points[0]
    after = cj.step(net, cj.State(v), u).potentials
    np.testing.assert_allclose(after, v, atol=1e-12)
    silent = v < 1e-100  # gone in one step
    assert np.sum(np.isclose(points.eigenvalues[0], -1 / 20.0)) == silent.sum() > 0
    assert points.step_stability[0] == "stable"


def test_float32_and_no_x64_give_float64_points():
    with jax.enable_x64(False):
        net = network(dtype=jnp.float32)
        points = find_fixed_points(net, key=jax.random.key(0), candidates=64)
        assert points.points.dtype == points.speed.dtype == np.float64
        assert points.speed[points.converged].max() < 1e-10
        assert points.network.dtype == jnp.float32
        assert jnp.zeros(()).dtype == jnp.float32
        points.jacobian(0)
        assert np.all(verify_fixed_points(points).agrees)


def test_nan_candidates_and_slow_points_are_flagged():
    """A network without fixed point: |F| >= 0.5; and a start that is NaN."""
    net = cj.CTRNN(
        0, 2, 0, dt=10.0, tau=100.0, w_hid=np.eye(2), b_hid=np.full(2, 0.5),
        activation="linear", key=jax.random.key(0),
    )  # fmt: skip
    starts = np.zeros((8, 2))
    starts[3, 0] = np.nan
    points = find_fixed_points(net, None, starts, jitter=0.0, candidates=8)
    assert not points.converged.any()
    assert points.candidate_point[3] == -1
    assert points.candidate_point[0] >= 0
    assert not points.candidate_converged[3]
    assert np.sum(points.count) == 7
    np.testing.assert_allclose(points.speed, 0.5)
    assert points.minimum.all()
    assert points.stability[0] == "marginal"
    assert "slow point" in str(points)
    assert "1 candidates are NaN" in str(points)
    with_nan = find_fixed_points(
        net, None, np.full((1, 2), np.nan), jitter=0.0, candidates=8
    )
    assert len(with_nan) == 0
    assert attractor_manifolds(with_nan) == ()


def test_outliers_are_flagged_and_kept():
    """Starts near one of three points, one of them far away."""
    net = cj.CTRNN(
        0, 1, 0, dt=10.0, tau=100.0, w_hid=np.array([[2.0]]), activation="tanh",
        key=jax.random.key(0),
    )  # fmt: skip
    starts = np.array([[0.1], [0.0], [-0.1], [0.7]]) + 0.55
    points = find_fixed_points(net, None, starts, jitter=0.0, candidates=4)
    far = np.abs(points.points[:, 0] - starts.mean()) > 2 * 0.525
    np.testing.assert_array_equal(points.outlier, far)
    assert points.outlier.any()


def test_adam_alone_and_as_warm_up():
    net, u = network(seed=3), np.array([0.5, 0.5])
    options = {"candidates": 64, "key": jax.random.key(0)}
    plain = find_fixed_points(net, u, **options)
    warm = find_fixed_points(net, u, warm_up=300, **options)
    alone = find_fixed_points(
        net, u, warm_up=300, max_iterations=0, tolerance=1e-2, distinct=0.2, **options
    )
    by_place = lambda p: p.points[np.lexsort(p.points.T)]
    for points in (warm, alone):
        fixed = points.where(points.converged)
        assert 1 <= len(fixed) <= len(plain)
        for point in fixed.points:
            away = np.abs(by_place(plain) - point).max(1).min()
            assert away < (1e-8 if points is warm else 0.05)


@pytest.mark.parametrize("n", [1, 100])
def test_distinct_points_against_loops(n):
    rng = np.random.default_rng(n)
    centres = rng.normal(size=(6, n))
    v = centres[rng.integers(0, 6, 50)] + 1e-6 * rng.normal(size=(50, n))
    v[7] = 40.0  # isolated, and kept
    speed = rng.random(50)
    v[9], speed[9] = np.nan, np.nan
    kept, point = distinct_points(v, speed, 1e-4)
    wanted, wanted_point = oracle.distinct(v, speed, 1e-4)
    np.testing.assert_array_equal(kept, wanted)
    np.testing.assert_array_equal(point, wanted_point)
    assert 7 in kept
    assert point[9] == -1
    assert len(kept) <= 7


def test_nothing_compiles_anew(caplog):
    """Over inputs, starts, how many of them, keys, weights, and how many points."""
    first, second = network(), network(dt=10.0, w_hid=3 * np.eye(N))
    options = {"candidates": 32}
    net = lambda k: (first, second)[k % 2]

    def all_of_it(k):
        rng = np.random.default_rng(k)
        points = find_fixed_points(
            net(k), rng.normal(size=2), key=jax.random.key(k), **options
        )
        starts = rng.normal(size=(3 + 7 * k, N))
        find_fixed_points(
            net(k), np.ones(2) * k, starts, key=jax.random.key(k), **options
        )
        path = np.linspace(0, 0.1 * k, 5)[:, None] * np.ones(2)
        continue_fixed_points(net(k), path, points.points[0])
        verify_fixed_points(points)
        return len(points)

    counts = {all_of_it(0)}
    with jax.log_compiles(), caplog.at_level(logging.WARNING):
        for k in range(1, 5):
            counts.add(all_of_it(k))
    assert len(counts) > 1
    compiled = [r.message for r in caplog.records if "Compiling" in r.message]
    assert compiled == []


def test_same_key_same_points_and_starts_are_used():
    net = network()
    options = {"candidates": 32}
    find = lambda k: find_fixed_points(net, key=jax.random.key(k), **options)
    assert identical(find(0).points, find(0).points)
    starts = np.random.default_rng(0).normal(size=(4, N))
    traj = cj.rollout(net, jnp.zeros((3, 5, 2)))
    by_array = find_fixed_points(net, None, traj.potentials, jitter=0.0, **options)
    by_result = find_fixed_points(net, None, traj, jitter=0.0, **options)
    assert identical(by_array.points, by_result.points)
    # without jitter a fixed point is its own and only point
    alone = find_fixed_points(net, None, starts[:1], jitter=0.0, **options)
    assert len(alone) == 1
    again = find_fixed_points(net, None, alone.points, jitter=0.0, **options)
    np.testing.assert_allclose(again.points, alone.points, atol=1e-12)


def test_a_linear_network_is_followed_exactly():
    rng = np.random.default_rng(0)
    w = 0.8 * rng.normal(size=(N, N)) / np.sqrt(N)
    net = network(w_hid=w, activation="linear")
    path = np.linspace(-1, 1, 7)[:, None] * np.array([1.0, 2.0])
    branch = continue_fixed_points(net, path, np.zeros(N), jump=2.0)
    weights = cj.effective(net)
    drive = path @ np.asarray(weights.w_in).T + np.asarray(weights.b_hid)
    exact = np.linalg.solve(np.eye(N) - w, drive.T).T
    np.testing.assert_allclose(branch.points, exact, atol=1e-10)
    assert branch.on_branch.all()
    assert branch.move[0] == 0
    rms = np.sqrt(np.mean(np.diff(exact, axis=0) ** 2, -1))
    np.testing.assert_allclose(branch.move[1:], rms, atol=1e-10)
    flow = np.linalg.eigvals((w - np.eye(N)) / np.asarray(net.tau)[:, None])
    expected = np.sort(flow.real)[::-1]
    np.testing.assert_allclose(branch.eigenvalues[3].real, expected, atol=1e-12)
    short = continue_fixed_points(net, path, np.zeros(N), jump=float(rms[0]) / 2)
    np.testing.assert_array_equal(short.on_branch, np.arange(7) < 1)


def test_a_line_attractor_is_a_line():
    """Rank one with weight 1: v = c a, all fixed; and a plane of rank two."""
    rng = np.random.default_rng(0)
    axes = np.linalg.qr(rng.normal(size=(6, 2)))[0]
    starts = np.linspace(-1, 1, 64)[:, None] * axes[:, 0] + 0.1 * axes[:, 1]
    options = {"activation": "linear", "b_hid": np.zeros(6), "tau": 100.0}
    line = network(n=6, w_hid=np.outer(axes[:, 0], axes[:, 0]), **options)
    points = find_fixed_points(line, None, starts, jitter=0.0, candidates=64)
    assert len(points) == 64
    (found,) = attractor_manifolds(points)
    assert (found.dimension, found.closed) == (1, False)
    along = points.points[found.order] @ axes[:, 0]
    assert np.all(np.diff(along) > 0) or np.all(np.diff(along) < 0)
    np.testing.assert_allclose(found.length, 2.0, rtol=1e-6)
    assert found.speed_between < 1e-10
    plane = network(n=6, w_hid=axes @ axes.T, **options)
    spread = rng.normal(size=(64, 2)) @ axes.T
    points = find_fixed_points(plane, None, spread, jitter=0.0, candidates=64)
    found = attractor_manifolds(points)
    assert found[0].dimension == 2
    assert not found[0].closed
    assert len(found[0].order) > 32


@pytest.mark.parametrize("seed", range(6))
def test_points_at_random_on_a_line_are_one_open_chain(seed):
    """In their order, however unevenly they lie: nearest neighbours do not do."""
    rng = np.random.default_rng(seed)
    axis = np.linalg.qr(rng.normal(size=(6, 2)))[0][:, 0]
    net = network(
        n=6, w_hid=np.outer(axis, axis), activation="linear", b_hid=np.zeros(6),
        tau=100.0,
    )  # fmt: skip
    uneven = np.array([0, 0.1, 0.2, 0.3, 0.75, 0.85])
    for places in (uneven, rng.uniform(-1, 1, 30)):
        starts = places[:, None] * axis
        points = find_fixed_points(
            net, None, starts, jitter=0.0, candidates=len(places)
        )
        (found,) = attractor_manifolds(points)
        assert (found.dimension, found.closed) == (1, False)
        along = points.points[found.order] @ axis
        np.testing.assert_allclose(np.sort(along), np.sort(places), atol=1e-9)
        assert np.all(np.diff(along) > 0) or np.all(np.diff(along) < 0)


def test_a_ring_is_found_by_the_search_alone():
    """Cosine weights 5 / N: a ring of bumps, from candidates as they come."""
    n = 64
    angle = np.arange(n) * 2 * np.pi / n
    net = cj.CTRNN(
        0, n, 0, dt=10.0, tau=100.0, w_hid=5 / n * np.cos(angle[:, None] - angle),
        activation="tanh", use_bias_hid=False, key=jax.random.key(0),
    )  # fmt: skip
    points = find_fixed_points(net, key=jax.random.key(0))
    (ring,) = attractor_manifolds(points)
    assert (ring.dimension, ring.closed) == (1, True)
    assert len(ring.order) > 500
    at = np.angle(points.points[ring.order] @ np.exp(1j * angle))
    turns = np.diff(np.unwrap(at))
    assert np.all(turns > 0) or np.all(turns < 0)
    assert 6 < abs(turns.sum()) < 2 * np.pi
    radius = np.linalg.norm(points.points[ring.order[0]])
    np.testing.assert_allclose(ring.length, radius * abs(turns.sum()), rtol=1e-3)


def test_a_fast_rotation_is_no_slow_direction():
    w = np.zeros((3, 3))
    w[0, 0], w[1:, 1:] = 1.0, [[0.95, -3.0], [3.0, 0.95]]
    net = network(
        n=3, w_hid=w, activation="linear", b_hid=np.zeros(3), tau=100.0, dt=1.0
    )
    starts = np.linspace(-1, 1, 40)[:, None] * np.eye(3)[0]
    points = find_fixed_points(net, None, starts, jitter=0.0, candidates=40)
    (found,) = attractor_manifolds(points)
    assert (found.dimension, len(found.order)) == (1, 40)


def test_points_at_a_kink_are_flagged():
    """relu at 0: f' = 0 says stable, while states above 0 grow at W - 1 = 1."""
    net = network(
        n=2, w_hid=np.array([[0.0, 2.0], [2.0, 0.0]]), activation="relu",
        b_hid=np.zeros(2), tau=100.0,
    )  # fmt: skip
    points = find_fixed_points(net, key=jax.random.key(0), candidates=32)
    (origin,) = np.flatnonzero(np.abs(points.points).max(1) < 1e-9)
    assert points.stability[origin] == "stable"
    assert points.kink[origin]
    assert str(points).endswith("* at a kink of f: stability holds on one side only")
    away = cj.rollout(net, np.zeros((200, 2)), state=cj.State(np.full(2, 1e-6)))
    assert float(away.potentials[-1].min()) > 1.0
    smooth = find_fixed_points(network(), key=jax.random.key(0), candidates=32)
    assert not smooth.kink.any()
    assert "kink" not in str(smooth)


@pytest.mark.parametrize("dt", [20.0, 80.0, 100.0])
def test_modes_that_decay_at_once_are_verified_too(dt):
    """1e-7 times 0.05^10 would be below rounding."""
    w = 0.02 * np.random.default_rng(0).normal(size=(5, 5))
    net = network(n=5, w_hid=w, b_hid=np.zeros(5), tau=100.0, dt=dt)
    points = find_fixed_points(net, key=jax.random.key(0), candidates=32)
    found = verify_fixed_points(points)
    assert found.agrees.all()
    values = np.linalg.eigvals(np.eye(5) + dt / 100 * (w - np.eye(5)))
    np.testing.assert_allclose(found.measured, [np.abs(values).max()], rtol=1e-5)


def test_refusals():
    net, noisy = network(), network(noise=cj.DiffusionNoise(0.1))
    synapses = cj.dynamics.ShortTermPlasticity.of_kinds(np.ones(N, bool))
    plastic = network(synapses=synapses, form="leak", activation="relu")
    key = jax.random.key(0)
    v = np.zeros(N)
    for call in (lambda n: velocity(n, v), lambda n: find_fixed_points(n, key=key)):
        with pytest.raises(ValueError, match=r"no noise.*cj.noiseless"):
            call(noisy)
        with pytest.raises(ValueError, match="short-term plasticity"):
            call(plastic)
        with pytest.raises(ValueError, match="one network"):
            call(cj.stack([net, net]))
        with pytest.raises(ValueError, match="be a network"):
            call(cj.perturb(net, cj.perturbations.Lesion([0])))
    with pytest.raises(ValueError, match=r"`potentials` must have shape.*4"):
        velocity(net, np.zeros(3))
    with pytest.raises(ValueError, match="`inputs` must have shape"):
        velocity(net, v, np.zeros(3))
    with pytest.raises(ValueError, match="fits that of potentials"):
        velocity(net, np.zeros((3, N)), np.zeros((2, 2)))
    find = lambda **options: find_fixed_points(net, **{"key": key, **options})
    for options, match in (
        ({"key": None}, "`key` must be given"),
        ({"key": None, "starts": v}, "`key` must be given"),
        ({"inputs": np.zeros((3, 2))}, "`inputs` must be one frozen input"),
        ({"starts": np.zeros((3, 3))}, "`starts` must have shape"),
        ({"starts": np.zeros((0, N))}, "at least one"),
        ({"starts": "v"}, "`starts` must be numbers"),
        ({"candidates": 0}, "`candidates`"),
        ({"tolerance": 0.0}, "`tolerance`"),
        ({"jitter": -1.0}, "`jitter`"),
        ({"distinct": -1.0}, "`distinct`"),
        ({"max_iterations": -1}, "`max_iterations`"),
        ({"warm_up": -1}, "`warm_up`"),
    ):
        with pytest.raises(ValueError, match=match):
            find(**options)
    with pytest.raises(ValueError, match="`inputs_path` must have shape"):
        continue_fixed_points(net, np.zeros(2), v)
    with pytest.raises(ValueError, match="`point` must be one state"):
        continue_fixed_points(net, np.zeros((3, 2)), np.zeros((2, N)))
