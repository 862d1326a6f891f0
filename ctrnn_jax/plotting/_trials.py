"""Figures of trials of any task: inputs, rates, outputs, targets."""

from collections.abc import Sequence
import re
from typing import NamedTuple

import jax
import jax.numpy as jnp
from matplotlib.axes import Axes
from matplotlib.figure import Figure
import numpy as np

from .._arguments import checks_arguments
from .._checks import check, check_shape
from .._types import Numbers
from ..simulation import Trajectory
from ..tasks import AbstractTask, AbstractTwoChoice, Trial
from ._activity import (
    ACTIVITY,
    channel_limits,
    draw_channel_image,
    draw_rates,
    plot_channels,
    RATE,
    rate_limit,
)
from ._style import (
    add_colorbar,
    BESIDE,
    draw_epochs,
    figure_or_new,
    grey,
    label_axes,
    name_rows,
    size_in_points,
    wrapped,
    write_epoch_names,
)
from ._validation import excitatory_count


_MAX_LINES = 8
"""More channels than this are drawn as an image."""


class _Row(NamedTuple):
    """A row of panels: the values of each trial, `(time, channels)`, up to its end.

    Rates have no names of channels. A row of targets alone has no values.
    """

    label: str
    values: tuple[np.ndarray, ...]
    names: tuple[str, ...] | None
    targets: tuple[np.ndarray, ...] | None = None
    masks: tuple[np.ndarray, ...] | None = None


@checks_arguments
def plot_trials(
    task: AbstractTask,
    trials: Trial,
    traj: Trajectory | None = None,
    *,
    figure: Figure | None = None,
    titles: Sequence[str] | None = None,
    n_excitatory: int | None = None,
) -> Figure:
    """Plot a few trials, one column each. Each row has one scale for all trials.

    **Arguments:**

    - `task`: the task of the trials.
    - `trials`: a small batch; `example_trials` selects trials that differ.
    - `traj`: their rollout; if given, rates and outputs are drawn too.
    - `figure`: an empty figure, whose size is respected; by default a new one of pyplot
        that is large enough.
    - `titles`: one for each trial.
    - `n_excitatory`: number of excitatory units (E), which are marked.

    **Returns:** the figure. Raises `ValueError` for trials of another task, a
    trajectory of other trials or without rates or outputs, and a wrong number of
    titles.
    """
    _check_trials(task, trials)
    count = trials.inputs.shape[0]
    if titles is None:
        titles = [f"trial {i + 1}" for i in range(count)]
    rule, got = f"be one for each of {count} trials", f"{len(titles)} titles"
    check(len(titles) == count, "titles", rule, got, "Or leave them out.")
    if traj is not None:
        _check_run(traj, trials)
        if n_excitatory is not None:
            n_excitatory = excitatory_count(n_excitatory, traj.rates.shape[-1])
    rows = _rows(task, trials, traj)
    width, height = 3.1 * count + 1.2, 2.1 * len(rows) + 0.2
    figure = figure_or_new(figure, width, height)
    # one column for each trial: trials may have different lengths
    axes = figure.subplots(len(rows), count, sharex="col", sharey="row", squeeze=False)
    for panels, row in zip(axes, rows, strict=True):
        _draw_row(list(panels), row, task.dt, n_excitatory)
    epochs = [_epochs(trials, index) for index in range(count)]
    for panels, names in ((axes[0], task.input_names), (axes[-1], task.output_names)):
        for ax, of_trial in zip(panels, epochs, strict=True):
            draw_epochs(ax, of_trial, task.dt, shaded=len(names) <= _MAX_LINES)
    # tick labels and axis labels at the left and bottom edges only
    for ax in axes.flat:
        ax.label_outer()
    for ax, row in zip(axes[:, 0], rows, strict=True):
        label_axes(ax, y=row.label)
    # the widths of the panels determine which names of epochs would overlap
    figure.draw_without_rendering()
    heights = [
        write_epoch_names(ax, of_trial, task.dt)
        for ax, of_trial in zip(axes[0], epochs, strict=True)
    ]
    for ax, title in zip(axes[0], titles, strict=True):
        text = wrapped(title, 9, size_in_points(ax)[0])
        ax.set_title(text, size=9, pad=6 + max(heights))
    return figure


