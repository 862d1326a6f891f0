"""How the gradient of the loss is found, as strategy objects."""

import abc
from typing import Any, final, TypeVar

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp

from .._checks import check_values, invalid
from .._types import ArrayLike, KeyArray
from ..network import AbstractNetwork, effective, NAMES
from ..penalties import Loss
from ..perturbations import AbstractPerturbation, Forced, perturb
from ..simulation import AbstractAdjoint, HoistedAdjoint, rollout
from ..tasks import AbstractTask, Trial


Terms = dict[str, Array]
N = TypeVar("N", bound=AbstractNetwork)


class Problem(eqx.Module):
    """What an update improves: a loss on one batch of trials, with one draw of noise.

    **Attributes:** `trials` (a batch), `key` (for the noise of the rollout), `task`,
    `loss`.
    """

    trials: Trial
    key: KeyArray
    task: AbstractTask
    loss: Loss

    def value(
        self,
        net: AbstractNetwork,
        *,
        adjoint: AbstractAdjoint = HoistedAdjoint(),
        perturbations: tuple[AbstractPerturbation, ...] = (),
    ) -> tuple[Array, Terms]:
        """The loss of a network, and its terms by name; differentiable."""
        traj = rollout(
            perturb(net, *perturbations) if perturbations else net,
            self.trials.inputs,
            key=self.key,
            record=self.loss.record,
            adjoint=adjoint,
        )
        return self.loss(self.task, net, traj, self.trials)

    def of_outputs(self, outputs: Array) -> Array:
        """The task's part of the loss for outputs `(*batch, time, n_out)`."""
        return self.loss.of_outputs(self.task, outputs, self.trials)


class AbstractGradient(eqx.Module):
    """A way to find, or estimate, the gradient of the loss."""

    @abc.abstractmethod
    def __call__(
        self, params: Any, static: Any, problem: Problem
    ) -> tuple[Array, Terms, Any]:
        """The loss, its terms, and the gradient.

        **Arguments:**

        - `params`, `static`: the two parts of `eqx.partition(net, cj.trainable(net))`;
            `eqx.combine` makes the network of them.
        - `problem`: the loss and the trials.

        **Returns:** the loss, its weighted terms by name, and a gradient of the
        structure of `params`.
        """


@final
class BPTT(AbstractGradient):
    """Backpropagation through time: the exact gradient, or a truncated one.

    **Arguments:**

    - `adjoint`: as of `rollout`; `cj.Truncated(steps)` cuts sensitivities,
        `cj.Checkpointed()` saves memory in long trials.
    - `teacher_forcing`: for tasks of recorded rates (`cj.tasks.RecordedActivity`), the
        strength in [0, 1] with which units send their targets instead of their own
        rates while training; see `Forced`. Units that are held out, or have no sample,
        are not forced. Validations run free.

    Raises `ValueError` for a strength outside [0, 1], and for forcing in a task that
    records no units.
    """

    adjoint: AbstractAdjoint = HoistedAdjoint()
    teacher_forcing: ArrayLike | None = None

    def __check_init__(self) -> None:
        """Refuse strengths outside [0, 1]."""
        if self.teacher_forcing is not None:
            check_values(
                "teacher_forcing",
                self.teacher_forcing,
                lambda x: (x >= 0) & (x <= 1),
                "lie in [0, 1]",
                "1 sends the targets alone.",
            )

    def __call__(
        self, params: Any, static: Any, problem: Problem
    ) -> tuple[Array, Terms, Any]:
        """The loss, its terms, and its gradient by the adjoint."""

        forced = self._forced(problem)

        def objective(params: Any) -> tuple[Array, Terms]:
            net = eqx.combine(params, static)
            return problem.value(net, adjoint=self.adjoint, perturbations=forced)

        (value, terms), grads = jax.value_and_grad(objective, has_aux=True)(params)
        return value, terms, grads

    def _forced(self, problem: Problem) -> tuple[Forced, ...]:
        if self.teacher_forcing is None:
            return ()
        units = getattr(problem.task, "observed_units", None)
        if units is None:
            raise invalid(
                "teacher_forcing",
                "be left out for a task that records no units",
                type(problem.task).__name__,
                "Use cj.tasks.RecordedActivity.",
            )
        trials = problem.trials
        there = (trials.mask > 0).astype(trials.mask.dtype)
        strength = jnp.asarray(self.teacher_forcing, there.dtype) * there
        return (Forced(units, trials.targets, strength),)


def trained_weights(params: Any, static: Any) -> dict[str, Array]:
    """The effective weights that train, by name.

    `jax.vjp` of it pulls gradients of them back to raw parameters.
    """
    net = eqx.combine(params, static)
    weights = effective(net)
    trained = (name for name in NAMES if name not in net.fixed)
    return {name: w for name in trained if (w := getattr(weights, name)) is not None}
