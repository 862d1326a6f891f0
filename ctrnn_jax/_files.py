"""Atomic writing of files."""

import os
from pathlib import Path
import tempfile


def write_atomically(path: str | os.PathLike, data: bytes) -> Path:
    """Write a file atomically and return its path.

    Another process sees the previous file or the complete new one. Raises `OSError` if
    the folder is missing or cannot be written.
    """
    path = Path(path)
    # in the same folder, since `os.replace` is atomic within one file system only
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
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
