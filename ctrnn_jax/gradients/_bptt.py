"""Backpropagation through time, with or without teacher forcing."""

from typing import final

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
import numpy as np

from .._arguments import checks_arguments
from .._checks import check_values, invalid
from .._types import ArrayLike
from ..network import AbstractNetwork
from ..perturbations import Forced
from ..simulation import AbstractAdjoint, HoistedAdjoint
from ._problem import AbstractGradient, Estimate, Problem, Terms


@final
@checks_arguments
class BPTT(AbstractGradient):
    """Backpropagation through time: the exact gradient, or a truncated one.

    **Arguments:**

    - `adjoint`: as in `rollout`; `cj.Truncated(steps)` truncates the gradient through
        time, `cj.Checkpointed()` saves memory in long trials.
    - `teacher_forcing`: for tasks of recorded rates (`cj.tasks.RecordedActivity`), the
        strength in [0, 1] with which units send their targets instead of their rates
        during training; see `Forced`. Units that are held out, and steps without a
        sample, are not forced. Validations are never forced.

    Raises `ValueError` for a strength outside [0, 1] and, in an update, for forcing in
    a task that records no units.

    **Example:**

    >>> cj.gradients.BPTT().teacher_forcing is None
    True
    """

    adjoint: AbstractAdjoint = HoistedAdjoint()
    teacher_forcing: ArrayLike | None = None

    def __check_init__(self) -> None:
        """Validate that the strength lies in [0, 1]."""

        def holds(x: np.ndarray) -> np.ndarray:
            return np.asarray((x >= 0) & (x <= 1))

        strength = 0.0 if self.teacher_forcing is None else self.teacher_forcing
        remedy = "At 1 the units send only their targets."
        check_values("teacher_forcing", strength, holds, "lie in [0, 1]", remedy)

    def __call__(
        self, params: AbstractNetwork, static: AbstractNetwork, problem: Problem
    ) -> Estimate:
        """Return the loss, its terms, and its gradient by the adjoint."""
        perturbations = self._forcing(problem)

        def objective(params: AbstractNetwork) -> tuple[Array, Terms]:
            net = eqx.combine(params, static)
            return problem.value(net, adjoint=self.adjoint, perturbations=perturbations)

        (value, terms), grads = jax.value_and_grad(objective, has_aux=True)(params)
        return value, terms, grads

    def _forcing(self, problem: Problem) -> tuple[Forced, ...]:
        """Return the perturbation that forces the recorded units; none without it."""
        if self.teacher_forcing is None:
            return ()
        trials, task = problem.trials, problem.task
        units = getattr(task, "observed_units", None)
        rule = "be left out for a task that records no units"
        if units is None:
            remedy = "Use cj.tasks.RecordedActivity."
            raise invalid("teacher_forcing", rule, type(task).__name__, remedy)
        # the mask is 0 for units that are held out and where a sample is missing
        has_sample = (trials.mask > 0).astype(trials.mask.dtype)
        strength = jnp.asarray(self.teacher_forcing, has_sample.dtype) * has_sample
        return (Forced(units, trials.targets, strength),)
