"""Figures of behaviour: psychometric and chronometric curves, perturbation effects."""

import textwrap

from matplotlib.axes import Axes
from matplotlib.colors import is_color_like
import numpy as np

from .._arguments import checks_arguments
from .._checks import check
from ..analysis import (
    ChronometricBootstrap,
    ChronometricCurve,
    ChronometricFit,
    PerturbationEffects,
    PsychometricBootstrap,
    PsychometricCurve,
    PsychometricFit,
)
from ._style import (
    add_legend,
    axes_or_current,
    CHANNELS,
    draw_points,
    ink,
    lay_out,
    paper,
    QUIET,
    size_in_points,
    tidy,
    wrapped,
)


_LINKS = {"gaussian": "cumulative Gaussian", "logistic": "logistic"}
_MEASURES = {
    "performance": "change of fraction correct",
    "bias": "change of bias towards output 0 (fraction of trials)",
    "slope": "change of slope (1 / evidence)",
    "rate": "change of mean rate (dimensionless)",
    "rate_excitatory": "change of excitatory rate (dimensionless)",
    "rate_inhibitory": "change of inhibitory rate (dimensionless)",
}


@checks_arguments
def plot_psychometric(
    curve: PsychometricCurve,
    *,
    ax: Axes | None = None,
    fit: PsychometricFit | None = None,
    bootstrap: PsychometricBootstrap | None = None,
    evidence_name: str = "evidence",
    choice_name: str = "choice 1",
    label: str | None = None,
    colour: str | None = None,
) -> Axes:
    """Plot the proportion of one choice against evidence, with standard errors.

    **Arguments:**

    - `curve`: of `analysis.psychometric_curve`.
    - `ax`: the axes to draw in, by default the current axes of pyplot.
    - `fit`: of `analysis.fit_psychometric`, drawn as a line; the legend shows its
        threshold.
    - `bootstrap`: of the fit, drawn as a band: the 95 % interval at each evidence.
    - `evidence_name`: with its unit.
    - `choice_name`: label of the choice. The default "choice 1" is a label of output
        channel 0.
    - `label`, `colour`: of the curve, for several curves in the same axes, such as
        "intact" and "lesion".

    **Returns:** the axes. Raises `ValueError` for a bootstrap without its fit, and for
    no colour.
    """
    _check_has_fit(bootstrap, fit)
    is_known = colour is None or is_color_like(colour)
    check(is_known, "colour", "be a colour", repr(colour), "Use 'red'.")
    ax = axes_or_current(ax)
    ax.axhline(0.5, color=QUIET, linewidth=0.7, linestyle=":")
    # not above 1, where the legend is
    ax.plot([0.0, 0.0], [0.0, 1.0], color=QUIET, linewidth=0.7, linestyle=":")
    errors = curve.standard_error
    name = label if fit is None else None
    _draw_curve(ax, curve.evidence, curve.proportion, errors, fit, colour, name)
    if fit is not None:
        legend = _LINKS[fit.link] if label is None else label
        legend += f"\nthreshold {float(fit.threshold):.3g}"
        if bootstrap is not None:
            low, high = bootstrap.interval("threshold")
            legend += f" [{low:.3g}, {high:.3g}]"
        _draw_fit(ax, curve.evidence, fit, bootstrap, legend, colour)
    ax.set_ylim(-0.03, 1.03)
    ax.set_yticks([0.0, 0.25, 0.5, 0.75, 1.0])
    add_legend(ax)
    return tidy(ax, evidence_name, f"proportion of {choice_name}")


@checks_arguments
def plot_chronometric(
    curve: ChronometricCurve,
    *,
    ax: Axes | None = None,
    fit: ChronometricFit | None = None,
    bootstrap: ChronometricBootstrap | None = None,
    evidence_name: str = "evidence",
) -> Axes:
    """Plot the mean reaction time against evidence, with standard errors.

    **Arguments:**

    - `curve`: of `analysis.chronometric_curve`.
    - `ax`: the axes to draw in, by default the current axes of pyplot.
    - `fit`: of `analysis.fit_chronometric`, drawn as a line.
    - `bootstrap`: of `analysis.bootstrap_chronometric`, drawn as a band: the 95 %
        interval at each evidence.
    - `evidence_name`: with its unit.

    **Returns:** the axes. Raises `ValueError` for a bootstrap without its fit.
    """
    _check_has_fit(bootstrap, fit)
    ax = axes_or_current(ax)
    has_time = np.isfinite(curve.time)
    columns = (curve.evidence, curve.time, curve.standard_error)
    x, y, error = (column[has_time] for column in columns)
    _draw_curve(ax, x, y, error, fit)
    if fit is not None:
        parts = f"{float(fit.residual):.0f} ms + decision {float(fit.decision):.0f} ms"
        _draw_fit(ax, curve.evidence, fit, bootstrap, f"diffusion, {parts}")
    add_legend(ax)
    return tidy(ax, evidence_name, "reaction time (ms)")


