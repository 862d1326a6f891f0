"""The analyses of `ctrnn-jax analyse`, each with its numbers, arrays and pictures."""

from collections.abc import Callable, Mapping
import dataclasses
from typing import Any

import jax
from jax import Array
from matplotlib.figure import Figure
import numpy as np

from .. import analysis, plotting
from ..network import AbstractNetwork, noiseless
from ..tasks import AbstractTask, AbstractTwoChoice, Trial
from ._reading_config import Analyse


@dataclasses.dataclass(frozen=True)
class Subject:
    """What is analysed: a network, trials of its task, and what it does in them.

    Potentials and rates `(trials, time, units)` are without the network's noise,
    outputs with it; `inputs` is the input that is frozen for fixed points.
    """

    net: AbstractNetwork
    task: AbstractTask
    trials: Trial
    potentials: np.ndarray
    rates: np.ndarray
    outputs: Array
    inputs: np.ndarray
    key: Any
    given: Analyse

    @property
    def quiet(self) -> AbstractNetwork:
        """The network without its noise."""
        return noiseless(self.net)

    @property
    def there(self) -> np.ndarray:
        """Steps before the end of each trial, `(trials, time)`."""
        ends = np.asarray(self.trials.conditions["t_end"])
        return np.arange(self.potentials.shape[1])[None] < ends[:, None]

    @property
    def n_excitatory(self) -> int | None:
        """How many units are excitatory, which come first; `None`: it has no classes"""
        return getattr(self.net, "n_excitatory", None)


@dataclasses.dataclass(frozen=True)
class Found:
    """A line to say, numbers for JSON, arrays, and pictures to draw."""

    said: str
    numbers: Any
    arrays: Mapping[str, np.ndarray] = dataclasses.field(default_factory=dict)
    pictures: Mapping[str, Callable[[], Figure]] = dataclasses.field(
        default_factory=dict
    )


@dataclasses.dataclass(frozen=True)
class Analysis:
    """How to run one, and why it does not fit a subject (`None`: it does)."""

    run: Callable[[Subject], Found]
    lacks: Callable[[Subject], str | None] = lambda subject: None


def _panel(draw: Callable[[Any], Any], size: tuple[float, float]) -> Figure:
    figure = Figure(figsize=size, layout="constrained")
    draw(figure.add_subplot())
    return figure


def _synapses(subject: Subject) -> str | None:
    if subject.net.synapses is not None:
        return "a network with short-term plasticity, whose state is larger"
    return None


