"""`ctrnn-jax analyse`: choices, reaction times, and the effects of perturbations."""

from typing import Any

import jax
import numpy as np

from ... import analysis, plotting
from ...perturbations import AbstractPerturbation, Lesion, Scale
from ...tasks import AbstractTwoChoice, PerceptualDecisionReactionTime
from ._trained_run import AnalysisReport, numbers_of, panel, TrainedRun


def no_choice(trained: TrainedRun) -> str | None:
    """Return why there are no choices, or `None`."""
    is_choice = isinstance(trained.task, AbstractTwoChoice)
    return None if is_choice else "a task without two choices"


def behaviour(trained: TrainedRun) -> AnalysisReport:
    """Fit the psychometric function with lapse, and its bootstrap intervals."""
    task, trials = trained.task, trained.trials
    counted = trained.is_counted
    evidence = np.asarray(trials.conditions["evidence"])[counted]
    chosen = np.asarray(task.answer(trained.outputs, trials) == 0)[counted]  # pyright: ignore
    curve = analysis.psychometric_curve(evidence, chosen)
    fit = analysis.fit_psychometric(curve, guess="lapse", lapse="free")
    bootstrap = analysis.bootstrap_psychometric(fit, key=trained.key)
    picture = panel(
        (4.6, 3.6),
        plotting.plot_psychometric,
        curve,
        fit=fit,
        bootstrap=bootstrap,
        evidence_name=task.evidence_name,  # pyright: ignore
        choice_name=task.output_names[0],
    )
    names = ("threshold", "slope", "spread", "lapse", "deviance", "degrees", "p_value")
    numbers = numbers_of(fit, *names) | {
        "converged": bool(fit.converged),
        "interval_95": {
            n: bootstrap.interval(n) for n in ("threshold", "slope", "lapse")
        },
        "curve": numbers_of(
            curve, "evidence", "proportion", "trials", "standard_error"
        ),
    }
    return AnalysisReport(
        f"threshold {float(fit.threshold):.3g}, spread {float(fit.spread):.3g}, "
        f"lapse {float(fit.lapse):.3g}{'' if fit.converged else ' (not converged)'}",
        numbers,
        pictures={"behaviour": picture},
    )


_THRESHOLD = 1.0


def no_reaction(trained: TrainedRun) -> str | None:
    """Return why there are no reaction times, or `None`."""
    task = trained.task
    if not isinstance(task, PerceptualDecisionReactionTime):
        return "a task with a fixed time of the response"
    return None


def reaction_times(trained: TrainedRun) -> AnalysisReport:
    """Fit the times at which an output crosses 1, of correct trials, by evidence.

    The threshold is that of Song, Yang & Wang (2016).
    """
    task, trials = trained.task, trained.trials
    reactions = analysis.reaction_times(
        task, trained.outputs, trials, threshold=_THRESHOLD
    )
    is_correct = np.asarray(reactions.choice) == np.asarray(trials.conditions["choice"])
    times = np.where(is_correct, np.asarray(reactions.time), np.nan)
    times = times[trained.is_counted]
    strength = np.abs(np.asarray(trials.conditions["evidence"]))[trained.is_counted]
    curve = analysis.chronometric_curve(strength, times)
    undecided = float(np.mean(np.asarray(reactions.choice)[trained.is_counted] < 0))
    numbers: dict[str, Any] = {
        "threshold": _THRESHOLD,
        "undecided": undecided,
        "curve": numbers_of(curve),
    }
    if np.sum(curve.trials > 0) < 3:
        return AnalysisReport(
            "crossings at fewer than three strengths of evidence", numbers
        )
    bootstrap = analysis.bootstrap_chronometric(strength, times, key=trained.key)
    fit, names = bootstrap.fit, ("residual", "decision", "rate")
    numbers["fit"] = numbers_of(fit, *names, "r_squared") | {
        "converged": bool(fit.converged),
        "interval_95": {name: bootstrap.interval(name) for name in names},
    }

    picture = panel(
        (4.6, 3.6),
        plotting.plot_chronometric,
        curve,
        fit=fit,
        bootstrap=bootstrap,
        evidence_name=f"strength of {task.evidence_name}",  # pyright: ignore
    )
    return AnalysisReport(
        f"{float(fit.residual):.3g} ms and a decision of {float(fit.decision):.3g} ms"
        f"{'' if fit.converged else ' (not converged)'}, "
        f"{undecided:.2g} of trials undecided",
        numbers,
        pictures={"reaction_times": picture},
    )


def _perturbations(trained: TrainedRun) -> dict[str, AbstractPerturbation]:
    """Lesion a tenth of each cell class, and scale its synapses by 0.8 and 1.2."""
    net = trained.net
    classes = {"": np.arange(net.n_hidden)}
    if trained.n_excitatory is not None:
        parts = np.split(classes[""], [trained.n_excitatory])
        classes = dict(zip((" excitatory", " inhibitory"), parts, strict=True))
    perturbations: dict[str, AbstractPerturbation] = {}
    keys = jax.random.split(trained.key, len(classes))
    for key, (name, units) in zip(keys, classes.items(), strict=True):
        if not len(units):
            continue
        count = max(1, round(len(units) / 10))
        lesioned = jax.random.choice(key, units, (count,), replace=False)
        perturbations[f"without {count}{name} units"] = Lesion(np.sort(lesioned))
        for factor in (0.8, 1.2):
            perturbations[f"{factor:g} x{name} synapses"] = Scale(factor, pre=units)
    if net.n_in:
        perturbations["0.5 x input"] = Scale(0.5, weight="w_in")
    return perturbations


def perturbations(trained: TrainedRun) -> AnalysisReport:
    """Measure lesions and scaled synapses, in the same trials with the same noise."""
    size = len(trained.trials.inputs)
    changes = _perturbations(trained)
    effects = analysis.perturbation_effects(
        trained.net, changes, trained.task, key=trained.key, size=size
    )
    performance = effects["performance"]
    worst = int(np.argmin(performance.change))
    return AnalysisReport(
        f"score {float(performance.intact):.3g}, "
        f"at worst {float(performance.perturbed[worst]):.3g} ({effects.names[worst]})",
        {
            "perturbations": list(effects.names),
            "level": effects.level,
            "trials": effects.trials,
            "measures": {
                name: numbers_of(effect) for name, effect in effects.measures.items()
            },
        },
        pictures={
            "perturbations": panel(
                (5.6, 3.2), plotting.plot_perturbation_effects, effects
            )
        },
    )
