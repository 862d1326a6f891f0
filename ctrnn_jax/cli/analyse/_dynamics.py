"""`ctrnn-jax analyse`: fixed points, exponents, spectra, gradients and the step dt."""

import jax
from matplotlib.axes import Axes
import numpy as np

from ... import analysis, plotting
from ..._show import counted
from ._trained_run import (
    AnalysisReport,
    drawn_dimensions,
    numbers_of,
    panel,
    TrainedRun,
)


def no_larger_state(trained: TrainedRun) -> str | None:
    """Return why fixed points are not available, or `None`."""
    larger = "a network with short-term plasticity, whose state is larger"
    return None if trained.net.synapses is None else larger


def fixed_points(trained: TrainedRun) -> AnalysisReport:
    """Find fixed and slow points at the frozen input, from states visited in trials."""
    search = analysis.find_fixed_points(
        trained.noise_free,
        trained.frozen[0],
        trained.potentials[trained.is_before_end],
        key=trained.key,
        candidates=trained.options.candidates,
    )
    names = (
        "speed", "converged", "minimum", "count", "outlier", "stability", "index",
        "step_stability", "kink",
    )  # fmt: skip
    columns = numbers_of(search, *names)
    slowest = search.time_constants[:, 0], search.frequencies[:, 0]
    points = [
        {name: column[i] for name, column in columns.items()}
        | {"leading_time_constant_ms": slowest[0][i], "leading_hz": slowest[1][i]}
        for i in range(len(search))
    ]
    fixed = search.where(search.converged)
    kinds, counts = np.unique(fixed.stability, return_counts=True)
    counts_text = ", ".join(f"{n} {k}" for k, n in zip(kinds, counts, strict=True))
    visited = trained.potentials[trained.is_in_epoch][None]
    pca = analysis.pca(visited, of="potentials")
    dimensions = drawn_dimensions(pca.explained)
    labels, name = trained.labels

    def draw(ax: Axes) -> None:
        shown = trained.in_epoch(trained.potentials)[trained.drawn[trained.few]]
        groups = None if labels is None else labels[trained.few]
        options = {"groups": groups, "group_name": name, "fixed_points": search}
        plotting.plot_trajectories(pca, shown, ax=ax, **options)
        number = counted(len(fixed), "fixed point")
        title = f"{number}, input frozen at {trained.frozen[1]}"
        ax.set_title(title, size=9)

    return AnalysisReport(
        f"{len(fixed)} fixed ({counts_text or 'none'}), "
        f"{counted(len(search) - len(fixed), 'slow point')} "
        f"from {len(search.candidate_point)} candidates",
        points,
        {
            "points": search.points,
            "inputs": search.inputs,
            "eigenvalues_real": np.real(search.eigenvalues),
            "eigenvalues_imag": np.imag(search.eigenvalues),
        },
        {"fixed_points": panel((6.4, 4.4), draw, dimensions=dimensions)},
    )


_BLOCKS, _EVERY = 20, 10


def lyapunov(trained: TrainedRun) -> AnalysisReport:
    """Compute the largest exponents at the frozen input, without noise."""
    unit = _BLOCKS * _EVERY
    steps = unit * max(1, round(trained.options.steps / unit))
    exponents = analysis.lyapunov(
        trained.noise_free,
        trained.frozen[0],
        steps=steps,
        every=_EVERY,
        blocks=_BLOCKS,
        n_exponents=min(20, trained.net.n_hidden),
        key=trained.key,
    )
    largest, error = float(exponents.exponents[0]), float(exponents.standard_error[0])
    kind = "undecided"
    if abs(largest) > 2 * error and bool(exponents.accurate):
        kind = "chaotic" if largest > 0 else "contracting"

    return AnalysisReport(
        f"largest exponent {1e3 * largest:.3g} ± {1e3 * error:.2g} per s ({kind})",
        {
            "unit": "1/ms",
            "steps": steps,
            "exponents": exponents.exponents,
            "standard_error": exponents.standard_error,
            "kaplan_yorke": exponents.kaplan_yorke,
            "accurate": bool(exponents.accurate),
            "verdict": kind,
        },
        pictures={"lyapunov": panel((4.8, 3.4), plotting.plot_lyapunov, exponents)},
    )


def spectrum(trained: TrainedRun) -> AnalysisReport:
    """Compute eigenvalues and singular values of the recurrent weights.

    Reactivity and the growth bound are those of the Jacobian at the mean of the visited
    potentials, since all rectified units may be silent at v0.
    """
    mean = trained.potentials[trained.is_in_epoch].mean(axis=0)
    spectra = analysis.spectrum(trained.net, potentials=mean, inputs=trained.frozen[0])
    names = (
        "radius", "abscissa", "numerical_abscissa", "reactivity", "growth_bound",
        "effective_rank", "stable_rank", "singular_values", "self_overlap",
        "input_overlap", "readout_overlap",
    )  # fmt: skip
    return AnalysisReport(
        f"radius {float(spectra.radius):.3g}, abscissa {float(spectra.abscissa):.3g}, "
        f"effective rank {float(spectra.effective_rank):.3g}",
        numbers_of(spectra, *names),
        {
            "eigenvalues_real": np.real(spectra.eigenvalues),
            "eigenvalues_imag": np.imag(spectra.eigenvalues),
        },
        {"spectrum": panel((4.8, 4.2), plotting.plot_eigenvalues, spectra)},
    )


def gradients(trained: TrainedRun) -> AnalysisReport:
    """Measure how the gradient of the loss grows or decays backwards through trials."""
    stability = analysis.gradient_stability(trained.net, trained.task, key=trained.key)
    return AnalysisReport(
        f"{stability.verdict}: a gradient at the end is "
        f"{float(stability.factor):.2g} times as large at the start",
        numbers_of(stability) | {"verdict": stability.verdict},
    )


def dt_check(trained: TrainedRun) -> AnalysisReport:
    """Compare performance and trajectories at shorter steps."""
    check = analysis.dt_check(trained.net, trained.task, key=trained.key)
    return AnalysisReport(
        f"performance {check.performance[0]:.3f} at dt = {check.dt[0]:g} ms, "
        f"{check.performance[-1]:.3f} at {check.dt[-1]:g} ms",
        numbers_of(check) | {"drift": check.drift},
    )


def no_other_dt(trained: TrainedRun) -> str | None:
    """Return why the task has no other dt, or `None`."""
    try:
        jax.eval_shape(lambda: trained.task.at(trained.task.dt / 8).n_steps)
    except (TypeError, ValueError, AttributeError):
        return "a task that has no other dt"
    return None
