"""Several tasks for one network, drawn trial by trial."""

from collections.abc import Sequence
from functools import partial
from typing import ClassVar, final

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
import jax.random as jr
import numpy as np

from .._checks import check_list, check_not_negative, check_values, describe, invalid
from .._types import ArrayLike, KeyArray
from ..losses import masked_mse
from ._mixture_channels import (
    joined,
    Names,
    public_names,
    shape_of,
    standard,
    where_mine,
    zeros_for,
)
from .contract import AbstractTask, check_numbers, Trial


@final
class Mixture(AbstractTask):
    """Each trial is of one of several tasks, for one network that learns them all.

        both = cj.tasks.Mixture([first, second], weights=(2.0, 1.0))

    The tasks share dt and the numbers of inputs and outputs; that a network can tell
    which it is asked for is up to their inputs. Trials are padded with zeros to the
    longest, and the mask is 0 there. `validation` balances all conditions of all tasks:
    those of the first come first. (`Yang2019` mixes its own rules, as published.)

    Conditions are those of all tasks and `task`, the index of the trial's task; where
    that has no condition (or epoch) of a name, there are zeros. If tasks disagree in
    its shape or dtype, it has the index too: "choice (1)". A trial is scored by its own
    task. `performance` is the mean of those of the tasks, each on its own trials;
    `performances` has them one by one.

    The cost is one masked mean squared error over the batch if that is the cost of all
    tasks, each with its own link. If any has a cost of its own, it is the mean over
    the trials of the cost of each trial alone, by its own task.
    """

    main_condition: ClassVar[str | None] = "task"
    performance_name: ClassVar[str] = "mean performance of the tasks"

    tasks: tuple[AbstractTask, ...]
    weights: Array
    condition_names: tuple[Names, ...] = eqx.field(static=True)
    epoch_names: tuple[Names, ...] = eqx.field(static=True)

    def __init__(
        self,
        tasks: Sequence[AbstractTask],
        weights: ArrayLike | Sequence[float] | None = None,
    ) -> None:
        """**Arguments:**

        - `tasks`: at least one; no mixtures.
        - `weights`: how often each is drawn in training, relative to the others; by
            default all equally.

        Raises `ValueError` for what is no task, tasks of different dt, inputs or
        outputs, weights that fit no task, and tasks with a condition named `task`.
        """
        self.tasks = check_list("tasks", tasks, of="tasks")
        for task in self.tasks:
            if not isinstance(task, AbstractTask) or isinstance(task, Mixture):
                raise invalid(
                    "tasks",
                    "be tasks, and no mixtures of them",
                    describe(task),
                    "Give all tasks to one mixture.",
                )
        if not self.tasks:
            raise invalid("tasks", "hold at least one task", "none", "Give a list.")
        for name in ("dt", "n_in", "n_out"):
            found = tuple(getattr(task, name) for task in self.tasks)
            if len(set(found)) > 1:
                raise invalid(
                    "tasks", f"have the same {name}", found, "One network does all."
                )
        count = len(self.tasks)
        weights = (1.0,) * count if weights is None else weights
        self.weights = check_numbers("weights", weights, "One for each task.")
        if self.weights.shape != (count,):
            shape = f"shape {self.weights.shape}"
            raise invalid("weights", f"have shape ({count},)", shape, "One each.")
        remedy = "Tasks are drawn in proportion."
        check_not_negative("weights", self.weights, remedy)
        some = lambda total: total > 0
        check_values("weights", self.weights.sum(), some, "have a positive sum", remedy)
        shapes = [shape_of(task) for task in self.tasks]
        self.condition_names = public_names([shape.conditions for shape in shapes])
        self.epoch_names = public_names([shape.epochs for shape in shapes])
        if "task" in {name for names in self.condition_names for name, _ in names}:
            raise invalid(
                "tasks", "have no condition named 'task'", "one", "Rename it."
            )

    @property
    def dt(self) -> float:
        """Step in ms, that of all tasks."""
        return self.tasks[0].dt

    @property
    def input_names(self) -> tuple[str, ...]:
        """The names that the tasks give to each channel."""
        return joined(task.input_names for task in self.tasks)

    @property
    def output_names(self) -> tuple[str, ...]:
        """The names that the tasks give to each output."""
        return joined(task.output_names for task in self.tasks)

    @property
    def units(self) -> dict[str, str]:
        """The units that the tasks give to each channel."""
        names = (*self.input_names, *self.output_names)
        of = lambda task: (*task.input_names, *task.output_names)
        units = joined([task.units[n] for n in of(task)] for task in self.tasks)
        return dict(zip(names, units, strict=True))

    @property
    def n_steps(self) -> int:
        """Number of steps of the longest task."""
        return max(task.n_steps for task in self.tasks)

    @property
    def n_conditions(self) -> int:
        """Those of all tasks."""
        return sum(task.n_conditions for task in self.tasks)

    def at(self, dt: float) -> "Mixture":
        """The same mixture rendered with another step; raises as the tasks do."""
        return Mixture([task.at(dt) for task in self.tasks], self.weights)

    def render(self, condition: Array | None, key: KeyArray) -> Trial:
        """Conditions of the first task, then of the next; in training as drawn.

        The same key gives the same trial of a task, drawn or given.
        """
        task_key, key = jr.split(key)
        ends = np.cumsum([task.n_conditions for task in self.tasks])
        if condition is None:
            up_to = jnp.cumsum(self.weights)
            which = jnp.sum(jr.uniform(task_key, (), up_to.dtype) * up_to[-1] >= up_to)
            own = jnp.zeros((), int)
        else:
            whole = jnp.asarray(condition, int)
            which = jnp.sum(whole >= jnp.asarray(ends))
            own = whole - jnp.asarray(np.concatenate([[0], ends[:-1]]))[which]
        shapes = [shape_of(task) for task in self.tasks]
        longest = lambda channels: jnp.zeros((self.n_steps, channels))
        room = Trial(
            inputs=longest(self.n_in),
            targets=longest(self.n_out),
            mask=longest(self.n_out),
            conditions=zeros_for(self.condition_names, [x.conditions for x in shapes]),
            epochs=zeros_for(self.epoch_names, [x.epochs for x in shapes]),
        )

        def trial_of(k: int, own: Array, key: KeyArray) -> Trial:
            given = None if condition is None else own
            trial = standard(self.tasks[k].render(given, key))
            steps = self.tasks[k].n_steps
            named = lambda have, pairs: {public: have[name] for name, public in pairs}
            return Trial(
                inputs=room.inputs.at[:steps].set(trial.inputs),
                targets=room.targets.at[:steps].set(trial.targets),
                mask=room.mask.at[:steps].set(trial.mask),
                conditions=room.conditions
                | named(trial.conditions, self.condition_names[k]),
                epochs=room.epochs | named(trial.epochs, self.epoch_names[k]),
            )

        branches = [partial(trial_of, k) for k in range(len(self.tasks))]
        trial = jax.lax.switch(which, branches, own, key)
        conditions = trial.conditions | {"task": which}
        return eqx.tree_at(lambda t: t.conditions, trial, conditions)

    def of(self, k: int, trials: Trial, rest: float = 0.0) -> Trial:
        """The trials as task k made them; those of other tasks are blank.

        Blank trials are zeros and catch trials; their mask is `rest`.
        """
        task, mine = self.tasks[k], trials.conditions["task"] == k
        steps = task.n_steps
        cut = lambda x: where_mine(mine, x[..., :steps, :], 0)
        named = lambda pairs, have: {
            name: where_mine(mine, have[public], 0) for name, public in pairs
        }
        conditions = named(self.condition_names[k], trials.conditions)
        conditions["is_catch"] = conditions["is_catch"] | ~mine
        conditions["t_end"] = where_mine(mine, conditions["t_end"], steps)
        return Trial(
            inputs=cut(trials.inputs),
            targets=cut(trials.targets),
            mask=where_mine(mine, trials.mask[..., :steps, :], rest),
            conditions=conditions,
            epochs=named(self.epoch_names[k], trials.epochs),
        )

    def _outputs_of(self, k: int, outputs: Array, trials: Trial) -> Array:
        """Outputs of the trials of task k, zeros in the others."""
        mine = trials.conditions["task"] == k
        return where_mine(mine, outputs[..., : self.tasks[k].n_steps, :], 0)

    def link(self, outputs: Array) -> Array:
        """That of the first task, if all have the same function; see `linked`.

        Raises `ValueError` if they differ.
        """
        links = {type(task).link for task in self.tasks}
        if len(links) > 1:
            raise invalid(
                "tasks",
                "have one link",
                f"{len(links)} different ones",
                "`linked(outputs, trials)` goes by the task of each trial.",
            )
        return self.tasks[0].link(outputs)

    def linked(self, outputs: Array, trials: Trial) -> Array:
        """Outputs through the link of each trial's own task."""
        total = outputs
        for k, task in enumerate(self.tasks):
            if type(task).link is not AbstractTask.link:
                mine = trials.conditions["task"] == k
                total = where_mine(mine, task.link(outputs), total)
        return total

    def output_loss(self, outputs: Array, trials: Trial) -> Array:
        """The masked mean squared error, or the mean of each trial's own cost."""
        if all(
            type(task).output_loss is AbstractTask.output_loss for task in self.tasks
        ):
            return masked_mse(self.linked(outputs, trials), trials.targets, trials.mask)
        batch = outputs.shape[:-2]
        flat = lambda x: x.reshape(-1, *x.shape[len(batch) :])
        outputs, trials = jax.tree.map(flat, (outputs, trials))
        batched = lambda trial: jax.tree.map(lambda x: x[None], trial)
        total = jnp.zeros(outputs.shape[:1], outputs.dtype)
        for k, task in enumerate(self.tasks):
            own = self._outputs_of(k, outputs, trials), self.of(k, trials, rest=1.0)
            costs = jax.vmap(
                lambda y, t, task=task: task.output_loss(y[None], batched(t))
            )
            total = jnp.where(trials.conditions["task"] == k, costs(*own), total)
        return jnp.mean(total)

    def score(self, outputs: Array, trials: Trial) -> Array:
        """What the own task of each trial says."""
        total = jnp.zeros(outputs.shape[:-2], outputs.dtype)
        for k, task in enumerate(self.tasks):
            own = self._outputs_of(k, outputs, trials), self.of(k, trials, rest=1.0)
            total = jnp.where(trials.conditions["task"] == k, task.score(*own), total)
        return total

    def performances(self, outputs: Array, trials: Trial) -> Array:
        """The performance of each task on its own trials, `(tasks,)`.

        Trials of the other tasks are shown to a task as blank catch trials with a mask
        of 0. NaN for a task without trials.
        """
        found = []
        for k, task in enumerate(self.tasks):
            own = self._outputs_of(k, outputs, trials), self.of(k, trials)
            some = jnp.any(trials.conditions["task"] == k)
            found.append(jnp.where(some, task.performance(*own), jnp.nan))
        return jnp.stack(found)

    def performance(self, outputs: Array, trials: Trial) -> Array:
        """The mean performance of the tasks that have trials here; NaN for none."""
        return jnp.nanmean(self.performances(outputs, trials))
