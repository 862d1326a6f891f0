"""The loss that training minimises: the task's output loss plus named penalties."""

import abc
from collections.abc import Callable
from typing import ClassVar, final

import equinox as eqx
from jax import Array
import jax.numpy as jnp

from .._arguments import checks_arguments
from .._checks import (
    check,
    check_choice,
    check_instance,
    check_not_negative,
    check_shape,
    describe,
    invalid,
    takes,
    traced_in_words,
)
from .._show import AbstractShown, options, Table, text, titled
from .._types import ArrayLike
from ..network import AbstractNetwork
from ..simulation import in_order, Record, Trajectory
from ..tasks import AbstractTask, Trial


OutputLoss = Callable[[Array, Array, Array], Array]
"""A function of (outputs, targets, mask) that returns a scalar."""

LossOfOutputs = Callable[[Array], Array]
"""The output loss of one batch: a function of its outputs that returns a scalar."""

_RECORDABLE = ("potentials", "rates", "synapses")
"""The names that `needs` may hold; outputs are always recorded."""


def penalty_weight(weight: ArrayLike) -> Array:
    """Return the weight of a penalty as an array leaf; sweeping it never recompiles.

    Raises `ValueError` for a negative weight and for anything but numbers.
    """
    check_not_negative("weight", weight, "Leave out a penalty that is not wanted.")
    check_shape("weight", weight, (), "Give one number.")
    return jnp.asarray(weight, float)


class AbstractPenalty(AbstractShown, eqx.Module):
    """A penalty of the loss: a pure function of the network and its trajectory.

    A subclass defines `__call__` and, if it needs more than the outputs, `needs`: the
    names of the arrays that the rollout must record ("potentials", "rates",
    "synapses"). With `time_major = True` it gets them with time as their first axis, as
    the scan computes them, which spares training a copy. Its other fields are
    constants: arrays, or static values (`eqx.field(static=True)`). `cj.fit` and
    `cj.fit_ensemble` accept it like those of `cj.penalties`. `AbstractRatePenalty` and
    `AbstractWeightPenalty` are shorter bases for functions of rates or of weights.

    **Arguments:**

    - `weight`: of the penalty, not negative. It is an array leaf, so a sweep over it
        does not recompile.

    Raises `ValueError` for a negative weight.

    **Example:**

    >>> class PeakRate(cj.penalties.AbstractPenalty):
    ...     needs = ("rates",)
    ...
    ...     def __call__(self, net, traj, trials, output_loss):
    ...         return jnp.max(traj.rates)
    >>> loss = cj.Loss(peak=PeakRate(0.5))  # for cj.fit(..., loss=loss)
    >>> float(loss.penalties["peak"].weight), loss.record.rates
    (0.5, True)
    """

    weight: Array = eqx.field(converter=penalty_weight)
    needs: ClassVar[tuple[str, ...]] = ()
    time_major: ClassVar[bool] = False

    def _table(self) -> Table:
        return options(self)

    @abc.abstractmethod
    def __call__(
        self,
        net: AbstractNetwork,
        traj: Trajectory,
        trials: Trial,
        output_loss: LossOfOutputs,
    ) -> Array:
        """Return the penalty before it is multiplied by its weight, a scalar.

        **Arguments:**

        - `net`: the network; `cj.effective(net)` returns its weights.
        - `traj`: the trajectory of these trials, batched, with the arrays in `needs`:
            `(*batch, time, n_hidden)`, or `(time, *batch, n_hidden)` if `time_major`.
        - `trials`: the batch.
        - `output_loss`: a function of outputs `(*batch, time, n_out)`: the task's part
            of the loss if the network had these outputs.
        """


