"""Pictures of training."""

from collections.abc import Mapping
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
import numpy as np

from .._checks import invalid
from .._types import Numbers
from ._style import CHANNELS, QUIET, tidy


def plot_loss(ax: Axes, loss: Numbers, *, window: int = 25) -> Axes:
    """Loss of every update, and its running mean, on a logarithmic axis.

    **Arguments:** the axes, the losses `(updates,)`, and over how many updates the
    running mean goes. **Returns:** the axes.
    """
    loss = np.asarray(loss)
    updates = 1 + np.arange(len(loss))
    ax.plot(updates, loss, color="0.8", linewidth=0.7, label="each update")
    if len(loss) >= window:
        mean = np.convolve(loss, np.ones(window) / window, "valid")
        ax.plot(
            updates[window - 1 :],
            mean,
            color="black",
            linewidth=1.4,
            label=f"mean of {window}",
        )
    if len(loss) > window:
        # a first update from an exploding start would flatten all that follows
        ax.set_ylim(0.8 * loss.min(), 1.2 * float(np.percentile(loss, 99)))
    ax.set_yscale("log")
    ax.set_xlabel("updates")
    ax.set_ylabel("cost")
    ax.legend(frameon=False)
    return tidy(ax)


def plot_performance(
    ax: Axes, steps: Numbers, performance: Numbers, *, criterion: float | None
) -> Axes:
    """Fraction correct at each validation, and the criterion.

    **Arguments:** the axes, updates before each validation, the fractions, and the
    criterion or `None`. **Returns:** the axes.
    """
    ax.plot(
        steps,
        100 * np.asarray(performance),
        color="black",
        marker="o",
        markersize=3,
        linewidth=1.2,
    )
    if criterion is not None:
        ax.axhline(100 * criterion, color=QUIET, linestyle="--", linewidth=0.9)
        ax.text(
            0.0,
            100 * criterion,
            " criterion",
            transform=ax.get_yaxis_transform(),
            va="bottom",
            color=QUIET,
            fontsize=8,
        )
    lowest = 100 * np.min(performance, initial=1.0) - 3  # not every task starts at 50 %
    ax.set_ylim(min(40.0, lowest), 101)
    ax.set_xlabel("updates")
    ax.set_ylabel("correct (%)")
    return tidy(ax)


def plot_ensemble(
    ax: Axes,
    values: Numbers,
    *,
    steps: Numbers | None = None,
    colour: str = "black",
    label: str = "median",
) -> Axes:
    """A number of many networks over training: median, quartiles, range.

    **Arguments:**

    - `ax`: where to draw.
    - `values`: `(members, points)`, such as a history's `loss`; NaN after a member
        stopped, which is left out from there on.
    - `steps`: updates at each point, `(points,)`, by default 1, 2, ...
    - `colour`, `label`: of the median.

    **Returns:** the axes. Raises `ValueError` for another shape.
    """
    values = np.asarray(values, float)
    if values.ndim != 2:
        got = f"shape {values.shape}"
        raise invalid("values", "be (members, points)", got, "Give one row a network.")
    seen = np.isfinite(values).any(axis=0)
    steps = 1 + np.arange(values.shape[1]) if steps is None else np.asarray(steps)
    here, steps = np.where(np.isfinite(values), values, np.nan)[:, seen], steps[seen]
    levels = np.nanpercentile(here, [0, 25, 50, 75, 100], axis=0)
    low, first, middle, third, high = levels
    ax.fill_between(
        steps, low, high, color=colour, alpha=0.12, linewidth=0, label="range"
    )
    ax.fill_between(
        steps, first, third, color=colour, alpha=0.28, linewidth=0, label="quartiles"
    )
    ax.plot(steps, middle, color=colour, linewidth=1.4, label=label)
    ax.set_xlabel("updates")
    return tidy(ax)


def plot_loss_terms(
    ax: Axes, terms: Mapping[str, Numbers], *, window: int = 25
) -> Axes:
    """The weighted terms of the loss over training, on a logarithmic axis.

    **Arguments:** the axes; a history's `terms`, each `(updates,)` or `(members,
    updates)`, of which the median is drawn; over how many updates a running mean goes.
    Terms that are nowhere positive are not drawn. **Returns:** the axes.
    """
    for order, (name, values) in enumerate(terms.items()):
        values = np.atleast_2d(np.asarray(values, float))
        values = values[:, np.isfinite(values).any(axis=0)]
        middle = np.nanmedian(values, axis=0) if values.size else np.zeros(0)
        width = min(window, max(len(middle), 1))
        mean = np.convolve(middle, np.ones(width) / width, "valid")
        if not (mean > 0).any():
            continue
        updates = width + np.arange(len(mean))
        positive = np.where(mean > 0, mean, np.nan)
        colour = CHANNELS[order % len(CHANNELS)]
        ax.plot(updates, positive, color=colour, linewidth=1.4, label=name)
    ax.set_yscale("log")
    ax.set_xlabel("updates")
    ax.set_ylabel(f"terms of the cost\n(mean of {window} updates)")
    if ax.get_legend_handles_labels()[1]:
        ax.legend(frameon=False, fontsize=7)
    return tidy(ax)


def plot_training(
    figure: Figure,
    history: Any,
    *,
    criterion: float | None = None,
    performance_name: str = "fraction correct",
) -> Figure:
    """Loss, its terms if there are several, and performance, one below the other.

    **Arguments:**

    - `figure`: an empty one; it gets its size.
    - `history`: of `fit` or of `fit_ensemble`, where medians, quartiles and ranges over
        the members are drawn.
    - `criterion`: of performance.
    - `performance_name`: the task's.

    **Returns:** the figure.
    """
    several = len(history.terms) > 1
    rows = 2 + several
    figure.set_size_inches(6.4, 2.4 * rows)
    figure.set_layout_engine("constrained")
    panels = list(figure.subplots(rows, 1, sharex=True))
    loss, performance = np.asarray(history.loss), np.asarray(history.performance)
    steps = np.asarray(history.validation_step)
    if loss.ndim == 1:
        plot_loss(panels[0], loss)
        plot_performance(panels[-1], steps, performance, criterion=criterion)
    else:
        plot_ensemble(panels[0], loss, label=f"median of {len(loss)} networks")
        panels[0].set_yscale("log")
        panels[0].set_ylabel("cost")
        panels[0].legend(frameon=False, fontsize=7)
        plot_performance(panels[-1], np.zeros(0), np.zeros(0), criterion=criterion)
        plot_ensemble(panels[-1], 100 * performance, steps=steps)
        worst = np.nanmin(100 * performance, initial=100.0) - 3
        panels[-1].set_ylim(min(40.0, worst), 101)
    if several:
        plot_loss_terms(panels[1], history.terms)
    for panel in panels[:-1]:
        panel.set_xlabel("")
    panels[-1].set_xlabel("updates")
    panels[-1].set_ylabel(f"{performance_name} (%)")
    return figure
