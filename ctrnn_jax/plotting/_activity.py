"""Pictures of a trial: its channels and the units' rates over time."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
import numpy as np

from .._types import Numbers
from ._style import CHANNELS, EXCITATORY, INHIBITORY, tidy


def plot_channels(
    ax: Axes,
    values: Numbers,
    *,
    dt: float,
    names: Sequence[str],
    targets: Numbers | None = None,
    mask: Numbers | None = None,
) -> Axes:
    """Inputs or outputs of one trial over time.

    **Arguments:**

    - `ax`: where to draw.
    - `values`: `(time, channels)`.
    - `dt`: in ms; step t is drawn at its end, `(t + 1) * dt`.
    - `names`: of the channels.
    - `targets`, `mask`: `(time, channels)`; targets are dashed where the mask is not 0.

    **Returns:** the axes.
    """
    values = np.asarray(values)
    times = dt * (1 + np.arange(len(values)))
    for channel, name in enumerate(names):
        colour = CHANNELS[channel % len(CHANNELS)]
        ax.plot(times, values[:, channel], color=colour, linewidth=1.2, label=name)
        if targets is not None:
            aim = np.asarray(targets)[:, channel].astype(float)
            if mask is not None:
                aim = np.where(np.asarray(mask)[:, channel] > 0, aim, np.nan)
            ax.plot(times, aim, color=colour, linewidth=2.0, linestyle=":", alpha=0.7)
    ax.set_xlabel("time (ms)")
    ax.set_ylabel("activity (dimensionless)")
    return tidy(ax)


def plot_channel_image(
    ax: Axes, values: Numbers, *, dt: float, mask: Numbers | None = None
) -> Axes:
    """Many channels of one trial as an image, one row a channel, the first on top.

    **Arguments:**

    - `ax`: where to draw.
    - `values`: `(time, channels)`.
    - `dt`: in ms.
    - `mask`: `(time, channels)`; where it is 0 the image is hatched grey.

    **Returns:** the axes.
    """
    values = np.asarray(values, float)
    extent = (0, len(values) * dt, values.shape[1] - 0.5, -0.5)
    low, high = min(values.min(), 0.0), max(values.max(), 1e-6)
    options = {"aspect": "auto", "extent": extent, "interpolation": "nearest"}
    ax.imshow(values.T, cmap="viridis", vmin=low, vmax=high, **options)
    if mask is not None:
        free = np.ma.masked_where(np.asarray(mask) > 0, np.ones_like(values))
        ax.imshow(free.T, cmap=ListedColormap(["0.85"]), alpha=0.8, **options)
    ax.set_xlabel("time (ms)")
    ax.set_ylabel("channel")
    return tidy(ax)


def plot_rates(
    ax: Axes, rates: Numbers, *, dt: float, n_excitatory: int | None = None
) -> Axes:
    """Rates of all units of one trial as an image, one row a unit, the first on top.

    Grey; orange and purple if some are negative.

    **Arguments:**

    - `ax`: where to draw.
    - `rates`: `(time, units)`.
    - `dt`: in ms.
    - `n_excitatory`: draws a bar beside the excitatory (red) and the inhibitory
        (blue) units.

    **Returns:** the axes.
    """
    rates = np.asarray(rates)
    steps, units = rates.shape
    high = max(float(np.percentile(np.abs(rates), 99.5)), 1e-6)
    signed = bool((rates < 0).any())
    ax.imshow(
        rates.T,
        aspect="auto",
        cmap="PuOr_r" if signed else "Greys",
        extent=(0, steps * dt, units, 0),
        vmin=-high if signed else 0,
        vmax=high,
        interpolation="nearest",
    )
    if n_excitatory is not None:
        for start, stop, colour in (
            (0, n_excitatory, EXCITATORY),
            (n_excitatory, units, INHIBITORY),
        ):
            ax.plot(
                [-0.012, -0.012],
                [start, stop],
                color=colour,
                linewidth=3,
                solid_capstyle="butt",
                clip_on=False,
                transform=ax.get_yaxis_transform(),
            )
        ax.set_yticks([])
    ax.set_xlabel("time (ms)")
    ax.set_ylabel(
        "unit" if n_excitatory is None else "unit (red E, blue I)", labelpad=10
    )
    return tidy(ax)
