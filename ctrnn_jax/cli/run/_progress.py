"""Print lines, and show the progress of training: a bar or, off a terminal, lines."""

from collections.abc import Callable, Mapping, Sequence
import logging
import time

from rich.console import Console, Group
from rich.live import Live
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table
from rich.text import Text


_LOGGER = logging.getLogger("ctrnn_jax")


class _Handler(logging.Handler):
    """Calls a function with each message of level INFO."""

    def __init__(self, show: Callable[[str], None]) -> None:
        super().__init__()
        self._show = show

    def emit(self, record: logging.LogRecord) -> None:
        # after Ctrl-C, the commands have their own message
        if record.levelno == logging.INFO:
            self._show(record.getMessage())


def printer(console: Console, *, soft_wrap: bool = True) -> Callable[[str], None]:
    """Return a function that prints a line as it is: no markup, no highlighting."""

    def say(text: str) -> None:
        console.print(text, highlight=False, markup=False, soft_wrap=soft_wrap)

    return say


def print_rows(console: Console, rows: Mapping[str, object]) -> None:
    """Print names and values as a table; `None` is left out."""
    table = Table(box=None, pad_edge=False, show_header=False)
    for name, value in rows.items():
        if value is not None:
            table.add_row(name, str(value))
    console.print(table, highlight=False, markup=False)


class TrainingProgress:
    """A context in which `show` displays the progress of training.

    On a terminal: a bar with steps, updates per second and the time left, over a line
    with loss, performance and more. Elsewhere one line per call, at most one a second.
    It also displays what `fit` logs, which is that it compiles.
    """

    def __init__(self, console: Console, *, steps: int) -> None:
        """`steps` is the largest number of updates."""
        self._console = console
        self._steps = steps
        self._live = console.is_terminal
        self._started = time.perf_counter()
        self._start: tuple[float, int] | None = None
        self._printed = float("-inf")
        self._bar = Progress(
            SpinnerColumn(),
            TextColumn("[bold]{task.description}"),
            BarColumn(bar_width=None),
            MofNCompleteColumn(),
            TextColumn("{task.fields[speed]}"),
            TimeElapsedColumn(),
            console=console,
        )
        self._task = self._bar.add_task("starting", total=steps, speed="")
        self._text = Text()
        self._display = Live(Group(self._bar, self._text), console=console)
        self._handler = _Handler(self._log)

    def __enter__(self) -> "TrainingProgress":
        if self._live:
            self._display.start()
        self._level = _LOGGER.level
        _LOGGER.setLevel(logging.INFO)
        _LOGGER.addHandler(self._handler)
        return self

    def __exit__(self, *error: object) -> None:
        _LOGGER.removeHandler(self._handler)
        _LOGGER.setLevel(self._level)
        if self._live:
            self._display.stop()

    def _log(self, text: str) -> None:
        """Display a message of the log."""
        if self._live:
            self._bar.update(self._task, description=text)
        else:
            self.say(f"{text} ...")

    def show(self, step: int, texts: Sequence[str]) -> None:
        """Update the display."""
        now = time.perf_counter()
        if self._start is None:
            self._start = (now, step)
        seconds, updates = now - self._start[0], step - self._start[1]
        speed = ""
        if seconds > 0 and updates > 0:
            rate = updates / seconds
            left = duration((self._steps - step) / rate)
            speed = f"{rate:.3g} updates/s, at most {left} left"
        if self._live:
            self._bar.update(
                self._task, completed=step, description="training", speed=speed
            )
            self._text.plain = "  " + "  ".join(texts)
        elif now - self._printed >= 1.0 or step >= self._steps:
            self._printed = now
            parts = [f"step {step}/{self._steps}", *texts, speed]
            elapsed = f"{now - self._started:.0f} s"
            self.say("  ".join(part for part in (*parts, elapsed) if part))

    def say(self, text: str) -> None:
        """Print a line, above the bar on a terminal."""
        printer(self._console)(text)


def duration(seconds: float) -> str:
    """Format seconds, such as 45 s, 3 min or 2 h 5 min."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    hours, rest = divmod(minutes, 60)
    return f"{minutes} min" if minutes < 100 else f"{hours} h {rest} min"
