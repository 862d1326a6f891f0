"""Pictures of a trial: its channels and the units' rates over time."""

from collections.abc import Sequence

from matplotlib.axes import Axes
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
    return tidy(ax)


def plot_rates(
    ax: Axes, rates: Numbers, *, dt: float, n_excitatory: int | None = None
) -> Axes:
    """Rates of all units of one trial as an image, one row a unit, the first on top.

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
    ax.imshow(
        rates.T,
        aspect="auto",
        cmap="Greys",
        extent=(0, steps * dt, units, 0),
        vmin=0,
        vmax=max(float(np.percentile(rates, 99.5)), 1e-6),
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
    return tidy(ax)
