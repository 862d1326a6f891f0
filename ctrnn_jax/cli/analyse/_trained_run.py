"""The input and the output of every analysis: a trained run, and a report."""

from collections.abc import Callable, Mapping
import dataclasses
import functools
from typing import Any

import equinox as eqx
import jax
from jax import Array
from matplotlib.figure import Figure
import numpy as np

from ..._checks import check, check_choice, invalid
from ..._types import ArrayLike, KeyArray
from ...analysis import binned
from ...network import AbstractNetwork, noiseless
from ...tasks import AbstractTask, Trial
from ..options import Analyse


@dataclasses.dataclass(frozen=True)
class TrainedRun:
    """A trained network, trials of its task, and its activity in them.

    Potentials and rates `(trials, time, units)` are without the noise of the network,
    and outputs are with it.
    """

    net: AbstractNetwork
    task: AbstractTask
    trials: Trial
    potentials: np.ndarray
    rates: np.ndarray
    outputs: Array
    key: KeyArray
    options: Analyse

    @functools.cached_property
    def is_in_epoch(self) -> np.ndarray:
        """Whether a step is in the epoch of the options, `(trials, time)`.

        Without an epoch, whether it is before the end of the trial.
        """
        epoch = self.options.epoch
        if epoch is None:
            return self.is_before_end
        edges = np.asarray(self.trials.epochs[epoch])
        steps = np.arange(self.potentials.shape[1])[None]
        is_in_epoch = (steps >= edges[:, :1]) & (steps < edges[:, 1:])
        check(is_in_epoch.any(), "epoch", "occur in a trial", epoch, "Name another.")
        return is_in_epoch

    @functools.cached_property
    def frozen(self) -> tuple[np.ndarray, str]:
        """The frozen input for fixed points and exponents `(n_in,)`, described."""
        options = self.options
        if options.inputs is not None:
            values = ", ".join(f"{x:g}" for x in options.inputs)
            return np.asarray(options.inputs), f"({values})"
        steps = self.is_in_epoch
        text = f"its median{self.where}"
        if options.level is not None:
            name, levels = self.condition(self.is_counted)
            has_level = np.isclose(levels, options.level, rtol=1e-4, atol=1e-6)
            known = ", ".join(f"{x:.6g}" for x in np.unique(levels))
            rule = f"be a level of {name}"
            check(has_level.any(), "level", rule, options.level, f"Known: {known}.")
            is_chosen = self.is_counted
            is_chosen[is_chosen] = has_level
            steps = steps & is_chosen[:, None]
            text += f", {name} {options.level:g}"
            rule = "occur in trials of the level"
            check(steps.any(), "epoch", rule, options.epoch, "Name another.")
        return np.median(np.asarray(self.trials.inputs)[steps], axis=0), text

    @property
    def known_conditions(self) -> list[str]:
        """The names of conditions with one number for each trial."""
        return _known_conditions(self.trials)

    @property
    def about_conditions(self) -> str | None:
        """Which condition is analysed, and which others there are, if none is named."""
        main = self.task.main_condition
        others = [name for name in self.known_conditions if name not in (main, "t_end")]
        if self.options.condition is not None or main is None or not others:
            return None
        return f"condition: {self.titled(main)} (--condition: {', '.join(others)})"

    def condition(self, is_counted: np.ndarray) -> tuple[str, np.ndarray]:
        """Return the name of the condition, and its level in each counted trial.

        By default it is the main condition of the task. A condition with too many
        levels is binned.
        """
        name = str(self.options.condition or self.task.main_condition)
        return name, binned(np.asarray(self.trials.conditions[name])[is_counted])

    @property
    def noise_free(self) -> AbstractNetwork:
        """The network without noise."""
        return noiseless(self.net)

    @property
    def is_before_end(self) -> np.ndarray:
        """Whether a step is before the end of its trial, `(trials, time)`."""
        ends = np.asarray(self.trials.conditions["t_end"])
        return np.arange(self.potentials.shape[1])[None] < ends[:, None]

    def in_epoch(self, states: np.ndarray) -> np.ndarray:
        """Return `states` `(trials, time, units)`, NaN outside of the epoch."""
        return np.where(self.is_in_epoch[..., None], states, np.nan)

    @functools.cached_property
    def drawn(self) -> np.ndarray:
        """The indices of the trials that have the epoch, without catch trials.

        Catch trials have no condition, and may last longer. If all trials are catch
        trials, those.
        """
        has_epoch = self.is_in_epoch.any(axis=1)
        is_drawn = has_epoch & self.is_counted
        return np.flatnonzero(is_drawn if is_drawn.any() else has_epoch)

    @property
    def few(self) -> np.ndarray:
        """Places in `drawn` of at most 24, evenly spaced over the sorted conditions.

        So each level of the condition is drawn, unless it is rare or there are many.
        """
        count, levels = len(self.drawn), self.labels[0]
        order = np.arange(count) if levels is None else np.argsort(levels, stable=True)
        return np.sort(order[np.linspace(0, count - 1, min(count, 24)).astype(int)])

    @functools.cached_property
    def labels(self) -> tuple[np.ndarray | None, str]:
        """The level of the condition in each of `drawn`, and the condition's name.

        `None` and no name if there is no condition, or only one level.
        """
        if (self.options.condition or self.task.main_condition) is None:
            return None, ""
        is_drawn = np.isin(np.arange(len(self.rates)), self.drawn)
        name, levels = self.condition(is_drawn)
        if len(np.unique(levels)) < 2:
            return None, ""
        return levels, self.titled(name)

    def titled(self, condition: str) -> str:
        """Return the name of a condition, with its unit if the task names it."""
        if condition != "evidence":
            return condition
        return getattr(self.task, "evidence_name", condition)

    @property
    def where(self) -> str:
        """The epoch of the options in words, or nothing."""
        return "" if self.options.epoch is None else f" in {self.options.epoch}"

    @property
    def is_counted(self) -> np.ndarray:
        """Whether a trial is not a catch trial, `(trials,)`."""
        return ~np.asarray(self.trials.conditions["is_catch"])

    @property
    def n_excitatory(self) -> int | None:
        """Number of excitatory units, which come first; `None` without cell classes."""
        return getattr(self.net, "n_excitatory", None)


