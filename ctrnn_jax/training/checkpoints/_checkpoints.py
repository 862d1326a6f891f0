"""Checkpoints of one training run: due when, saved how, restored or refused."""

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
import numpy as np

from ..._checks import check_count, check_number, check_positive, invalid
from ._leaves import CheckpointError, encode
from ._lock import FolderLock
from ._processes import from_first, in_any
from ._reading import described, not_saved, read_checkpoint
from ._store import steps_in, sweep, Writer


class CheckpointWarning(UserWarning):
    """A checkpoint was not saved; training goes on and the next one is tried."""


class Checkpoints:
    """A folder of checkpoints of one training run.

        with Checkpoints("runs/a", every=1000, keep=3) as checkpoints:
            found = checkpoints.restore(state)
            ...
            if checkpoints.due(step):
                checkpoints.save(step, state, history, {"task": "dms"})

    A checkpoint appears whole or not at all, and reading one executes no code. One
    process at a time writes to a folder; any number read. With several processes, all
    call the same methods with a folder that all of them see, and the first one decides:
    its clock, its lock, and its values of what is not spread over processes.

    **Arguments:**

    - `folder`: of this run alone; made when first written to.
    - `every`: save at the multiples of so many updates.
    - `seconds`: save at the first opportunity after so many seconds.
    - `keep`: how many of the newest stay.

    **Raises:** `ValueError` without `every` and `seconds` or for numbers out of range,
    `ImportError` without orbax-checkpoint.
    """

    def __init__(
        self,
        folder: str | os.PathLike,
        *,
        every: int | None = None,
        seconds: float | None = None,
        keep: int = 3,
    ) -> None:
        """Nothing is read, written or locked yet."""
        if every is None and seconds is None:
            raise invalid(
                "every", "be given, or `seconds`", None, "Say how often to save."
            )
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
        self._locked = False
        self._writer: Writer | None = None
        self._pending: int | None = None  # begun, and not known to be on disk
        self._mine: set[int] = set()  # steps of this run, saved or restored
        self._failure: str | None = None  # of the last save, until it is told
        self._tried = time.monotonic()

    def due(self, step: int) -> bool:
        """Whether to save now, after so many updates (not before the first)."""
        if step < 1 or step in self._mine:
            return False
        due = self.every is not None and step % self.every == 0
        if self.seconds is not None and not due:
            late = time.monotonic() - self._tried >= self.seconds
            due = bool(from_first(int(late)))
        return due

    def save(
        self, step: int, arrays: Any, history: Mapping[str, Any], meta: Mapping
    ) -> None:
        """Save in the background; a step of this run that is there stays as it is.

        If it cannot be saved (a full disk, a folder that cannot be written) there is a
        `CheckpointWarning`, here or at the next call, and earlier checkpoints stay.

        **Arguments:**

        - `step`: updates so far.
        - `arrays`: any tree of arrays of JAX (keys and spread ones too) or NumPy, and
            Python numbers. It may be donated or changed as soon as this returns.
        - `history`: arrays by name.
        - `meta`: what JSON can hold. Tuples come back as lists.

        **Raises:** `ValueError` for what cannot be stored, a folder locked by another
        process, and a folder with this step or later ones of another run.
        """
        step = check_count("step", step, at_least=0)
        stored, leaves = encode("arrays", arrays)
        past, names = encode("history", {k: np.asarray(v) for k, v in history.items()})
        contents = {"arrays": leaves, "history": names}
        meta = described(meta, contents)
        failure = self._settle()
        if failure is not None:
            self._warn(failure)
        if step in self._mine:
            return
        self._tried = time.monotonic()
        error = self._take_lock()
        if error is None:
            self._refuse_others(step)
            try:
                if self._writer is None:
                    self._writer = Writer(self.folder, self.keep)
                self._writer.start(step, stored, past, meta)
            except Exception as failed:  # tensorstore's errors have no class in common
                error = failed
        if not in_any(error is not None):
            self._pending = step
            return
        self._discard()
        self._failure = not_saved(step, self.folder, self._found(), error)
        self._warn(self._failure)

    def restore(
        self, like: Any, *, step: int | None = None
    ) -> tuple[Any, dict[str, np.ndarray], dict] | None:
        """What was saved, to the bit: arrays, history, meta; `None` if there is none.

        **Arguments:**

        - `like`: gives the structure, shapes, dtypes and places (shardings) of the
            arrays: a state as at the start of training, or `jax.ShapeDtypeStruct`s.
        - `step`: which one; the newest by default.

        `meta` has the `format` and the `versions` of the libraries besides.

        **Raises:** `CheckpointError` (a `ValueError`) for a checkpoint of another
        network, one that is damaged, of a newer format or written by another program;
        `ValueError` for a step that is not there.
        """
        failure = self._settle()
        if failure is not None:
            self._warn(failure)
        there = self.steps()
        if step is not None and step not in there:
            raise invalid(
                "step", f"be one of the checkpoints {there}", step, "Name another."
            )
        if not there:
            return None
        step = there[-1] if step is None else step
        others = [s for s in there if s != step]
        found = read_checkpoint(self.folder / str(step), like, others)
        self._mine.add(step)
        return found

    def steps(self) -> list[int]:
        """The steps of which there is a complete checkpoint, in order."""
        if self.folder.exists() and not self.folder.is_dir():
            raise CheckpointError(
                f"{self.folder} is a file, not a folder of checkpoints. Name another."
            )
        return steps_in(self.folder)

    @property
    def latest(self) -> int | None:
        """The newest of them, or `None`."""
        return max(self.steps(), default=None)

    def wait(self) -> None:
        """Until the last save is on disk; raises `CheckpointError` if it failed."""
        self._settle()
        if self._failure is not None:
            failure, self._failure = self._failure, None
            raise CheckpointError(failure)

    def close(self) -> None:
        """`wait`, then let other processes write to the folder."""
        try:
            self.wait()
        finally:
            self._discard()
            self._lock.release()
            self._locked = False

    def __enter__(self) -> "Checkpoints":
        """Lock the folder; raises `ValueError` if that cannot be."""
        error = self._take_lock()
        if error is not None:
            raise invalid(
                "folder", "be one that can be written", f"{self.folder} ({error})",
                "Name another.",
            )  # fmt: skip
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close; after an error, a failed save is a warning, so as not to hide it."""
        try:
            self.close()
        except CheckpointError as failed:
            if error is None:
                raise
            self._warn(str(failed))

    def _settle(self) -> str | None:
        """Wait for the save that was begun; what is wrong with it."""
        step, self._pending = self._pending, None
        if step is None or self._writer is None:
            return None
        error = None
        try:
            self._writer.wait()
        except Exception as failed:  # tensorstore's errors have no class in common
            error = failed
        saved = step in self._found()
        if in_any(error is not None):
            self._discard()
        elif saved and jax.process_index() == 0:
            sweep(self.folder)
        if in_any(not saved):
            self._failure = not_saved(step, self.folder, self._found(), error)
            return self._failure
        self._mine.add(step)
        self._failure = None
        return None

    def _discard(self) -> None:
        """Give up the writer: after an error orbax cannot be relied upon to go on."""
        writer, self._writer = self._writer, None
        if writer is not None:
            with contextlib.suppress(Exception):
                writer.close()
            if jax.process_index() == 0:
                sweep(self.folder)

    def _found(self) -> list[int]:
        """The steps there, none if the folder cannot be read (now)."""
        with contextlib.suppress(OSError):
            return steps_in(self.folder)
        return []

    def _warn(self, failure: str) -> None:
        warnings.warn(failure, CheckpointWarning, stacklevel=3)

    def _take_lock(self) -> Exception | None:
        """Lock the folder once; what the system says against it."""
        if self._locked:
            return None
        error, holder = None, None
        if jax.process_index() == 0:
            try:
                holder = self._lock.acquire()
                if holder is None:
                    sweep(self.folder)
            except OSError as failed:
                error = failed
        code = from_first(1 if error else 2 if holder else 0)
        if code == 2:
            raise invalid(
                "folder",
                "be written by one process at a time",
                f"{self.folder}, locked by {holder or 'another run'}",
                "Wait for it, or name another folder.",
            )
        self._locked = code == 0
        return (error or OSError("process 0 cannot write")) if code else None

    def _refuse_others(self, step: int) -> None:
        later = [s for s in self._found() if s >= step and s not in self._mine]
        if later:
            raise invalid(
                "folder",
                f"hold no checkpoint of step {step} or later of another run",
                f"{self.folder} with {later}",
                "Restore the newest, remove them, or name another folder.",
            )
