"""The folder of a run: file names, the lock, and undoing a run that did not begin."""

from collections.abc import Iterable, Mapping, Sequence
import contextlib
import io
import json
import math
from pathlib import Path
import re
from typing import Any

import numpy as np

from ..._checks import check, invalid
from ..._files import temporaries_in, write_atomically
from ..._tables import shortest
from ...training import FolderLock
from ..options import FORMATS
from ._earlier_run import EarlierRun, HIDDEN, remove
from ._processes import by_first, is_first


CONFIG, HISTORY, SUMMARY = "config.json", "history.jsonl", "summary.json"
NETWORK, MEMBERS, NETWORKS = "network.safetensors", "members.json", "networks"
REPORT = "report.html"
CHECKPOINTS, ANALYSIS = "checkpoints", "analysis"
HISTORY_TABLE, MEMBERS_TABLE = "history.csv", "sweep.csv"
CURVES = "curves.safetensors"
"""The history of a share of a sweep, in every update; see `ctrnn-jax join`."""
_OURS = (
    CONFIG, HISTORY, SUMMARY, NETWORK, MEMBERS, NETWORKS, CHECKPOINTS, ANALYSIS,
    REPORT, CURVES, HISTORY_TABLE, MEMBERS_TABLE,
    *(
        f"{name}.{kind}"
        for name in ("trials", "weights", "loss", "psychometric", "performance")
        for kind in FORMATS
    ),
)  # fmt: skip
LOCK, _PROBE = ".lock", ".probe"


class RunFolder:
    """The folder that a run writes to, as a context manager.

    Inside the context no other process can write to the folder. The files of an earlier
    run are set aside until `begin` is called. If the run ends before `begin`, they are
    put back; if it is killed before, the next command that writes to the folder does
    so, or continues the new run (`ctrnn-jax resume`).
    """

    def __init__(self, path: Path, *, new: bool, overwrite: bool = False) -> None:
        """`new=False` is for a resumed run, whose files are never removed."""
        self.path = path
        self._new = new
        self._name = "out" if new else "folder"
        self._overwrite = overwrite
        self._begun = not new
        self._lock = FolderLock(path)
        self._earlier = EarlierRun(path, _OURS)
        self._new_folders: list[Path] = []

    def __enter__(self) -> "RunFolder":
        """Claim the folder in process 0; an error is raised in every process.

        Files of killed writes are removed. Raises `ValueError` for a path that is a
        file, a folder that is not empty (unless `overwrite=True`), a folder that
        another process writes to, one with symbolic links in place of the files of a
        run, and a folder that cannot be written.
        """
        by_first(self._claim)
        return self

    def _claim(self) -> None:
        if self._new:
            check_folder(self.path, overwrite=self._overwrite)
            above = (self.path, *self.path.parents)
            self._new_folders = [folder for folder in above if not folder.exists()]
        names = (*_OURS, LOCK, f"{CHECKPOINTS}/{LOCK}", *HIDDEN)
        check_no_links(self._name, self.path, names)
        try:
            self._take_lock()
            for path in _leftovers(self.path):
                path.unlink()
            # writing a probe finds a read-only folder or a full disk before training
            write_atomically(self.path / _PROBE, b"").unlink()
            self._earlier.recover(undo=self._new)
            if self._new:
                self._earlier.set_aside()
        except OSError as error:
            self._lock.release()
            self._remove_new_folders()
            rule = "be a folder that can be written"
            place = error.filename or self.path
            got = f"{self.path} ({place}: {error.strerror})"
            remedy = "Name another, or change its permissions."
            raise invalid(self._name, rule, got, remedy) from error

    def __exit__(self, *error: object) -> None:
        """Release the lock, and undo the claim if the run did not begin."""
        if not is_first():
            return
        if not self._begun:
            self._earlier.put_back()
            self._remove_new_folders()
        self._lock.release()

    def begin(self) -> None:
        """Keep this run from now on, and remove the files of an earlier run.

        A resumed run loses only the summary of its earlier part.
        """
        self._begun = True
        if not self._new:
            (self.path / SUMMARY).unlink(missing_ok=True)
        self._earlier.discard()

    def _take_lock(self) -> None:
        holder = self._lock.acquire()
        rule = "be written by one process at a time"
        got = f"{self.path}, locked by {holder}"
        remedy = "Wait for that process, or name another folder."
        check(holder is None, self._name, rule, got, remedy)

    def _remove_new_folders(self) -> None:
        with contextlib.suppress(OSError):  # no such folder, or others use it by now
            if self._new_folders:
                remove(self.path / LOCK)
            for folder in self._new_folders:
                folder.rmdir()


def _leftovers(folder: Path) -> list[Path]:
    """Return the files of killed writes in a run folder."""
    ours = (*_OURS, _PROBE)
    in_folder = [path for name, path in temporaries_in(folder) if name in ours]
    return in_folder + [path for _, path in temporaries_in(folder / NETWORKS)]


