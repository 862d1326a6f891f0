"""The folder of a run."""

import dataclasses
import json
from pathlib import Path
from typing import Any, TextIO

from .._checks import refusal
from .._files import write_whole


def claim(folder: Path, *, overwrite: bool) -> Path:
    """Make the folder, or refuse one that is in use or cannot be written.

    Raises `ValueError` for a folder that is not empty (unless asked to overwrite), for
    a path that is a file, and for one where nothing can be written.
    """
    if folder.exists() and not folder.is_dir():
        raise refusal("out", "be a folder", f"the file {folder}", "Name another.")
    if folder.is_dir() and any(folder.iterdir()) and not overwrite:
        raise refusal(
            "out",
            "be a new or empty folder",
            f"{folder}, which holds files",
            "Name another, or add --overwrite to replace an earlier run.",
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(folder / ".probe", b"").unlink()
    except OSError as error:
        raise refusal(
            "out",
            "be a folder that can be written",
            f"{folder} ({error.strerror})",
            "Name another, or change its permissions.",
        ) from error
    return folder


def write_json(path: Path, content: dict[str, Any]) -> Path:
    """Write readable JSON, whole or not at all."""
    return write_whole(path, (json.dumps(content, indent=2) + "\n").encode())


def plain(config: Any) -> dict[str, Any]:
    """A frozen config as JSON values."""
    return {
        name: str(value) if isinstance(value, Path) else value
        for name, value in dataclasses.asdict(config).items()
    }


def append_line(file: TextIO, content: dict[str, Any]) -> None:
    """Add one JSON line, visible at once to whoever reads along."""
    file.write(json.dumps(content) + "\n")
    file.flush()
