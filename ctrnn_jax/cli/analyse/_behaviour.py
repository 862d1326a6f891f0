"""`ctrnn-jax analyse`: choices, their times, and what perturbations do to them."""

from typing import Any

import jax
import numpy as np

from ... import analysis, plotting
from ...perturbations import AbstractPerturbation, Lesion, Scale
from ...tasks import AbstractTwoChoice, PerceptualDecision
from ._trained_run import Found, numbers_of, panel, Subject


def no_choice(subject: Subject) -> str | None:
    if not isinstance(subject.task, AbstractTwoChoice):
        return "a task without two choices"
    return None


def behaviour(subject: Subject) -> Found:
    """The psychometric function with lapse, and its bootstrap intervals."""
    task, trials = subject.task, subject.trials
    shown = subject.counted
    evidence = np.asarray(trials.conditions["evidence"])[shown]
    chosen = np.asarray(task.answer(subject.outputs, trials) == 0)[shown]  # pyright: ignore
    curve = analysis.psychometric_curve(evidence, chosen)
    fit = analysis.fit_psychometric(curve, guess="lapse", lapse="free")
    bootstrap = analysis.bootstrap_psychometric(fit, key=subject.key)
    name = task.evidence_name  # pyright: ignore

    def draw(ax: Any) -> None:
        plotting.plot_psychometric(
            ax,
            curve,
            fit=fit,
            bootstrap=bootstrap,
            evidence_name=name,
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
    return Found(
        f"threshold {float(fit.threshold):.3g}, spread {float(fit.spread):.3g}, "
        f"lapse {float(fit.lapse):.3g}{'' if fit.converged else ' (not converged)'}",
        numbers,
        pictures={"behaviour": lambda: panel(draw, (4.6, 3.6))},
    )


_THRESHOLD = 1.0


def no_reaction(subject: Subject) -> str | None:
    """Why there are no reaction times."""
    task = subject.task
    if not isinstance(task, PerceptualDecision) or task.kind != "reaction_time":
        return "a task that is answered when it asks"
    return None


def reaction_times(subject: Subject) -> Found:
    """Times to cross 1 (Song, Yang & Wang 2016), of correct trials by evidence."""
    task, trials = subject.task, subject.trials
    found = analysis.reaction_times(task, subject.outputs, trials, threshold=_THRESHOLD)
    right = np.asarray(found.choice) == np.asarray(trials.conditions["choice"])
    times = np.where(right, np.asarray(found.time), np.nan)[subject.counted]
    strength = np.abs(np.asarray(trials.conditions["evidence"]))[subject.counted]
    curve = analysis.chronometric_curve(strength, times)
    undecided = float(np.mean(np.asarray(found.choice)[subject.counted] < 0))
    numbers: dict[str, Any] = {
        "threshold": _THRESHOLD,
        "undecided": undecided,
        "curve": numbers_of(curve),
    }
    if np.sum(curve.trials > 0) < 3:
        return Found("crossings at fewer than three strengths of evidence", numbers)
    bootstrap = analysis.bootstrap_chronometric(strength, times, key=subject.key)
    fit, names = bootstrap.fit, ("residual", "decision", "rate")
    numbers["fit"] = numbers_of(fit, *names, "r_squared") | {
        "converged": bool(fit.converged),
        "interval_95": {name: bootstrap.interval(name) for name in names},
    }

    def draw(ax: Any) -> None:
        name = f"strength of {task.evidence_name}"  # pyright: ignore
        plotting.plot_chronometric(
            ax, curve, fit=fit, bootstrap=bootstrap, evidence_name=name
        )

    return Found(
        f"{float(fit.residual):.3g} ms and a decision of {float(fit.decision):.3g} ms"
        f"{'' if fit.converged else ' (not converged)'}, "
        f"{undecided:.2g} of trials undecided",
        numbers,
        pictures={"reaction_times": lambda: panel(draw, (4.6, 3.6))},
    )


def _perturbations(subject: Subject) -> dict[str, AbstractPerturbation]:
    """A tenth of each class gone, and its synapses weaker and stronger by a fifth."""
    net = subject.net
    classes = {"": np.arange(net.n_hidden)}
    if subject.n_excitatory is not None:
        parts = np.split(classes[""], [subject.n_excitatory])
        classes = dict(zip((" excitatory", " inhibitory"), parts, strict=True))
    found: dict[str, AbstractPerturbation] = {}
    keys = jax.random.split(subject.key, len(classes))
    for key, (name, units) in zip(keys, classes.items(), strict=True):
        if not len(units):
            continue
        count = max(1, round(len(units) / 10))
        some = jax.random.choice(key, units, (count,), replace=False)
        found[f"without {count}{name} units"] = Lesion(np.sort(some))
        for factor in (0.8, 1.2):
            found[f"{factor:g} x{name} synapses"] = Scale(factor, pre=units)
    if net.n_in:
        found["0.5 x input"] = Scale(0.5, weight="w_in")
    return found


def perturbations(subject: Subject) -> Found:
    """Lesions and scaled synapses, in the same trials with the same noise."""
    size = len(subject.trials.inputs)
    changes = _perturbations(subject)
    found = analysis.perturbation_effects(
        subject.net, changes, subject.task, key=subject.key, size=size
    )
    performance = found["performance"]
    worst = int(np.argmin(performance.change))
    return Found(
        f"score {float(performance.intact):.3g}, "
        f"at worst {float(performance.perturbed[worst]):.3g} ({found.names[worst]})",
        {
            "perturbations": list(found.names),
            "level": found.level,
            "trials": found.trials,
            "measures": {
                name: numbers_of(effect) for name, effect in found.measures.items()
            },
        },
        pictures={
            "perturbations": lambda: panel(
                lambda ax: plotting.plot_perturbation_effects(ax, found), (5.6, 3.2)
            )
        },
    )
