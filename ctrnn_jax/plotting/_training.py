"""Figures of training: loss, its terms, performance, ensembles."""

from collections.abc import Mapping

from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import is_color_like, to_hex
from matplotlib.figure import Figure
import numpy as np

from .._arguments import checks_arguments
from .._checks import (
    check,
    check_choice,
    check_count,
    check_finite,
    check_fraction,
    check_shape,
    check_values,
    describe,
)
from .._types import Numbers
from ..training import EnsembleResult, FitResult, History, table_of_members
from ._style import CHANNELS, QUIET, tidy
from ._validation import as_numbers


_WINDOW = 25
"""The number of updates over which the losses of an ensemble are averaged."""


@checks_arguments
def plot_loss(ax: Axes, loss: Numbers, *, window: int = 25) -> Axes:
    """Plot the loss of every update and its running mean, on a logarithmic axis.

    **Arguments:**

    - `ax`: the axes to draw in.
    - `loss`: `(updates,)`; NaN and numbers that are not positive are left out.
    - `window`: number of updates of the running mean.

    **Returns:** the axes. Raises `ValueError` if no loss is left.
    """
    remedy = "For many networks use plot_ensemble."
    loss = as_numbers("loss", loss, "updates", remedy, finite="some")
    window = check_count("window", window, at_least=1)
    is_drawn = np.isfinite(loss) & (loss > 0)
    remedy = "The axis is logarithmic."
    check(is_drawn.any(), "loss", "be positive in some update", "none", remedy)
    updates = 1 + np.arange(len(loss))
    ax.plot(updates, loss, color="0.8", linewidth=0.7, label="each update")
    if len(loss) >= window:
        mean = np.convolve(loss, np.ones(window) / window, "valid")
        style = {"color": "black", "linewidth": 1.4, "label": f"mean of {window}"}
        ax.plot(updates[window - 1 :], mean, **style)
    if len(loss) > window:
        # leave out the largest losses: those of the first updates would compress the
        # rest
        drawn = loss[is_drawn]
        ax.set_ylim(0.8 * drawn.min(), 1.2 * float(np.percentile(drawn, 99)))
    ax.set_yscale("log")
    ax.legend(frameon=False)
    return tidy(ax, "updates", "loss")


@checks_arguments
def plot_performance(
    ax: Axes, num_updates: Numbers, performance: Numbers, *, criterion: float | None
) -> Axes:
    """Plot the fraction correct at each validation, and the criterion.

    **Arguments:**

    - `ax`: the axes to draw in.
    - `num_updates`: number of updates before each validation, `(validations,)`.
    - `performance`: fraction correct, `(validations,)`.
    - `criterion`: a fraction, or `None`.

    **Returns:** the axes. Raises `ValueError` for other shapes, and performance or a
    criterion above 1.
    """
    performance, steps = np.asarray(performance), np.asarray(num_updates)
    is_list = performance.ndim == 1 and performance.dtype.kind in "biuf"
    rule, got = "have shape (validations,)", describe(performance)
    check(is_list, "performance", rule, got, "For many networks use plot_ensemble.")

    def is_fraction(x: np.ndarray) -> np.ndarray:
        return np.isnan(x) | (x <= 1)

    remedy = "It is the fraction correct, and comes after `num_updates`."
    check_values("performance", performance, is_fraction, "not exceed 1", remedy)
    check_shape(
        "num_updates", steps, performance.shape, "Give one for each validation."
    )
    check_finite("num_updates", steps)
    points = {"color": "black", "marker": "o", "markersize": 3, "linewidth": 1.2}
    ax.plot(steps, 100 * performance, **points)
    if criterion is not None:
        criterion = check_fraction("criterion", criterion)
        ax.axhline(100 * criterion, color=QUIET, linestyle="--", linewidth=0.9)
        left = {"transform": ax.get_yaxis_transform(), "va": "bottom"}
        ax.text(0.0, 100 * criterion, " criterion", color=QUIET, fontsize=8, **left)
    lowest = 100 * np.min(performance, initial=1.0) - 3  # chance may be below 50 %
    ax.set_ylim(min(40.0, lowest), 101)
    return tidy(ax, "updates", "correct (%)")


