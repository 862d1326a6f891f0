"""`Checkpoints`: when a checkpoint is due, saving it, and restoring it."""

from collections.abc import Mapping
import contextlib
import importlib.util
import os
from pathlib import Path
import time
from types import TracebackType
from typing import Any
import warnings

import jax
from jaxtyping import PyTree
import numpy as np

from ..._arguments import checks_arguments
from ..._checks import check, check_count, check_number, check_positive
from ..._show import AbstractShown, Table, text, titled
from ._files import (
    complete_steps,
    of_all_processes,
    remove_leftovers,
    Writer,
)
from ._format import (
    CheckpointError,
    description,
    encode,
    not_saved_message,
    read_checkpoint,
    Validate,
)
from ._lock import FolderLock


class CheckpointWarning(UserWarning):
    """A checkpoint was not saved, or was saved with other versions of libraries.

    Training continues. After a failed save the next one is tried.
    """


class Checkpoints(AbstractShown):
    """A folder of checkpoints of one training run.

        with Checkpoints("runs/a", every=1000, keep=3) as checkpoints:
            restored = checkpoints.restore(state)
            ...
            if checkpoints.due(step):
                checkpoints.save(step, state, history, {"task": "dms"})

    A checkpoint is written atomically, and reading one executes no code. One process at
    a time writes to a folder; any number may read. If several processes train together,
    all call the same methods with a folder that all of them can read and write. Process
    0 then decides for all: its clock, its lock, and its values of arrays that are not
    divided over processes.

    **Arguments:**

    - `folder`: of this run alone; made on entering `with`, or at the first save.
    - `every`: save after each multiple of this number of updates.
    - `seconds`: save at the first opportunity after this number of seconds since the
        last save, or since this object was made.
    - `keep`: the number of newest checkpoints to keep.

    **Raises:** `ValueError` if both `every` and `seconds` are missing, or for numbers
    out of range; `ImportError` without orbax-checkpoint.

    **Example:**

    >>> task = cj.tasks.PerceptualDecision(dt=100.0)
    >>> net = cj.EIRNN(2, 10, 2, dt=100.0, tau=100.0, key=jax.random.key(0))
    >>> with cj.Checkpoints("saved", every=2) as checkpoints:
    ...     result = cj.fit(
    ...         net, task, optax.adam(1e-2), num_updates=4, batch_size=8,
    ...         checkpoints=checkpoints, key=jax.random.key(1),
    ...     )
    >>> checkpoints.steps()
    [2, 4]
    """

    @checks_arguments
    def __init__(
        self,
        folder: str | os.PathLike,
        *,
        every: int | None = None,
        seconds: float | None = None,
        keep: int = 3,
    ) -> None:
        """Set the options; nothing is read, written or locked yet."""
        has_period = every is not None or seconds is not None
        remedy = "Give the number of updates between two saves."
        check(has_period, "every", "be given, or `seconds`", None, remedy)
        if every is not None:
            every = check_count("every", every, at_least=1)
        if seconds is not None:
            seconds = check_number("seconds", seconds)
            check_positive("seconds", seconds, "It is the time between two saves.")
        self.folder = Path(os.path.abspath(folder))
        self.every = every
        self.seconds = seconds
        self.keep = check_count("keep", keep, at_least=1)
        if importlib.util.find_spec("orbax.checkpoint") is None:
            raise ImportError("Checkpoints need orbax: pip install orbax-checkpoint.")
        self._lock = FolderLock(self.folder)
        self._is_locked = False
        self._writer: Writer | None = None
        # the step of a save that has begun and may not be on disk yet
        self._pending: int | None = None
        # the steps of this run: saved or restored by this object
        self._steps_of_run: set[int] = set()
        # the message about a failed last save, until `wait` has raised it
        self._failure: str | None = None
        self._last_attempt = time.monotonic()

    def _table(self) -> Table:
        names = ("every", "seconds", "keep")
        rows = [(name, text(getattr(self, name))) for name in names]
        return Table(titled(self, str(self.folder)), tuple(rows))

    def due(self, step: int) -> bool:
        """Return whether to save after this number of updates (never before one)."""
        if step < 1 or step in self._steps_of_run:
            return False
        is_due = self.every is not None and step % self.every == 0
        if self.seconds is not None and not is_due:
            is_late = time.monotonic() - self._last_attempt >= self.seconds
            is_due = bool(of_all_processes(is_late)[0])
        return is_due

    def save(
        self,
        step: int,
        arrays: PyTree,
        history: Mapping[str, Any],
        meta: Mapping[str, Any],
    ) -> None:
        """Save in the background; an existing checkpoint of this run is not replaced.

        If a checkpoint cannot be saved (a full disk, a folder that cannot be written)
        there is a `CheckpointWarning`, in this call or the next one, and earlier
        checkpoints stay.

        **Arguments:**

        - `step`: updates so far.
        - `arrays`: any tree of arrays of JAX (also keys and divided arrays) or NumPy,
            and Python numbers. It may be donated or changed after this call.
        - `history`: arrays by name.
        - `meta`: any values that JSON can hold. Tuples are restored as lists.

        **Raises:** `ValueError` for values that cannot be stored, a folder locked by
        another process, and a folder with this step or later ones of another run.
        """
        # 1. Copy and describe everything first: an error here writes nothing.
        step = check_count("step", step, at_least=0)
        stored, leaves = encode("arrays", arrays)
        stored_history, history_leaves = encode(
            "history", {name: np.asarray(values) for name, values in history.items()}
        )
        meta = description(meta, {"arrays": leaves, "history": history_leaves})

        # 2. Wait for the save before this one, so that at most one is unfinished. If
        # Ctrl-C ended the save of this step, it is tried again, and has not failed.
        before = self._pending
        failure = self._finish_pending()
        if failure is not None and before != step:
            self._warn(failure)
        if step in self._steps_of_run:
            return
        self._last_attempt = time.monotonic()

        # 3. Lock the folder, make sure that it belongs to this run, begin to write.
        error = self._take_lock()
        if error is None:
            self._check_no_other_run(step)
            try:
                if self._writer is None:
                    self._writer = Writer(self.folder, self.keep)
                self._pending = step
                self._writer.start(step, stored, stored_history, meta)
            except Exception as any_error:  # TensorStore's have no class in common
                error = any_error

        # 4. All processes must agree on the result, or some would wait for others.
        if not of_all_processes(error is not None).any():
            return
        self._pending = None
        self._discard_writer()
        self._warn(self._failed(step, error))

    def restore(
        self,
        like: PyTree,
        *,
        step: int | None = None,
        validate: Validate | None = None,
    ) -> tuple[PyTree, dict[str, np.ndarray], dict[str, Any]] | None:
        """Restore arrays, history and metadata to the bit; `None` if nothing is saved.

        **Arguments:**

        - `like`: determines the structure, shapes, dtypes and shardings of the arrays:
            a state as at the start of training, or `jax.ShapeDtypeStruct`s.
        - `step`: of the checkpoint to restore; by default the newest.
        - `validate`: a function of the checkpoint's folder and the metadata, called
            before any array is read. It raises `CheckpointError` for another run.

        The metadata also has the `format` and the `versions` of the libraries.

        **Raises:** `CheckpointError` (a `ValueError`) for a checkpoint of another
        network, one that is damaged, of another format or written by another program,
        and one that holds float64 where JAX would make it float32;
        `ValueError` for a step that does not exist.
        """
        failure = self._finish_pending()
        if failure is not None:
            self._warn(failure)
        steps = self.steps()
        exists = step is None or step in steps
        rule = f"be one of the checkpoints {steps}"
        check(exists, "step", rule, step, "Name another.")
        if not steps:
            return None
        step = steps[-1] if step is None else step
        other_steps = [s for s in steps if s != step]
        path = self.folder / str(step)
        restored = read_checkpoint(path, like, other_steps, validate)
        self._steps_of_run.add(step)
        return restored

    def steps(self) -> list[int]:
        """Return the steps of the complete checkpoints, in order."""
        if self.folder.exists() and not self.folder.is_dir():
            raise CheckpointError(
                f"{self.folder} is a file, not a folder of checkpoints. Name another."
            )
        return complete_steps(self.folder)

    @property
    def latest(self) -> int | None:
        """The step of the newest checkpoint, or `None`."""
        return max(self.steps(), default=None)

    def wait(self) -> None:
        """Wait until the last save is on disk; raise `CheckpointError` if it failed."""
        self._finish_pending()
        if self._failure is not None:
            failure, self._failure = self._failure, None
            raise CheckpointError(failure)

    def close(self) -> None:
        """Call `wait`, then let other processes write to the folder."""
        try:
            self.wait()
        finally:
            self._discard_writer()
            self._lock.release()
            self._is_locked = False

    def __enter__(self) -> "Checkpoints":
        """Lock the folder; raises `ValueError` if this fails."""
        error = self._take_lock()
        rule, got = "be one that can be written", f"{self.folder} ({error})"
        check(error is None, "folder", rule, got, "Name another.")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close. After an error, a failed save is a warning and does not replace it."""
        try:
            self.close()
        except CheckpointError as failed:
            if error is None:
                raise
            self._warn(str(failed))

    def _finish_pending(self) -> str | None:
        """Wait for the save that has begun; return a message if it failed."""
        step = self._pending
        if step is None or self._writer is None:
            return None
        error = None
        try:
            self._writer.wait()
        except Exception as any_error:  # TensorStore's errors have no class in common
            error = any_error
        is_saved = step in self._steps_if_readable()
        # Leftovers are removed only after the new checkpoint is complete.
        if of_all_processes(error is not None).any():
            self._discard_writer()
        elif is_saved and jax.process_index() == 0:
            remove_leftovers(self.folder)
        failure = None
        if of_all_processes(not is_saved).any():
            failure = self._failed(step, error)
        else:
            self._steps_of_run.add(step)
            self._failure = None
        self._pending = None  # only now: Ctrl-C may end any line above
        return failure

    def _failed(self, step: int, error: Exception | None) -> str:
        """Return the message about a save that failed; `wait` will raise it."""
        intact = self._steps_if_readable()
        self._failure = not_saved_message(step, self.folder, intact, error)
        return self._failure

    def _discard_writer(self) -> None:
        """Close the writer: after an error, Orbax is not reliable any more."""
        writer, self._writer = self._writer, None
        if writer is not None:
            with contextlib.suppress(Exception):
                writer.close()
            if jax.process_index() == 0:
                remove_leftovers(self.folder)

    def _steps_if_readable(self) -> list[int]:
        """Return the complete steps; none if the folder cannot be read now."""
        with contextlib.suppress(OSError):
            return complete_steps(self.folder)
        return []

    def _warn(self, failure: str) -> None:
        warnings.warn(failure, CheckpointWarning, stacklevel=3)

    def _take_lock(self) -> Exception | None:
        """Lock the folder once; return the error of the system, if any.

        Process 0 takes the lock for all and removes leftovers of an earlier run. Raises
        `ValueError` in every process if another run holds the lock.
        """
        if self._is_locked:
            return None
        error = holder = None
        if jax.process_index() == 0:
            try:
                holder = self._lock.acquire()
                if holder is None:
                    remove_leftovers(self.folder)
            except OSError as os_error:
                error = os_error
        is_held = of_all_processes(holder is not None)[0]
        check(
            not is_held,
            "folder",
            "be written by one process at a time",
            f"{self.folder}, locked by {holder or 'another run'}",
            "Wait for it, or name another folder.",
        )
        self._is_locked = not of_all_processes(error is not None)[0]
        if self._is_locked:
            return None
        return error or OSError("process 0 cannot write")

    def _check_no_other_run(self, step: int) -> None:
        """Validate that no other run has saved this step or a later one."""
        later = [
            s
            for s in self._steps_if_readable()
            if s >= step and s not in self._steps_of_run
        ]
        check(
            not later,
            "folder",
            f"hold no checkpoint of step {step} or later of another run",
            f"{self.folder} with {later}",
            "Restore the newest, remove them, or name another folder.",
        )
