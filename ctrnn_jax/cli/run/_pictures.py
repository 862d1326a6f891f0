"""Draw the pictures of a training run and of a sweep."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from jax import Array
from matplotlib.axes import Axes
from matplotlib.figure import Figure
import numpy as np

from ..._quick_compilation import quickly_compiled
from ..._types import KeyArray
from ...analysis import psychometric_curve
from ...network import AbstractNetwork, effective
from ...plotting import (
    example_trials,
    plot_ensemble,
    plot_psychometric,
    plot_training,
    plot_trials,
    plot_weight_magnitudes,
    plot_weights,
)
from ...simulation import rollout, Trajectory
from ...tasks import AbstractTwoChoice, Trial
from ...training import History
from ._build import keys_of, Setup
from ._folder import save_picture


_DRAWN = 8
"""Up to this number of settings, each has a colour; more are drawn as one."""

_WINDOW = 25
"""The number of updates over which losses are averaged."""


def draw_all(
    setup: Setup, net: AbstractNetwork, trials: Trial, outputs: Array, history: History
) -> list[Path]:
    """Draw the pictures of a run; return their paths.

    `outputs` are those of the trials. A few trials are simulated again to obtain their
    rates.
    """
    task, config = setup.task, setup.config
    n_excitatory = getattr(net, "n_excitatory", None)
    few, titles = example_trials(task, trials)
    traj = _simulated(net, few.inputs, keys_of(config.seed)[2])
    figures = {
        "trials": plot_trials(
            Figure(), task, few, traj, titles=titles, n_excitatory=n_excitatory
        ),
        "weights": _weights(net, n_excitatory),
        "loss": plot_training(
            Figure(),
            history,
            criterion=config.criterion,
            performance_name=task.performance_name,
        ),
    }
    if isinstance(task, AbstractTwoChoice):
        figures["psychometric"] = _psychometric(task, trials, outputs)
    return _saved(config.out, figures)


@quickly_compiled
def _simulated(net: AbstractNetwork, inputs: Array, key: KeyArray) -> Trajectory:
    return rollout(net, inputs, key=key)


@quickly_compiled
def _answers(task: AbstractTwoChoice, outputs: Array, trials: Trial) -> Array:
    return task.answer(outputs, trials)


def _psychometric(task: AbstractTwoChoice, trials: Trial, outputs: Array) -> Figure:
    is_shown = ~np.asarray(trials.conditions["is_catch"])
    evidence = np.asarray(trials.conditions["evidence"])
    chosen = np.asarray(_answers(task, outputs, trials)) == 0
    figure = Figure(figsize=(4.6, 3.6), layout="constrained")
    curve = psychometric_curve(evidence[is_shown], chosen[is_shown])
    ax = plot_psychometric(figure.add_subplot(), curve)
    ax.set_xlabel(task.evidence_name)
    ax.set_ylabel(f"proportion of {task.output_names[0]}")
    title = f"{int(is_shown.sum())} trials, noise on; bars: standard error"
    ax.set_title(title, size=9)
    return figure


def _weights(net: AbstractNetwork, n_excitatory: int | None) -> Figure:
    weights = effective(net)
    w_in, w_hid, w_out = map(np.asarray, (weights.w_in, weights.w_hid, weights.w_out))
    figure = Figure(figsize=(9.6, 4.8), layout="constrained")
    widths, heights = [0.4, 4.5, 4.0], [4.5, 0.4]
    grid = figure.add_gridspec(2, 3, width_ratios=widths, height_ratios=heights)
    inputs = figure.add_subplot(grid[0, 0])
    if w_in.shape[1]:
        plot_weights(inputs, w_in)
        inputs.set_title(f"input\n{_scale(inputs)}", size=8)
        inputs.set(xlabel="channel", xticks=_ends(w_in.shape[1]))
    else:
        inputs.set_title("no input", size=8)
        inputs.set_axis_off()
    recurrent = figure.add_subplot(grid[0, 1])
    plot_weights(recurrent, w_hid, n_excitatory=n_excitatory, colorbar=True)
    recurrent.set_title("recurrent", size=8)
    recurrent.set(xlabel="", yticks=[])
    if w_in.shape[1]:
        recurrent.set_ylabel("")  # the panel of inputs has this label
    below = figure.add_subplot(grid[1, 1])
    readout = plot_weights(below, w_out, n_excitatory=n_excitatory)
    beside = {"rotation": 0, "ha": "right", "va": "center", "size": 8}
    readout.set_ylabel(f"readout\n{_scale(readout)}", **beside)
    readout.set_yticks(_ends(w_out.shape[0]))
    plot_weight_magnitudes(figure.add_subplot(grid[:, 2]), w_hid, n_excitatory)
    return figure


def _ends(count: int) -> list[int]:
    """Return the first and the last index."""
    return [0, count - 1] if count > 1 else [0]


def _scale(ax: Axes) -> str:
    """Return the weight at full colour of a panel without a colour bar."""
    return f"(±{ax.images[0].norm.vmax:.2g})"


def draw_spread(
    folder: Path,
    history: History,
    labels: Sequence[str],
    *,
    criterion: float,
    performance_name: str,
) -> list[Path]:
    """Draw loss and performance of the members of each setting.

    `history` is that of an ensemble, `(members, ...)`, where the members of a setting
    are adjacent. A member that has stopped keeps its last value.
    """
    if len(labels) > _DRAWN:
        labels = [f"all {len(labels)} settings"]
    updates = 1 + np.arange(history.loss.shape[1])
    figures = {
        name: Figure(figsize=(6.4, 3.6), layout="constrained")
        for name in ("loss", "performance")
    }
    loss, performance = (figure.add_subplot() for figure in figures.values())
    _draw(loss, updates, history.loss, labels, smooth=_smooth)
    loss.set_yscale("log")
    loss.set_ylabel("loss")
    _draw(performance, history.validation_step, 100 * history.performance, labels)
    performance.axhline(
        100 * criterion, color="0.5", linestyle="--", linewidth=0.9, label="criterion"
    )
    performance.set_ylabel(f"{performance_name} (%)")
    for ax, what in ((loss, f", means of {_WINDOW} updates"), (performance, "")):
        ax.set_xlabel("updates")
        ax.set_title(f"median, quartiles and range of the members{what}", size=9)
        if labels != [""] and ax.lines:
            ax.legend(handles=ax.lines, frameon=False, fontsize=8)
    return _saved(folder, figures)


def _saved(folder: Path, figures: Mapping[str, Figure]) -> list[Path]:
    """Write each figure under its name; return the paths."""
    return [save_picture(folder / f"{name}.png", x) for name, x in figures.items()]


def _draw(
    ax: Axes,
    updates: np.ndarray,
    values: np.ndarray,
    labels: Sequence[str],
    smooth: Callable[[np.ndarray], np.ndarray] = lambda x: x,
) -> None:
    """Draw the members of each setting; values are `(members, updates)`."""
    if not values.shape[1]:
        return
    groups: list[np.ndarray] = np.split(_held(values), len(labels))
    for i, (group, label) in enumerate(zip(groups, labels, strict=True)):
        colour = "black" if len(labels) == 1 else f"C{i}"
        # without members that diverged before the first value
        rows = np.asarray([smooth(x) for x in group if not np.isnan(x).any()])
        if len(rows):
            plot_ensemble(ax, rows, num_updates=updates, colour=colour, label=label)


def _held(values: np.ndarray) -> np.ndarray:
    """Replace NaN at the end of each row by the last number of the row."""
    last = np.where(np.isnan(values), 0, np.arange(values.shape[1]))
    return np.take_along_axis(values, np.maximum.accumulate(last, axis=1), axis=1)


def _smooth(row: np.ndarray) -> np.ndarray:
    """Return the running mean over the last updates."""
    window = min(_WINDOW, len(row))
    sums = np.cumsum(np.concatenate([np.zeros(1), row]))
    before = np.maximum(np.arange(1, len(row) + 1) - window, 0)
    return (sums[1:] - sums[before]) / (np.arange(1, len(row) + 1) - before)
