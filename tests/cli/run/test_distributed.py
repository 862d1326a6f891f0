"""Several processes that train one network: one writes, and it is the same network."""

import signal
import socket

from cli.commands import lines, read, said, start, TASK, wait_for_lines
import jax
import numpy as np
import pytest

import ctrnn_jax as cj
from ctrnn_jax.cli.run import _processes


STEPS = 600
SETTINGS = [
    TASK, "--no-stop", "--steps", STEPS, "--validate-every", 10, "--hidden", 10,
    "--batch-size", 4, "--validation-size", 11, "--checkpoint-every", 30,
]  # fmt: skip

DOUBLE = {"JAX_ENABLE_X64": "1"}
"""Or sums in another order would tell after hundreds of updates."""


def both(*command):
    """Two processes on this machine that run one command together."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    flags = ["--distributed", "--coordinator", f"127.0.0.1:{port}", "--processes", 2]
    return [
        start(*command, *flags, "--process-index", index, **DOUBLE) for index in (0, 1)
    ]


def test_two_processes_train_the_network_of_one_even_if_they_are_killed(tmp_path):
    one, whole, part = (tmp_path / name for name in ("one", "whole", "part"))
    alone = start("train", *SETTINGS, "--out", one, **DOUBLE)
    together = both("train", *SETTINGS, "--out", whole)
    said(alone)
    first, second = (said(process) for process in together)
    assert "written to" in first
    spoken = [line for line in second.splitlines() if not line.startswith("[Gloo]")]
    assert spoken == []  # it neither speaks nor writes
    assert {p.name for p in whole.iterdir()} == {p.name for p in one.iterdir()}
    a, b = (cj.load(f / "network.safetensors") for f in (one, whole))
    for x, y in zip(jax.tree.leaves(a.raw), jax.tree.leaves(b.raw), strict=True):
        np.testing.assert_allclose(x, y, rtol=1e-6, atol=1e-6)
    assert read(whole / "config.json")["machine"]["processes"] == 2

    killed = both("train", *SETTINGS, "--out", part)
    wait_for_lines(part, 15, killed[0])
    for process in killed:
        process.kill()
        process.communicate()
    killed_at = len(lines(part))
    interrupted = both("resume", part)
    wait_for_lines(part, killed_at + 5, interrupted[0])
    interrupted[1].send_signal(signal.SIGINT)  # one is asked, both end
    for process in interrupted:
        said(process, 130)
    assert read(part / "summary.json")["stopped"] == "interrupted"
    assert killed_at < len(lines(part)) < STEPS // 10
    for process in both("resume", part):
        said(process)
    name = "network.safetensors"
    assert (part / name).read_bytes() == (whole / name).read_bytes()
    assert lines(part) == lines(whole)


def test_refusals_are_those_of_all_processes(tmp_path):
    """A folder in use, which only the first looks at, ends the other one too."""
    (tmp_path / "file").write_text("mine")
    processes = both("train", *SETTINGS, "--out", tmp_path)
    first, second = (said(process, 2) for process in processes)
    assert "must be a new or empty folder" in first
    assert "Process 0 refused" in second


def test_trials_must_divide(monkeypatch):
    monkeypatch.setattr(jax, "device_count", lambda: 4)
    _processes.check_batch(8)
    with pytest.raises(ValueError, match="multiple of the 4 devices"):
        _processes.check_batch(5)


def test_without_a_cluster_the_address_must_be_given(tmp_path):
    out = tmp_path / "out"
    process = start("train", *SETTINGS, "--distributed", "--out", out)
    assert "No cluster environment was detected" in said(process, 2)
    assert not out.exists()


def test_connect_refuses_half_an_address():
    with pytest.raises(ValueError, match="given together, or none of them; got no in"):
        cj.sharding.connect("127.0.0.1:1", processes=2)
    with pytest.raises(ValueError, match="got no address and no index"):
        cj.sharding.connect(processes=2)