def check_folder(folder: Path, *, overwrite: bool) -> None:
    """Validate that a new run may write to a folder: empty, or `overwrite=True`.

    The lock and the files of killed writes do not count.
    """
    if folder.exists() and not folder.is_dir():
        raise invalid("out", "be a folder", f"the file {folder}", "Name another.")
    if overwrite or not folder.is_dir():
        return
    ignored = {folder / LOCK, folder / _PROBE, *_leftovers(folder)}
    is_empty = ignored.issuperset(folder.iterdir())
    rule, got = "be a new or empty folder", f"{folder}, which holds files"
    remedy = "Name another, or add --overwrite to replace an earlier run"
    if has_run(folder):
        remedy += f", or continue that run: ctrnn-jax resume {folder}"
    check(is_empty, "out", rule, got, f"{remedy}.")


def has_run(folder: Path) -> bool:
    """Return whether a folder holds a run, or an earlier one that was set aside."""
    return (folder / CONFIG).exists() or has_earlier_run(folder)


def has_earlier_run(folder: Path) -> bool:
    """Return whether an earlier run is set aside until a new one begins."""
    return EarlierRun(folder, _OURS).is_set_aside


def check_no_links(name: str, folder: Path, names: Iterable[str]) -> None:
    """Validate that none of these files of a folder is a symbolic link."""
    links = [each for each in names if (folder / each).is_symlink()]
    rule = "hold no symbolic links under the names of files of a run"
    got = f"{folder} with {', '.join(links)}"
    remedy = "Remove them, or name another folder."
    check(not links, name, rule, got, remedy)


def write_json(path: Path, content: Any) -> Path:
    """Write readable JSON atomically; numbers that are not finite become null."""
    text = json.dumps(finite(content), indent=2) + "\n"
    return write_atomically(path, text.encode())


def save_picture(path: Path, figure: Any) -> Path:
    """Write a figure atomically, as the suffix of the path says: png, pdf or svg.

    Equal figures give equal bytes. Letters of pdf and svg remain text.
    """
    # imported here, since matplotlib takes a second and training does not need it
    from matplotlib import rc_context
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    FigureCanvasAgg(figure)
    buffer, kind = io.BytesIO(), path.suffix[1:]
    # identifiers in SVG are the same in every process
    with rc_context(
        {"pdf.fonttype": 42, "svg.fonttype": "none", "svg.hashsalt": "ctrnn-jax"}
    ):
        figure.savefig(buffer, format=kind, dpi=200, metadata=_NOT_WRITTEN[kind])
    return write_atomically(path, buffer.getvalue())


def save_pictures(
    folder: Path, figures: Mapping[str, object], formats: Sequence[str]
) -> list[Path]:
    """Write each figure under its name in these formats; return the paths.

    Pictures of an earlier call in other formats, which would show other numbers, are
    removed.
    """
    paths = []
    for name, figure in figures.items():
        paths += [save_picture(folder / f"{name}.{kind}", figure) for kind in formats]
        for kind in set(FORMATS) - set(formats):
            (folder / f"{name}.{kind}").unlink(missing_ok=True)
    return paths


_NOT_WRITTEN: dict[str, dict[str, None]] = {
    "png": {"Software": None},
    "pdf": {"Creator": None, "Producer": None, "CreationDate": None},
    "svg": {"Creator": None, "Date": None},
}
"""What would change the bytes of a picture: versions of software, dates."""


def finite(content: Any) -> Any:
    """Return what JSON can represent: lists for arrays, `None` for NaN and infinity."""
    if isinstance(content, dict):
        return {name: finite(value) for name, value in content.items()}
    if hasattr(content, "tolist"):
        content = shortest(np.asarray(content)).tolist()
    if isinstance(content, (list, tuple)):
        return [finite(value) for value in content]
    if isinstance(content, float) and not math.isfinite(content):
        return None
    return content


_SHARE = re.compile(r"share-([0-9]+)-of-([0-9]+)")


def share_folder(out: Path, share: int, num_shares: int) -> Path:
    """Return the folder in which a job trains its share of a sweep."""
    return out / f"share-{share}-of-{num_shares}"


def share_folders(out: Path) -> dict[Path, tuple[int, int]]:
    """Return the folders of shares in the folder of a sweep, with their numbers.

    They are sorted by their numbers; folders without a run are left out.
    """
    folders = {}
    for path in out.iterdir() if out.is_dir() else ():
        matched = _SHARE.fullmatch(path.name)
        if matched and path.is_dir() and has_run(path):
            folders[path] = int(matched[1]), int(matched[2])
    return dict(sorted(folders.items(), key=lambda item: item[1]))
