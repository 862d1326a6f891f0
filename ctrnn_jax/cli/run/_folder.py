"""The folder of a run: file names, the lock, and undoing a run that did not begin."""

import contextlib
import io
import json
import math
from pathlib import Path
import shutil
import time
from typing import Any

import numpy as np

from ..._checks import check, invalid
from ..._files import write_atomically
from ...training import FolderLock
from ._processes import by_first, is_first


CONFIG, HISTORY, SUMMARY = "config.json", "history.jsonl", "summary.json"
NETWORK, MEMBERS, NETWORKS = "network.safetensors", "members.json", "networks"
CHECKPOINTS, ANALYSIS = "checkpoints", "analysis"
_OURS = (
    CONFIG, HISTORY, SUMMARY, NETWORK, MEMBERS, NETWORKS, CHECKPOINTS, ANALYSIS,
    "trials.png", "weights.png", "loss.png", "psychometric.png", "performance.png",
)  # fmt: skip
_EARLIER, LOCK = ".earlier", ".lock"


class RunFolder:
    """The folder that a run writes to, as a context manager.

    Inside the context no other process can write to the folder. The files of an earlier
    run are set aside until `begin` is called. If the run ends before `begin`, they are
    put back.
    """

    def __init__(self, path: Path, *, new: bool, overwrite: bool = False) -> None:
        """`new=False` is for a resumed run, whose files are never removed."""
        self.path = path
        self._new = new
        self._name = "out" if new else "folder"
        self._overwrite = overwrite
        self._begun = not new
        self._lock = FolderLock(path)
        self._new_folders: list[Path] = []

    def __enter__(self) -> "RunFolder":
        """Claim the folder in process 0; an error is raised in every process.

        Raises `ValueError` for a path that is a file, a folder that is not empty
        (unless `overwrite=True`), a folder that another process writes to, and a folder
        that cannot be written.
        """
        by_first(self._claim)
        return self

    def _claim(self) -> None:
        if self._new:
            check_folder(self.path, overwrite=self._overwrite)
            above = (self.path, *self.path.parents)
            self._new_folders = [folder for folder in above if not folder.exists()]
        try:
            self._take_lock()
            # writing a probe finds a read-only folder or a full disk before training
            write_atomically(self.path / ".probe", b"").unlink()
            if self._new:
                self._set_aside()
        except OSError as error:
            self._lock.release()
            self._remove_new_folders()
            rule = "be a folder that can be written"
            got = f"{self.path} ({error.strerror})"
            remedy = "Name another, or change its permissions."
            raise invalid(self._name, rule, got, remedy) from error

    def __exit__(self, *error: object) -> None:
        """Release the lock, and undo the claim if the run did not begin."""
        if not is_first():
            return
        if not self._begun:
            self._put_back()
            self._remove_new_folders()
        self._lock.release()

    def begin(self) -> None:
        """Keep this run from now on, and remove the files of an earlier run.

        A resumed run loses only the summary of its earlier part.
        """
        if not self._new:
            (self.path / SUMMARY).unlink(missing_ok=True)
        elif not self._begun:
            self._begun = True
            shutil.rmtree(self.path / _EARLIER, ignore_errors=True)

    def _take_lock(self) -> None:
        holder = self._lock.acquire()
        if holder is not None:  # `ctrnn-jax status` holds the lock for a moment
            time.sleep(0.1)
            holder = self._lock.acquire()
        rule = "be written by one process at a time"
        got = f"{self.path}, locked by {holder}"
        remedy = "Wait for that process, or name another folder."
        check(holder is None, self._name, rule, got, remedy)

    def _set_aside(self) -> None:
        """Move the files of an earlier run into a hidden folder."""
        if (self.path / _EARLIER).exists():  # a run was killed before it began
            self._put_back()
        earlier = [self.path / name for name in _OURS if (self.path / name).exists()]
        if earlier:
            (self.path / _EARLIER).mkdir()
        for old in earlier:
            old.rename(self.path / _EARLIER / old.name)

    def _put_back(self) -> None:
        """Remove the files of this run and move those of an earlier run back."""
        for name in _OURS:
            _remove(self.path / name)
        aside = self.path / _EARLIER
        if aside.exists():
            for old in aside.iterdir():
                old.rename(self.path / old.name)
            aside.rmdir()

    def _remove_new_folders(self) -> None:
        with contextlib.suppress(OSError):  # no such folder, or others use it by now
            if self._new_folders:
                _remove(self.path / LOCK)
            for folder in self._new_folders:
                folder.rmdir()


def check_folder(folder: Path, *, overwrite: bool) -> None:
    """Validate that a new run may write to a folder: empty, or `overwrite=True`."""
    if folder.exists() and not folder.is_dir():
        raise invalid("out", "be a folder", f"the file {folder}", "Name another.")
    holds_files = folder.is_dir() and any(p.name != LOCK for p in folder.iterdir())
    rule, got = "be a new or empty folder", f"{folder}, which holds files"
    remedy = "Name another, add --overwrite to replace an earlier run, or continue "
    remedy += "that run: ctrnn-jax resume."
    check(overwrite or not holds_files, "out", rule, got, remedy)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def write_json(path: Path, content: Any) -> Path:
    """Write readable JSON atomically; numbers that are not finite become null."""
    text = json.dumps(finite(content), indent=2) + "\n"
    return write_atomically(path, text.encode())


def save_picture(path: Path, figure: Any) -> Path:
    """Write a figure as PNG, atomically; equal figures give equal bytes."""
    # imported here, since matplotlib takes a second and training does not need it
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    FigureCanvasAgg(figure)
    buffer = io.BytesIO()
    # without the version of the software, which would change the bytes
    figure.savefig(buffer, format="png", dpi=150, metadata={"Software": None})
    return write_atomically(path, buffer.getvalue())


def finite(content: Any) -> Any:
    """Return what JSON can represent: lists for arrays, `None` for NaN and infinity."""
    if isinstance(content, dict):
        return {name: finite(value) for name, value in content.items()}
    if hasattr(content, "tolist"):
        content = np.asarray(content).tolist()
    if isinstance(content, (list, tuple)):
        return [finite(value) for value in content]
    if isinstance(content, float) and not math.isfinite(content):
        return None
    return content
