"""Pictures of fixed points over a parameter."""

import itertools
from typing import Any

from matplotlib.axes import Axes
from matplotlib.lines import Line2D
import numpy as np

from .._checks import invalid
from .._types import Numbers
from ..analysis import Bifurcation
from ._style import tidy


_STYLES: dict[str, Any] = {
    "stable": "-",
    "marginal": "-.",
    "saddle": "--",
    "unstable": ":",
}


def plot_bifurcation(
    ax: Axes,
    found: Bifurcation,
    *,
    along: int | Numbers = 0,
    parameter_name: str = "parameter",
) -> Axes:
    """A bifurcation diagram: where fixed points lie at each value of a parameter.

    Stable branches are solid, saddles dashed, unstable ones dotted, marginal ones
    dash-dotted. From one point to the next a branch has the style of the less stable.
    Circles are where a branch begins or ends, or its stability changes, between two
    values.

    **Arguments:**

    - `ax`: where to draw.
    - `found`: of `analysis.bifurcation`.
    - `along`: which unit's state is shown, or a direction `(n_hidden,)` that states are
        projected onto.
    - `parameter_name`: with its unit.

    **Returns:** the axes. Raises `ValueError` for an unknown unit and a direction of
    another size.
    """
    n = found.points.shape[1]
    if isinstance(along, (int, np.integer)):
        if not -n <= along < n:
            raise invalid("along", f"be a unit below {n}", along, "Counted from 0.")
        y, label = found.points[:, along], f"state of unit {along} (dimensionless)"
    else:
        direction = np.asarray(along, float)
        if direction.shape != (n,):
            got = f"shape {direction.shape}"
            raise invalid("along", f"have shape ({n},)", got, "One number a unit.")
        y, label = found.points @ direction, "state along a direction (dimensionless)"
    x, rank = found.values[found.at], list(_STYLES)
    seen = set()
    for branch in range(found.n_branches):
        where = np.flatnonzero(found.branch == branch)
        if len(where) == 1:
            ax.plot(x[where], y[where], "k.", markersize=4)
        for one, two in itertools.pairwise(where):
            kind = max(found.stability[one], found.stability[two], key=rank.index)
            seen.add(kind)
            ends = [one, two]
            ax.plot(x[ends], y[ends], _STYLES[kind], color="black", linewidth=1.2)
    for branch, _, before, after in found.changes():
        on = (found.branch == branch) & ((x == before) | (x == after))
        middle = (before + after) / 2 if on.sum() == 2 else x[on][0]
        ax.plot(
            middle, y[on].mean(), "o", color="black", markerfacecolor="white",
            markersize=5, zorder=3,
        )  # fmt: skip
    lines = [
        Line2D([], [], color="black", linestyle=style, linewidth=1.2, label=kind)
        for kind, style in _STYLES.items()
        if kind in seen
    ]
    if lines:
        ax.legend(handles=lines, frameon=False, fontsize=7)
    ax.set_xlabel(parameter_name)
    ax.set_ylabel(label)
    return tidy(ax)
