"""Pictures of trajectories in state space, with fixed points and the flow."""

from collections.abc import Callable, Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.lines import Line2D
import numpy as np

from .._checks import invalid
from .._types import Numbers
from ._style import colours_of, tidy


_KINDS: dict[str, dict[str, Any]] = {
    "stable": {"marker": "o", "fillstyle": "full"},
    "saddle": {"marker": "o", "fillstyle": "left"},
    "unstable": {"marker": "o", "fillstyle": "none"},
    "marginal": {"marker": "D", "fillstyle": "none"},
}

_NAMED = 12
"""More labels than this are not in the legend."""


def plot_trajectories(
    ax: Axes,
    pca: Any,
    trajectories: Numbers,
    *,
    components: tuple[int, int] = (0, 1),
    groups: Sequence[Any] | Numbers | None = None,
    group_name: str = "",
    fixed_points: Any = None,
    flow: Callable[[np.ndarray], Any] | None = None,
    arrows: int = 15,
) -> Axes:
    """Trajectories in a plane of principal components, with fixed points and the flow.

    A cross is where a trajectory starts, an arrow half-way where it goes. Fixed points:
    stable filled, saddles half filled, unstable open, marginal open diamonds. Grey
    arrows are the flow in the plane through the mean, seen in that plane; their lengths
    are the square roots of speeds.

    **Arguments:**

    - `ax`: where to draw.
    - `pca`: of `analysis.pca`: `components (n, units)`, `mean (units,)`.
    - `trajectories`: of what the components are (potentials or rates), `(*trials, time,
        units)`. Steps that are NaN, such as those after the end of a trial, are left
        out.
    - `components`: which two, counted from 0.
    - `groups`: a label for each trial, which gives its colour; numbers are coloured by
        their order.
    - `group_name`: what the labels are, with their unit; the legend's title.
    - `fixed_points`: of `analysis.find_fixed_points`: `points (k, units)`, `stability`.
    - `flow`: velocities `(k, units)` of states `(k, units)`, such as `lambda v:
        analysis.velocity(net, v)`.
    - `arrows`: of the flow along each side.

    **Returns:** the axes. Raises `ValueError` unless there is one label for each trial.
    """
    axes, mean = np.asarray(pca.components)[list(components)], np.asarray(pca.mean)
    states = np.asarray(trajectories)
    states = states.reshape(-1, *states.shape[-2:])
    seen = (states - mean) @ axes.T
    labels = list(range(len(states))) if groups is None else list(np.asarray(groups))
    if len(labels) != len(states):
        got = f"{len(labels)} labels"
        raise invalid(
            "groups", f"have {len(states)} labels", got, "One for each trial."
        )
    colours = colours_of(labels) if groups is not None else {}
    there = np.all(np.isfinite(states), axis=-1)
    for whole, label, kept in zip(seen, labels, there, strict=True):
        if not kept.any():
            continue
        path = whole[kept]
        colour = colours.get(label, "0.35")
        ax.plot(*path.T, color=colour, linewidth=0.9, alpha=0.7, zorder=2)
        ax.plot(*path[0], marker="x", color=colour, markersize=4, zorder=2)
        _arrow(ax, path, colour)
    points = []
    if fixed_points is not None:
        where = (np.asarray(fixed_points.points) - mean) @ axes.T
        points = _fixed_points(ax, where, np.asarray(fixed_points.stability))
    ax.set_aspect("equal")
    if flow is not None:
        _flow(ax, flow, axes, mean, arrows)
    beside = {
        "frameon": False,
        "fontsize": 7,
        "title_fontsize": 7,
        "borderaxespad": 0.2,
    }
    # outside: inside, they would hide some trajectory
    if points:
        corner = {"loc": "lower left", "bbox_to_anchor": (1.0, 0.0)}
        kinds = ax.legend(handles=points, title="fixed points", **corner, **beside)
        ax.add_artist(kinds).set_clip_on(False)  # or a layout leaves it no room
    if colours and len(colours) <= _NAMED:
        lines = [
            Line2D([], [], color=colour, label=_short(label))
            for label, colour in colours.items()
        ]
        corner = {"loc": "upper left", "bbox_to_anchor": (1.0, 1.0)}
        ax.legend(handles=lines, title=group_name or None, **corner, **beside)
    total = np.var(states[there], axis=0).sum()
    for which, name in enumerate(("x", "y")):
        share = 100 * np.var(seen[there][..., which]) / total if total > 0 else np.nan
        label = f"PC {components[which] + 1} (dimensionless; {share:.0f}% of variance)"
        ax.set(**{f"{name}label": label})
    return tidy(ax)


def _arrow(ax: Axes, path: np.ndarray, colour: Any) -> None:
    """An arrow half-way along a path that moves."""
    lengths = np.append(0, np.cumsum(np.linalg.norm(np.diff(path, axis=0), axis=1)))
    if lengths[-1] <= 0:
        return
    at = min(int(np.searchsorted(lengths, lengths[-1] / 2)), len(path) - 1)
    before = max(at - 1, 0)
    ax.annotate(
        "",
        xy=tuple(path[at]),
        xytext=tuple(path[before]),
        arrowprops={
            "arrowstyle": "-|>",
            "color": colour,
            "shrinkA": 0,
            "shrinkB": 0,
            "mutation_scale": 8,
        },
    )


def _fixed_points(ax: Axes, where: np.ndarray, kinds: np.ndarray) -> list[Line2D]:
    """Draw them; one of each kind."""
    drawn = []
    for kind, style in _KINDS.items():
        here = where[kinds == kind]
        if len(here):
            drawn += ax.plot(
                *here.T,
                linestyle="none",
                color="black",
                markerfacecoloralt="white",
                markersize=7,
                zorder=4,
                label=kind,
                **style,
            )
    return drawn


def _flow(
    ax: Axes, flow: Callable[[np.ndarray], Any], axes: np.ndarray, mean: Any, count: int
) -> None:
    limits = ax.get_xlim(), ax.get_ylim()
    ax.autoscale(False)
    grid = np.meshgrid(*(np.linspace(*edge, count + 2)[1:-1] for edge in limits))
    places = np.stack([part.ravel() for part in grid], -1)
    moves = np.asarray(flow((mean + places @ axes).astype(mean.dtype))) @ axes.T
    speed = np.linalg.norm(moves, axis=-1, keepdims=True)
    most = speed.max() if speed.size else 0.0
    moves = moves / np.sqrt(np.where(speed > 0, speed * most, 1.0))
    cell = (limits[0][1] - limits[0][0]) / count
    ax.quiver(
        *places.T,
        *moves.T,
        color="0.55",
        angles="xy",
        scale_units="xy",
        scale=1 / cell,
        pivot="mid",
        width=0.0025,
        zorder=3,
    )


def _short(label: Any) -> str:
    return f"{label:.3g}" if isinstance(label, (float, np.floating)) else str(label)
