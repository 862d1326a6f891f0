"""Figures of weight matrices."""

from collections.abc import Sequence
from typing import Literal

from matplotlib.axes import Axes
from matplotlib.colors import Normalize
import numpy as np

from .._arguments import checks_arguments
from .._checks import check_number, check_positive, check_shape
from .._types import Numbers
from ._style import (
    add_colorbar,
    add_legend,
    axes_or_current,
    colour_map,
    draw_image,
    EXCITATORY,
    grey,
    INHIBITORY,
    label_axes,
    name_rows,
    tidy,
)
from ._validation import as_numbers, channel_names, excitatory_count


_ONE_MATRIX = "Pass one matrix, such as cj.effective(net).w_hid."


@checks_arguments
def plot_weights(
    weights: Numbers,
    *,
    ax: Axes | None = None,
    n_excitatory: int | None = None,
    limit: float | None = None,
    colorbar: bool = True,
    pre_names: Sequence[str] = (),
    post_names: Sequence[str] = (),
) -> Axes:
    """Plot a weight matrix `W[post, pre]`: positive red, negative blue.

    **Arguments:**

    - `weights`: `(post, pre)`, effective weights.
    - `ax`: the axes to draw in, by default the current axes of pyplot.
    - `n_excitatory`: number of excitatory units (E); if given, a line separates them
        from the inhibitory units (I) in columns and, in a square matrix, rows.
    - `limit`: weight at full colour; by default the 99.5th percentile of magnitudes.
    - `colorbar`: whether to draw a colour bar.
    - `pre_names`, `post_names`: of the columns and rows, such as `task.input_names`;
        numbers are drawn where names do not fit.

    **Returns:** the axes.
    """
    weights = as_numbers("weights", weights, "post pre", _ONE_MATRIX)
    post, pre = weights.shape
    sources = channel_names("pre_names", pre_names, pre)
    targets = channel_names("post_names", post_names, post)
    if n_excitatory is not None:
        n_excitatory = excitatory_count(n_excitatory, pre)
    if limit is not None:
        limit = check_number("limit", limit)
        check_positive("limit", limit, "Leave it out for the largest weights.")
    else:
        magnitudes = np.abs(weights[weights != 0])
        limit = float(np.percentile(magnitudes, 99.5)) if magnitudes.size else 1.0
    ax = axes_or_current(ax)
    style = {"cmap": colour_map(ax, "weights"), "norm": Normalize(-limit, limit)}
    image = draw_image(ax, weights, **style)
    if n_excitatory is not None:
        ax.axvline(n_excitatory - 0.5, color=grey(ax, 0.8), linewidth=0.8)
        if weights.shape[0] == weights.shape[1]:
            ax.axhline(n_excitatory - 0.5, color=grey(ax, 0.8), linewidth=0.8)
    if colorbar:
        add_colorbar(ax, image, "weight (dimensionless)", extend="both")
    source = _with_classes("from unit (pre", n_excitatory, pre)
    target = _with_classes("to unit (post", n_excitatory if post == pre else None, pre)
    label_axes(
        ax,
        "from channel (pre)" if sources else source,
        "to channel (post)" if targets else target,
    )
    name_rows(ax, "x", sources, pre)
    name_rows(ax, "y", targets, post)
    return ax


def _with_classes(label: str, n_excitatory: int | None, units: int) -> str:
    """Return the label of an axis, with the units of each class."""
    if n_excitatory is None:
        return f"{label})"
    ranges = {"E": (0, n_excitatory), "I": (n_excitatory, units)}
    named = [f"{name} {a}-{b - 1}" for name, (a, b) in ranges.items() if b > a]
    return f"{label}; {', '.join(named)})"


