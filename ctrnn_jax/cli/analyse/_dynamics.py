"""`ctrnn-jax analyse`: where the flow rests, how it grows, and at which steps."""

from typing import Any

import jax
import numpy as np

from ... import analysis, plotting
from ._trained_run import Found, numbers_of, panel, Subject


def no_larger_state(subject: Subject) -> str | None:
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
    names = (
        "speed", "converged", "minimum", "count", "outlier", "stability", "index",
        "step_stability", "kink",
    )  # fmt: skip
    columns = numbers_of(found, *names)
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
        shown = subject.until_end(subject.potentials)[subject.few]
        plotting.plot_trajectories(ax, pca, shown, fixed_points=fixed)
        said = f"{len(fixed)} fixed points, input frozen at {subject.frozen_at}"
        ax.set_title(said, size=9)

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
        {"fixed_points": lambda: panel(draw, (6.4, 4.4))},
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
    if abs(first) > 2 * error and bool(found.accurate):
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
        pictures={"lyapunov": lambda: panel(draw, (4.8, 3.4))},
    )


def spectrum(subject: Subject) -> Found:
    """Eigenvalues and singular values of the recurrent weights.

    Reactivity and the growth bound are of the Jacobian at the mean of the potentials
    visited: at v0 rectified units may all be silent.
    """
    mean = subject.potentials[subject.chosen].mean(axis=0)
    found = analysis.spectrum(subject.net, potentials=mean, inputs=subject.inputs)
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
    draw = lambda ax: plotting.plot_eigenvalues(ax, found)
    return Found(
        f"radius {float(found.radius):.3g}, abscissa {float(found.abscissa):.3g}, "
        f"effective rank {float(found.effective_rank):.3g}",
        numbers_of(found, *names),
        {
            "eigenvalues_real": np.real(found.eigenvalues),
            "eigenvalues_imag": np.imag(found.eigenvalues),
        },
        {"spectrum": lambda: panel(draw, (4.8, 4.2))},
    )


def gradients(subject: Subject) -> Found:
    """How the gradient of the loss fares on its way back through trials."""
    found = analysis.gradient_stability(subject.net, subject.task, key=subject.key)
    return Found(
        f"{found.verdict}: {float(found.factor):.2g} of an error at the end is left at "
        "the start",
        numbers_of(found) | {"verdict": found.verdict},
    )


def dt_check(subject: Subject) -> Found:
    """Performance and trajectories at shorter steps."""
    found = analysis.dt_check(subject.net, subject.task, key=subject.key)
    return Found(
        f"performance {found.performance[0]:.3f} at dt = {found.dt[0]:g} ms, "
        f"{found.performance[-1]:.3f} at {found.dt[-1]:g} ms",
        numbers_of(found) | {"drift": found.drift},
    )


def no_other_dt(subject: Subject) -> str | None:
    try:
        jax.eval_shape(lambda: subject.task.at(subject.task.dt / 8).n_steps)
    except (TypeError, ValueError, AttributeError):
        return "a task that has no other dt"
    return None
