"""A lock that allows one writing process for each folder."""

import contextlib
import errno
import os
from pathlib import Path
import socket
import time
import weakref


_NOT_SUPPORTED = (errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP)
"""Errors of a file system without locks."""


_ATTEMPTS = 1000
"""The number of attempts, 0.01 s apart, to lock a file that others only read."""


class FolderLock:
    """The file `.lock` of a folder, open and locked with `flock`.

    The kernel releases the lock when the process ends, so a killed process leaves the
    file but not the lock. The lock also ends when this object is deleted. If the system
    or the file system does not support such locks, `acquire` succeeds and does not
    exclude other processes.
    """

    def __init__(self, folder: Path) -> None:
        """Prepare the lock of a folder; nothing is opened yet."""
        self._path = folder / ".lock"
        self._close: weakref.finalize | None = None

    def acquire(self) -> str | None:
        """Take the lock and return `None`, or return its holder, "process 7 on host".

        Makes the folder. Raises `OSError` if the folder or the file cannot be made, and
        for a symbolic link in place of the file, whose target would be emptied.
        """
        if self._close is not None:
            return None
        self._path.parent.mkdir(parents=True, exist_ok=True)
        # Windows has no such flag
        no_link = getattr(os, "O_NOFOLLOW", 0)
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | no_link
        handle = os.open(self._path, flags, 0o666)
        try:
            _flock(handle)
        except BlockingIOError:
            # another process has the lock, and has written its name into the file
            try:
                return os.read(handle, 1000).decode(errors="replace") or "another"
            finally:
                os.close(handle)
        except OSError as error:
            if error.errno not in _NOT_SUPPORTED:
                os.close(handle)
                raise
        # a process that failed may have removed the file since it was opened
        if not _is_at(self._path, handle):
            os.close(handle)
            return self.acquire()
        # on a full disk the lock holds, but without the name of its holder
        with contextlib.suppress(OSError):
            os.ftruncate(handle, 0)
            holder = f"process {os.getpid()} on {socket.gethostname()}"
            os.write(handle, holder.encode())
        self._close = weakref.finalize(self, os.close, handle)
        return None

    def release(self) -> None:
        """Release the lock.

        The file stays. If it were removed, two processes could lock two different
        files.
        """
        if self._close is not None:
            self._close()
            self._close = None


def _flock(handle: int) -> None:
    """Lock an open file; raises `BlockingIOError` if another process has locked it.

    It waits for processes that only read whether there is a lock (`ctrnn-jax status`):
    their locks are shared.
    """
    try:
        import fcntl
    except ModuleNotFoundError:  # Windows
        return
    for _ in range(_ATTEMPTS):
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        # an error, unless all other locks are shared
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        fcntl.flock(handle, fcntl.LOCK_UN)
        time.sleep(0.01)
    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _is_at(path: Path, handle: int) -> bool:
    """Return whether a path is that of an open file."""
    with contextlib.suppress(FileNotFoundError):
        return os.path.samestat(os.fstat(handle), os.stat(path))
    return False
