"""Figures of activity over time: channels and rates of a trial, rates of classes."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
import numpy as np

from .._arguments import checks_arguments
from .._checks import check, check_shape
from .._types import Numbers
from ._style import (
    CHANNELS,
    CLASSES,
    draw_class_bar,
    draw_image,
    SMALL_LEGEND,
    tidy,
)
from ._validation import (
    as_mask,
    as_numbers,
    excitatory_count,
    time_step,
    unit_indices,
)


@checks_arguments
def plot_channels(
    ax: Axes,
    values: Numbers,
    *,
    dt: float,
    names: Sequence[str],
    targets: Numbers | None = None,
    mask: Numbers | None = None,
) -> Axes:
    """Plot inputs or outputs of one trial over time.

    **Arguments:**

    - `ax`: the axes to draw in.
    - `values`: `(time, channels)`; NaN is left out.
    - `dt`: in ms; step t is drawn at its end, `(t + 1) * dt`.
    - `names`: of the channels.
    - `targets`, `mask`: `(time, channels)`; targets are dotted, drawn where the mask is
        not 0.

    **Returns:** the axes. Raises `ValueError` for shapes that do not fit.
    """
    axes, remedy = "time channels", "Choose one trial, such as outputs[0]."
    values = as_numbers("values", values, axes, remedy, finite="any")
    times = time_step(dt) * (1 + np.arange(len(values)))
    names = list(names)
    rule, got = f"name each of {values.shape[1]} channels", f"{len(names)} names"
    check(len(names) == values.shape[1], "names", rule, got, "Give one a channel.")
    shown = as_mask(mask, values.shape)
    if targets is not None:
        check_shape("targets", targets, values.shape, "Give one for each value.")
        targets = as_numbers("targets", targets, axes, finite="any")
        targets = targets if shown is None else np.where(shown, targets, np.nan)
    else:
        remedy = "It selects targets. Give them, or leave it out."
        check(shown is None, "mask", "come with `targets`", "none", remedy)
    for channel, name in enumerate(names):
        colour = CHANNELS[channel % len(CHANNELS)]
        ax.plot(times, values[:, channel], color=colour, linewidth=1.2, label=name)
        if targets is not None:
            style = {"linewidth": 2.0, "linestyle": ":", "alpha": 0.7}
            ax.plot(times, targets[:, channel], color=colour, **style)
    return tidy(ax, "time (ms)", "activity (dimensionless)")


@checks_arguments
def plot_channel_image(
    ax: Axes, values: Numbers, *, dt: float, mask: Numbers | None = None
) -> Axes:
    """Plot many channels of one trial as an image; each row is a channel, 0 on top.

    **Arguments:**

    - `ax`: the axes to draw in.
    - `values`: `(time, channels)`.
    - `dt`: in ms.
    - `mask`: `(time, channels)`; where it is 0 the image is covered in grey.

    **Returns:** the axes.
    """
    remedy = "Choose one trial, such as outputs[0]."
    values = as_numbers("values", values, "time channels", remedy)
    shown = as_mask(mask, values.shape)
    extent = (0, len(values) * time_step(dt), values.shape[1] - 0.5, -0.5)
    low, high = min(values.min(), 0.0), max(values.max(), 1e-6)
    draw_image(ax, values.T, cmap="viridis", vmin=low, vmax=high, extent=extent)
    if shown is not None:
        cover = np.ma.masked_where(shown, np.ones_like(values))
        grey = ListedColormap(["0.85"])
        draw_image(ax, cover.T, cmap=grey, alpha=0.8, extent=extent)
    return tidy(ax, "time (ms)", "channel")


@checks_arguments
def plot_rates(
    ax: Axes, rates: Numbers, *, dt: float, n_excitatory: int | None = None
) -> Axes:
    """Plot rates of all units in one trial as an image; each row is a unit, 0 on top.

    Rates are grey; if some are negative, orange and purple.

    **Arguments:**

    - `ax`: the axes to draw in.
    - `rates`: `(time, units)`.
    - `dt`: in ms.
    - `n_excitatory`: if given, bars on the left mark the excitatory (red) and the
        inhibitory (blue) units.

    **Returns:** the axes.
    """
    remedy = "Choose one trial: rates[0]."
    rates = as_numbers("rates", rates, "time units", remedy, finite="any")
    # the network of a diverged run is drawn too: what is not finite stays blank
    rates = np.where(np.isfinite(rates), rates, np.nan)
    steps, units = rates.shape
    dt = time_step(dt)
    if n_excitatory is not None:
        n_excitatory = excitatory_count(n_excitatory, units)
    finite = np.abs(rates[np.isfinite(rates)])
    high = max(float(np.percentile(finite, 99.5)), 1e-6) if len(finite) else 1.0
    is_signed = bool((rates < 0).any())
    cmap, low = ("PuOr_r", -high) if is_signed else ("Greys", 0)
    extent = (0, steps * dt, units, 0)
    draw_image(ax, rates.T, cmap=cmap, extent=extent, vmin=low, vmax=high)
    label = "unit"
    if n_excitatory is not None:
        label, edges = "unit (red E, blue I)", (0.0, float(n_excitatory), float(units))
        for excitatory, span in zip((True, False), pairwise(edges), strict=True):
            bar = {"offset": -0.012, "linewidth": 3.0}
            draw_class_bar(ax, "y", span, excitatory=excitatory, **bar)
        ax.set_yticks([])
    ax.set_ylabel(label, labelpad=10)
    return tidy(ax, "time (ms)")


@checks_arguments
def plot_class_rates(
    ax: Axes,
    rates: Numbers,
    *,
    dt: float,
    n_excitatory: int | None = None,
    groups: Mapping[str, Sequence[int] | Numbers] | None = None,
) -> Axes:
    """Plot the mean rate of each class of units over time, with quartiles over units.

    **Arguments:**

    - `ax`: the axes to draw in.
    - `rates`: `(*trials, time, units)`; the mean over trials is shown. NaN, such as
        after the end of a trial, is left out.
    - `dt`: in ms; step t is drawn at its end, `(t + 1) * dt`.
    - `n_excitatory`: number of excitatory units (red), which come first; the others are
        inhibitory (blue).
    - `groups`: instead of `n_excitatory`, the indices of each class, by name;
        "excitatory" is red and "inhibitory" blue. By default all units are one class.

    **Returns:** the axes. Raises `ValueError` if both are given, and for a group that
    is empty or holds other units.
    """
    # mean over trials, at the steps that some trial reaches: (steps, units)
    rates = as_numbers("rates", rates, "*trials time units", finite="some")
    rates = rates.reshape(-1, *rates.shape[-2:])
    is_reached = np.isfinite(rates).any(axis=(0, 2))
    mean_rates = np.nanmean(rates[:, is_reached], axis=0)
    times = time_step(dt) * (1 + np.flatnonzero(is_reached))
    units = mean_rates.shape[1]
    if n_excitatory is not None:
        got = f"`n_excitatory` {n_excitatory} as well"
        check(groups is None, "groups", "be the only classes", got, "Leave one out.")
        first_inhibitory = excitatory_count(n_excitatory, units)
        pair = np.split(np.arange(units), [first_inhibitory])
        classes = zip(CLASSES, pair, strict=True)
        groups = {name: indices for name, indices in classes if len(indices)}
    groups = {"all units": np.arange(units)} if groups is None else groups
    check(groups, "groups", "hold a class", "none", "Leave it out for all units.")
    colours = CLASSES | {"all units": "black"}
    for order, (name, indices) in enumerate(groups.items()):
        indices = unit_indices(f"groups[{name!r}]", indices, units)
        class_rates = mean_rates[:, indices]
        count = class_rates.shape[1]
        colour = colours.get(name, CHANNELS[order % len(CHANNELS)])
        low, high = np.percentile(class_rates, [25, 75], axis=1)
        ax.fill_between(times, low, high, color=colour, alpha=0.2, linewidth=0)
        label = f"{name} ({count})"
        ax.plot(times, class_rates.mean(1), color=colour, linewidth=1.4, label=label)
    ax.legend(title="mean; band: quartiles", **SMALL_LEGEND)
    return tidy(ax, "time (ms)", "rate (dimensionless)")
