"""Atomic writing of files."""

from collections.abc import Iterator
import errno
import os
from pathlib import Path
import re
import tempfile


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
    prefix, folder = f".{path.name}.", path.parent
    if not folder.is_dir():
        text = "there is no such folder; make it first"
        raise FileNotFoundError(errno.ENOENT, text, str(folder))
    # in the same folder, since `os.replace` is atomic within one file system only
    handle, temporary = tempfile.mkstemp(dir=folder, prefix=prefix, suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        # `mkstemp` gives mode 0600; an ordinary file has that of the umask, which can
        # be read only by setting it
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(temporary, 0o666 & ~umask)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise
    return path


def temporaries_in(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield the files that killed calls of `write_atomically` left in a folder.

    Each comes with the name of the file that was to be written.
    """
    for path in folder.iterdir() if folder.is_dir() else ():
        if matched := _TEMPORARY.fullmatch(path.name):
            yield matched[1], path
