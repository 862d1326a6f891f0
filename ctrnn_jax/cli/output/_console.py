"""The consoles of the commands. Output that cannot be written never ends a command."""

from collections.abc import Callable, Iterator
import contextlib
import io
import os
import sys
from typing import cast, IO, TextIO

from rich.console import Console


def console(*, stderr: bool = False) -> Console:
    """Return a console for standard output, or for standard error."""
    stream = sys.stderr if stderr else sys.stdout
    if stream is None:  # closed when the process started
        return Console(quiet=True)
    # without emoji: they would replace part of "own.py:Repeat:"
    return Console(file=cast(IO[str], _Output(stream)), emoji=False)


class _Output:
    """A stream that drops all text once it cannot be written.

    For example its reader has ended (`| head`), its terminal was closed, or the disk is
    full.
    """

    def __init__(self, stream: TextIO | io.TextIOBase) -> None:
        """Write to a standard stream."""
        self._stream = stream
        self._is_lost = False

    @property
    def encoding(self) -> str | None:
        return self._stream.encoding

    def isatty(self) -> bool:
        return not self._is_lost and self._stream.isatty()

    def fileno(self) -> int:
        return self._stream.fileno()

    def write(self, text: str) -> int:
        self._attempt(lambda: self._stream.write(text))
        return len(text)

    def flush(self) -> None:
        self._attempt(self._stream.flush)

    def _attempt(self, action: Callable[[], object]) -> None:
        if self._is_lost or self._stream.closed:
            return
        try:
            action()
        except RuntimeError:  # a signal handler prints while this stream is in use
            return
        except OSError:
            self._is_lost = True
            # Python flushes the stream at exit, and would report the error again
            with contextlib.suppress(OSError), open(os.devnull, "w") as nowhere:
                os.dup2(nowhere.fileno(), self._stream.fileno())


@contextlib.contextmanager
def forgiving_streams() -> Iterator[None]:
    """Let all that prints in this context continue when it cannot be written."""
    with contextlib.ExitStack() as stack:
        redirections = (contextlib.redirect_stdout, contextlib.redirect_stderr)
        for redirect, stream in zip(
            redirections, (sys.stdout, sys.stderr), strict=True
        ):
            if stream is not None:  # closed when the process started
                output = _Output(stream)
                stack.callback(output.flush)
                stack.enter_context(redirect(cast(TextIO, output)))
        yield
