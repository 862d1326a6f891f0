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

from .._arguments import checks_arguments
from .._checks import check, describe
from .._types import ArrayLike, KeyArray
from ..losses import masked_mse
from ._mixture_trials import (
    join_words,
    Names,
    public_names,
    select_trials,
    shape_of,
    standard,
    to_public,
    zeros_for,
)
from .contract import AbstractTask, check_weights, draw_by_weight, judges_outputs, Trial


@final
class Mixture(AbstractTask):
    """A task whose trials are each of one of several tasks, learned by one network.

        both = cj.tasks.Mixture([first, second], weights=(2.0, 1.0))

    The tasks have the same dt and the same numbers of inputs and outputs. The mixture
    adds no input that shows the task of a trial. Trials are padded with zeros to the
    longest; the mask is 0 there. `validation` balances all conditions of all tasks,
    those of task 0 first. (`Yang2019` mixes its own rules, as published.)

    Conditions are those of all tasks and `task`, the index of the trial's task. If a
    task has no condition (or epoch) of a name, its trials have zeros. If tasks disagree
    in the shape or dtype of a name, the index of the task is added: "choice (1)". Each
    trial is scored by its task. `performance` is the mean over the tasks of the
    performance on the trials of each; `performances` returns all of them.

    The loss is one masked mean squared error over the batch if all tasks have that
    loss, each with its own link. If any task has a custom loss, it is the mean over the
    trials of the loss of each trial alone, by its task.
    """

    main_condition: ClassVar[str | None] = "task"
    performance_name: ClassVar[str] = "mean performance of the tasks"

    tasks: tuple[AbstractTask, ...]
    weights: Array
    condition_names: tuple[Names, ...] = eqx.field(static=True)
    epoch_names: tuple[Names, ...] = eqx.field(static=True)

    @checks_arguments
    def __init__(
        self,
        tasks: Sequence[AbstractTask],
        weights: ArrayLike | Sequence[float] | None = None,
    ) -> None:
        """**Arguments:**

        - `tasks`: at least one; mixtures are not accepted.
        - `weights`: how often each task is drawn in training, relative to the others;
            by default all equally.

        Raises `ValueError` for objects that are not tasks, tasks of different dt,
        inputs or outputs, weights that do not match the tasks, and tasks with a
        condition named `task`.
        """
        self.tasks = tuple(tasks)
        for task in self.tasks:
            is_simple = isinstance(task, AbstractTask) and not isinstance(task, Mixture)
            rule, remedy = "be tasks, not mixtures", "Give all tasks to one mixture."
            check(is_simple, "tasks", rule, describe(task), remedy)
        has_tasks = len(self.tasks) > 0
        check(has_tasks, "tasks", "hold at least one task", "none", "Give a list.")
        for name in ("dt", "n_in", "n_out"):
            values = tuple(getattr(task, name) for task in self.tasks)
            are_equal = len(set(values)) == 1
            remedy = "One network performs all tasks."
            check(are_equal, "tasks", f"have the same {name}", values, remedy)
        if weights is None:
            weights = (1.0,) * len(self.tasks)
        self.weights = check_weights(weights, len(self.tasks), of="task")
        shapes = [shape_of(task) for task in self.tasks]
        self.condition_names = public_names([shape.conditions for shape in shapes])
        self.epoch_names = public_names([shape.epochs for shape in shapes])
        all_names = {name for pairs in self.condition_names for name, _ in pairs}
        rule, remedy = "have no condition named 'task'", "Rename the condition."
        check("task" not in all_names, "tasks", rule, "one", remedy)

    @property
    def dt(self) -> float:
        """Step in ms, that of all tasks."""
        return self.tasks[0].dt

    @property
    def input_names(self) -> tuple[str, ...]:
        """The names of each input channel in the tasks."""
        return join_words(task.input_names for task in self.tasks)

    @property
    def output_names(self) -> tuple[str, ...]:
        """The names of each output channel in the tasks."""
        return join_words(task.output_names for task in self.tasks)

    @property
    def units(self) -> dict[str, str]:
        """The units of each channel in the tasks."""
        channels = (*self.input_names, *self.output_names)
        units = join_words(
            [task.units[name] for name in (*task.input_names, *task.output_names)]
            for task in self.tasks
        )
        return dict(zip(channels, units, strict=True))

    @property
    def n_steps(self) -> int:
        """Number of steps of the longest task."""
        return max(task.n_steps for task in self.tasks)

    @property
    def n_conditions(self) -> int:
        """Number of conditions of all tasks together."""
        return sum(task.n_conditions for task in self.tasks)

    def at(self, dt: float) -> "Mixture":
        """Return the mixture rendered with another step; raises as the tasks do."""
        return Mixture([task.at(dt) for task in self.tasks], self.weights)

    def render(self, condition: Array | None, key: KeyArray) -> Trial:
        """Return a trial. Conditions are those of task 0, then of task 1, and so on.

        In training the task follows `weights`, and its trial is drawn as in its
        training. The same key gives the same trial of a task in either case.
        """
        task_key, key = jr.split(key)
        stops = np.cumsum([task.n_conditions for task in self.tasks])
        if condition is None:
            u = jr.uniform(task_key, (), self.weights.dtype)
            task_index = draw_by_weight(u, self.weights)
            task_condition = jnp.zeros((), int)
        else:
            mixture_condition = jnp.asarray(condition, int)
            task_index = jnp.sum(mixture_condition >= jnp.asarray(stops))
            starts = jnp.asarray(np.concatenate([[0], stops[:-1]]))
            task_condition = mixture_condition - starts[task_index]

        # All branches of the switch return the same structure: that of `padding`, with
        # the values of one task written over the zeros.
        shapes = [shape_of(task) for task in self.tasks]
        condition_shapes = [shape.conditions for shape in shapes]
        padding = Trial(
            inputs=jnp.zeros((self.n_steps, self.n_in)),
            targets=jnp.zeros((self.n_steps, self.n_out)),
            mask=jnp.zeros((self.n_steps, self.n_out)),
            conditions=zeros_for(self.condition_names, condition_shapes),
            epochs=zeros_for(self.epoch_names, [shape.epochs for shape in shapes]),
        )

        def padded_trial(k: int, task_condition: Array, key: KeyArray) -> Trial:
            of_task = None if condition is None else task_condition
            trial = standard(self.tasks[k].render(of_task, key))
            steps = self.tasks[k].n_steps
            return Trial(
                inputs=padding.inputs.at[:steps].set(trial.inputs),
                targets=padding.targets.at[:steps].set(trial.targets),
                mask=padding.mask.at[:steps].set(trial.mask),
                conditions=padding.conditions
                | to_public(trial.conditions, self.condition_names[k]),
                epochs=padding.epochs | to_public(trial.epochs, self.epoch_names[k]),
            )

        branches = [partial(padded_trial, k) for k in range(len(self.tasks))]
        trial = jax.lax.switch(task_index, branches, task_condition, key)
        conditions = trial.conditions | {"task": task_index}
        return eqx.tree_at(lambda t: t.conditions, trial, conditions)

    def of(self, k: int, trials: Trial, rest: float = 0.0) -> Trial:
        """Return the trials in the form of task k; those of other tasks are blank.

        Blank trials are zeros and catch trials; their mask is `rest`.
        """
        steps = self.tasks[k].n_steps
        is_of_task = trials.conditions["task"] == k

        def cut(x: Array, other: float = 0.0) -> Array:
            return select_trials(is_of_task, x[..., :steps, :], other)

        def to_task(names: Names, values: dict[str, Array]) -> dict[str, Array]:
            return {
                name: select_trials(is_of_task, values[public], 0)
                for name, public in names
            }

        conditions = to_task(self.condition_names[k], trials.conditions)
        conditions["is_catch"] = conditions["is_catch"] | ~is_of_task
        conditions["t_end"] = select_trials(is_of_task, conditions["t_end"], steps)
        return Trial(
            inputs=cut(trials.inputs),
            targets=cut(trials.targets),
            mask=cut(trials.mask, rest),
            conditions=conditions,
            epochs=to_task(self.epoch_names[k], trials.epochs),
        )

    def _outputs_of(self, k: int, outputs: Array, trials: Trial) -> Array:
        """Return the outputs of the trials of task k; zeros in the other trials."""
        is_of_task = trials.conditions["task"] == k
        steps = self.tasks[k].n_steps
        return select_trials(is_of_task, outputs[..., :steps, :], 0)

    def link(self, outputs: Array) -> Array:
        """Return the outputs through the link that all tasks share; see `linked`.

        Raises `ValueError` if the tasks have different links.
        """
        links = {type(task).link for task in self.tasks}
        check(
            len(links) == 1,
            "tasks",
            "have one link",
            f"{len(links)} different ones",
            "Use `linked(outputs, trials)`, which applies the link of each trial.",
        )
        return self.tasks[0].link(outputs)

    def linked(self, outputs: Array, trials: Trial) -> Array:
        """Return the outputs of each trial through the link of its task."""
        linked = outputs
        for k, task in enumerate(self.tasks):
            if type(task).link is not AbstractTask.link:
                is_of_task = trials.conditions["task"] == k
                linked = select_trials(is_of_task, task.link(outputs), linked)
        return linked

    def output_loss(self, outputs: Array, trials: Trial) -> Array:
        """Return the masked mean squared error, or the mean of the loss of each trial.

        See the class for which of them applies.
        """
        losses = {type(task).output_loss for task in self.tasks}
        if losses == {AbstractTask.output_loss}:
            return masked_mse(self.linked(outputs, trials), trials.targets, trials.mask)

        # A custom loss may not be a mean over trials, so each trial is a batch of one.
        batch = outputs.shape[:-2]

        def flatten_batch(x: Array) -> Array:
            return x.reshape(-1, *x.shape[len(batch) :])

        outputs, trials = jax.tree.map(flatten_batch, (outputs, trials))
        loss = jnp.zeros(outputs.shape[:1], outputs.dtype)  # (trials,)
        for k, task in enumerate(self.tasks):

            def loss_alone(y: Array, trial: Trial, task: AbstractTask = task) -> Array:
                batch_of_one = jax.tree.map(lambda x: x[None], trial)
                return task.output_loss(y[None], batch_of_one)

            # The mask of blank trials is 1: their loss is not used and must be finite.
            of_task = self._outputs_of(k, outputs, trials), self.of(k, trials, rest=1.0)
            is_of_task = trials.conditions["task"] == k
            loss = jnp.where(is_of_task, jax.vmap(loss_alone)(*of_task), loss)
        return jnp.mean(loss)

    @judges_outputs
    def score(self, outputs: Array, trials: Trial) -> Array:
        """Return the score of each trial by its task, `(*batch,)`."""
        score = jnp.zeros(outputs.shape[:-2], outputs.dtype)
        for k, task in enumerate(self.tasks):
            of_task = self._outputs_of(k, outputs, trials), self.of(k, trials, rest=1.0)
            is_of_task = trials.conditions["task"] == k
            score = jnp.where(is_of_task, task.score(*of_task), score)
        return score

    @judges_outputs
    def performances(self, outputs: Array, trials: Trial) -> Array:
        """Return the performance of each task on its trials, `(tasks,)`.

        A task receives the trials of the other tasks as blank catch trials with a mask
        of 0. NaN for a task without trials.
        """
        performances = []
        for k, task in enumerate(self.tasks):
            of_task = self._outputs_of(k, outputs, trials), self.of(k, trials)
            has_trials = jnp.any(trials.conditions["task"] == k)
            performance = task.performance(*of_task)
            performances.append(jnp.where(has_trials, performance, jnp.nan))
        return jnp.stack(performances)

    @judges_outputs
    def performance(self, outputs: Array, trials: Trial) -> Array:
        """Return the mean performance of the tasks that have trials; NaN for none."""
        return jnp.nanmean(self.performances(outputs, trials))
