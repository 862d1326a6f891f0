"""The network, tasks, optimiser and settings that tests of training share.

`fit` compiles its updates once for each structure, shape, loss and optimiser; tests
that use those of this file share their programs.
"""

import canonical
from canonical import TASK
import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax

import ctrnn_jax as cj


SETTINGS = {"batch_size": 4, "validate_every": 5, "validation_size": 11}
EASY = eqx.tree_at(lambda task: task.sigma_in, TASK, jnp.asarray(np.asarray(1e-3)))
"""Another task of the same shapes, for the first stage of a curriculum."""
ENERGY = cj.Loss(energy=cj.penalties.RateL2(0.5))
"""A loss of two terms."""


def rate(step):
    """Return a learning rate that falls; strict promotion accepts it."""
    return 0.2 / (1.0 + 0.02 * step.astype(float))


# its state is a moment and a count, and it moves weights even where the gradient is 0
OPTIMISER = optax.chain(optax.add_decayed_weights(1e-3), optax.sgd(rate, momentum=0.8))


def nan_at(step):
    """Return an optimiser that gives NaN for one weight at this update."""

    def update(updates, count, params=None):
        nan = jnp.where(count == step, jnp.nan, 0.0)
        updates = eqx.tree_at(lambda u: u.raw.w_in, updates, replace_fn=nan.__add__)
        return updates, count + 1

    add_nan = optax.GradientTransformation(lambda params: jnp.asarray(0), update)
    falling = optax.sgd(lambda step: 0.1 / (1.0 + jnp.asarray(step, float)))
    return optax.chain(optax.clip_by_global_norm(0.01), falling, add_nan)


NAN_AT_7 = nan_at(7)
"""Learning rate 0.1 / (1 + step), gradient norm at most 0.01, and NaN at the end."""


def make(key, **options):
    """Return a network with noise."""
    options = {"noise": cj.DiffusionNoise(0.1), **options}
    return canonical.eirnn(key=key, **options)


def keys_of(seed):
    """Return the keys of the weights and of the training, as `fit_ensemble` does."""
    return jax.random.split(jax.random.key(seed))


def fit(num_updates, *, seed=0, net=None, task=TASK, optimiser=OPTIMISER, **options):
    """Train the network of a seed."""
    net_key, key = keys_of(seed)
    options = {"key": key, **SETTINGS, **options}
    net = make(net_key) if net is None else net
    return cj.fit(net, task, optimiser, num_updates=num_updates, **options)


def fit_ensemble(
    num_updates, *, seeds=range(4), task=TASK, optimiser=OPTIMISER, **options
):
    """Train the networks of several seeds."""
    options = {"num_updates": num_updates, "seeds": seeds, **SETTINGS, **options}
    return cj.fit_ensemble(make, task, optimiser, **options)
