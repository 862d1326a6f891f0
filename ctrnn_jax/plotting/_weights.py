"""Pictures of weight matrices."""

from matplotlib.axes import Axes
from matplotlib.colors import Normalize
import numpy as np

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
        bar.set_label("weight")
    return ax


def plot_weight_sizes(
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
    ax.set_xlabel("size of recurrent weight")
    ax.set_ylabel("synapses")
    ax.legend(frameon=False)
    ax.spines[["top", "right"]].set_visible(False)
    return ax