@checks_arguments
def plot_ensemble(
    ax: Axes,
    values: Numbers,
    *,
    num_updates: Numbers | None = None,
    colour: str = "black",
    label: str = "median",
) -> Axes:
    """Plot a quantity of many networks over training: median, quartiles, range.

    **Arguments:**

    - `ax`: the axes to draw in.
    - `values`: `(members, points)`, such as the `loss` of a history. NaN, as after a
        member stopped, is left out.
    - `num_updates`: updates at each point, `(points,)`, by default 1, 2, ...
    - `colour`, `label`: of the median.

    **Returns:** the axes. Raises `ValueError` for another shape.
    """
    remedy = "Give one row for each network."
    values = as_numbers("values", values, "members points", remedy, finite="some")
    check(is_color_like(colour), "colour", "be a colour", repr(colour), "Use 'red'.")
    # points that some member reached
    has_value = np.isfinite(values).any(axis=0)
    steps = 1 + np.arange(values.shape[1]) if num_updates is None else num_updates
    check_shape("num_updates", steps, values.shape[1:], "Give one for each point.")
    check_finite("num_updates", steps)
    x = np.asarray(steps)[has_value]
    finite = np.where(np.isfinite(values), values, np.nan)[:, has_value]
    low, q1, median, q3, high = np.nanpercentile(finite, [0, 25, 50, 75, 100], axis=0)
    band = {"color": colour, "linewidth": 0}
    ax.fill_between(x, low, high, alpha=0.12, label="range", **band)
    ax.fill_between(x, q1, q3, alpha=0.28, label="quartiles", **band)
    ax.plot(x, median, color=colour, linewidth=1.4, label=label)
    return tidy(ax, "updates")


@checks_arguments
def plot_loss_terms(
    ax: Axes, terms: Mapping[str, Numbers], *, window: int = 25
) -> Axes:
    """Plot the weighted terms of the loss over training, on a logarithmic axis.

    Terms that are never positive are not drawn.

    **Arguments:**

    - `ax`: the axes to draw in.
    - `terms`: of a history, each `(updates,)` or `(members, updates)`; the median over
        members is drawn.
    - `window`: number of updates of a running mean.

    **Returns:** the axes.
    """
    window = check_count("window", window, at_least=1)
    check(terms, "terms", "hold a term", "none", "Pass history.terms.")
    for order, (name, values) in enumerate(terms.items()):
        # median over members, then the running mean over updates
        term, remedy = f"terms[{name!r}]", "Give (updates,) or (members, updates)."
        values = np.atleast_2d(
            as_numbers(term, values, "*members updates", remedy, finite="any")
        )
        check(values.ndim == 2, term, "have at most two axes", values.shape, remedy)
        # the updates that have the term: not those before a loss with it was passed
        kept = np.flatnonzero(np.isfinite(values).any(axis=0))
        median = np.nanmedian(values[:, kept], axis=0) if kept.size else np.zeros(0)
        width = min(window, max(len(median), 1))
        mean = np.convolve(median, np.ones(width) / width, "valid")
        if not (mean > 0).any():
            continue
        updates = 1 + kept[width - 1 :]
        positive = np.where(mean > 0, mean, np.nan)
        colour = CHANNELS[order % len(CHANNELS)]
        ax.plot(updates, positive, color=colour, linewidth=1.4, label=name)
    ax.set_yscale("log")
    label = f"terms of the loss\n(mean of {window} updates)"
    return tidy(ax, "updates", label, legend=True)


