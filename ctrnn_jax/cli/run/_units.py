"""Units of a trained network that are silent or uninhibited: counts, and as text."""

from jax import Array
import jax.numpy as jnp

from ..._quick_compilation import quickly_compiled
from ...analysis import SILENT, silent_units, uninhibited_units
from ...network import AbstractNetwork, noiseless
from ...simulation import Record, rollout
from ...tasks import AbstractTask, Trial


_SIMULATED = 100
"""About how many trials are simulated to find silent units."""


def find_silent(net: AbstractNetwork, task: AbstractTask, trials: Trial) -> Array:
    """Return which units are silent in the first trials, without noise, `(n_hidden,)`.

    There is at least one trial of each condition.
    """
    size = max(_SIMULATED, task.n_conditions)
    rates = _largest_rates(net, trials.inputs[:size], trials.conditions["t_end"][:size])
    return silent_units(rates)


def count_silent(net: AbstractNetwork, task: AbstractTask, trials: Trial) -> int:
    """Return the number of silent units, as `find_silent` finds them."""
    return int(find_silent(net, task, trials).sum())


@quickly_compiled
def _largest_rates(net: AbstractNetwork, inputs: Array, t_end: Array) -> Array:
    """Return the largest rate of each unit in each trial, `(trials, n_hidden)`."""
    record = Record(potentials=False, outputs=False)
    rates = rollout(noiseless(net), inputs, record=record).rates
    is_before_end = jnp.arange(rates.shape[-2])[None] < t_end[:, None]
    return jnp.max(jnp.abs(rates) * is_before_end[..., None], axis=-2)


def count_uninhibited(net: AbstractNetwork) -> int:
    """Return the number of uninhibited units; 0 without inhibitory units."""
    uninhibited = uninhibited_units(net)
    return 0 if uninhibited is None else int(uninhibited.sum())


def describe_units(n_hidden: int, silent: int, uninhibited: int) -> str | None:
    """Return a line about silent and uninhibited units, or `None` if there are none."""
    parts = []
    if silent:
        parts.append(
            f"{silent} of {n_hidden} units are silent (without noise, their rate never "
            f"exceeds {SILENT:g} of the largest rate)"
        )
    if uninhibited:
        parts.append(f"{uninhibited} of {n_hidden} units receive no inhibition")
    return "; ".join(parts) or None
