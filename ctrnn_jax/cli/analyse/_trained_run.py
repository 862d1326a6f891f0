"""The input and the output of every analysis: a trained run, and a report."""

from collections.abc import Callable, Mapping
import dataclasses
from typing import Any

from jax import Array
from matplotlib.figure import Figure
import numpy as np

from ..._checks import check_choice, invalid
from ..._types import KeyArray
from ...analysis import binned
from ...network import AbstractNetwork, noiseless
from ...tasks import AbstractTask, Trial
from ..options import Analyse


@dataclasses.dataclass(frozen=True)
class TrainedRun:
    """A trained network, trials of its task, and its activity in them.

    Potentials and rates `(trials, time, units)` are without the noise of the network,
    and outputs are with it. `inputs` is the frozen input for fixed points and
    exponents, and `frozen_at` describes it. `is_in_epoch` marks the steps
    `(trials, time)` of the epoch.
    """

    net: AbstractNetwork
    task: AbstractTask
    trials: Trial
    potentials: np.ndarray
    rates: np.ndarray
    outputs: Array
    is_in_epoch: np.ndarray
    inputs: np.ndarray
    frozen_at: str
    key: KeyArray
    options: Analyse

    @property
    def noise_free(self) -> AbstractNetwork:
        """The network without noise."""
        return noiseless(self.net)

    @property
    def is_before_end(self) -> np.ndarray:
        """Whether a step is before the end of its trial, `(trials, time)`."""
        ends = np.asarray(self.trials.conditions["t_end"])
        return np.arange(self.potentials.shape[1])[None] < ends[:, None]

    def until_end(self, states: np.ndarray) -> np.ndarray:
        """Return `states` `(trials, time, units)`, NaN after the end of each trial."""
        return np.where(self.is_before_end[..., None], states, np.nan)

    @property
    def few(self) -> slice:
        """About 24 evenly spaced trials, for a picture."""
        return slice(None, None, max(1, len(self.potentials) // 24))

    @property
    def is_counted(self) -> np.ndarray:
        """Whether a trial is not a catch trial, `(trials,)`."""
        return ~np.asarray(self.trials.conditions["is_catch"])

    @property
    def n_excitatory(self) -> int | None:
        """Number of excitatory units, which come first; `None` without cell classes."""
        return getattr(self.net, "n_excitatory", None)


@dataclasses.dataclass(frozen=True)
class AnalysisReport:
    """The result of an analysis: a line of text, numbers, arrays and pictures."""

    summary: str
    numbers: Any
    arrays: Mapping[str, np.ndarray] = dataclasses.field(default_factory=dict)
    pictures: Mapping[str, Callable[[], Figure]] = dataclasses.field(
        default_factory=dict
    )


def _lacks_nothing(trained: TrainedRun) -> None:
    """Every trained run has what the analysis needs."""
    del trained


@dataclasses.dataclass(frozen=True)
class Analysis:
    """An analysis. `lacks` returns why it does not apply, or `None` if it applies."""

    run: Callable[[TrainedRun], AnalysisReport]
    lacks: Callable[[TrainedRun], str | None] = _lacks_nothing


def condition_of(
    task: AbstractTask, trials: Trial, name: str | None, is_counted: np.ndarray
) -> tuple[str, np.ndarray]:
    """Return the name of a condition, and its level in each counted trial.

    By default it is the main condition of the task. A condition with too many levels
    is binned.
    """
    numbers = trials.conditions
    known = [n for n in numbers if numbers[n].ndim == 1 and n != "is_catch"]
    name = name or task.main_condition
    if name is None:
        remedy = f"The trials have: {', '.join(known)}."
        raise invalid("condition", "be named for this task", None, remedy)
    check_choice("condition", name, known)
    return name, binned(np.asarray(numbers[name])[is_counted])


def numbers_of(result: Any, *names: str) -> dict[str, Any]:
    """Return these attributes of a result by name, by default all its fields."""
    names = names or tuple(field.name for field in dataclasses.fields(result))
    return {name: getattr(result, name) for name in names}


def panel(
    size: tuple[float, float], draw: Callable[..., object], *args: Any, **options: Any
) -> Callable[[], Figure]:
    """Return a function that makes a figure of one panel, of this size in inches.

    The panel is drawn by `draw(ax, *args, **options)`.
    """

    def make() -> Figure:
        figure = Figure(figsize=size, layout="constrained")
        draw(figure.add_subplot(), *args, **options)
        return figure

    return make
