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
from .._show import counted
from .._types import Numbers
from ..training import EnsembleResult, FitResult, History, table_of_members
from ._style import (
    add_legend,
    axes_or_current,
    CHANNELS,
    figure_or_new,
    grey,
    ink,
    label_axes,
    QUIET,
    tidy,
)
from ._validation import (
    as_numbers,
    held,
    log_limits,
    running_mean,
    smoothed,
    within,
)


_WINDOW = 25
"""The number of updates over which the losses of an ensemble are averaged."""
BEYOND = ("above the axis", "below the axis")
"""The gids of marks of updates that are not shown."""
_ENDED = "an ended network keeps its last value while others train"


@checks_arguments
def plot_loss(loss: Numbers, *, ax: Axes | None = None, window: int = 25) -> Axes:
    """Plot the loss of every update and its running mean, on a logarithmic axis.

    A few losses that are far from all others, such as that of an update that exploded,
    are beyond the limits of the axis and left out of the mean; triangles mark them, and
    the legend counts them.

    **Arguments:**

    - `loss`: `(updates,)`; NaN and numbers that are not positive are left out.
    - `ax`: the axes to draw in, by default the current axes of pyplot.
    - `window`: number of updates of the running mean.

    **Returns:** the axes. Raises `ValueError` if no loss is left.
    """
    remedy = "For many networks use plot_ensemble."
    loss = as_numbers("loss", loss, "updates", remedy, finite="some")
    window = check_count("window", window, at_least=1)
    is_drawn = np.isfinite(loss) & (loss > 0)
    remedy = "The axis is logarithmic."
    check(is_drawn.any(), "loss", "be positive in some update", "none", remedy)
    ax, updates = axes_or_current(ax), 1 + np.arange(len(loss))
    limits = log_limits(loss)
    drawn = within(loss, limits)
    has_mean = len(loss) >= window
    style = {"color": grey(ax, 0.25), "linewidth": 0.7}
    if not has_mean:  # few updates, which may be one
        style = {"color": ink(ax), "linewidth": 1.2, "marker": "o", "markersize": 3}
    ax.plot(updates, drawn, label="each update", **style)
    if has_mean:
        mean = running_mean(drawn, window)
        style = {"color": ink(ax), "linewidth": 1.4, "label": f"mean of last {window}"}
        ax.plot(updates[window - 1 :], mean, **style)
    _widen_log_axis(ax, limits)
    mark_beyond(ax, updates, loss)
    add_legend(ax, side="right")
    return tidy(ax, "updates", "loss")


def _widen_log_axis(ax: Axes, limits: tuple[float, float]) -> None:
    """Make the y axis logarithmic; widen limits that were set before."""
    is_new = ax.get_autoscaley_on()
    ax.set_yscale("log")
    low, high = limits if is_new else ax.get_ylim()
    ax.set_ylim(min(low, limits[0]), max(high, limits[1]))


def mark_beyond(ax: Axes, updates: np.ndarray, values: np.ndarray) -> None:
    """Mark and count the updates whose values are beyond the limits of the axes.

    Updates that an earlier call has marked in these axes keep their marks.
    """
    low, high = ax.get_ylim()
    for side, marker, place, far in (
        (BEYOND[0], "^", 1.0, values > high),
        (BEYOND[1], "v", 0.0, (values < low) & (values > 0)),
    ):
        earlier = [line for line in ax.lines if line.get_gid() == side]
        known = [np.asarray(line.get_xdata()) for line in earlier]
        marked = np.unique(np.concatenate([updates[far], *known]))
        for line in earlier:
            line.remove()
        if len(marked):
            style = {"color": ink(ax), "markersize": 4, "linestyle": "none"}
            style |= {"transform": ax.get_xaxis_transform(), "clip_on": False}
            label = f"{counted(len(marked), 'update')} {side}"
            edges = np.full(len(marked), place)
            ax.plot(marked, edges, marker, label=label, gid=side, **style)


