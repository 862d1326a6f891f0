"""Trials that were recorded, as tasks: some train, the others validate."""

from typing import Any, TypeVar

from equinox import AbstractVar
from jax import Array
import jax.numpy as jnp
import jax.random as jr
import numpy as np

from ..._checks import check_list, check_number, check_values, describe, invalid
from ..._types import ArrayLike, KeyArray
from ..contract import AbstractTask


R = TypeVar("R", bound="AbstractRecorded")


class AbstractRecorded(AbstractTask):
    """Stored trials: `batch` draws among some of them, `validation` are the others.

    Training trials are drawn with replacement. The held-back trials are the conditions,
    and `validation` is by default each of them once. The condition `trial` of a trial
    is its index in the recording.
    """

    inputs: AbstractVar[Array]
    training_trials: AbstractVar[Array]
    validation_trials: AbstractVar[Array]

    @property
    def input_names(self) -> tuple[str, ...]:
        """Channels by their number."""
        return tuple(f"input {i + 1}" for i in range(self.inputs.shape[-1]))

    @property
    def n_steps(self) -> int:
        """Number of steps of the recording."""
        return self.inputs.shape[-2]

    @property
    def n_conditions(self) -> int:
        """Number of trials that are held back."""
        return self.validation_trials.shape[-1]

    @property
    def validation_size(self) -> int:
        """Every held-back trial once."""
        return self.n_conditions

    def at(self: R, dt: float) -> R:
        """The same task; a recording has one dt. Raises `ValueError` for another."""
        if dt != self.dt:
            raise invalid(
                "dt",
                f"be that of the recording, {self.dt:g} ms",
                f"{dt:g} ms",
                "Resample the recording and make another task.",
            )
        return self

    def _index(self, condition: Array | None, key: KeyArray) -> Array:
        """Which trial of the recording it is."""
        if condition is None:
            drawn = jr.randint(key, (), 0, self.training_trials.shape[-1])
            return self.training_trials[drawn]
        return self.validation_trials[jnp.asarray(condition, int)]


def recording(
    name: str, value: ArrayLike, last: str, like: Array | None = None
) -> Array:
    """Refuse what is not (trials, time, `last`), of the trials and time of `like`."""
    try:
        array = jnp.asarray(value)
    except (TypeError, ValueError) as error:
        raise invalid(name, "be numbers", describe(value), "Give an array.") from error
    if array.ndim != 3 or 0 in array.shape[:2]:
        raise invalid(
            name,
            f"have shape (trials, time, {last})",
            f"shape {array.shape}",
            "At least one of each.",
        )
    if like is not None and array.shape[:2] != like.shape[:2]:
        raise invalid(
            name,
            f"have the trials and time of `inputs`, {like.shape[:2]}",
            f"shape {array.shape}",
            "They are of the same trials.",
        )
    return array if jnp.issubdtype(array.dtype, jnp.floating) else array.astype(float)


def indices(name: str, values: Any, size: int | None) -> tuple[int, ...]:
    """Refuse what are not different whole numbers from 0 to below `size`, if given."""
    found = np.asarray(check_list(name, values, of="indices"))
    whole = found.dtype.kind in "iu" or not found.size
    if not whole or found.ndim != 1 or len(np.unique(found)) < len(found):
        raise invalid(
            name, "be different whole numbers", repr(values), "They are indices."
        )
    inside = lambda i: (i >= 0) & (i < (np.inf if size is None else size))
    rule = "not be negative" if size is None else f"be indices below {size}"
    check_values(name, found, inside, rule, "They start at 0.")
    return tuple(int(i) for i in found)


def divided(validation: Any, trials: int) -> tuple[Array, Array]:
    """Indices of the trials that train, and of those that are held back."""
    if isinstance(validation, (float, np.floating)):
        share = check_number("validation", validation)
        if not 0 < share < 1:
            raise invalid(
                "validation", "lie in (0, 1)", f"{share:g}", "It is a fraction."
            )
        # always the same ones, and no rhythm in the order of trials is theirs
        order = np.random.default_rng(0).permutation(trials)
        held_back = order[: max(1, round(share * trials))]
    else:
        held_back = np.asarray(indices("validation", validation, trials), int)
    training = np.setdiff1d(np.arange(trials), held_back)
    if not held_back.size or not training.size:
        raise invalid(
            "validation",
            "leave at least one trial to train and one to validate on",
            f"{held_back.size} of {trials}",
            "Give a fraction or indices.",
        )
    return jnp.asarray(training), jnp.asarray(np.sort(held_back))
