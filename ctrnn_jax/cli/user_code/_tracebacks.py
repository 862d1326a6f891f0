"""Errors that code of the user's files raises, in words and with the user's lines."""

from collections.abc import Iterator
from pathlib import Path
import traceback


EXECUTED: set[Path] = set()
"""The files of the user that this process has run."""


def explained(error: BaseException) -> str | None:
    """Describe an error that passed through a file of the user.

    The text has the lines of the traceback that are in folders of these files. Returns
    `None` for any other error.
    """
    frames = [frame for each in _causes(error) for frame in _frames_of_user(each)]
    if not frames:
        return None
    first = frames[0].filename
    lines = "".join(traceback.format_list(frames))
    return f"{first} raised an error. {NOT_OURS}\n{lines}{_last_lines(error)}"


def _last_lines(error: BaseException) -> str:
    """Return the class and the text of an error, without the notes that JAX adds."""
    described = traceback.TracebackException.from_exception(error)
    described.__notes__ = None
    return "".join(described.format_exception_only()).strip()


NOT_OURS = "The file is yours, not part of ctrnn_jax: correct it."


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error, and the errors that it was raised from."""
    seen: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and cause not in seen:
        yield cause
        seen.append(cause)
        cause = cause.__cause__


def _frames_of_user(error: BaseException) -> list[traceback.FrameSummary]:
    """Return the frames of a traceback in folders of the user's files.

    Installed packages may lie below such a folder, in an environment.
    """
    frames = traceback.extract_tb(error.__traceback__)
    if not any(Path(frame.filename) in EXECUTED for frame in frames):
        return []
    folders = {path.parent for path in EXECUTED}
    return [frame for frame in frames if _is_below(Path(frame.filename), folders)]


def _is_below(path: Path, folders: set[Path]) -> bool:
    """Return whether a file is in one of the folders, and not in an environment."""
    inside = [path.relative_to(x) for x in folders if path.is_relative_to(x)]
    return any("site-packages" not in relative.parts for relative in inside)
