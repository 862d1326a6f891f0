"""`ctrnn-jax analyse`: geometry of the rates and tuning of the units."""

from matplotlib.axes import Axes
import numpy as np

from ... import analysis, plotting
from ._trained_run import AnalysisReport, panel, TrainedRun


def geometry(trained: TrainedRun) -> AnalysisReport:
    """Compute dimensions of the rates, and trials in their principal components."""
    visited = trained.rates[trained.is_before_end][None]
    pca = analysis.pca(visited)
    ratio = analysis.participation_ratio(visited)
    two = analysis.pca(visited, n_components=2)
    rates = trained.until_end(trained.rates)

    return AnalysisReport(
        f"participation ratio {float(ratio):.3g}; {pca.dimensions(0.9)} components "
        "explain 90 % of the variance",
        {
            "participation_ratio": ratio,
            "explained": pca.explained,
            "components_for_90_percent": pca.dimensions(0.9),
        },
        {"components": np.asarray(two.components), "mean": np.asarray(two.mean)},
        {
            "trajectories": panel(
                (6.4, 4.4), plotting.plot_trajectories, two, rates[trained.few]
            ),
            "class_rates": panel(
                (5.2, 3.2),
                plotting.plot_class_rates,
                # without catch trials: they may last longer, and the mean would jump
                rates[trained.is_counted if trained.is_counted.any() else slice(None)],
                dt=trained.task.dt,
                n_excitatory=trained.n_excitatory,
            ),
        },
    )


_SHOWN = 8


def no_condition(trained: TrainedRun) -> str | None:
    """Return why there is no tuning, or `None`."""
    if trained.options.condition is None and trained.task.main_condition is None:
        return "a task without a main condition (name a --condition)"
    values = _condition(trained)[1]
    if len(np.unique(values)) < 2:
        return f"trials that all have the same {_condition(trained)[0]!r}"
    return None


def _condition(trained: TrainedRun) -> tuple[str, np.ndarray, np.ndarray]:
    """Return the condition's name, its values in counted trials, and those trials."""
    is_counted = trained.is_counted & trained.is_in_epoch.any(axis=1)
    return *trained.condition(is_counted), is_counted


def tuning(trained: TrainedRun) -> AnalysisReport:
    """Compute mean rates by a condition, and the variance of units that it explains."""
    name, values, counted = _condition(trained)
    steps = trained.is_in_epoch[counted][..., None]
    rates = np.sum(trained.rates[counted], axis=1, where=steps) / steps.sum(axis=1)
    curve = analysis.tuning_curve(rates, values)
    explained = np.asarray(analysis.explained_fraction(rates, values))
    means = np.asarray(curve.means)
    varies = np.isfinite(explained)
    depth = np.where(varies, explained, 0.0) * np.std(rates, axis=0)
    units = np.argsort(-depth, kind="stable")[:_SHOWN].tolist()
    where = "" if trained.options.epoch is None else f" in {trained.options.epoch}"
    unit = trained.task.evidence_name if name == "evidence" else name  # pyright: ignore

    def draw(ax: Axes) -> None:
        classes = trained.n_excitatory
        options = {"units": units, "n_excitatory": classes, "name": unit}
        plotting.plot_tuning(curve, ax=ax, **options)
        ax.set_title(f"the {len(units)} most tuned units{where}", size=9)

    summary = "no unit varies"
    if varies.any():
        most = int(np.nanargmax(explained))
        summary = (
            f"{name} explains {np.mean(explained[varies]):.3g} of the variance of the "
            f"units that vary (mean), {explained[most]:.3g} for unit {most}"
        )
    return AnalysisReport(
        summary,
        {
            "condition": name,
            "epoch": trained.options.epoch,
            "levels": list(curve.levels),
            "trials": curve.trials,
            "explained_fraction": explained,
            "preferred_level": np.argmax(means, axis=0),
            "most_tuned_units": units,
        },
        {"means": means, "standard_errors": np.asarray(curve.standard_errors)},
        {"tuning": panel((5.6, 3.6), draw)},
    )
