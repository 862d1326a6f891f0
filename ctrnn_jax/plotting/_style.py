"""Colours and small things that every picture shares."""

from collections.abc import Sequence
from typing import Any

from matplotlib import colormaps
from matplotlib.axes import Axes
import numpy as np


EXCITATORY = "#c1272d"
INHIBITORY = "#2b5fa8"
CHANNELS = ("#e69f00", "#0072b2", "#009e73", "#cc79a7", "#56b4e9", "#d55e00")
"""Okabe and Ito's palette, safe for colour-blind readers."""
QUIET = "#8a8a8a"


def colours_of(labels: Sequence[Any]) -> dict[Any, Any]:
    """A colour for each of the labels; numbers, and many labels, by their order."""
    distinct = sorted(set(labels), key=lambda x: (isinstance(x, str), x))
    numeric = all(not isinstance(label, str) for label in distinct)
    if numeric or len(distinct) > len(CHANNELS):
        # its yellow end cannot be seen on white
        places = np.linspace(0.0, 0.88, max(len(distinct), 2))
        shades = colormaps["viridis"](places)
        return dict(zip(distinct, shades, strict=False))
    return dict(zip(distinct, CHANNELS, strict=False))


def tidy(ax: Axes) -> Axes:
    """Take the box off."""
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
    """Grey every other epoch, or mark where each begins; write their names above."""
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
