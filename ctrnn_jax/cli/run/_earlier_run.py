"""The files of an earlier run, which are set aside while a new run begins."""

from collections.abc import Sequence
import errno
import os
from pathlib import Path
import shutil


EARLIER_RUN = ".earlier-run"
_MOVING, _REMOVED = ".earlier-moving", ".earlier-removed"
HIDDEN = (_MOVING, EARLIER_RUN, _REMOVED)


class EarlierRun:
    """The files of an earlier run in a run folder, in one of three hidden folders.

    Each hidden folder becomes the next by one rename, so a killed process leaves one of
    these cases:

    1. `.earlier-moving`: files are being moved into it or out of it. No file of another
        run is in the run folder.
    2. `.earlier-run`: all files are in it. Those in the run folder are of the new run.
    3. `.earlier-removed`: the new run has begun, and the files are being removed.
    """

    def __init__(self, folder: Path, names: Sequence[str]) -> None:
        """`names` are the files and folders that a run writes to its folder.

        The first one is set aside first and put back last: if it is in the run folder,
        then so are all others.
        """
        self._folder = folder
        self._names = names
        self._moving, self._aside, self._removed = (folder / name for name in HIDDEN)

    @property
    def is_set_aside(self) -> bool:
        """Whether files of an earlier run are set aside, all or some."""
        return self._moving.exists() or self._aside.exists()

    def recover(self, *, undo: bool) -> None:
        """Finish what a killed process began; if `undo`, also undo a run not begun.

        A run without the first of its files is always undone. Raises `OSError`.
        """
        if self._removed.exists():
            shutil.rmtree(self._removed)
        if self._moving.exists():
            self._move_back()
        has_run = (self._folder / self._names[0]).exists()
        if self._aside.exists() and (undo or not has_run):
            self.put_back()

    def set_aside(self) -> None:
        """Set the files of an earlier run aside, or put all back on an error."""
        present = [name for name in self._names if (self._folder / name).exists()]
        if not present:
            return
        self._moving.mkdir()
        try:
            for name in present:
                (self._folder / name).rename(self._moving / name)
        except BaseException:  # also Ctrl-C
            self._move_back()
            raise
        self._moving.rename(self._aside)

    def put_back(self) -> None:
        """Remove the files of the new run, and put those of an earlier run back."""
        for name in reversed(self._names):
            remove(self._folder / name)
        if self._aside.exists():
            self._aside.rename(self._moving)
            self._move_back()

    def discard(self) -> None:
        """Remove the files of the earlier run, if they are set aside."""
        if self._aside.exists():
            self._aside.rename(self._removed)
            shutil.rmtree(self._removed, ignore_errors=True)

    def _move_back(self) -> None:
        for name in reversed(self._names):
            old, place = self._moving / name, self._folder / name
            if not old.exists():
                continue
            if os.path.lexists(place):  # of someone else: a rename would replace it
                text = f"it is also in {self._moving.name}"
                raise FileExistsError(errno.EEXIST, text, str(place))
            old.rename(place)
        self._moving.rmdir()


def remove(path: Path) -> None:
    """Remove a file or a folder, if it exists; of a link, the link."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