@checks_arguments
def plot_training(
    figure: Figure,
    history: History | FitResult | EnsembleResult,
    *,
    by: str | None = None,
    criterion: float | None = None,
    performance_name: str = "fraction correct",
) -> Figure:
    """Plot loss, its terms if there are several, and performance, in one column.

    **Arguments:**

    - `figure`: an empty figure; its size is set.
    - `history`: the result of `fit` or of `fit_ensemble`, or its history; for an
        ensemble, medians, quartiles and ranges over the members are drawn.
    - `by`: the name of a swept setting, or "seed": the mean over the members of each of
        its values is drawn, with a band of one standard deviation within their range.
        A member that has ended keeps its last value.
    - `criterion`: of performance.
    - `performance_name`: of the task.

    **Returns:** the figure. Raises `ValueError` for a history without updates.
    """
    if not isinstance(history, History):
        history = history.history
    got, remedy = f"shape {history.loss.shape}", "Train first."
    check(np.size(history.loss), "history.loss", "hold an update", got, remedy)
    has_terms = len(history.terms) > 1
    rows = 2 + has_terms
    figure.set_size_inches(6.4, 2.4 * rows)
    figure.set_layout_engine("constrained")
    panels = list(figure.subplots(rows, 1, sharex=True))
    top, bottom = panels[0], panels[-1]
    loss, performance = np.asarray(history.loss), np.asarray(history.performance)
    num_updates = np.asarray(history.validation_step)
    is_ensemble = loss.ndim == 2
    if by is not None:
        plot_performance(bottom, np.zeros(0), np.zeros(0), criterion=criterion)
        _plot_levels(top, bottom, history, by)
    elif is_ensemble:
        plot_ensemble(top, loss, label=f"median of {len(loss)} networks")
        top.set_yscale("log")
        tidy(top, y="loss", legend=True)
        # the criterion, without points
        plot_performance(bottom, np.zeros(0), np.zeros(0), criterion=criterion)
        plot_ensemble(bottom, 100 * performance, num_updates=num_updates)
    else:
        plot_loss(top, loss)
        plot_performance(bottom, num_updates, performance, criterion=criterion)
    if has_terms:
        plot_loss_terms(panels[1], history.terms)
    if is_ensemble:
        lowest = np.nanmin(100 * performance, initial=100.0) - 3
        bottom.set_ylim(min(40.0, lowest), 101)
    for panel in panels[:-1]:
        panel.set_xlabel("")
    bottom.set_ylabel(f"{performance_name} (%)")
    return figure


def _plot_levels(top: Axes, bottom: Axes, history: History, by: str) -> None:
    """Plot loss and performance of an ensemble for each value of a swept setting."""
    members = history.members
    remedy = "Pass the result of fit_ensemble."
    check(members is not None, "by", "be left out for one network", repr(by), remedy)
    table = table_of_members(members or ())
    names = [name for name in table if name != "member"]
    column = table[check_choice("by", by, names)]
    levels, places = np.unique(column, return_inverse=True)
    are_numbers = column.dtype.kind in "iuf"
    colours = [CHANNELS[i % len(CHANNELS)] for i in range(len(levels))]
    if are_numbers:
        shades = colormaps["viridis"](np.linspace(0.0, 0.85, len(levels)))
        colours = [to_hex(shade) for shade in shades]
    window = min(_WINDOW, history.loss.shape[1])
    kernel = np.ones(window) / window
    rows = [np.convolve(row, kernel, "valid") for row in _held(history.loss)]
    loss = np.stack(rows)
    performance = 100 * _held(history.performance)
    updates = window + np.arange(loss.shape[1])
    for i, level in enumerate(levels):
        label = f"{level:g}" if are_numbers else str(level)
        style = {"color": colours[i], "label": label}
        _plot_mean(top, updates, loss[places == i], **style)
        _plot_mean(bottom, history.validation_step, performance[places == i], **style)
    top.set_yscale("log")
    top.set_title(f"mean ± standard deviation of {len(column)} networks", size=9)
    tidy(top, y=f"loss (mean of {window} updates)")
    tidy(bottom, "updates")
    top.legend(title=by, frameon=False, fontsize=8, title_fontsize=8)


def _plot_mean(
    ax: Axes, x: np.ndarray, rows: np.ndarray, color: str, label: str
) -> None:
    """Plot the mean of rows, and a standard deviation within the range of the rows."""
    rows = rows[~np.isnan(rows).any(axis=1)]  # without those that have no value yet
    if not rows.size:
        return
    mean, sd = rows.mean(axis=0), rows.std(axis=0)
    # within the range, so that the band is positive if all values are
    low, high = np.maximum(mean - sd, rows.min(0)), np.minimum(mean + sd, rows.max(0))
    ax.fill_between(x, low, high, color=color, alpha=0.25, linewidth=0)
    ax.plot(x, mean, color=color, linewidth=1.4, label=label)


def _held(values: np.ndarray) -> np.ndarray:
    """Replace NaN at the end of each row by the last number of the row."""
    last = np.where(np.isnan(values), 0, np.arange(values.shape[1]))
    return np.take_along_axis(values, np.maximum.accumulate(last, axis=1), axis=1)
