"""`ctrnn-jax status`: read the progress of a run from its folder; change nothing."""

from collections.abc import Mapping, Sequence
import json
from pathlib import Path
import time
from typing import Any

from rich.console import Console

from ..._progress import duration
from ..options import Status, Sweep
from ._earlier_run import EARLIER_RUN
from ._folder import CHECKPOINTS, finite, has_earlier_run, HISTORY, LOCK, SUMMARY
from ._history import Line, read_lines
from ._progress import print_rows
from ._settings import config_of, kind_of, read_json, steps_of


_EARLIER = f"in {EARLIER_RUN} until the first update of this run"


def status(command: Status, console: Console) -> int:
    """Print the status of a run; return the exit status."""
    facts = status_of(command.folder)
    if command.json:
        console.print_json(json.dumps(finite(facts)))
        return 0
    left, members = facts["seconds_left"], facts["running_members"]
    performance = facts["performance"]
    rows = {
        "task": facts["task"],
        "network": facts["network"],
        "state": _state_text(facts, command.folder),
        "step": f"{facts['step']} of {facts['steps']}",
        "members": None if members is None else f"{members} of {facts['members']} run",
        "loss": None if facts["loss"] is None else f"{facts['loss']:.4f}",
        "performance": None if performance is None else f"{performance:.3f}",
        "updates/s": facts["updates_per_second"],
        "time left": None if left is None else f"at most {duration(left)}",
        "last checkpoint": facts["checkpoint"],
        "earlier run": _EARLIER if facts["earlier_run"] else None,
    }
    print_rows(console, rows)
    return 0


def status_of(folder: Path) -> dict[str, Any]:
    """Return the status of a run, read from its files.

    `state` is "running", "finished", "diverged", "interrupted" (by Ctrl-C, SIGTERM or
    SIGHUP) or "killed". `earlier_run` is whether the run that this one replaces is
    still there. Raises `ValueError` for a folder that is not that of a run.
    """
    config = config_of(folder)
    sweep = kind_of(folder, config) is Sweep
    summary = read_json(folder / SUMMARY)
    lines = read_lines(folder / HISTORY)
    process = _writer(folder / LOCK)
    stopped = None if summary is None else summary.get("stopped")
    state = stopped if stopped in ("diverged", "interrupted") else "finished"
    if process is not None or stopped is None:
        state = "killed" if process is None else "running"
    step = max((line["step"] for line in lines), default=0)
    num_running = sum(line["step"] == step for line in lines)
    rate = _latest(lines, "updates_per_second")
    is_running = state == "running"
    history, age = folder / HISTORY, None
    if history.exists():
        age = max(0.0, round(time.time() - history.stat().st_mtime, 1))
    steps = steps_of(folder, config)
    left = None
    if is_running and rate is not None and rate > 1e-6:
        left = round((steps - step) / rate, 1)
    return {
        "command": config["command"],
        "task": config.get("task"),
        "network": config.get("network"),
        "state": state,
        "stopped": stopped,
        "process": process,
        "step": step,
        "steps": steps,
        "members": len({line.get("member") for line in lines}) if sweep else None,
        "running_members": num_running if sweep and is_running else None,
        "loss": _latest(lines, "loss"),
        "performance": _latest(lines, "performance"),
        "updates_per_second": rate,
        "seconds_left": left,
        "seconds_since_line": age,
        "checkpoint": _last_checkpoint(folder / CHECKPOINTS),
        "earlier_run": has_earlier_run(folder),
    }


def _state_text(facts: Mapping[str, Any], folder: Path) -> str:
    state = facts["state"]
    if state == "running":
        age = facts["seconds_since_line"]
        since = "no update yet" if age is None else f"last line {duration(age)} ago"
        return f"running ({facts['process']}; {since})"
    if state == "finished" and facts["stopped"] != "finished":
        return f"finished ({facts['stopped']})"
    if state in ("killed", "interrupted") and facts["checkpoint"] is not None:
        return f"{state}; continue with: ctrnn-jax resume {folder}"
    return state


def _latest(lines: Sequence[Line], name: str) -> float | None:
    """Return the mean of a column over the members, at its last step with a number."""
    having = [line for line in lines if line.get(name) is not None]
    step = max((line["step"] for line in having), default=0)
    values = [line[name] for line in having if line["step"] == step]
    return sum(values) / len(values) if values else None


def _last_checkpoint(folder: Path) -> int | None:
    """Return the step of the newest complete checkpoint.

    A checkpoint that is still being written has a longer name.
    """
    if not folder.is_dir():
        return None
    names = (path.name for path in folder.iterdir() if path.is_dir())
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
