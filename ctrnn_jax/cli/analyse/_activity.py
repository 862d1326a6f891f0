"""`ctrnn-jax analyse`: what the units of a network do in trials."""

from typing import Any

import numpy as np

from ... import analysis, plotting
from ._trained_run import condition_of, Found, panel, Subject


def geometry(subject: Subject) -> Found:
    """Dimensions of the rates, and trials in their principal components."""
    visited = subject.rates[subject.there][None]
    pca = analysis.pca(visited)
    ratio = float(analysis.participation_ratio(visited))
    two = analysis.pca(visited, n_components=2)
    rates = subject.until_end(subject.rates)

    def classes(ax: Any) -> None:
        # catch trials may last longer: a step down where the others end
        trials = subject.counted if subject.counted.any() else slice(None)
        plotting.plot_class_rates(
            ax, rates[trials], dt=subject.task.dt, n_excitatory=subject.n_excitatory
        )

    def trajectories(ax: Any) -> None:
        plotting.plot_trajectories(ax, two, rates[subject.few])

    return Found(
        f"participation ratio {ratio:.3g}; {pca.dimensions(0.9)} components hold 90 % "
        "of the variance",
        {
            "participation_ratio": ratio,
            "explained": pca.explained,
            "components_for_90_percent": pca.dimensions(0.9),
        },
        {"components": np.asarray(two.components), "mean": np.asarray(two.mean)},
        {
            "trajectories": lambda: panel(trajectories, (6.4, 4.4)),
            "class_rates": lambda: panel(classes, (5.2, 3.2)),
        },
    )


_SHOWN = 8


def no_condition(subject: Subject) -> str | None:
    """Why there is no tuning to show."""
    if subject.given.condition is None and subject.task.main_condition is None:
        return "a task whose trials no one condition tells apart (name a --condition)"
    values = _condition(subject)[1]
    if len(np.unique(values)) < 2:
        return f"trials that all have the same {_condition(subject)[0]!r}"
    return None


def _condition(subject: Subject) -> tuple[str, np.ndarray, np.ndarray]:
    """Its name, its values in trials that count, and which those are."""
    counted = subject.counted & subject.chosen.any(axis=1)
    wanted = subject.given.condition
    return *condition_of(subject.task, subject.trials, wanted, counted), counted


def tuning(subject: Subject) -> Found:
    """Mean rates by a condition, and how much of a unit's variance it explains."""
    name, values, counted = _condition(subject)
    steps = subject.chosen[counted][..., None]
    rates = np.sum(subject.rates[counted], axis=1, where=steps) / steps.sum(axis=1)
    curve = analysis.tuning_curve(rates, values)
    explained = np.asarray(analysis.explained_fraction(rates, values))
    means = np.asarray(curve.means)
    varies = np.isfinite(explained)
    depth = np.where(varies, explained, 0.0) * np.std(rates, axis=0)
    units = np.argsort(-depth, kind="stable")[:_SHOWN].tolist()
    where = "" if subject.given.epoch is None else f" in {subject.given.epoch}"
    unit = subject.task.evidence_name if name == "evidence" else name  # pyright: ignore

    def draw(ax: Any) -> None:
        classes = subject.n_excitatory
        plotting.plot_tuning(ax, curve, units=units, n_excitatory=classes, name=unit)
        ax.set_title(f"the {len(units)} units that are tuned most{where}", size=9)

    said = "no unit varies"
    if varies.any():
        most = int(np.nanargmax(explained))
        said = (
            f"{name} explains {np.mean(explained[varies]):.3g} of the variance of a "
            f"unit that varies, {explained[most]:.3g} of unit {most}'s"
        )
    return Found(
        said,
        {
            "condition": name,
            "epoch": subject.given.epoch,
            "levels": list(curve.levels),
            "trials": curve.trials,
            "explained_fraction": explained,
            "preferred_level": np.argmax(means, axis=0),
            "most_tuned_units": units,
        },
        {"means": means, "standard_errors": np.asarray(curve.standard_errors)},
        {"tuning": lambda: panel(draw, (5.6, 3.6))},
    )
