"""What was not finite when training diverged."""

import dataclasses
from typing import Any

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
import numpy as np
import optax

from ..gradients import AbstractGradient, Problem
from ..network import AbstractNetwork, trainable


@dataclasses.dataclass(frozen=True)
class Divergence:
    """The update at which training stopped being finite; it was not applied.

    **Attributes:**

    - `step`: its number, from 0: so many updates had been done.
    - `loss`: its value.
    - `terms`: names of the terms of the loss that are not finite.
    - `gradients`, `parameters`: names of the weights whose gradient, or whose value
      after the update, is not finite, with how many entries.
    """

    step: int
    loss: float
    terms: tuple[str, ...]
    gradients: dict[str, int]
    parameters: dict[str, int]

    def __str__(self) -> str:
        counts = lambda found: ", ".join(
            f"{name} ({count} entries)" for name, count in found.items()
        )
        parts = [f"loss {self.loss:g}"]
        if self.terms:
            parts.append(f"not finite in {', '.join(self.terms)}")
        if self.gradients:
            parts.append(f"gradient not finite in {counts(self.gradients)}")
        if self.parameters:
            parts.append(f"the update would make {counts(self.parameters)} not finite")
        return f"update {self.step}: {'; '.join(parts)}"


def diagnose(
    net: AbstractNetwork,
    opt_state: optax.OptState,
    problem: Problem,
    optimiser: optax.GradientTransformation,
    gradient: AbstractGradient,
    step: int,
) -> Divergence:
    """Repeat an update and look at each of its parts."""
    value, terms, grads, after = _parts(net, opt_state, problem, optimiser, gradient)
    broken = tuple(n for n, x in terms.items() if not np.all(np.isfinite(x)))
    return Divergence(step, float(value), broken, _bad(grads), _bad(after))


@eqx.filter_jit
def _parts(
    net: AbstractNetwork,
    opt_state: optax.OptState,
    problem: Problem,
    optimiser: optax.GradientTransformation,
    gradient: AbstractGradient,
) -> tuple[Array, dict[str, Array], Any, Any]:
    params, static = eqx.partition(net, trainable(net))
    value, terms, grads = gradient(params, static, problem)
    updates, _ = optimiser.update(grads, opt_state, params)
    return value, terms, grads.raw, eqx.apply_updates(params, updates).raw


def _bad(weights: Any) -> dict[str, int]:
    """By name of the weight, how many entries are not finite."""
    found: dict[str, int] = {}
    for path, leaf in jax.tree_util.tree_leaves_with_path(weights):
        name = path[0].name
        count = int(jnp.sum(~jnp.isfinite(leaf)))
        if count:
            found[name] = found.get(name, 0) + count
    return found
