"""One update: trials drawn, simulated, differentiated and applied, all compiled."""

from collections.abc import Callable
from typing import Any, TypeVar

import equinox as eqx
import jax
from jax import Array
from jax.sharding import Mesh
import optax

from .._types import KeyArray
from ..network import AbstractNetwork, trainable
from ..simulation import Record, rollout
from ..tasks import AbstractTask, Trial
from .sharding import divide_trials


N = TypeVar("N", bound=AbstractNetwork)
Loss = Callable[[Array, Array, Array], Array]


def in_dtype(trials: Trial, net: AbstractNetwork) -> Trial:
    """Trials with numbers of the network's dtype."""
    return jax.tree.map(
        lambda x: x.astype(net.dtype) if eqx.is_inexact_array(x) else x, trials
    )


def loss_of(task: AbstractTask, loss: Loss | None) -> Callable[[Array, Trial], Array]:
    """What training minimises: the task's own cost, or a loss that takes its place."""
    if loss is None:
        return task.cost
    return lambda outputs, trials: loss(outputs, trials.targets, trials.mask)


def init_optimiser(
    net: AbstractNetwork, optimiser: optax.GradientTransformation
) -> optax.OptState:
    """The optimiser's state for what trains in the network, and nothing else."""
    return optimiser.init(eqx.filter(net, trainable(net)))


def train_step(
    net: N,
    opt_state: optax.OptState,
    key: KeyArray,
    *,
    task: AbstractTask,
    optimiser: optax.GradientTransformation,
    batch_size: int,
    loss: Loss | None = None,
    mesh: Mesh | None = None,
) -> tuple[N, optax.OptState, Array]:
    """One update on a fresh batch of trials; pure, for your own jitted loop.

    Only what `cj.trainable(net)` selects is given to the optimiser, so weight decay
    and momentum move nothing else.

    **Arguments:**

    - `net`, `opt_state`: as they are, the latter from
      `optimiser.init(eqx.filter(net, cj.trainable(net)))`.
    - `key`: for the trials and the noise of this update.
    - `task`: draws the trials.
    - `optimiser`: any optax optimiser.
    - `batch_size`: how many trials.
    - `loss`: of (outputs, targets, mask); by default the cost of the task.
    - `mesh`: of `cj.sharding.mesh`, to divide the trials over its axis `trials`.

    **Returns:** the network, the optimiser's state, and the loss before the update.
    """
    trial_key, noise_key = jax.random.split(key)
    trials = in_dtype(task.batch(trial_key, batch_size), net)
    if mesh is not None:
        trials = divide_trials(trials, mesh)
    params, static = eqx.partition(net, trainable(net))

    def objective(params: Any) -> Array:
        traj = rollout(
            eqx.combine(params, static),
            trials.inputs,
            key=noise_key,
            record=Record(potentials=False, rates=False),
        )
        return loss_of(task, loss)(traj.outputs, trials)

    value, grads = jax.value_and_grad(objective)(params)
    updates, opt_state = optimiser.update(grads, opt_state, params)
    params = eqx.apply_updates(params, updates)
    return eqx.combine(params, static), opt_state, value
