"""What `ctrnn-jax tasks` prints about tasks, as numbers and text by name."""

import dataclasses

from jax import Array
import numpy as np

from .._tables import shortest
from ..tasks import AbstractTask, describe, families, Trial
from ..training import Recipe
from .experiment import Option


Range = tuple[float, float]
"""The smallest and the largest of some numbers."""


def facts_of_all() -> dict[str, object]:
    """Return the name, the family and the description of every task."""
    return {
        "tasks": [
            {"name": name, "family": family, "description": describe(name)}
            for family, members in families().items()
            for name in members
        ]
    }


def facts_of(
    name: str,
    description: str,
    task: AbstractTask,
    trials: Trial,
    options: tuple[Option, ...],
    chosen: Recipe,
) -> dict[str, object]:
    """Return the facts about a task, and the settings of its recipe."""
    epochs = epoch_times(task, trials)
    return {
        "name": name,
        "description": description,
        "options": [dataclasses.asdict(option) for option in options],
        "inputs": _channels(task, task.input_names),
        "outputs": _channels(task, task.output_names),
        "epochs": [
            {"name": epoch, "from_ms": starts, "to_ms": ends}
            for epoch, (starts, ends) in epochs.items()
        ],
        "conditions": condition_ranges(trials),
        "n_conditions": task.n_conditions,
        "n_steps": task.n_steps,
        "dt_ms": float(task.dt),
        "performance": task.performance_name,
        "training": _training(chosen),
    }


def epoch_times(task: AbstractTask, trials: Trial) -> dict[str, tuple[Range, Range]]:
    """Return when each epoch starts and ends in ms, over the trials that have it."""

    def mean_start(item: tuple[str, Array]) -> float:
        return float(np.mean(np.asarray(item[1])[:, 0]))

    times = {}
    for name, steps in sorted(trials.epochs.items(), key=mean_start):
        edges = np.asarray(steps)
        edges = edges[edges[:, 1] > edges[:, 0]] * float(task.dt)
        if len(edges):
            times[name] = _range(edges[:, 0]), _range(edges[:, 1])
    return times


def condition_ranges(trials: Trial) -> dict[str, Range]:
    """Return the smallest and the largest value of each condition."""
    conditions = trials.conditions.items()
    return {
        name: _range(shortest(np.asarray(values)).astype(float))
        for name, values in conditions
    }


def _range(values: np.ndarray) -> Range:
    return float(values.min()), float(values.max())


def _channels(task: AbstractTask, names: tuple[str, ...]) -> list[dict[str, str]]:
    return [{"name": name, "unit": task.units[name]} for name in names]


def _training(chosen: Recipe) -> dict[str, object]:
    """Return the published settings of training."""
    return {
        "networks": chosen.variants,
        "batch_size": chosen.batch_size,
        "learning_rate": chosen.learning_rate,
        "num_updates": chosen.num_updates,
        "criterion": chosen.stop_when.threshold,
        "validations": chosen.stop_when.last,
        "source": chosen.source,
    }
