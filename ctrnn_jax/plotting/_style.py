"""Colours and elements that all figures share."""

from collections.abc import Hashable, Sequence

from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.typing import ColorType
import numpy as np


EXCITATORY = "#c1272d"
INHIBITORY = "#2b5fa8"
CHANNELS = ("#e69f00", "#0072b2", "#009e73", "#cc79a7", "#56b4e9", "#d55e00")
"""The palette of Okabe and Ito, safe for colour-blind readers."""
QUIET = "#8a8a8a"


def colours_of(labels: Sequence[Hashable]) -> dict[Hashable, ColorType]:
    """Return a colour for each distinct label.

    Numbers, and more labels than the palette has colours, get shades in their order.
    """
    distinct = sorted(set(labels), key=lambda x: (isinstance(x, str), x))
    is_numeric = all(not isinstance(label, str) for label in distinct)
    if is_numeric or len(distinct) > len(CHANNELS):
        # the yellow end of viridis is invisible on white
        places = np.linspace(0.0, 0.88, max(len(distinct), 2))
        shades = map(tuple, colormaps["viridis"](places))
        return dict(zip(distinct, shades, strict=False))
    return dict(zip(distinct, CHANNELS, strict=False))


def tidy(ax: Axes) -> Axes:
    """Remove the top and right spines; return the axes."""
    ax.spines[["top", "right"]].set_visible(False)
    return ax


def shade_epochs(
    ax: Axes,
    epochs: dict[str, tuple[int, int]],
    dt: float,
    *,
    names: bool,
    shade: bool = True,
) -> Axes:
    """Mark the epochs of a trial.

    **Arguments:**

    - `ax`: the axes to draw in.
    - `epochs`: `(start, stop)` in steps, by name.
    - `dt`: in ms.
    - `names`: whether to write the names above.
    - `shade`: shade every other epoch grey; if False, draw a line where each begins.

    **Returns:** the axes.
    """
    for index, (name, (start, stop)) in enumerate(epochs.items()):
        if not shade:
            if index:
                ax.axvline(start * dt, color="white", linewidth=0.8, linestyle=":")
        elif index % 2:
            ax.axvspan(start * dt, stop * dt, color="0.93", zorder=0, linewidth=0)
        if names:
            ax.text(
                (start + stop) / 2 * dt,
                1.02,
                name,
                transform=ax.get_xaxis_transform(),
                ha="center",
                va="bottom",
                fontsize=7,
                color=QUIET,
            )
    return ax
