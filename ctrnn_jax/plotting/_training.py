"""Pictures of training."""

from matplotlib.axes import Axes
import numpy as np

from .._types import Numbers
from ._style import QUIET, tidy


def plot_loss(ax: Axes, loss: Numbers, *, window: int = 25) -> Axes:
    """Loss of every update, and its running mean, on a logarithmic axis.

    **Arguments:** the axes, the losses `(updates,)`, and over how many updates the
    running mean goes. **Returns:** the axes.
    """
    loss = np.asarray(loss)
    updates = 1 + np.arange(len(loss))
    ax.plot(updates, loss, color="0.8", linewidth=0.7, label="each update")
    if len(loss) >= window:
        mean = np.convolve(loss, np.ones(window) / window, "valid")
        ax.plot(
            updates[window - 1 :],
            mean,
            color="black",
            linewidth=1.4,
            label=f"mean of {window}",
        )
    if len(loss) > window:
        # a first update from an exploding start would flatten all that follows
        ax.set_ylim(0.8 * loss.min(), 1.2 * float(np.percentile(loss, 99)))
    ax.set_yscale("log")
    ax.set_ylabel("cost")
    ax.legend(frameon=False)
    return tidy(ax)


def plot_performance(
    ax: Axes, steps: Numbers, performance: Numbers, *, criterion: float | None
) -> Axes:
    """Fraction correct at each validation, and the criterion.

    **Arguments:** the axes, updates before each validation, the fractions, and the
    criterion or `None`. **Returns:** the axes.
    """
    ax.plot(
        steps,
        100 * np.asarray(performance),
        color="black",
        marker="o",
        markersize=3,
        linewidth=1.2,
    )
    if criterion is not None:
        ax.axhline(100 * criterion, color=QUIET, linestyle="--", linewidth=0.9)
        ax.text(
            0.0,
            100 * criterion,
            " criterion",
            transform=ax.get_yaxis_transform(),
            va="bottom",
            color=QUIET,
            fontsize=8,
        )
    lowest = 100 * np.min(performance, initial=1.0) - 3  # not every task starts at 50 %
    ax.set_ylim(min(40.0, lowest), 101)
    ax.set_ylabel("correct (%)")
    return tidy(ax)
