"""The effects of perturbations at each step, as arrays that a scan consumes."""

import functools
from typing import NamedTuple

import equinox as eqx
from jax import Array
import jax.numpy as jnp

from .._checks import check
from .._tree import with_fields
from ..network import Weights
from ._rates_currents_weights import (
    CurrentEffect,
    Effect,
    Effects,
    SentRateEffect,
    WeightEffect,
    Window,
)


class WeightChange(eqx.Module):
    """A matrix that is added to some weights while all of some windows last."""

    delta: Array
    windows: tuple[tuple[Array, Array], ...]
    weight: str = eqx.field(static=True)


class StepEffects(NamedTuple):
    """The effects at some steps, time first; `None` for effects that are absent.

    - `current`: inside gamma, `(time, n_hidden)`.
    - `potential_factor`: potentials are multiplied by it, `(time, n_hidden)`.
    - `rate_factor`, `rate_addend`: rates become `rate_factor * r + rate_addend`, each
      `(time, n_hidden)`. Noise on the rates is part of `rate_addend`, which then has
      the batch axes too.
    - `weight_gates`: `(time,)` for each weight change, 1 while its windows last or 0.
    - `sent_factor`, `sent_addend`: units send each other `sent_factor * r +
      sent_addend`, with r the rates before the step, each `(time, *batch, n_hidden)`
      with batch axes that may be of size 1.
    """

    current: Array | None = None
    potential_factor: Array | None = None
    rate_factor: Array | None = None
    rate_addend: Array | None = None
    weight_gates: tuple[Array, ...] = ()
    sent_factor: Array | None = None
    sent_addend: Array | None = None


def with_batch_axes(effects: Effects, batch: tuple[int, ...]) -> Effects:
    """Give the rates that are sent the batch axes of a rollout, of size 1 if absent.

    Raises `ValueError` for rates of another batch.
    """
    return tuple(
        _sent_with_batch_axes(effect, batch)
        if isinstance(effect, SentRateEffect)
        else effect
        for effect in effects
    )


def _sent_with_batch_axes(
    effect: SentRateEffect, batch: tuple[int, ...]
) -> SentRateEffect:
    rates_batch = effect.addend.shape[1:-1]
    if rates_batch == batch:
        return effect
    check(
        not rates_batch,
        "rates",
        f"have the batch {batch} of the rollout, or none",
        f"batch {rates_batch}",
        "They are (*batch, time, n_forced).",
    )
    axes = tuple(range(1, 1 + len(batch)))
    return SentRateEffect(
        factor=jnp.expand_dims(effect.factor, axes),
        addend=jnp.expand_dims(effect.addend, axes),
    )


def apply_to_weights(
    weights: Weights, effects: Effects
) -> tuple[Weights, tuple[WeightChange, ...]]:
    """Return the weights with permanent effects applied, and the windowed changes.

    If factors f and g have two windows, the weights are f g W where both windows last.
    The changes are therefore (f - 1) W in the first window, (g - 1) W in the second and
    (f - 1) (g - 1) W in their intersection.
    """
    # first the permanent effects: windowed changes are relative to their result
    weight_effects = [effect for effect in effects if isinstance(effect, WeightEffect)]
    for effect in weight_effects:
        if effect.window is None:
            changed = getattr(weights, effect.weight) * effect.factors
            weights = with_fields(weights, **{effect.weight: changed})
    changes: list[WeightChange] = []
    for effect in weight_effects:
        if effect.window is None:
            continue
        difference, windows = effect.factors - 1, (effect.window,)
        delta = getattr(weights, effect.weight) * difference
        alone = WeightChange(delta, windows, effect.weight)
        # together with each earlier change of the same weights
        intersections = [
            WeightChange(
                change.delta * difference, change.windows + windows, change.weight
            )
            for change in changes
            if change.weight == effect.weight
        ]
        if delta.size:  # without inputs, w_in is empty
            changes += [alone, *intersections]
    return weights, tuple(changes)


