"""Perturbations as the scan consumes them: gates and values at each step."""

import functools
from typing import Any, NamedTuple

import equinox as eqx
from jax import Array
import jax.numpy as jnp

from .._checks import invalid
from .._tree import with_fields
from ..network import Weights
from ._perturbations import CurrentEffect, RateEffect, WeightEffect


Effects = tuple[RateEffect | CurrentEffect | WeightEffect, ...]


class WeightChange(eqx.Module):
    """What is added to some weights while all of some windows last."""

    delta: Array
    windows: tuple[tuple[Array, Array], ...]
    weight: str = eqx.field(static=True)


class Gated(NamedTuple):
    """Perturbations at some steps, time first; `None` for what there is none of.

    - `current`: inside gamma, `(time, n_hidden)`.
    - `alive`: factor of the potentials, `(time, n_hidden)`.
    - `keep`, `add`: rates become `keep * r + add`; noise on the rates is in `add`,
      which then has the batch axes too.
    - `gates`: of each weight change, `(time,)`.
    - `hold`, `push`: units send each other `hold * r + push`, r the rates before the
      step, `(time, *batch, n_hidden)` with batch axes that may be of size 1.
    """

    current: Array | None = None
    alive: Array | None = None
    keep: Array | None = None
    add: Array | None = None
    gates: tuple[Array, ...] = ()
    hold: Array | None = None
    push: Array | None = None


def for_batch(effects: Effects, batch: tuple[int, ...]) -> Effects:
    """What is sent with as many axes as the rollout has; others are as they are.

    Raises `ValueError` for rates of another batch.
    """

    def fit(effect: RateEffect | CurrentEffect | WeightEffect) -> Any:
        if not isinstance(effect, RateEffect) or not effect.sent:
            return effect
        own = effect.add.shape[1:-1]
        if own == batch:
            return effect
        if own:
            raise invalid(
                "rates",
                f"have the batch {batch} of the rollout, or none",
                f"batch {own}",
                "They are (*batch, time, n_forced).",
            )
        axes = tuple(range(1, 1 + len(batch)))
        wide = lambda x: jnp.expand_dims(x, axes)
        return with_fields(effect, keep=wide(effect.keep), add=wide(effect.add))

    return tuple(fit(effect) for effect in effects)


def _sent(effect: RateEffect, steps: Array) -> tuple[Array, Array]:
    """Factor and addend of what is sent in these steps: those of the rates before.

    The rates before the first step, and past the last that is given, are as they are.
    """
    before = steps - 1
    on = (before >= 0) & (before < effect.add.shape[0])
    on = jnp.expand_dims(on, tuple(range(1, effect.add.ndim)))
    at = lambda x: jnp.take(x, before, axis=0, mode="clip")
    return jnp.where(on, at(effect.keep), 1), jnp.where(on, at(effect.add), 0)


def with_effects(
    weights: Weights, effects: Effects
) -> tuple[Weights, tuple[WeightChange, ...]]:
    """Weights with what is always done to them, and the changes for a time.

    Factors f and g in two windows make f g W where both last: W and the changes
    (f - 1) W in the first, (g - 1) W in the second and (f - 1) (g - 1) W in both.
    """
    changes: list[WeightChange] = []
    always = [e for e in effects if isinstance(e, WeightEffect) and e.window is None]
    for effect in always:
        changed = getattr(weights, effect.weight) * effect.factors
        weights = with_fields(weights, **{effect.weight: changed})
    for effect in effects:
        if isinstance(effect, WeightEffect) and effect.window is not None:
            more, own = effect.factors - 1, (effect.window,)
            first = WeightChange(
                getattr(weights, effect.weight) * more, own, effect.weight
            )
            both = [
                WeightChange(change.delta * more, change.windows + own, change.weight)
                for change in changes
                if change.weight == effect.weight
            ]
            changes += [first, *both] if first.delta.size else []
    return weights, tuple(changes)


def gated(
    effects: Effects,
    changes: tuple[WeightChange, ...],
    steps: Array,
    dt: Array,
    zeta: Array | None,
) -> Gated:
    """The perturbations at these steps, with noise on the rates if there is any."""
    if not effects and zeta is None:
        return Gated()
    now = steps.astype(dt.dtype) * dt

    def gate(window: tuple[Array, Array] | None) -> Array:
        if window is None:
            return jnp.ones(now.shape, bool)
        start, stop = (edge.astype(dt.dtype) for edge in window)
        # a step at the very start of a window belongs to it, whatever the rounding
        rounding = 4 * jnp.finfo(dt.dtype).eps * jnp.abs(now)
        slack = jnp.maximum(dt / 1000, rounding)
        return (now >= start - slack) & (now < stop - slack)

    current, alive, keep, add, hold, push = None, None, None, None, None, None
    for effect in effects:
        if isinstance(effect, WeightEffect):
            continue
        if isinstance(effect, RateEffect) and effect.sent:
            own, fresh = _sent(effect, steps)
            hold = own if hold is None else own * hold
            push = fresh if push is None else own * push + fresh
            continue
        on = gate(effect.window)[:, None]
        if isinstance(effect, CurrentEffect):
            driven = jnp.where(on, effect.current[None], 0)
            current = driven if current is None else current + driven
            continue
        own = jnp.where(on, effect.keep[None], 1)
        fresh = jnp.where(on, effect.add[None], 0)
        keep = own if keep is None else own * keep
        add = fresh if add is None else own * add + fresh
        if effect.alive is not None:
            living = jnp.where(on, effect.alive[None], 1)
            alive = living if alive is None else living * alive
    if zeta is not None:
        between = (1,) * (zeta.ndim - 2)
        spread = lambda x: x.reshape(x.shape[0], *between, x.shape[-1])
        noise = zeta if keep is None else spread(keep) * zeta
        add = noise if add is None else noise + spread(add)
    lasting = lambda windows: functools.reduce(jnp.logical_and, map(gate, windows))
    gates = tuple(lasting(change.windows).astype(dt.dtype) for change in changes)
    return Gated(current, alive, keep, add, gates, hold, push)
