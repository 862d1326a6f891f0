"""The pictures of a training run."""

import io
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
import numpy as np

from .._files import write_whole
from ..analysis import psychometric_curve
from ..network import AbstractNetwork, effective
from ..plotting import (
    plot_channels,
    plot_loss,
    plot_performance,
    plot_psychometric,
    plot_rates,
    plot_weight_sizes,
    plot_weights,
    shade_epochs,
)
from ..simulation import Trajectory
from ..tasks import AbstractTask, Trial
from ..training import History


def draw_all(
    folder: Path,
    net: AbstractNetwork,
    task: AbstractTask,
    trials: Trial,
    traj: Trajectory,
    history: History,
    *,
    criterion: float,
) -> list[Path]:
    """Draw the four pictures of a perceptual decision run; returns their paths."""
    n_excitatory = getattr(net, "n_excitatory", None)
    return [
        _save(folder / "psychometric.png", _psychometric(task, trials, traj)),
        _save(folder / "trials.png", _trials(task, trials, traj, n_excitatory)),
        _save(folder / "weights.png", _weights(net, n_excitatory)),
        _save(folder / "loss.png", _loss(history, criterion)),
    ]


def _save(path: Path, figure: Figure) -> Path:
    FigureCanvasAgg(figure)
    buffer = io.BytesIO()
    # no software version in the file: the same run gives the same bytes
    figure.savefig(buffer, format="png", dpi=150, metadata={"Software": None})
    return write_whole(path, buffer.getvalue())


def _psychometric(task: AbstractTask, trials: Trial, traj: Trajectory) -> Figure:
    conditions = {name: np.asarray(x) for name, x in trials.conditions.items()}
    shown = ~conditions["is_catch"]
    evidence = np.where(conditions["choice"] == 0, 1, -1) * conditions["coherence"]
    correct = np.asarray(task.score(traj.outputs, trials)) == 1
    chosen = (conditions["choice"] == 0) == correct  # there are two choices
    figure = Figure(figsize=(4.6, 3.6), layout="constrained")
    ax = plot_psychometric(
        figure.add_subplot(), psychometric_curve(evidence[shown], chosen[shown])
    )
    ax.set_xlabel("coherence towards choice 1 (%)")
    ax.set_ylabel("proportion of choice 1")
    ax.set_title(f"{int(shown.sum())} trials, noise on; bars: standard error", size=9)
    return figure


def _trials(
    task: AbstractTask, trials: Trial, traj: Trajectory, n_excitatory: int | None
) -> Figure:
    picked = _examples(trials)
    figure = Figure(figsize=(3.1 * len(picked) + 0.8, 6.4), layout="constrained")
    axes = figure.subplots(3, len(picked), sharex="col", sharey="row", squeeze=False)
    for column, (title, index) in enumerate(picked.items()):
        stop = int(trials.conditions["t_end"][index])
        of = lambda x, i=index, s=stop: np.asarray(x)[i, :s]
        catch = bool(trials.conditions["is_catch"][index])
        top, middle, bottom = axes[:, column]
        plot_channels(top, of(trials.inputs), dt=task.dt, names=task.input_names)
        plot_rates(middle, of(traj.rates), dt=task.dt, n_excitatory=n_excitatory)
        plot_channels(
            bottom,
            of(traj.outputs),
            dt=task.dt,
            names=task.output_names,
            targets=of(trials.targets),
            mask=of(trials.mask),
        )
        if not catch:
            shade_epochs(top, task.epochs, task.dt, names=True)
            shade_epochs(bottom, task.epochs, task.dt, names=False)
        top.set_title(title, size=10, pad=16)
        bottom.set_xlabel("time (ms)")
    axes[0, 0].set_ylabel("inputs")
    axes[1, 0].set_ylabel(
        "units" if n_excitatory is None else "units (red E, blue I)", labelpad=10
    )
    axes[2, 0].set_ylabel("outputs (dotted: target)")
    for row in (0, 2):
        axes[row, -1].legend(frameon=False, fontsize=8, loc="center right")
    return figure


def _examples(trials: Trial) -> dict[str, int]:
    """A title and an index for an easy trial of either choice, a hard one, a catch."""
    conditions = {name: np.asarray(x) for name, x in trials.conditions.items()}
    shown, coherence = ~conditions["is_catch"], conditions["coherence"]
    levels = coherence[shown]
    picked = {}
    for choice, level in ((0, levels.max()), (1, levels.max()), (0, levels.min())):
        fits = shown & (conditions["choice"] == choice) & (coherence == level)
        if fits.any():
            title = f"choice {choice + 1}, coherence {level:g} %"
            picked[title] = int(np.argmax(fits))
    if conditions["is_catch"].any():
        picked["catch trial"] = int(np.argmax(conditions["is_catch"]))
    return picked


def _weights(net: AbstractNetwork, n_excitatory: int | None) -> Figure:
    weights = effective(net)
    w_in, w_hid, w_out = (
        np.asarray(w) for w in (weights.w_in, weights.w_hid, weights.w_out)
    )
    figure = Figure(figsize=(9.6, 4.8), layout="constrained")
    grid = figure.add_gridspec(
        2, 3, width_ratios=[0.4, 4.5, 4.0], height_ratios=[4.5, 0.4]
    )
    inputs = plot_weights(figure.add_subplot(grid[0, 0]), w_in)
    inputs.set_title(f"input\n{_scale(inputs)}", size=8)
    inputs.set_ylabel("to unit (post)")
    inputs.set_xticks(range(w_in.shape[1]))
    recurrent = plot_weights(
        figure.add_subplot(grid[0, 1]), w_hid, n_excitatory=n_excitatory, colorbar=True
    )
    recurrent.set_title("recurrent", size=8)
    recurrent.set_yticks([])
    readout = plot_weights(
        figure.add_subplot(grid[1, 1]), w_out, n_excitatory=n_excitatory
    )
    readout.set_ylabel(
        f"readout\n{_scale(readout)}", rotation=0, ha="right", va="center", size=8
    )
    readout.set_yticks(range(w_out.shape[0]))
    readout.set_xlabel("from unit (pre)")
    plot_weight_sizes(figure.add_subplot(grid[:, 2]), w_hid, n_excitatory)
    return figure


def _scale(ax: Axes) -> str:
    """Weights at full colour in a panel that has no colour bar of its own."""
    return f"(±{ax.images[0].norm.vmax:.2g})"


def _loss(history: History, criterion: float) -> Figure:
    figure = Figure(figsize=(6.4, 4.8), layout="constrained")
    top, bottom = figure.subplots(2, 1, sharex=True)
    plot_loss(top, history.loss)
    plot_performance(
        bottom, history.validation_step, history.performance, criterion=criterion
    )
    bottom.set_xlabel("updates")
    return figure
