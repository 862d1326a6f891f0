"""Batches of an iterable as the training trials of `fit`: `from_batches`."""

from collections.abc import Iterable, Sequence
from typing import final

import jax.numpy as jnp
import numpy as np

from ..._arguments import checks_arguments
from ..._checks import check, describe
from ..._show import AbstractShown, counted, Table, table_of, titled
from ..._tree import with_fields
from ..._types import ArrayLike
from ..contract import Trial
from ._arrays import ArrayTask, checked_arrays, from_arrays, Score, validation_arrays
from ._base import InTurn


HostArrays = tuple[np.ndarray, np.ndarray, np.ndarray]
"""Inputs, targets and mask of a batch."""


@final
class Batches(AbstractShown):
    """The batches of an iterable, made by `from_batches`.

    **Attributes:** `task`: an `ArrayTask` of the trials that validate, which has the
    sizes, names and scores.
    """

    @checks_arguments
    def __init__(self, batches: Iterable, task: ArrayTask) -> None:
        """Read the first batch."""
        self.task = task
        self._batches = batches
        self._iterator = iter(batches)
        self._next = self._read()
        self.check_has_next()

    def _table(self) -> Table:
        table = table_of(self.task)
        shown = ("input_names", "output_names", "scored_by")
        rows = [row for row in table.rows if row[0] in shown]
        validation = ("validation", counted(self.task.n_conditions, "trial"))
        about = table.title.partition(": ")[2]
        return Table(titled(self, about), (validation, *rows))

    @property
    def has_ended(self) -> bool:
        """Whether an iterator has no more batches; other iterables begin again."""
        return self._next is None

    def check_has_next(self) -> None:
        """Validate that there is a batch."""
        remedy = "They hold (inputs, targets); an iterator can be used once."
        has_next = self._next is not None
        check(has_next, "batches", "yield another batch", "the end", remedy)

    def skip(self, count: int) -> None:
        """Read this number of batches, which are not used."""
        for _ in range(count):
            self._next = self._read()

    def take(self, first: int, count: int, room: int) -> tuple[ArrayTask, int, int]:
        """Return a task with the next batches, their number, and their size.

        They have one shape, and there are at most `count` of them. `first` is the
        number of updates before them. The arrays of the task have room for `room`
        batches, so that fewer do not compile again.
        """
        self.check_has_next()
        parts: list[HostArrays] = []
        while (
            len(parts) < count
            and self._next is not None
            and (not parts or self._next[0].shape == parts[0][0].shape)
        ):
            parts.append(self._next)
            self._next = self._read()
        size, num_batches = len(parts[0][0]), len(parts)
        parts += parts[:1] * (room - num_batches)
        arrays = (jnp.asarray(np.concatenate(x)) for x in zip(*parts, strict=True))
        names = ("inputs", "targets", "mask")
        task = with_fields(
            self.task,
            training_trials=jnp.arange(size * room),
            order=InTurn(jnp.asarray(first, np.int32), jnp.asarray(first, np.int32)),
            **dict(zip(names, arrays, strict=True)),
        )
        return task, num_batches, size

    def _read(self) -> HostArrays | None:
        """Return the next batch, if necessary of the next epoch; `None` at the end."""
        batch = next(self._iterator, None)
        if batch is None and self._iterator is not self._batches:
            self._iterator = iter(self._batches)
            batch = next(self._iterator, None)
        return None if batch is None else self._arrays(batch)

    def _arrays(self, batch: object) -> HostArrays:
        """Return the validated arrays of a batch."""
        parts = batch
        if isinstance(batch, Trial):
            parts = batch.inputs, batch.targets, batch.mask
        rule = "be (inputs, targets), (inputs, targets, mask) or a cj.tasks.Trial"
        is_batch = isinstance(parts, (tuple, list)) and len(parts) in (2, 3)
        remedy = "Convert it, for example in a generator."
        check(is_batch, "batch", rule, lambda: describe(batch), remedy)
        u, y, mask = checked_arrays("batch ", *parts, *(None,) * (3 - len(parts)))  # pyright: ignore
        channels = u.shape[-1], y.shape[-1]
        rule = f"have {self.task.n_in} inputs and {self.task.n_out} outputs"
        got, remedy = f"{channels[0]} and {channels[1]}", "As those that validate."
        check(channels == (self.task.n_in, self.task.n_out), "batch", rule, got, remedy)
        return np.asarray(u), np.asarray(y), np.asarray(mask)


@checks_arguments
def from_batches(
    batches: Iterable,
    *,
    dt: float,
    validation: Sequence[ArrayLike],
    score: Score = "r2",
) -> Batches:
    """Return batches of any iterable, to train on with `fit` in place of a task.

    Each update takes the next batch, such as of a data loader of PyTorch or of a
    generator. The batches up to the next validation are read first, and are one
    compiled call. While it runs nothing is read: a slow generator adds its time to
    that of the updates, and a data loader with worker processes (`num_workers` of
    PyTorch's) reads meanwhile. A data loader or a list begins again after its last
    batch, until `num_updates`. A generator ends training with `stopped="data"`. Each
    other shape of batches compiles once.

    If the data fit into memory, `from_arrays` is faster, and a resumed run does not
    depend on the order of an iterable.

    **Arguments:**

    - `batches`: an iterable of (inputs, targets), of (inputs, targets, mask) or of
      `cj.tasks.Trial`s, with the shapes of `from_arrays`.
    - `dt`: step in ms.
    - `validation`: (inputs, targets) or (inputs, targets, mask) of the trials that
      validate.
    - `score`: as in `from_arrays`.

    **Returns:** `Batches`. Their `task` has the sizes. `fit` takes them without
    `batch_size`. With `state` it continues with the next batch. With `resume=True` it
    first skips as many batches as updates were made, so the iterable must yield the
    same ones.

    **Raises:** `ValueError` as `from_arrays`, also while training, and without a batch.

    **Example:**

    >>> rng = np.random.default_rng(0)
    >>> def draw():
    ...     while True:
    ...         u = rng.normal(size=(8, 10, 1))
    ...         yield u, np.cumsum(u, axis=1)
    >>> batches = cj.tasks.from_batches(draw(), dt=20.0, validation=next(draw()))
    >>> net = cj.CTRNN(1, 8, 1, dt=20.0, tau=50.0, key=jax.random.key(0))
    >>> adam, key = optax.adam(1e-2), jax.random.key(1)
    >>> cj.fit(net, batches, adam, num_updates=4, key=key).history.loss.shape
    (4,)
    """
    # the trials that validate are also its training trials, which are never drawn
    arrays = validation_arrays(validation)
    task = from_arrays(*arrays, dt=dt, score=score, validation=arrays)
    return Batches(batches, task)
