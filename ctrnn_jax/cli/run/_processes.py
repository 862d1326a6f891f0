"""Run one command in several JAX processes. Only process 0 writes files and prints."""

from collections.abc import Callable
import contextlib
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

Handler = Callable[[int, FrameType | None], object] | int
"""A handler of a signal."""


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
    """Ctrl-C, SIGTERM and SIGHUP as a flag that is read between updates.

    So the updates of a compiled call are not lost, and processes that train together
    stop after the same update. A second signal is a `KeyboardInterrupt`. Signals that
    are ignored when the command starts, as SIGHUP under `nohup`, stay ignored.
    """

    def __init__(self, say: Callable[[str], None]) -> None:
        """The handlers are installed when the context is entered."""
        self._say = say
        self._number = 0
        self._before: dict[int, Handler | None] = {}
        # before the first updates there is nothing to save: a signal ends at once
        self._begun = jax.process_count() > 1

    def __enter__(self) -> "Interrupt":
        for name in ("SIGINT", "SIGTERM", "SIGHUP"):
            number = getattr(signal, name, None)  # Windows has no SIGHUP
            if number is None or signal.getsignal(number) is signal.SIG_IGN:
                continue
            with contextlib.suppress(ValueError):  # only the main thread can do this
                self._before[number] = signal.signal(number, self._on_signal)
        return self

    def __exit__(self, *error: object) -> None:
        for number, handler in self._before.items():
            # the runtime of JAX may have had a handler that Python cannot install
            signal.signal(number, signal.SIG_DFL if handler is None else handler)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        is_second, self._number = self._number != 0, number
        if is_second or not self._begun:
            raise KeyboardInterrupt
        again = "press Ctrl-C again to end at once"
        if number != signal.SIGINT:
            again = f"{signal.Signals(number).name} was received; a second ends at once"
        self._say(f"ending after the current updates and the last files; {again}")

    def requested(self) -> bool:
        """Return whether any process got a signal. Call it after updates."""
        self._begun = True
        if jax.process_count() > 1:
            from jax.experimental import multihost_utils

            number = np.asarray(self._number, np.int32)
            self._number = int(np.max(multihost_utils.process_allgather(number)))
        return self._number != 0

    @property
    def status(self) -> int:
        """The exit status after a signal, of Ctrl-C if there was none."""
        return 128 + (self._number or signal.SIGINT)
