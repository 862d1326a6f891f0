"""Signals and closed output: a command saves what it has trained."""

import contextlib
import errno
import io
import signal
import sys

from cli.commands import (
    ctrnn_jax,
    draw_nothing,
    LIMIT,
    lines,
    output_of,
    read,
    SMALL,
    start,
    TASK,
    TRAIN,
    wait_for_lines,
    WITHOUT_PICTURES,
)
import jax
from jax.experimental import multihost_utils
import numpy as np
import pytest

from ctrnn_jax.cli.output import console as console_of_process
from ctrnn_jax.cli.run import _folder, _history, _processes, _status, _train


SIGNALS = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGHUP: 129}
"""Each signal with the exit status of a command that it ends."""


@pytest.fixture(autouse=True)
def _none_ignored():
    """Ignore no signal, as in a terminal; in the background of a script SIGINT is."""
    before = {number: signal.getsignal(number) for number in SIGNALS}
    for number in SIGNALS:
        signal.signal(number, signal.default_int_handler)
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_ends_after_the_current_updates_and_a_second_one_at_once(number):
    before, said = signal.getsignal(number), []
    with _processes.Interrupt(said.append) as interrupt:
        assert not interrupt.requested()
        signal.raise_signal(number)
        assert interrupt.requested()
        assert interrupt.status == SIGNALS[number]
        if number == signal.SIGINT:
            assert "press Ctrl-C again to end at once" in said[0]
        else:
            assert f"{number.name} was received; a second ends at once" in said[0]
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(number) is before
    assert len(said) == 1


def test_a_signal_during_the_exchange_between_processes_ends_after_the_next(
    monkeypatch,
):
    """It was once overwritten by what the processes had agreed on."""
    monkeypatch.setattr(jax, "process_count", lambda: 2)
    sent = []

    def gather(number):
        if not sent:
            signal.raise_signal(signal.SIGTERM)
        sent.append(int(number))
        return np.array([0, number])  # process 0 has no signal

    monkeypatch.setattr(multihost_utils, "process_allgather", gather)
    with _processes.Interrupt(lambda text: None) as interrupt:
        assert not interrupt.requested()
        assert interrupt.requested()
        assert interrupt.status == SIGNALS[signal.SIGTERM]
    assert sent == [0, signal.SIGTERM]


def test_a_signal_of_another_process_ends_this_one(monkeypatch):
    """The signal of this process that may follow, of one terminal, is its first."""
    monkeypatch.setattr(jax, "process_count", lambda: 2)
    others = np.array([0, signal.SIGINT])
    monkeypatch.setattr(multihost_utils, "process_allgather", lambda number: others)
    with _processes.Interrupt(lambda text: None) as interrupt:
        assert interrupt.requested()
        assert interrupt.status == SIGNALS[signal.SIGINT]
        signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_before_the_first_updates_ends_at_once(number):
    """There is nothing to save."""
    with _processes.Interrupt(pytest.fail) as interrupt:
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(number)
        assert interrupt.status == SIGNALS[number]


