"""The problem that a gradient estimator solves, and the interface of estimators."""

import abc
from collections.abc import Callable
from typing import final

import equinox as eqx
from jax import Array
import jax.numpy as jnp
from jaxtyping import PyTree

from .._arguments import checks_arguments
from .._show import AbstractShown, options, quantities, Table
from .._types import KeyArray
from ..network import AbstractNetwork, effective, NAMES
from ..penalties import Loss
from ..perturbations import AbstractPerturbation, perturb
from ..simulation import AbstractAdjoint, HoistedAdjoint, rollout
from ..tasks import AbstractTask, Trial


Terms = dict[str, Array]
"""The weighted terms of the loss by name: "task" and the penalties."""

Estimate = tuple[Array, Terms, PyTree]
"""The loss, its terms, and a gradient of the structure of the parameters."""


@final
@checks_arguments
class Problem(AbstractShown, eqx.Module):
    """The loss on one batch of trials with one realisation of the noise.

    **Attributes:** `trials` (a batch), `key` (for the noise of the rollout), `task`,
    `loss`.
    """

    trials: Trial
    key: KeyArray
    task: AbstractTask
    loss: Loss

    def _table(self) -> Table:
        return quantities(self)

    def value(
        self,
        net: AbstractNetwork,
        *,
        adjoint: AbstractAdjoint = HoistedAdjoint(),
        perturbations: tuple[AbstractPerturbation, ...] = (),
    ) -> tuple[Array, Terms]:
        """Return the loss of a network and its terms by name; differentiable."""
        # Time first, as the scan computes: penalties then read what the scan wrote.
        traj = rollout(
            perturb(net, *perturbations) if perturbations else net,
            jnp.moveaxis(self.trials.inputs, -2, 0),
            key=self.key,
            record=self.loss.record,
            adjoint=adjoint,
            time_major=True,
        )
        return self.loss(self.task, net, traj, self.trials)

    def value_of(self, static: AbstractNetwork) -> Callable[[AbstractNetwork], Array]:
        """Return the loss as a function of the parameters alone."""
        return lambda params: self.value(eqx.combine(params, static))[0]

    def of_outputs(self, outputs: Array) -> Array:
        """Return the output loss for outputs `(*batch, time, n_out)`."""
        return self.loss.of_outputs(self.task, outputs, self.trials)


class AbstractGradient(AbstractShown, eqx.Module):
    """A method that computes or estimates the gradient of the loss.

    A subclass defines `__call__`; its fields are its options. It is a pure function, so
    that `cj.fit(..., gradient=...)` and `cj.fit_ensemble` compile and vmap it.

    **Example:**

    >>> class Clipped(cj.gradients.AbstractGradient):
    ...     limit: float
    ...     inner: cj.gradients.AbstractGradient = cj.gradients.BPTT()
    ...
    ...     def __call__(self, params, static, problem):
    ...         loss, terms, grads = self.inner(params, static, problem)
    ...         clip = lambda g: jnp.clip(g, -self.limit, self.limit)
    ...         return loss, terms, jax.tree.map(clip, grads)
    >>> gradient = Clipped(0.1)  # for cj.fit(..., gradient=gradient)
    """

    def _table(self) -> Table:
        return options(self)

    @abc.abstractmethod
    def __call__(
        self, params: AbstractNetwork, static: AbstractNetwork, problem: Problem
    ) -> Estimate:
        """Return the loss, its terms, and the gradient.

        **Arguments:**

        - `params`, `static`: the two parts of `eqx.partition(net, cj.trainable(net))`;
            `eqx.combine` makes the network of them.
        - `problem`: the loss and the trials.

        **Returns:** the loss, its weighted terms by name, and a gradient of the
        structure of `params`.
        """


def trained_weights(
    params: AbstractNetwork, static: AbstractNetwork
) -> dict[str, Array]:
    """Return the effective weights that train, by name.

    `jax.vjp` of this function maps gradients by these weights to gradients by the raw
    parameters.
    """
    net = eqx.combine(params, static)
    weights = effective(net)
    trained = (name for name in NAMES if name not in net.fixed)
    return {name: w for name in trained if (w := getattr(weights, name)) is not None}
