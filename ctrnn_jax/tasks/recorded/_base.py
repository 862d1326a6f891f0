"""Recorded trials as tasks: some trials train a network, the others validate it."""

from collections.abc import Sequence
from typing import TypeVar

from equinox import AbstractVar
from jax import Array
import jax.numpy as jnp
import jax.random as jr
import numpy as np

from ..._checks import (
    check,
    check_list,
    check_values,
    describe,
    invalid,
)
from ..._types import ArrayLike, KeyArray, Numbers
from ..contract import AbstractTask


R = TypeVar("R", bound="AbstractRecorded")


class AbstractRecorded(AbstractTask):
    """A task of recorded trials: `batch` draws from the training trials.

    Training trials are drawn with replacement. The conditions are the held-back trials;
    `validation` is by default each of them once. The condition `trial` of a trial is
    its index in the recording.
    """

    inputs: AbstractVar[Array]
    training_trials: AbstractVar[Array]
    validation_trials: AbstractVar[Array]

    @property
    def input_names(self) -> tuple[str, ...]:
        """Number of each channel."""
        return tuple(f"input {i + 1}" for i in range(self.inputs.shape[-1]))

    @property
    def n_steps(self) -> int:
        """Number of steps of the recording."""
        return self.inputs.shape[-2]

    @property
    def n_conditions(self) -> int:
        """Number of held-back trials."""
        return self.validation_trials.shape[-1]

    @property
    def validation_size(self) -> int:
        """Number of held-back trials, so that each is validated once."""
        return self.n_conditions

    def at(self: R, dt: float) -> R:
        """Return this task; `ValueError` if `dt` is not that of the recording."""
        check(
            dt == self.dt,
            "dt",
            f"be that of the recording, {self.dt:g} ms",
            f"{dt:g} ms",
            "Resample the recording and make another task.",
        )
        return self

    def _index(self, condition: Array | None, key: KeyArray) -> Array:
        """Return the index of a trial in the recording.

        It is held-back trial number `condition` or, for `None`, a random training
        trial.
        """
        if condition is None:
            drawn = jr.randint(key, (), 0, self.training_trials.shape[-1])
            return self.training_trials[drawn]
        return self.validation_trials[jnp.asarray(condition, int)]


def check_recording(
    name: str, value: ArrayLike, last: str, like: Array | None = None
) -> Array:
    """Validate an array (trials, time, `last`); return it as a float array.

    The trials and time must be those of `like`, if there is one.
    """
    try:
        array = jnp.asarray(value)
    except (TypeError, ValueError) as error:
        raise invalid(name, "be numbers", describe(value), "Give an array.") from error
    rule = f"have shape (trials, time, {last})"
    remedy = "At least one of each."
    is_recording = array.ndim == 3 and 0 not in array.shape[:2]
    check(is_recording, name, rule, f"shape {array.shape}", remedy)
    if like is not None:
        rule = f"have the trials and time of `inputs`, {like.shape[:2]}"
        remedy = "Give both for the same trials."
        is_like = array.shape[:2] == like.shape[:2]
        check(is_like, name, rule, f"shape {array.shape}", remedy)
    return array if jnp.issubdtype(array.dtype, jnp.floating) else array.astype(float)


def check_indices(name: str, values: object, size: int | None) -> tuple[int, ...]:
    """Validate indices, all distinct and at least 0; return them as integers.

    They must be below `size` if it is known.
    """
    array = np.asarray(check_list(name, values, of="indices"))
    is_whole = array.ndim == 1 and (array.dtype.kind in "iu" or not array.size)
    is_valid = is_whole and len(np.unique(array)) == len(array)
    rule, remedy = "be different whole numbers", "Give each index once."
    check(is_valid, name, rule, repr(values), remedy)
    limit = np.inf if size is None else size

    def is_index(i: np.ndarray) -> np.ndarray:
        return np.asarray((i >= 0) & (i < limit))

    rule = "not be negative" if size is None else f"be indices below {size}"
    check_values(name, array, is_index, rule, "Indices start at 0.")
    return tuple(int(i) for i in array)


def split_trials(
    validation: float | Sequence[int] | Numbers, trials: int
) -> tuple[Array, Array]:
    """Return the indices of the training trials and of the held-back trials.

    `validation` is the fraction of trials to hold back, or their indices.
    """
    if isinstance(validation, (float, np.floating)):
        share = float(validation)
        is_share = 0 < share < 1
        remedy = "It is a fraction."
        check(is_share, "validation", "lie in (0, 1)", f"{share:g}", remedy)
        # A fixed random choice: the same at every call, and independent of any regular
        # pattern in the order of the trials.
        order = np.random.default_rng(0).permutation(trials)
        held_back = order[: max(1, round(share * trials))]
    else:
        held_back = np.asarray(check_indices("validation", validation, trials), int)
    training = np.setdiff1d(np.arange(trials), held_back)
    check(
        held_back.size and training.size,
        "validation",
        "leave at least one trial to train and one to validate on",
        f"{held_back.size} of {trials}",
        "Give a fraction or indices.",
    )
    return jnp.asarray(training), jnp.asarray(np.sort(held_back))
