"""Run commands, in this process or in a new one, on networks of 10 units."""

import json
import os
import socket
import subprocess
import sys
import time

from matplotlib.image import imread

from ctrnn_jax.cli import _main
from ctrnn_jax.cli.run import _pictures


TASK = "perceptual_decision"
SMALL = ["--hidden", "10", "--batch-size", "2", "--validation-size", "11"]
TRAIN = [
    "train", TASK, "--steps", "20", "--validate-every", "5", "--seed", "3", "--no-stop",
    "--checkpoint-every", "5", *SMALL,
]  # fmt: skip
"""The arguments of the run that tests share, without its folder."""

WITHOUT_PICTURES = """
import signal, sys, types
# a shell lets programs in the background ignore Ctrl-C
signal.signal(signal.SIGINT, signal.default_int_handler)
nothing = types.SimpleNamespace(draw_all=lambda *arguments: None)
sys.modules["ctrnn_jax.cli.run._pictures"] = nothing
from ctrnn_jax.cli import _main, main
_main._write_report = lambda *arguments: None
main()
"""
"""A program for `start`: pictures take half of the time of a short run."""

PAUSING = WITHOUT_PICTURES.replace(
    "main()\n",
    """
import os, pathlib, time
from ctrnn_jax.cli.run import _history
add, step = _history.Log.add, int(os.environ["PAUSE_AT"])
def add_and_pause(self, state):
    add(self, state)
    for _ in range(60_000):
        if state.step < step or pathlib.Path(os.environ["CONTINUE"]).exists():
            break
        time.sleep(0.01)
_history.Log.add = add_and_pause
main()
""",
)
"""A program for `start` that pauses after the update `PAUSE_AT`, until there is a file
`CONTINUE`: on a machine of any speed, training does not end before the test sends its
signal."""

LIMIT = 900
"""Seconds after which a process, or a file that it writes, is missing: on a slow and
loaded machine, a process that takes ten seconds elsewhere takes minutes."""

MEASURED = ("seconds", "updates_per_second")

IGNORED = {
    "PYTHONWARNINGS": ",".join(
        f"ignore:Error {what} persistent compilation cache entry:UserWarning"
        for what in ("reading", "writing")
    )
}
"""An entry of the cache that the tests share is incomplete while another process writes
it, and remains so if that process is killed."""

STARTED = []
"""The processes that the running test started."""

_RESERVED = []
"""The sockets of `free_port`."""


def ctrnn_jax(*arguments):
    """Run a command in this process; return its exit status."""
    return _main.run([str(a) for a in arguments])


def draw_nothing(patch):
    """Let commands in this process draw no pictures, which take most of their time."""
    patch.setattr(_main, "_write_report", lambda *arguments: None)
    for name in ("draw_all", "draw_spread"):
        patch.setattr(_pictures, name, lambda *arguments, **options: None)


def start(*arguments, program=None, **environment):
    """Start a command, or a program, in a new process, in float32 by default.

    A variable of the environment that is `None` is not passed on.
    """
    settings = os.environ | {"JAX_PLATFORMS": "cpu", **IGNORED, **environment}
    settings = {name: value for name, value in settings.items() if value is not None}
    command = ["-m", "ctrnn_jax"] if program is None else ["-c", program]
    process = subprocess.Popen(
        [sys.executable, *command, *map(str, arguments)],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=settings,
    )  # fmt: skip
    STARTED.append(process)
    return process


def free_port():
    """Return a port for process 0 of several; no other program gets it in this test.

    The coordinator of JAX can bind it beside this socket, which does not listen.
    """
    reserved = socket.socket()
    if hasattr(socket, "SO_REUSEPORT"):
        reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    reserved.bind(("127.0.0.1", 0))
    _RESERVED.append(reserved)
    return reserved.getsockname()[1]


def end_started():
    """End the processes that a failed test left, which would disturb later tests."""
    while _RESERVED:
        _RESERVED.pop().close()
    while STARTED:
        process = STARTED.pop()
        process.kill()  # nothing if it has ended
        process.wait()
        process.stdout.close()


def output_of(process, status=0):
    """Wait until a process ends; return its output. Check the exit status."""
    output, _ = process.communicate(timeout=LIMIT)
    assert process.returncode == status, output
    return output


def wait_for_lines(folder, number, process):
    """Wait until the history has at least this number of lines."""
    history, deadline = folder / "history.jsonl", time.monotonic() + LIMIT
    while not (history.exists() and history.read_text().count("\n") >= number):
        assert process.poll() is None, process.communicate()[0]
        assert time.monotonic() < deadline
        time.sleep(0.02)


def lines(folder, *, measured=False):
    """Return the lines of the history, by default without the measured times.

    The measured times differ between two runs with the same settings.
    """
    texts = (folder / "history.jsonl").read_text().splitlines()
    ignored = () if measured else MEASURED
    return [
        {name: value for name, value in json.loads(text).items() if name not in ignored}
        for text in texts
    ]


def read(path):
    """Return the content of a JSON file."""
    return json.loads(path.read_text())


def check_pictures(folder):
    """Check that no picture of a folder is tiny or blank."""
    for path in folder.glob("*.png"):
        pixels = imread(path)
        assert min(pixels.shape[:2]) > 300
        assert pixels.std() > 0.02
