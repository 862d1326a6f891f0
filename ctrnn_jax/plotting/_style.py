"""Colours and elements that all figures share."""

from collections.abc import Hashable, Sequence
from typing import Any, Literal

from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.image import AxesImage
from matplotlib.typing import ColorType
import numpy as np

from .._arguments import checks_arguments
from .._checks import check, describe
from .._types import Numbers
from ._validation import time_step


EXCITATORY = "#c1272d"
INHIBITORY = "#2b5fa8"
CLASSES = {"excitatory": EXCITATORY, "inhibitory": INHIBITORY}
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


SMALL_LEGEND: dict[str, Any] = {"frameon": False, "fontsize": 7, "title_fontsize": 7}
BESIDE: dict[str, Any] = SMALL_LEGEND | {"borderaxespad": 0.2}
"""The style of a legend outside the axes."""


def tidy(ax: Axes, x: str = "", y: str = "", *, legend: bool = False) -> Axes:
    """Set the labels of the axes, and remove the top and right spines; return the axes.

    If `legend`, add a legend in small print, unless nothing has a label.
    """
    if x:
        ax.set_xlabel(x)
    if y:
        ax.set_ylabel(y)
    if legend and ax.get_legend_handles_labels()[1]:
        ax.legend(**SMALL_LEGEND)
    ax.spines[["top", "right"]].set_visible(False)
    return ax


def draw_image(ax: Axes, image: Numbers, **style: Any) -> AxesImage:
    """Draw an image that fills the axes, without interpolation; return the image."""
    style = {"aspect": "auto", "interpolation": "nearest"} | style
    return ax.imshow(image, **style)


def draw_points(ax: Axes, x: Numbers, y: Numbers, error: Numbers, **style: Any) -> None:
    """Draw points with error bars; a point whose error is NaN has a bar of length 0."""
    ax.errorbar(x, y, yerr=np.nan_to_num(error), marker="o", **style)


def draw_class_bar(
    ax: Axes, axis: Literal["x", "y"], span: tuple[float, float], *, excitatory: bool,
    offset: float, linewidth: float,
) -> None:  # fmt: skip
    """Draw a bar beside an axis, in the colour of a class, over a span of units."""
    beside = [offset, offset]
    x, y, transform = span, beside, ax.get_xaxis_transform()
    if axis == "y":
        x, y, transform = beside, span, ax.get_yaxis_transform()
    colour = EXCITATORY if excitatory else INHIBITORY
    style = {"color": colour, "linewidth": linewidth, "solid_capstyle": "butt"}
    ax.plot(x, y, transform=transform, clip_on=False, **style)


@checks_arguments
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

    **Returns:** the axes. Raises `ValueError` for epochs of several trials, and those
    that end before they start.
    """
    dt = time_step(dt)
    for name, edges in epochs.items():
        values = np.asarray(edges)
        is_pair = values.shape == (2,) and values.dtype.kind in "iu"
        rule = "be steps (start, stop) of one trial, start first"
        got = describe(values) if hasattr(edges, "shape") else repr(edges)
        remedy = "Choose a trial of many, such as edges[0]."
        is_ordered = is_pair and 0 <= values[0] <= values[1]
        check(is_ordered, f"epochs[{name!r}]", rule, got, remedy)
    for index, (name, (start, stop)) in enumerate(epochs.items()):
        if not shade:
            if index:
                ax.axvline(start * dt, color="white", linewidth=0.8, linestyle=":")
        elif index % 2:
            ax.axvspan(start * dt, stop * dt, color="0.93", zorder=0, linewidth=0)
        if names:
            above = {"transform": ax.get_xaxis_transform(), "ha": "center"}
            style = {"va": "bottom", "fontsize": 7, "color": QUIET}
            ax.text((start + stop) / 2 * dt, 1.02, name, **above, **style)
    return ax
