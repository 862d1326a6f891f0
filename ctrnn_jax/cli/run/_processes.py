"""Several processes that run one command: the first writes and speaks for all."""

from collections.abc import Callable, Iterator
import contextlib
from pathlib import Path
import signal
from types import FrameType
from typing import Any, TypeVar

import jax
import numpy as np
from rich.console import Console

from ... import sharding
from ..._checks import invalid
from ..options import Processes
from ._folder import RunFolder


T = TypeVar("T")


def joined(command: Processes, console: Console) -> Console:
    """Join the other processes, if asked to; a console that speaks in the first only.

    Must come before anything else of JAX.
    """
    if not command.distributed:
        return console
    try:
        sharding.connect(
            command.coordinator,
            processes=command.processes,
            index=command.process_index,
        )
    except ValueError as error:
        if command.coordinator is not None:
            raise
        raise invalid(
            "coordinator",
            "be given where no cluster says it",
            None,
            "Add --coordinator HOST:PORT, --processes and --process-index.",
        ) from error
    return console if is_first() else Console(quiet=True)


def is_first() -> bool:
    """Whether this process writes and speaks."""
    return jax.process_index() == 0


def local(tree: T) -> T:
    """Arrays that are the same everywhere, on a device of this process alone."""
    if jax.process_count() == 1:
        return tree
    return jax.tree.map(lambda x: x.addressable_data(0), tree)


def check_batch(batch_size: int) -> None:
    """Refuse trials that the devices of all processes do not divide."""
    devices = jax.device_count()
    if batch_size % devices:
        raise invalid(
            "batch_size",
            f"be a multiple of the {devices} devices with --distributed",
            batch_size,
            f"The next one is {-(-batch_size // devices) * devices}.",
        )


@contextlib.contextmanager
def claimed(path: Path, *, new: bool, overwrite: bool = False) -> Iterator[RunFolder]:
    """The folder of a run, claimed by the first process; all refuse if it does."""
    run = RunFolder(path, new=new, overwrite=overwrite)
    with contextlib.ExitStack() as stack:
        by_first(lambda: stack.enter_context(run))
        yield run


def by_first(fn: Callable[[], Any]) -> None:
    """Do it in the first process; what is refused there is refused in all.

    Raises `ValueError` or `OSError` as `fn` does.
    """
    error = None
    if is_first():
        try:
            fn()
        except (ValueError, OSError) as raised:
            error = raised
    if jax.process_count() > 1:
        from jax.experimental import multihost_utils

        failed = np.asarray(error is not None)
        if multihost_utils.broadcast_one_to_all(failed) and error is None:
            error = ValueError("Process 0 refused; it says why.")
    if error is not None:
        raise error


class Interrupt:
    """Ctrl-C as a question to ask between updates; a second one ends at once.

    Processes that train together must stop after the same update, and an ensemble is
    saved only between two calls, so that neither can end wherever a signal falls.
    """

    def __init__(self, say: Callable[[str], None]) -> None:
        """Nothing is caught before the context is entered."""
        self._say = say
        self._asked = False
        self.begun = jax.process_count() > 1
        """Whether there is something to save; before that, Ctrl-C ends at once."""

    def __enter__(self) -> "Interrupt":
        try:
            self._before = signal.signal(signal.SIGINT, self._hear)
        except ValueError:  # not the main thread, which alone hears signals
            self._before = None
        return self

    def __exit__(self, *error: object) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)

    def _hear(self, number: int, frame: FrameType | None) -> None:
        if self._asked or not self.begun:
            raise KeyboardInterrupt
        self._asked = True
        self._say("ending after the updates under way; again to end at once")

    def asked(self) -> bool:
        """Whether any process was asked to end."""
        if jax.process_count() == 1:
            return self._asked
        from jax.experimental import multihost_utils

        asked = multihost_utils.process_allgather(np.asarray(self._asked, np.int32))
        return bool(np.any(asked))
