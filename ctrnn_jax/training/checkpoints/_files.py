"""The files of a checkpoint, which Orbax writes atomically and in the background.

Orbax is imported when the first file is read or written, not when this is imported.
"""

from collections.abc import Iterator, Mapping
import contextlib
import errno
import hashlib
import json
import logging
from pathlib import Path
import shutil
import tempfile
from typing import Any

import jax
from jaxtyping import PyTree
import numpy as np

from ..._types import Numbers


ITEMS = ("arrays", "history", "meta")
"""The items of a checkpoint, each a folder in the folder of its step."""

_REMOVED = ".removed"

_OVERHEAD = 1 << 18
"""Bytes of the files of a small checkpoint beside its arrays, rounded up."""


class Damaged(Exception):
    """Stored bytes that differ from the bytes that were written."""


def with_checksum(meta: Mapping[str, object]) -> dict[str, str]:
    """Return the metadata as one text, and its checksum."""
    text = json.dumps(dict(meta))
    return {"content": text, "sha256": hashlib.sha256(text.encode()).hexdigest()}


def without_checksum(stored: object) -> object:
    """Return the metadata that `with_checksum` stored; anything else unchanged.

    Format 2 and other programs have no checksum. Raises `Damaged` for another checksum,
    and if only one of the two parts exists.
    """
    parts = stored if isinstance(stored, dict) else {}
    if not {"content", "sha256"} & parts.keys():
        return stored
    text = str(parts.get("content"))
    if parts.get("sha256") != hashlib.sha256(text.encode()).hexdigest():
        raise Damaged("the checksum of the metadata is another")
    return json.loads(text)


def of_all_processes(code: int) -> np.ndarray:
    """Return the numbers that the processes pass, that of process 0 first."""
    if jax.process_count() == 1:
        return np.asarray([code])
    from jax.experimental import multihost_utils

    return np.asarray(multihost_utils.process_allgather(np.asarray(code, np.int32)))


def _handlers() -> Any:
    """Return the handlers that write the items, one file an array.

    With OCDBT, the default of Orbax, TensorStore keeps some 10 kB of memory for each
    save (`benchmarks/soak.py`), and a save takes a fifth longer.
    """
    import orbax.checkpoint as ocp

    arrays = ocp.PyTreeCheckpointHandler(use_ocdbt=False)
    registry = ocp.handlers.DefaultCheckpointHandlerRegistry()
    registry.add("arrays", ocp.args.PyTreeSave, arrays)
    registry.add("history", ocp.args.PyTreeSave, arrays)
    registry.add("meta", ocp.args.JsonSave, ocp.JsonCheckpointHandler())
    return registry


class Writer:
    """Saves numbered checkpoints in a folder and keeps the newest ones."""

    def __init__(self, folder: Path, keep: int) -> None:
        """Make the folder. Raises `OSError` if this fails."""
        import orbax.checkpoint as ocp

        options = ocp.CheckpointManagerOptions(
            preservation_policy=ocp.checkpoint_managers.LatestN(keep),
            # Old checkpoints are renamed before they are deleted: a process that is
            # killed during the deletion leaves no incomplete checkpoint.
            todelete_subdir=_REMOVED,
            save_root_metadata=False,
            # Otherwise threads wait long after an error for a folder that is never
            # made.
            async_options=ocp.options.AsyncOptions(
                create_directories_asynchronously=False
            ),
        )
        self._folder = folder
        with contextlib.ExitStack() as stack:
            stack.enter_context(_without_logs())
            self._manager = ocp.CheckpointManager(
                folder, options=options, handler_registry=_handlers()
            )
            stack.callback(self._manager.close)
            self._open = stack.pop_all()

    def start(
        self,
        step: int,
        arrays: Mapping[str, Numbers],
        history: Mapping[str, Numbers],
        meta: Mapping[str, Any],
    ) -> None:
        """Begin to save. Errors of Orbax are raised here or in `wait`.

        Orbax writes all items into a temporary folder and renames it to the number of
        the step at the end, so a checkpoint under its name is always complete.
        """
        from orbax.checkpoint import args

        sizes = [x.nbytes for x in [*arrays.values(), *history.values()]]
        _check_room(self._folder, 2 * sum(sizes) + _OVERHEAD)
        # Orbax raises an error for an item without arrays, so empty items are left out
        trees = {"arrays": dict(arrays), "history": dict(history)}
        items = {n: args.PyTreeSave(t) for n, t in trees.items() if t}
        composite = args.Composite(**items, meta=args.JsonSave(with_checksum(meta)))
        self._manager.save(step, args=composite, force=True)

    def wait(self) -> None:
        """Wait until the last save is on disk; raises the errors of the background."""
        self._manager.wait_until_finished()

    def close(self) -> None:
        """Stop the threads; raises errors as `wait` does."""
        self._open.close()


