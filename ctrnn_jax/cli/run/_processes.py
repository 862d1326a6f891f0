"""Run one command in several JAX processes. Only process 0 writes files and prints."""

from collections.abc import Callable, Iterator, Mapping
import contextlib
import json
import os
import signal
import socket
import sys
import threading
from types import FrameType
from typing import Any, TypeVar

import jax
import numpy as np
from rich.console import Console

from ... import sharding
from ..._checks import check
from ..options import Processes, Sweep, Train
from ..output import console as console_of_process


T = TypeVar("T")

Handler = Callable[[int, FrameType | None], object] | int
"""A handler of a signal."""

_REPORTED_AFTER, _ENDED_AFTER = 25.0, 280.0
"""Seconds of waiting for other processes. JAX ends a process after 300 seconds."""


def joined(command: object, console: Console) -> Console:
    """Join the other processes if `--distributed` is set; return the console to use.

    The console of every process but process 0 is silent. Call this before any other
    function of JAX.
    """
    if not (isinstance(command, Processes) and command.distributed):
        return console
    number, index = command.processes, command.process_index
    try:
        with _reporting_a_wait(command), _keeping_sigterm():
            sharding.connect(command.coordinator, processes=number, index=index)
    except ValueError as error:
        if command.coordinator is not None:
            raise
        raise ValueError(
            "No cluster environment was detected, so `coordinator` is required. "
            "Add --coordinator HOST:PORT, --processes N and --process-index I."
        ) from error
    return console if is_first() else Console(quiet=True)


@contextlib.contextmanager
def _reporting_a_wait(command: Processes) -> Iterator[None]:
    """Report in this context that processes are missing, and end the process later."""
    connected = threading.Event()

    def report() -> None:
        if connected.wait(_REPORTED_AFTER):
            return
        _say_error(f"waiting for other processes: {_missing(command)}")
        if not connected.wait(_ENDED_AFTER - _REPORTED_AFTER):
            _say_error(f"gave up waiting for other processes: {_missing(command)}")
            os._exit(2)  # the main thread waits in JAX and cannot be interrupted

    thread = threading.Thread(target=report, daemon=True)
    thread.start()
    try:
        yield
    finally:
        connected.set()
        thread.join()


@contextlib.contextmanager
def _keeping_sigterm() -> Iterator[None]:
    """Keep the handler of SIGTERM; the runtime of JAX installs one that ignores it."""
    before = signal.getsignal(signal.SIGTERM) or signal.SIG_DFL
    yield
    with contextlib.suppress(ValueError):  # only the main thread can do this
        signal.signal(signal.SIGTERM, before)


def _missing(command: Processes) -> str:
    """Say which processes are missing, as far as this process can know."""
    address = command.coordinator
    if address is None:
        return "not all processes of the cluster's job have connected"
    host, _, port = address.rpartition(":")
    try:
        socket.create_connection((host, int(port)), timeout=1.0).close()
    except (OSError, ValueError):
        return f"no process 0 answers at {address}"
    others = f"not all {command.processes} processes have connected to {address}"
    return f"{others}; this is process {command.process_index}"


def _say_error(text: str) -> None:
    console = console_of_process(stderr=True)
    console.print(f"error: {text}", highlight=False, markup=False, soft_wrap=True)


@contextlib.contextmanager
def ending_with_the_others(config: Train | Sweep) -> Iterator[None]:
    """End this process, with a message, if another process has ended.

    It ends as if it were killed: JAX and Orbax would wait for the process that has
    ended. The checkpoints are complete.
    """
    try:
        yield
    except (jax.errors.JaxRuntimeError, ValueError) as error:
        is_lost = isinstance(error, jax.errors.JaxRuntimeError) or "Gloo" in str(error)
        if jax.process_count() == 1 or not is_lost:
            raise
        again = "Start the run again"
        if config.saves:
            again = f"Continue it in all processes with: ctrnn-jax resume {config.out}"
        reason = str(error).partition("\n")[0]
        _say_error(f"another process of this run has ended. {again}. ({reason})")
        sys.stdout.flush()
        os._exit(2)


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


def check_same(settings: Mapping[str, Any]) -> None:
    """Validate that all processes have the same settings, versions and machine facts.

    `settings` is what config.json holds. An error is raised in every process.
    """
    if jax.process_count() == 1:
        return
    first, *others = map(json.loads, _of_all_processes(json.dumps(_flat(settings))))
    for index, other in enumerate(others, start=1):
        for name in first | other:
            values = [x.get(name, "nothing") for x in (first, other)]
            rule = "be the same in all processes"
            got = f"{values[0]!r} in process 0 and {values[1]!r} in process {index}"
            remedy = "Start each with the same command and versions."
            check(values[0] == values[1], name, rule, got, remedy)


def _flat(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings with versions and machine facts beside them."""
    parts = ("versions", "machine")
    flat = {name: x for name, x in settings.items() if name not in parts}
    return flat | settings["versions"] | settings["machine"]


def _of_all_processes(text: str) -> list[str]:
    """Return the texts that the processes pass."""
    from jax.experimental import multihost_utils

    data = np.frombuffer(text.encode(), np.uint8)
    sizes = multihost_utils.process_allgather(np.asarray(len(data), np.int32))
    padded = np.zeros(np.max(sizes), np.uint8)
    padded[: len(data)] = data
    rows = np.asarray(multihost_utils.process_allgather(padded))
    return [bytes(row[:n]).decode() for row, n in zip(rows, sizes, strict=True)]


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
        # the signal of this process, and the one that all processes agreed on: a signal
        # may come while they exchange theirs, and must not be overwritten then
        self._received = self._agreed = 0
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
        is_second, self._received = self._received != 0, number
        if is_second or not self._begun:
            raise KeyboardInterrupt
        again = "press Ctrl-C again to end at once"
        if number != signal.SIGINT:
            again = f"{signal.Signals(number).name} was received; a second ends at once"
        self._say(f"ending after the current updates and the last files; {again}")

    def requested(self) -> bool:
        """Return whether any process got a signal. Call it after updates."""
        self._begun = True
        self._agreed = self._received
        if jax.process_count() > 1:
            from jax.experimental import multihost_utils

            number = np.asarray(self._agreed, np.int32)
            self._agreed = int(np.max(multihost_utils.process_allgather(number)))
        return self._agreed != 0

    @property
    def status(self) -> int:
        """The exit status after a signal, of Ctrl-C if there was none."""
        return 128 + (self._received or self._agreed or signal.SIGINT)