@checks_arguments
def plot_sorted_weights(
    weights: Numbers,
    *,
    ax: Axes | None = None,
    areas: Sequence[str] | None = None,
    signs: Numbers | None = None,
    limit: float | None = None,
    colorbar: bool = True,
) -> Axes:
    """Plot recurrent weights `W[post, pre]` with units sorted by area, then class.

    Positive is red, negative blue. Bars along the edges show the classes; lines
    separate the areas, which are named.

    **Arguments:**

    - `weights`: `(units, units)`, effective weights.
    - `ax`: the axes to draw in, by default the current axes of pyplot.
    - `areas`: the area of each unit, `(units,)`; areas are drawn in the order of their
        first unit.
    - `signs`: of each unit, `(units,)`: above 0 is excitatory; by default the sign of
        the sum of its outgoing weights.
    - `limit`, `colorbar`: as for `plot_weights`.

    **Returns:** the axes. Raises `ValueError` unless each unit has an area and a sign,
    and the weights are one square matrix.
    """
    weights = as_numbers("weights", weights, "units units", _ONE_MATRIX)
    n = weights.shape[1]
    check_shape("weights", weights, (n, n), "Recurrent weights are square.")
    area_of_unit = np.asarray([""] * n if areas is None else list(areas))
    signs = weights.sum(0) if signs is None else signs
    for name, per_unit in (("areas", area_of_unit), ("signs", signs)):
        check_shape(name, per_unit, (n,), "Give one entry for each unit.")
    is_excitatory = as_numbers("signs", signs, "units") > 0

    # sort units by area, then class, then index
    names = list(dict.fromkeys(area_of_unit.tolist()))
    area = np.asarray([names.index(name) for name in area_of_unit.tolist()])
    order = np.lexsort((np.arange(n), ~is_excitatory, area))
    area, is_excitatory = area[order], is_excitatory[order]
    sorted_weights = weights[np.ix_(order, order)]
    ax = plot_weights(sorted_weights, ax=ax, limit=limit, colorbar=colorbar)

    # lines between areas, bars beside classes
    edges = np.flatnonzero(np.diff(area)) + 1
    for edge in edges:
        ax.axvline(edge - 0.5, color=grey(ax, 0.8), linewidth=0.8)
        ax.axhline(edge - 0.5, color=grey(ax, 0.8), linewidth=0.8)
    for start, stop, positive in _runs(is_excitatory, edges):
        bar = {"excitatory": positive, "offset": -0.015, "linewidth": 4.0}
        for axis in ("y", "x"):
            draw_class_bar(ax, axis, (start - 0.5, stop - 0.5), **bar)
    middles = [np.flatnonzero(area == i).mean() for i in range(len(names))]
    ax.set_xticks(middles, names)
    ax.set_yticks(middles, names, rotation=90, va="center")
    ax.tick_params(length=0, pad=7)
    ax.set(xlim=(-0.5, n - 0.5), ylim=(n - 0.5, -0.5))
    return ax


def _runs(values: np.ndarray, edges: np.ndarray) -> list[tuple[int, int, bool]]:
    """Return `(start, stop, value)` of runs of equal values, also cut at the edges."""
    cuts = np.union1d(np.flatnonzero(np.diff(values)) + 1, edges).astype(int)
    starts = [0, *cuts.tolist()]
    stops = [*cuts.tolist(), len(values)]
    return [(a, b, bool(values[a])) for a, b in zip(starts, stops, strict=True)]


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
def plot_weight_magnitudes(
    weights: Numbers, n_excitatory: int | None = None, *, ax: Axes | None = None
) -> Axes:
    """Plot the distribution of magnitudes of weights, by the class of their source.

    The axis is logarithmic; magnitudes below 0.0001 are counted in the first bin.

    **Arguments:**

    - `weights`: `(post, pre)`, effective recurrent weights.
    - `n_excitatory`: number of excitatory units; `None` splits weights by sign instead.
    - `ax`: the axes to draw in, by default the current axes of pyplot.

    **Returns:** the axes.
    """
    weights = as_numbers("weights", weights, "post pre", _ONE_MATRIX)
    if n_excitatory is None:
        groups = {"positive": weights[weights > 0], "negative": weights[weights < 0]}
    else:
        n_excitatory = excitatory_count(n_excitatory, weights.shape[1])
        groups = {
            "from excitatory": weights[:, :n_excitatory],
            "from inhibitory": weights[:, n_excitatory:],
        }
    magnitudes = {name: np.abs(w[w != 0]).ravel() for name, w in groups.items()}
    pooled = np.concatenate(list(magnitudes.values()))
    # training leaves some synapses almost 0: they share the first bin
    low, high = 1e-4, max(float(pooled.max()) if pooled.size else 1.0, 1e-3)
    bins = np.geomspace(low, high, 41)
    ax = axes_or_current(ax)
    style = {"bins": list(bins), "histtype": "stepfilled", "alpha": 0.55}
    for name, colour in zip(magnitudes, (EXCITATORY, INHIBITORY), strict=True):
        values = np.clip(magnitudes[name], low, high)
        ax.hist(values, color=colour, label=name, **style)
    ax.set_xscale("log")
    add_legend(ax)
    return tidy(ax, "|recurrent weight| (dimensionless)", "synapses")
