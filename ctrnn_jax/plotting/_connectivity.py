"""Pictures of which synapses exist."""

from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
import numpy as np

from ..connectivity import AbstractConnectivity, Groups
from ._style import CHANNELS, EXCITATORY, INHIBITORY, QUIET


def plot_connectivity(ax: Axes, connectivity: AbstractConnectivity) -> Axes:
    """Which synapses exist: units and inputs across, units and outputs down.

    A row is a target, a column a source. Synapses from excitatory units are red, from
    inhibitory ones blue (grey if classes do not matter), from inputs orange, onto
    outputs green. Thin lines separate groups that follow each other; they are named.

    **Arguments:** the axes and a connectivity. **Returns:** the axes.
    """
    layout = connectivity.layout
    n_in, n, n_out = (size or 0 for size in connectivity.sizes)
    mask = lambda name, shape: (
        np.ones(shape, bool)
        if getattr(connectivity, name) is None
        else np.asarray(getattr(connectivity, name))
    )
    image = np.ones((n + n_out, n + n_in, 3))
    signs = connectivity.signs
    if signs is None:
        colours = np.tile(to_rgb("0.35"), (n, 1))
    else:
        plus = np.asarray(signs)[:, None] > 0
        colours = np.where(plus, to_rgb(EXCITATORY), to_rgb(INHIBITORY))
    recurrent = image[:n, :n]
    recurrent[:] = np.where(mask("w_hid", (n, n))[..., None], colours[None], 1.0)
    inputs, outputs = image[:n, n:], image[n:, :n]
    inputs[mask("w_in", (n, n_in))] = to_rgb(CHANNELS[0])
    outputs[mask("w_out", (n_out, n))] = to_rgb(CHANNELS[2])
    ax.imshow(image, interpolation="nearest", aspect="auto")
    for place in (ax.axvline, ax.axhline):
        place(n - 0.5, color="0.1", linewidth=1.0)
    units = _named(layout.units, 0, "units")
    across = units + _named(layout.inputs or Groups(n_in), n, "input")
    down = units + _named(layout.outputs or Groups(n_out), n, "output")
    for place, groups, labels in (
        (ax.axvline, across, ax.set_xticks),
        (ax.axhline, down, ax.set_yticks),
    ):
        for _, start, _ in groups:
            place(start - 0.5, color=QUIET, linewidth=0.5)
        labels(*_labels(groups))
    ax.tick_params(length=0)
    for label in ax.get_xticklabels():
        label.set(rotation=45, ha="right", rotation_mode="anchor")
    ax.set_xlabel("from")
    ax.set_ylabel("onto")
    return ax


def _labels(groups: list[tuple[str, int, int]]) -> tuple[list[float], list[str]]:
    """Where names stand; those too near to be read apart share a place."""
    extent = max((stop for _, _, stop in groups), default=1)
    places, names = [], []
    for name, start, stop in groups:
        middle = (start + stop - 1) / 2
        if places and middle - places[-1] < 0.04 * extent:
            places[-1], names[-1] = middle, f"{names[-1]}, {name}"
        else:
            places.append(middle)
            names.append(name)
    return places, names


def _named(groups: Groups, offset: int, fallback: str) -> list[tuple[str, int, int]]:
    """`(name, start, stop)` of groups in one piece; classes cut through them."""
    classes = ("excitatory", "inhibitory")
    pieces = [
        (name, offset + ranges[0][0], offset + ranges[0][1])
        for name, ranges in zip(groups.names, groups.ranges, strict=True)
        if len(ranges) == 1
    ]
    kept = [piece for piece in pieces if piece[0] not in classes] or pieces
    if kept or not groups.size:
        return sorted(kept, key=lambda piece: piece[1])
    return [(fallback, offset, offset + groups.size)]
