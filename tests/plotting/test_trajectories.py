"""Tests of figures of trajectories with fixed points and flow."""

import dataclasses

import jax
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
import numpy as np
import pytest

import ctrnn_jax as cj
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
        components, v,
        ax=ax, components=(1, 0), groups=side, group_name="choice",
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
    texts = legend_texts(ax)
    assert texts[:4] == ["choice", "left", "right", "fixed points"]
    assert {"stable", "saddle"} <= set(texts[4:])

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
        plot_trajectories(components, v, ax=ax, groups=["a"])


def test_slow_points_are_pale_and_named_apart(ax, bistable_net, bistable_run, render):
    v = np.asarray(bistable_run[2].potentials)
    found = find_fixed_points(bistable_net, candidates=64, key=jax.random.key(1))
    converged = found.converged & (np.arange(len(found)) != 1)
    points = dataclasses.replace(found, converged=converged)
    plot_trajectories(pca(v), v, ax=ax, fixed_points=points)
    render(ax)
    drawn = {line.get_label(): line for line in ax.lines}
    slow = drawn.pop("slow, not fixed")
    assert len(slow.get_xdata()) == 1 + np.sum(~found.converged)
    np.testing.assert_allclose(to_rgb(slow.get_color()), 0.7)
    kinds = ("stable", "saddle", "unstable", "marginal")
    fixed = [drawn[kind] for kind in kinds if kind in drawn]
    assert sum(len(line.get_xdata()) for line in fixed) == converged.sum()
    assert all(slow.get_zorder() < line.get_zorder() for line in fixed)


CUBE = np.random.default_rng(0).normal(size=(14, 6, 4))


def bar_of(ax):
    """Return the colour bar of axes."""
    (bar,) = (other for other in ax.figure.axes if other is not ax)
    return bar


def test_numbers_have_a_colour_bar_and_names_a_legend(ax, new_ax, render, legend_texts):
    components = pca(CUBE, n_components=2)
    levels = np.repeat([-8.0, -1.0, 1.0, 8.0, 64.0, 2.0, 4.0], 2)
    options = {"group_name": "coherence (%)"}
    plot_trajectories(components, CUBE, ax=ax, groups=levels, **options)
    render(ax)
    bar = bar_of(ax)
    assert bar.get_ylabel() == "coherence (%)"
    texts = [label.get_text() for label in bar.get_yticklabels()]
    assert texts == ["-8", "-1", "1", "2", "4", "8", "64"]
    assert ax.get_legend() is None
    colours = {}
    paths = [line for line in ax.lines if len(line.get_xdata()) == 6]
    for level, path in zip(levels, paths, strict=True):
        colours.setdefault(level, set()).add(to_rgb(path.get_color()))
    assert all(len(shades) == 1 for shades in colours.values())
    luminance = [np.dot(min(colours[x]), [0.3, 0.6, 0.1]) for x in sorted(colours)]
    assert luminance == sorted(luminance)

    # many levels: a continuous bar, whose limits are the extremes
    many = np.linspace(-3.0, 10.0, 14)
    continuous = new_ax()
    plot_trajectories(components, CUBE, ax=continuous, groups=many, **options)
    assert bar_of(render(continuous)).get_ylim() == (-3.0, 10.0)

    named = new_ax()
    is_correct = np.arange(14) % 2 == 0
    plot_trajectories(components, CUBE, ax=named, groups=is_correct)
    assert legend_texts(render(named)) == ["False", "True"]
    assert named.figure.axes == [named]


def test_three_components_are_drawn_in_three_dimensions(render):
    components = pca(CUBE, n_components=3)
    cube = Figure(layout="constrained").add_subplot(projection="3d")
    assert plot_trajectories(components, CUBE, ax=cube) is cube
    render(cube)
    scores = (CUBE - np.asarray(components.mean)) @ np.asarray(components.components).T
    places = [np.stack(line.get_data_3d(), -1) for line in cube.lines]  # pyright: ignore
    paths = [place for place in places if len(place) == 6]
    np.testing.assert_allclose(paths, scores)
    percent = 100 * np.asarray(components.explained)
    labels = (cube.get_xlabel(), cube.get_ylabel(), cube.get_zlabel())
    assert labels == tuple(f"PC {i + 1} ({percent[i]:.0f}%)" for i in range(3))


