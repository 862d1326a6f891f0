"""Several processes that train one network: process 0 writes the same network."""

import json
from pathlib import Path
import queue
import signal
import socket

from cli.commands import (
    ctrnn_jax,
    free_port,
    LIMIT,
    lines,
    output_of,
    PAUSING,
    read,
    SMALL,
    start,
    TASK,
    wait_for_lines,
    WITHOUT_PICTURES,
)
import jax
import numpy as np
import pytest
from rich.console import Console

import ctrnn_jax as cj
from ctrnn_jax.cli.options import Train
from ctrnn_jax.cli.run import _processes, _settings


STEPS, EVERY = 200, 5
SETTINGS = [
    TASK, "--no-stop", "--steps", STEPS, "--validate-every", EVERY,
    "--checkpoint-every", 15, *SMALL,
]  # fmt: skip

DOUBLE = {"JAX_ENABLE_X64": "1"}
"""Sums in another order differ in float32 after hundreds of updates."""


def both(*command, seeds=None, program=WITHOUT_PICTURES, **environment):
    """Start two processes on this machine that run one command together."""
    port, environment = free_port(), DOUBLE | environment
    flags = ["--distributed", "--coordinator", f"127.0.0.1:{port}", "--processes", 2]
    flags.append("--process-index")
    seeds = [()] * 2 if seeds is None else [("--seed", seed) for seed in seeds]
    return [
        start(*command, *seeds[i], *flags, i, program=program, **environment)
        for i in (0, 1)
    ]


@pytest.mark.slow
def test_two_processes_train_the_network_of_one_process(tmp_path, without_pictures):
    """Also if they are killed, interrupted and resumed."""
    single, whole, part = (tmp_path / name for name in ("single", "whole", "part"))
    together = both("train", *SETTINGS, "--out", whole)
    assert ctrnn_jax("train", *SETTINGS, "--out", single) == 0
    outputs = [output_of(process) for process in together]
    assert "written to" in outputs[0]
    printed = [x for x in outputs[1].splitlines() if not x.startswith("[Gloo]")]
    assert printed == []  # only process 0 prints and writes
    assert {p.name for p in whole.iterdir()} == {p.name for p in single.iterdir()}
    a, b = (cj.load(f / "network.safetensors") for f in (single, whole))
    for x, y in zip(jax.tree.leaves(a.raw), jax.tree.leaves(b.raw), strict=True):
        np.testing.assert_allclose(x, y, rtol=1e-6, atol=1e-6)
    assert read(whole / "config.json")["machine"]["processes"] == 2

    proceed = tmp_path / "continue"
    pausing = {"program": PAUSING, "CONTINUE": str(proceed)}
    killed = both("train", *SETTINGS, "--out", part, PAUSE_AT="100", **pausing)
    wait_for_lines(part, 10, killed[0])
    for process in killed:
        process.kill()
        process.communicate()
    killed_at = len(lines(part))
    interrupted = both("resume", part, PAUSE_AT="150", **pausing)
    wait_for_lines(part, killed_at + 5, interrupted[0])
    interrupted[1].send_signal(signal.SIGINT)  # a signal to one process ends both
    proceed.touch()
    for process in interrupted:
        output_of(process, 130)
    assert read(part / "summary.json")["stopped"] == "interrupted"
    assert killed_at < len(lines(part)) < STEPS // EVERY
    for process in both("resume", part):
        output_of(process)
    name = "network.safetensors"
    assert (part / name).read_bytes() == (whole / name).read_bytes()
    assert lines(part) == lines(whole)


@pytest.mark.slow
def test_an_error_in_process_0_is_raised_in_every_process(tmp_path):
    """Only process 0 checks whether the folder is in use."""
    (tmp_path / "file").write_text("of the user")
    processes = both("train", *SETTINGS, "--out", tmp_path)
    outputs = [output_of(process, 2) for process in processes]
    assert "must be a new or empty folder" in outputs[0]
    assert "Process 0 raised an error; see its output" in outputs[1]


def test_devices_must_divide_the_batch(monkeypatch):
    monkeypatch.setattr(jax, "device_count", lambda: 4)
    _processes.check_batch(8)
    with pytest.raises(ValueError, match="multiple of the 4 devices"):
        _processes.check_batch(5)


@pytest.mark.slow
def test_without_a_cluster_the_coordinator_is_required(tmp_path):
    out = tmp_path / "out"
    process = start("train", *SETTINGS, "--distributed", "--out", out)
    assert "No cluster environment was detected" in output_of(process, 2)
    assert not out.exists()


