"""`ctrnn-jax status`: read the progress of a run from its folder; change nothing."""

from collections.abc import Mapping, Sequence
import contextlib
import json
from pathlib import Path
import time
from typing import Any

from rich.console import Console

from ..._progress import duration, four_digits
from ..options import Status, Sweep
from ._earlier_run import EARLIER_RUN
from ._folder import (
    CHECKPOINTS,
    finite,
    has_earlier_run,
    HISTORY,
    HISTORY_TABLE,
    LOCK,
    MEMBERS_TABLE,
    NETWORK,
    NETWORKS,
    REPORT,
    SUMMARY,
)
from ._history import Line, read_lines
from ._progress import print_rows
from ._settings import config_of, kind_of, read_json, steps_of


_PHASES = {
    LOCK: "starting",
    HISTORY: "training",
    NETWORK: "testing",
    f"{NETWORKS}/*.safetensors": "testing",
    HISTORY_TABLE: "drawing pictures",
    MEMBERS_TABLE: "drawing pictures",
    SUMMARY: "writing report.html",
}
"""What a process does after it has written each file."""

_EARLIER = f"in {EARLIER_RUN} until the first update of this run"


def status(command: Status, console: Console) -> int:
    """Print the status of a run; return the exit status."""
    facts = status_of(command.folder)
    if command.json:
        console.print_json(json.dumps(finite(facts)))
        return 0
    left, members = facts["seconds_left"], facts["running_members"]
    loss, performance, total = facts["loss"], facts["performance"], facts["members"]
    of_members = f", mean of {total} networks" if (total or 0) > 1 else ""
    rows = {
        "task": facts["task"],
        "network": facts["network"],
        "state": _state_text(facts, command.folder),
        "updates": f"{facts['step']} of {facts['steps']}",
        "members": None if members is None else f"{members} of {facts['members']} run",
        "loss": None if loss is None else f"{four_digits(loss)}{of_members}",
        "performance": (
            None if performance is None else f"{performance:.3f}{of_members}"
        ),
        "updates/s": facts["updates_per_second"],
        "time left": None if left is None else f"at most {duration(left)}",
        "last checkpoint": facts["checkpoint"],
        "earlier run": _EARLIER if facts["earlier_run"] else None,
        "report": missing_report(command.folder, facts["state"]),
    }
    print_rows(console, rows)
    return 0


def status_of(folder: Path) -> dict[str, Any]:
    """Return the status of a run, read from its files.

    `state` is "running", "finished", "diverged", "interrupted" (by Ctrl-C, SIGTERM or
    SIGHUP) or "killed"; a running one has a `phase`. `earlier_run` is whether the run
    that this one replaces is still there. Raises `ValueError` for a folder that is not
    that of a run.
    """
    config = config_of(folder)
    sweep = kind_of(folder, config) is Sweep
    # in this order: a run that ends, or is resumed, between two of these is not killed
    process = _writer(folder / LOCK)
    summary = read_json(folder / SUMMARY)
    if process is None and summary is None:
        process = _writer(folder / LOCK)
    lines = read_lines(folder / HISTORY)
    stopped = None if summary is None else summary.get("stopped")
    state = stopped if stopped in ("diverged", "interrupted") else "finished"
    if process is not None or stopped is None:
        state = "killed" if process is None else "running"
    step = max((line["step"] for line in lines), default=0)
    num_running = sum(line["step"] == step for line in lines)
    rates = [x for x in (line.get("updates_per_second") for line in lines) if x]
    rate = rates[-1] if rates else None
    phase, phase_age = _phase(folder) if state == "running" else (None, None)
    is_training = phase == "training"
    history, age = folder / HISTORY, None
    with contextlib.suppress(FileNotFoundError):
        age = max(0.0, round(time.time() - history.stat().st_mtime, 1))
    steps = steps_of(folder, config)
    left = None
    if is_training and rate is not None and rate > 1e-6:
        left = round((steps - step) / rate, 1)
    return {
        "command": config["command"],
        "task": config.get("task"),
        "network": config.get("network"),
        "state": state,
        "phase": phase,
        "seconds_in_phase": phase_age,
        "stopped": stopped,
        "process": process,
        "step": step,
        "steps": steps,
        "members": len({line.get("member") for line in lines}) if sweep else None,
        "running_members": num_running if sweep and is_training else None,
        "loss": _mean(lines, "loss"),
        "performance": _mean(lines, "performance"),
        "updates_per_second": rate,
        "seconds_left": left,
        "seconds_since_line": age,
        "checkpoint": _last_checkpoint(folder / CHECKPOINTS),
        "earlier_run": has_earlier_run(folder),
        "report": (folder / REPORT).exists(),
    }


def missing_report(folder: Path, state: str) -> str | None:
    """Return how to write the report of a run that has ended without it.

    `None` if there is one, if the state is "running" or "killed", and for a share of a
    sweep, whose report is that of the sweep.
    """
    has_ended = state not in ("running", "killed")
    is_share = config_of(folder).get("share") is not None
    if not has_ended or is_share or (folder / REPORT).exists():
        return None
    return f"none; write it with: ctrnn-jax report {folder}"


def _state_text(facts: Mapping[str, Any], folder: Path) -> str:
    state = facts["state"]
    if state == "running":
        phase, time_in_phase = facts["phase"], duration(facts["seconds_in_phase"])
        text = f"{phase} for {time_in_phase}"
        if phase == "starting":
            text = f"starting, no update yet after {time_in_phase}"
        if phase == "training":
            text = f"training, last line {time_in_phase} ago"
        return f"running ({facts['process']}; {text})"
    if state == "finished" and facts["stopped"] != "finished":
        return f"finished ({ending(str(facts['stopped']))})"
    if state in ("killed", "interrupted") and facts["checkpoint"] is not None:
        return f"{state}; continue with: ctrnn-jax resume {folder}"
    if state == "killed":
        return "killed, without a checkpoint (--checkpoint-every); train it again"
    return state


def ending(stopped: object) -> str:
    """Return why training stopped, in words."""
    return "limit of updates" if stopped == "steps" else str(stopped)


def _phase(folder: Path) -> tuple[str, float]:
    """Return what the process of a run does, and for how many seconds.

    Files of an earlier part of the run are older than the lock of this process.
    """
    times = {0.0: "starting"}
    for name, phase in _PHASES.items():
        for path in folder.glob(name):
            with contextlib.suppress(FileNotFoundError):  # the run has removed it
                times[path.stat().st_mtime] = phase
    newest = max(times)
    return times[newest], max(0.0, round(time.time() - newest, 1))


def _mean(lines: Sequence[Line], name: str) -> float | None:
    """Return the mean over the networks of their last numbers in a column."""
    values = {
        line.get("member"): line[name] for line in lines if line.get(name) is not None
    }
    return sum(values.values()) / len(values) if values else None


def _last_checkpoint(folder: Path) -> int | None:
    """Return the step of the newest complete checkpoint.

    A checkpoint that is still being written has a longer name.
    """
    names: list[str] = []
    with contextlib.suppress(FileNotFoundError):
        names = [path.name for path in folder.iterdir() if path.is_dir()]
    return max((int(n) for n in names if n.isascii() and n.isdecimal()), default=None)


def _writer(path: Path) -> str | None:
    """Return the holder of the lock of a run; `None` if there is none or unknown."""
    try:
        import fcntl

        with open(path, "rb") as file:
            try:
                # a shared lock does not exclude other readers
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return file.read(1000).decode(errors="replace") or "another process"
    except (OSError, ModuleNotFoundError):  # no lock yet; Windows
        return None
    return None
