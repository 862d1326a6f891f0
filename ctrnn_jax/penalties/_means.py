"""What terms of the loss are averaged over: steps within trials, existing synapses."""

from collections.abc import Callable

from jax import Array
import jax.numpy as jnp

from ..tasks import Trial


Cost = Callable[[Array], Array]
"""The task's part of the loss, of outputs."""


def mean_where(values: Array, counts: Array) -> Array:
    """The mean of the entries that count; 0 if none does."""
    total = jnp.sum(jnp.where(counts, values, jnp.zeros_like(values)))
    return total / _number(counts, values)


def root(squares: Array) -> Array:
    """The root of a sum of squares, with derivative 0 instead of NaN at 0."""
    total = jnp.sum(squares)
    safe = jnp.where(total > 0, total, jnp.ones_like(total))
    return jnp.where(total > 0, jnp.sqrt(safe), jnp.zeros_like(total))


def within(trials: Trial, steps: Array) -> Array:
    """Which of these steps are before the end of each trial, `(*batch, steps)`."""
    end = jnp.asarray(trials.conditions["t_end"])[..., None]
    return steps.astype(end.dtype).reshape((1,) * (end.ndim - 1) + (-1,)) < end


def mean_over_steps(values: Array, trials: Trial, *, first: int = 0) -> Array:
    """The mean of `(*batch, time)` over all steps of all trials before their `t_end`.

    Every step weighs the same. `first` is the step that the first value belongs to.
    """
    steps = first + jnp.arange(values.shape[-1])
    return mean_where(values, within(trials, steps))


def mean_rates(rates: Array, trials: Trial) -> Array:
    """The mean rate of each unit, `(units,)`, over steps as in `mean_over_steps`."""
    counts = within(trials, jnp.arange(rates.shape[-2]))[..., None]
    total = jnp.where(counts, rates, jnp.zeros_like(rates))
    return jnp.sum(total, axis=range(rates.ndim - 1)) / _number(counts, rates)


def _number(counts: Array, like: Array) -> Array:
    """How many count, at least 1."""
    return jnp.maximum(jnp.sum(counts), 1).astype(like.dtype)
