"""Tests of bifurcation diagrams."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import ctrnn_jax as cj
from ctrnn_jax.analysis import bifurcation
from ctrnn_jax.plotting import plot_bifurcation


def test_a_bifurcation_diagram_shows_its_branches(ax, new_ax, render, legend_texts):
    """The pitchfork of one tanh unit: +-v* with v = w tanh v, stable beyond w = 1."""
    net = cj.CTRNN(
        0, 1, 0, dt=10.0, tau=100.0, w_hid=np.eye(1), activation="tanh",
        key=jax.random.key(0),
    )  # fmt: skip

    def change(net, w):
        return cj.replace(net, w_hid=jnp.reshape(w, (1, 1)))

    values = np.array([0.6, 0.8, 1.2, 1.4, 1.6])
    diagram = bifurcation(net, change, values, key=jax.random.key(1), candidates=64)
    assert plot_bifurcation(diagram, ax=ax, parameter_name="self-excitation w") is ax
    render(ax)
    segments = [line for line in ax.lines if len(line.get_xdata()) == 2]
    is_stable = [segment.get_linestyle() == "-" for segment in segments]
    points = np.array([segment.get_xydata() for segment in segments])
    stable, unstable = points[is_stable], points[np.logical_not(is_stable)]
    for w, v in stable.reshape(-1, 2):
        np.testing.assert_allclose(v, w * np.tanh(v), atol=1e-9)
    assert len(stable) == 1 + 2 + 2  # below 1, and on both branches beyond it
    np.testing.assert_allclose(unstable[..., 1], 0, atol=1e-9)
    assert unstable[..., 0].min() == 0.8
    assert legend_texts(ax) == ["stable", "unstable"]
    circles = np.array(
        [line.get_xydata()[0] for line in ax.lines if line.get_marker() == "o"]
    )
    assert sorted(circles[:, 0].round(9)) == [1.0, 1.2, 1.2]
    assert ax.get_xlabel() == "self-excitation w"
    assert ax.get_ylabel() == "state of unit 0 (dimensionless)"
    doubled = plot_bifurcation(diagram, ax=new_ax(), along=np.array([2.0]))
    np.testing.assert_allclose(
        [line.get_ydata() for line in doubled.lines if len(line.get_xdata()) == 2],
        [2 * segment.get_ydata() for segment in segments],
    )
    with pytest.raises(ValueError, match="`along` must be a unit below 1; got 1"):
        plot_bifurcation(diagram, ax=ax, along=1)
    with pytest.raises(ValueError, match=r"`along` must have shape \(1,\)"):
        plot_bifurcation(diagram, ax=ax, along=np.ones(2))
