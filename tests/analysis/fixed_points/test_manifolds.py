"""Line and ring attractors among fixed points."""

import jax
import numpy as np
import pytest

import ctrnn_jax as cj
from ctrnn_jax.analysis import attractor_manifolds, find_fixed_points


def is_monotonic(values):
    steps = np.diff(values)
    return np.all(steps > 0) or np.all(steps < 0)


def test_a_line_attractor_is_a_line(network):
    """Rank one with weight 1: v = c a, all fixed; and a plane of rank two."""
    rng = np.random.default_rng(0)
    axes = np.linalg.qr(rng.normal(size=(6, 2)))[0]
    starts = np.linspace(-1, 1, 64)[:, None] * axes[:, 0] + 0.1 * axes[:, 1]
    options = {"activation": "linear", "b_hid": np.zeros(6), "tau": 100.0}
    net = network(n=6, w_hid=np.outer(axes[:, 0], axes[:, 0]), **options)
    points = find_fixed_points(net, None, starts, jitter=0.0, candidates=64)
    assert len(points) == 64
    (line,) = attractor_manifolds(points)
    assert (line.dimension, line.closed) == (1, False)
    assert is_monotonic(points.points[line.order] @ axes[:, 0])
    np.testing.assert_allclose(line.length, 2.0, rtol=1e-6)
    assert line.speed_between < 1e-10

    net = network(n=6, w_hid=axes @ axes.T, **options)
    starts = rng.normal(size=(64, 2)) @ axes.T
    points = find_fixed_points(net, None, starts, jitter=0.0, candidates=64)
    plane = attractor_manifolds(points)[0]
    assert plane.dimension == 2
    assert not plane.closed
    assert len(plane.order) > 32


@pytest.mark.parametrize(
    "seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, 6))]
)
def test_points_at_random_on_a_line_are_one_open_chain(seed, network):
    """In their order, also where gaps vary, which nearest neighbours do not bridge."""
    rng = np.random.default_rng(seed)
    axis = np.linalg.qr(rng.normal(size=(6, 2)))[0][:, 0]
    net = network(
        n=6, w_hid=np.outer(axis, axis), activation="linear", b_hid=np.zeros(6),
        tau=100.0,
    )  # fmt: skip
    uneven = np.array([0, 0.1, 0.2, 0.3, 0.75, 0.85])
    for places in (uneven, rng.uniform(-1, 1, 30)):
        # starts that are equal are one point
        starts = np.resize(places, 64)[:, None] * axis
        points = find_fixed_points(net, None, starts, jitter=0.0, candidates=64)
        assert len(points) == len(places)
        (line,) = attractor_manifolds(points)
        assert (line.dimension, line.closed) == (1, False)
        along = points.points[line.order] @ axis
        np.testing.assert_allclose(np.sort(along), np.sort(places), atol=1e-9)
        assert is_monotonic(along)


@pytest.mark.parametrize(
    ("n", "candidates", "least", "least_turn"),
    [(32, 64, 40, 5.8), pytest.param(64, 1024, 500, 6.0, marks=pytest.mark.slow)],
)
def test_a_ring_is_found_by_the_search_alone(n, candidates, least, least_turn):
    """Cosine weights 5 / N: a ring of bumps, from candidates at random."""
    angle = np.arange(n) * 2 * np.pi / n
    net = cj.CTRNN(
        0, n, 0, dt=10.0, tau=100.0, w_hid=5 / n * np.cos(angle[:, None] - angle),
        activation="tanh", use_bias_hid=False, key=jax.random.key(0),
    )  # fmt: skip
    points = find_fixed_points(net, key=jax.random.key(0), candidates=candidates)
    (ring,) = attractor_manifolds(points)
    assert (ring.dimension, ring.closed) == (1, True)
    assert len(ring.order) > least
    position = np.unwrap(np.angle(points.points[ring.order] @ np.exp(1j * angle)))
    assert is_monotonic(position)
    turn = abs(np.diff(position).sum())
    assert least_turn < turn < 2 * np.pi
    radius = np.linalg.norm(points.points[ring.order[0]])
    # chords are shorter than their arcs
    rtol = max(1e-3, np.abs(np.diff(position)).max() ** 2 / 24)
    np.testing.assert_allclose(ring.length, radius * turn, rtol=rtol)


def test_a_fast_rotation_is_no_slow_direction(network):
    w = np.zeros((6, 6))
    w[0, 0], w[1:3, 1:3] = 1.0, [[0.95, -3.0], [3.0, 0.95]]
    net = network(
        n=6, w_hid=w, activation="linear", b_hid=np.zeros(6), tau=100.0, dt=1.0
    )
    starts = np.linspace(-1, 1, 64)[:, None] * np.eye(6)[0]
    points = find_fixed_points(net, None, starts, jitter=0.0, candidates=64)
    (line,) = attractor_manifolds(points)
    assert (line.dimension, len(line.order)) == (1, 64)


def test_there_are_no_manifolds_without_points(network):
    starts = np.full((1, 4), np.nan)
    points = find_fixed_points(network(), None, starts, jitter=0.0, candidates=32)
    assert len(points) == 0
    assert attractor_manifolds(points) == ()
    with pytest.raises(ValueError, match="`slow` must be positive"):
        attractor_manifolds(points, slow=0.0)
