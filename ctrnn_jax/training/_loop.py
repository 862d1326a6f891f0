"""Many updates in one compiled call, stopping at the first that is not finite."""

from typing import Any

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
from jax.sharding import Mesh
import optax

from .._types import KeyArray
from ..gradients import AbstractGradient
from ..network import AbstractNetwork, trainable
from ..penalties import Loss
from ..simulation import Record, rollout
from ..tasks import AbstractTask
from ._step import in_dtype, Metrics, train_step


class Settings(eqx.Module):
    """What is the same in every update: all but network, optimiser state and key."""

    task: AbstractTask
    loss: Loss
    gradient: AbstractGradient
    optimiser: Any = eqx.field(static=True)
    batch_size: int = eqx.field(static=True)
    mesh: Mesh | None = eqx.field(static=True, default=None)


class Updated(eqx.Module):
    """What `updates` returns: metrics `(capacity,)`, of which the first `done` count.

    `finite` is False if the update after those was not finite; it was not applied.
    """

    network: Any
    opt_state: Any
    metrics: Metrics
    done: Array
    finite: Array


def updates(
    net: AbstractNetwork,
    opt_state: optax.OptState,
    key: KeyArray,
    first: Array,
    count: Array,
    settings: Settings,
    capacity: int,
) -> Updated:
    """`count` updates from update number `first` on; update i draws `fold_in(key, i)`.

    The count is a value, so that a short last call is no new program.
    """

    def one(net: Any, opt_state: Any, index: Array) -> tuple[Any, Any, Metrics]:
        return train_step(
            net,
            opt_state,
            key=jax.random.fold_in(key, index),
            task=settings.task,
            optimiser=settings.optimiser,
            batch_size=settings.batch_size,
            loss=settings.loss,
            gradient=settings.gradient,
            mesh=settings.mesh,
        )

    params, static = eqx.partition(net, trainable(net))

    def body(carry: tuple) -> tuple:
        done, _, params, opt_state, log = carry
        new, new_opt_state, metrics = one(
            eqx.combine(params, static), opt_state, first + done
        )
        new = eqx.filter(new, trainable(new))
        finite = jnp.isfinite(metrics.loss)
        for leaf in jax.tree.leaves(new):
            finite = finite & jnp.all(jnp.isfinite(leaf))
        keep = lambda new, old: jnp.where(finite, new, old)
        log = jax.tree.map(lambda all, x: all.at[done].set(x), log, metrics)
        return (
            done + finite.astype(done.dtype),
            finite,
            jax.tree.map(keep, new, params),
            jax.tree.map(keep, new_opt_state, opt_state),
            log,
        )

    shapes = jax.eval_shape(one, net, opt_state, first)[2]
    log = jax.tree.map(lambda x: jnp.zeros((capacity, *x.shape), x.dtype), shapes)
    start = (jnp.zeros_like(first), jnp.asarray(True), params, opt_state, log)
    go_on = lambda carry: carry[1] & (carry[0] < count)
    done, finite, params, opt_state, log = jax.lax.while_loop(go_on, body, start)
    return Updated(eqx.combine(params, static), opt_state, log, done, finite)


def validate(
    net: AbstractNetwork, key: KeyArray, settings: Settings, size: int
) -> tuple[Array, Array]:
    """Performance and the task's loss on a balanced set, noise as in training."""
    trial_key, noise_key = jax.random.split(key)
    trials = in_dtype(settings.task.validation(trial_key, size), net)
    record = Record(potentials=False, rates=False)
    outputs = rollout(net, trials.inputs, key=noise_key, record=record).outputs
    task = settings.task
    loss = settings.loss.of_outputs(task, outputs, trials)
    return task.performance(outputs, trials), loss


updates_compiled = eqx.filter_jit(updates)
validate_compiled = eqx.filter_jit(validate)
