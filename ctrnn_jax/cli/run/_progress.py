"""Print lines, and show the progress of training: a bar or, off a terminal, lines."""

from collections.abc import Callable, Iterator, Mapping, Sequence
import contextlib
import logging

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
from rich.text import Text

from ..._progress import Counter, noting, spacing
from ..output import console as console_of_process


def printer(console: Console, *, soft_wrap: bool = True) -> Callable[[str], None]:
    """Return a function that prints a line as it is: no markup, no highlighting."""

    def say(text: str) -> None:
        console.print(text, highlight=False, markup=False, soft_wrap=soft_wrap)

    return say


def print_rows(console: Console, rows: Mapping[str, object]) -> None:
    """Print names and values as a table; `None` is left out.

    Commands among the values are not broken into lines, so that they can be copied.
    """
    say, width = printer(console), max(map(len, rows))
    for name, value in rows.items():
        if value is not None:
            say(f"{name:{width}}  {value}")


@contextlib.contextmanager
def showing(console: Console, text: str) -> Iterator[Callable[[str], None]]:
    """Show what a command does; yield a function that shows the next part of it.

    On a terminal it is one line, which ends with the context. Elsewhere each text is a
    line on standard error.
    """
    if console.is_terminal:
        with console.status(Text(f"{text} ...")) as display:
            yield lambda part: display.update(Text(f"{part} ..."))
        return
    say = printer(console_of_process(stderr=True))
    say(f"{text} ...")
    yield lambda part: say(f"{part} ...")


class TrainingProgress:
    """A context in which `show` displays the progress of training.

    On a terminal: a bar with updates, updates per second and the time left, over a line
    with loss, performance and more. Elsewhere the lines that `fit` itself would show.
    It also displays that JAX compiles.
    """

    def __init__(self, console: Console, *, steps: int) -> None:
        """`steps` is the largest number of updates."""
        self._console = console
        self._steps = steps
        self._live = console.is_terminal
        self._counter = Counter("updates", steps, can_end_early=True)
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
        self._exits = contextlib.ExitStack()

    def __enter__(self) -> "TrainingProgress":
        if self._live:
            self._display.start()
            self._exits.callback(self._display.stop)
        self._exits.enter_context(noting(self._note))
        # the commands have a message for Ctrl-C; without a handler, Python prints that
        # of `fit` too
        logger, handler = logging.getLogger("ctrnn_jax"), logging.NullHandler()
        logger.addHandler(handler)
        self._exits.callback(logger.removeHandler, handler)
        return self

    def __exit__(self, *error: object) -> None:
        self._exits.close()

    def _note(self, text: str) -> None:
        """Display a message about what JAX does."""
        if self._live:
            self._bar.update(self._task, description=text)
        else:
            self.say(f"{text} ...")

    def show(self, step: int, texts: Sequence[str], until: int | None = None) -> None:
        """Update the display; `until` as in `Counter`."""
        elapsed = self._counter.elapsed
        if self._live:
            self._bar.update(
                self._task,
                completed=step,
                description="training",
                speed=self._counter.speed(step, until),
            )
            self._text.plain = "  " + "  ".join(texts)
        elif elapsed - self._printed >= spacing(elapsed) or step >= self._steps:
            self._printed = elapsed
            self.say(self._counter.line(step, texts, until))

    def say(self, text: str) -> None:
        """Print a line, above the bar on a terminal."""
        printer(self._console)(text)
