"""Continuation of a fixed point along a path of inputs."""

import numpy as np
import pytest

import ctrnn_jax as cj
from ctrnn_jax.analysis import continue_fixed_points


N = 4


def test_the_fixed_point_of_a_linear_network_is_followed_exactly(network):
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
    move = np.sqrt(np.mean(np.diff(exact, axis=0) ** 2, -1))
    np.testing.assert_allclose(branch.move[1:], move, atol=1e-10)
    flow = np.linalg.eigvals((w - np.eye(N)) / np.asarray(net.tau)[:, None])
    expected = np.sort(flow.real)[::-1]
    np.testing.assert_allclose(branch.eigenvalues[3].real, expected, atol=1e-12)
    short = continue_fixed_points(net, path, np.zeros(N), jump=float(move[0]) / 2)
    np.testing.assert_array_equal(short.on_branch, np.arange(7) < 1)


def test_invalid_arguments_raise_an_error(network):
    with pytest.raises(ValueError, match="`inputs_path` must have shape"):
        continue_fixed_points(network(), np.zeros(2), np.zeros(N))
    with pytest.raises(ValueError, match="`point` must be one state"):
        continue_fixed_points(network(), np.zeros((3, 2)), np.zeros((2, N)))