def step_effects(
    effects: Effects,
    changes: tuple[WeightChange, ...],
    steps: Array,
    dt: Array,
    zeta: Array | None,
) -> StepEffects:
    """Return the effects at these steps, with the noise on the rates if there is any.

    **Arguments:**

    - `effects`: of the perturbations, in their order.
    - `changes`: windowed changes of weights, from `apply_to_weights`.
    - `steps`: the step counters t, `(time,)`.
    - `dt`: in ms.
    - `zeta`: noise on the rates, `(time, *batch, n_hidden)`, or `None`.
    """
    if not effects and zeta is None:
        return StepEffects()
    # compose the effects on currents, rates and potentials in their order
    at = functools.partial(_combined, steps=steps, dt=dt)
    result = functools.reduce(at, effects, StepEffects())
    if zeta is not None:
        result = _with_rate_noise(result, zeta)

    # a weight change is on while all of its windows last
    def gate(change: WeightChange) -> Array:
        gates = (_is_on(window, steps, dt) for window in change.windows)
        return functools.reduce(jnp.logical_and, gates).astype(dt.dtype)

    return result._replace(weight_gates=tuple(gate(change) for change in changes))


def _combined(
    total: StepEffects, effect: Effect, *, steps: Array, dt: Array
) -> StepEffects:
    """Return the effects so far followed by one more effect.

    Two affine maps of the rates compose to one: `f2 * (f1 * r + a1) + a2` has the
    factor `f2 * f1` and the addend `f2 * a1 + a2`.
    """
    if isinstance(effect, WeightEffect):
        return total
    if isinstance(effect, SentRateEffect):
        factor, addend = _sent_at(effect, steps)
        return total._replace(
            sent_factor=_times(factor, total.sent_factor),
            sent_addend=_plus(factor, total.sent_addend, addend),
        )
    is_on = _is_on(effect.window, steps, dt)[:, None]  # (time, 1)
    if isinstance(effect, CurrentEffect):
        current = jnp.where(is_on, effect.current[None], 0)
        if total.current is not None:
            current = total.current + current
        return total._replace(current=current)
    factor = jnp.where(is_on, effect.factor[None], 1)
    addend = jnp.where(is_on, effect.addend[None], 0)
    total = total._replace(
        rate_factor=_times(factor, total.rate_factor),
        rate_addend=_plus(factor, total.rate_addend, addend),
    )
    if effect.potential_factor is None:
        return total
    survives = jnp.where(is_on, effect.potential_factor[None], 1)
    return total._replace(potential_factor=_times(survives, total.potential_factor))


def _times(factor: Array, earlier: Array | None) -> Array:
    return factor if earlier is None else factor * earlier


def _plus(factor: Array, earlier: Array | None, addend: Array) -> Array:
    return addend if earlier is None else factor * earlier + addend


def _is_on(window: Window, steps: Array, dt: Array) -> Array:
    """Return whether each step lies in a window, `(time,)`."""
    now = steps.astype(dt.dtype) * dt
    if window is None:
        return jnp.ones(now.shape, bool)
    start, stop = (edge.astype(dt.dtype) for edge in window)
    # The tolerance keeps a step at the start of a window inside it, for any rounding of
    # its time; late in a run of single precision, rounding exceeds dt / 1000.
    rounding = 4 * jnp.finfo(dt.dtype).eps * jnp.abs(now)
    tolerance = jnp.maximum(dt / 1000, rounding)
    return (now >= start - tolerance) & (now < stop - tolerance)


def _sent_at(effect: SentRateEffect, steps: Array) -> tuple[Array, Array]:
    """Return factor and addend of the rates that are sent in these steps.

    Step t sends the rates after step t - 1. The rates before the first sample and after
    the last are unchanged: factor 1, addend 0.
    """
    sample = steps - 1
    has_sample = (sample >= 0) & (sample < effect.addend.shape[0])
    has_sample = jnp.expand_dims(has_sample, tuple(range(1, effect.addend.ndim)))

    def at_sample(x: Array) -> Array:
        return jnp.take(x, sample, axis=0, mode="clip")

    factor = jnp.where(has_sample, at_sample(effect.factor), 1)
    return factor, jnp.where(has_sample, at_sample(effect.addend), 0)


def _with_rate_noise(effects: StepEffects, zeta: Array) -> StepEffects:
    """Return the effects with noise on the rates, `(time, *batch, n_hidden)`.

    The noise is part of the rates that perturbations act on.
    """
    batch_axes = (1,) * (zeta.ndim - 2)

    def spread(x: Array) -> Array:
        return x.reshape(x.shape[0], *batch_axes, x.shape[-1])

    noise = zeta
    if effects.rate_factor is not None:
        noise = spread(effects.rate_factor) * zeta
    if effects.rate_addend is not None:
        noise = noise + spread(effects.rate_addend)
    return effects._replace(rate_addend=noise)
