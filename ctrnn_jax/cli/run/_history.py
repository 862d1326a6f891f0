"""history.jsonl: one line of plain numbers for each report of training."""

from collections.abc import Mapping, Sequence
import contextlib
import dataclasses
import json
from pathlib import Path
import sys
import time
from typing import Any

import numpy as np
import safetensors.numpy

from ..._files import write_atomically
from ..._progress import texts_of_many, texts_of_one
from ..._tables import shortest
from ..._types import ArrayLike
from ...initialisers import spectral_radius
from ...network import AbstractNetwork, effective
from ...training import (
    criterion_step,
    EnsembleState,
    FitState,
    History,
    means_since,
)
from ._build import Setup
from ._folder import finite, HISTORY, RunFolder
from ._processes import is_first, local
from ._progress import TrainingProgress


Line = dict[str, Any]

_TERM = "terms."
"""The prefix of the terms of the loss in curves.safetensors."""


class HistoryFile:
    """A file to which lines are appended without buffering.

    If the disk is full, lines stay in memory and are written with the next ones;
    `failure` is the error of the last attempt.
    """

    def __init__(self, path: Path, *, after: int | None = None) -> None:
        """`after=None` starts a new file; else lines after that step are removed."""
        self._path = path
        self._after = after
        self._waiting = b""
        self._size = 0
        self.failure: OSError | None = None

    def begin(self) -> list[Line]:
        """Begin the file; return the lines of an earlier part of the run.

        They are rewritten atomically: a process that is killed here loses none.
        """
        after = self._after
        lines = [] if after is None else read_lines(self._path)
        earlier = [line for line in lines if line["step"] <= (after or 0)]
        data = b"".join(map(encoded_line, earlier))
        write_atomically(self._path, data)
        self._size, self._waiting = len(data), b""
        return earlier

    def add(self, lines: Sequence[Line]) -> None:
        """Append lines."""
        self._waiting += b"".join(encoded_line(line) for line in lines)
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
            self._waiting, self.failure = b"", None
        except OSError as error:
            self.failure = error


def encoded_line(line: Line) -> bytes:
    """Return a line as the file has it."""
    return (json.dumps(finite(line)) + "\n").encode()


def read_lines(path: Path) -> list[Line]:
    """Read the lines of a history.

    A partial line of a killed process is skipped, and so is all that is no line of
    numbers.
    """
    lines, texts = [], []
    with contextlib.suppress(FileNotFoundError):
        texts = path.read_text(errors="replace").splitlines()
    for text in texts:
        with contextlib.suppress(ValueError, RecursionError):
            lines.append(json.loads(text))
    return [x for x in lines if isinstance(x, dict) and _has_numbers(x)]


def _has_numbers(line: Line) -> bool:
    """Return whether the values of a line are finite numbers or `None`."""
    values = [value for value in line.values() if value is not None]
    are_numbers = all(isinstance(value, (int, float)) for value in values)
    largest = sys.float_info.max
    are_finite = are_numbers and all(abs(value) <= largest for value in values)
    return are_finite and isinstance(line.get("step"), int)


@dataclasses.dataclass
class Log:
    """Write each report of training to the history file and the display.

    Only process 0 writes. `after` is the step that the run continues from, `None` for a
    new run, and `earlier` the seconds of earlier parts of the run.
    """

    setup: Setup
    run: RunFolder
    progress: TrainingProgress
    after: int | None
    earlier: float = 0.0

    def __post_init__(self) -> None:
        """Start the clock; no file is written yet."""
        self._file = HistoryFile(self.run.path / HISTORY, after=self.after)
        self._has_begun = False
        self._done = self.after or 0
        self._radius: float | None = None
        self._started = time.perf_counter()
        self._last_measured: tuple[float, int] | None = None

    def begin(self, state: FitState | EnsembleState) -> None:
        """Keep the run from now on; continue the history file of an earlier part."""
        if self._has_begun or not is_first():
            return
        self.run.begin()
        lines = self._file.begin()
        if lines:
            self.earlier = float(lines[-1].get("seconds") or 0.0)
        # the run may have been interrupted after a checkpoint but before its lines
        logged = max((line["step"] for line in lines), default=0)
        lines = lines_of(state, self.setup, logged, self._done)
        self._write(lines, self._done)
        self._has_begun = True  # only now: a signal may end the lines above

    def add(self, state: FitState | EnsembleState) -> None:
        """Log the updates since the last call."""
        self.begin(state)
        if not is_first():
            return
        lines = lines_of(state, self.setup, self._done, state.step)
        if isinstance(state, FitState):
            lines = [x | {"spectral_radius": self._radius_at(state)} for x in lines]
            texts = self._texts_of_one(state.history.performance, lines)
        else:
            losses = [line["loss"] for line in lines]
            best = np.asarray(state.best.performance)
            texts = texts_of_many(state.codes, best, losses)
        self._write(lines, state.step)
        self._done = state.step
        self.progress.show(state.step, texts, self._criterion_step(state))

    def _criterion_step(self, state: FitState | EnsembleState) -> int | None:
        """Return the estimated update at which a single network is at the criterion."""
        if isinstance(state, EnsembleState) or not self.setup.config.stop:
            return None
        return criterion_step(
            state.history.performance.tolist(),
            self.setup.rule,
            step=state.step,
            validate_every=self.setup.config.validate_every,
        )

    def _texts_of_one(
        self, performances: np.ndarray, lines: Sequence[Line]
    ) -> list[str]:
        rule = self.setup.rule
        mean = rule.mean(performances)
        recent = None if mean is None else (rule.last, mean)
        texts = texts_of_one(performances, recent, lines)
        if self._radius is not None:
            texts.append(f"spectral radius {self._radius:.3f}")
        return texts

    def _radius_at(self, state: FitState) -> float | None:
        """Return the spectral radius if it is due at this step, and keep it."""
        if state.step % radius_every(self.setup, state.network.n_hidden):
            return None
        self._radius = spectral_radius_of(local(state.network))
        return self._radius

    def _write(self, lines: Sequence[Line], step: int) -> None:
        """Append lines; report the first of several failures in a row."""
        if not lines:
            return
        had_failed = self._file.failure is not None
        measured = self._measured(step)
        self._file.add([line | measured for line in lines])
        if self._file.failure is not None and not had_failed:
            self.progress.say(f"warning: {HISTORY}: {self._file.failure.strerror}")

    def _measured(self, step: int) -> dict[str, float | None]:
        """Return the seconds of training in all parts of the run, and updates a second.

        The first rate is `None`, since it would include the time of compiling.
        """
        now = self.earlier + time.perf_counter() - self._started
        before, previous = self._last_measured or (now, step)
        self._last_measured = (now, step)
        rate = round((step - previous) / (now - before), 3) if now > before else None
        return {"seconds": round(now, 3), "updates_per_second": rate}

    @property
    def failures(self) -> tuple[str, ...]:
        """The files that could not be written."""
        failure = self._file.failure
        return () if failure is None else (f"{HISTORY} ({failure.strerror})",)