def test_three_components_without_axes_get_a_cube():
    from matplotlib import pyplot as plt

    components = pca(CUBE, n_components=3)
    new = plot_trajectories(components, CUBE, components=(2, 1, 0))
    assert new.name == "3d"
    assert new is plt.gca()
    assert plot_trajectories(components, CUBE) is new  # the current axes
    plt.close("all")


def places_of(ax, kind):
    """Return the places of the fixed points of a kind, in the order of the first."""
    (line,) = (line for line in ax.lines if line.get_label() == kind)
    places = np.asarray(line.get_xydata())
    return places[np.argsort(places[:, 0])]


def test_percentages_are_those_of_the_components(ax):
    """Not those of the drawn trials, whose variance has another direction."""
    data = CUBE * np.array([1.0, 2.0, 3.0, 4.0])
    components = pca(data, n_components=2)
    plot_trajectories(components, data[:1] * np.array([9.0, 1.0, 1.0, 1.0]), ax=ax)
    covariance = np.cov(data.reshape(-1, 4).T)
    shares = np.sort(np.linalg.eigvalsh(covariance))[::-1] / np.trace(covariance)
    for label, share in zip((ax.get_xlabel(), ax.get_ylabel()), shares, strict=False):
        assert f"{100 * share:.0f}% of variance" in label


@pytest.mark.parametrize("of", ["potentials", "rates"])
def test_fixed_points_are_drawn_as_the_activity_of_the_components(
    of, ax, bistable_net, bistable_run
):
    """Potentials, or their rates f(v)."""
    traj = bistable_run[2]
    activity = {"potentials": traj.potentials, "rates": traj.rates}[of]
    points = find_fixed_points(bistable_net, candidates=64, key=jax.random.key(1))
    rates = np.tanh(points.points)
    np.testing.assert_allclose(points.rates, rates)
    assert not np.allclose(rates, points.points, atol=0.1)
    components = pca(activity, of=of)
    plot_trajectories(components, activity, ax=ax, fixed_points=points)
    states = {"potentials": points.points, "rates": rates}[of]
    expected = np.asarray(components.project(states[points.stability == "stable"]))
    expected = expected[np.argsort(expected[:, 0]), :2]
    np.testing.assert_allclose(places_of(ax, "stable"), expected)


def test_unknown_activity_in_the_range_of_rates_is_an_error(
    ax, bistable_net, bistable_run
):
    """Potentials beyond the range of f need no name; those within need one."""
    v, rates = map(np.asarray, (bistable_run[2].potentials, bistable_run[2].rates))
    assert np.abs(v).max() > 1
    points = find_fixed_points(bistable_net, candidates=64, key=jax.random.key(1))
    plot_trajectories(pca(v), v, ax=ax, fixed_points=points)
    for activity in (rates, 0.1 * v):
        with pytest.raises(ValueError, match="`pca` must be of potentials or of rates"):
            plot_trajectories(pca(activity), activity, ax=ax, fixed_points=points)


def test_rates_that_are_the_potentials_need_no_name(new_ax):
    """In a linear network, and in a form whose state is the rate."""
    for options in ({"activation": "linear"}, {"form": cj.dynamics.RateForm()}):
        net = cj.CTRNN(
            1, 4, 1, dt=20.0, tau=100.0, w_hid=0.5 * np.eye(4), **options,
            key=jax.random.key(0),
        )  # fmt: skip
        points = find_fixed_points(net, candidates=4, key=jax.random.key(1))
        data = 0.1 * CUBE
        ax = plot_trajectories(pca(data), data, ax=new_ax(), fixed_points=points)
        np.testing.assert_allclose(points.rates, points.points)
        assert len(places_of(ax, "stable")) == 1


def test_the_legend_of_fixed_points_is_below_a_colour_bar(ax, render, bistable_net):
    points = find_fixed_points(bistable_net, candidates=64, key=jax.random.key(1))
    data = 4 * CUBE[..., :3]
    options = {"groups": np.arange(14) % 3, "fixed_points": points}
    plot_trajectories(pca(data), data, ax=ax, group_name="a long name " * 6, **options)
    render(ax)
    bar = bar_of(ax)
    legend = bar.get_legend().get_window_extent()
    assert legend.y1 < bar.get_window_extent().y0
    assert legend.x1 <= ax.figure.bbox.x1
    label = bar.yaxis.label.get_window_extent()
    assert ax.figure.bbox.y0 <= label.y0 < label.y1 <= ax.figure.bbox.y1
