"""Means over the time steps within trials and over the synapses that exist."""

from jax import Array
import jax.numpy as jnp

from ..tasks import Trial


def mean_where(values: Array, where: Array) -> Array:
    """Return the mean of the entries where a mask is true; 0 if it never is."""
    total = jnp.sum(jnp.where(where, values, jnp.zeros_like(values)))
    return total / _count(where, values)


def root_of_sum(squares: Array) -> Array:
    """Return the root of a sum of squares, with derivative 0 instead of NaN at 0."""
    total = jnp.sum(squares)
    # The root is never taken at 0: the derivative of `where` multiplies both branches,
    # and 0 times infinity is NaN.
    safe = jnp.where(total > 0, total, jnp.ones_like(total))
    return jnp.where(total > 0, jnp.sqrt(safe), jnp.zeros_like(total))


def is_before_end(trials: Trial, steps: Array) -> Array:
    """Return which steps come before the end of each trial, `(steps, *batch)`."""
    end = jnp.asarray(trials.conditions["t_end"])[None]
    return steps.astype(end.dtype).reshape((-1,) + (1,) * (end.ndim - 1)) < end


def mean_over_steps(values: Array, trials: Trial, *, first_step: int = 0) -> Array:
    """Return the mean of `(time, *batch)` over all steps of all trials before `t_end`.

    Every step has the same weight. `first_step` is the step of the first value.
    """
    steps = first_step + jnp.arange(values.shape[0])
    return mean_where(values, is_before_end(trials, steps))


def mean_rates(rates: Array, trials: Trial) -> Array:
    """Return each unit's mean over the steps of `mean_over_steps`, `(units,)`.

    The rates are `(time, *batch, units)`.
    """
    where = is_before_end(trials, jnp.arange(rates.shape[0]))[..., None]
    total = jnp.where(where, rates, jnp.zeros_like(rates))
    return jnp.sum(total, axis=range(rates.ndim - 1)) / _count(where, rates)


def _count(where: Array, like: Array) -> Array:
    """Return the number of true entries, at least 1, in the dtype of an array."""
    return jnp.maximum(jnp.sum(where), 1).astype(like.dtype)
