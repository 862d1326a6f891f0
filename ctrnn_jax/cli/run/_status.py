"""`ctrnn-jax status`: how far a run is, read from its folder and nothing changed."""

from collections.abc import Mapping, Sequence
import json
from pathlib import Path
import time
from typing import Any

from rich.console import Console
from rich.table import Table

from ..._checks import invalid
from ..options import Status
from ._folder import CHECKPOINTS, CONFIG, finite, HISTORY, LOCK, SUMMARY
from ._history import Line, read_lines
from ._progress import duration
from ._settings import read_json


def status(given: Status, console: Console) -> int:
    """Print it; returns the exit status."""
    found = status_of(given.folder)
    if given.json:
        console.print_json(json.dumps(finite(found)))
        return 0
    table = Table(box=None, pad_edge=False, show_header=False)
    left, members = found["seconds_left"], found["running_members"]
    performance = found["performance"]
    rows = {
        "task": found["task"],
        "network": found["network"],
        "state": _told(found),
        "step": f"{found['step']} of {found['steps']}",
        "members": None if members is None else f"{members} of {found['members']} run",
        "loss": None if found["loss"] is None else f"{found['loss']:.4f}",
        "performance": None if performance is None else f"{performance:.3f}",
        "updates/s": found["updates_per_second"],
        "time left": None if left is None else f"at most {duration(left)}",
        "last checkpoint": found["checkpoint"],
    }
    for name, value in rows.items():
        if value is not None:
            table.add_row(name, str(value))
    console.print(table, highlight=False, markup=False)
    return 0


def status_of(folder: Path) -> dict[str, Any]:
    """What the files of a run say of it.

    `state` is "running", "finished", "diverged", "interrupted" (by Ctrl-C) or "killed".
    Raises `ValueError` for a folder that is no run's.
    """
    config = read_json(folder / CONFIG) if folder.is_dir() else None
    if config is None or config.get("command") not in ("train", "sweep"):
        raise invalid(
            "folder",
            "be the folder of a run",
            f"{folder}, which has no {CONFIG} of ctrnn-jax",
            "Name that which --out named.",
        )
    summary = read_json(folder / SUMMARY)
    lines = read_lines(folder / HISTORY)
    process = _writer(folder / LOCK)
    stopped = None if summary is None else summary.get("stopped")
    if process is not None:
        state = "running"
    elif stopped is None:
        state = "killed"
    else:
        state = stopped if stopped in ("diverged", "interrupted") else "finished"
    step = max((line["step"] for line in lines), default=0)
    here = [line for line in lines if line["step"] == step]
    rate = _last(lines, "updates_per_second")
    sweep = config["command"] == "sweep"
    left = None
    if state == "running" and rate:
        left = round((config["steps"] - step) / rate, 1)
    return {
        "command": config["command"],
        "task": config.get("task"),
        "network": config.get("network"),
        "state": state,
        "stopped": stopped,
        "process": process,
        "step": step,
        "steps": config["steps"],
        "members": len({line["member"] for line in lines}) if sweep else None,
        "running_members": len(here) if sweep and state == "running" else None,
        "loss": _mean(here, "loss"),
        "performance": _mean(_latest(lines, "performance"), "performance"),
        "updates_per_second": rate,
        "seconds_left": left,
        "seconds_since_line": _age(folder / HISTORY),
        "checkpoint": _last_checkpoint(folder / CHECKPOINTS),
    }


def _told(found: Mapping[str, Any]) -> str:
    state = found["state"]
    if state == "running":
        age = found["seconds_since_line"]
        since = "no update yet" if age is None else f"last heard {duration(age)} ago"
        return f"running ({found['process']}; {since})"
    if state == "finished" and found["stopped"] != "finished":
        return f"finished ({found['stopped']})"
    if state in ("killed", "interrupted") and found["checkpoint"] is not None:
        return f"{state}; go on with: ctrnn-jax resume"
    return state


def _latest(lines: Sequence[Line], name: str) -> list[Line]:
    """The lines of the last step that have a number there."""
    having = [line for line in lines if line.get(name) is not None]
    step = max((line["step"] for line in having), default=0)
    return [line for line in having if line["step"] == step]


def _mean(lines: Sequence[Line], name: str) -> float | None:
    values = [line[name] for line in lines if line.get(name) is not None]
    return sum(values) / len(values) if values else None


def _last(lines: Sequence[Line], name: str) -> Any:
    return next((x[name] for x in reversed(lines) if x.get(name) is not None), None)


def _age(path: Path) -> float | None:
    try:
        return max(0.0, round(time.time() - path.stat().st_mtime, 1))
    except FileNotFoundError:
        return None


def _last_checkpoint(folder: Path) -> int | None:
    """The newest complete one; those under way have longer names."""
    if not folder.is_dir():
        return None
    names = (path.name for path in folder.iterdir() if path.is_dir())
    return max((int(n) for n in names if n.isascii() and n.isdecimal()), default=None)


def _writer(path: Path) -> str | None:
    """Who has the lock of a run; `None` if nobody, or if that cannot be known."""
    try:
        import fcntl

        with open(path, "rb") as file:
            try:
                # shared, and only for a moment: it keeps no other reader out
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return file.read(1000).decode(errors="replace") or "another process"
    except (OSError, ModuleNotFoundError):  # no lock yet; Windows
        return None
    return None
