"""The effects of all perturbations together, as arrays that a scan consumes."""

import functools
from typing import final

import equinox as eqx
from jax import Array
import jax.numpy as jnp

from .._show import AbstractShown, quantities, Table
from .._tree import with_fields
from ..network import Weights
from ._affine import Affine
from ._single_effects import Effects, is_in_window, StepEffect, WeightEffect


@final
class WeightChange(AbstractShown, eqx.Module):
    """A matrix that is added to some weights while all of some windows last."""

    delta: Array
    windows: tuple[tuple[Array, Array], ...]
    weight: str = eqx.field(static=True)

    def _table(self) -> Table:
        return quantities(self)

    def gate(self, steps: Array, dt: Array) -> Array:
        """Return 1 at the steps in all windows and 0 at others, `(time,)`."""
        gates = (is_in_window(window, steps, dt) for window in self.windows)
        return functools.reduce(jnp.logical_and, gates).astype(dt.dtype)


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


def effect_at(
    effects: Effects, steps: Array, dt: Array, zeta: Array | None
) -> StepEffect:
    """Return the effect of all perturbations at these steps, in their order.

    `zeta`, the noise on the rates, `(time, *batch, n_hidden)` or `None`, is part of the
    rates that perturbations act on.
    """
    total = StepEffect()
    for effect in effects:
        total = total.then(effect.at(steps, dt))
    return total._replace(rates=Affine(addend=zeta).then(total.rates))
