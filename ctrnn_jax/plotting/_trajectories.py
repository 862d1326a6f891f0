"""Figures of trajectories in state space, with fixed points and the flow."""

from collections.abc import Callable, Hashable, Sequence

from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.typing import ColorType
import numpy as np

from .._arguments import checks_arguments
from .._checks import check, check_count, describe
from .._types import Numbers
from ..analysis import FixedPoints, PCA
from ._style import BESIDE, colours_of, tidy
from ._validation import as_numbers


_MARKERS: dict[str, dict[str, str]] = {
    "stable": {"marker": "o", "fillstyle": "full"},
    "saddle": {"marker": "o", "fillstyle": "left"},
    "unstable": {"marker": "o", "fillstyle": "none"},
    "marginal": {"marker": "D", "fillstyle": "none"},
    "slow": {"marker": ".", "color": "0.7", "label": "slow, not fixed"},
}

_MAX_LEGEND_LABELS = 12
"""If there are more labels, there is no legend."""


@checks_arguments
def plot_trajectories(
    ax: Axes,
    pca: PCA,
    trajectories: Numbers,
    *,
    components: tuple[int, int] = (0, 1),
    groups: Sequence[object] | Numbers | None = None,
    group_name: str = "",
    fixed_points: FixedPoints | None = None,
    flow: Callable[[np.ndarray], Numbers] | None = None,
    arrows: int = 15,
) -> Axes:
    """Plot trajectories in a plane of principal components, with fixed points and flow.

    A cross marks the start of a trajectory, an arrow half-way its direction. Stable
    fixed points are filled, saddles half filled, unstable ones open, marginal ones open
    diamonds. Slow points are pale dots below the others. Grey arrows are the flow at
    points of the plane through the mean, projected onto the plane; their lengths are
    the square roots of speeds.

    **Arguments:**

    - `ax`: the axes to draw in.
    - `pca`: of `analysis.pca`.
    - `trajectories`: potentials or rates, as those of `pca`, `(*trials, time, units)`.
        Steps that are NaN, such as those after the end of a trial, are left out.
    - `components`: indices of two components, counted from 0.
    - `groups`: a label for each trial, which determines its colour; numbers get colours
        in their order.
    - `group_name`: title of the legend: the meaning of the labels, with their unit.
    - `fixed_points`: of `analysis.find_fixed_points`.
    - `flow`: velocities `(k, units)` of states `(k, units)`, such as `lambda v:
        analysis.velocity(net, v)`.
    - `arrows`: number of arrows of the flow along each side.

    **Returns:** the axes. Raises `ValueError` unless there is one label for each trial,
    and for other units or components than those of `pca`.
    """
    rows, mean = np.asarray(pca.components), np.asarray(pca.mean)
    units, plane = len(mean), list(components)
    is_plane = len(plane) == 2 and all(
        isinstance(x, (int, np.integer)) and 0 <= x < len(rows) for x in plane
    )
    rule = f"be two different components of {len(rows)}"
    remedy = "They count from 0; cj.analysis.pca takes n_components."
    is_valid = is_plane and plane[0] != plane[1]
    check(is_valid, "components", rule, repr(components), remedy)
    remedy = "One trial is trajectories[None]."
    states = as_numbers(
        "trajectories", trajectories, "*trials time units", remedy, finite="some"
    )
    fits, got = states.shape[-1] == units, f"shape {states.shape}"
    remedy = "Project what `pca` was computed from: potentials, or rates."
    check(fits, "trajectories", f"have {units} units last, as `pca`", got, remedy)
    if fixed_points is not None:
        places = np.asarray(fixed_points.points)
        fits, got = places.shape[1] == units, f"{places.shape[1]} units"
        remedy = "Use those of the same network."
        check(fits, "fixed_points", f"have {units} units, as `pca`", got, remedy)
    arrows = check_count("arrows", arrows, at_least=1)

    # project onto the plane: `axes` is (2, units), `scores` (trials, time, 2)
    axes = rows[plane]
    states = states.reshape(-1, *states.shape[-2:])
    scores = (states - mean) @ axes.T
    labels = list(range(len(states)))
    colours = {}
    if groups is not None:
        labels = _labels(groups, len(states))
        colours = colours_of(labels)

    is_finite = np.all(np.isfinite(states), axis=-1)
    for trial, label in enumerate(labels):
        path = scores[trial][is_finite[trial]]
        if not len(path):
            continue
        colour = colours.get(label, "0.35")
        ax.plot(*path.T, color=colour, linewidth=0.9, alpha=0.7, zorder=2)
        ax.plot(*path[0], marker="x", color=colour, markersize=4, zorder=2)
        _draw_arrow(ax, path, colour)
    markers = []
    if fixed_points is not None:
        places = (np.asarray(fixed_points.points) - mean) @ axes.T
        markers = _draw_fixed_points(ax, places, np.asarray(fixed_points.stability))
    ax.set_aspect("equal")
    if flow is not None:
        _draw_flow(ax, flow, axes, mean, arrows)

    # legends outside: inside they would cover trajectories
    if markers:
        corner = {"loc": "lower left", "bbox_to_anchor": (1.0, 0.0)} | BESIDE
        legend = ax.legend(handles=markers, title="fixed points", **corner)
        # a clipped artist would get no room in the layout
        ax.add_artist(legend).set_clip_on(False)
    if colours and len(colours) <= _MAX_LEGEND_LABELS:
        lines = [
            Line2D([], [], color=colour, label=_legend_label(label))
            for label, colour in colours.items()
        ]
        corner = {"loc": "upper left", "bbox_to_anchor": (1.0, 1.0)} | BESIDE
        ax.legend(handles=lines, title=group_name or None, **corner)

    total = np.var(states[is_finite], axis=0).sum()
    for index, set_label in enumerate((ax.set_xlabel, ax.set_ylabel)):
        variance = np.var(scores[is_finite][..., index])
        percent = 100 * variance / total if total > 0 else np.nan
        number = components[index] + 1
        set_label(f"PC {number} (dimensionless; {percent:.0f}% of variance)")
    return tidy(ax)


