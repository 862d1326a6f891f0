"""The folder of a run: claimed, locked, and left as it was if nothing came of it."""

import contextlib
import json
import math
from pathlib import Path
import shutil
import time
from types import TracebackType
from typing import Any

from ..._checks import invalid
from ..._files import write_whole
from ...training import FolderLock


CONFIG, HISTORY, SUMMARY = "config.json", "history.jsonl", "summary.json"
NETWORK, MEMBERS, NETWORKS = "network.safetensors", "members.json", "networks"
CHECKPOINTS, ANALYSIS = "checkpoints", "analysis"
PICTURES = tuple(
    f"{name}.png" for name in ("trials", "weights", "loss", "psychometric")
) + ("performance.png",)
_OURS = (
    CONFIG, HISTORY, SUMMARY, NETWORK, MEMBERS, NETWORKS, CHECKPOINTS, ANALYSIS,
    *PICTURES,
)  # fmt: skip
_EARLIER, LOCK = ".earlier", ".lock"


class RunFolder:
    """The folder that a run writes to, as a context.

    Within, no other process can write there. If the run ends before `begin`, whatever
    was in the folder is there again; what an earlier run left is set aside until then.
    """

    def __init__(self, path: Path, *, new: bool, overwrite: bool = False) -> None:
        """Of a new run, or of one to go on with, which is never undone."""
        self.path = path
        self._new = new
        self._name = "out" if new else "folder"
        self._overwrite = overwrite
        self._begun = not new
        self._lock = FolderLock(path)
        self._made: list[Path] = []

    def __enter__(self) -> "RunFolder":
        """Claim the folder.

        Raises `ValueError` for a path that is a file, a folder that is not empty
        (unless asked to overwrite), one that another process writes to, and one where
        nothing can be written.
        """
        if self._new:
            refuse_folder(self.path, overwrite=self._overwrite)
            self._made = [
                folder
                for folder in (self.path, *self.path.parents)
                if not folder.exists()
            ]
        try:
            self._take_lock()
            write_whole(self.path / ".probe", b"").unlink()
            if self._new:
                self._set_aside()
        except OSError as error:
            self._lock.release()
            self._remove_made()
            raise invalid(
                self._name,
                "be a folder that can be written",
                f"{self.path} ({error.strerror})",
                "Name another, or change its permissions.",
            ) from error
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let others write, and undo what did not begin."""
        if not self._begun:
            self._put_back()
            self._remove_made()
        self._lock.release()

    def begin(self) -> None:
        """There is something to keep from now on; an earlier run is removed."""
        if not self._begun:
            self._begun = True
            shutil.rmtree(self.path / _EARLIER, ignore_errors=True)

    def _take_lock(self) -> None:
        holder = self._lock.acquire()
        if holder is not None:  # `ctrnn-jax status` holds it for a moment
            time.sleep(0.1)
            holder = self._lock.acquire()
        if holder is not None:
            raise invalid(
                self._name,
                "be written by one process at a time",
                f"{self.path}, locked by {holder}",
                "Wait for it, or name another folder.",
            )

    def _set_aside(self) -> None:
        if (self.path / _EARLIER).exists():  # another run was killed before it began
            self._put_back()
        found = [self.path / name for name in _OURS if (self.path / name).exists()]
        if found:
            (self.path / _EARLIER).mkdir()
        for old in found:
            old.rename(self.path / _EARLIER / old.name)

    def _put_back(self) -> None:
        for name in _OURS:
            _remove(self.path / name)
        aside = self.path / _EARLIER
        if aside.exists():
            for old in aside.iterdir():
                old.rename(self.path / old.name)
            aside.rmdir()

    def _remove_made(self) -> None:
        with contextlib.suppress(OSError):  # there is none, or others use it by now
            if self._made:
                _remove(self.path / LOCK)
            for folder in self._made:
                folder.rmdir()


def refuse_folder(folder: Path, *, overwrite: bool) -> None:
    """Refuse a file, and a folder with files unless asked to overwrite."""
    if folder.exists() and not folder.is_dir():
        raise invalid("out", "be a folder", f"the file {folder}", "Name another.")
    holds = folder.is_dir() and any(p.name != LOCK for p in folder.iterdir())
    if holds and not overwrite:
        raise invalid(
            "out",
            "be a new or empty folder",
            f"{folder}, which holds files",
            "Name another, add --overwrite to replace an earlier run, or go on with "
            "it: ctrnn-jax resume.",
        )


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def write_json(path: Path, content: Any) -> Path:
    """Write readable JSON, whole or not at all; what is not finite is null."""
    return write_whole(path, (json.dumps(finite(content), indent=2) + "\n").encode())


def finite(content: Any) -> Any:
    """The same with `None` for numbers that JSON cannot hold."""
    if isinstance(content, dict):
        return {name: finite(value) for name, value in content.items()}
    if isinstance(content, (list, tuple)):
        return [finite(value) for value in content]
    if isinstance(content, float) and not math.isfinite(content):
        return None
    return content
