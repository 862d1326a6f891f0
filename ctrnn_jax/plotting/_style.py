"""Colours and elements that all figures share."""

from collections.abc import Hashable, Mapping, Sequence
import textwrap
from typing import Any, Literal, TypeGuard

from matplotlib import colormaps
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colorbar import Colorbar
from matplotlib.colors import Colormap, LinearSegmentedColormap, to_rgb, to_rgba
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.textpath import TextPath
from matplotlib.ticker import MaxNLocator
from matplotlib.typing import ColorType
import numpy as np

from .._arguments import checks_arguments
from .._checks import check, describe
from .._types import Numbers
from ._validation import time_step


RGB = tuple[float, float, float]

EXCITATORY = "#c1272d"
INHIBITORY = "#2b5fa8"
CLASSES = {"excitatory": EXCITATORY, "inhibitory": INHIBITORY}
CHANNELS = ("#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#55320c")
"""Colours of channels, choices and names.

The first four are of the palette of Okabe and Ito, which is safe for colour-blind
readers, without those that are close to the colours of the classes of units.
"""
QUIET = "#8a8a8a"


def axes_or_current(ax: Axes | None) -> Axes:
    """Return the axes, which have two dimensions; by default those of pyplot."""
    ax = any_axes(ax)
    rule, remedy = "be two-dimensional here", "Use fig, ax = plt.subplots()."
    check(ax.name != "3d", "ax", rule, "three-dimensional axes", remedy)
    return ax


def any_axes(ax: Axes | None, *, three_d: bool = False) -> Axes:
    """Return the axes; if there are none, the current axes of pyplot.

    If pyplot has no figure, a new one has the constrained layout, which makes room for
    legends and colour bars. New axes have three dimensions if `three_d`.
    """
    if ax is not None:
        return ax
    # imported here, since pyplot chooses a backend when it is imported
    from matplotlib import pyplot as plt

    figure = plt.gcf() if plt.get_fignums() else plt.figure(layout="constrained")
    if three_d and not figure.axes:
        return figure.add_subplot(projection="3d")
    return figure.gca()


def figure_or_new(figure: Figure | None, width: float, height: float) -> Figure:
    """Return the figure, or a new one of pyplot of this size in inches.

    A figure without a layout engine gets the constrained layout.
    """
    if figure is None:
        # imported here, since pyplot chooses a backend when it is imported
        from matplotlib import pyplot as plt

        figure = plt.figure(figsize=(width, height))
    if figure.get_layout_engine() is None:
        figure.set_layout_engine("constrained")
    return figure


def ink(ax: Axes) -> RGB:
    """Return the colour of the text of the axes: black, or white if they are dark."""
    return to_rgb(ax.xaxis.label.get_color())


def paper(ax: Axes) -> RGB:
    """Return the background of the axes."""
    red, green, blue, alpha = to_rgba(ax.get_facecolor())
    if alpha == 0:  # transparent: the page behind contrasts with the text
        return (0.0, 0.0, 0.0) if sum(ink(ax)) > 1.5 else (1.0, 1.0, 1.0)
    return red, green, blue


def is_dark(ax: Axes) -> bool:
    """Return whether the background is darker than the text."""
    return sum(paper(ax)) < sum(ink(ax))


def grey(ax: Axes, strength: float) -> RGB:
    """Return a grey between the background, at strength 0, and the text, at 1."""
    pairs = zip(paper(ax), ink(ax), strict=True)
    red, green, blue = ((1 - strength) * a + strength * b for a, b in pairs)
    return red, green, blue


