"""The optimisers of the recipes, as functions of the learning rate."""

import jax
from jax import Array
import jax.numpy as jnp
import optax


def adam(learning_rate: float | Array) -> optax.GradientTransformation:
    """Song's clipping of the global norm, with Adam."""
    return optax.chain(optax.clip_by_global_norm(1.0), optax.adam(learning_rate))


def clipped_sgd(learning_rate: float | Array) -> optax.GradientTransformation:
    """As Song, Yang & Wang (2016)."""
    return optax.chain(optax.clip_by_global_norm(1.0), optax.sgd(learning_rate))


def elementwise_adam(learning_rate: float | Array) -> optax.GradientTransformation:
    """As Yang et al. (2019)."""
    return optax.chain(optax.clip(1.0), optax.adam(learning_rate))


def plain_adam(learning_rate: float | Array) -> optax.GradientTransformation:
    """As fixed-point-finder's flip-flop."""
    return optax.adam(learning_rate, eps=1e-3)


def _clip_each(limit: float) -> optax.GradientTransformation:
    """Scale the gradient of each array to at most this norm (Masse et al. 2019)."""

    def shorten(g: jax.Array) -> jax.Array:
        norm = jnp.sqrt(jnp.sum(g**2))
        return g * (limit / jnp.maximum(norm, limit))

    return optax.stateless(lambda updates, params: jax.tree.map(shorten, updates))


def clipped_adam(learning_rate: float | Array) -> optax.GradientTransformation:
    """As Masse et al. (2019)."""
    return optax.chain(_clip_each(0.1), optax.adam(learning_rate))
