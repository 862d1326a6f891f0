"""Diagnosis of an update that is not finite."""

from collections.abc import Mapping
import dataclasses

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
import numpy as np
import optax

from .._show import AbstractShown, number, Table, text, titled
from .._tree import with_fields
from .._types import KeyArray
from ..network import AbstractNetwork, trainable, Weights
from ..simulation import Record, rollout
from ._compiled_updates import Settings
from ._train_step import problem_of
from .optimisers import adapted


_BEFORE_LOSS = ("inputs", "mask", "targets", "potentials", "outputs")


@dataclasses.dataclass(frozen=True, repr=False)
class Divergence(AbstractShown):
    """The first update that was not finite. It was not applied.

    **Attributes:**

    - `step`: the number of updates before it.
    - `loss`: its value.
    - `values`: names of what enters the loss and is not finite, with the number of such
      entries, in the order of computation: weights before the update, "inputs", "mask",
      "targets" (where the mask is not 0), "potentials", "outputs". The message names
      the first.
    - `terms`: names of the terms of the loss that are not finite.
    - `gradients`, `parameters`: names of the weights whose gradient, or whose value
      after the update, is not finite, with the number of such entries.
    """

    step: int
    loss: float
    values: dict[str, int]
    terms: tuple[str, ...]
    gradients: dict[str, int]
    parameters: dict[str, int]

    def _table(self) -> Table:
        about = f"update {self.step}, loss {number(self.loss)}"
        counts = {
            "values": self.values,
            "terms": self.terms,
            "gradients": self.gradients,
            "parameters": self.parameters,
        }
        rows = tuple((f"not finite {name}", text(x)) for name, x in counts.items() if x)
        return Table(titled(self, about), rows)

    def __str__(self) -> str:
        parts = [f"loss {self.loss:g}"]
        for name in list(self.values)[:1]:
            parts.append(f"first not finite: {_listed({name: self.values[name]})}")
        if self.terms:
            parts.append(f"not finite in {', '.join(self.terms)}")
        if self.gradients:
            parts.append(f"gradient not finite in {_listed(self.gradients)}")
        if self.parameters:
            names = _listed(self.parameters)
            parts.append(f"the update would make {names} not finite")
        return f"update {self.step}: {'; '.join(parts)}"


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} ({count} entries)" for name, count in counts.items())


def diagnose(
    net: AbstractNetwork,
    opt_state: optax.OptState,
    key: KeyArray,
    step: int,
    settings: Settings,
) -> Divergence:
    """Repeat update `step` and report which of its parts are not finite."""
    task = settings.task.at_update(key, jnp.asarray(step, jnp.int32))
    settings = with_fields(settings, task=task)
    key = jax.random.fold_in(key, step)
    value, terms, grads, parameters = _parts_of_update(net, opt_state, key, settings)
    counts = _counts_before_loss(net, key, settings)
    counts = zip(_BEFORE_LOSS, map(int, counts), strict=True)
    return Divergence(
        step=step,
        loss=float(value),
        values=_not_finite(net.raw) | {name: n for name, n in counts if n},
        terms=tuple(n for n, x in terms.items() if not np.all(np.isfinite(x))),
        gradients=_not_finite(grads),
        parameters=_not_finite(parameters),
    )


@eqx.filter_jit
def _parts_of_update(
    net: AbstractNetwork, opt_state: optax.OptState, key: KeyArray, settings: Settings
) -> tuple[Array, dict[str, Array], Weights, Weights]:
    """Return the loss, its terms, the gradient, and the raw parameters after it."""
    params, static = eqx.partition(net, trainable(net))
    task, size, loss = settings.task, settings.batch_size, settings.loss
    problem = problem_of(net, key, task, size, loss, settings.mesh)
    value, terms, grads = settings.gradient(params, static, problem)
    extra = {"value": value, "value_fn": problem.value_of(static)}
    optimiser = adapted(settings.optimiser)
    updates, _ = optimiser.update(grads, opt_state, params, **extra)
    return value, terms, grads.raw, eqx.apply_updates(params, updates).raw


@eqx.filter_jit
def _counts_before_loss(
    net: AbstractNetwork, key: KeyArray, settings: Settings
) -> list[Array]:
    """Return how many entries are not finite in each of `_BEFORE_LOSS`."""
    task, size, loss = settings.task, settings.batch_size, settings.loss
    problem = problem_of(net, key, task, size, loss, settings.mesh)
    trials = problem.trials
    traj = rollout(net, trials.inputs, key=problem.key, record=Record(rates=False))
    mask, targets = trials.mask, trials.targets
    # some losses take the mask of a step instead of one for each output
    weight = mask if mask.ndim == targets.ndim else mask[..., None]
    counted = jnp.where(weight != 0, targets, jnp.zeros_like(targets))
    arrays = (trials.inputs, mask, counted, traj.potentials, traj.outputs)
    return [jnp.sum(~jnp.isfinite(x)) for x in arrays]


def _not_finite(weights: Weights) -> dict[str, int]:
    """Return the number of entries that are not finite, by name of the weight."""
    counts: dict[str, int] = {}
    for path, leaf in jax.tree_util.tree_leaves_with_path(weights):
        # a constraint may store several arrays for one weight
        name = path[0].name
        count = int(jnp.sum(~jnp.isfinite(leaf)))
        if count:
            counts[name] = counts.get(name, 0) + count
    return counts