def colour_map(ax: Axes, kind: Literal["rates", "signed rates", "weights"]) -> Colormap:
    """Return a colour map in which 0 has the colour of the background.

    Rates are grey, signed rates orange and purple, weights red and blue, as the classes
    of units.
    """
    background = paper(ax)
    if kind == "rates":
        return LinearSegmentedColormap.from_list(kind, [background, ink(ax)])
    light = {
        "signed rates": ("#3a1a70", "#8d7cc0", "#e89a3c", "#6f3300"),
        "weights": ("#08306b", "#5b8fc7", "#dd6b66", "#67000d"),
    }
    dark = {
        "signed rates": ("#d6c8ff", "#6c4fb5", "#a85f10", "#ffd7a0"),
        "weights": ("#bcd9ff", "#3570bd", "#b93a3a", "#ffc4bd"),
    }
    lowest, low, high, highest = (dark if is_dark(ax) else light)[kind]
    colours = [lowest, low, background, high, highest]
    return LinearSegmentedColormap.from_list(kind, colours)


def shades_of(places: Sequence[float] | np.ndarray, *, dark: bool) -> tuple[RGB, ...]:
    """Return the shades at places in [0, 1], visible on a light or a dark background.

    They are those of viridis, without the end that is as light or as dark as the
    background.
    """
    low, high = (0.22, 1.0) if dark else (0.0, 0.88)
    colours = colormaps["viridis"](low + (high - low) * np.asarray(places))
    return tuple((float(r), float(g), float(b)) for r, g, b, _ in colours)


def is_number(label: object) -> TypeGuard[float]:
    """Return whether a label is a number: text, True and False are names."""
    return isinstance(label, (int, float)) and not isinstance(label, bool)


def colours_of(
    labels: Sequence[Hashable], *, dark: bool = False
) -> dict[Hashable, ColorType]:
    """Return a colour for each distinct label.

    Numbers, and more labels than the palette has colours, get shades in their order.
    """
    distinct = sorted(set(labels), key=lambda x: (isinstance(x, str), x))
    if all(map(is_number, distinct)) or len(distinct) > len(CHANNELS):
        places = np.linspace(0.0, 1.0, max(len(distinct), 2))
        return dict(zip(distinct, shades_of(places, dark=dark), strict=False))
    return dict(zip(distinct, CHANNELS, strict=False))


SMALL_LEGEND: dict[str, Any] = {
    "frameon": False, "fontsize": 7, "title_fontsize": 7, "labelspacing": 0.3,
}  # fmt: skip
BESIDE: dict[str, Any] = SMALL_LEGEND | {"borderaxespad": 0.2}
"""The style of a legend outside the axes."""


def _whole_numbers() -> MaxNLocator:
    """Return the places of ticks of updates, units or channels."""
    return MaxNLocator("auto", integer=True, min_n_ticks=1, steps=[1, 2, 5, 10])


def size_in_points(ax: Axes) -> tuple[float, float]:
    """Return the width and the height of the axes in points."""
    box, per_point = ax.get_window_extent(), ax.figure.dpi / 72
    return box.width / per_point, box.height / per_point


def lay_out(ax: Axes) -> None:
    """Let the layout engine of the figure, if it has one, place the axes."""
    figure = ax.get_figure(root=True)
    if figure is not None and figure.get_layout_engine() is not None:
        figure.draw_without_rendering()


def text_width(text: str, size: float | int) -> float:
    """Return the width in points of the longest line of a text."""
    lines = [line for line in text.splitlines() if line.strip()]
    widths = [TextPath((0, 0), line, size=size).get_extents().width for line in lines]
    return max(widths, default=0.0)


def wrapped(text: str, size: float | int, width: float | int) -> str:
    """Break a text into lines if it is wider than `width` points."""
    needed = text_width(text, size)
    if needed <= width:
        return text
    # lines of about equal lengths
    columns = max(10, int(1.15 * len(text) / np.ceil(needed / width)) + 1)
    return textwrap.fill(text, columns, break_long_words=False, break_on_hyphens=False)


def label_axes(ax: Axes, x: str = "", y: str = "") -> None:
    """Set the labels of the axes; break those that are longer than their axis."""
    width, height = size_in_points(ax)
    for axis, label, length in ((ax.xaxis, x, width), (ax.yaxis, y, height)):
        if label:
            text = wrapped(label, float(axis.label.get_fontsize()), 0.93 * length)
            axis.set_label_text(text)


