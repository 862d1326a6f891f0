"""Figures of fixed points over a parameter."""

import itertools
from typing import Literal

from matplotlib.axes import Axes
from matplotlib.lines import Line2D
import numpy as np

from .._arguments import checks_arguments
from .._checks import check, check_finite, check_shape
from .._types import Numbers
from ..analysis import Bifurcation
from ._style import add_legend, axes_or_current, ink, paper, tidy


# from the most to the least stable
_LINE_STYLES: dict[str, Literal["-", "-.", "--", ":"]] = {
    "stable": "-",
    "marginal": "-.",
    "saddle": "--",
    "unstable": ":",
}


@checks_arguments
def plot_bifurcation(
    diagram: Bifurcation,
    *,
    ax: Axes | None = None,
    along: int | Numbers = 0,
    parameter_name: str = "parameter",
) -> Axes:
    """Plot a bifurcation diagram: the fixed points at each value of a parameter.

    Stable branches are solid, saddles dashed, unstable branches dotted, marginal
    branches dash-dotted. A line between two points has the style of the less stable
    point. A circle between two values marks where a branch begins or ends, or where its
    stability changes.

    **Arguments:**

    - `diagram`: of `analysis.bifurcation`.
    - `ax`: the axes to draw in, by default the current axes of pyplot.
    - `along`: the unit whose state is shown, or a direction `(n_hidden,)` that states
        are projected onto.
    - `parameter_name`: with its unit.

    **Returns:** the axes. Raises `ValueError` for an unknown unit and a direction of
    another size.
    """
    n = diagram.points.shape[1]
    if isinstance(along, (int, np.integer)):
        rule = f"be a unit below {n}"
        check(-n <= along < n, "along", rule, along, "Units count from 0.")
        y, label = diagram.points[:, along], f"state of unit {along} (dimensionless)"
    else:
        check_shape("along", along, (n,), "Give a unit, or one number for each.")
        check_finite("along", along)
        direction = np.asarray(along, float)
        y, label = diagram.points @ direction, "state along a direction (dimensionless)"
    x, ax = diagram.values[diagram.at], axes_or_current(ax)

    # branches, point to point
    least_stable = list(_LINE_STYLES).index
    kinds_drawn = set()
    for branch in range(diagram.n_branches):
        points = np.flatnonzero(diagram.branch == branch)
        if len(points) == 1:
            ax.plot(x[points], y[points], ".", color=ink(ax), markersize=4)
        for pair in itertools.pairwise(points):
            kind = max(diagram.stability[list(pair)], key=least_stable)
            kinds_drawn.add(kind)
            ends = list(pair)
            ax.plot(x[ends], y[ends], _LINE_STYLES[kind], color=ink(ax), linewidth=1.2)

    # circles: half-way if the branch continues, else at its first or last point
    for branch, _, before, after in diagram.changes():
        is_beside = (diagram.branch == branch) & ((x == before) | (x == after))
        continues = is_beside.sum() == 2
        place = (before + after) / 2 if continues else x[is_beside][0]
        circle = {"color": ink(ax), "markerfacecolor": paper(ax), "markersize": 5}
        ax.plot(place, y[is_beside].mean(), "o", zorder=3, **circle)
    lines = [
        Line2D([], [], color=ink(ax), linestyle=style, linewidth=1.2, label=kind)
        for kind, style in _LINE_STYLES.items()
        if kind in kinds_drawn
    ]
    ax.locator_params(axis="x", nbins=4)  # small numbers have long labels
    add_legend(ax, lines)
    return tidy(ax, parameter_name, label)
