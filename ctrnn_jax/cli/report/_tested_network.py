"""Simulate the network of a run on the trials of its test."""

import dataclasses
from pathlib import Path

import jax
from jax import Array
import jax.numpy as jnp
import numpy as np

from ..._quick_compilation import quickly_compiled
from ...network import AbstractNetwork
from ...plotting import example_trials
from ...simulation import Trajectory
from ...tasks import AbstractTask, AbstractTwoChoice, Trial
from ..run import (
    answers,
    find_silent,
    keys_of,
    load_network,
    Setup,
    simulated,
    task_of,
    tested,
)
from ._intervals import mean_score, MeanScore


_MOST_EXAMPLES = 3
"""A picture of a trial takes half a second."""


@dataclasses.dataclass(frozen=True)
class TestedNetwork:
    """A network with the trials of its test, which are those of summary.json.

    `scores` and `conditions` are of the trials that count, `(trials,)`; `examples` are
    a few trials with their trajectories, by title. `choices` are the outputs that the
    network chose in tasks with two of them, else `None`.
    """

    net: AbstractNetwork
    task: AbstractTask
    performance: float
    scores: np.ndarray
    conditions: dict[str, np.ndarray]
    examples: dict[str, tuple[Trial, Trajectory]]
    silent: np.ndarray
    choices: np.ndarray | None

    @property
    def mean_score(self) -> MeanScore:
        """The mean score of the trials, with its interval."""
        return mean_score(self.scores)

    @property
    def n_excitatory(self) -> int | None:
        """Number of excitatory units, which come first; `None` without cell classes."""
        return getattr(self.net, "n_excitatory", None)


def simulate(setup: Setup, index: int, path: Path) -> TestedNetwork:
    """Load the network of a member and simulate it.

    Raises `ValueError` for a file that is no network, or that of another task.
    """
    net, member = load_network(path, setup), setup.members[index]
    validation = setup.validation(task_of(setup.task, member.settings))
    task, key = validation.task, keys_of(member.seed)[2]
    trials, outputs, performance = tested(net, validation, key)
    is_counted = ~np.asarray(trials.conditions["is_catch"])
    few, titles = example_trials(task, trials)
    traj = simulated(net, few.inputs, key)
    shown = titles[:_MOST_EXAMPLES]
    examples = {title: _one(few, traj, i) for i, title in enumerate(shown)}
    scores, chosen = _scores(task, outputs, trials), None
    if isinstance(task, AbstractTwoChoice):
        chosen = np.asarray(answers(task, outputs, trials))[is_counted]
    return TestedNetwork(
        net=net,
        task=task,
        performance=float(performance),
        # an answer that is not a number is wrong
        scores=np.nan_to_num(np.asarray(scores, float)[is_counted]),
        conditions={
            name: np.asarray(values)[is_counted]
            for name, values in trials.conditions.items()
        },
        examples=examples,
        silent=np.flatnonzero(find_silent(net, task, trials)),
        choices=chosen,
    )


def _one(trials: Trial, traj: Trajectory, index: int) -> tuple[Trial, Trajectory]:
    """Return one trial with its trajectory; both keep their axis of trials."""

    def select(x: Array) -> Array:
        return jnp.asarray(np.asarray(x)[index : index + 1]) if jnp.ndim(x) else x

    return jax.tree.map(select, (trials, traj))


@quickly_compiled
def _scores(task: AbstractTask, outputs: Array, trials: Trial) -> Array:
    return task.score(outputs, trials)