def _check_has_fit(
    bootstrap: PsychometricBootstrap | ChronometricBootstrap | None, fit: object
) -> None:
    """Validate that a bootstrap, which is a band around a fit, comes with a fit."""
    is_drawn = bootstrap is None or fit is not None
    remedy = "Pass fit=bootstrap.fit."
    check(is_drawn, "bootstrap", "come with its `fit`", "no fit", remedy)


def _draw_curve(
    ax: Axes,
    x: np.ndarray,
    y: np.ndarray,
    error: np.ndarray,
    fit: object,
    colour: str | None = None,
    label: str | None = None,
) -> None:
    """Draw points with error bars; join them by lines if there is no fit."""
    style = {"markersize": 4, "linewidth": 1.2, "capsize": 2, "label": label}
    style["color"] = ink(ax) if colour is None else colour
    linestyle = "-" if fit is None else "none"
    draw_points(ax, x, y, error, linestyle=linestyle, **style)


def _draw_fit(
    ax: Axes,
    evidence: np.ndarray,
    fit: PsychometricFit | ChronometricFit,
    bootstrap: PsychometricBootstrap | ChronometricBootstrap | None,
    label: str,
    colour: str | None = None,
) -> None:
    """Draw a fit as a line over the range of the evidence, and its bootstrap band."""
    x = np.linspace(np.min(evidence), np.max(evidence), 300)
    colour = CHANNELS[1] if colour is None else colour
    if bootstrap is not None:
        low, high = bootstrap.band(x)
        ax.fill_between(x, low, high, color=colour, alpha=0.2, linewidth=0)
    label += "" if bool(fit.converged) else "\n(not converged)"
    ax.plot(x, np.asarray(fit(x)), color=colour, linewidth=1.4, label=label)


@checks_arguments
def plot_perturbation_effects(
    effects: PerturbationEffects,
    measure: str = "performance",
    *,
    ax: Axes | None = None,
) -> Axes:
    """Plot the change due to each perturbation, with its interval: a forest plot.

    Changes whose interval excludes 0 are filled.

    **Arguments:**

    - `effects`: of `analysis.perturbation_effects`.
    - `measure`: the name of one of its measures.
    - `ax`: the axes to draw in, by default the current axes of pyplot.

    **Returns:** the axes. Raises `ValueError` for an unknown measure.
    """
    effect, ax = effects[measure], axes_or_current(ax)
    ends = (effect.change, effect.low, effect.high)
    change, low, high = (np.asarray(x, float) for x in ends)
    rows = np.arange(len(change))
    ax.axvline(0.0, color=QUIET, linewidth=0.9, linestyle="--")
    ax.hlines(rows, low, high, color=ink(ax), linewidth=1.4)
    excludes_zero = (low > 0) | (high < 0)
    for drawn, face in ((excludes_zero, ink(ax)), (~excludes_zero, paper(ax))):
        style = {"color": ink(ax), "markerfacecolor": face, "markersize": 5}
        ax.plot(change[drawn], rows[drawn], "o", **style)
    names = [textwrap.fill(name, 20) for name in effects.names]
    ax.set_yticks(rows, names, fontsize=8)
    ax.set_ylim(len(rows) - 0.5, -0.5)
    lay_out(ax)  # long names leave little width for the labels
    intact = f"intact {float(effect.intact):.3g}; {100 * effects.level:g}% intervals"
    title = f"{intact}, {effects.trials} trials"
    ax.set_title(wrapped(title, 8, size_in_points(ax)[0]), size=8)
    return tidy(ax, _MEASURES.get(measure, f"change of {measure}"))
