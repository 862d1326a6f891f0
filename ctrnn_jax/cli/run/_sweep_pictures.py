"""Pictures of a sweep: the middle and the range of its members."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
import numpy as np

from ...training import History
from ._pictures import save


_DRAWN = 8
"""Settings that are told apart by colour; more of them are drawn as one."""

_WINDOW = 25
"""Over how many updates losses are averaged."""


def draw_spread(
    folder: Path,
    history: History,
    labels: Sequence[str],
    *,
    criterion: float,
    performance_name: str,
) -> list[Path]:
    """Loss and performance: median and range over the members of each setting.

    `history` is that of an ensemble, `(members, ...)`, where members of a setting
    follow each other. A member that stopped stays where it was.
    """
    if len(labels) > _DRAWN:
        labels = [f"all {len(labels)} settings"]
    updates = 1 + np.arange(history.loss.shape[1])
    axes: dict[str, tuple[Figure, Axes]] = {}
    for name in ("loss", "performance"):
        figure = Figure(figsize=(6.4, 3.6), layout="constrained")
        axes[name] = figure, figure.add_subplot()
    loss, performance = axes["loss"][1], axes["performance"][1]
    _draw(loss, updates, history.loss, labels, smooth=_smooth)
    loss.set_yscale("log")
    loss.set_ylabel("cost")
    _draw(performance, history.validation_step, 100 * history.performance, labels)
    performance.axhline(
        100 * criterion, color="0.5", linestyle="--", linewidth=0.9, label="criterion"
    )
    performance.set_ylabel(f"{performance_name} (%)")
    for ax, what in ((loss, f", means of {_WINDOW} updates"), (performance, "")):
        ax.set_xlabel("updates")
        ax.spines[["top", "right"]].set_visible(False)
        ax.set_title(f"median and range of the members{what}", size=9)
        if labels != [""] and ax.lines:
            ax.legend(frameon=False, fontsize=8)
    return [save(folder / f"{name}.png", figure) for name, (figure, _) in axes.items()]


def _draw(
    ax: Axes,
    steps: np.ndarray,
    values: np.ndarray,
    labels: Sequence[str],
    smooth: Callable[[np.ndarray], np.ndarray] = lambda x: x,
) -> None:
    """A line with a band for each setting; values are `(members, steps)`."""
    if not values.shape[1]:
        return
    values = _held(values)
    groups: list[Any] = np.split(values, len(labels))
    for i, (group, label) in enumerate(zip(groups, labels, strict=True)):
        color = "black" if len(labels) == 1 else f"C{i}"
        rows = np.asarray([smooth(row) for row in group if not np.isnan(row).any()])
        if not len(rows):  # all diverged before any of it
            continue
        low, middle, high = np.min(rows, 0), np.median(rows, 0), np.max(rows, 0)
        ax.fill_between(steps, low, high, color=color, alpha=0.2, linewidth=0)
        ax.plot(steps, middle, color=color, linewidth=1.4, label=label)


def _held(values: np.ndarray) -> np.ndarray:
    """Rows that go on with their last number where they have none."""
    last = np.where(np.isnan(values), 0, np.arange(values.shape[1]))
    return np.take_along_axis(values, np.maximum.accumulate(last, axis=1), axis=1)


def _smooth(row: np.ndarray) -> np.ndarray:
    """The running mean over the last updates."""
    window = min(_WINDOW, len(row))
    sums = np.cumsum(np.concatenate([np.zeros(1), row]))
    before = np.maximum(np.arange(1, len(row) + 1) - window, 0)
    return (sums[1:] - sums[before]) / (np.arange(1, len(row) + 1) - before)
