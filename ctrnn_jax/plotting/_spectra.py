"""Pictures of spectra: eigenvalues, Lyapunov exponents."""

from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import Circle
import numpy as np

from ._style import CHANNELS, QUIET, tidy


_BEYOND = 1.1  # times the radius: eigenvalues farther out are drawn as outliers


def plot_eigenvalues(
    ax: Axes,
    eigenvalues: Any,
    *,
    boundary: str | float | None = "usual",
    radius: float | None = None,
    outlier: float | None = None,
    unit: str = "dimensionless",
) -> Axes:
    """Eigenvalues in the complex plane; those that are outliers are orange.

    **Arguments:**

    - `ax`: where to draw.
    - `eigenvalues`: complex, `(n,)`, or a `Spectrum`, whose weights' eigenvalues these
        are, with the radius and outlier that its statistics let expect.
    - `boundary`: of stability: "circle" for eigenvalues of a step (multipliers), a real
        part for those of a flow (0 for Jacobians, 1 for weights), or `None`. Usually 1
        for a `Spectrum`, "circle" for others.
    - `radius`: of the disc of the circular law about 0; eigenvalues beyond 1.1 times
        it are outliers.
    - `outlier`: where one is expected, on the real axis.
    - `unit`: of the eigenvalues, such as "1/ms".

    **Returns:** the axes.
    """
    expected = getattr(eigenvalues, "expected", None)
    if expected is not None:
        radius = float(expected.radius) if radius is None else radius
        outlier = float(expected.outlier) if outlier is None else outlier
    if boundary == "usual":
        boundary = "circle" if expected is None else 1.0
    values = np.ravel(np.asarray(getattr(eigenvalues, "eigenvalues", eigenvalues)))
    real, imaginary = np.real(values), np.imag(values)
    far = np.zeros(len(values), bool)
    if radius is not None:
        far = np.abs(values) > _BEYOND * radius
        grey = {"facecolor": "0.92", "edgecolor": "none"}
        ax.add_patch(Circle((0, 0), radius, label="circular law", **grey))
    dashed = {"edgecolor": QUIET, "linestyle": "--", "fill": False}
    if boundary == "circle":
        ax.add_patch(Circle((0, 0), 1.0, label="unit circle", **dashed))
    elif boundary is not None:
        at = float(boundary)
        ax.axvline(at, color=QUIET, linestyle="--", label="stable to the left")
    for chosen, label, colour, size in (
        (~far, "eigenvalues", "black", 3),
        (far, "outliers", CHANNELS[5], 5),
    ):
        if chosen.any():
            style = {"color": colour, "markersize": size, "label": label}
            ax.plot(real[chosen], imaginary[chosen], "o", **style)
    if outlier is not None and radius is not None and abs(outlier) > radius:
        style = {"color": CHANNELS[1], "markersize": 10, "label": "expected outlier"}
        ax.plot([outlier], [0], "+", **style)
    ax.set_aspect("equal", adjustable="datalim")
    ax.autoscale_view()
    ax.locator_params(axis="x", nbins=4)  # small numbers have long labels
    ax.set_xlabel(f"real part ({unit})")
    ax.set_ylabel(f"imaginary part ({unit})")
    beside = {"loc": "upper left", "bbox_to_anchor": (1, 1), "borderaxespad": 0.2}
    ax.legend(frameon=False, fontsize=7, **beside)
    return tidy(ax)


def plot_lyapunov(ax: Axes, spectrum: Any) -> Axes:
    """Lyapunov exponents in 1/s with standard errors, and the Kaplan-Yorke dimension.

    Positive exponents are orange.

    **Arguments:** the axes, and a `LyapunovSpectrum`: `exponents` and `standard_error`
    `(k,)` per ms, `kaplan_yorke` (not drawn where it is NaN). **Returns:** the axes.
    """
    values = 1e3 * np.asarray(spectrum.exponents)
    errors = 1e3 * np.asarray(spectrum.standard_error)
    number = 1 + np.arange(len(values))
    ax.axhline(0.0, color=QUIET, linewidth=0.7, linestyle=":")
    for chosen, colour in ((values > 0, CHANNELS[5]), (values <= 0, "black")):
        ax.errorbar(
            number[chosen],
            values[chosen],
            yerr=errors[chosen],
            color=colour,
            linestyle="none",
            marker="o",
            markersize=3.5,
            capsize=2,
            linewidth=1.0,
        )
    dimension = float(spectrum.kaplan_yorke)
    if np.isfinite(dimension):
        ax.axvline(dimension, color="black", linestyle="--", linewidth=0.9)
        right = dimension > (1 + len(values)) / 2
        ax.annotate(
            f"Kaplan-Yorke dimension {dimension:.2f}",
            (dimension, 1.0),
            xycoords=ax.get_xaxis_transform(),
            xytext=(-3 if right else 3, -2),
            textcoords="offset points",
            ha="right" if right else "left",
            va="top",
            fontsize=8,
        )
    ax.set_xlabel("number of the exponent")
    ax.set_ylabel("Lyapunov exponent (1/s)")
    return tidy(ax)