def tidy(ax: Axes, x: str = "", y: str = "", *, legend: bool = False) -> Axes:
    """Set the labels of the axes, and remove the top and right spines; return the axes.

    If `legend`, add a legend in small print, unless nothing has a label.
    """
    label_axes(ax, x, y)
    if x == "updates":
        ax.xaxis.set_major_locator(_whole_numbers())
    if legend:
        add_legend(ax)
    ax.spines[["top", "right"]].set_visible(False)
    return ax


def add_legend(
    ax: Axes,
    handles: Sequence[Artist] | None = None,
    *,
    title: str = "",
    side: Literal["left", "right"] = "left",
) -> None:
    """Add a legend in small print above the data, unless nothing has a label.

    The y axis is extended upwards until the legend covers no data.
    """
    entries, labels = ax.get_legend_handles_labels()
    if handles is not None:
        entries, labels = list(handles), [str(each.get_label()) for each in handles]
    if not entries:
        return
    size = SMALL_LEGEND["fontsize"]
    width, height = size_in_points(ax)
    # an entry: its symbol of 2 em, its text, and the space to the next
    widest = max(text_width(label, size) for label in labels) + 4.2 * size
    columns = int(np.clip(width // widest, 1, len(entries)))
    rows = -(-len(entries) // columns)
    lines = rows * max(label.count("\n") + 1 for label in labels) + bool(title)
    needed = lines * 1.65 * size + 1.5 * size
    _make_room(ax, min(needed / height, 0.6))
    style = SMALL_LEGEND | {"ncols": columns, "columnspacing": 1.0}
    corner = "upper left" if side == "left" else "upper right"
    ax.legend(entries, labels, loc=corner, title=title or None, **style)


def _make_room(ax: Axes, fraction: float) -> None:
    """Extend the y axis upwards until its top fraction shows no data."""
    transform = ax.yaxis.get_transform()
    low, high = ax.get_ylim()
    highest = min(float(ax.dataLim.y1), high)
    bottom, limit, top = transform.transform(np.asarray([low, high, highest]))
    limit = max(limit, (top - fraction * bottom) / (1 - fraction))
    high = float(transform.inverted().transform(np.asarray([limit]))[0])
    ax.set_ylim(low, high)


def add_colorbar(
    ax: Axes,
    image: ScalarMappable,
    label: str,
    *,
    extend: Literal["neither", "both", "min", "max"] = "neither",
    inset: bool = False,
    half: bool = False,
) -> Colorbar:
    """Add a colour bar beside the axes, in space that the axes give up; return it.

    If `inset`, the bar is beyond the edge of the axes, in space that the constrained
    layout reserves. If `half`, it is beside the upper half of the axes.
    """
    if inset:
        cax = ax.inset_axes((1.03, 0.0, 0.05, 1.0))
        bar = ax.figure.colorbar(image, cax=cax, extend=extend)
    else:
        height = {"shrink": 0.5 if half else 1.0, "anchor": (0.0, 1.0)}
        place = {"fraction": 0.05, "pad": 0.02, **height}
        bar = ax.figure.colorbar(image, ax=ax, extend=extend, **place)
    bar.ax.tick_params(labelsize=7)
    size, length = 8, size_in_points(ax)[1] * (0.4 if half else 1.0)
    bar.set_label(wrapped(label, size, length), fontsize=size)
    return bar


def draw_image(ax: Axes, image: Numbers, **style: Any) -> AxesImage:
    """Draw an image that fills the axes, without interpolation; return the image."""
    style = {"aspect": "auto", "interpolation": "nearest"} | style
    return ax.imshow(image, **style)


def name_rows(
    ax: Axes, axis: Literal["x", "y"], names: Sequence[str], count: int
) -> None:
    """Name the rows or columns of an image if there is room; else number some."""
    which, size = ax.xaxis if axis == "x" else ax.yaxis, SMALL_LEGEND["fontsize"]
    lay_out(ax)  # the size of the axes determines whether names fit
    room = size_in_points(ax)[axis == "y"] / count
    widest = max((text_width(name, size) for name in names), default=0.0)
    is_beside = axis == "x" and widest < 0.9 * room  # otherwise upright
    box, per_point = ax.figure.bbox, ax.figure.dpi / 72
    third = (box.height if axis == "x" else box.width) / per_point / 3
    if names and (is_beside or (room > 1.1 * size and widest < third)):
        style = {"size": size, "rotation": 90 * (axis == "x" and not is_beside)}
        which.set_ticks(range(count), names, parse_math=False, **style)
    else:
        which.set_major_locator(_whole_numbers())


def draw_points(ax: Axes, x: Numbers, y: Numbers, error: Numbers, **style: Any) -> None:
    """Draw points with error bars; a point whose error is NaN has a bar of length 0."""
    ax.errorbar(x, y, yerr=np.nan_to_num(error), marker="o", **style)


@checks_arguments
def shade_epochs(
    epochs: dict[str, tuple[int, int]],
    dt: float,
    *,
    ax: Axes | None = None,
    names: bool,
    shade: bool = True,
) -> Axes:
    """Mark the epochs of a trial.

    Names that would overlap are stacked. Draw the trial first: the places of the names
    depend on the limits of the axes.

    **Arguments:**

    - `epochs`: `(start, stop)` in steps, by name.
    - `dt`: in ms.
    - `ax`: the axes to draw in, by default the current axes of pyplot.
    - `names`: whether to write the names above.
    - `shade`: shade every other epoch grey; if False, draw a line where each begins.

    **Returns:** the axes. Raises `ValueError` for epochs of several trials, and those
    that end before they start.
    """
    ax, dt = axes_or_current(ax), time_step(dt)
    for name, edges in epochs.items():
        values = np.asarray(edges)
        is_pair = values.shape == (2,) and values.dtype.kind in "iu"
        rule = "be steps (start, stop) of one trial, start first"
        got = describe(values) if hasattr(edges, "shape") else repr(edges)
        remedy = "Choose a trial of many, such as edges[0]."
        is_ordered = is_pair and 0 <= values[0] <= values[1]
        check(is_ordered, f"epochs[{name!r}]", rule, got, remedy)
    draw_epochs(ax, epochs, dt, shaded=shade)
    if names:
        lay_out(ax)  # the width of the axes determines which names would overlap
        write_epoch_names(ax, epochs, dt)
    return ax


def draw_epochs(
    ax: Axes, epochs: Mapping[str, tuple[int, int]], dt: float, *, shaded: bool
) -> None:
    """Shade every other epoch, or draw a line where each but the first begins."""
    for start, stop in list(epochs.values())[1::2] if shaded else []:
        ax.axvspan(start * dt, stop * dt, color=grey(ax, 0.08), zorder=0, linewidth=0)
    for start, _ in [] if shaded else list(epochs.values())[1:]:
        ax.axvline(start * dt, color="white", linewidth=0.8, linestyle=":")


def write_epoch_names(
    ax: Axes, epochs: Mapping[str, tuple[int, int]], dt: float
) -> float:
    """Write each name above its epoch, in rows; return the height in points."""
    size, gap, row_height = 7.0, 4.0, 9.0
    width = size_in_points(ax)[0]
    low, high = ax.get_xlim()
    ends: list[float] = []  # of the last name of each row, in points
    for name, (start, stop) in epochs.items():
        length = text_width(name, size) + gap
        middle = ((start + stop) / 2 * dt - low) / (high - low) * width
        # inside the axes, if there is room
        left = float(np.clip(middle - length / 2, 0, max(width - length, 0)))
        free = [row for row, end in enumerate(ends) if end <= left]
        row = free[0] if free else len(ends)
        ends[row : row + 1] = [left + length]
        place = (low + (left + length / 2) / width * (high - low), 1.0)
        above = {"xytext": (0, 2 + row * row_height), "textcoords": "offset points"}
        style = {"ha": "center", "va": "bottom", "fontsize": size}
        style |= {"color": grey(ax, 0.65), "annotation_clip": False}
        ax.annotate(name, place, xycoords=ax.get_xaxis_transform(), **above, **style)
    return len(ends) * row_height
