"""`ctrnn-jax analyse`: geometry of the rates and tuning of the units."""

from matplotlib.axes import Axes
import numpy as np

from ... import analysis, plotting
from ..._show import counted
from ._trained_run import AnalysisReport, drawn_dimensions, panel, TrainedRun


def geometry(trained: TrainedRun) -> AnalysisReport:
    """Compute dimensions of the rates, and trials in their principal components.

    Of the epoch of the options only, if there is one.
    """
    visited = trained.rates[trained.is_in_epoch][None]
    pca = analysis.pca(visited, of="rates")
    ratio = analysis.participation_ratio(visited)
    dimensions = drawn_dimensions(pca.explained)
    rates = trained.in_epoch(trained.rates)[trained.drawn]
    labels, name = trained.labels
    some = None if labels is None else labels[trained.few]
    title = f"{counted(len(trained.few), 'trial')} of {len(trained.potentials)}"

    def draw_trajectories(ax: Axes) -> None:
        shown = rates[trained.few]
        plotting.plot_trajectories(pca, shown, ax=ax, groups=some, group_name=name)
        ax.set_title(f"rates{trained.where}, {title}", size=9)

    def draw_class_rates(ax: Axes) -> None:
        of_trials = {"dt": trained.task.dt, "by": labels, "by_name": name}
        classes = trained.n_excitatory
        plotting.plot_class_rates(rates, ax=ax, n_excitatory=classes, **of_trials)
        ax.set_title(f"mean of {len(rates)} trials{trained.where}", size=9)

    return AnalysisReport(
        f"participation ratio {float(ratio):.3g}; {pca.dimensions(0.9)} components "
        "explain 90 % of the variance",
        {
            "participation_ratio": ratio,
            "explained": pca.explained,
            "components_for_90_percent": pca.dimensions(0.9),
            "epoch": trained.options.epoch,
        },
        {
            "components": np.asarray(pca.components[:dimensions]),
            "mean": np.asarray(pca.mean),
        },
        {
            "trajectories": panel((6.4, 4.4), draw_trajectories, dimensions=dimensions),
            "class_rates": panel((5.8, 3.8), draw_class_rates),
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
    name, values, is_counted = _condition(trained)
    steps = trained.is_in_epoch[is_counted][..., None]
    rates = np.sum(trained.rates[is_counted], axis=1, where=steps) / steps.sum(axis=1)
    curve = analysis.tuning_curve(rates, values)
    explained = np.asarray(analysis.explained_fraction(rates, values))
    means = np.asarray(curve.means)
    varies = np.isfinite(explained)
    depth = np.where(varies, explained, 0.0) * np.std(rates, axis=0)
    units = np.argsort(-depth, kind="stable")[:_SHOWN].tolist()

    def draw(ax: Axes) -> None:
        classes = trained.n_excitatory
        options = {"units": units, "n_excitatory": classes}
        plotting.plot_tuning(curve, ax=ax, name=trained.titled(name), **options)
        ax.set_title(f"the {len(units)} most tuned units{trained.where}", size=9)

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
