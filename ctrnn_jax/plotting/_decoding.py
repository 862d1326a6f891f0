"""Figures of decoding accuracy over time."""

from matplotlib.axes import Axes
import numpy as np

from .._arguments import checks_arguments
from ..analysis import Decoding
from ._style import (
    add_colorbar,
    axes_or_current,
    CHANNELS,
    draw_image,
    grey,
    QUIET,
    tidy,
)
from ._validation import time_step


@checks_arguments
def plot_decoding(decoding: Decoding, *, ax: Axes | None = None, dt: float) -> Axes:
    """Plot the accuracy of decoders over time, or over training and test times.

    Over time, with the chance level and, if there are shuffles, the range of 95 % of
    them. A cross-temporal decoding is an image with colours from chance to 1, training
    times increasing upwards; the diagonal shows decoders tested at their training time.

    **Arguments:**

    - `decoding`: of `analysis.decode`.
    - `ax`: the axes to draw in, by default the current axes of pyplot.
    - `dt`: in ms; step t is drawn at its end, `(t + 1) * dt`.

    **Returns:** the axes.
    """
    dt, ax = time_step(dt), axes_or_current(ax)
    accuracy, shuffled = np.asarray(decoding.accuracy), np.asarray(decoding.shuffled)
    if accuracy.ndim == 2:
        edge = len(accuracy) * dt
        square = {"origin": "lower", "extent": (0, edge, 0, edge)}
        colours = {"cmap": "viridis", "vmin": decoding.chance, "vmax": 1.0}
        image = draw_image(ax, accuracy, **square, **colours)
        ax.plot([0, edge], [0, edge], color="white", linewidth=0.8, linestyle=":")
        add_colorbar(ax, image, "accuracy (fraction correct)", extend="min")
        return tidy(ax, "tested at (ms)", "trained at (ms)")
    times = dt * (1 + np.arange(len(accuracy)))
    if len(shuffled):
        low, high = np.percentile(shuffled, [2.5, 97.5], axis=0)
        band = {"color": grey(ax, 0.18), "linewidth": 0, "label": "95% of shuffles"}
        ax.fill_between(times, low, high, **band)
    dashed = {"color": QUIET, "linewidth": 0.9, "linestyle": "--"}
    ax.axhline(decoding.chance, label="chance", **dashed)
    ax.plot(times, accuracy, color=CHANNELS[1], linewidth=1.4, label="decoder")
    return tidy(ax, "time (ms)", "accuracy (fraction correct)", legend=True)
