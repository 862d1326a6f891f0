"""Pictures of what units respond to, and when."""

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.axes import Axes
import numpy as np

from .._checks import invalid
from .._types import Numbers
from ._style import CHANNELS, EXCITATORY, INHIBITORY, tidy


def plot_tuning(
    ax: Axes,
    curve: Any,
    *,
    units: Sequence[int] | None = None,
    n_excitatory: int | None = None,
    name: str = "condition",
) -> Axes:
    """Mean rate of units at each level of a condition, with standard errors.

    Excitatory units are red and inhibitory ones blue, if it is known which are;
    otherwise each has its colour.

    **Arguments:**

    - `ax`: where to draw.
    - `curve`: of `analysis.tuning_curve`: `levels` `(k,)`, `means` and
        `standard_errors` `(k, units)`.
    - `units`: which, by default all.
    - `n_excitatory`: how many units are excitatory, the first ones.
    - `name`: of the condition, with its unit.

    **Returns:** the axes. Raises `ValueError` for responses of other dimensions.
    """
    means, errors = np.asarray(curve.means), np.asarray(curve.standard_errors)
    if means.ndim != 2:
        got = f"shape {means.shape}"
        raise invalid("curve", "be of one number a unit", got, "Average over time.")
    units = list(range(means.shape[1])) if units is None else list(units)
    numeric = all(isinstance(level, (int, float, np.number)) for level in curve.levels)
    x = np.asarray(curve.levels if numeric else range(len(means)), float)
    named = set()
    for order, unit in enumerate(units):
        colour, label = CHANNELS[order % len(CHANNELS)], f"unit {unit}"
        if n_excitatory is not None:
            excitatory = unit < n_excitatory
            colour = EXCITATORY if excitatory else INHIBITORY
            label = "excitatory" if excitatory else "inhibitory"
        few = n_excitatory is not None or len(units) <= len(CHANNELS)
        ax.errorbar(
            x,
            means[:, unit],
            yerr=np.nan_to_num(errors[:, unit]),
            color=colour,
            linewidth=1.0,
            marker="o",
            markersize=3,
            capsize=1.5,
            label=label if few and label not in named else None,
        )
        named.add(label)
    if not numeric:
        ax.set_xticks(x, [str(level) for level in curve.levels])
    ax.set_xlabel(name)
    ax.set_ylabel("rate (dimensionless)")
    if ax.get_legend_handles_labels()[1]:
        ax.legend(frameon=False, fontsize=7)
    return tidy(ax)


def plot_class_rates(
    ax: Axes,
    rates: Numbers,
    *,
    dt: float,
    n_excitatory: int | None = None,
    groups: Mapping[str, Sequence[int] | Numbers] | None = None,
) -> Axes:
    """Mean rate of each class of units over time, with the quartiles of its units.

    **Arguments:**

    - `ax`: where to draw.
    - `rates`: `(*trials, time, units)`; the mean over trials is shown. NaN, such as
        after the end of a trial, is left out.
    - `dt`: in ms; step t is drawn at its end, `(t + 1) * dt`.
    - `n_excitatory`: how many units, the first ones, are excitatory (red); the others
        are inhibitory (blue).
    - `groups`: or the indices of each class, by name; "excitatory" is red and
        "inhibitory" blue. By default all units are one.

    **Returns:** the axes. Raises `ValueError` for classes given twice, or empty.
    """
    rates = np.asarray(rates)
    rates = rates.reshape(-1, *rates.shape[-2:])
    there = np.isfinite(rates).any(axis=(0, 2))
    rates = np.nanmean(rates[:, there], axis=0)
    if n_excitatory is not None:
        if groups is not None:
            got = f"{n_excitatory} as well"
            raise invalid("groups", "be the only classes", got, "Leave one out.")
        groups = {
            "excitatory": np.arange(n_excitatory),
            "inhibitory": np.arange(n_excitatory, rates.shape[1]),
        }
    groups = {"all units": np.arange(rates.shape[1])} if groups is None else groups
    known = {"excitatory": EXCITATORY, "inhibitory": INHIBITORY, "all units": "black"}
    times = dt * (1 + np.flatnonzero(there))
    for order, (name, indices) in enumerate(groups.items()):
        part = rates[:, np.asarray(indices, int)]
        if not part.shape[1]:
            raise invalid("groups", "hold a unit each", f"none in {name!r}", "Drop it.")
        colour = known.get(name, CHANNELS[order % len(CHANNELS)])
        low, high = np.percentile(part, [25, 75], axis=1)
        ax.fill_between(times, low, high, color=colour, alpha=0.2, linewidth=0)
        label = f"{name} ({part.shape[1]})"
        ax.plot(times, part.mean(1), color=colour, linewidth=1.4, label=label)
    ax.set_xlabel("time (ms)")
    ax.set_ylabel("rate (dimensionless)")
    small = {"fontsize": 7, "title_fontsize": 7}
    ax.legend(frameon=False, title="mean; band: quartiles", **small)
    return tidy(ax)
