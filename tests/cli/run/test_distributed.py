"""Several processes that train one network: process 0 writes the same network."""

from pathlib import Path
import signal
import socket

from cli.commands import (
    ctrnn_jax,
    lines,
    output_of,
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
from ctrnn_jax.cli.run import _processes


STEPS, EVERY = 200, 5
SETTINGS = [
    TASK, "--no-stop", "--steps", STEPS, "--validate-every", EVERY,
    "--checkpoint-every", 15, *SMALL,
]  # fmt: skip

DOUBLE = {"JAX_ENABLE_X64": "1"}
"""Sums in another order differ in float32 after hundreds of updates."""


def both(*command):
    """Start two processes on this machine that run one command together."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    flags = ["--distributed", "--coordinator", f"127.0.0.1:{port}", "--processes", 2]
    flags.append("--process-index")
    return [
        start(*command, *flags, index, program=WITHOUT_PICTURES, **DOUBLE)
        for index in (0, 1)
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

    killed = both("train", *SETTINGS, "--out", part)
    wait_for_lines(part, 10, killed[0])
    for process in killed:
        process.kill()
        process.communicate()
    killed_at = len(lines(part))
    interrupted = both("resume", part)
    wait_for_lines(part, killed_at + 5, interrupted[0])
    interrupted[1].send_signal(signal.SIGINT)  # a signal to one process ends both
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
