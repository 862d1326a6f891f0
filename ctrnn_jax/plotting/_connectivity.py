"""Figures of connectivity: which synapses exist."""

from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
import numpy as np

from .._arguments import checks_arguments
from .._types import Numbers
from ..connectivity import AbstractConnectivity, Groups
from ._style import (
    axes_or_current,
    CHANNELS,
    CLASSES,
    draw_image,
    EXCITATORY,
    grey,
    INHIBITORY,
    ink,
    paper,
    QUIET,
)


class _Segment(NamedTuple):
    """A named range of rows or columns of the figure."""

    name: str
    start: int
    stop: int


@checks_arguments
def plot_connectivity(
    connectivity: AbstractConnectivity, *, ax: Axes | None = None
) -> Axes:
    """Plot which synapses exist, for units and inputs (columns), and outputs (rows).

    A row is a target, a column a source. Synapses from excitatory units are red, from
    inhibitory units blue (grey if classes do not matter), from inputs orange, to
    outputs green. Thin lines separate contiguous groups, which are named.

    **Arguments:**

    - `connectivity`: of a network, for example.
    - `ax`: the axes to draw in, by default the current axes of pyplot.

    **Returns:** the axes.
    """
    ax = axes_or_current(ax)
    n_in, n, n_out = (size or 0 for size in connectivity.sizes)
    image = np.tile(paper(ax), (n + n_out, n + n_in, 1))

    # recurrent synapses: each column has the colour of its source
    signs = connectivity.signs
    if signs is None:
        colours = np.tile(grey(ax, 0.65), (n, 1))
    else:
        is_excitatory = np.asarray(signs)[:, None] > 0
        colours = np.where(is_excitatory, to_rgb(EXCITATORY), to_rgb(INHIBITORY))
    exists = _mask(connectivity.w_hid, (n, n))
    image[:n, :n] = np.where(exists[..., None], colours[None], paper(ax))
    inputs, outputs = image[:n, n:], image[n:, :n]
    inputs[_mask(connectivity.w_in, (n, n_in))] = to_rgb(CHANNELS[0])
    outputs[_mask(connectivity.w_out, (n_out, n))] = to_rgb(CHANNELS[1])
    draw_image(ax, image)

    # lines between groups, and their names
    for draw_line in (ax.axvline, ax.axhline):
        draw_line(n - 0.5, color=ink(ax), linewidth=1.0)
    layout = connectivity.layout
    units = _segments(layout.units, 0, "units")
    columns = units + _segments(layout.inputs or Groups(n_in), n, "input")
    rows = units + _segments(layout.outputs or Groups(n_out), n, "output")
    for draw_line, segments, set_ticks in (
        (ax.axvline, columns, ax.set_xticks),
        (ax.axhline, rows, ax.set_yticks),
    ):
        for segment in segments:
            draw_line(segment.start - 0.5, color=QUIET, linewidth=0.5)
        set_ticks(*_tick_labels(segments))
    ax.tick_params(length=0)
    for label in ax.get_xticklabels():
        label.set(rotation=45, ha="right", rotation_mode="anchor")
    ax.set_xlabel("from")
    ax.set_ylabel("onto")
    return ax


def _mask(mask: Numbers | None, shape: tuple[int, int]) -> np.ndarray:
    """Return a mask as booleans; without one all synapses exist."""
    return np.ones(shape, bool) if mask is None else np.asarray(mask)


def _tick_labels(segments: list[_Segment]) -> tuple[list[float], list[str]]:
    """Return places and names of tick labels; overlapping labels are joined."""
    extent = max((segment.stop for segment in segments), default=1)
    places, names = [], []
    for name, start, stop in segments:
        middle = (start + stop - 1) / 2
        if places and middle - places[-1] < 0.04 * extent:
            places[-1], names[-1] = middle, f"{names[-1]}, {name}"
        else:
            places.append(middle)
            names.append(name)
    return places, names


def _segments(groups: Groups, offset: int, fallback: str) -> list[_Segment]:
    """Return the contiguous groups, ordered by start.

    Excitatory and inhibitory classes are left out if there are other groups, as areas
    contain both. Without contiguous groups all units are one, named `fallback`.
    """
    contiguous = [
        _Segment(name, offset + ranges[0][0], offset + ranges[0][1])
        for name, ranges in zip(groups.names, groups.ranges, strict=True)
        if len(ranges) == 1
    ]
    areas = [segment for segment in contiguous if segment.name not in CLASSES]
    segments = areas or contiguous
    if segments or not groups.size:
        return sorted(segments, key=lambda segment: segment.start)
    return [_Segment(fallback, offset, offset + groups.size)]