def _known_conditions(trials: Trial) -> list[str]:
    """Return the names of conditions with one number for each trial."""
    numbers = trials.conditions
    return [n for n in numbers if numbers[n].ndim == 1 and n != "is_catch"]


def check_options(options: Analyse, task: AbstractTask, size: int) -> None:
    """Validate the options that name parts of a task, before trials are simulated.

    `size` is the number of trials.
    """
    trials = eqx.filter_eval_shape(task.validation, jax.random.key(0), size)
    if options.epoch is not None:
        check_choice("epoch", options.epoch, trials.epochs)
    known, name = _known_conditions(trials), options.condition
    if name is not None:
        check_choice("condition", name, known)
    elif options.level is not None and task.main_condition is None:
        remedy = f"The trials have: {', '.join(known)}."
        raise invalid("condition", "be named for this task", None, remedy)
    if options.inputs is not None:
        names, count = ", ".join(map(str, task.input_names)), len(options.inputs)
        rule = f"be {task.n_in} numbers, one for each channel"
        remedy = f"Channels: {names}." if names else "The task has none."
        check(count == task.n_in, "inputs", rule, count, remedy)


@dataclasses.dataclass(frozen=True)
class AnalysisReport:
    """The result of an analysis: a line of text, numbers, arrays and pictures."""

    summary: str
    numbers: Any
    arrays: Mapping[str, np.ndarray] = dataclasses.field(default_factory=dict)
    pictures: Mapping[str, Callable[[], Figure]] = dataclasses.field(
        default_factory=dict
    )


@dataclasses.dataclass(frozen=True)
class Analysis:
    """An analysis. `lacks` returns why it does not apply, or `None` if it applies.

    `captions` are those of its pictures by name: what is drawn, and the axes.
    """

    run: Callable[[TrainedRun], AnalysisReport]
    lacks: Callable[[TrainedRun], str | None] = lambda trained: None
    captions: Mapping[str, str] = dataclasses.field(default_factory=dict)


def numbers_of(result: Any, *names: str) -> dict[str, Any]:
    """Return these attributes of a result by name, by default all its fields."""
    names = names or tuple(field.name for field in dataclasses.fields(result))
    return {name: getattr(result, name) for name in names}


def panel(
    size: tuple[float, float],
    draw: Callable[..., object],
    *args: Any,
    dimensions: int = 2,
    **options: Any,
) -> Callable[[], Figure]:
    """Return a function that makes a figure of one panel, of this size in inches.

    The panel is drawn by `draw(*args, ax=ax, **options)`.
    """
    projection = "3d" if dimensions == 3 else None

    def make() -> Figure:
        figure = Figure(figsize=size, layout="constrained")
        draw(*args, ax=figure.add_subplot(projection=projection), **options)
        return figure

    return make


_IN_A_PLANE = 0.8
"""The fraction of the variance from which on two components are drawn, not three."""


def drawn_dimensions(explained: ArrayLike) -> int:
    """Return how many components to draw, of which these fractions are the variances.

    Three, if two show too little, as of the cube of a flip-flop of three bits.
    """
    explained = np.asarray(explained)
    return 3 if len(explained) > 2 and sum(explained[:2]) < _IN_A_PLANE else 2