def _check_trials(task: AbstractTask, trials: Trial) -> None:
    """Validate that trials are a batch with one axis, of the sizes of the task."""
    for name, channels in (("inputs", task.n_in), ("targets", task.n_out)):
        shape = np.shape(getattr(trials, name))
        fits = len(shape) == 3 and shape[0] > 0 and shape[2] == channels
        rule = f"have shape (trials, time, {channels})"
        remedy = "Use task.batch(key, size) of this task."
        check(fits, f"trials.{name}", rule, f"shape {shape}", remedy)


def _check_run(traj: Trajectory, trials: Trial) -> None:
    """Validate that rates and outputs of the trials were recorded."""
    for name in ("rates", "outputs"):
        recorded, remedy = getattr(traj, name), f"Pass cj.Record({name}=True)."
        check(recorded is not None, "traj", f"hold {name}", None, remedy)
        shape = (*trials.inputs.shape[:2], recorded.shape[-1])
        remedy = "Pass cj.rollout(net, trials.inputs, ...)."
        check_shape(f"traj.{name}", recorded, shape, remedy)


def _rows(task: AbstractTask, trials: Trial, traj: Trajectory | None) -> list[_Row]:
    """Return the rows: inputs, targets; or inputs, rates, outputs with targets.

    Targets of many outputs have a separate row.
    """
    ends = np.asarray(trials.conditions["t_end"])

    def of_trials(values: Numbers) -> tuple[np.ndarray, ...]:
        return tuple(x[:end] for x, end in zip(np.asarray(values), ends, strict=True))

    inputs, outputs = tuple(task.input_names), tuple(task.output_names)
    unit_in, unit_out = _unit(task, inputs), _unit(task, outputs)
    targets, masks = of_trials(trials.targets), of_trials(trials.mask)
    rows = [_Row(f"inputs ({unit_in})", of_trials(trials.inputs), inputs)]
    is_image = len(outputs) > _MAX_LINES
    if traj is not None:
        rates, activity = of_trials(traj.rates), of_trials(task.link(traj.outputs))
        rows.append(_Row("unit", rates, None))
        label = "outputs" if is_image else "outputs; dotted: target"
        beside = () if is_image else (targets, masks)
        rows.append(_Row(f"{label} ({unit_out})", activity, outputs, *beside))
    if traj is None or is_image:
        label = f"targets where they count ({unit_out})"
        rows.append(_Row(label, (), outputs, targets, masks))
    return rows


def _unit(task: AbstractTask, names: Sequence[str]) -> str:
    """Return the units of channels, separated by commas."""
    units = {"dimensionless" if task.units[n] == "1" else task.units[n] for n in names}
    return ", ".join(sorted(units)) or "dimensionless"


