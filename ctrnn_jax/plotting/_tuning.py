"""Figures of tuning curves."""

from collections.abc import Sequence

from matplotlib.axes import Axes
import numpy as np

from .._arguments import checks_arguments
from .._checks import check
from ..analysis import TuningCurve
from ._style import axes_or_current, CHANNELS, CLASSES, draw_points, tidy
from ._validation import excitatory_count, unit_indices


@checks_arguments
def plot_tuning(
    curve: TuningCurve,
    *,
    ax: Axes | None = None,
    units: Sequence[int] | None = None,
    n_excitatory: int | None = None,
    name: str = "condition",
) -> Axes:
    """Plot the mean rate of units at each level of a condition, with standard errors.

    Excitatory units are red and inhibitory units blue if `n_excitatory` is given;
    otherwise each unit has a different colour.

    **Arguments:**

    - `curve`: of `analysis.tuning_curve`: `levels` `(k,)`, `means` and
        `standard_errors` `(k, units)`.
    - `ax`: the axes to draw in, by default the current axes of pyplot.
    - `units`: indices of the units to draw, by default all.
    - `n_excitatory`: number of excitatory units, which come first.
    - `name`: of the condition, with its unit.

    **Returns:** the axes. Raises `ValueError` for responses of other dimensions, and
    for units that the curve does not have.
    """
    means, errors = np.asarray(curve.means), np.asarray(curve.standard_errors)
    rule, got = "be of one number a unit", f"means of shape {means.shape}"
    remedy = "Average the responses over time first."
    check(means.ndim == 2, "curve", rule, got, remedy)
    count = means.shape[1]
    chosen = range(count) if units is None else unit_indices("units", units, count)
    if n_excitatory is not None:
        n_excitatory = excitatory_count(n_excitatory, count)
    is_numeric = all(isinstance(x, (int, float, np.number)) for x in curve.levels)
    x = np.asarray(curve.levels if is_numeric else range(len(means)), float)

    ax = axes_or_current(ax)
    # one entry in the legend for each class, or for each unit if there are few
    has_legend = n_excitatory is not None or len(chosen) <= len(CHANNELS)
    labels_drawn = set()
    for order, unit in enumerate(chosen):
        label = f"unit {unit}"
        if n_excitatory is not None:
            label = "excitatory" if unit < n_excitatory else "inhibitory"
        colour = CLASSES.get(label, CHANNELS[order % len(CHANNELS)])
        style = {"color": colour, "linewidth": 1.0, "markersize": 3, "capsize": 1.5}
        shown = label if has_legend and label not in labels_drawn else None
        draw_points(ax, x, means[:, unit], errors[:, unit], label=shown, **style)
        labels_drawn.add(label)
    if not is_numeric:
        ax.set_xticks(x, [str(level) for level in curve.levels])
    return tidy(ax, name, "rate (dimensionless)", legend=True)