def test_processes_join_once_before_training(monkeypatch):
    """Process 0 prints; an error that the coordinator caused is raised as it is."""
    console, calls = Console(), []
    alone = Train(task=TASK, out=Path("x"))
    assert _processes.joined(alone, console) is console
    flags = {"coordinator": "host:1", "processes": 2, "process_index": 1}
    together = Train(task=TASK, out=Path("x"), distributed=True, **flags)
    monkeypatch.setattr(cj.sharding, "connect", lambda *a, **k: calls.append((a, k)))
    assert _processes.joined(together, console) is console
    assert calls == [(("host:1",), {"processes": 2, "index": 1})]
    monkeypatch.setattr(jax, "process_index", lambda: 1)
    assert _processes.joined(together, console).quiet

    def fails(*args, **options):
        raise ValueError("no cluster")

    monkeypatch.setattr(cj.sharding, "connect", fails)
    with pytest.raises(ValueError, match=r"^no cluster$"):
        _processes.joined(together, console)
    with pytest.raises(ValueError, match="so `coordinator` is required"):
        _processes.joined(Train(task=TASK, out=Path("x"), distributed=True), console)


def test_sigterm_ends_a_process_that_has_joined_and_not_begun(monkeypatch):
    """The runtime of JAX installs a handler that ignores it, so it was once lost."""
    handler = signal.getsignal(signal.SIGTERM)

    def connect(*arguments, **options):
        signal.signal(signal.SIGTERM, signal.SIG_IGN)

    monkeypatch.setattr(cj.sharding, "connect", connect)
    flags = {"coordinator": "host:1", "processes": 2, "process_index": 1}
    command = Train(task=TASK, out=Path("x"), distributed=True, **flags)
    _processes.joined(command, Console())
    assert signal.getsignal(signal.SIGTERM) == handler


JOINED = """
from pathlib import Path
import os, signal, sys
from rich.console import Console
from ctrnn_jax.cli.options import Train
from ctrnn_jax.cli.run import _processes
flags = {"coordinator": sys.argv[1], "processes": 1, "process_index": 0}
command = Train(task="x", out=Path("x"), distributed=True, **flags)
_processes.joined(command, Console())
print("joined", flush=True)
os.kill(os.getpid(), signal.SIGTERM)
"""


@pytest.mark.slow
def test_sigterm_ends_a_real_process_that_has_joined():
    process = start(f"127.0.0.1:{free_port()}", program=JOINED)
    assert "joined" in output_of(process, -signal.SIGTERM)


def test_processes_with_other_settings_are_an_error_in_each(monkeypatch):
    """The settings of the other processes come through a simulated `allgather`."""
    from jax.experimental import multihost_utils

    mine = _settings.config_json(Train(task=TASK, out=Path("x"), seed=1))
    monkeypatch.setattr(jax, "process_count", lambda: 2)

    def compared_with(other):
        text = json.dumps(_processes._flat(other)).encode()

        def allgather(value):
            if value.ndim == 0:
                return np.asarray([value, len(text)])
            return np.stack([value, np.frombuffer(text.ljust(len(value)), np.uint8)])

        monkeypatch.setattr(multihost_utils, "process_allgather", allgather)
        _processes.check_same(mine)

    compared_with(mine)
    other = _settings.config_json(Train(task=TASK, out=Path("x"), seed=22, hidden=400))
    message = "`seed` must be the same in all processes; got 1 in process 0 and 22 in"
    with pytest.raises(ValueError, match=message):
        compared_with(mine | {"seed": 22})
    with pytest.raises(ValueError, match="`hidden` must be the same in all processes"):
        compared_with(other | {"seed": 1})
    older = {"versions": mine["versions"] | {"jax": "0.1"}}
    with pytest.raises(
        ValueError, match=r"`jax` must .* '0.1' in process 1. Start each"
    ):
        compared_with(mine | older)
    monkeypatch.setattr(jax, "process_count", lambda: 1)
    _processes.check_same(mine)


class Ended(BaseException):
    """What a patched `os._exit` raises."""


@pytest.fixture
def exits(monkeypatch):
    """Return the exit statuses with which `os._exit` was called."""
    statuses = []

    def end(status):
        statuses.append(status)
        raise Ended

    monkeypatch.setattr(_processes.os, "_exit", end)
    return statuses


