"""Read the files of a run, or of a part of it, and list what is missing or damaged."""

from collections.abc import Callable, Mapping, Sequence
import csv
import dataclasses
from pathlib import Path
from typing import TypeVar

import numpy as np

from ..options import Sweep
from ..run import (
    config_of,
    HISTORY,
    HISTORY_TABLE,
    kind_of,
    MEMBERS,
    members_in,
    NETWORK,
    read_json,
    read_lines,
    status_of,
    SUMMARY,
)


T = TypeVar("T")

Line = Mapping[str, float | int | None]
"""A line of history.jsonl."""


@dataclasses.dataclass(frozen=True)
class RunFiles:
    """The files of a run, except its networks.

    `status` is that of `ctrnn-jax status`, `members` are the networks of a sweep by
    number, and `losses` are those of all updates of a single network. A file that is
    missing or damaged is empty here and named in `problems`.
    """

    folder: Path
    name: str
    is_sweep: bool
    config: Mapping[str, object]
    status: Mapping[str, object]
    summary: Mapping[str, object]
    lines: Sequence[Line]
    members: Mapping[str, Mapping[str, object]]
    losses: np.ndarray
    problems: tuple[str, ...]

    @property
    def task(self) -> str:
        """The name of the task."""
        return str(self.config.get("task"))

    @property
    def all_losses(self) -> np.ndarray:
        """The loss of each update; none if the table is that of a part of the run."""
        last = self.lines[-1]["step"] if self.lines else 0
        is_whole = len(self.losses) == self.summary.get("steps", last)
        return self.losses if is_whole and (self.losses > 0).any() else np.zeros(0)

    @property
    def best_member(self) -> int | None:
        """The number of the best network of a sweep; `None` if no network is known."""
        best = self.summary.get("best_member")
        return best if isinstance(best, int) and str(best) in self.members else None

    @property
    def analyses(self) -> Path:
        """The folder of the analyses of the network; of a sweep, of its best one."""
        place = self.folder / "analysis"
        return place if self.best_member is None else place / f"{self.best_member:03d}"


def name_of(folder: Path) -> str:
    """Return the name of a folder as text that can be written as UTF-8."""
    name = folder.resolve().name or str(folder.resolve())
    return name.encode(errors="replace").decode()


def read_run(folder: Path) -> RunFiles:
    """Read the files of a run; raise `ValueError` for any other folder.

    The folder must have a config.json that can be read. All other files may be missing
    or damaged.
    """
    config = config_of(folder)
    is_sweep = kind_of(folder, config) is Sweep
    name, problems = name_of(folder), list[str]()

    def read(what: Callable[[], T], default: T) -> T:
        try:
            return what()
        except (ValueError, OSError) as error:
            problems.append(_without_folder(error, folder))
            return default

    summary = read(lambda: read_json(folder / SUMMARY), {}) or {}
    lines = read(lambda: read_lines(folder / HISTORY), [])
    losses = read(lambda: _losses_in(folder / HISTORY_TABLE), np.zeros(0))
    status = {} if problems else read(lambda: status_of(folder), {})
    if (stopped := summary.get("stopped")) is not None:
        # this process may still have the lock of a run that has ended
        is_named = stopped in ("diverged", "interrupted")
        status |= {"state": stopped if is_named else "finished"}
    members: Mapping[str, Mapping[str, object]] = {}
    if is_sweep and (folder / MEMBERS).exists():
        members = read(lambda: members_in(folder / MEMBERS), {})
    network = MEMBERS if is_sweep else NETWORK
    problems.extend(_missing(folder, name, status, network, has_lines=bool(lines)))
    num_lines = read(lambda: _num_lines(folder / HISTORY), len(lines))
    if num_lines > len(lines):
        damaged = f"{num_lines - len(lines)} of {num_lines} lines of {HISTORY}"
        problems.append(f"{damaged} could not be read.")
    files = (config, status, summary, lines, members, losses)
    return RunFiles(folder, name, is_sweep, *files, tuple(problems))


def _losses_in(path: Path) -> np.ndarray:
    """Return the loss of each update in history.csv; NaN for an empty field.

    There are none without the file. Raises `ValueError` for another file.
    """
    if not path.exists():
        return np.zeros(0)
    try:
        with path.open(newline="", errors="replace") as file:
            texts = [row["loss"] for row in csv.DictReader(file)]
        return np.asarray([float(text or "nan") for text in texts])
    except (ValueError, KeyError, csv.Error) as error:
        raise ValueError(f"{path} is damaged: {error}.") from error


def _without_folder(error: Exception, folder: Path) -> str:
    """Return the text of an error, with names of files in place of their paths."""
    return str(error).replace(f"{folder}/", "")


def _num_lines(path: Path) -> int:
    """Return the number of lines of a file, complete or not."""
    if not path.exists():
        return 0
    texts = path.read_text(errors="replace").splitlines()
    return sum(bool(text.strip()) for text in texts)


def _missing(
    folder: Path,
    name: str,
    status: Mapping[str, object],
    network: str,
    *,
    has_lines: bool,
) -> list[str]:
    """Say how far the run has got, if it has not ended, and which files are missing."""
    texts, state = [], status.get("state")
    of_steps = f"update {status.get('step')} of {status.get('steps')}"
    if state == "running":
        texts.append(f"The run is in progress, at {of_steps}.")
    elif state in ("killed", "interrupted"):
        remedy = f"Continue it with: ctrnn-jax resume {name}"
        if status.get("checkpoint") is None:
            remedy = "It has no checkpoint, so it cannot be continued"
        texts.append(f"The run was {state} at {of_steps}. {remedy}.")
    if not has_lines:
        texts.append(f"{HISTORY} has no lines, so there are no learning curves.")
    for file in (network, SUMMARY):
        if not (folder / file).exists():
            texts.append(f"{file} is missing. It is written when the run ends.")
    return texts