@checks_arguments
def plot_performance(
    num_updates: Numbers,
    performance: Numbers,
    *,
    ax: Axes | None = None,
    criterion: float | None,
) -> Axes:
    """Plot the fraction correct at each validation, and the criterion.

    **Arguments:**

    - `num_updates`: number of updates before each validation, `(validations,)`.
    - `performance`: fraction correct, `(validations,)`.
    - `ax`: the axes to draw in, by default the current axes of pyplot.
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
    ax = axes_or_current(ax)
    points = {"color": ink(ax), "marker": "o", "markersize": 3, "linewidth": 1.2}
    ax.plot(steps, 100 * performance, **points)
    if criterion is not None:
        criterion = check_fraction("criterion", criterion)
        ax.axhline(100 * criterion, color=QUIET, linestyle="--", linewidth=0.9)
        left = {"transform": ax.get_yaxis_transform(), "va": "bottom"}
        ax.text(
            0.0, 100 * criterion, " criterion", color=grey(ax, 0.65), fontsize=8, **left
        )
    lowest = 100 * np.min(performance, initial=1.0) - 3  # chance may be below 50 %
    ax.set_ylim(min(40.0, lowest), 101)
    return tidy(ax, "updates", "correct (%)")


@checks_arguments
def plot_ensemble(
    values: Numbers,
    *,
    ax: Axes | None = None,
    num_updates: Numbers | None = None,
    colour: str | None = None,
    label: str = "median",
    log: bool = False,
) -> Axes:
    """Plot a quantity of many networks over training: median, quartiles, range.

    **Arguments:**

    - `values`: `(members, points)`, such as the `loss` of a history. NaN, as after a
        member stopped, is left out.
    - `ax`: the axes to draw in, by default the current axes of pyplot.
    - `num_updates`: updates at each point, `(points,)`, by default 1, 2, ...
    - `colour`, `label`: of the median; by default the colour of the text.
    - `log`: whether the axis is logarithmic; if True, a few values that are far from
        all others are beyond its limits, and triangles mark them, as in `plot_loss`.

    **Returns:** the axes. Raises `ValueError` for another shape.
    """
    remedy = "Give one row for each network."
    values = as_numbers("values", values, "members points", remedy, finite="some")
    is_known = colour is None or is_color_like(colour)
    check(is_known, "colour", "be a colour", repr(colour), "Use 'red'.")
    is_drawn, remedy = not log or (values > 0).any(), "The axis is logarithmic."
    check(is_drawn, "values", "be positive at some point", "none", remedy)
    # points that some member reached
    has_value = np.isfinite(values).any(axis=0)
    steps = 1 + np.arange(values.shape[1]) if num_updates is None else num_updates
    check_shape("num_updates", steps, values.shape[1:], "Give one for each point.")
    check_finite("num_updates", steps)
    x = np.asarray(steps)[has_value]
    finite = np.where(np.isfinite(values), values, np.nan)[:, has_value]
    low, q1, median, q3, high = np.nanpercentile(finite, [0, 25, 50, 75, 100], axis=0)
    ax = axes_or_current(ax)
    colour = to_hex(ink(ax)) if colour is None else colour
    limits = log_limits(np.concatenate([low, high])) if log else (-np.inf, np.inf)
    drawn = (np.clip(curve, *limits) for curve in (low, q1, median, q3, high))
    lowest, lower, middle, upper, highest = drawn
    band = {"color": colour, "linewidth": 0}
    ax.fill_between(x, lowest, highest, alpha=0.12, label="range", **band)
    ax.fill_between(x, lower, upper, alpha=0.28, label="quartiles", **band)
    ax.plot(x, middle, color=colour, linewidth=1.4, label=label)
    if log:
        _widen_log_axis(ax, limits)
        for curve in (low, high):
            mark_beyond(ax, x, curve)
    return tidy(ax, "updates")


@checks_arguments
def plot_loss_terms(
    terms: Mapping[str, Numbers], *, ax: Axes | None = None, window: int = 25
) -> Axes:
    """Plot the weighted terms of the loss over training, on a logarithmic axis.

    Terms that are never positive are not drawn. Values that are far from all others are
    left out of the means, and triangles mark them, as in `plot_loss`.

    **Arguments:**

    - `terms`: of a history, each `(updates,)` or `(members, updates)`; the median over
        members is drawn.
    - `ax`: the axes to draw in, by default the current axes of pyplot.
    - `window`: number of updates of a running mean.

    **Returns:** the axes.
    """
    window = check_count("window", window, at_least=1)
    check(terms, "terms", "hold a term", "none", "Pass history.terms.")
    ax, medians = axes_or_current(ax), []
    ax.set_yscale("log")
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
        if not (median > 0).any():
            continue
        limits, width = log_limits(median), min(window, len(median))
        mean = running_mean(np.where(median > limits[1], np.nan, median), width)
        updates = 1 + kept[width - 1 :]
        positive = np.where(mean > 0, mean, np.nan)
        colour = CHANNELS[order % len(CHANNELS)]
        ax.plot(updates, positive, color=colour, linewidth=1.4, label=name)
        _widen_log_axis(ax, limits)
        medians.append((1 + kept, median))
    for updates, median in medians:
        mark_beyond(ax, updates, median)
    add_legend(ax, side="right")
    return tidy(ax, "updates", f"terms of the loss\n(mean of {window} updates)")


@checks_arguments
def plot_training(
    history: History | FitResult | EnsembleResult,
    *,
    by: str | None = None,
    figure: Figure | None = None,
    criterion: float | None = None,
    performance_name: str = "performance",
) -> Figure:
    """Plot loss, its terms if there are several, and performance, in one column.

    Among several networks, one that has ended keeps its last performance, and the mean
    of its last 25 losses, up to the end of the last one.

    **Arguments:**

    - `history`: the result of `fit` or of `fit_ensemble`, or its history; for an
        ensemble, medians, quartiles and ranges over the members are drawn.
    - `by`: the name of a swept setting, or "seed": the mean over the members of each of
        its values is drawn, with a band of one standard deviation within their range.
    - `figure`: an empty figure, whose size is respected; by default a new one of pyplot
        that is large enough.
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
    figure = figure_or_new(figure, 6.4, 2.4 * rows)
    panels = list(figure.subplots(rows, 1, sharex=True))
    top, bottom = panels[0], panels[-1]
    loss, performance = np.asarray(history.loss), np.asarray(history.performance)
    num_updates = np.asarray(history.validation_step)
    is_ensemble = loss.ndim == 2
    if by is not None:
        plot_performance(np.zeros(0), np.zeros(0), ax=bottom, criterion=criterion)
        _plot_levels(top, bottom, history, by)
    elif is_ensemble:
        rows, label = held(loss, smoothed(loss, _WINDOW)), "median of"
        plot_ensemble(rows, ax=top, label=f"{label} {len(loss)} networks", log=True)
        add_legend(top, side="right")
        top.set_title(_ENDED, size=9)
        tidy(top, y="loss")
        # the criterion, without points
        plot_performance(np.zeros(0), np.zeros(0), ax=bottom, criterion=criterion)
        rows = held(100 * performance)
        plot_ensemble(rows, ax=bottom, num_updates=num_updates[: rows.shape[1]])
    else:
        plot_loss(loss, ax=top)
        plot_performance(num_updates, performance, ax=bottom, criterion=criterion)
    if has_terms:
        plot_loss_terms(history.terms, ax=panels[1])
    if is_ensemble:
        lowest = np.nanmin(100 * performance, initial=100.0) - 3
        bottom.set_ylim(min(40.0, lowest), 101)
    for panel in panels[:-1]:
        panel.set_xlabel("")
    label_axes(bottom, y=f"{performance_name} (%)")
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
    loss = smoothed(np.asarray(history.loss), _WINDOW)
    performance = 100 * np.asarray(history.performance)
    updates = 1 + np.arange(loss.shape[1])
    for i, level in enumerate(levels):
        label = f"{level:g}" if are_numbers else str(level)
        style = {"color": colours[i], "label": label}
        _plot_mean(top, updates, loss[places == i], **style)
        _plot_mean(bottom, history.validation_step, performance[places == i], **style)
    top.set_yscale("log")
    one = "each curve is one network"
    if max(np.bincount(places)) > 1:
        one = f"mean ± standard deviation of {len(column)} networks;\n{_ENDED}"
    top.set_title(one, size=9)
    tidy(top, y=f"loss (mean of {_WINDOW} updates)")
    tidy(bottom, "updates")
    add_legend(top, title=by.replace("learning_rate", "learning rate"), side="right")


def _plot_mean(
    ax: Axes, x: np.ndarray, rows: np.ndarray, color: str, label: str
) -> None:
    """Plot the mean of rows, and a standard deviation within the range of the rows."""
    rows = held(rows)
    rows = rows[~np.isnan(rows).any(axis=1)]  # without those that have no value yet
    if not rows.size:
        return
    x = x[: rows.shape[1]]
    mean, sd = rows.mean(axis=0), rows.std(axis=0)
    # within the range, so that the band is positive if all values are
    low, high = np.maximum(mean - sd, rows.min(0)), np.minimum(mean + sd, rows.max(0))
    ax.fill_between(x, low, high, color=color, alpha=0.25, linewidth=0)
    ax.plot(x, mean, color=color, linewidth=1.4, label=label)
