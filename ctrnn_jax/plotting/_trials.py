"""Figures of trials of any task: inputs, rates, outputs, targets."""

from collections.abc import Sequence

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
from ._activity import plot_channel_image, plot_channels, plot_rates
from ._style import shade_epochs, SMALL_LEGEND


_MAX_LINES = 8
"""More channels than this are drawn as an image."""


@checks_arguments
def plot_trials(
    figure: Figure,
    task: AbstractTask,
    trials: Trial,
    traj: Trajectory | None = None,
    *,
    titles: Sequence[str] | None = None,
    n_excitatory: int | None = None,
) -> Figure:
    """Plot a few trials, one column each; the size of the figure is set.

    **Arguments:**

    - `figure`: an empty figure.
    - `task`: the task of the trials.
    - `trials`: a small batch; `example_trials` selects trials that differ.
    - `traj`: their rollout; if given, rates and outputs are drawn too.
    - `titles`: one for each trial.
    - `n_excitatory`: number of excitatory units, which are marked.

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
    many_outputs = task.n_out > _MAX_LINES
    rows = 2 if traj is None else 3 + many_outputs
    figure.set_size_inches(3.1 * count + 0.8, 2.1 * rows + 0.2)
    figure.set_layout_engine("constrained")
    # one column for each trial: trials may have different lengths
    axes = figure.subplots(rows, count, sharex="col", sharey="row", squeeze=False)
    for index, (column, title) in enumerate(zip(axes.T, titles, strict=True)):
        _plot_trial(list(column), task, trials, traj, index, n_excitatory)
        epochs = _epochs(trials, index)
        few_inputs = task.n_in <= _MAX_LINES
        shade_epochs(column[0], epochs, task.dt, names=True, shade=few_inputs)
        shade_epochs(column[-1], epochs, task.dt, names=False, shade=not many_outputs)
        column[0].set_title(title, size=10, pad=26)
    # tick labels and axis labels at the left and bottom edges only
    for ax in axes.flat:
        ax.label_outer()
    _label(axes, task, with_rates=traj is not None)
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


def _plot_trial(
    column: list[Axes],
    task: AbstractTask,
    trials: Trial,
    traj: Trajectory | None,
    index: int,
    n_excitatory: int | None,
) -> None:
    """Draw one trial in a column of axes, up to its end.

    The rows are inputs and targets, or inputs, rates, outputs and, if there are many
    outputs, targets.
    """
    stop = int(np.asarray(trials.conditions["t_end"])[index])

    def of_trial(x: Numbers) -> np.ndarray:
        return np.asarray(x)[index, :stop]

    targets, mask = of_trial(trials.targets), of_trial(trials.mask)
    _draw(column[0], of_trial(trials.inputs), task, task.input_names)
    if traj is not None:
        rates, outputs = of_trial(traj.rates), of_trial(task.link(traj.outputs))
        plot_rates(column[1], rates, dt=task.dt, n_excitatory=n_excitatory)
        _draw(column[2], outputs, task, task.output_names, targets, mask)
    if traj is None or len(column) > 3:
        _draw(column[-1], targets, task, task.output_names, targets, mask)


def _epochs(trials: Trial, index: int) -> dict[str, tuple[int, int]]:
    """Return the epochs of one trial that are not empty, in order of time."""
    edges_of = {n: np.asarray(edges)[index] for n, edges in trials.epochs.items()}
    epochs = {n: (int(start), int(stop)) for n, (start, stop) in edges_of.items()}
    in_order = sorted(epochs.items(), key=lambda epoch: epoch[1])
    return {name: (start, stop) for name, (start, stop) in in_order if stop > start}


def _draw(
    ax: Axes,
    values: np.ndarray,
    task: AbstractTask,
    names: Sequence[str],
    targets: np.ndarray | None = None,
    mask: np.ndarray | None = None,
) -> None:
    """Draw few channels as lines and many as an image.

    If `values` is `targets`, targets are drawn alone.
    """
    is_target = values is targets
    if not names:
        ax.set_yticks([])
        ax.text(0.5, 0.5, "no input", transform=ax.transAxes, ha="center", color="0.5")
    elif len(names) > _MAX_LINES:
        plot_channel_image(ax, values, dt=task.dt, mask=mask if is_target else None)
    else:
        lines = np.full_like(values, np.nan) if is_target else values
        plot_channels(ax, lines, dt=task.dt, names=names, targets=targets, mask=mask)


def _label(axes: np.ndarray, task: AbstractTask, *, with_rates: bool) -> None:
    """Label the left edge, and add legends of few channels on the right."""
    axes[0, 0].set_ylabel("inputs")
    few_outputs = task.n_out <= _MAX_LINES
    if with_rates:
        axes[2, 0].set_ylabel("outputs (dotted: target)" if few_outputs else "outputs")
    if not with_rates or not few_outputs:
        axes[-1, 0].set_ylabel("targets (where they count)")
    for row, names in ((0, task.input_names), (-1, task.output_names)):
        if 0 < len(names) <= _MAX_LINES:
            axes[row, -1].legend(**SMALL_LEGEND, loc="center right")


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
    trials spread over the conditions. Both: a catch trial, if there is one.
    """
    conditions = {name: np.asarray(x) for name, x in trials.conditions.items()}
    is_shown = ~conditions["is_catch"]
    index_of_title: dict[str, int] = {}
    if isinstance(task, AbstractTwoChoice):
        strength = np.abs(np.where(is_shown, conditions["evidence"], np.nan))
        strongest, weakest = np.nanmax(strength), np.nanmin(strength)
        for choice, evidence in ((0, strongest), (1, strongest), (0, weakest)):
            fits = is_shown & (conditions["choice"] == choice) & (strength == evidence)
            if fits.any():
                title = f"{task.output_names[choice]}, evidence {evidence:.3g}"
                index_of_title[title] = int(np.argmax(fits))
    else:
        candidates = np.flatnonzero(is_shown)[: max(task.n_conditions, 3)]
        spread = np.linspace(0, len(candidates) - 1, min(3, len(candidates)))
        for index in candidates[spread.round().astype(int)]:
            index_of_title[f"trial {index + 1}"] = int(index)
    if not is_shown.all():
        index_of_title["catch trial"] = int(np.argmax(~is_shown))
    return index_of_title
