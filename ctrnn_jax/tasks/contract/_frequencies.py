"""Frequencies of vibrations and of events, and how inputs show them."""

from jax import Array
import jax.numpy as jnp


PAIRS = ((18.0, 10.0), (22.0, 14.0), (26.0, 18.0), (30.0, 22.0), (34.0, 26.0))
"""Vibrations in Hz, the higher one first (Romo et al. 1999)."""


def tuned(frequency: Array, among: Array) -> tuple[Array, Array]:
    """Inputs .4 to 1.2 that rise and fall with frequency, over the range of `among`.

    `0.4 + 0.8 (f - low) / (high - low)`, and the same from the high end (Song, Yang &
    Wang 2016, `multisensory.py:71-90`, `romo.py:49-62`).
    """
    low, high = jnp.min(among), jnp.max(among)
    place = (frequency - low) / (high - low)
    return 0.4 + 0.8 * place, 0.4 + 0.8 * (1.0 - place)