def _labels(groups: Sequence[object] | Numbers, num_trials: int) -> list[Hashable]:
    """Validate that there is one label for each trial: numbers or text; return them."""
    labels = np.asarray(groups)
    rule = f"be {num_trials} numbers or words, one for each trial"
    is_list = labels.shape == (num_trials,) and labels.dtype.kind in "biufSU"
    is_known = is_list and not (labels.dtype.kind == "f" and np.isnan(labels).any())
    remedy = "NaN is not a label."
    check(is_known, "groups", rule, describe(labels), remedy)
    return labels.tolist()


def _draw_arrow(ax: Axes, path: np.ndarray, colour: ColorType) -> None:
    """Draw an arrow half-way along a path `(time, 2)`; none if its length is 0."""
    steps = np.linalg.norm(np.diff(path, axis=0), axis=1)
    lengths = np.append(0, np.cumsum(steps))
    if lengths[-1] <= 0:
        return
    middle = int(np.searchsorted(lengths, lengths[-1] / 2))
    middle = min(middle, len(path) - 1)
    start, end = tuple(path[max(middle - 1, 0)]), tuple(path[middle])
    style = {"arrowstyle": "-|>", "shrinkA": 0, "shrinkB": 0, "mutation_scale": 8}
    ax.annotate("", xy=end, xytext=start, arrowprops={"color": colour, **style})


def _draw_fixed_points(
    ax: Axes, places: np.ndarray, stability: np.ndarray
) -> list[Line2D]:
    """Draw fixed and slow points at `places (k, 2)`; return a line for each kind."""
    lines = []
    for kind, marker in _MARKERS.items():
        points = places[stability == kind]
        if len(points):
            style = {"linestyle": "none", "color": "black", "label": kind, **marker}
            zorder = 3.5 if kind == "slow" else 4
            face = {"markerfacecoloralt": "white", "markersize": 7, "zorder": zorder}
            lines += ax.plot(*points.T, **style, **face)
    return lines


def _draw_flow(
    ax: Axes,
    flow: Callable[[np.ndarray], Numbers],
    axes: np.ndarray,
    mean: np.ndarray,
    count: int,
) -> None:
    """Draw the flow at `count` x `count` points within the limits of the axes."""
    limits = ax.get_xlim(), ax.get_ylim()
    ax.autoscale(False)
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
    style = {"color": "0.55", "pivot": "mid", "width": 0.0025, "zorder": 3}
    ax.quiver(*places.T, *moves.T, **in_data_units, **style)


def _legend_label(label: object) -> str:
    return f"{label:.3g}" if isinstance(label, (float, np.floating)) else str(label)
