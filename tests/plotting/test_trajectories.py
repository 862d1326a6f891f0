"""Tests of figures of trajectories with fixed points and flow."""

import dataclasses

import jax
import numpy as np
import pytest

from ctrnn_jax.analysis import find_fixed_points, pca, velocity
from ctrnn_jax.plotting import plot_trajectories


def test_trajectories_lie_in_the_plane_of_the_components(
    ax, bistable_net, bistable_run, render, legend_texts
):
    _, trials, traj = bistable_run
    v = np.asarray(traj.potentials)
    components = pca(v)
    fixed_points = find_fixed_points(bistable_net, candidates=64, key=jax.random.key(1))

    def flow(states):
        return velocity(bistable_net, states)

    side = np.where(trials.conditions["choice"] == 0, "left", "right")
    returned = plot_trajectories(
        ax, components, v, components=(1, 0), groups=side, group_name="choice",
        fixed_points=fixed_points, flow=flow, arrows=5,
    )  # fmt: skip
    assert returned is ax
    render(ax)

    # paths
    axes = np.asarray(components.components)[[1, 0]]
    scores = (v - np.asarray(components.mean)) @ axes.T
    paths = [line for line in ax.lines if len(line.get_xdata()) == v.shape[1]]
    np.testing.assert_allclose([p.get_xydata() for p in paths], scores)
    assert len({p.get_color() for p in paths}) == 2
    assert legend_texts(ax) == ["left", "right"]
    assert ax.get_legend().get_title().get_text() == "choice"

    # fixed points
    stable = next(line for line in ax.lines if line.get_label() == "stable")
    assert stable.get_fillstyle() == "full"
    is_stable = fixed_points.stability == "stable"
    projected = np.asarray(components.project(fixed_points.points))[is_stable]
    np.testing.assert_allclose(np.sort(stable.get_xdata()), np.sort(projected[:, 1]))
    saddle = next(line for line in ax.lines if line.get_label() == "saddle")
    assert saddle.get_fillstyle() == "left"
    assert "slow, not fixed" not in {line.get_label() for line in ax.lines}

    # arrows have the direction of the projected flow
    (arrows,) = (c for c in ax.collections if hasattr(c, "U"))
    assert arrows.U.shape == (25,)
    places = np.stack([arrows.X, arrows.Y], 1)
    states = np.asarray(components.mean) + places @ axes
    moves = np.asarray(velocity(bistable_net, states)) @ axes.T
    np.testing.assert_allclose(
        np.arctan2(arrows.V, arrows.U), np.arctan2(moves[:, 1], moves[:, 0])
    )
    percent = 100 * np.asarray(components.explained)
    assert ax.get_xlabel() == f"PC 2 (dimensionless; {percent[1]:.0f}% of variance)"
    assert ax.get_ylabel() == f"PC 1 (dimensionless; {percent[0]:.0f}% of variance)"
    with pytest.raises(ValueError, match="be 33 numbers or words"):
        plot_trajectories(ax, components, v, groups=["a"])


def test_slow_points_are_pale_and_named_apart(ax, bistable_net, bistable_run, render):
    v = np.asarray(bistable_run[2].potentials)
    found = find_fixed_points(bistable_net, candidates=64, key=jax.random.key(1))
    converged = found.converged & (np.arange(len(found)) != 1)
    points = dataclasses.replace(found, converged=converged)
    plot_trajectories(ax, pca(v), v, fixed_points=points)
    render(ax)
    drawn = {line.get_label(): line for line in ax.lines}
    slow = drawn.pop("slow, not fixed")
    assert len(slow.get_xdata()) == 1 + np.sum(~found.converged)
    assert slow.get_color() == "0.7"
    kinds = ("stable", "saddle", "unstable", "marginal")
    fixed = [drawn[kind] for kind in kinds if kind in drawn]
    assert sum(len(line.get_xdata()) for line in fixed) == converged.sum()
    assert all(slow.get_zorder() < line.get_zorder() for line in fixed)
