"""Run one command in several JAX processes. Only process 0 writes files and prints."""

from collections.abc import Callable
import signal
from types import FrameType
from typing import TypeVar

import jax
import numpy as np
from rich.console import Console

from ... import sharding
from ..._checks import check
from ..options import Processes


T = TypeVar("T")


def joined(command: object, console: Console) -> Console:
    """Join the other processes if `--distributed` is set; return the console to use.

    The console of every process but process 0 is silent. Call this before any other
    function of JAX.
    """
    if not (isinstance(command, Processes) and command.distributed):
        return console
    try:
        number, index = command.processes, command.process_index
        sharding.connect(command.coordinator, processes=number, index=index)
    except ValueError as error:
        if command.coordinator is not None:
            raise
        raise ValueError(
            "No cluster environment was detected, so `coordinator` is required. "
            "Add --coordinator HOST:PORT, --processes N and --process-index I."
        ) from error
    return console if is_first() else Console(quiet=True)


def is_first() -> bool:
    """Return whether this is process 0, which writes and prints."""
    return jax.process_index() == 0


def local(tree: T) -> T:
    """Return the local copy of replicated arrays."""
    if jax.process_count() == 1:
        return tree
    return jax.tree.map(lambda x: x.addressable_data(0), tree)


def check_batch(batch_size: int) -> None:
    """Validate that the devices of all processes divide the batch."""
    devices = jax.device_count()
    rule = f"be a multiple of the {devices} devices with --distributed"
    remedy = f"The next one is {-(-batch_size // devices) * devices}."
    check(batch_size % devices == 0, "batch_size", rule, batch_size, remedy)


def by_first(fn: Callable[[], object]) -> None:
    """Call a function in process 0; raise its error in every process.

    Only `ValueError` and `OSError` are passed on to the other processes.
    """
    error = None
    if is_first():
        try:
            fn()
        except (ValueError, OSError) as raised:
            error = raised
    if jax.process_count() > 1:
        from jax.experimental import multihost_utils

        has_failed = np.asarray(error is not None)
        if multihost_utils.broadcast_one_to_all(has_failed) and error is None:
            error = ValueError("Process 0 raised an error; see its output.")
    if error is not None:
        raise error


class Interrupt:
    """Ctrl-C as a flag that is read between updates; a second Ctrl-C ends at once.

    So the updates of a compiled call are not lost, and processes that train together
    stop after the same update.
    """

    def __init__(self, say: Callable[[str], None]) -> None:
        """The handler is installed when the context is entered."""
        self._say = say
        self._requested = False
        # before the first updates there is nothing to save: Ctrl-C ends at once
        self._begun = jax.process_count() > 1

    def __enter__(self) -> "Interrupt":
        try:
            self._before = signal.signal(signal.SIGINT, self._on_signal)
        except ValueError:  # only the main thread can handle signals
            self._before = None
        return self

    def __exit__(self, *error: object) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        if self._requested or not self._begun:
            raise KeyboardInterrupt
        self._requested = True
        self._say("ending after the current updates; press Ctrl-C again to end at once")

    def requested(self) -> bool:
        """Return whether Ctrl-C was pressed in any process. Call it after updates."""
        self._begun = True
        if jax.process_count() == 1:
            return self._requested
        from jax.experimental import multihost_utils

        flags = multihost_utils.process_allgather(np.asarray(self._requested, np.int32))
        return bool(np.any(flags))
