"""Recorded trials as tasks: some trials train a network, the others validate it."""

import abc
from collections.abc import Sequence
import dataclasses
from typing import final, TypeVar

import equinox as eqx
from equinox import AbstractVar
import jax
from jax import Array
import jax.numpy as jnp
import jax.random as jr
import numpy as np

from ..._arguments import checks_arguments
from ..._checks import check, check_count, check_list, check_values
from ..._random import one_key, shuffled
from ..._show import Table
from ..._tree import with_fields
from ..._types import KeyArray, Numbers
from ..contract import AbstractTask, Trial


R = TypeVar("R", bound="AbstractRecorded")

_SHUFFLE = np.uint32(2**32 - 1)
"""Folded into the key of a training, whose updates fold in smaller numbers."""


@final
class Shuffle(eqx.Module):
    """An update of a training, whose trials are those of a shuffled order.

    **Attributes:** `key` of the training, `index` (the number of updates before it).
    """

    key: KeyArray
    index: Array

    def trials(self, size: int, count: int) -> Array:
        """Return which of `count` trials are in a batch of this size, `(size,)`.

        The batches of successive updates take the trials in turn, shuffled in each
        epoch. A batch may begin in one epoch and end in the next.
        """
        # index * size + i, divided by count without exceeding 32 bits
        index, number = self.index.astype(np.uint32), np.uint32(count)
        ends = (index % number) * np.uint32(size) + jnp.arange(size, dtype=np.uint32)
        epoch = (index // number) * np.uint32(size) + ends // number
        key = jr.fold_in(self.key, _SHUFFLE)
        return shuffled(key, epoch, ends % number, count).astype(np.int32)


@final
class InTurn(eqx.Module):
    """An update of a training, whose trials are the next ones in their order.

    **Attributes:** `first` (the update that takes the first trials), `index`.
    """

    first: Array
    index: Array

    def trials(self, size: int, count: int) -> Array:
        """Return which trials are in a batch of this size, `(size,)`."""
        del count
        return (self.index - self.first) * size + jnp.arange(size, dtype=np.int32)


Order = Shuffle | InTurn
"""Which training trials are in the batch of an update."""


class AbstractRecorded(AbstractTask):
    """A task of recorded trials: `batch` draws from the training trials.

    In `fit`, the updates take the training trials in a random order: each trial once
    in an epoch, each epoch in another order. By itself, `batch` draws with replacement
    (`task.at_update(key, index).batch(key, size)` has the trials of an update). The
    conditions are the held-back trials; `validation` is by default each of them once.
    The condition `trial` of a trial is its index in the recording.
    """

    inputs: AbstractVar[Array]
    training_trials: AbstractVar[Array]
    validation_trials: AbstractVar[Array]
    order: AbstractVar[Order | None]

    def _table(self) -> Table:
        table = super()._table()
        counts = self.training_trials.shape[-1], self.validation_trials.shape[-1]
        trials = "{} for training, {} for validation".format(*counts)
        indices = ("training_trials", "validation_trials")
        others = tuple(row for row in table.rows if row[0] not in indices)
        return dataclasses.replace(table, rows=(("trials", trials), *others))

    @abc.abstractmethod
    def recorded(self, trial: Array) -> Trial:
        """Return the trial with this index in the recording."""

    def render(self, condition: Array | None, key: KeyArray) -> Trial:
        """Return held-back trial `condition`, or a random training trial if `None`."""
        if condition is None:
            drawn = jr.randint(key, (), 0, self.training_trials.shape[-1])
            return self.recorded(self.training_trials[drawn])
        return self.recorded(self.validation_trials[jnp.asarray(condition, int)])

    @checks_arguments
    def batch(self, key: KeyArray, size: int) -> Trial:
        """Return trials for training, `size` on a leading axis.

        They are drawn with replacement. In a task of `at_update`, they are those of the
        update, for any key. Raises `ValueError` for a size below 1.
        """
        if self.order is None:
            return super().batch(key, size)
        one_key(key)
        size = check_count("size", size, at_least=1)
        trials = self.order.trials(size, self.training_trials.shape[-1])
        return jax.vmap(self.recorded)(self.training_trials[trials])

    def at_update(self: R, key: KeyArray, index: Array | int) -> R:
        """Return the task whose `batch` has the trials of an update of a training."""
        order, index = self.order, jnp.asarray(index, np.int32)
        is_in_turn = isinstance(order, InTurn)
        order = InTurn(order.first, index) if is_in_turn else Shuffle(key, index)
        return with_fields(self, order=order)

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