def waiting(monkeypatch, capfd, **flags):
    """Return what is printed while `connect` waits until the process would end."""
    statuses = queue.SimpleQueue()

    def end(status):
        statuses.put(status)
        raise Ended

    def connect(*arguments, **options):
        assert statuses.get(timeout=LIMIT) == 2

    monkeypatch.setattr(_processes, "_REPORTED_AFTER", 0.01)
    monkeypatch.setattr(_processes, "_ENDED_AFTER", 0.02)
    monkeypatch.setattr(_processes.os, "_exit", end)
    monkeypatch.setattr(cj.sharding, "connect", connect)
    command = Train(task=TASK, out=Path("x"), distributed=True, **flags)
    _processes.joined(command, Console())
    return capfd.readouterr().err.splitlines()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_processes_that_never_come_are_reported(monkeypatch, capfd):
    """The last message comes before JAX ends the process with a stack trace."""
    with socket.create_server(("127.0.0.1", 0)) as first:
        address = f"127.0.0.1:{first.getsockname()[1]}"
        flags = {"coordinator": address, "processes": 3, "process_index": 1}
        printed = waiting(monkeypatch, capfd, **flags)
    missing = f"not all 3 processes have connected to {address}; this is process 1"
    assert f"error: waiting for other processes: {missing}" in printed
    assert f"error: gave up waiting for other processes: {missing}" in printed
    printed = waiting(monkeypatch, capfd, **flags)
    assert f"error: waiting for other processes: no process 0 answers at {address}" in (
        printed
    )
    printed = waiting(monkeypatch, capfd)
    assert "processes of the cluster's job have connected" in printed[0]


def test_a_process_ends_with_the_others(monkeypatch, capfd, exits):
    """A lost connection is an error of JAX; of several processes it ends this one."""
    config = Train(task=TASK, out=Path("x"), checkpoint_every=5)
    lost = jax.errors.JaxRuntimeError("Gloo: closed by peer\nat line 3")

    def fails(config, error):
        with _processes.ending_with_the_others(config):
            raise error

    with pytest.raises(jax.errors.JaxRuntimeError):
        fails(config, lost)
    monkeypatch.setattr(jax, "process_count", lambda: 2)
    with pytest.raises(ValueError, match="of the user"):
        fails(config, ValueError("of the user"))
    assert exits == []
    without = Train(task=TASK, out=Path("x"))
    remedies = [
        "Continue it in all processes with: ctrnn-jax resume x",
        "Start the run",
    ]
    for kind, remedy in zip((config, without), remedies, strict=True):
        with pytest.raises(Ended):
            fails(kind, lost)
        printed = capfd.readouterr().err
        start = f"error: another process of this run has ended. {remedy}"
        assert printed.startswith(start)
        assert printed.endswith("(Gloo: closed by peer)\n")
    assert exits == [2, 2]


@pytest.mark.slow
def test_processes_with_other_seeds_do_not_train(tmp_path):
    """Each real process names the setting and both values."""
    out = tmp_path / "out"
    processes = both("train", *SETTINGS, "--out", out, seeds=(1, 2))
    for process in processes:
        printed = output_of(process, 2)
        assert (
            "`--seed` must be the same in all processes; got 1 in process 0" in printed
        )
    assert not out.exists()


@pytest.mark.slow
def test_a_killed_process_ends_the_other_one(tmp_path):
    """Process 0 says so, and both can resume from a checkpoint."""
    out = tmp_path / "out"
    endless = [100000 if x == STEPS else x for x in SETTINGS]
    processes = both("train", *endless, "--out", out)
    wait_for_lines(out, 10, processes[0])
    processes[1].kill()
    processes[1].communicate()
    printed = output_of(processes[0], 2)
    assert "another process of this run has ended. Continue it in all" in printed
    assert "Traceback" not in printed
    assert "stack trace" not in printed
    assert list((out / "checkpoints").glob("[0-9]*"))


def test_an_error_of_the_first_process_is_raised(monkeypatch):
    def fails():
        raise OSError("no space")

    with pytest.raises(OSError, match="no space"):
        _processes.by_first(fails)
    monkeypatch.setattr(jax, "process_index", lambda: 1)
    _processes.by_first(fails)  # not called here


def test_connect_with_some_of_its_arguments_is_an_error():
    with pytest.raises(ValueError, match="given together, or none of them; got no in"):
        cj.sharding.connect("127.0.0.1:1", processes=2)
    with pytest.raises(ValueError, match="got no address and no index"):
        cj.sharding.connect(processes=2)
