"""The history of a training: losses of updates, results of validations."""

from collections.abc import Mapping
import dataclasses
from typing import final

import equinox as eqx
import numpy as np

from ._train_step import Metrics


@final
class History(eqx.Module):
    """The history of a training, as NumPy arrays.

    Those of an ensemble have a leading axis of members, except `validation_step`. They
    are NaN after a member ended.

    **Attributes:**

    - `loss`: of every update, `(updates,)`.
    - `terms`: the weighted terms of the loss by name, each `(updates,)`; "task" is the
      output loss. A term is NaN in updates whose `Loss` did not have it.
    - `gradient_norm`: of every update, before the optimiser clips it.
    - `validation_step`: the number of updates before each validation, `(validations,)`.
    - `performance`: of the task at each validation, such as the fraction correct.
    - `validation_loss`: the output loss at each validation.
    - `stage`: of a curriculum, at each validation; 0 without one.
    """

    loss: np.ndarray
    terms: dict[str, np.ndarray]
    gradient_norm: np.ndarray
    validation_step: np.ndarray
    performance: np.ndarray
    validation_loss: np.ndarray
    stage: np.ndarray


def empty_history(count: int) -> History:
    """Return the history of this number of members before the first update."""
    return History(
        loss=np.zeros((count, 0)),
        terms={},
        gradient_norm=np.zeros((count, 0)),
        validation_step=np.zeros(0, int),
        performance=np.zeros((count, 0)),
        validation_loss=np.zeros((count, 0)),
        stage=np.zeros((count, 0), int),
    )


_TERM = "terms."
"""The prefix of the terms of the loss in a flat history."""


def flat_history(of: History | Metrics) -> dict[str, np.ndarray]:
    """Return the arrays of a history by name, terms of the loss as "terms.NAME"."""
    fields = {f.name: getattr(of, f.name) for f in dataclasses.fields(of)}
    terms = fields.pop("terms")
    return fields | {_TERM + name: values for name, values in terms.items()}


def unflatten_history(flat: Mapping[str, np.ndarray]) -> History:
    """Return the history of these arrays by name; the inverse of `flat_history`."""
    terms = {n.removeprefix(_TERM): x for n, x in flat.items() if n.startswith(_TERM)}
    fields = {n: x for n, x in flat.items() if not n.startswith(_TERM)}
    return History(**fields, terms=terms)


def history_of_member(history: History, index: int, steps: int) -> History:
    """Return the history of a member that made `steps` updates."""
    validations = np.searchsorted(history.validation_step, steps, side="right")

    def select(name: str, values: np.ndarray) -> np.ndarray:
        if name == "validation_step":
            return values[:validations]
        is_of_updates = name not in ("performance", "validation_loss", "stage")
        return values[index, : steps if is_of_updates else validations]

    flat = flat_history(history)
    return unflatten_history({name: select(name, x) for name, x in flat.items()})


def history_of_one(history: History) -> History:
    """Return the history as that of an ensemble of one."""
    flat = {name: x[None] for name, x in flat_history(history).items()}
    return unflatten_history(flat | {"validation_step": history.validation_step})


class GrowingArray:
    """An array that grows along its last axis; n appended values cost O(n) copies.

    `values` is a view of a buffer of at most twice its length. Appending never changes
    the entries of an earlier view.
    """

    def __init__(self, values: np.ndarray) -> None:
        """Start from these values, which are never written to."""
        self.values = self._buffer = values

    def append(self, new: np.ndarray) -> None:
        """Append along the last axis."""
        values = self.values
        *members, length = values.shape
        end = length + new.shape[-1]
        if end > self._buffer.shape[-1]:
            self._buffer = np.empty((*members, 2 * end), values.dtype)
            self._buffer[..., :length] = values
        self._buffer[..., length:end] = new
        self.values = self._buffer[..., :end]


class GrowingHistory:
    """The history of the members of a run in progress."""

    def __init__(self, history: History) -> None:
        """Continue a history, which is not changed."""
        arrays = flat_history(history)
        self._arrays = {name: GrowingArray(x) for name, x in arrays.items()}

    def add_updates(self, metrics: Metrics) -> History:
        """Append the metrics of updates, `(members, updates)`; return the history.

        A term that only the earlier or only the new updates have is NaN in the others.
        """
        new, shape = flat_history(metrics), self._arrays["loss"].values.shape
        for name in new:
            if name not in self._arrays:
                self._arrays[name] = GrowingArray(np.full(shape, np.nan))
        missing = np.full(metrics.loss.shape, np.nan)
        for name, array in self._arrays.items():
            if name in new or name.startswith(_TERM):
                array.append(new.get(name, missing))
        return self._history()

    def add_validation(
        self, step: int, performance: np.ndarray, loss: np.ndarray, stage: np.ndarray
    ) -> History:
        """Append a validation after `step` updates; return the history.

        The arrays are `(members,)`.
        """
        self._arrays["validation_step"].append(np.asarray([step]))
        self._arrays["performance"].append(performance[:, None])
        self._arrays["validation_loss"].append(loss[:, None])
        self._arrays["stage"].append(stage[:, None])
        return self._history()

    def _history(self) -> History:
        return unflatten_history({n: x.values for n, x in self._arrays.items()})
