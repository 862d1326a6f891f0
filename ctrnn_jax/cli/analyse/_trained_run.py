"""What is analysed, and what an analysis gives back."""

from collections.abc import Callable, Mapping
import dataclasses
from typing import Any

from jax import Array
from matplotlib.figure import Figure
import numpy as np

from ..._checks import check_choice, invalid
from ...analysis import binned
from ...network import AbstractNetwork, noiseless
from ...tasks import AbstractTask, Trial
from ..options import Analyse


@dataclasses.dataclass(frozen=True)
class Subject:
    """What is analysed: a network, trials of its task, and what it does in them.

    Potentials and rates `(trials, time, units)` are without the network's noise,
    outputs with it; `inputs` is the input that is frozen for fixed points and
    exponents, `frozen_at` says what it is; `chosen` are the steps `(trials, time)` of
    the epoch.
    """

    net: AbstractNetwork
    task: AbstractTask
    trials: Trial
    potentials: np.ndarray
    rates: np.ndarray
    outputs: Array
    chosen: np.ndarray
    inputs: np.ndarray
    frozen_at: str
    key: Any
    given: Analyse

    @property
    def quiet(self) -> AbstractNetwork:
        """The network without its noise."""
        return noiseless(self.net)

    @property
    def there(self) -> np.ndarray:
        """Steps before the end of each trial, `(trials, time)`."""
        ends = np.asarray(self.trials.conditions["t_end"])
        return np.arange(self.potentials.shape[1])[None] < ends[:, None]

    def until_end(self, states: np.ndarray) -> np.ndarray:
        """States `(trials, time, units)`, NaN after the end of each trial."""
        return np.where(self.there[..., None], states, np.nan)

    @property
    def few(self) -> slice:
        """Some of the trials for a picture, evenly spaced."""
        return slice(None, None, max(1, len(self.potentials) // 24))

    @property
    def counted(self) -> np.ndarray:
        """Which trials are none of catch, `(trials,)`."""
        return ~np.asarray(self.trials.conditions["is_catch"])

    @property
    def n_excitatory(self) -> int | None:
        """How many units are excitatory, which come first; `None`: it has no classes"""
        return getattr(self.net, "n_excitatory", None)


@dataclasses.dataclass(frozen=True)
class Found:
    """A line to say, numbers for JSON, arrays, and pictures to draw."""

    said: str
    numbers: Any
    arrays: Mapping[str, np.ndarray] = dataclasses.field(default_factory=dict)
    pictures: Mapping[str, Callable[[], Figure]] = dataclasses.field(
        default_factory=dict
    )


@dataclasses.dataclass(frozen=True)
class Analysis:
    """How to run one, and why it does not fit a subject (`None`: it does)."""

    run: Callable[[Subject], Found]
    lacks: Callable[[Subject], str | None] = lambda subject: None


def condition_of(
    task: AbstractTask, trials: Trial, name: str | None, counted: np.ndarray
) -> tuple[str, np.ndarray]:
    """A condition's name, the task's main one by default, and its level in each trial.

    In trials that count; the levels of a condition that has too many are bins.
    """
    numbers = trials.conditions
    known = [n for n in numbers if numbers[n].ndim == 1 and n != "is_catch"]
    name = name or task.main_condition
    if name is None:
        told = f"The trials have: {', '.join(known)}."
        raise invalid("condition", "be named for this task", None, told)
    check_choice("condition", name, known)
    return name, binned(np.asarray(numbers[name])[counted])


def numbers_of(found: Any, *names: str) -> dict[str, Any]:
    """Some attributes of a result by name, or all its fields."""
    names = names or tuple(field.name for field in dataclasses.fields(found))
    return {name: getattr(found, name) for name in names}


def panel(draw: Callable[[Any], Any], size: tuple[float, float]) -> Figure:
    figure = Figure(figsize=size, layout="constrained")
    draw(figure.add_subplot())
    return figure
