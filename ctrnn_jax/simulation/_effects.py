"""Perturbations as the scan consumes them: gates and values at each step."""

from typing import NamedTuple

import equinox as eqx
from jax import Array
import jax.numpy as jnp

from .._tree import with_fields
from ..network import CurrentEffect, RateEffect, WeightEffect, Weights


Effects = tuple[RateEffect | CurrentEffect | WeightEffect, ...]


class WeightChange(eqx.Module):
    """What a windowed perturbation adds to some weights while it lasts."""

    delta: Array
    window: tuple[Array, Array]
    weight: str = eqx.field(static=True)


class Gated(NamedTuple):
    """Perturbations at some steps, time first; `None` for what there is none of.

    - `current`: inside gamma, `(time, n_hidden)`.
    - `alive`: factor of the potentials, `(time, n_hidden)`.
    - `keep`, `add`: rates become `keep * r + add`; noise on the rates is in `add`,
      which then has the batch axes too.
    - `gates`: of each weight change, `(time,)`.
    """

    current: Array | None = None
    alive: Array | None = None
    keep: Array | None = None
    add: Array | None = None
    gates: tuple[Array, ...] = ()


def with_effects(
    weights: Weights, effects: Effects
) -> tuple[Weights, tuple[WeightChange, ...]]:
    """Weights with what is always done to them, and the changes for a time."""
    changes = []
    always = [e for e in effects if isinstance(e, WeightEffect) and e.window is None]
    for effect in always:
        changed = getattr(weights, effect.weight) * effect.factors
        weights = with_fields(weights, **{effect.weight: changed})
    for effect in effects:
        if isinstance(effect, WeightEffect) and effect.window is not None:
            delta = getattr(weights, effect.weight) * (effect.factors - 1)
            if delta.size:
                changes.append(WeightChange(delta, effect.window, effect.weight))
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
        slack = dt / 1000
        return (now >= start - slack) & (now < stop - slack)

    current, alive, keep, add = None, None, None, None
    for effect in effects:
        if isinstance(effect, WeightEffect):
            continue
        on = gate(effect.window)[:, None]
        if isinstance(effect, CurrentEffect):
            push = jnp.where(on, effect.current[None], 0)
            current = push if current is None else current + push
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
    gates = tuple(gate(change.window).astype(dt.dtype) for change in changes)
    return Gated(current, alive, keep, add, gates)
