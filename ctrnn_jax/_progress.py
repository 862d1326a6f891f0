"""Lines on standard error about a computation in progress, and their text.

The library writes the lines; the command line shows the same text, styled.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
import contextlib
from contextvars import ContextVar
import io
import logging
import os
import sys
import time
from typing import final, TextIO, TypeVar

import jax
import numpy as np

from ._checks import is_concrete


T = TypeVar("T")

Stream = TextIO | io.TextIOBase

_SILENT_SECONDS = 2.0
"""A display that was not requested shows no count before this time."""

_REDRAW_SECONDS = 0.1
"""The time between two texts of the line of a terminal, at least."""

_NOTE: ContextVar[Callable[[str], None] | None] = ContextVar("note", default=None)
"""The function that shows messages for the computation in progress, if any does."""


def compiling(what: str) -> None:
    """Report that JAX traces, and then compiles, the function that calls this.

    The message goes to the logger "ctrnn_jax", at level INFO, and to the display of the
    computation in progress.
    """
    logging.getLogger("ctrnn_jax").info("compiling %s", what)
    note = _NOTE.get()
    if note is not None:
        note(f"compiling {what}")


@contextlib.contextmanager
def noting(note: Callable[[str], None]) -> Iterator[None]:
    """Show messages with this function.

    Within it, computations report no progress unless `progress=True`.
    """
    token = _NOTE.set(note)
    try:
        yield
    finally:
        _NOTE.reset(token)


def duration(seconds: float) -> str:
    """Format seconds, such as 45 s, 3 min or 2 h 5 min."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    hours, rest = divmod(minutes, 60)
    return f"{minutes} min" if minutes < 100 else f"{hours} h {rest} min"


def four_digits(value: float) -> str:
    """Format a loss with four significant digits, such as 0.2500 or 3.908e+12."""
    return f"{value:#.4g}".rstrip(".")


def spacing(elapsed: float) -> float:
    """Return the seconds between two lines in a file or a notebook.

    It grows with the time, so that a computation of a day has a few hundred lines.
    """
    return max(1.0, 0.05 * elapsed)


@final
class Counter:
    """The text of a line: how much is done, at which rate, and the time left."""

    def __init__(self, unit: str, total: int, *, can_end_early: bool = False) -> None:
        """`unit` is what is counted, in the plural; `total` is its largest number."""
        self._unit = unit
        self._total = total
        self._bound = "at most" if can_end_early else "about"
        self._started = time.perf_counter()
        self._first: tuple[float, int] | None = None

    @property
    def elapsed(self) -> float:
        """Seconds since the start."""
        return time.perf_counter() - self._started

    def speed(self, done: int, until: int | None = None) -> str:
        """Return the rate and the time left; empty at the first call.

        The first call starts the clock of the rate, so that it leaves compiling out.
        `until` is the estimated number at which a criterion will hold.
        """
        now = time.perf_counter()
        if self._first is None:
            self._first = now, done
        seconds, number = now - self._first[0], done - self._first[1]
        if seconds <= 0 or number <= 0:
            return ""
        rate = number / seconds
        if until is not None and until < self._total:
            left = f"about {duration((until - done) / rate)} to the criterion"
        else:
            left = f"{self._bound} {duration((self._total - done) / rate)} left"
        return f"{rate:.3g} {self._unit}/s, {left}"

    def line(
        self,
        done: int,
        texts: Sequence[str],
        until: int | None = None,
        *,
        width: int | None = None,
    ) -> str:
        """Return the line for this number; texts come in its middle.

        The last texts are left out if the line would be longer than `width`.
        """
        ends = (self.speed(done, until), f"{self.elapsed:.0f} s")
        lines = []
        for count in range(len(texts), -1, -1):
            parts = (f"{self._unit} {done}/{self._total}", *texts[:count], *ends)
            lines.append("  ".join(part for part in parts if part))
        return next((x for x in lines if width is None or len(x) <= width), lines[-1])


@final
class Display:
    """A display of the progress of one computation; `reporting` makes it.

    On a terminal one line is rewritten. Elsewhere each text is a line.
    """

    def __init__(
        self,
        stream: Stream | None,
        title: str,
        counter: Counter,
        *,
        rewrites: bool,
        is_requested: bool,
    ) -> None:
        """Nothing is shown if `stream` is `None`, or once it cannot be written."""
        self._stream = stream
        self._title = f"{title}: " if title else ""
        self._counter = counter
        self._rewrites = rewrites
        self._is_requested = is_requested
        self._shown = float("-inf")
        self._width = 0

    @property
    def is_on(self) -> bool:
        """Whether anything is shown."""
        return self._stream is not None

    @property
    def is_due(self) -> bool:
        """Whether it is time for a new text."""
        elapsed = self._counter.elapsed
        if not self.is_on or not (self._is_requested or elapsed >= _SILENT_SECONDS):
            return False
        every = _REDRAW_SECONDS if self._rewrites else spacing(elapsed)
        return elapsed - self._shown >= every

    @property
    def seconds(self) -> str:
        """The time since the start, as text."""
        elapsed = self._counter.elapsed
        return f"{elapsed:.1f} s" if elapsed < 100 else duration(elapsed)

    def show(self, done: int, *texts: str, until: int | None = None) -> None:
        """Show the line of a `Counter`, if it is due."""
        if self.is_due:
            self._shown = self._counter.elapsed
            width = None
            if self._rewrites and self._stream is not None:
                width = _columns_of(self._stream) - 1 - len(self._title)
            self._put(self._counter.line(done, texts, until, width=width))

    def finished(self, result: T) -> T:
        """Return a result, once it is computed if the display is on."""
        return jax.block_until_ready(result) if self.is_on else result

    def say(self, text: str) -> None:
        """Show a text about the present part of the computation, if it is due."""
        if self.is_due:
            self._shown = self._counter.elapsed
            self._put(text)

    def note(self, text: str) -> None:
        """Show at once that the computation waits for something, such as compiling."""
        self._put(f"{text} ...")

    def clear(self) -> None:
        """Leave an empty line to what is printed next; the next text is due at once."""
        if self._width:
            self._write("\r" + " " * self._width + "\r")
            self._width = 0
            self._shown = float("-inf")

    def close(self, text: str) -> None:
        """Show the last line, unless a display that was not requested was quick."""
        self.clear()
        if self._is_requested or self._counter.elapsed >= _SILENT_SECONDS:
            self._write(f"{self._title}{text}\n")

    def abort(self) -> None:
        """Keep the present text: what is printed next begins a new line."""
        if self._width:
            self._write("\n")
            self._width = 0

    def _put(self, text: str) -> None:
        text = self._title + text
        if self._stream is None:
            return
        if not self._rewrites:
            self._write(text + "\n")
            return
        text = text[: _columns_of(self._stream) - 1]
        self._write("\r" + text.ljust(self._width))
        self._width = len(text)

    def _write(self, text: str) -> None:
        """Write, and be silent from the first error on: it must not end the work."""
        if self._stream is None:
            return
        try:
            self._stream.write(text)
            self._stream.flush()
        except (OSError, ValueError):  # ValueError: the stream is closed
            self._stream = None


