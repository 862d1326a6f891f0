"""Many updates in one compiled call, which ends at the first that is not finite."""

from typing import final

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
from jax.sharding import Mesh
import optax

from .._checks import check
from .._progress import compiling
from .._types import KeyArray
from ..gradients import AbstractGradient
from ..network import AbstractNetwork, trainable
from ..penalties import Loss
from ..simulation import Record, rollout
from ..tasks import AbstractTask, Trial
from ._train_step import in_dtype, Metrics, train_step


_OF_UPDATE = ("task", "loss", "gradient", "optimiser", "batch_size", "mesh")
"""The fields of `Settings` that are arguments of `train_step`."""


@final
class Settings(eqx.Module):
    """The arguments that are the same in every update and validation of a stage.

    `capacity` is the largest number of updates in one call, and `validation_size` the
    number of trials of a validation; `None` is that of the task.
    """

    task: AbstractTask
    loss: Loss
    gradient: AbstractGradient
    optimiser: optax.GradientTransformation
    batch_size: int = eqx.field(static=True)
    capacity: int = eqx.field(static=True)
    validation_size: int | None = eqx.field(static=True)
    mesh: Mesh | None = eqx.field(static=True, default=None)

    @property
    def validation(self) -> "Validation":
        """The part that a validation depends on."""
        return Validation(self.task, Loss(self.loss.task), self.validation_size)


@final
class Validation(eqx.Module):
    """The arguments that are the same in every validation of a stage.

    `loss` has no penalties. `size` as `validation_size` of `Settings`.
    """

    task: AbstractTask
    loss: Loss
    size: int | None = eqx.field(static=True)

    @property
    def num_trials(self) -> int:
        """The number of trials."""
        return self.task.validation_size if self.size is None else self.size


@final
class Updated(eqx.Module):
    """The result of `updates`.

    `done` is the number of updates that were applied. The metrics are `(capacity,)`;
    only the first `done` entries are valid. `finite` is False if the update after these
    was not finite; it was not applied.
    """

    network: AbstractNetwork
    opt_state: optax.OptState
    metrics: Metrics
    done: Array
    finite: Array


@final
class Validated(eqx.Module):
    """The result of `validate`: the trials, and the outputs of the network in them."""

    performance: Array
    loss: Array
    trials: Trial
    outputs: Array


Carry = tuple[Array, Array, AbstractNetwork, optax.OptState, Metrics]
"""Number of updates, whether all were finite, parameters, optimiser's state, log."""


def updates(
    net: AbstractNetwork,
    opt_state: optax.OptState,
    key: KeyArray,
    first: Array,
    count: Array,
    settings: Settings,
) -> Updated:
    """Make `count` updates, starting with number `first`; i draws `fold_in(key, i)`.

    The count is a value, not part of the program, so a shorter last call does not
    compile again.
    """
    compiling("updates")

    def one_update(
        net: AbstractNetwork, opt_state: optax.OptState, index: Array
    ) -> tuple[AbstractNetwork, optax.OptState, Metrics]:
        options = {name: getattr(settings, name) for name in _OF_UPDATE}
        options["task"] = settings.task.at_update(key, index)
        key_of_update = jax.random.fold_in(key, index)
        return train_step(net, opt_state, key=key_of_update, **options)

    params, static = eqx.partition(net, trainable(net))

    def body(carry: Carry) -> Carry:
        done, _, params, opt_state, log = carry
        new_net, new_opt_state, metrics = one_update(
            eqx.combine(params, static), opt_state, first + done
        )
        new_params = eqx.filter(new_net, trainable(new_net))

        # An update counts as finite if its loss and all new parameters are finite.
        finite = jnp.isfinite(metrics.loss)
        for leaf in jax.tree.leaves(new_params):
            finite = finite & jnp.all(jnp.isfinite(leaf))

        # One that is not leaves parameters, optimiser and count as they were. Its
        # metrics are logged, but at an entry beyond `done`.
        def new_if_finite(new: Array, old: Array) -> Array:
            return jnp.where(finite, new, old)

        log = jax.tree.map(lambda log, x: log.at[done].set(x), log, metrics)
        return (
            done + finite.astype(done.dtype),
            finite,
            jax.tree.map(new_if_finite, new_params, params),
            jax.tree.map(new_if_finite, new_opt_state, opt_state),
            log,
        )

    def should_continue(carry: Carry) -> Array:
        done, finite, *_ = carry
        return finite & (done < count)

    # The log has room for `capacity` updates for any `count`, so its shape is static.
    _, next_state, shapes = jax.eval_shape(one_update, net, opt_state, first)
    check(
        jax.tree.structure(next_state) == jax.tree.structure(opt_state),
        "optimiser",
        "keep the structure of its state",
        "one that changes it",
        "Use optax.snapshot instead of optax.monitor, for example.",
    )
    length = settings.capacity
    log = jax.tree.map(lambda x: jnp.zeros((length, *x.shape), x.dtype), shapes)
    start = (jnp.zeros_like(first), jnp.asarray(True), params, opt_state, log)
    done, finite, params, opt_state, log = jax.lax.while_loop(
        should_continue, body, start
    )
    return Updated(
        network=eqx.combine(params, static),
        opt_state=opt_state,
        metrics=log,
        done=done,
        finite=finite,
    )


def validate(
    net: AbstractNetwork, key: KeyArray, step: Array, settings: Validation
) -> Validated:
    """Run a network in a balanced set of trials, with noise as in training.

    The set is that of `fold_in(key, step)`.
    """
    compiling("the validation")
    task, size = settings.task, settings.num_trials
    trial_key, noise_key = jax.random.split(jax.random.fold_in(key, step))
    trials = in_dtype(task.validation(trial_key, size), net)
    record = Record(potentials=False, rates=False)
    outputs = rollout(net, trials.inputs, key=noise_key, record=record).outputs
    loss = settings.loss.of_outputs(task, outputs, trials)
    return Validated(task.performance(outputs, trials), loss, trials, outputs)


updates_compiled = eqx.filter_jit(updates)
validate_compiled = eqx.filter_jit(validate)


def next_multiple(step: int, every: int) -> int:
    """Return the first multiple of `every` after a step."""
    return (step // every + 1) * every