def test_signals_that_are_ignored_stay_ignored():
    """As SIGHUP under nohup."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    with _processes.Interrupt(pytest.fail) as interrupt:
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
        signal.raise_signal(signal.SIGHUP)
        assert not interrupt.requested()
    assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN


def test_handlers_that_are_not_of_python_become_the_default(monkeypatch):
    """The runtime of JAX has one for SIGTERM in distributed runs."""
    installed = []
    monkeypatch.setattr(signal, "signal", lambda *both: installed.append(both))
    with _processes.Interrupt(pytest.fail):
        pass
    assert installed[-3:] == [(number, signal.SIG_DFL) for number in SIGNALS]


def signal_at(patch, number, step):
    """Send a signal to this process while it logs a report of training."""
    add = _history.Log.add

    def add_and_signal(self, state):
        if state.step == step:
            signal.raise_signal(number)
        add(self, state)

    patch.setattr(_history.Log, "add", add_and_signal)


@pytest.mark.parametrize(
    "number",
    [signal.SIGTERM, *(pytest.param(n, marks=pytest.mark.slow) for n in SIGNALS)],
)
def test_a_run_that_a_signal_ended_is_saved_and_resumed_to_the_byte(
    trained, tmp_path, monkeypatch, capfd, number
):
    draw_nothing(monkeypatch)
    with monkeypatch.context() as patch:
        signal_at(patch, number, 10)
        assert ctrnn_jax(*TRAIN, "--out", tmp_path) == SIGNALS[number]
    assert "Interrupted after 10 updates" in capfd.readouterr().out
    summary = read(tmp_path / "summary.json")
    assert (summary["stopped"], summary["steps"]) == ("interrupted", 10)
    assert (tmp_path / "network.safetensors").exists()
    status = _status.status_of(tmp_path)
    assert (status["state"], status["checkpoint"]) == ("interrupted", 10)
    assert ctrnn_jax("resume", tmp_path) == 0
    name = "network.safetensors"
    assert (tmp_path / name).read_bytes() == (trained / name).read_bytes()
    assert lines(tmp_path) == lines(trained)


@pytest.mark.parametrize("place", ["before", "after"])
def test_a_signal_while_the_first_lines_are_written_loses_no_result(
    trained, tmp_path, monkeypatch, place
):
    """The run that it ended was once removed, as if it had not begun."""
    draw_nothing(monkeypatch)
    begin, calls = _folder.RunFolder.begin, []

    def begin_and_signal(self):
        calls.append(place)
        if len(calls) > 1 or place == "after":
            begin(self)
        if len(calls) == 1:
            signal.raise_signal(signal.SIGTERM)

    out = tmp_path / "out"
    with monkeypatch.context() as patch:
        patch.setattr(_folder.RunFolder, "begin", begin_and_signal)
        assert ctrnn_jax(*TRAIN, "--out", out) == 143
    summary = read(out / "summary.json")
    assert (summary["stopped"], summary["steps"]) == ("interrupted", 5)
    assert ctrnn_jax("resume", out) == 0
    name = "network.safetensors"
    assert (out / name).read_bytes() == (trained / name).read_bytes()
    assert lines(out) == lines(trained)


def test_lines_of_an_interrupted_write_are_not_written_twice(tmp_path, monkeypatch):
    """A second Ctrl-C may come after the write, before it is noted."""
    file = _history.HistoryFile(tmp_path / "history.jsonl", after=1)
    file.begin()

    @contextlib.contextmanager
    def open_and_interrupt(*arguments, **options):
        with open(*arguments, **options) as written:
            yield written
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(_history, "open", open_and_interrupt, raising=False)
        with pytest.raises(KeyboardInterrupt):
            file.add([{"step": 1}])
    file.begin()
    file.add([{"step": 2}])
    assert lines(tmp_path) == [{"step": 1}, {"step": 2}]


def test_a_signal_at_the_end_of_training_changes_no_result(
    trained, tmp_path, monkeypatch
):
    draw_nothing(monkeypatch)
    signal_at(monkeypatch, signal.SIGTERM, 20)
    assert ctrnn_jax(*TRAIN, "--out", tmp_path) == 0
    assert read(tmp_path / "summary.json")["stopped"] == "steps"
    name = "network.safetensors"
    assert (tmp_path / name).read_bytes() == (trained / name).read_bytes()


def test_two_signals_while_the_last_files_are_written_end_at_once(
    tmp_path, monkeypatch, capfd
):
    def finish(*arguments):
        signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGTERM)

    with monkeypatch.context() as patch:
        patch.setattr(_train, "finish", finish)
        assert ctrnn_jax(*TRAIN, "--out", tmp_path) == 143
    printed = capfd.readouterr().out
    assert "SIGTERM was received; a second ends at once" in printed
    assert "Interrupted before all files were written." in printed
    assert _status.status_of(tmp_path)["state"] == "killed"
    draw_nothing(monkeypatch)
    assert ctrnn_jax("resume", tmp_path) == 0


class Stream(io.StringIO):
    """A stream that fails after some writes."""

    def __init__(self, code, writes=3):
        super().__init__()
        self.code, self.left = code, writes

    def write(self, text):
        self.left -= 1
        if self.left < 0:
            raise OSError(self.code, "")
        return super().write(text)

    def flush(self):
        if self.left < 0:
            raise OSError(self.code, "")


@pytest.mark.parametrize(
    "code",
    [
        errno.EPIPE,
        *(pytest.param(n, marks=pytest.mark.slow) for n in (errno.ENOSPC, errno.EIO)),
    ],
)
def test_output_that_cannot_be_written_does_not_end_training(
    trained, tmp_path, monkeypatch, code
):
    draw_nothing(monkeypatch)
    stream = Stream(code)
    monkeypatch.setattr(sys, "stdout", stream)
    assert ctrnn_jax(*TRAIN, "--out", tmp_path) == 0
    assert stream.left < 0
    assert lines(tmp_path) == lines(trained)
    assert (tmp_path / "summary.json").exists()


def test_a_stream_that_is_closed_or_in_use_is_no_error(monkeypatch):
    class InUse(Stream):
        def write(self, text):
            if self.left:
                raise RuntimeError("reentrant call")
            return io.StringIO.write(self, text)

    stream = InUse(errno.EPIPE)
    monkeypatch.setattr(sys, "stdout", stream)
    console = console_of_process()
    console.print("from a signal handler")
    stream.left = 0
    console.print("afterwards")
    assert stream.getvalue() == "afterwards\n"
    stream.close()
    console.print("lost")
    monkeypatch.setattr(sys, "stdout", None)
    console_of_process().print("lost")


ENDLESS = ["train", TASK, "--no-stop", "--steps", 1_000_000, "--validate-every", 10]


@pytest.mark.slow
@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_to_a_process_ends_training_and_saves_all_files(tmp_path, number):
    """A terminal sends SIGINT and SIGHUP, a batch system SIGTERM."""
    folder = tmp_path / "out"
    process = start(
        *ENDLESS, "--checkpoint-every", 100, "--out", folder, *SMALL,
        program=WITHOUT_PICTURES,
    )  # fmt: skip
    wait_for_lines(folder, 2, process)
    process.send_signal(number)
    output = output_of(process, SIGNALS[number])
    assert "ending after the current updates" in output
    assert "Interrupted after" in output
    step = read(folder / "summary.json")["steps"]
    assert step == lines(folder)[-1]["step"]
    assert (folder / "checkpoints" / str(step)).is_dir()
    assert (folder / "network.safetensors").exists()


NOHUP = (
    f"import signal\nsignal.signal(signal.SIGHUP, signal.SIG_IGN)\n{WITHOUT_PICTURES}"
)


@pytest.mark.slow
def test_a_process_under_nohup_ignores_the_end_of_its_terminal(tmp_path):
    folder = tmp_path / "out"
    process = start(*ENDLESS, "--out", folder, *SMALL, program=NOHUP)
    wait_for_lines(folder, 2, process)
    process.send_signal(signal.SIGHUP)
    wait_for_lines(folder, len(lines(folder)) + 5, process)
    process.send_signal(signal.SIGTERM)
    assert "SIGHUP" not in output_of(process, 143)


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [[], ["--checkpoint-every", 10]])
def test_a_closed_pipe_does_not_end_training(tmp_path, arguments):
    """As in `ctrnn-jax train ... 2>&1 | head -1`."""
    folder = tmp_path / "out"
    process = start(
        "train", TASK, "--no-stop", "--steps", 300, "--validate-every", 10, "--out",
        folder, *SMALL, *arguments, program=WITHOUT_PICTURES,
    )  # fmt: skip
    assert process.stdout is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.wait(timeout=LIMIT) == 0
    assert read(folder / "summary.json")["steps"] == 300
    assert (folder / "network.safetensors").exists()
