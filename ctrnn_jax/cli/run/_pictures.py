"""Draw the pictures of a training run and of a sweep."""

from collections.abc import Sequence
from pathlib import Path

from jax import Array
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
import numpy as np

from ...analysis import psychometric_curve
from ...network import AbstractNetwork, effective
from ...plotting import (
    example_trials,
    held,
    label_axes,
    plot_ensemble,
    plot_psychometric,
    plot_training,
    plot_trials,
    plot_weight_magnitudes,
    plot_weights,
    smoothed,
)
from ...tasks import AbstractTask, AbstractTwoChoice, Trial
from ...training import History
from ..options import PictureFormat
from ._build import answers, keys_of, Setup, simulated
from ._folder import save_pictures


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
    traj = simulated(net, few.inputs, keys_of(config.seed)[2])
    figures = {
        "trials": plot_trials(
            task,
            few,
            traj,
            figure=Figure(figsize=(3.1 * len(titles) + 1.2, 6.8)),
            titles=titles,
            n_excitatory=n_excitatory,
        ),
        "weights": _weights(task, net, n_excitatory),
    }
    if len(history.loss):  # none if the first update diverged
        figures["loss"] = plot_training(
            history,
            figure=Figure(figsize=(6.4, 6.0)),
            criterion=config.criterion,
            performance_name=task.performance_name,
        )
    if isinstance(task, AbstractTwoChoice):
        figures["psychometric"] = _psychometric(task, trials, outputs)
    return save_pictures(config.out, figures, (config.format,))


def _psychometric(task: AbstractTwoChoice, trials: Trial, outputs: Array) -> Figure:
    is_shown = ~np.asarray(trials.conditions["is_catch"])
    evidence = np.asarray(trials.conditions["evidence"])
    chosen = np.asarray(answers(task, outputs, trials)) == 0
    figure = Figure(figsize=(4.6, 3.6), layout="constrained")
    curve = psychometric_curve(evidence[is_shown], chosen[is_shown])
    ax = plot_psychometric(
        curve,
        ax=figure.add_subplot(),
        evidence_name=task.evidence_name,
        choice_name=task.output_names[0],
    )
    title = f"{int(is_shown.sum())} trials, noise on; bars: standard error"
    ax.set_title(title, size=9)
    return figure


def _weights(
    task: AbstractTask, net: AbstractNetwork, n_excitatory: int | None
) -> Figure:
    weights = effective(net)
    w_in, w_hid, w_out = map(np.asarray, (weights.w_in, weights.w_hid, weights.w_out))
    figure = Figure(figsize=(9.6, 4.8), layout="constrained")
    # wide and high enough for the names of channels, if they are few
    widths = [0.3 + min(0.12 * w_in.shape[1], 0.9), 4.5, 4.0]
    heights = [4.5, 0.2 + min(0.14 * w_out.shape[0], 0.9)]
    grid = figure.add_gridspec(2, 3, width_ratios=widths, height_ratios=heights)
    inputs = figure.add_subplot(grid[0, 0])
    if w_in.shape[1]:
        plot_weights(w_in, ax=inputs, colorbar=False, pre_names=task.input_names)
        inputs.set_title(f"input\n{_scale(inputs)}", size=8)
        inputs.set_xlabel("channel")
    else:
        inputs.set_title("no input", size=8)
        inputs.set_axis_off()
    recurrent = figure.add_subplot(grid[0, 1])
    plot_weights(w_hid, ax=recurrent, n_excitatory=n_excitatory)
    recurrent.set_title("recurrent", size=8)
    recurrent.set(xlabel="", yticks=[])
    if w_in.shape[1]:
        recurrent.set_ylabel("")  # the panel of inputs has this label
    below = figure.add_subplot(grid[1, 1])
    shown = {"n_excitatory": n_excitatory, "colorbar": False}
    readout = plot_weights(w_out, ax=below, post_names=task.output_names, **shown)
    beside = {"rotation": 0, "ha": "right", "va": "center", "size": 8}
    readout.set_ylabel(f"readout\n{_scale(readout)}", **beside)
    plot_weight_magnitudes(w_hid, n_excitatory, ax=figure.add_subplot(grid[:, 2]))
    return figure


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
    picture_format: PictureFormat = "png",
) -> list[Path]:
    """Draw loss and performance of the members of each setting.

    `history` is that of an ensemble, `(members, ...)`, where the members of a setting
    are adjacent. A member that has stopped keeps its last (mean) value until the last
    member of its setting has stopped.
    """
    if len(labels) > _DRAWN:
        labels = [f"all {len(labels)} settings"]
    updates = 1 + np.arange(history.loss.shape[1])
    figures = {
        name: Figure(figsize=(6.4, 3.6), layout="constrained")
        for name in ("loss", "performance")
    }
    loss, performance = (figure.add_subplot() for figure in figures.values())
    losses = smoothed(np.asarray(history.loss), _WINDOW)
    _draw(loss, updates, losses, labels, log=True)
    label_axes(loss, y="loss")
    _draw(performance, history.validation_step, 100 * history.performance, labels)
    performance.axhline(
        100 * criterion, color="0.5", linestyle="--", linewidth=0.9, label="criterion"
    )
    label_axes(performance, y=f"{performance_name} (%)")
    for ax, what in ((loss, f", means of {_WINDOW} updates"), (performance, "")):
        ax.set_xlabel("updates")
        title = f"median, quartiles and range of the members{what};"
        ax.set_title(f"{title}\nan ended one keeps its last value", size=9)
        # the only setting has the label ""
        labelled = ((line, str(line.get_label())) for line in ax.lines)
        named = [line for line, label in labelled if label and label[0] != "_"]
        if named:
            # outside: inside it would cover the curves
            place = {"loc": "upper left", "bbox_to_anchor": (1.0, 1.0)}
            ax.legend(handles=named, frameon=False, fontsize=8, **place)
    return save_pictures(folder, figures, (picture_format,))


def _draw(
    ax: Axes,
    updates: np.ndarray,
    values: np.ndarray,
    labels: Sequence[str],
    *,
    log: bool = False,
) -> None:
    """Draw the members of each setting; values are `(members, updates)`."""
    if not values.shape[1]:
        return
    groups: list[np.ndarray] = np.split(values, len(labels))
    # shades in the order of the settings; the yellow end is invisible on white
    shades = colormaps["viridis"](np.linspace(0.0, 0.88, len(labels)))
    for i, (group, label) in enumerate(zip(groups, labels, strict=True)):
        colour = None if len(labels) == 1 else to_hex(shades[i])
        rows = held(group)
        # without members that diverged before the first value
        rows = rows[~np.isnan(rows).any(axis=1)]
        if rows.size:
            style = {"colour": colour, "label": label, "log": log}
            plot_ensemble(rows, ax=ax, num_updates=updates[: rows.shape[1]], **style)
