"""What training minimises: the task's cost, and further terms by name."""

import abc
from collections.abc import Callable
from typing import Any, ClassVar

import equinox as eqx
from equinox import AbstractVar
from jax import Array
import jax.numpy as jnp

from .._checks import check_choice, check_not_negative, describe, invalid
from ..network import AbstractNetwork
from ..simulation import Record, Trajectory
from ..tasks import AbstractTask, Trial


OutputLoss = Callable[[Array, Array, Array], Array]
"""Of (outputs, targets, mask), a scalar."""

_KEPT = ("potentials", "rates", "synapses")


def penalty_weight(weight: Any) -> Array:
    """The weight of a term as an array leaf, so that sweeping it never recompiles."""
    check_not_negative("weight", weight, "A term that is not wanted is left out.")
    return jnp.asarray(weight, float)


class AbstractPenalty(eqx.Module):
    """A term of the loss: a pure function of the network and what it did.

    A term of your own is a subclass with a `weight` (an array; `penalty_weight` makes
    one), the names in `needs` of what the rollout must keep beside outputs
    ("potentials", "rates", "synapses"), and `__call__`.
    """

    weight: AbstractVar[Array]
    needs: ClassVar[tuple[str, ...]] = ()

    @abc.abstractmethod
    def __call__(
        self,
        net: AbstractNetwork,
        traj: Trajectory,
        trials: Trial,
        cost: Callable[[Array], Array],
    ) -> Array:
        """The term without its weight, a scalar.

        **Arguments:**

        - `net`: the network; `cj.effective(net)` are its weights.
        - `traj`: of these trials, batched, with what `needs` names.
        - `trials`: the batch.
        - `cost`: of outputs `(*batch, time, n_out)`: what the task's part of the loss
            would be for them.
        """


class Loss(eqx.Module):
    """The loss of a training: the task's cost plus named, weighted terms.

        cj.Loss(
            rates=cj.penalties.RateL2(1e-3),
            sparse=cj.penalties.WeightL1(1e-4, "w_hid"),
        )

    Each term is logged under its name, weighted, so that they add up to the loss.

    **Arguments:**

    - `task`: of (outputs, targets, mask); by default the cost that the task has itself.
    - `penalties`: terms by name, any `AbstractPenalty`; see `cj.penalties`.

    Raises `ValueError` for terms of another kind, one called "task", and a negative
    weight.
    """

    task: OutputLoss | None = eqx.field(static=True)
    penalties: dict[str, AbstractPenalty]

    def __init__(
        self, task: OutputLoss | None = None, **penalties: AbstractPenalty
    ) -> None:
        # a term can be called too, but not with these arguments
        if isinstance(task, AbstractPenalty) or not (task is None or callable(task)):
            raise invalid(
                "task",
                "be a function of (outputs, targets, mask)",
                describe(task),
                "Leave it out for the cost of the task.",
            )
        for name, cost in penalties.items():
            if not isinstance(cost, AbstractPenalty):
                raise invalid(
                    name, "be a term of the loss", describe(cost), "Use cj.penalties."
                )
            for part in cost.needs:
                check_choice("needs", part, _KEPT)
        self.task = task
        self.penalties = penalties

    @property
    def record(self) -> Record:
        """What the rollout must keep."""
        needs = {part for cost in self.penalties.values() for part in cost.needs}
        return Record(**{part: part in needs for part in _KEPT})

    def of_outputs(self, task: AbstractTask, outputs: Array, trials: Trial) -> Array:
        """The task's part alone, a scalar."""
        if self.task is None:
            return task.output_loss(outputs, trials)
        return self.task(outputs, trials.targets, trials.mask)

    def __call__(
        self,
        task: AbstractTask,
        net: AbstractNetwork,
        traj: Trajectory,
        trials: Trial,
    ) -> tuple[Array, dict[str, Array]]:
        """The loss, and its weighted terms by name: "task" and the penalties."""
        of_outputs = lambda outputs: self.of_outputs(task, outputs, trials)
        terms = {"task": of_outputs(traj.outputs)}
        for name, cost in self.penalties.items():
            value = cost(net, traj, trials, of_outputs)
            terms[name] = cost.weight.astype(value.dtype) * value
        total = terms["task"]
        for name in self.penalties:
            total = total + terms[name]
        return total, terms


def as_loss(loss: Loss | OutputLoss | None) -> Loss:
    """A `Loss` from what `fit` and `train_step` take."""
    return loss if isinstance(loss, Loss) else Loss(loss)
