"""history.jsonl: one line of plain numbers for each report of training."""

from collections.abc import Mapping, Sequence
import json
from pathlib import Path
import time
from typing import Any

import numpy as np

from ...network import AbstractNetwork, effective
from ...tasks import AbstractTask
from ...training import History
from ._folder import finite


Line = dict[str, Any]
_MEASURED = ("seconds", "updates_per_second")
"""The columns that differ between two runs with the same settings."""


class HistoryFile:
    """A file to which lines are appended without buffering.

    If the disk is full, lines stay in memory and are written with the next ones;
    `failure` is the error of the last attempt.
    """

    def __init__(self, path: Path, *, after: int | None = None) -> None:
        """`after=None` starts a new file; else lines after that step are removed."""
        self._path = path
        self._after = after
        self._begun = False
        self._waiting = b""
        self._size = 0
        self.failure: OSError | None = None

    def begin(self) -> Line | None:
        """Open the file; return the last line of an earlier part, if any."""
        if self._begun:
            return None
        self._begun = True
        lines = [] if self._after is None else read_lines(self._path)
        earlier = [line for line in lines if line["step"] <= (self._after or 0)]
        is_intact = len(earlier) == len(lines) and self._ends_with_newline()
        if self._after is None or not is_intact:
            self._path.write_bytes(b"".join(_encoded(line) for line in earlier))
        self._size = self._path.stat().st_size
        return earlier[-1] if earlier else None

    def _ends_with_newline(self) -> bool:
        return self._path.exists() and self._path.read_bytes()[-1:] in (b"", b"\n")

    def add(self, lines: Sequence[Line]) -> None:
        """Append lines."""
        self._waiting += b"".join(_encoded(line) for line in lines)
        try:
            with open(self._path, "ab", buffering=0) as file:
                try:
                    view = memoryview(self._waiting)
                    while view:
                        view = view[file.write(view) :]
                except OSError:
                    file.truncate(self._size)  # leave no partial line
                    raise
                self._size += len(self._waiting)
        except OSError as error:
            self.failure = error
            return
        self._waiting, self.failure = b"", None


def _encoded(line: Line) -> bytes:
    return (json.dumps(finite(line)) + "\n").encode()


def read_lines(path: Path) -> list[Line]:
    """Read the lines of a history; a partial line of a killed process is skipped."""
    try:
        text = path.read_text(errors="replace")
    except FileNotFoundError:
        return []
    lines = []
    for line in text.splitlines():
        try:
            content = json.loads(line)
        except ValueError:
            continue
        if isinstance(content, dict) and isinstance(content.get("step"), int):
            lines.append(content)
    return lines


class Stopwatch:
    """Seconds of training, summed over all parts of a run, and updates per second."""

    def __init__(self) -> None:
        """Start at zero."""
        self._begun = time.perf_counter()
        self._last: tuple[float, int] | None = None

    def add(self, seconds: float) -> None:
        """Add the seconds of earlier parts of the run."""
        self._begun -= seconds

    def read(self, step: int) -> dict[str, float | None]:
        """Return the columns of a line.

        The first rate is `None`, since it would include the time of compiling.
        """
        now, rate = time.perf_counter() - self._begun, None
        if self._last is not None and now > self._last[0]:
            rate = round((step - self._last[1]) / (now - self._last[0]), 3)
        self._last = (now, step)
        return dict(zip(_MEASURED, (round(now, 3), rate), strict=True))


def line_of(
    history: History, since: int, step: int, *, spectral_radius: float | None
) -> Line:
    """Return the line for the updates after `since` up to `step`.

    Losses and gradient norm are means over these updates.
    """
    validations = np.flatnonzero(history.validation_step == step)

    def mean(values: np.ndarray) -> float | None:
        return float(np.mean(values[since:step])) if step > since else None

    def at_step(values: np.ndarray) -> float | None:
        return float(values[validations[-1]]) if len(validations) else None

    return {
        "step": step,
        "loss": mean(history.loss),
        **{f"loss.{name}": mean(values) for name, values in history.terms.items()},
        "gradient_norm": mean(history.gradient_norm),
        "performance": at_step(history.performance),
        "validation_loss": at_step(history.validation_loss),
        "spectral_radius": spectral_radius,
    }


def spectral_radius_of(net: AbstractNetwork) -> float | None:
    """Return the spectral radius of W_hid; `None` if a weight is not finite."""
    weights = np.asarray(effective(net).w_hid)
    if not np.all(np.isfinite(weights)):
        return None
    return float(np.max(np.abs(np.linalg.eigvals(weights))))


def radius_every(
    net: AbstractNetwork, task: AbstractTask, batch_size: int, validate_every: int
) -> int:
    """Return the number of updates between two reports of the spectral radius.

    It is a multiple of `validate_every`, chosen so that eigenvalues take at most about
    2 % of the time. Operations are counted rather than timed, so that a repeated run
    has the same lines: eigenvalues take about 25 n^3 operations, at a fifth of the
    speed of the 6 n^2 operations of each step of each trial.
    """
    eigenvalue_cost = 5 * 25 * net.n_hidden**3
    update_cost = validate_every * batch_size * task.n_steps * 6 * net.n_hidden**2
    return validate_every * max(1, -(-eigenvalue_cost * 50 // update_cost))


def progress_texts(line: Mapping[str, Any]) -> list[str]:
    """Format a line, except its performance, for the display."""
    terms = {
        name.removeprefix("loss."): value
        for name, value in line.items()
        if name.startswith("loss.")
    }
    loss = "loss --" if line["loss"] is None else f"loss {line['loss']:.4f}"
    if len(terms) > 1:
        parts = (f"{n} {v:.4f}" for n, v in terms.items() if v is not None)
        loss += f" ({', '.join(parts)})"
    texts = [loss]
    if line["gradient_norm"] is not None:
        texts.append(f"gradient {line['gradient_norm']:.3g}")
    if line["spectral_radius"] is not None:
        texts.append(f"spectral radius {line['spectral_radius']:.3f}")
    return texts
