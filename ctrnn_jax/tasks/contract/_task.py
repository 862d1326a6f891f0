"""The contract of a task: pure functions from a key to trials, and their scoring."""

import abc
from collections.abc import Callable
import dataclasses
import functools
import inspect
from typing import Any, cast, ClassVar, final, TypeVar

import equinox as eqx
from equinox import AbstractVar
import jax
from jax import Array
import jax.numpy as jnp
import numpy as np

from ..._arguments import checks_arguments
from ..._checks import check, check_count, check_shape, describe, invalid
from ..._random import one_key
from ..._show import AbstractShown, counted, quantities, Table, text, titled
from ..._types import KeyArray
from ...losses import masked_mse
from ._batch import AbstractBatch, Index
from ._options import check_bounds, check_duration, check_spare


C = TypeVar("C", bound=Callable)
T = TypeVar("T", bound="AbstractTask")


def fraction(total: Array, count: Array) -> Array:
    """Return `total / count`, correctly rounded: 533 of 1000 is 0.533.

    XLA multiplies by the reciprocal of a constant, and of a count that networks share
    under `vmap`. It divides by a count that depends on the total.
    """
    return total / jnp.where(jnp.isnan(total), jnp.nan, count)


@final
@checks_arguments
class Trial(AbstractShown, AbstractBatch):
    """A trial, or a batch of trials with leading axes on every array.

    `trials[0]` is a trial, and `trials[2:5]` and `trials[mask]` are batches; `len`
    counts trials, and iteration runs over them. Time and channels are indexed in the
    arrays: `trials.inputs[..., 0]`.

    **Attributes:**

    - `inputs`: u, `(*batch, time, n_in)`.
    - `targets`: values that the outputs should have after the task's `link`, `(*batch,
        time, n_out)`.
    - `mask`: the weight of each target in the loss, `(*batch, time, n_out)`. It is 0
        where the output is free, which includes steps after the end of a trial that is
        shorter than the longest.
    - `conditions`: the drawn values, an array `(*batch, ...)` for each name. Every task
        has `t_end` (number of steps before padding) and `is_catch`.
    - `epochs`: steps [start, stop) of each named part of the trial, `(*batch, 2)`
        whole numbers; start equals stop in a trial without that part.
    """

    inputs: Array
    targets: Array
    mask: Array
    conditions: dict[str, Array]
    epochs: dict[str, Array]

    def _table(self) -> Table:
        *batch, steps, n_out = jnp.shape(self.targets)
        about = f"{'x'.join(map(str, batch))} trials" if batch else "one trial"
        about += f", {counted(steps, 'step')}, "
        about += f"{counted(self.inputs.shape[-1], 'input')}, "
        about += counted(n_out, "output")
        fields = quantities(self, about, omit=("epochs", "mask"))
        scored = np.asarray(self.mask) != 0
        rows = [("mask", f"{100 * scored.mean():.3g} % of the targets count")]
        for name, edges in self.epochs.items():
            edges = np.asarray(edges).reshape(-1, 2)
            start, stop = edges[edges[:, 0] < edges[:, 1]].T  # of trials that have it
            steps = f"steps {_span(start)} to {_span(stop)}" if start.size else "none"
            rows.append((f"epochs[{name!r}]", steps))
        return Table(fields.title, (*fields.rows, *rows))

    def __check_init__(self) -> None:
        """Validate that inputs, targets and mask have the same trials and steps."""
        steps = jnp.shape(self.targets)[:-1]
        rule = f"have the trials and steps of `targets`, {steps}"
        remedy = "The axes are trials, if any, time and channels."
        got = f"shape {jnp.shape(self.inputs)}"
        has_steps = len(steps) > 0 and jnp.shape(self.inputs)[:-1] == steps
        check(has_steps, "inputs", rule, got, remedy)
        remedy = "Give one weight for each target."
        check_shape("mask", self.mask, jnp.shape(self.targets), remedy)

    @property
    def batch_shape(self) -> tuple[int, ...]:
        """Lengths of the batch axes; `()` for one trial."""
        return jnp.shape(self.targets)[:-2]

    def _entry(self, index: tuple[Index, ...]) -> "Trial":
        """Return the trials at an index of the first batch axes."""
        return jax.tree.map(lambda x: x[index], self)


def _span(steps: np.ndarray) -> str:
    """Return the step of all trials, or the first and the last one."""
    low, high = int(steps.min()), int(steps.max())
    return str(low) if low == high else f"{low}-{high}"


def make_trial(
    *,
    inputs: Array,
    targets: Array,
    mask: Array,
    epochs: dict[str, Array],
    **conditions: Array,
) -> Trial:
    """Return a trial whose mask, or where it is scored, is broadcast to the targets.

    Unless they are among the conditions, the trial ends with the last epoch, and it is
    no catch trial.
    """
    t_end = list(epochs.values())[-1][1]
    return Trial(
        inputs=inputs,
        targets=targets,
        mask=jnp.broadcast_to(mask, targets.shape).astype(targets.dtype),
        conditions={"t_end": t_end, "is_catch": jnp.zeros((), bool)} | conditions,
        epochs=epochs,
    )


