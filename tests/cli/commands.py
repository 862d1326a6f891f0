"""Commands run here or in processes of their own, on networks of 10 units."""

import json
import os
import subprocess
import sys
import time

from ctrnn_jax.cli import _main


TASK = "perceptual_decision"
SMALL = ["--hidden", "10", "--batch-size", "2", "--validation-size", "11"]
MEASURED = ("seconds", "updates_per_second")


def ctrnn_jax(*arguments):
    """The exit status, in this process."""
    return _main.run([str(a) for a in arguments])


def start(*arguments, program=None, **environment):
    """A process of its own, in float32."""
    settings = os.environ | {"JAX_PLATFORMS": "cpu", **environment}
    command = ["-m", "ctrnn_jax"] if program is None else ["-c", program]
    return subprocess.Popen(
        [sys.executable, *command, *map(str, arguments)],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=settings,
    )  # fmt: skip


def said(process, status=0):
    """What a process said until its end."""
    text, _ = process.communicate(timeout=240)
    assert process.returncode == status, text
    return text


def wait_for_lines(folder, number, process):
    """Until the history has so many lines."""
    history, deadline = folder / "history.jsonl", time.monotonic() + 240
    while not (history.exists() and history.read_text().count("\n") >= number):
        assert process.poll() is None, process.communicate()[0]
        assert time.monotonic() < deadline
        time.sleep(0.02)


def lines(folder, *, measured=False):
    """The lines of the history, without what differs between two equal runs."""
    found = [json.loads(x) for x in (folder / "history.jsonl").read_text().splitlines()]
    drop = () if measured else MEASURED
    return [{k: v for k, v in line.items() if k not in drop} for line in found]


def read(path):
    return json.loads(path.read_text())