def fixed_points(subject: Subject) -> Found:
    """Fixed and slow points at the frozen input, from states that trials visit."""
    found = analysis.find_fixed_points(
        subject.quiet,
        subject.inputs,
        subject.potentials[subject.there],
        key=subject.key,
        candidates=subject.given.candidates,
    )
    names = ("speed", "converged", "minimum", "count", "outlier", "stability", "index")
    columns = {name: getattr(found, name) for name in names}
    slowest = found.time_constants[:, 0], found.frequencies[:, 0]
    points = [
        {name: column[i] for name, column in columns.items()}
        | {"leading_time_constant_ms": slowest[0][i], "leading_hz": slowest[1][i]}
        for i in range(len(found))
    ]
    fixed = found.where(found.converged)
    kinds, counts = np.unique(fixed.stability, return_counts=True)
    said = ", ".join(f"{n} {kind}" for kind, n in zip(kinds, counts, strict=True))
    pca = analysis.pca(subject.potentials[subject.there][None], n_components=2)

    def draw(ax: Any) -> None:
        shown = subject.potentials[:: max(1, len(subject.potentials) // 24)]
        plotting.plot_trajectories(ax, pca, shown, fixed_points=fixed)
        ax.set_title(f"{len(fixed)} fixed points, input frozen at its median", size=9)

    return Found(
        f"{len(fixed)} fixed ({said or 'none'}), {len(found) - len(fixed)} slow points "
        f"from {len(found.candidate_point)} candidates",
        points,
        {
            "points": found.points,
            "inputs": found.inputs,
            "eigenvalues_real": np.real(found.eigenvalues),
            "eigenvalues_imag": np.imag(found.eigenvalues),
        },
        {"fixed_points": lambda: _panel(draw, (6.4, 4.4))},
    )


_BLOCKS, _EVERY = 20, 10


def lyapunov(subject: Subject) -> Found:
    """The largest exponents at the frozen input, the network's noise off."""
    unit = _BLOCKS * _EVERY
    steps = unit * max(1, round(subject.given.steps / unit))
    found = analysis.lyapunov(
        subject.quiet,
        subject.inputs,
        steps=steps,
        every=_EVERY,
        blocks=_BLOCKS,
        n_exponents=min(20, subject.net.n_hidden),
        key=subject.key,
    )
    first, error = float(found.exponents[0]), float(found.standard_error[0])
    kind = "undecided"
    if abs(first) > 2 * error:
        kind = "chaotic" if first > 0 else "contracting"
    draw = lambda ax: plotting.plot_lyapunov(ax, found)
    return Found(
        f"largest exponent {1e3 * first:.3g} ± {1e3 * error:.2g} per s ({kind})",
        {
            "unit": "1/ms",
            "steps": steps,
            "exponents": found.exponents,
            "standard_error": found.standard_error,
            "kaplan_yorke": found.kaplan_yorke,
            "accurate": bool(found.accurate),
            "verdict": kind,
        },
        pictures={"lyapunov": lambda: _panel(draw, (4.8, 3.4))},
    )


def spectrum(subject: Subject) -> Found:
    """Eigenvalues and singular values of the recurrent weights."""
    found = analysis.spectrum(subject.net)
    names = [
        "radius",
        "abscissa",
        "numerical_abscissa",
        "reactivity",
        "growth_bound",
        "effective_rank",
        "stable_rank",
        "singular_values",
        "self_overlap",
        "input_overlap",
        "readout_overlap",
    ]
    numbers = {name: getattr(found, name) for name in names}
    draw = lambda ax: plotting.plot_eigenvalues(ax, found)
    return Found(
        f"radius {float(found.radius):.3g}, abscissa {float(found.abscissa):.3g}, "
        f"effective rank {float(found.effective_rank):.3g}",
        numbers,
        {
            "eigenvalues_real": np.real(found.eigenvalues),
            "eigenvalues_imag": np.imag(found.eigenvalues),
        },
        {"spectrum": lambda: _panel(draw, (4.8, 4.2))},
    )


def geometry(subject: Subject) -> Found:
    """Dimensions of the rates, and trials in their principal components."""
    rates = subject.rates[subject.there][None]
    pca = analysis.pca(rates)
    ratio = float(analysis.participation_ratio(rates))
    shown = subject.rates[:: max(1, len(subject.rates) // 24)]
    two = analysis.pca(rates, n_components=2)

    def classes(ax: Any) -> None:
        plotting.plot_class_rates(
            ax, subject.rates, dt=subject.task.dt, n_excitatory=subject.n_excitatory
        )

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
            "trajectories": lambda: _panel(
                lambda ax: plotting.plot_trajectories(ax, two, shown), (6.4, 4.4)
            ),
            "class_rates": lambda: _panel(classes, (5.2, 3.2)),
        },
    )


def _no_choice(subject: Subject) -> str | None:
    if not isinstance(subject.task, AbstractTwoChoice):
        return "a task without two choices"
    return None


def behaviour(subject: Subject) -> Found:
    """The psychometric function with lapse, and its bootstrap intervals."""
    task, trials = subject.task, subject.trials
    shown = ~np.asarray(trials.conditions["is_catch"])
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

    numbers = {
        "threshold": fit.threshold,
        "spread": fit.spread,
        "lapse": fit.lapse,
        "deviance": fit.deviance,
        "degrees": fit.degrees,
        "p_value": fit.p_value,
        "converged": bool(fit.converged),
        "curve": {
            n: getattr(curve, n)
            for n in ("evidence", "proportion", "trials", "standard_error")
        },
    }
    return Found(
        f"threshold {float(fit.threshold):.3g}, spread {float(fit.spread):.3g}, "
        f"lapse {float(fit.lapse):.3g}{'' if fit.converged else ' (not converged)'}",
        numbers,
        pictures={"behaviour": lambda: _panel(draw, (4.6, 3.6))},
    )


def dt_check(subject: Subject) -> Found:
    """Performance and trajectories at shorter steps."""
    found = analysis.dt_check(subject.net, subject.task, key=subject.key)
    names = [field.name for field in dataclasses.fields(found)]
    numbers = {name: getattr(found, name) for name in names}
    return Found(
        f"performance {found.performance[0]:.3f} at dt = {found.dt[0]:g} ms, "
        f"{found.performance[-1]:.3f} at {found.dt[-1]:g} ms",
        numbers | {"drift": found.drift},
    )


def _no_other_dt(subject: Subject) -> str | None:
    try:
        jax.eval_shape(lambda: subject.task.at(subject.task.dt / 8).n_steps)
    except (TypeError, ValueError, AttributeError):
        return "a task that has no other dt"
    return None


ANALYSES = {
    "fixed_points": Analysis(fixed_points, _synapses),
    "lyapunov": Analysis(lyapunov),
    "spectrum": Analysis(spectrum),
    "geometry": Analysis(geometry),
    "behaviour": Analysis(behaviour, _no_choice),
    "dt_check": Analysis(dt_check, _no_other_dt),
}
"""By the name of their flag, in the order in which they run."""