def _draw_row(
    panels: list[Axes], row: _Row, dt: float, n_excitatory: int | None
) -> None:
    """Draw a row; its scale, or the legend of its lines, is to the right."""
    values = row.values or row.targets or ()
    together = np.concatenate([np.ravel(x) for x in values])
    if row.names is None:
        limit, is_signed = rate_limit(together), bool((together < 0).any())
        for ax, rates in zip(panels, values, strict=True):
            image = draw_rates(ax, rates, dt, n_excitatory, limit, is_signed=is_signed)
        extend = "both" if is_signed else "max"
        add_colorbar(panels[-1], image, RATE, extend=extend, inset=True)
    elif not row.names:
        for ax in panels:
            ax.set_yticks([])
            style = {"transform": ax.transAxes, "ha": "center", "color": grey(ax, 0.6)}
            ax.text(0.5, 0.5, "no input", **style)
    elif len(row.names) > _MAX_LINES:
        limits = channel_limits(together)
        covers = row.masks or [None] * len(panels)
        for ax, channels, mask in zip(panels, values, covers, strict=True):
            shown = None if mask is None else mask > 0
            image = draw_channel_image(ax, channels, dt, shown, limits)
        add_colorbar(panels[-1], image, ACTIVITY, inset=True)
        name_rows(panels[0], "y", row.names, len(row.names))
    else:
        for index, ax in enumerate(panels):
            aims = {}
            if row.targets is not None and row.masks is not None:
                aims = {"targets": row.targets[index], "mask": row.masks[index]}
            lines = values[index]
            lines = lines if row.values else np.full_like(lines, np.nan)
            plot_channels(lines, ax=ax, dt=dt, names=row.names, **aims)
        corner = {"loc": "upper left", "bbox_to_anchor": (1.0, 1.0)}
        panels[-1].legend(**corner, **BESIDE)


def _epochs(trials: Trial, index: int) -> dict[str, tuple[int, int]]:
    """Return the epochs of one trial that are not empty, in order of time."""
    edges_of = {n: np.asarray(edges)[index] for n, edges in trials.epochs.items()}
    epochs = {n: (int(start), int(stop)) for n, (start, stop) in edges_of.items()}
    in_order = sorted(epochs.items(), key=lambda epoch: epoch[1])
    return {name: (start, stop) for name, (start, stop) in in_order if stop > start}


@checks_arguments
def example_trials(task: AbstractTask, trials: Trial) -> tuple[Trial, list[str]]:
    """Select at most four trials that differ; return them and a title for each.

    Raises `ValueError` for trials of another task.
    """
    _check_trials(task, trials)
    index_of_title = _examples(task, trials)
    indices = np.asarray(list(index_of_title.values()))

    def selected(x: Numbers) -> jax.Array:
        return jnp.asarray(np.asarray(x)[indices])

    return jax.tree.map(selected, trials), list(index_of_title)


def _examples(task: AbstractTask, trials: Trial) -> dict[str, int]:
    """Return the index of each example by its title.

    For two choices: strong evidence for each, and weak evidence. For other tasks: three
    trials spread over the conditions, with their main condition. Both: a catch trial,
    if there is one.
    """
    unit = re.search(r" \(([^)]*)\)$", getattr(task, "evidence_name", ""))
    suffix = f"\N{NO-BREAK SPACE}{unit[1]}" if unit else ""
    conditions = {name: np.asarray(x) for name, x in trials.conditions.items()}
    is_shown = ~conditions["is_catch"]
    index_of_title: dict[str, int] = {}
    if isinstance(task, AbstractTwoChoice):
        strength = np.abs(np.where(is_shown, conditions["evidence"], np.nan))
        strongest, weakest = np.nanmax(strength), np.nanmin(strength)
        for choice, evidence in ((0, strongest), (1, strongest), (0, weakest)):
            fits = is_shown & (conditions["choice"] == choice) & (strength == evidence)
            if fits.any():
                index = int(np.argmax(fits))
                signed = f"{conditions['evidence'][index]:+.3g}{suffix}"
                title = f"{task.output_names[choice]}, evidence {signed}"
                index_of_title[title] = index
    else:
        candidates = np.flatnonzero(is_shown)[: max(task.n_conditions, 3)]
        spread = np.linspace(0, len(candidates) - 1, min(3, len(candidates)))
        main = task.main_condition
        for place, index in enumerate(candidates[spread.round().astype(int)], start=1):
            title = f"trial {place}"
            if main is not None:
                title += (
                    f", {main.replace('_', ' ')} = {float(conditions[main][index]):.4g}"
                )
            index_of_title[title] = int(index)
    if not is_shown.all():
        index_of_title["catch trial"] = int(np.argmax(~is_shown))
    return index_of_title
