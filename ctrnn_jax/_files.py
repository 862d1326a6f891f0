"""Atomic writing of files."""

from collections.abc import Iterator
import errno
import os
from pathlib import Path
import re
import secrets


_TEMPORARY = re.compile(r"\.(.+)\.[a-z0-9_]{8}\.tmp")


def write_atomically(path: str | os.PathLike, data: bytes) -> Path:
    """Write a file atomically and return its path.

    Another process sees the previous file or the complete new one. If the process is
    killed, a hidden file `.NAME.xxxxxxxx.tmp` may stay beside the file. A symbolic link
    is replaced, not followed. Raises `OSError` if the folder is missing or cannot be
    written, and if the path is a folder.
    """
    path = Path(path)
    if path.is_dir():
        raise IsADirectoryError(f"{path} is a folder. Name a file in it.")
    folder = path.parent
    if not folder.is_dir():
        text = "there is no such folder; make it first"
        raise FileNotFoundError(errno.ENOENT, text, str(folder))
    # in the same folder, since `os.replace` is atomic within one file system only
    temporary = folder / f".{path.name}.{secrets.token_hex(4)}.tmp"
    try:
        with open(temporary, "xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)  # Ctrl-C may come after `os.replace`
        raise
    return path


def temporaries_in(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield the files that killed calls of `write_atomically` left in a folder.

    Each comes with the name of the file that was to be written.
    """
    for path in folder.iterdir() if folder.is_dir() else ():
        if matched := _TEMPORARY.fullmatch(path.name):
            yield matched[1], path