@contextlib.contextmanager
def reporting(
    progress: bool | None,
    title: str,
    unit: str,
    total: int,
    *,
    can_end_early: bool = False,
    arguments: object = (),
) -> Iterator[Display]:
    """Yield a display of the progress of a computation.

    **Arguments:**

    - `progress`: whether to show it; `None` for a terminal or a notebook only.
    - `title`: the name of the computation, at the start of each line.
    - `unit`, `total`, `can_end_early`: see `Counter`.
    - `arguments`: arrays of the computation. Nothing is shown if JAX traces it.
    """
    stream = _stream_for(progress) if is_concrete(arguments) else None
    rewrites = stream is not None and stream.isatty()
    counter = Counter(unit, total, can_end_early=can_end_early)
    display = Display(
        stream, title, counter, rewrites=rewrites, is_requested=progress is True
    )
    if not display.is_on:
        yield display
        return
    with noting(display.note):
        try:
            yield display
        except BaseException:
            display.abort()
            raise
        display.clear()


def _stream_for(progress: bool | None) -> Stream | None:
    """Return the stream to report to, or `None`."""
    stream = sys.stderr
    if progress is False or stream is None or stream.closed:
        return None
    if progress is None:
        is_watched = stream.isatty() or _is_notebook()
        if not is_watched or _NOTE.get() is not None:
            return None
    # inside a transformation, even a constant is put on a device as a tracer
    is_traced = not is_concrete(jax.device_put(np.zeros(())))
    return None if is_traced or jax.process_index() else stream


def _is_notebook() -> bool:
    """Return whether this process is the kernel of a notebook."""
    ipython = sys.modules.get("IPython")
    shell = None if ipython is None else ipython.get_ipython()
    return getattr(shell, "kernel", None) is not None


def _columns_of(stream: Stream) -> int:
    """Return the width of a terminal, 80 if it is unknown."""
    try:
        return os.get_terminal_size(stream.fileno()).columns or 80
    except (OSError, ValueError):
        return 80


def texts_of_one(
    performances: np.ndarray,
    recent: tuple[int, float] | None,
    means: Sequence[Mapping[str, float | int | None]],
) -> list[str]:
    """Format the performance and the losses of a network in training.

    **Arguments:**

    - `performances`: at all validations so far.
    - `recent`: the number of validations that the stop rule averages, and the mean.
    - `means`: over the last updates, "loss", "terms.NAME" and "gradient_norm"; empty if
      there were none.
    """
    has_any = len(performances) > 0
    performance = f"performance {performances[-1]:.3f}" if has_any else "performance --"
    if has_any and recent is not None and recent[0] > 1:
        performance += f" (last {recent[0]}: {recent[1]:.3f})"
    texts = [performance]
    for mean in means:
        terms = [
            f"{name.removeprefix('terms.')} {four_digits(value)}"
            for name, value in mean.items()
            if name.startswith("terms.") and value is not None
        ]
        value = mean["loss"]
        loss = "loss --" if value is None else f"loss {four_digits(value)}"
        if len(terms) > 1:
            loss += f" ({', '.join(terms)})"
        texts.append(loss)
        if mean["gradient_norm"] is not None:
            texts.append(f"gradient {mean['gradient_norm']:.3g}")
    return texts


def texts_of_many(
    codes: np.ndarray, best: np.ndarray, losses: Sequence[float | None]
) -> list[str]:
    """Format how many networks train, and medians.

    **Arguments:**

    - `codes`: why each ended, as in `EnsembleState`, `(members,)`.
    - `best`: the best performance of each, `(members,)`.
    - `losses`: the mean loss of those that train, over the last updates.
    """
    counts = np.bincount(codes, minlength=3)
    ends = zip(counts, ("running", "at the criterion", "diverged"), strict=False)
    texts = [", ".join(f"{n} {end}" for n, end in ends if n)]
    values = [loss for loss in losses if loss is not None]
    if values:
        texts.append(f"median loss {four_digits(float(np.median(values)))}")
    if not np.all(np.isnan(best)):
        texts.append(
            f"best performance: median {np.nanmedian(best):.3f}, "
            f"{np.nanmin(best):.3f} to {np.nanmax(best):.3f}"
        )
    return texts
