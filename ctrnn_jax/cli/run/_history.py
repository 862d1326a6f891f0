"""history.jsonl: a line of plain numbers for each report of training."""

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
"""What differs between two runs of the same settings."""


class HistoryFile:
    """Lines appended to a file, each there for readers at once.

    On a full disk they are kept and tried again with the next ones; `failure` says why.
    """

    def __init__(self, path: Path, *, after: int | None = None) -> None:
        """A new file, or the one there without what came after a step."""
        self._path = path
        self._after = after
        self._begun = False
        self._waiting = b""
        self._size = 0
        self.failure: OSError | None = None

    def begin(self) -> Line | None:
        """Open the file; the last line that stays, if any."""
        if self._begun:
            return None
        self._begun = True
        lines = [] if self._after is None else read_lines(self._path)
        kept = [line for line in lines if line["step"] <= (self._after or 0)]
        if len(kept) < len(lines) or self._after is None or not self._ends_whole():
            self._path.write_bytes(b"".join(_encoded(line) for line in kept))
        self._size = self._path.stat().st_size
        return kept[-1] if kept else None

    def _ends_whole(self) -> bool:
        return self._path.exists() and self._path.read_bytes()[-1:] in (b"", b"\n")

    def add(self, lines: Sequence[Line]) -> None:
        """Append them."""
        self._waiting += b"".join(_encoded(line) for line in lines)
        try:
            with open(self._path, "ab", buffering=0) as file:
                try:
                    view = memoryview(self._waiting)
                    while view:
                        view = view[file.write(view) :]
                except OSError:
                    file.truncate(self._size)  # no half lines
                    raise
                self._size += len(self._waiting)
        except OSError as error:
            self.failure = error
            return
        self._waiting, self.failure = b"", None


def _encoded(line: Line) -> bytes:
    return (json.dumps(finite(line)) + "\n").encode()


def read_lines(path: Path) -> list[Line]:
    """The lines of a history; what a killed process left unfinished is no line."""
    try:
        text = path.read_text(errors="replace")
    except FileNotFoundError:
        return []
    found = []
    for line in text.splitlines():
        try:
            content = json.loads(line)
        except ValueError:
            continue
        if isinstance(content, dict) and isinstance(content.get("step"), int):
            found.append(content)
    return found


class Stopwatch:
    """Seconds since training began, over all its parts, and updates per second."""

    def __init__(self) -> None:
        """Start it."""
        self._begun = time.perf_counter()
        self._last: tuple[float, int] | None = None

    def add(self, seconds: float) -> None:
        """Count what earlier parts of the run took."""
        self._begun -= seconds

    def read(self, step: int) -> dict[str, float | None]:
        """The columns of a line; the first rate would be that of compiling: `None`."""
        now, rate = time.perf_counter() - self._begun, None
        if self._last is not None and now > self._last[0]:
            rate = round((step - self._last[1]) / (now - self._last[0]), 3)
        self._last = (now, step)
        return dict(zip(_MEASURED, (round(now, 3), rate), strict=True))


def line_of(
    history: History, since: int, step: int, *, spectral_radius: float | None
) -> Line:
    """What a history says of the updates after `since`, of which `step` is the last.

    Losses and gradient norm are means over them.
    """
    mean = lambda values: float(np.mean(values[since:step])) if step > since else None
    seen = np.flatnonzero(history.validation_step == step)
    at = lambda values: float(values[seen[-1]]) if len(seen) else None
    return {
        "step": step,
        "loss": mean(history.loss),
        **{f"loss.{name}": mean(values) for name, values in history.terms.items()},
        "gradient_norm": mean(history.gradient_norm),
        "performance": at(history.performance),
        "validation_loss": at(history.validation_loss),
        "spectral_radius": spectral_radius,
    }


def spectral_radius_of(net: AbstractNetwork) -> float | None:
    """Of the recurrent weights; `None` where they are not finite."""
    weights = np.asarray(effective(net).w_hid)
    if not np.all(np.isfinite(weights)):
        return None
    return float(np.max(np.abs(np.linalg.eigvals(weights))))


def radius_every(
    net: AbstractNetwork, task: AbstractTask, batch_size: int, validate_every: int
) -> int:
    """After how many updates to look at the spectral radius.

    A multiple of `validate_every`, such that it takes about 2 % of the time at most.
    Counted, not timed, so that the same run has the same lines: eigenvalues take about
    25 n^3 operations at a fifth of the speed of the 6 n^2 of each step of each trial.
    """
    eigenvalues = 5 * 25 * net.n_hidden**3
    updates = validate_every * batch_size * task.n_steps * 6 * net.n_hidden**2
    return validate_every * max(1, -(-eigenvalues * 50 // updates))


def progress_texts(line: Mapping[str, Any]) -> list[str]:
    """What a line says beside performance, for people."""
    terms = {
        name.removeprefix("loss."): value
        for name, value in line.items()
        if name.startswith("loss.")
    }
    loss = "loss --" if line["loss"] is None else f"loss {line['loss']:.4f}"
    if len(terms) > 1:
        parts = (f"{n} {v:.4f}" for n, v in terms.items() if v is not None)
        loss += f" ({', '.join(parts)})"
    found = [loss]
    if line["gradient_norm"] is not None:
        found.append(f"gradient {line['gradient_norm']:.3g}")
    if line["spectral_radius"] is not None:
        found.append(f"spectral radius {line['spectral_radius']:.3f}")
    return found
