"""The files of a checkpoint, by orbax: written in the background, whole or not at all.

Orbax is imported when the first file is read or written, and not by importing this.
"""

from collections.abc import Iterator, Mapping
import contextlib
import errno
import logging
from pathlib import Path
import shutil
import tempfile
from typing import Any

import jax
import numpy as np

from ._processes import from_first


ITEMS = ("arrays", "history", "meta")
_REMOVED = ".removed"


class Writer:
    """Saves numbered checkpoints in a folder and keeps the newest ones."""

    def __init__(self, folder: Path, keep: int) -> None:
        """Make the folder. Raises `OSError` where that cannot be."""
        import orbax.checkpoint as ocp

        options = ocp.CheckpointManagerOptions(
            preservation_policy=ocp.checkpoint_managers.LatestN(keep),
            # a rename: a process killed while it deletes leaves no half checkpoint
            todelete_subdir=_REMOVED,
            save_root_metadata=False,
            # else threads wait, long after the error, for a folder nobody made
            async_options=ocp.options.AsyncOptions(
                create_directories_asynchronously=False
            ),
        )
        self._folder = folder
        self._quiet = _Quiet()
        logging.getLogger("absl").addFilter(self._quiet)
        try:
            self._manager = ocp.CheckpointManager(folder, options=options)
        except BaseException:
            logging.getLogger("absl").removeFilter(self._quiet)
            raise

    def start(
        self,
        step: int,
        arrays: Mapping[str, Any],
        history: Mapping[str, Any],
        meta: Mapping[str, Any],
    ) -> None:
        """Begin to save; what can fail here or in `wait` is whatever orbax raises."""
        from orbax.checkpoint import args

        if jax.process_count() > 1:
            sizes = [x.nbytes for x in [*arrays.values(), *history.values()]]
            _check_room(self._folder, sum(sizes))
        # an item without arrays is refused by orbax
        trees = {"arrays": dict(arrays), "history": dict(history)}
        items: dict[str, Any] = {n: args.StandardSave(t) for n, t in trees.items() if t}
        items["meta"] = args.JsonSave(dict(meta))
        self._manager.save(step, args=args.Composite(**items), force=True)

    def wait(self) -> None:
        """Until what was begun is on disk; raises what failed meanwhile."""
        self._manager.wait_until_finished()

    def close(self) -> None:
        """Stop the threads; raises as `wait` does."""
        try:
            self._manager.close()
        finally:
            logging.getLogger("absl").removeFilter(self._quiet)


class Reader:
    """Reads one checkpoint; nothing in it is executed."""

    def __init__(self, path: Path) -> None:
        """Of the folder of one step."""
        import orbax.checkpoint as ocp

        self._path = path
        self._ocp = ocp
        self._files = ocp.Checkpointer(ocp.CompositeCheckpointHandler())

    def meta(self) -> Any:
        """The description."""
        return self._read("meta", self._ocp.args.JsonRestore())

    def array(self, item: str, name: str, spread: Any = None) -> Any:
        """One array, on the host, or spread as a `jax.ShapeDtypeStruct` says.

        One at a time: where several are read at once and one is damaged, orbax prints
        the tracebacks of the others.
        """
        ocp = self._ocp
        if spread is None:
            how, want = ocp.RestoreArgs(restore_type=np.ndarray), 0
        else:
            want = spread
            how = ocp.ArrayRestoreArgs(sharding=spread.sharding, dtype=spread.dtype)
        found = self._read(
            item,
            ocp.args.PyTreeRestore(
                {name: want}, restore_args={name: how}, partial_restore=True
            ),
        )
        return found[name]

    def _read(self, item: str, how: Any) -> Any:
        wanted = self._ocp.args.Composite(**{item: how})
        return self._files.restore(self._path, args=wanted)[item]

    def close(self) -> None:
        """Let go of the files."""
        self._files.close()


@contextlib.contextmanager
def reading(path: Path) -> Iterator[Reader]:
    """A `Reader` without the log of orbax."""
    import orbax.checkpoint  # noqa: F401  (absl makes its logger when it is imported)

    quiet = _Quiet()
    logging.getLogger("absl").addFilter(quiet)
    try:
        with contextlib.closing(Reader(path)) as reader:
            yield reader
    finally:
        logging.getLogger("absl").removeFilter(quiet)


def steps_in(folder: Path) -> list[int]:
    """The complete checkpoints of a folder, oldest first; unfinished ones differ."""
    if not folder.is_dir():
        return []
    names = [path.name for path in folder.iterdir() if path.is_dir()]
    return sorted(int(n) for n in names if n.isascii() and n.isdecimal())


def sweep(folder: Path) -> None:
    """Remove what killed or failed saves left, and checkpoints that are too old."""
    for path in [*folder.glob("*.orbax-checkpoint-tmp*"), folder / _REMOVED]:
        shutil.rmtree(path, ignore_errors=True)


def _check_room(folder: Path, size: int) -> None:
    """Raise `OSError` in all processes if so many bytes cannot be written.

    If one of them fails inside orbax, the others wait for it at a barrier for minutes.
    This finds a full or read-only disk while it costs nothing.
    """
    error = None
    if jax.process_index() == 0:
        try:
            free = shutil.disk_usage(folder).free
            if free < size:
                raise OSError(errno.ENOSPC, f"{size} bytes to write, {free} free")
            with tempfile.TemporaryFile(dir=folder) as file:
                file.write(bytes(1 << 12))
        except OSError as failed:
            error = failed
    if from_first(int(error is not None)):
        raise error or OSError("process 0 has no room")


class _Quiet(logging.Filter):
    """Drops what orbax logs: all of it that matters is raised as well."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether another library logged it."""
        return "orbax" not in Path(record.pathname).parts
