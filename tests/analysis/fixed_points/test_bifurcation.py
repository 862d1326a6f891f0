"""Branches of fixed points over values of a parameter."""

import logging

import canonical
import jax
import numpy as np
import pytest

import ctrnn_jax as cj
from ctrnn_jax.analysis import bifurcation


KEY = jax.random.key(0)


def test_a_saddle_node_ends_two_branches(caplog):
    """v = 2 tanh v + b: of the three points for |b| < b_c, two end at b_c.

    A second call with other values of the same parameter compiles nothing.
    """
    net = cj.CTRNN(
        0, 1, 0, dt=10.0, tau=100.0, w_hid=np.array([[2.0]]), activation="tanh", key=KEY
    )

    def set_bias(net, b):
        return cj.replace(net, b_hid=np.array([b]))

    def branches_over(values):
        return bifurcation(net, set_bias, values, key=KEY, candidates=64)

    critical = 2 * np.sqrt(1 / 2) - np.arccosh(np.sqrt(2.0))
    branches = branches_over(np.linspace(0, 1, 21))
    is_below = branches.values < critical
    np.testing.assert_array_equal(branches.counts, np.where(is_below, 3, 1))
    assert branches.n_branches == 3
    ends = [change for change in branches.changes() if change[1] == "ends"]
    assert len(ends) == len(branches.changes()) == 2
    for branch, _, before, after in ends:
        assert before < critical < after
        last = np.flatnonzero(branches.branch == branch)[-1]
        assert branches.stability[last] in ("stable", "unstable")
    assert branches.slow_points[~is_below].max() == 1  # the ghost
    v, b = branches.points[:, 0], branches.values[branches.at]
    np.testing.assert_allclose(v, 2 * np.tanh(v) + b, atol=1e-10)
    slope = (-1 + 2 / np.cosh(v) ** 2) / 100
    np.testing.assert_allclose(np.real(branches.eigenvalues[:, 0]), slope, atol=1e-10)
    np.testing.assert_array_equal(branches.index, slope > 0)
    with jax.log_compiles(), caplog.at_level(logging.WARNING):
        branches_over(np.linspace(-0.1, 0.3, 21))
    assert [r.message for r in caplog.records if "Compiling" in r.message] == []


def test_invalid_arguments_raise_an_error():
    def unchanged(net, _):
        return net

    def smaller(net, _):
        return cj.CTRNN(2, 4, 2, dt=20.0, tau=100.0, key=KEY)

    noise_free = canonical.ctrnn()
    noisy = cj.replace(noise_free, noise=cj.DiffusionNoise(0.1))
    with pytest.raises(ValueError, match="no noise"):
        bifurcation(noisy, unchanged, np.zeros(2), key=KEY)
    with pytest.raises(ValueError, match="`values` must be a list"):
        bifurcation(noise_free, unchanged, np.zeros((2, 2)), key=KEY)
    with pytest.raises(ValueError, match="`jump` must be positive"):
        bifurcation(noise_free, unchanged, np.zeros(2), key=KEY, jump=0.0)
    with pytest.raises(ValueError, match="keep the 5 units"):
        bifurcation(noise_free, smaller, np.zeros(2), key=KEY)
