"""Writing files whole or not at all."""

import os
from pathlib import Path
import tempfile


def write_whole(path: str | os.PathLike, data: bytes) -> Path:
    """Write a file so that it appears complete or not at all; returns its path.

    Raises `OSError` where the folder is missing or cannot be written.
    """
    path = Path(path)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(name, 0o666 & ~umask)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise
    return path