def plain(value: ArrayLike, dtype: np.dtype) -> float:
    """Return a number that a network of this dtype has, with the shortest decimal."""
    return shortest(np.asarray(value, dtype)).item()


def lines_of(
    state: FitState | EnsembleState, setup: Setup, since: int, until: int
) -> list[Line]:
    """Return a line for each network that trained after `since`, up to `until`.

    The line of a single network has a column for the spectral radius, still empty.
    """
    if isinstance(state, FitState):
        if until <= since:
            return []
        line = _line(state.history, state.network.dtype, (), since, until)
        return [line | {"spectral_radius": None}]
    steps = [min(int(step), until) for step in state.steps]
    names = [
        {"member": index, "seed": member.seed}
        for index, member in zip(setup.indices, setup.members, strict=True)
    ]
    return [
        _line(state.history, state.network.dtype, i, since, step, **names[i])
        for i, step in enumerate(steps)
        if step > since
    ]


def _line(
    history: History,
    dtype: np.dtype,
    row: int | tuple[()],
    since: int,
    step: int,
    **names: int,
) -> Line:
    """Return the line for the updates after `since` up to `step`.

    `row` as in `means_since`.
    """
    validations = np.flatnonzero(history.validation_step == step)

    def at_step(values: np.ndarray) -> float | None:
        return values[row][validations[-1]] if len(validations) else None

    numbers = {
        **means_since(history, row, since, step),
        "performance": at_step(history.performance),
        "validation_loss": at_step(history.validation_loss),
    }
    return {
        "step": step,
        **names,
        **{n: None if x is None else plain(x, dtype) for n, x in numbers.items()},
    }


def spectral_radius_of(net: AbstractNetwork) -> float | None:
    """Return the spectral radius of W_hid; `None` if a weight is not finite."""
    weights = effective(net).w_hid
    if not np.all(np.isfinite(np.asarray(weights))):
        return None
    return plain(spectral_radius(weights), weights.dtype)


def radius_every(setup: Setup, n_hidden: int) -> int:
    """Return the number of updates between two reports of the spectral radius.

    It is a multiple of `validate_every`, chosen so that eigenvalues take at most about
    2 % of the time. Operations are counted rather than timed, so that a repeated run
    has the same lines: eigenvalues take about 25 n^3 operations, at a fifth of the
    speed of the 6 n^2 operations of each step of each trial.
    """
    config, every = setup.config, setup.config.validate_every
    eigenvalue_cost = 5 * 25 * n_hidden**3
    update_cost = every * config.batch_size * setup.task.n_steps * 6 * n_hidden**2
    return every * max(1, -(-eigenvalue_cost * 50 // update_cost))


def save_curves(path: Path, history: History) -> Path:
    """Write the history of a share of a sweep, with a number for every update."""
    fields = {f.name: getattr(history, f.name) for f in dataclasses.fields(history)}
    fields.pop("members")  # they are in members.json
    terms = {f"{_TERM}{name}": x for name, x in fields.pop("terms").items()}
    tensors = {n: np.ascontiguousarray(x) for n, x in (fields | terms).items()}
    return write_atomically(path, safetensors.numpy.save(tensors))


def history_of(arrays: Mapping[str, np.ndarray]) -> History:
    """Return the history of the arrays in such a file, by name."""
    terms = {n.removeprefix(_TERM): x for n, x in arrays.items() if n.startswith(_TERM)}
    fields: dict = {n: x for n, x in arrays.items() if not n.startswith(_TERM)}
    return History(**fields, terms=terms)
