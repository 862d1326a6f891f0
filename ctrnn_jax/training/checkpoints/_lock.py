"""One writer for each folder: a lock that the kernel lets go of when a process ends."""

import contextlib
import errno
import os
from pathlib import Path
import socket
import weakref


_NO_LOCKS_HERE = (errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP)


class FolderLock:
    """The file `.lock` of a folder, held open and locked with `flock`.

    A process that is killed leaves the file behind but not the lock, which goes with
    this object too. Where the system or the file system has no such locks, taking one
    succeeds and keeps nobody out.
    """

    def __init__(self, folder: Path) -> None:
        """Of a folder; nothing is opened yet."""
        self._path = folder / ".lock"
        self._close: weakref.finalize | None = None

    def acquire(self) -> str | None:
        """Take the lock, making the folder; or who has it, as "process 7 on host".

        Raises `OSError` where the folder or the file cannot be made.
        """
        if self._close is not None:
            return None
        self._path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        try:
            _flock(handle)
        except BlockingIOError:
            try:
                return os.read(handle, 1000).decode(errors="replace") or "another"
            finally:
                os.close(handle)
        except OSError as error:
            if error.errno not in _NO_LOCKS_HERE:
                os.close(handle)
                raise
        with contextlib.suppress(OSError):  # on a full disk the lock holds, unsigned
            os.ftruncate(handle, 0)
            os.write(
                handle, f"process {os.getpid()} on {socket.gethostname()}".encode()
            )
        self._close = weakref.finalize(self, os.close, handle)
        return None

    def release(self) -> None:
        """Let go. The file stays: if it were removed, two could lock two files."""
        if self._close is not None:
            self._close()
            self._close = None


def _flock(handle: int) -> None:
    try:
        import fcntl
    except ModuleNotFoundError:  # Windows
        return
    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
