"""Pictures of behaviour."""

from typing import Any

from matplotlib.axes import Axes
import numpy as np

from ..analysis import PsychometricCurve
from ._style import CHANNELS, QUIET, tidy


_LINKS = {"gaussian": "cumulative Gaussian", "logistic": "logistic"}
_MEASURES = {
    "performance": "change of fraction correct",
    "bias": "change of bias towards choice 1 (fraction of trials)",
    "slope": "change of slope (1 / evidence)",
    "rate": "change of mean rate (dimensionless)",
    "rate_excitatory": "change of excitatory rate (dimensionless)",
    "rate_inhibitory": "change of inhibitory rate (dimensionless)",
}


def plot_psychometric(
    ax: Axes,
    curve: PsychometricCurve,
    *,
    fit: Any = None,
    bootstrap: Any = None,
    evidence_name: str = "evidence",
    choice_name: str = "choice 1",
) -> Axes:
    """Proportion of one choice against the evidence for it, with standard errors.

    **Arguments:**

    - `ax`: where to draw.
    - `curve`: of `analysis.psychometric_curve`.
    - `fit`: of `analysis.fit_psychometric`, drawn as a line with its threshold.
    - `bootstrap`: of the fit, drawn as a band: 95 % at each evidence.
    - `evidence_name`: with its unit.
    - `choice_name`: which choice the proportion is of.

    **Returns:** the axes.
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
        linestyle="-" if fit is None else "none",
        capsize=2,
    )
    if fit is not None:
        x = np.linspace(np.min(curve.evidence), np.max(curve.evidence), 300)
        threshold = f"threshold {float(fit.threshold):.3g}"
        if bootstrap is not None:
            low, high = bootstrap.band(x)
            ax.fill_between(x, low, high, color=CHANNELS[1], alpha=0.2, linewidth=0)
            edges = bootstrap.interval("threshold")
            threshold += f" [{edges[0]:.3g}, {edges[1]:.3g}]"
        sure = "" if bool(fit.converged) else "\n(not converged)"
        label = f"{_LINKS[fit.link]}\n{threshold}{sure}"
        ax.plot(x, np.asarray(fit(x)), color=CHANNELS[1], linewidth=1.4, label=label)
        ax.legend(frameon=False, fontsize=7, loc="upper left")
    ax.set_ylim(-0.03, 1.03)
    ax.set_xlabel(evidence_name)
    ax.set_ylabel(f"proportion of {choice_name}")
    return tidy(ax)


def plot_chronometric(
    ax: Axes,
    curve: Any,
    *,
    fit: Any = None,
    bootstrap: Any = None,
    evidence_name: str = "evidence",
) -> Axes:
    """Mean reaction time against the evidence, with standard errors.

    **Arguments:** the axes; a `ChronometricCurve`; of `analysis.fit_chronometric`,
    drawn as a line; of `analysis.bootstrap_chronometric`, drawn as a band: 95 % at each
    evidence; the evidence's name with its unit. **Returns:** the axes.
    """
    known = np.isfinite(curve.time)
    ax.errorbar(
        curve.evidence[known],
        curve.time[known],
        yerr=np.nan_to_num(curve.standard_error[known]),
        color="black",
        marker="o",
        markersize=4,
        linewidth=1.2,
        linestyle="-" if fit is None else "none",
        capsize=2,
    )
    if fit is not None:
        x = np.linspace(np.min(curve.evidence), np.max(curve.evidence), 300)
        if bootstrap is not None:
            low, high = bootstrap.band(x)
            ax.fill_between(x, low, high, color=CHANNELS[1], alpha=0.2, linewidth=0)
        parts = f"{float(fit.residual):.0f} ms + decision {float(fit.decision):.0f} ms"
        sure = "" if bool(fit.converged) else "\n(not converged)"
        label = f"diffusion, {parts}{sure}"
        ax.plot(x, np.asarray(fit(x)), color=CHANNELS[1], linewidth=1.4, label=label)
        ax.legend(frameon=False, fontsize=7, loc="upper right")
        # room for the legend above the curve
        low, high = ax.get_ylim()
        ax.set_ylim(low, high + 0.15 * (high - low))
    ax.set_xlabel(evidence_name)
    ax.set_ylabel("reaction time (ms)")
    return tidy(ax)


def plot_perturbation_effects(
    ax: Axes, effects: Any, measure: str = "performance"
) -> Axes:
    """What each perturbation changes, with its interval: a forest plot.

    Changes whose interval leaves out 0 are filled.

    **Arguments:** the axes, `PerturbationEffects` of
    `analysis.perturbation_effects`, and which of its measures.
    **Returns:** the axes. Raises `ValueError` for an unknown measure.
    """
    effect = effects[measure]
    change, low, high = (
        np.asarray(x, float) for x in (effect.change, effect.low, effect.high)
    )
    rows = np.arange(len(change))
    ax.axvline(0.0, color=QUIET, linewidth=0.9, linestyle="--")
    ax.hlines(rows, low, high, color="black", linewidth=1.4)
    apart = (low > 0) | (high < 0)
    for chosen, face in ((apart, "black"), (~apart, "white")):
        ax.plot(
            change[chosen],
            rows[chosen],
            "o",
            color="black",
            markerfacecolor=face,
            markersize=5,
        )
    ax.set_yticks(rows, effects.names)
    ax.set_ylim(len(rows) - 0.5, -0.5)
    intact = f"intact {float(effect.intact):.3g}; {100 * effects.level:g}% intervals"
    ax.set_title(f"{intact}, {effects.trials} trials", size=8)
    ax.set_xlabel(_MEASURES.get(measure, f"change of {measure}"))
    return tidy(ax)