@checks_arguments
def judges_outputs(method: C) -> C:
    """Validate the shape of the outputs that `score` or `performance` gets.

    They have one entry for each trial, step and output of the task; others would be
    broadcast, or indexed at another step.
    """

    @functools.wraps(method)
    @checks_arguments
    def checked(self: "AbstractTask", outputs: Array, trials: Trial) -> Array:
        shape = (*jnp.shape(trials.inputs)[:-1], self.n_out)
        remedy = "Pass those of a rollout on `trials.inputs`."
        check_shape("outputs", jnp.asarray(outputs), shape, remedy)
        return method(self, outputs, trials)

    return cast(C, checked)


class AbstractTask(AbstractShown, eqx.Module):
    """An experiment. Times are in ms; dt and durations are static, as they set shapes.

    Everything is jittable and vmappable; the same key gives the same trials. A custom
    task is a subclass that defines `dt`, `input_names`, `output_names`, `n_steps`,
    `render` and `score`. All else has a default. `batch` and `validation` are compiled,
    so `render` sees tracers in place of the task's arrays, as in `fit`. Validate a
    custom task with `cj.tasks.check`.

    A number that a sweep varies is an array field, which sets no shape:
    `contrast: jax.Array = eqx.field(converter=jnp.asarray, default=0.4)`.

    **Attributes:**

    - `dt`: step in ms (static).
    - `input_names`, `output_names`: of the channels.
    - `performance_name`: what `performance` measures.
    - `main_condition`: the name of the condition (one number a trial) for which tuning
        is shown. `None`: no condition.

    **Example:** the output must repeat the input.

    >>> class Repeat(cj.tasks.AbstractTask):
    ...     dt: float = eqx.field(static=True, default=20.0)
    ...     input_names, output_names, n_steps = ("x",), ("y",), 5
    ...
    ...     def render(self, condition, key):
    ...         x = jax.random.normal(key, (self.n_steps, 1))
    ...         facts = {"t_end": jnp.asarray(5), "is_catch": jnp.asarray(False)}
    ...         return cj.tasks.Trial(x, x, jnp.ones_like(x), facts, epochs={})
    ...
    ...     def score(self, outputs, trials):
    ...         error = jnp.abs(outputs - trials.targets)
    ...         return jnp.mean(error < 0.1, axis=(-2, -1))
    >>> Repeat().batch(jax.random.key(0), 16).inputs.shape
    (16, 5, 1)
    """

    dt: AbstractVar[float]
    input_names: AbstractVar[tuple[str, ...]]
    output_names: AbstractVar[tuple[str, ...]]
    performance_name: ClassVar[str] = "fraction correct"
    main_condition: ClassVar[str | None] = None

    def _table(self) -> Table:
        steps = counted(self.n_steps, "step")
        about = f"{counted(self.n_in, 'input')} -> {counted(self.n_out, 'output')}, "
        about += f"at most {steps} of {self.dt:g} ms"
        names = ("input_names", "output_names")
        channels = tuple((name, text(getattr(self, name))) for name in names)
        times = (check_duration, check_spare, check_bounds)
        units = {
            field.name: "ms"
            for field in dataclasses.fields(self)
            if field.metadata.get("check") in times or field.name.startswith("tau")
        }
        arguments = quantities(self, omit=("dt", *names), **units).rows
        return Table(titled(self, about), (*channels, *arguments))

    @property
    def n_in(self) -> int:
        """Number of input channels."""
        return len(self.input_names)

    @property
    def n_out(self) -> int:
        """Number of output channels."""
        return len(self.output_names)

    @property
    def units(self) -> dict[str, str]:
        """The unit of each channel; by default dimensionless ("1")."""
        return dict.fromkeys((*self.input_names, *self.output_names), "1")

    @property
    @abc.abstractmethod
    def n_steps(self) -> int:
        """Number of steps of the longest trial; shorter trials are padded to it."""

    @property
    def n_conditions(self) -> int:
        """Number of kinds of trial that `validation` balances; catch trials are one.

        By default 1, for trials that are all alike or all random.
        """
        return 1

    @abc.abstractmethod
    def render(self, condition: Array | None, key: KeyArray) -> Trial:
        """Return one trial.

        **Arguments:**

        - `condition`: a whole number below `n_conditions`; `None`: everything is drawn
          as in training.
        - `key`: for everything that the condition does not fix, and for noise.
        """

    @abc.abstractmethod
    def score(self, outputs: Array, trials: Trial) -> Array:
        """Return how correct each trial is, `(*batch,)` in [0, 1].

        `outputs` are those of the readout, `(*batch, time, n_out)`, before the link.
        The score of a catch trial has no meaning. That of NaN outputs is 0 or NaN.
        """

    def link(self, outputs: Array) -> Array:
        """Return the outputs as they are compared with targets; here unchanged."""
        return outputs

    @judges_outputs
    def output_loss(self, outputs: Array, trials: Trial) -> Array:
        """Return the loss that training minimises: the masked mean squared error."""
        return masked_mse(self.link(outputs), trials.targets, trials.mask)

    @checks_arguments
    def sample(self, key: KeyArray) -> Trial:
        """Return one trial with conditions drawn as in training."""
        return self.render(None, one_key(key))

    @checks_arguments
    def batch(self, key: KeyArray, size: int) -> Trial:
        """Return trials for training, `size` on a leading axis.

        Trial i is drawn with `split(key)[i]`. The drawing is compiled once for each
        structure of the task and size. Raises `ValueError` for a size below 1.
        """
        size = check_count("size", size, at_least=1)
        _check_hashable(self)
        return _drawn(self, one_key(key), size)

    @checks_arguments
    def validation(self, key: KeyArray, size: int | None = None) -> Trial:
        """Return a counterbalanced set: every condition equally often, in turn.

        `size` is `validation_size` by default. Raises `ValueError` unless it is a
        multiple of `n_conditions`.
        """
        size = self.validation_size if size is None else size
        size = check_count("size", size, at_least=1)
        next_multiple = -(-size // self.n_conditions) * self.n_conditions
        check(
            size % self.n_conditions == 0,
            "size",
            f"be a multiple of the {self.n_conditions} conditions",
            size,
            f"Use {next_multiple}.",
        )
        _check_hashable(self)
        return _counterbalanced(self, one_key(key), size)

    @property
    def validation_size(self) -> int:
        """About 500 trials, every condition equally often and at least once."""
        return self.n_conditions * max(1, round(500 / self.n_conditions))

    @judges_outputs
    def performance(self, outputs: Array, trials: Trial) -> Array:
        """Return the number that the published stop rule uses; larger is better.

        Here it is the mean score without catch trials; NaN if all are catch trials.
        """
        is_counted = ~trials.conditions["is_catch"]
        score = self.score(outputs, trials)
        total = jnp.sum(jnp.where(is_counted, score, 0.0))
        return fraction(total, jnp.sum(is_counted).astype(total.dtype))

    def at_update(self: T, key: KeyArray, index: Array | int) -> T:
        """Return the task whose `batch` draws the trials of an update.

        `fit` calls it before each update, with the key of its trials and the number of
        updates before it. Here it is this task, whose batches depend on their key
        alone. Recorded trials are shuffled with it; see `from_arrays`.
        """
        del key, index
        return self

    def at(self: T, dt: float) -> T:
        """Return the same experiment rendered with another step, in ms.

        For classes whose options are attributes of the same names. Raises `ValueError`
        if a duration is not a multiple of the new dt.
        """
        names = inspect.signature(type(self).__init__).parameters.keys() - {"self"}
        options: dict[str, Any] = {name: getattr(self, name) for name in names}
        options["dt"] = dt
        return type(self)(**options)


# Inside of another trace, such as that of `fit`, no call of a compiled function is
# left: the program is that of the body. Equinox passes `inline` on to `jax.jit`.


@eqx.filter_jit(inline=True)  # pyright: ignore[reportCallIssue]
def _drawn(task: AbstractTask, key: KeyArray, size: int) -> Trial:
    """Draw trials for training."""

    def draw(key: KeyArray) -> Trial:
        return _of_task(task, task.sample(key))

    return jax.vmap(draw)(jax.random.split(key, size))


@eqx.filter_jit(inline=True)  # pyright: ignore[reportCallIssue]
def _counterbalanced(task: AbstractTask, key: KeyArray, size: int) -> Trial:
    """Draw a trial of each condition in turn."""
    conditions = jnp.arange(size) % task.n_conditions

    def draw(condition: Array, key: KeyArray) -> Trial:
        return _of_task(task, task.render(condition, key))

    return jax.vmap(draw)(conditions, jax.random.split(key, size))


def _of_task(task: AbstractTask, trial: Trial) -> Trial:
    """Validate that a trial has the steps and channels of its task; return it."""
    remedy = "Return cj.tasks.Trial(...)."
    check(isinstance(trial, Trial), "render", "return a trial", describe(trial), remedy)
    for name, channels in (("inputs", task.n_in), ("targets", task.n_out)):
        shape = jnp.shape(getattr(trial, name))
        rule = f"return {name} of shape {(task.n_steps, channels)}"
        remedy = "The axes are time, `n_steps`, and channels."
        is_of_task = shape == (task.n_steps, channels)
        check(is_of_task, "render", rule, f"shape {shape}", remedy)
    for name in ("t_end", "is_catch"):
        remedy = "Every trial has `t_end` and `is_catch`."
        got = ", ".join(trial.conditions) or "none"
        check(
            name in trial.conditions,
            "render",
            f"return the condition {name}",
            got,
            remedy,
        )
    return trial


def _check_hashable(task: AbstractTask) -> None:
    """Validate that a compiled program can be found by all fields without arrays."""
    try:
        hash(tuple(jax.tree.leaves(eqx.filter(task, eqx.is_array, inverse=True))))
    except TypeError as error:
        remedy = "Make the field static, or give a tuple."
        raise invalid("task", "have hashable fields", str(error), remedy) from error
