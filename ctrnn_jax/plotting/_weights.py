"""Pictures of weight matrices."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.colors import Normalize
import numpy as np

from .._checks import invalid
from .._types import Numbers
from ._style import EXCITATORY, INHIBITORY


def plot_weights(
    ax: Axes,
    weights: Numbers,
    *,
    n_excitatory: int | None = None,
    limit: float | None = None,
    colorbar: bool = False,
) -> Axes:
    """A weight matrix `W[post, pre]`: positive red, negative blue, zero white.

    **Arguments:**

    - `ax`: where to draw.
    - `weights`: `(post, pre)`, effective weights.
    - `n_excitatory`: draws the border between excitatory and inhibitory columns and,
        of a square matrix, rows.
    - `limit`: weight at full colour; by default the 99.5th percentile of the sizes.
    - `colorbar`: whether to draw one.

    **Returns:** the axes.
    """
    weights = np.asarray(weights)
    if limit is None:
        sizes = np.abs(weights[weights != 0])
        limit = float(np.percentile(sizes, 99.5)) if sizes.size else 1.0
    image = ax.imshow(
        weights,
        aspect="auto",
        cmap="RdBu_r",
        norm=Normalize(-limit, limit),
        interpolation="nearest",
    )
    if n_excitatory is not None:
        ax.axvline(n_excitatory - 0.5, color="0.2", linewidth=0.8)
        if weights.shape[0] == weights.shape[1]:
            ax.axhline(n_excitatory - 0.5, color="0.2", linewidth=0.8)
    if colorbar:
        bar = ax.figure.colorbar(image, ax=ax, extend="both", fraction=0.05)
        bar.set_label("weight (dimensionless)")
    ax.set_xlabel("from unit (pre)")
    ax.set_ylabel("to unit (post)")
    return ax


def plot_sorted_weights(
    ax: Axes,
    weights: Numbers,
    *,
    areas: Sequence[str] | None = None,
    signs: Numbers | None = None,
    limit: float | None = None,
    colorbar: bool = False,
) -> Axes:
    """Recurrent weights `W[post, pre]` with units sorted by area, then class.

    Positive is red, negative blue. Bars along the edges show the classes, lines part
    the areas, which are named.

    **Arguments:**

    - `ax`: where to draw.
    - `weights`: `(units, units)`, effective weights.
    - `areas`: the name of each unit's area, `(units,)`, in the order of appearance.
    - `signs`: of each unit, `(units,)`: above 0 is excitatory; by default the sign of
        the sum of its outgoing weights.
    - `limit`, `colorbar`: as of `plot_weights`.

    **Returns:** the axes. Raises `ValueError` unless each unit has one of each.
    """
    weights = np.asarray(weights)
    n = weights.shape[1]
    names = np.asarray([""] * n if areas is None else list(areas))
    plus = np.asarray(weights.sum(0) if signs is None else signs) > 0
    for name, given in (("areas", names), ("signs", plus)):
        if given.shape != (n,) or weights.shape != (n, n):
            got = f"shape {given.shape} for weights of {weights.shape}"
            raise invalid(name, "have one entry for each unit", got, "And W is square.")
    distinct = list(dict.fromkeys(names.tolist()))
    rank = np.asarray([distinct.index(name) for name in names.tolist()])
    order = np.lexsort((np.arange(n), ~plus, rank))
    shown = weights[np.ix_(order, order)]
    plot_weights(ax, shown, limit=limit, colorbar=colorbar)
    edges = np.flatnonzero(np.diff(rank[order])) + 1
    for edge in edges:
        ax.axvline(edge - 0.5, color="0.2", linewidth=0.8)
        ax.axhline(edge - 0.5, color="0.2", linewidth=0.8)
    for start, stop, positive in _runs(plus[order], edges):
        span = np.asarray([start - 0.5, stop - 0.5])
        colour = EXCITATORY if positive else INHIBITORY
        bar = {"color": colour, "linewidth": 4, "solid_capstyle": "butt"}
        beside = np.full(2, -0.015)
        across, down = ax.get_yaxis_transform(), ax.get_xaxis_transform()
        ax.plot(beside, span, clip_on=False, transform=across, **bar)
        ax.plot(span, beside, clip_on=False, transform=down, **bar)
    middle = [np.flatnonzero(rank[order] == i).mean() for i in range(len(distinct))]
    ax.set_xticks(middle, distinct)
    ax.set_yticks(middle, distinct, rotation=90, va="center")
    ax.tick_params(length=0, pad=7)
    ax.set(xlim=(-0.5, n - 0.5), ylim=(n - 0.5, -0.5))
    return ax


def _runs(values: np.ndarray, edges: np.ndarray) -> list[tuple[int, int, bool]]:
    """`(start, stop, value)` of runs of equal values, cut at the edges too."""
    cuts = np.union1d(np.flatnonzero(np.diff(values)) + 1, edges).astype(int)
    starts = [0, *cuts.tolist()]
    stops = [*cuts.tolist(), len(values)]
    return [(a, b, bool(values[a])) for a, b in zip(starts, stops, strict=True)]


def plot_weight_magnitudes(
    ax: Axes, weights: Numbers, n_excitatory: int | None = None
) -> Axes:
    """Distribution of the sizes of recurrent weights, by the class of their source.

    The axis is logarithmic; sizes below 0.0001 are counted in the first bin.

    **Arguments:** the axes, `(post, pre)` effective weights, and how many units are
    excitatory (`None` splits weights by sign instead). **Returns:** the axes.
    """
    weights = np.asarray(weights)
    if n_excitatory is None:
        groups = {"positive": weights[weights > 0], "negative": weights[weights < 0]}
    else:
        groups = {
            "from excitatory": weights[:, :n_excitatory],
            "from inhibitory": weights[:, n_excitatory:],
        }
    sizes = {name: np.abs(w[w != 0]).ravel() for name, w in groups.items()}
    every = np.concatenate(list(sizes.values()))
    # synapses that training pushed to almost nothing share the first bin
    low, high = 1e-4, max(float(every.max()) if every.size else 1.0, 1e-3)
    bins = np.geomspace(low, high, 41)
    for (name, values), colour in zip(
        sizes.items(), (EXCITATORY, INHIBITORY), strict=True
    ):
        ax.hist(
            np.clip(values, low, high),
            bins=list(bins),
            color=colour,
            histtype="stepfilled",
            alpha=0.55,
            label=name,
        )
    ax.set_xscale("log")
    ax.set_xlabel("size of recurrent weight (dimensionless)")
    ax.set_ylabel("synapses")
    ax.legend(frameon=False)
    ax.spines[["top", "right"]].set_visible(False)
    return ax
