"""Pictures of behaviour."""

from matplotlib.axes import Axes

from ..analysis import PsychometricCurve
from ._style import QUIET, tidy


def plot_psychometric(ax: Axes, curve: PsychometricCurve) -> Axes:
    """Proportion of one choice against the evidence for it, with standard errors.

    **Arguments:** the axes, and a `PsychometricCurve`. **Returns:** the axes.
    """
    ax.axhline(0.5, color=QUIET, linewidth=0.7, linestyle=":")
    ax.axvline(0.0, color=QUIET, linewidth=0.7, linestyle=":")
    ax.errorbar(
        curve.evidence,
        curve.proportion,
        yerr=curve.standard_error,
        color="black",
        marker="o",
        markersize=4,
        linewidth=1.2,
        capsize=2,
    )
    ax.set_ylim(-0.03, 1.03)
    return tidy(ax)
