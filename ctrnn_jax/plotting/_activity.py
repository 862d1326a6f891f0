"""Figures of activity over time: channels and rates of a trial, rates of classes."""

from collections.abc import Hashable, Mapping, Sequence
import itertools

from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D
from matplotlib.typing import LineStyleType
import numpy as np

from .._arguments import checks_arguments
from .._checks import check, check_number, check_positive, check_shape
from .._show import counted
from .._types import Numbers
from ._style import (
    add_colorbar,
    add_legend,
    axes_or_current,
    CHANNELS,
    CLASSES,
    colour_map,
    draw_image,
    grey,
    ink,
    name_rows,
    tidy,
)
from ._trajectories import add_legend_beside, colours_of_groups, labels_of_trials
from ._validation import (
    as_mask,
    as_numbers,
    channel_names,
    excitatory_count,
    time_step,
    unit_indices,
)
from ._weights import draw_class_bar


RATE = "rate (dimensionless)"
ACTIVITY = "activity (dimensionless)"


@checks_arguments
def plot_channels(
    values: Numbers,
    *,
    ax: Axes | None = None,
    dt: float,
    names: Sequence[str],
    targets: Numbers | None = None,
    mask: Numbers | None = None,
) -> Axes:
    """Plot inputs or outputs of one trial over time.

    **Arguments:**

    - `values`: `(time, channels)`; NaN is left out.
    - `ax`: the axes to draw in, by default the current axes of pyplot.
    - `dt`: in ms; step t is drawn at its end, `(t + 1) * dt`.
    - `names`: of the channels, for a legend that you add.
    - `targets`, `mask`: `(time, channels)`; targets are dotted, drawn where the mask is
        not 0.

    **Returns:** the axes. Raises `ValueError` for shapes that do not fit.
    """
    axes, remedy = "time channels", "Choose one trial, such as outputs[0]."
    values = as_numbers("values", values, axes, remedy, finite="any")
    times = time_step(dt) * (1 + np.arange(len(values)))
    names = list(names)
    count, got = values.shape[1], counted(len(names), "name")
    rule, remedy = f"name each of {count} channels", "Give one name for each channel."
    check(len(names) == count, "names", rule, got, remedy)
    shown = as_mask(mask, values.shape)
    if targets is not None:
        check_shape("targets", targets, values.shape, "Give one for each value.")
        targets = as_numbers("targets", targets, axes, finite="any")
        targets = targets if shown is None else np.where(shown, targets, np.nan)
    else:
        remedy = "It selects targets. Give them, or leave it out."
        check(shown is None, "mask", "come with `targets`", "none", remedy)
    ax = axes_or_current(ax)
    for channel, name in enumerate(names):
        colour = CHANNELS[channel % len(CHANNELS)]
        # more channels than colours: dashed lines
        dashes = ("-", "--")[channel // len(CHANNELS) % 2]
        line = {"color": colour, "linewidth": 1.2, "linestyle": dashes, "label": name}
        ax.plot(times, values[:, channel], **line)
        if targets is not None:
            style = {"linewidth": 2.0, "linestyle": ":", "alpha": 0.7}
            ax.plot(times, targets[:, channel], color=colour, **style)
    return tidy(ax, "time (ms)", ACTIVITY)


@checks_arguments
def plot_channel_image(
    values: Numbers,
    *,
    ax: Axes | None = None,
    dt: float,
    mask: Numbers | None = None,
    colorbar: bool = True,
    names: Sequence[str] = (),
) -> Axes:
    """Plot many channels of one trial as an image; each row is a channel, 0 on top.

    **Arguments:**

    - `values`: `(time, channels)`.
    - `ax`: the axes to draw in, by default the current axes of pyplot.
    - `dt`: in ms.
    - `mask`: `(time, channels)`; where it is 0 the image is covered in grey.
    - `colorbar`: whether to draw a colour bar.
    - `names`: of the channels; numbers are drawn where they do not fit.

    **Returns:** the axes.
    """
    remedy = "Choose one trial, such as outputs[0]."
    values = as_numbers("values", values, "time channels", remedy)
    shown = as_mask(mask, values.shape)
    names = channel_names("names", names, values.shape[1])
    dt, ax = time_step(dt), axes_or_current(ax)
    image = draw_channel_image(ax, values, dt, shown, channel_limits(values))
    if colorbar:
        add_colorbar(ax, image, ACTIVITY)
    name_rows(ax, "y", names, values.shape[1])
    return ax


def channel_limits(values: np.ndarray) -> tuple[float, float]:
    """Return the activities at both ends of the colours."""
    return min(float(values.min()), 0.0), max(float(values.max()), 1e-6)


def draw_channel_image(
    ax: Axes,
    values: np.ndarray,
    dt: float,
    shown: np.ndarray | None,
    limits: tuple[float, float],
) -> AxesImage:
    """Draw channels `(time, channels)` as an image; return the image."""
    extent = (0, len(values) * dt, values.shape[1] - 0.5, -0.5)
    low, high = limits
    colours = {"cmap": "viridis", "vmin": low, "vmax": high}
    image = draw_image(ax, values.T, extent=extent, **colours)
    if shown is not None:
        cover = np.ma.masked_where(shown, np.ones_like(values))
        cmap = ListedColormap([grey(ax, 0.15)])
        draw_image(ax, cover.T, cmap=cmap, alpha=0.8, extent=extent)
    tidy(ax, "time (ms)", "channel")
    return image


@checks_arguments
def plot_rates(
    rates: Numbers,
    *,
    ax: Axes | None = None,
    dt: float,
    n_excitatory: int | None = None,
    limit: float | None = None,
    colorbar: bool = True,
) -> Axes:
    """Plot rates of all units in one trial as an image; each row is a unit, 0 on top.

    Rates are grey; if some are negative, orange and purple.

    **Arguments:**

    - `rates`: `(time, units)`.
    - `ax`: the axes to draw in, by default the current axes of pyplot.
    - `dt`: in ms.
    - `n_excitatory`: if given, bars on the left mark the excitatory (E, red) and the
        inhibitory (I, blue) units.
    - `limit`: rate at full colour; by default the 99.5th percentile of magnitudes. Give
        several pictures the same.
    - `colorbar`: whether to draw a colour bar.

    **Returns:** the axes.
    """
    remedy = "Choose one trial: rates[0]."
    rates = as_numbers("rates", rates, "time units", remedy, finite="any")
    dt = time_step(dt)
    if n_excitatory is not None:
        n_excitatory = excitatory_count(n_excitatory, rates.shape[1])
    if limit is not None:
        limit = check_number("limit", limit)
        check_positive("limit", limit, "Leave it out for the largest rates.")
    else:
        limit = rate_limit(rates)
    ax, is_signed = axes_or_current(ax), bool((rates < 0).any())
    image = draw_rates(ax, rates, dt, n_excitatory, limit, is_signed=is_signed)
    if colorbar:
        extend = "both" if is_signed else "max"
        add_colorbar(ax, image, RATE, extend=extend)
    return ax


def rate_limit(rates: np.ndarray) -> float:
    """Return the rate at full colour: the 99.5th percentile of finite magnitudes."""
    finite = np.abs(rates[np.isfinite(rates)])
    return max(float(np.percentile(finite, 99.5)), 1e-6) if len(finite) else 1.0


def draw_rates(
    ax: Axes,
    rates: np.ndarray,
    dt: float,
    n_excitatory: int | None,
    limit: float,
    *,
    is_signed: bool,
) -> AxesImage:
    """Draw rates `(time, units)` as an image; return the image."""
    # the network of a diverged run is drawn too: what is not finite stays blank
    rates = np.where(np.isfinite(rates), rates, np.nan)
    steps, units = rates.shape
    cmap = colour_map(ax, "signed rates" if is_signed else "rates")
    limits = {"vmin": -limit if is_signed else 0.0, "vmax": limit}
    extent = (0, steps * dt, units, 0)
    image = draw_image(ax, rates.T, cmap=cmap, extent=extent, **limits)
    label = "unit"
    if n_excitatory is not None:
        label, edges = "unit (E, I)", (0.0, float(n_excitatory), float(units))
        middles = []
        for excitatory, span in zip(
            (True, False), itertools.pairwise(edges), strict=True
        ):
            bar = {"offset": -0.012, "linewidth": 3.0}
            draw_class_bar(ax, "y", span, excitatory=excitatory, **bar)
            if span[1] > span[0]:
                middles.append((sum(span) / 2, f"{'E' if excitatory else 'I'}"))
        ax.set_yticks([place for place, _ in middles], [name for _, name in middles])
        ax.tick_params(axis="y", length=0, pad=5)
    tidy(ax, "time (ms)", label)
    return image


@checks_arguments
def plot_class_rates(
    rates: Numbers,
    *,
    ax: Axes | None = None,
    dt: float,
    n_excitatory: int | None = None,
    groups: Mapping[str, Sequence[int] | Numbers] | None = None,
    by: Sequence[object] | Numbers | None = None,
    by_name: str = "",
) -> Axes:
    """Plot the mean rate of each class of units over time; the band is its SD.

    The band is the mean over units, plus and minus the standard deviation over units.
    With labels of trials (`by`), there is a line for each label and class, without a
    band: its colour shows the label, and its dashes show the class.

    **Arguments:**

    - `rates`: `(*trials, time, units)`; the mean over trials is shown. NaN, such as
        after the end of a trial, is left out.
    - `ax`: the axes to draw in, by default the current axes of pyplot.
    - `dt`: in ms; step t is drawn at its end, `(t + 1) * dt`.
    - `n_excitatory`: number of excitatory units (red), which come first; the others are
        inhibitory (blue).
    - `groups`: instead of `n_excitatory`, the indices of each class, by name;
        "excitatory" is red and "inhibitory" blue. By default all units are one class.
    - `by`: a label for each trial: numbers, shown by a colour bar, or names, shown by a
        legend, as the `groups` of `plot_trajectories`.
    - `by_name`: the meaning of the labels, with their unit.

    **Returns:** the axes. Raises `ValueError` if both `n_excitatory` and `groups` are
    given, for a group that is empty or holds other units, and unless there is one label
    for each trial.
    """
    rates = as_numbers("rates", rates, "*trials time units", finite="some")
    rates, dt = rates.reshape(-1, *rates.shape[-2:]), time_step(dt)
    units = rates.shape[-1]
    if n_excitatory is not None:
        got = f"`n_excitatory` {n_excitatory} as well"
        check(groups is None, "groups", "be the only classes", got, "Leave one out.")
        first_inhibitory = excitatory_count(n_excitatory, units)
        pair = np.split(np.arange(units), [first_inhibitory])
        classes = zip(CLASSES, pair, strict=True)
        groups = {name: indices for name, indices in classes if len(indices)}
    groups = {"all units": np.arange(units)} if groups is None else groups
    check(groups, "groups", "hold a class", "none", "Leave it out for all units.")
    indices_of = {
        name: unit_indices(f"groups[{name!r}]", indices, units)
        for name, indices in groups.items()
    }
    labels = None if by is None else labels_of_trials("by", by, len(rates))
    ax = axes_or_current(ax)
    if labels is not None:
        _draw_rates_by_label(ax, rates, dt, indices_of, labels, by_name)
        return tidy(ax, "time (ms)", RATE)
    times, mean_rates = _mean_over_trials(rates, dt)
    colours = CLASSES | {"all units": ink(ax)}
    for order, (name, indices) in enumerate(indices_of.items()):
        class_rates = mean_rates[:, indices]
        colour = colours.get(name, CHANNELS[order % len(CHANNELS)])
        mean, deviation = class_rates.mean(1), class_rates.std(1)
        band = {"color": colour, "alpha": 0.2, "linewidth": 0}
        ax.fill_between(times, mean - deviation, mean + deviation, **band)
        label = f"{name} ({len(indices)})"
        ax.plot(times, mean, color=colour, linewidth=1.4, label=label)
    if mean_rates.min() >= 0:
        ax.set_ylim(bottom=0.0)  # a band that reaches below 0 shows no rates there
    add_legend(ax, title="mean; band: ± SD over units")
    return tidy(ax, "time (ms)", RATE)


def _mean_over_trials(rates: np.ndarray, dt: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the times that some trial reaches, and mean rates `(times, units)`."""
    is_reached = np.isfinite(rates).any(axis=(0, 2))
    times = dt * (1 + np.flatnonzero(is_reached))
    return times, np.nanmean(rates[:, is_reached], axis=0)


_DASHES: tuple[LineStyleType, ...] = ("-", "--", ":", "-.")


def _draw_rates_by_label(
    ax: Axes,
    rates: np.ndarray,
    dt: float,
    indices_of: Mapping[str, np.ndarray],
    labels: Sequence[Hashable],
    name: str,
) -> None:
    """Draw the mean rate of each class in the trials of each label."""
    coloured, lines = colours_of_groups(ax, labels, name), []
    is_of_label = {x: np.asarray([y == x for y in labels]) for x in coloured.of_label}
    means = {x: _mean_over_trials(rates[y], dt) for x, y in is_of_label.items()}
    for order, (group, indices) in enumerate(indices_of.items()):
        dashes, text = _DASHES[order % len(_DASHES)], f"{group} ({len(indices)})"
        lines.append(Line2D([], [], color=ink(ax), linestyle=dashes, label=text))
        for label, colour in coloured.of_label.items():
            times, mean = means[label][0], means[label][1][:, indices].mean(axis=1)
            ax.plot(times, mean, color=colour, linewidth=1.2, linestyle=dashes)
    sections = {name: coloured.lines, "mean over units": lines}
    add_legend_beside(ax, coloured.bar, sections)