@final
class Loss(AbstractShown, eqx.Module):
    """The loss of a training: the output loss plus named, weighted penalties.

        cj.Loss(
            rates=cj.penalties.RateL2(1e-3),
            sparse=cj.penalties.WeightL1(1e-4, "w_hid"),
        )

    The terms of the loss are logged under their names, weighted, so that they add up
    to the loss.

    **Arguments:**

    - `task`: the output loss, a function of (outputs, targets, mask); by default that
        of the task.
    - `penalties`: any `AbstractPenalty`, by name; see `cj.penalties`.

    Raises `ValueError` for an output loss that is not a function, and for a penalty
    that is not an `AbstractPenalty` or whose `needs` holds an unknown name.

    **Example:**

    >>> loss = cj.Loss(rates=cj.penalties.RateL2(1e-3))
    >>> list(loss.penalties)
    ['rates']
    """

    task: OutputLoss | None = eqx.field(static=True)
    penalties: dict[str, AbstractPenalty]

    def _table(self) -> Table:
        output = "the task's" if self.task is None else text(self.task)
        rows = (("task", output), *((n, text(x)) for n, x in self.penalties.items()))
        return Table(titled(self), rows)

    @checks_arguments
    def __init__(
        self, task: OutputLoss | None = None, **penalties: AbstractPenalty
    ) -> None:
        _check_function("task", task)
        for name, penalty in penalties.items():
            remedy = "Give it by its name: cj.Loss(rates=cj.penalties.RateL2(1e-3))."
            if isinstance(penalty, type) and issubclass(penalty, AbstractPenalty):
                remedy = f"Call it: {penalty.__name__}(...)."
            check_instance(name, penalty, AbstractPenalty, "be a penalty", remedy)
            for part in penalty.needs:
                check_choice("needs", part, _RECORDABLE)
        self.task = task
        self.penalties = penalties

    @property
    def record(self) -> Record:
        """The arrays that the rollout must record: all that the penalties need."""
        needs = {part for penalty in self.penalties.values() for part in penalty.needs}
        return Record(**{part: part in needs for part in _RECORDABLE})

    def of_outputs(self, task: AbstractTask, outputs: Array, trials: Trial) -> Array:
        """Return the output loss alone, a scalar."""
        remedy = "Take the mean over trials, steps and outputs with jnp.mean."
        if self.task is None:
            with traced_in_words("output_loss"):
                value = task.output_loss(outputs, trials)
            return _checked_scalar("output_loss", value, remedy)
        with traced_in_words("loss"):
            value = self.task(outputs, trials.targets, trials.mask)
        return _checked_scalar("loss", value, remedy)

    def __call__(
        self,
        task: AbstractTask,
        net: AbstractNetwork,
        traj: Trajectory,
        trials: Trial,
    ) -> tuple[Array, dict[str, Array]]:
        """Return the loss and its weighted terms by name: "task" and the penalties.

        The trajectory may have time as its first axis (`rollout(..., time_major=True)`)
        or before its last; trials are batch first.
        """

        def output_loss(outputs: Array) -> Array:
            return self.of_outputs(task, outputs, trials)

        terms = {"task": output_loss(jnp.moveaxis(traj.outputs, traj.time_axis, -2))}
        for name, penalty in self.penalties.items():
            ordered = in_order(traj, penalty.time_major)
            with traced_in_words(name):
                value = penalty(net, ordered, trials, output_loss)
            value = _checked_scalar(name, value, "Take a mean with jnp.mean.")
            terms[name] = penalty.weight.astype(value.dtype) * value
        total = terms["task"]
        for name in self.penalties:
            total = total + terms[name]
        return total, terms


def as_loss(loss: Loss | OutputLoss | None) -> Loss:
    """Return the `loss` argument of `fit` or `train_step` as a `Loss`."""
    if isinstance(loss, Loss):
        return loss
    _check_function("loss", loss)
    return Loss(loss)


def _checked_scalar(name: str, value: object, remedy: str) -> Array:
    """Validate the result of a loss or of a penalty; return it."""
    if not isinstance(value, Array) or value.shape:
        raise invalid(name, "return a scalar JAX array", describe(value), remedy)
    return value


def _check_function(name: str, loss: Callable[..., object] | None) -> None:
    """Validate that an output loss is a function that takes three arguments, or `None`.

    A penalty and a `Loss` are callable as well, but with other arguments.
    """
    is_function = callable(loss) and not isinstance(loss, (AbstractPenalty, Loss))
    is_function = is_function and loss is not None and takes(loss, 3)
    rule = "be a function of (outputs, targets, mask)"
    remedy = "Leave it out to use the output loss of the task."
    if isinstance(loss, AbstractPenalty):
        remedy = "Give it by a name: cj.Loss(rates=cj.penalties.RateL2(1e-3))."
    check(loss is None or is_function, name, rule, describe(loss), remedy)
