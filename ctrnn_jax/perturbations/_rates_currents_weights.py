"""The effects of perturbations on one network, as pytrees of arrays."""

from typing import TypeAlias

import equinox as eqx
from jax import Array


Window: TypeAlias = tuple[Array, Array] | None
"""Start and stop in ms; `None` for always."""


class RateEffect(eqx.Module):
    """Rates become `factor * r + addend`, potentials `potential_factor * v`.

    Each array is `(n_hidden,)`. The recorded rates, the readout and other units all
    receive the new rates.
    """

    factor: Array
    addend: Array
    potential_factor: Array | None
    window: Window


class SentRateEffect(eqx.Module):
    """Units send each other `factor * r + addend`; recorded rates are unchanged.

    Both arrays are `(time, *batch, n_hidden)`. Entry t is for the rates after step t,
    which units receive in step t + 1.
    """

    factor: Array
    addend: Array


class CurrentEffect(eqx.Module):
    """A current inside gamma, `(n_hidden,)`."""

    current: Array
    window: Window


class WeightEffect(eqx.Module):
    """Weights become `factors * weights`, `[post, pre]`."""

    factors: Array
    window: Window
    weight: str = eqx.field(static=True)


Effect: TypeAlias = RateEffect | SentRateEffect | CurrentEffect | WeightEffect
Effects: TypeAlias = tuple[Effect, ...]
