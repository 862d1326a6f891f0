"""The history of a training, and the members of an ensemble that it is of."""

from collections.abc import Mapping, Sequence
import dataclasses
from typing import Any, final

import equinox as eqx
import numpy as np

from .._show import AbstractShown, counted, course, quantities, Table, titled
from .._tables import AbstractTabular, column_of, Columns
from ._train_step import Metrics


@final
class Member(AbstractShown, eqx.Module):
    """One network of an ensemble: its seed, and its settings in the sweep."""

    seed: int = eqx.field(static=True)
    settings: dict[str, Any]

    def _table(self) -> Table:
        return Table(titled(self, str(self)))

    def __str__(self) -> str:
        parts = [f"seed {self.seed}", *(f"{n} {v}" for n, v in self.settings.items())]
        return ", ".join(parts)


@final
class History(AbstractShown, AbstractTabular, eqx.Module):
    """The history of a training, as NumPy arrays.

    Those of an ensemble have a leading axis of members, except `validation_step`. They
    are NaN after a member ended, and for the updates of a custom loop.

    **Attributes:**

    - `loss`: of every update, `(updates,)`.
    - `terms`: the weighted terms of the loss by name, each `(updates,)`; "task" is the
      output loss. A term is NaN in updates whose `Loss` did not have it.
    - `gradient_norm`: of every update, before the optimiser clips it.
    - `validation_step`: the number of updates before each validation, `(validations,)`.
    - `performance`: of the task at each validation, such as the fraction correct.
    - `validation_loss`: the output loss at each validation.
    - `stage`: of a curriculum, at each validation; 0 without one.
    - `members`: of the ensemble, if this is `result.history` of `fit_ensemble`.

    **Example:**

    >>> task = cj.tasks.PerceptualDecision(dt=100.0)
    >>> net = cj.EIRNN(2, 10, 2, dt=100.0, tau=100.0, key=jax.random.key(0))
    >>> result = cj.fit(
    ...     net, task, optax.adam(1e-2), num_updates=4, batch_size=8, validate_every=2,
    ...     key=jax.random.key(1),
    ... )
    >>> list(result.history.table())[:3]
    ['step', 'loss', 'terms.task']
    >>> result.history.table()["step"]
    array([1, 2, 3, 4])
    """

    loss: np.ndarray
    terms: dict[str, np.ndarray]
    gradient_norm: np.ndarray
    validation_step: np.ndarray
    performance: np.ndarray
    validation_loss: np.ndarray
    stage: np.ndarray
    members: tuple[Member, ...] | None = None

    def table(self) -> Columns:
        """Return a table with a row for each update: columns by name, `(rows,)`.

        - "step": the number of updates made, from 1.
        - "loss", "terms.NAME" for each term, "gradient_norm": of this update.
        - "performance", "validation_loss", "stage": of the validation after it; NaN if
          there was none.

        The table of an ensemble has the rows of each member in turn, up to its last
        update. "member" is the index; if `members` is there, the settings by name and
        the "seed" come next.

        **Example:** `history.to_dataframe().dropna(subset="performance")` has the
        validations alone.
        """
        if self.loss.ndim == 1:
            table = history_of_one(self).table()
            del table["member"]
            return table
        num_members, num_updates = self.loss.shape
        # a member has the updates up to its last loss
        is_known = ~np.isnan(self.loss)
        is_row = np.maximum.accumulate(is_known[:, ::-1], axis=1)[:, ::-1]
        member, update = np.nonzero(is_row)

        def of_validations(values: np.ndarray) -> np.ndarray:
            of_updates = np.full((num_members, num_updates), np.nan)
            of_updates[:, self.validation_step - 1] = values
            return of_updates[is_row]

        about = {"member": np.arange(num_members)}
        if self.members is not None:
            about = table_of_members(self.members)
        return {name: column[member] for name, column in about.items()} | {
            "step": 1 + update,
            "loss": self.loss[is_row],
            **{_TERM + name: values[is_row] for name, values in self.terms.items()},
            "gradient_norm": self.gradient_norm[is_row],
            "performance": of_validations(self.performance),
            "validation_loss": of_validations(self.validation_loss),
            "stage": of_validations(self.stage),
        }

    def _table(self) -> Table:
        performance, losses = self.performance, self.validation_loss
        *members, updates = self.loss.shape
        about = f"{counted(updates, 'update')}, "
        about += counted(len(self.validation_step), "validation")
        if members:  # an axis that the history of one network does not have
            return quantities(self, f"{counted(members[0], 'member')}, {about}")
        terms = {f"terms[{name!r}]": values for name, values in self.terms.items()}
        rows = {"loss": self.loss, **terms, "gradient_norm": self.gradient_norm}
        rows |= {"performance": performance, "validation_loss": losses}
        lines = [(name, course(values)) for name, values in rows.items()]
        is_known = ~np.isnan(self.loss)
        num_unknown = int(np.argmax(is_known)) if is_known.any() else updates
        if num_unknown:
            made = f"the first {counted(num_unknown, 'update')}, of a custom loop"
            lines.insert(0, ("unknown", made))
        return Table(titled(self, about), tuple(lines))


def table_of_members(members: Sequence[Member]) -> Columns:
    """Return the columns "member", the settings by name, and "seed"."""
    settings = {
        name: column_of([member.settings[name] for member in members])
        for name in members[0].settings
    }
    seeds = np.asarray([member.seed for member in members])
    return {"member": np.arange(len(members)), **settings, "seed": seeds}


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


def unknown_history(steps: int) -> History:
    """Return the history of one network whose updates were made elsewhere."""
    return History(
        loss=np.full(steps, np.nan),
        terms={},
        gradient_norm=np.full(steps, np.nan),
        validation_step=np.zeros(0, int),
        performance=np.zeros(0),
        validation_loss=np.zeros(0),
        stage=np.zeros(0, int),
    )


_TERM = "terms."
"""The prefix of the terms of the loss in a flat history."""


def flat_history(of: History | Metrics) -> dict[str, np.ndarray]:
    """Return the arrays of a history by name, terms of the loss as "terms.NAME"."""
    fields = {f.name: getattr(of, f.name) for f in dataclasses.fields(of)}
    terms = fields.pop("terms")
    fields.pop("members", None)
    return fields | {_TERM + name: values for name, values in terms.items()}


def unflatten_history(flat: Mapping[str, np.ndarray]) -> History:
    """Return the history of these arrays by name; the inverse of `flat_history`."""
    terms = {n.removeprefix(_TERM): x for n, x in flat.items() if n.startswith(_TERM)}
    fields: dict = {n: x for n, x in flat.items() if not n.startswith(_TERM)}
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


def means_since(
    history: History, row: int | tuple[()], since: int, step: int
) -> dict[str, float | None]:
    """Return means over the updates after `since`, up to `step`, by name.

    The names are "loss", "terms.NAME" of each term, and "gradient_norm". `row` is the
    index of an ensemble's member, `()` for a single network. A term that the loss did
    not have in these updates is `None`.
    """

    def mean(values: np.ndarray) -> float | None:
        # a term that the loss did not have from the start is NaN before its first
        # update
        recent = values[row][since:step]
        recent = recent[~np.isnan(recent)]
        return float(np.mean(recent)) if recent.size else None

    return {
        "loss": mean(history.loss),
        **{_TERM + name: mean(values) for name, values in history.terms.items()},
        "gradient_norm": mean(history.gradient_norm),
    }
