"""Figures of spectra: eigenvalues and Lyapunov exponents."""

from matplotlib.axes import Axes
from matplotlib.patches import Circle
from matplotlib.ticker import MaxNLocator
import numpy as np

from .._arguments import checks_arguments
from .._checks import (
    check_axes,
    check_choice,
    check_finite,
    check_not_negative,
    check_number,
)
from .._types import Numbers
from ..analysis import LyapunovSpectrum, Spectrum
from ._style import (
    axes_or_current,
    BESIDE,
    CHANNELS,
    draw_points,
    grey,
    ink,
    QUIET,
    tidy,
)


_OUTLIER_FACTOR = 1.1
"""Eigenvalues beyond this factor times the radius are drawn as outliers."""


@checks_arguments
def plot_eigenvalues(
    eigenvalues: Numbers | Spectrum,
    *,
    ax: Axes | None = None,
    boundary: str | float | None = "usual",
    radius: float | None = None,
    outlier: float | None = None,
    unit: str = "dimensionless",
) -> Axes:
    """Plot eigenvalues in the complex plane; outliers are orange.

    **Arguments:**

    - `eigenvalues`: complex, `(n,)`, or a `Spectrum`: the eigenvalues of its weights,
        with the radius and outlier expected for random weights of the same statistics.
    - `ax`: the axes to draw in, by default the current axes of pyplot.
    - `boundary`: of stability: "circle" for eigenvalues of a step (multipliers), a real
        part for those of a flow (0 for Jacobians, 1 for weights), or `None`. "usual" is
        1 for a `Spectrum` and "circle" for an array.
    - `radius`: of the disc of the circular law about 0; eigenvalues beyond 1.1 times
        the radius are outliers.
    - `outlier`: the expected outlier, on the real axis.
    - `unit`: of the eigenvalues, such as "1/ms".

    **Returns:** the axes.
    """
    if isinstance(eigenvalues, Spectrum):
        expected = eigenvalues.expected
        radius = float(expected.radius) if radius is None else radius
        outlier = float(expected.outlier) if outlier is None else outlier
        usual, eigenvalues = 1.0, eigenvalues.eigenvalues
    else:
        usual = "circle"
    boundary = usual if boundary == "usual" else boundary
    values = np.asarray(eigenvalues)
    remedy = "For weights pass cj.analysis.spectrum(weights); join others by np.ravel."
    check_axes("eigenvalues", values, "n", remedy)
    check_finite("eigenvalues", values)
    edge = None  # the real part that is a boundary
    if isinstance(boundary, str):
        check_choice("boundary", boundary, ("usual", "circle"))
    elif boundary is not None:
        edge = check_number("boundary", boundary)
        check_finite("boundary", edge)
    if radius is not None:
        check_not_negative("radius", check_number("radius", radius), "Leave it out.")
    if outlier is not None:
        check_finite("outlier", check_number("outlier", outlier))

    # the disc of the circular law, and the boundary of stability
    ax = axes_or_current(ax)
    is_outlier = np.zeros(len(values), bool)
    if radius is not None:
        is_outlier = np.abs(values) > _OUTLIER_FACTOR * radius
        disc = {"facecolor": grey(ax, 0.1), "edgecolor": "none"}
        ax.add_patch(Circle((0, 0), radius, label="circular law", **disc))
    dashed = {"edgecolor": QUIET, "linestyle": "--", "fill": False}
    if boundary == "circle":
        ax.add_patch(Circle((0, 0), 1.0, label="unit circle", **dashed))
    elif edge is not None:
        ax.axvline(edge, color=QUIET, linestyle="--", label="stable to the left")

    for drawn, label, colour, size in (
        (~is_outlier, "eigenvalues", ink(ax), 3),
        (is_outlier, "outliers", CHANNELS[0], 5),
    ):
        if drawn.any():
            style = {"color": colour, "markersize": size, "label": label}
            ax.plot(np.real(values[drawn]), np.imag(values[drawn]), "o", **style)
    if outlier is not None and radius is not None and abs(outlier) > radius:
        style = {"color": CHANNELS[1], "markersize": 10, "label": "expected outlier"}
        ax.plot([outlier], [0], "+", **style)
    ax.set_aspect("equal", adjustable="datalim")
    ax.autoscale_view()
    ax.locator_params(axis="x", nbins=4)  # small numbers have long labels
    ax.legend(loc="upper left", bbox_to_anchor=(1, 1), **BESIDE)
    return tidy(ax, f"real part ({unit})", f"imaginary part ({unit})")


@checks_arguments
def plot_lyapunov(spectrum: LyapunovSpectrum, *, ax: Axes | None = None) -> Axes:
    """Plot Lyapunov exponents in 1/s with standard errors and Kaplan-Yorke dimension.

    Positive exponents are orange. The dimension is not drawn if it is NaN.

    **Arguments:**

    - `spectrum`: of `analysis.lyapunov`.
    - `ax`: the axes to draw in, by default the current axes of pyplot.

    **Returns:** the axes.
    """
    ax = axes_or_current(ax)
    values = 1e3 * np.asarray(spectrum.exponents)
    errors = 1e3 * np.asarray(spectrum.standard_error)
    number = 1 + np.arange(len(values))
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.axhline(0.0, color=QUIET, linewidth=0.7, linestyle=":")
    for drawn, colour in ((values > 0, CHANNELS[0]), (values <= 0, ink(ax))):
        style = {"linestyle": "none", "markersize": 3.5, "capsize": 2, "linewidth": 1.0}
        points = (number[drawn], values[drawn], errors[drawn])
        draw_points(ax, *points, color=colour, **style)
    dimension = float(spectrum.kaplan_yorke)
    if np.isfinite(dimension):
        ax.axvline(dimension, color=ink(ax), linestyle="--", linewidth=0.9)
        is_right_half = dimension > (1 + len(values)) / 2
        shift, side = (-3, "right") if is_right_half else (3, "left")
        beside = {"xytext": (shift, -2), "textcoords": "offset points", "ha": side}
        top = {"xycoords": ax.get_xaxis_transform(), "va": "top", "fontsize": 8}
        text = f"Kaplan-Yorke dimension {dimension:.2f}"
        ax.annotate(text, (dimension, 1.0), **top, **beside)
    return tidy(ax, "number of the exponent", "Lyapunov exponent (1/s)")
