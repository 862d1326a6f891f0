"""Draw the pictures of a training run."""

import io
from pathlib import Path

from jax import Array
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
import numpy as np

from ..._files import write_whole
from ..._types import KeyArray
from ...analysis import psychometric_curve
from ...network import AbstractNetwork, effective
from ...plotting import (
    example_trials,
    plot_psychometric,
    plot_training,
    plot_trials,
    plot_weight_magnitudes,
    plot_weights,
)
from ...simulation import rollout
from ...tasks import AbstractTask, AbstractTwoChoice, Trial
from ...training import History


def draw_all(
    folder: Path,
    net: AbstractNetwork,
    task: AbstractTask,
    trials: Trial,
    outputs: Array,
    *,
    history: History,
    criterion: float,
    key: KeyArray,
) -> list[Path]:
    """Draw the pictures of a run; return their paths.

    `outputs` are those of the trials. A few trials are simulated again, with the key, to
    obtain their rates.
    """
    n_excitatory = getattr(net, "n_excitatory", None)
    few, titles = example_trials(task, trials)
    traj = rollout(net, few.inputs, key=key)
    figures = {
        "trials": plot_trials(
            Figure(), task, few, traj, titles=titles, n_excitatory=n_excitatory
        ),
        "weights": _weights(net, n_excitatory),
        "loss": plot_training(
            Figure(),
            history,
            criterion=criterion,
            performance_name=task.performance_name,
        ),
    }
    if isinstance(task, AbstractTwoChoice):
        figures["psychometric"] = _psychometric(task, trials, outputs)
    return [save(folder / f"{name}.png", figure) for name, figure in figures.items()]


def save(path: Path, figure: Figure) -> Path:
    """Write a figure as PNG, atomically; equal figures give equal bytes."""
    FigureCanvasAgg(figure)
    buffer = io.BytesIO()
    # without the version of the software, which would change the bytes
    figure.savefig(buffer, format="png", dpi=150, metadata={"Software": None})
    return write_whole(path, buffer.getvalue())


def _psychometric(task: AbstractTwoChoice, trials: Trial, outputs: Array) -> Figure:
    is_shown = ~np.asarray(trials.conditions["is_catch"])
    evidence = np.asarray(trials.conditions["evidence"])
    chosen = np.asarray(task.answer(outputs, trials)) == 0
    figure = Figure(figsize=(4.6, 3.6), layout="constrained")
    ax = plot_psychometric(
        figure.add_subplot(), psychometric_curve(evidence[is_shown], chosen[is_shown])
    )
    ax.set_xlabel(task.evidence_name)
    ax.set_ylabel(f"proportion of {task.output_names[0]}")
    ax.set_title(
        f"{int(is_shown.sum())} trials, noise on; bars: standard error", size=9
    )
    return figure


def _weights(net: AbstractNetwork, n_excitatory: int | None) -> Figure:
    weights = effective(net)
    w_in, w_hid, w_out = (
        np.asarray(w) for w in (weights.w_in, weights.w_hid, weights.w_out)
    )
    figure = Figure(figsize=(9.6, 4.8), layout="constrained")
    grid = figure.add_gridspec(
        2, 3, width_ratios=[0.4, 4.5, 4.0], height_ratios=[4.5, 0.4]
    )
    beside = figure.add_subplot(grid[0, 0])
    if w_in.shape[1]:
        inputs = plot_weights(beside, w_in)
        inputs.set_title(f"input\n{_scale(inputs)}", size=8)
        inputs.set_xlabel("channel")
        inputs.set_xticks([0, w_in.shape[1] - 1] if w_in.shape[1] > 1 else [0])
    else:
        beside.set_title("no input", size=8)
        beside.set_axis_off()
    recurrent = plot_weights(
        figure.add_subplot(grid[0, 1]), w_hid, n_excitatory=n_excitatory, colorbar=True
    )
    recurrent.set_title("recurrent", size=8)
    recurrent.set(xlabel="", yticks=[])
    if w_in.shape[1]:
        recurrent.set_ylabel("")  # the panel of inputs has this label
    readout = plot_weights(
        figure.add_subplot(grid[1, 1]), w_out, n_excitatory=n_excitatory
    )
    readout.set_ylabel(
        f"readout\n{_scale(readout)}", rotation=0, ha="right", va="center", size=8
    )
    readout.set_yticks([0, w_out.shape[0] - 1] if w_out.shape[0] > 1 else [0])
    plot_weight_magnitudes(figure.add_subplot(grid[:, 2]), w_hid, n_excitatory)
    return figure


def _scale(ax: Axes) -> str:
    """Return the weight at full colour of a panel without a colour bar."""
    return f"(±{ax.images[0].norm.vmax:.2g})"
