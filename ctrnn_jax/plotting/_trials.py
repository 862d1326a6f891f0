"""Pictures of trials of any task: inputs, rates, outputs, targets."""

from collections.abc import Sequence

import jax
from matplotlib.axes import Axes
from matplotlib.figure import Figure
import numpy as np

from ..simulation import Trajectory
from ..tasks import AbstractTask, AbstractTwoChoice, Trial
from ._activity import plot_channel_image, plot_channels, plot_rates
from ._style import shade_epochs


_LINES = 8
"""More channels than this are drawn as an image."""


def plot_trials(
    figure: Figure,
    task: AbstractTask,
    trials: Trial,
    traj: Trajectory | None = None,
    *,
    titles: Sequence[str] | None = None,
    n_excitatory: int | None = None,
) -> Figure:
    """A few trials side by side, a column each; the figure gets its size from them.

    **Arguments:**

    - `figure`: an empty one.
    - `task`: whose trials they are.
    - `trials`: a batch of a few; `example_trials` picks some that differ.
    - `traj`: their rollout, for rows of rates and outputs beside the targets.
    - `titles`: one for each.
    - `n_excitatory`: marks excitatory and inhibitory units.

    **Returns:** the figure.
    """
    count = trials.inputs.shape[0]
    titles = [f"trial {i + 1}" for i in range(count)] if titles is None else titles
    many = task.n_out > _LINES
    rows = 2 if traj is None else 3 + many
    figure.set_size_inches(3.1 * count + 0.8, 2.1 * rows + 0.2)
    figure.set_layout_engine("constrained")
    axes = figure.subplots(rows, count, sharex="col", sharey="row", squeeze=False)
    for index, (column, title) in enumerate(zip(axes.T, titles, strict=True)):
        stop = int(trials.conditions["t_end"][index])
        of = lambda x, i=index, s=stop: np.asarray(x)[i, :s]
        edges = {name: np.asarray(x)[index] for name, x in trials.epochs.items()}
        parts = {n: (int(a), int(b)) for n, (a, b) in edges.items() if b > a}
        epochs = dict(sorted(parts.items(), key=lambda part: part[1]))
        _draw(column[0], of(trials.inputs), task, task.input_names)
        if traj is None:
            wanted, mask = of(trials.targets), of(trials.mask)
            _draw(column[-1], wanted, task, task.output_names, wanted, mask)
        else:
            plot_rates(column[1], of(traj.rates), dt=task.dt, n_excitatory=n_excitatory)
            outputs, aim = of(task.link(traj.outputs)), of(trials.targets)
            names, mask = task.output_names, of(trials.mask)
            _draw(column[2], outputs, task, names, aim, mask)
            if many:
                _draw(column[3], aim, task, names, aim, mask)
        shade_epochs(column[0], epochs, task.dt, names=True, shade=task.n_in <= _LINES)
        shade_epochs(column[-1], epochs, task.dt, names=False, shade=not many)
        column[0].set_title(title, size=10, pad=26)
    for ax in axes.flat:
        ax.label_outer()
    _label(axes, task, with_rates=traj is not None)
    return figure


def _draw(
    ax: Axes,
    values: np.ndarray,
    task: AbstractTask,
    names: Sequence[str],
    targets: np.ndarray | None = None,
    mask: np.ndarray | None = None,
) -> None:
    """Lines for few channels, an image for many."""
    if not names:
        ax.set_yticks([])
        ax.text(0.5, 0.5, "no input", transform=ax.transAxes, ha="center", color="0.5")
    elif len(names) > _LINES:
        plot_channel_image(
            ax, values, dt=task.dt, mask=mask if values is targets else None
        )
    elif values is targets:
        blank = np.full_like(values, np.nan)
        plot_channels(ax, blank, dt=task.dt, names=names, targets=targets, mask=mask)
    else:
        plot_channels(ax, values, dt=task.dt, names=names, targets=targets, mask=mask)


def _label(axes: np.ndarray, task: AbstractTask, *, with_rates: bool) -> None:
    axes[0, 0].set_ylabel("inputs")
    if with_rates:
        few = task.n_out <= _LINES
        axes[2, 0].set_ylabel("outputs (dotted: target)" if few else "outputs")
    if not with_rates or task.n_out > _LINES:
        axes[-1, 0].set_ylabel("targets (where they count)")
    for row, names in ((0, task.input_names), (-1, task.output_names)):
        if 0 < len(names) <= _LINES:
            axes[row, -1].legend(frameon=False, fontsize=7, loc="center right")


def example_trials(task: AbstractTask, trials: Trial) -> tuple[Trial, list[str]]:
    """At most four of the trials, that differ, and a title for each."""
    picked = _picked(task, trials)
    where = np.asarray(list(picked.values()))
    return jax.tree.map(lambda x: x[where], trials), list(picked)


def _picked(task: AbstractTask, trials: Trial) -> dict[str, int]:
    conditions = {name: np.asarray(x) for name, x in trials.conditions.items()}
    shown = ~conditions["is_catch"]
    picked: dict[str, int] = {}
    if isinstance(task, AbstractTwoChoice):
        evidence = conditions["evidence"]
        size = np.abs(np.where(shown, evidence, np.nan))
        for choice, wanted in (
            (0, np.nanmax(size)),
            (1, np.nanmax(size)),
            (0, np.nanmin(size)),
        ):
            fits = shown & (conditions["choice"] == choice) & (size == wanted)
            if fits.any():
                name = f"{task.output_names[choice]}, evidence {wanted:.3g}"
                picked[name] = int(np.argmax(fits))
    else:
        kinds = np.flatnonzero(shown)[: max(task.n_conditions, 3)]
        spread = np.linspace(0, len(kinds) - 1, min(3, len(kinds)))
        for index in kinds[spread.round().astype(int)]:
            picked[f"trial {index + 1}"] = int(index)
    if not shown.all():
        picked["catch trial"] = int(np.argmax(~shown))
    return picked