class Reader:
    """Reads one checkpoint; no content of the files is executed."""

    def __init__(self, path: Path) -> None:
        """Read from the folder of one step."""
        import orbax.checkpoint as ocp

        self._path = path
        self._ocp = ocp
        self._files = ocp.Checkpointer(ocp.CompositeCheckpointHandler())

    def meta(self) -> object:
        """Return the metadata. Raises `Damaged` for another checksum."""
        return without_checksum(self._read("meta", self._ocp.args.JsonRestore()))

    def array(
        self, item: str, name: str, sharded: jax.ShapeDtypeStruct | None = None
    ) -> PyTree:
        """Return one array, on the host or with the sharding of a `ShapeDtypeStruct`.

        Arrays are read one at a time: if one of several is damaged, Orbax prints the
        tracebacks of the others.
        """
        ocp = self._ocp
        if sharded is None:
            target, how = 0, ocp.RestoreArgs(restore_type=np.ndarray)
        else:
            target, how = (
                sharded,
                ocp.ArrayRestoreArgs(sharding=sharded.sharding, dtype=sharded.dtype),
            )
        restored = self._read(
            item,
            ocp.args.PyTreeRestore(
                {name: target}, restore_args={name: how}, partial_restore=True
            ),
        )
        return restored[name]

    def _read(self, item: str, how: object) -> PyTree:
        composite = self._ocp.args.Composite(**{item: how})
        return self._files.restore(self._path, args=composite)[item]

    def close(self) -> None:
        """Close the files."""
        self._files.close()


@contextlib.contextmanager
def reading(path: Path) -> Iterator[Reader]:
    """Return a `Reader` of a checkpoint, without the log messages of Orbax."""
    import orbax.checkpoint  # noqa: F401  (its import makes the logger of absl)

    with _without_logs(), contextlib.closing(Reader(path)) as reader:
        yield reader


@contextlib.contextmanager
def _without_logs() -> Iterator[None]:
    """Drop the log messages of Orbax."""
    logger, orbax_filter = logging.getLogger("absl"), _WithoutOrbax()
    logger.addFilter(orbax_filter)
    try:
        yield
    finally:
        logger.removeFilter(orbax_filter)


def complete_steps(folder: Path) -> list[int]:
    """Return the steps of the complete checkpoints in a folder, oldest first.

    Unfinished checkpoints have names that are not numbers.
    """
    if not folder.is_dir():
        return []
    names = [path.name for path in folder.iterdir() if path.is_dir()]
    return sorted(int(n) for n in names if n.isascii() and n.isdecimal())


def remove_leftovers(folder: Path) -> None:
    """Remove the files of killed or failed saves, and renamed old checkpoints."""
    for path in [*folder.glob("*.orbax-checkpoint-tmp*"), folder / _REMOVED]:
        shutil.rmtree(path, ignore_errors=True)


def _check_room(folder: Path, num_bytes: int) -> None:
    """Raise `OSError` in all processes if process 0 cannot write this many bytes.

    If a write fails inside Orbax, TensorStore prints a traceback for each other write,
    and other processes wait at a barrier for minutes. This check finds a full or
    read-only disk before that.
    """
    error = None
    if jax.process_index() == 0:
        try:
            free = shutil.disk_usage(folder).free
            if free < num_bytes:
                raise OSError(errno.ENOSPC, f"{num_bytes} bytes to write, {free} free")
            with tempfile.TemporaryFile(dir=folder) as file:
                file.write(bytes(1 << 12))
        except OSError as os_error:
            error = os_error
    if of_all_processes(error is not None)[0]:
        raise error or OSError("process 0 has no room")


class _WithoutOrbax(logging.Filter):
    """Drops the log records of Orbax: all that matter are raised as errors too."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether another library made the record."""
        return "orbax" not in Path(record.pathname).parts
