"""Figures of trajectories in state space, with fixed points and the flow."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import NamedTuple

import jax.numpy as jnp
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import BoundaryNorm, ListedColormap, Normalize
from matplotlib.lines import Line2D
from matplotlib.typing import ColorType
from mpl_toolkits.mplot3d import Axes3D
import numpy as np

from .._arguments import checks_arguments
from .._checks import check, check_count, describe
from .._types import Numbers
from ..analysis import FixedPoints, PCA
from ._style import (
    add_colorbar,
    any_axes,
    BESIDE,
    colours_of,
    grey,
    ink,
    is_dark,
    is_number,
    label_axes,
    lay_out,
    paper,
    shades_of,
    size_in_points,
    tidy,
)
from ._validation import as_numbers


_MARKERS: dict[str, dict[str, str]] = {
    "stable": {"marker": "o", "fillstyle": "full"},
    "saddle": {"marker": "o", "fillstyle": "left"},
    "unstable": {"marker": "o", "fillstyle": "none"},
    "marginal": {"marker": "D", "fillstyle": "none"},
    "slow": {"marker": ".", "label": "slow, not fixed"},
}

_MAX_LABELS = 12
"""More names than this have no legend; more numbers share a continuous colour bar."""

_ROUNDING = 1e-6
"""Rates may leave the range of f by this."""


@checks_arguments
def plot_trajectories(
    pca: PCA,
    trajectories: Numbers,
    *,
    ax: Axes | None = None,
    components: Sequence[int] | None = None,
    groups: Sequence[object] | Numbers | None = None,
    group_name: str = "",
    fixed_points: FixedPoints | None = None,
    flow: Callable[[np.ndarray], Numbers] | None = None,
    arrows: int = 15,
) -> Axes:
    """Plot trajectories in principal components, with fixed points and flow.

    A cross marks the start of a trajectory, an arrow half-way its direction. Stable
    fixed points are filled, saddles half filled, unstable ones open, marginal ones open
    diamonds. Slow points are pale dots below the others. Grey arrows are the flow at
    points of the plane through the mean, projected onto the plane; their lengths are
    the square roots of speeds. The percentages at the axes are those of `pca`: the
    variance explained of the activity that it was computed from.

    **Arguments:**

    - `pca`: of `analysis.pca`.
    - `trajectories`: potentials or rates, as those of `pca`, `(*trials, time, units)`.
        Steps that are NaN, such as those after the end of a trial, are left out.
    - `ax`: the axes to draw in, in two or three dimensions
        (`figure.add_subplot(projection="3d")`); by default the current axes of pyplot.
    - `components`: indices of as many components as the axes have dimensions, counted
        from 0; by default the first ones. Three components without `ax` are drawn in
        three dimensions.
    - `groups`: a label for each trial, which determines its colour: numbers, shown by a
        colour bar, or names, shown by a legend.
    - `group_name`: the meaning of the labels, with their unit.
    - `fixed_points`: of `analysis.find_fixed_points`; drawn at their potentials, or at
        their rates if `pca` is of rates, as of `analysis.pca(traj.rates, of="rates")`.
    - `flow`: velocities `(k, units)` of potentials `(k, units)`, such as `lambda v:
        analysis.velocity(net, v)`; in two dimensions, and for a `pca` of potentials.
    - `arrows`: number of arrows of the flow along each side.

    **Returns:** the axes. Raises `ValueError` unless there is one label for each trial,
    for other units or components than those of `pca`, and for fixed points with
    trajectories that may be rates if `pca` does not know which activity it is of.
    """
    rows, mean = np.asarray(pca.components), np.asarray(pca.mean)
    units = len(mean)
    remedy = "One trial is trajectories[None]."
    states = as_numbers(
        "trajectories", trajectories, "*trials time units", remedy, finite="some"
    )
    fits, got = states.shape[-1] == units, f"shape {states.shape}"
    remedy = "Project what `pca` was computed from: potentials, or rates."
    check(fits, "trajectories", f"have {units} units last, as `pca`", got, remedy)
    points = None if fixed_points is None else _points_as(pca, fixed_points, states)
    arrows = check_count("arrows", arrows, at_least=1)
    states = states.reshape(-1, *states.shape[-2:])
    labels = None
    if groups is not None:
        labels = labels_of_trials("groups", groups, len(states))
    three = components is not None and len(components) == 3
    ax = any_axes(ax, three_d=three)
    chosen = _components(components, len(rows), 3 if isinstance(ax, Axes3D) else 2)
    is_plane = len(chosen) == 2
    rule, remedy = "be left out in three dimensions", "Draw it in a plane."
    check(is_plane or flow is None, "flow", rule, "a function", remedy)
    rule = "be left out with a `pca` of rates"
    remedy = "It depends on potentials. Use traj.potentials."
    check(pca.of != "rates" or flow is None, "flow", rule, "a function", remedy)

    # project: `axes` is (2 or 3, units), `scores` (trials, time, 2 or 3)
    axes = rows[chosen]
    scores = (states - mean) @ axes.T
    coloured = colours_of_groups(ax, labels or [], group_name)
    is_finite = np.all(np.isfinite(states), axis=-1)
    extent = float(np.ptp(scores[is_finite], axis=0).max())
    for trial, path in enumerate(scores):
        path = path[is_finite[trial]]
        if not len(path):
            continue
        colour = grey(ax, 0.65) if labels is None else coloured.of_label[labels[trial]]
        ax.plot(*path.T, color=colour, linewidth=0.9, alpha=0.7, zorder=2)
        start = [[value] for value in path[0]]
        ax.plot(*start, marker="x", color=colour, markersize=4, zorder=2)
        _draw_arrow(ax, path, colour, extent)
    markers = []
    if fixed_points is not None and points is not None:
        places = (points - mean) @ axes.T
        markers = _draw_fixed_points(ax, places, np.asarray(fixed_points.stability))
    is_cube = isinstance(ax, Axes3D)
    ax.set_aspect("equal", adjustable="box" if is_cube else "datalim")

    # a legend outside: inside it would cover trajectories
    sections = {group_name: coloured.lines, "fixed points": markers}
    add_legend_beside(ax, coloured.bar, sections)

    percents = 100 * np.asarray(pca.explained)[chosen]
    texts = [
        f"PC {index + 1} (dimensionless; {percent:.0f}% of variance)"
        for index, percent in zip(chosen, percents, strict=True)
    ]
    if isinstance(ax, Axes3D):
        _tidy_cube(ax, chosen, percents)
        return ax
    tidy(ax, *texts)
    lay_out(ax)  # the size of the axes determines limits and line breaks
    if flow is not None:
        _draw_flow(ax, flow, axes, mean, arrows)
    return tidy(ax, *texts)


def _points_as(pca: PCA, points: FixedPoints, states: np.ndarray) -> np.ndarray:
    """Return fixed points `(k, units)` as the activity that `pca` is of.

    Raises `ValueError` if that is not known and `states`, which are drawn, may be
    rates.
    """
    units, count = states.shape[-1], points.points.shape[1]
    remedy = "Use those of the same network."
    rule, got = f"have {units} units, as `pca`", f"{count} units"
    check(count == units, "fixed_points", rule, got, remedy)
    if pca.of == "rates":
        return points.rates
    is_known = pca.of is not None or not _may_be_rates(points, states)
    rule = "be of potentials or of rates, to draw fixed points"
    remedy = "Pass of='potentials' or of='rates' to cj.analysis.pca, as they are."
    check(is_known, "pca", rule, "an unknown activity", remedy)
    return np.asarray(points.points)


def _may_be_rates(points: FixedPoints, states: np.ndarray) -> bool:
    """Return whether all states lie in the range of f, so that they may be rates.

    False if the rates of the network are its potentials.
    """
    positive = np.geomspace(1e-3, 1e6, 91)
    v = np.concatenate([-positive[::-1], [0.0], positive])
    v = np.tile(v[:, None], states.shape[-1])
    net = points.network
    rates = np.asarray(net.form.rates(jnp.asarray(v), net.activation))
    low, high = rates.min(axis=0) - _ROUNDING, rates.max(axis=0) + _ROUNDING
    lies_inside = (states >= low) & (states <= high) | ~np.isfinite(states)
    return not np.allclose(rates, v) and bool(lies_inside.all())


def _components(
    components: Sequence[int] | None, count: int, dimensions: int
) -> list[int]:
    """Validate the indices of components, one for each dimension; return them."""
    chosen = list(range(dimensions)) if components is None else list(components)
    is_known = all(isinstance(x, (int, np.integer)) and 0 <= x < count for x in chosen)
    is_valid = is_known and len(chosen) == dimensions == len(set(chosen))
    word = {2: "two", 3: "three"}[dimensions]
    rule = f"be {word} different components of {count}"
    remedy = "They count from 0; cj.analysis.pca takes n_components."
    got = repr(components) if components is not None else f"{count}"
    check(is_valid, "components", rule, got, remedy)
    return chosen


def labels_of_trials(
    name: str, groups: Sequence[object] | Numbers, num_trials: int
) -> list[Hashable]:
    """Validate that there is one label for each trial: numbers or text; return them."""
    labels = np.asarray(groups)
    rule = f"be {num_trials} numbers or words, one for each trial"
    is_list = labels.shape == (num_trials,) and labels.dtype.kind in "biufSU"
    is_known = is_list and not (labels.dtype.kind == "f" and np.isnan(labels).any())
    remedy = "NaN is not a label." if is_list else "Give one label each."
    check(is_known, name, rule, describe(labels), remedy)
    return labels.tolist()


class GroupColours(NamedTuple):
    """The colour of each label, with a colour bar or the lines of a legend.

    Numbers have a colour bar, in the axes `bar`; names have lines, if they are few.
    """

    of_label: dict[Hashable, ColorType]
    bar: Axes | None
    lines: list[Line2D]


def colours_of_groups(ax: Axes, labels: Sequence[Hashable], name: str) -> GroupColours:
    """Return the colours of labels; add a colour bar if the labels are numbers.

    Few numbers have equally large steps of colour, as levels are often powers of two.
    """
    colours = colours_of(labels, dark=is_dark(ax))
    levels = [float(label) for label in colours if is_number(label)]
    if not levels:
        lines = [Line2D([], [], color=c, label=str(x)) for x, c in colours.items()]
        return GroupColours(colours, None, lines if len(lines) <= _MAX_LABELS else [])
    if len(levels) <= _MAX_LABELS:
        edges = np.arange(len(levels) + 1) - 0.5
        cmap = ListedColormap(list(colours.values()))
        bar = add_colorbar(
            ax, ScalarMappable(BoundaryNorm(edges, cmap.N), cmap), name, half=True
        )
        # labels that do not overlap: the bar is about 0.4 of the height of the axes
        every = int(np.ceil(8.0 * len(levels) / (0.4 * size_in_points(ax)[1])))
        texts = [f"{level:.4g}" for level in levels][::every]
        bar.set_ticks(range(0, len(levels), every), labels=texts)
        bar.ax.tick_params(length=0)
        return GroupColours(colours, bar.ax, [])
    norm = Normalize(min(levels), max(levels))
    cmap = ListedColormap(shades_of(np.linspace(0, 1, 256), dark=is_dark(ax)))
    bar = add_colorbar(ax, ScalarMappable(norm, cmap), name, half=True)
    shades: dict[Hashable, ColorType] = {
        label: cmap(norm(label)) for label in colours if is_number(label)
    }
    return GroupColours(shades, bar.ax, [])


def _draw_arrow(ax: Axes, path: np.ndarray, colour: ColorType, extent: float) -> None:
    """Draw an arrow half-way along a path `(time, 2 or 3)`; none if its length is 0."""
    steps = np.linalg.norm(np.diff(path, axis=0), axis=1)
    lengths = np.append(0, np.cumsum(steps))
    if lengths[-1] <= 0:
        return
    middle = int(np.searchsorted(lengths, lengths[-1] / 2))
    middle = min(middle, len(path) - 1)
    start, end = path[max(middle - 1, 0)], path[middle]
    if len(end) == 3:
        move = end - start
        move = 0.05 * extent * move / np.linalg.norm(move)
        style = {"arrow_length_ratio": 1.0, "linewidth": 0.9, "color": colour}
        ax.quiver(*(end - move), *move, **style)
        return
    style = {"arrowstyle": "-|>", "shrinkA": 0, "shrinkB": 0, "mutation_scale": 8}
    arrow = {"color": colour, **style}
    ax.annotate("", xy=tuple(end), xytext=tuple(start), arrowprops=arrow)


def _draw_fixed_points(
    ax: Axes, places: np.ndarray, stability: np.ndarray
) -> list[Line2D]:
    """Draw fixed and slow points at `places (k, 2 or 3)`; return a line for a kind."""
    lines = []
    for kind, marker in _MARKERS.items():
        points = places[stability == kind]
        if len(points):
            is_slow = kind == "slow"
            colour = grey(ax, 0.3) if is_slow else ink(ax)
            style = {"linestyle": "none", "color": colour, "label": kind, **marker}
            style |= {"markerfacecoloralt": paper(ax), "markersize": 7}
            lines += ax.plot(*points.T, zorder=3.5 if is_slow else 4, **style)
    return lines


def add_legend_beside(
    ax: Axes, bar: Axes | None, sections: Mapping[str, Sequence[Line2D]]
) -> None:
    """Add a legend to the right of the axes, or below their colour bar.

    The axes of the bar hold it, so that the layout puts both in one column.
    """
    sections = {title: lines for title, lines in sections.items() if lines}
    if not sections:
        return
    titles, parts = list(sections), list(sections.values())
    title = titles[0] if len(titles) == 1 else None
    if title is None:  # each title is a line of the legend
        heads = [[Line2D([], [], linestyle="none", label=name)] for name in titles]
        parts = [[*head, *lines] for head, lines in zip(heads, parts, strict=True)]
    place = {"loc": "upper left", "bbox_to_anchor": (1.0, 1.0)}
    if bar is not None:
        place["bbox_to_anchor"] = (0.0, -0.05)
    handles = [line for part in parts for line in part]
    (bar or ax).legend(handles=handles, title=title or None, **place, **BESIDE)


def _tidy_cube(ax: Axes3D, chosen: Sequence[int], percents: np.ndarray) -> None:
    """Label axes in three dimensions briefly, as there is little room."""
    texts = [f"PC {i + 1} ({x:.0f}%)" for i, x in zip(chosen, percents, strict=True)]
    label_axes(ax, *texts[:2])
    ax.set_zlabel(texts[2])
    for axis in (ax.xaxis, ax.yaxis, ax.zaxis):
        axis.set_pane_color((*paper(ax), 0.0))  # pyright: ignore
        axis.set_tick_params(labelsize=7, pad=0)
        axis.labelpad = 0
    ax.locator_params(nbins=4)
    ax.grid(visible=False)


def _draw_flow(
    ax: Axes,
    flow: Callable[[np.ndarray], Numbers],
    axes: np.ndarray,
    mean: np.ndarray,
    count: int,
) -> None:
    """Draw the flow at `count` x `count` points within the limits of the axes."""
    limits, extent = (ax.get_xlim(), ax.get_ylim()), ax.dataLim.frozen()
    # velocities at the points of a grid, projected onto the plane, (count^2, 2)
    grid = np.meshgrid(*(np.linspace(*edge, count + 2)[1:-1] for edge in limits))
    places = np.stack([part.ravel() for part in grid], -1)
    states = (mean + places @ axes).astype(mean.dtype)
    velocities = np.asarray(flow(states))
    remedy = "It maps states to velocities, as cj.analysis.velocity does."
    rule, got = f"return shape {states.shape}", f"shape {velocities.shape}"
    check(velocities.shape == states.shape, "flow", rule, got, remedy)
    moves = velocities @ axes.T
    # lengths: square roots of speeds relative to the fastest, at most one cell
    speed = np.linalg.norm(moves, axis=-1, keepdims=True)
    fastest = speed.max() if speed.size else 0.0
    moves = moves / np.sqrt(np.where(speed > 0, speed * fastest, 1.0))
    cell = (limits[0][1] - limits[0][0]) / count
    in_data_units = {"angles": "xy", "scale_units": "xy", "scale": 1 / cell}
    style = {"color": grey(ax, 0.45), "pivot": "mid", "width": 0.0025, "zorder": 3}
    ax.quiver(*places.T, *moves.T, **in_data_units, **style)
    ax.dataLim.set(extent)  # the arrows do not widen the limits
