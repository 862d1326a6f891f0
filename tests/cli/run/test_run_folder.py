"""Kills at every moment, leftovers and links in a run folder: no file is lost."""

import json
import os
import shutil
import types

from cli.commands import ctrnn_jax, SMALL, TASK
import pytest

from ctrnn_jax import _files
from ctrnn_jax.cli.run import _folder, _train
from ctrnn_jax.training import FolderLock
from ctrnn_jax.training.checkpoints import _lock


OPERATIONS = ("rename", "replace", "unlink", "rmdir", "mkdir", "chmod")
"""The functions of `os` that change a folder."""

EARLIER = (
    "config.json", "history.jsonl", "summary.json", "network.safetensors",
    "checkpoints/20/meta", "analysis/000/spectrum.json", "loss.png",
)  # fmt: skip
NEW = ("config.json", "history.jsonl", "network.safetensors", "networks/0.safetensors")
TRAIN = ["train", TASK, *SMALL, "--overwrite", "--out"]


class Killed(BaseException):
    """What a patched function raises in place of SIGKILL."""


@pytest.fixture
def kill(monkeypatch):
    """Return a function that calls another one, which is killed before an operation.

    From that operation on, every other one fails too: a killed process cleans nothing
    up. It returns whether the function was killed.
    """
    monkeypatch.setattr(os, "fsync", lambda handle: None)  # it takes most of the time

    def call(function, before):
        count = 0

        def counted(original):
            def operation(*args, **kwargs):
                nonlocal count
                count += 1
                if count > before:
                    raise Killed
                return original(*args, **kwargs)

            return operation

        with monkeypatch.context() as patch:
            for name in OPERATIONS:
                patch.setattr(os, name, counted(getattr(os, name)))
            try:
                function()
            except Killed:
                return True
        return False

    return call


def write(folder, names, text):
    """Write files that name their run."""
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"{text} {name}")


def contents(folder):
    """Return the text of each file, except the lock."""
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in folder.rglob("*")
        if path.is_file() and path.name != ".lock"
    }


def is_whole_if_it_looks_so(folder):
    """Return whether a folder with config.json, and no new run, has all other files."""
    if (folder / "config.json").exists() and (folder / ".earlier-moving").exists():
        return contents(folder).items() >= expected(EARLIER, "earlier").items()
    return True


def expected(names, text):
    """Return the contents of a run, with a file of the user."""
    return {"note": "mine"} | {name: f"{text} {name}" for name in names}


@pytest.fixture
def out(tmp_path):
    """Return the folder of an earlier run, with a file of the user."""
    folder = tmp_path / "out"
    write(folder, EARLIER, "earlier")
    (folder / "note").write_text("mine")
    return folder


def begun(folder, *, until="end"):
    """Replace the earlier run of a folder; the new run may end before it begins."""
    with _folder.RunFolder(folder, new=True, overwrite=True) as run:
        write(folder, NEW[:1], "new")
        if until == "end":
            run.begin()
            write(folder, NEW[1:], "new")


def claimed(folder):
    """Claim the folder as the next `train --overwrite` does, which Ctrl-C ends."""
    with _folder.RunFolder(folder, new=True, overwrite=True):
        pass


def resumed(folder):
    """Claim the folder and begin as `resume` does."""
    with _folder.RunFolder(folder, new=False) as run:
        run.begin()


@pytest.mark.parametrize("until", ["end", "before its first update"])
def test_every_kill_of_an_overwriting_run_leaves_one_whole_run(
    tmp_path, out, kill, until
):
    """After any following commands the files are those of one run, in one piece."""
    one_of = [expected(EARLIER, "earlier"), expected(NEW, "new")]
    without_summary = expected(set(EARLIER) - {"summary.json"}, "earlier")
    followed_by = {
        "overwrite": (claimed,),
        "resume": (resumed,),
        "again": (lambda folder: begun(folder, until="Ctrl-C"), claimed),
    }
    was_killed, before = True, 0
    while was_killed:
        for name, commands in followed_by.items():
            folder = tmp_path / f"{before} {name}"
            shutil.copytree(out, folder)
            was_killed = kill(lambda folder=folder: begun(folder, until=until), before)
            assert is_whole_if_it_looks_so(folder), before
            for command in commands:
                command(folder)
            after = contents(folder)
            # killed after it had begun, a new run has only some of its files yet
            is_new = after["config.json"] == "new config.json"
            if is_new:
                assert after.items() <= one_of[1].items()
            else:
                allowed = [one_of[0]] + [without_summary] * (resumed in commands)
                assert after in allowed, (before, name)
            hidden = [p.name for p in folder.iterdir() if p.name.startswith(".")]
            assert hidden == [".lock"]
            shutil.rmtree(folder)
        before += 1
    assert before > 15  # operations


def test_every_kill_while_an_earlier_run_is_put_back(tmp_path, out, kill):
    """The next command finishes it, whichever it is."""
    was_killed, before = True, 0
    while was_killed:
        for name, command in {"overwrite": claimed, "resume": resumed}.items():
            folder = tmp_path / f"{before} {name}"
            shutil.copytree(out, folder)
            kill(lambda folder=folder: begun(folder), 8)
            assert (folder / ".earlier-run").exists() or (
                folder / ".earlier-moving"
            ).exists()
            was_killed = kill(lambda folder=folder: claimed(folder), before)
            assert is_whole_if_it_looks_so(folder), before
            command(folder)
            after = contents(folder)
            after.setdefault("summary.json", "earlier summary.json")  # of `resume`
            assert after == expected(EARLIER, "earlier"), (before, name)
        before += 1
    assert before > 15


def test_status_resume_and_analyse_say_what_a_killed_run_left(out, capfd, monkeypatch):
    """Before its first update the earlier run is set aside; then it is gone."""
    settings = {"command": "train", "task": TASK, "network": "rdm_dense", "steps": 9}
    (out / "config.json").write_text(json.dumps(settings | {"seed": 1}))
    whole = contents(out)
    run = _folder.RunFolder(out, new=True, overwrite=True)
    run.__enter__()
    run._lock.release()  # as the kernel does after a kill
    capfd.readouterr()
    for command in ("status", "analyse"):
        assert ctrnn_jax(command, out) == 2
        printed = capfd.readouterr().err
        assert "where a process was killed while it set an earlier run aside" in printed
        assert f"Put the earlier run back with: ctrnn-jax resume {out}" in printed
    assert ctrnn_jax("train", TASK, "--out", out, *SMALL) == 2
    assert "continue that run: ctrnn-jax resume" in capfd.readouterr().err
    assert ctrnn_jax("resume", out) == 2  # this config.json lacks settings
    assert "it lacks" in capfd.readouterr().err
    assert contents(out) == whole

    def fit(*args, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr(_train, "fit", fit)
    flags = [out, "--checkpoint-every", 5]
    with monkeypatch.context() as patch:
        patch.setattr(_folder.RunFolder, "__exit__", lambda self, *e: None)
        assert ctrnn_jax(*TRAIN, *flags) == 130
    assert ctrnn_jax("status", out) == 0
    assert "in .earlier-run until the first update" in capfd.readouterr().out
    assert ctrnn_jax("analyse", out) == 2
    assert f"that it replaces is in {out / '.earlier-run'}" in capfd.readouterr().err
    assert ctrnn_jax("resume", out) == 130
    assert (out / ".earlier-run" / "summary.json").exists()
    assert ctrnn_jax(*TRAIN, *flags) == 130
    assert contents(out) == whole


def test_a_file_that_appeared_since_is_not_replaced(out):
    """Another program wrote a file whose namesake is set aside."""
    (out / ".earlier-moving").mkdir()
    (out / "loss.png").rename(out / ".earlier-moving" / "loss.png")
    (out / "loss.png").write_text("of another program")
    with pytest.raises(ValueError, match=r"loss.png: it is also in .earlier-moving"):
        claimed(out)
    assert (out / "loss.png").read_text() == "of another program"


def test_an_error_while_files_are_set_aside_puts_them_back(out, monkeypatch):
    rename = os.rename

    def fails(source, target):
        if source.name == "checkpoints" and target.parent != out:
            raise OSError(16, "Device or resource busy", str(source))
        rename(source, target)

    monkeypatch.setattr(os, "rename", fails)
    with pytest.raises(ValueError, match="checkpoints: Device or resource busy"):
        claimed(out)
    assert contents(out) == expected(EARLIER, "earlier")


def test_leftovers_of_killed_writes_are_removed_by_the_next_run(tmp_path, kill):
    """Also before the lock is there; files of the user and of other programs stay."""
    leftovers = []
    for name in ("config.json", "networks/000.safetensors", "note"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        assert kill(lambda path=path: _files.write_atomically(path, b"half"), 0)
        leftovers += path.parent.glob(f".{path.name}.*.tmp")
    assert len(leftovers) == 3
    others = (".config.json.original", ".config.json.12345678.tmp.old")
    for name in others:
        (tmp_path / name).write_text("")
    with _folder.RunFolder(tmp_path, new=False):
        pass
    remaining = {path.name for path in tmp_path.rglob("*") if path.is_file()}
    assert remaining == {".lock", leftovers[-1].name, *others}


def test_a_run_killed_while_config_json_was_written_starts_again(tmp_path, kill):
    """The folder has a lock and a temporary file, and no config.json."""
    out = tmp_path / "out"

    def train():
        with _folder.RunFolder(out, new=True):
            _folder.write_json(out / "config.json", {})

    # the folder, the lock and the probe are written before
    was_killed, before = True, 0
    while was_killed:
        was_killed = kill(train, before)
        if not (out / "config.json").exists():
            _folder.check_folder(out, overwrite=False)
            train()
        shutil.rmtree(out, ignore_errors=True)
        before += 1
    assert before > 3


def test_only_the_folder_of_a_run_is_advised_to_be_resumed(tmp_path, capfd):
    (tmp_path / "note").write_text("mine")
    assert ctrnn_jax("train", TASK, "--out", tmp_path, *SMALL) == 2
    printed = capfd.readouterr().err
    assert "add --overwrite to replace an earlier run." in printed
    assert "resume" not in printed


@pytest.mark.parametrize(
    "name",
    [".lock", "history.jsonl", "checkpoints", "checkpoints/.lock", ".earlier-run"],
)
def test_links_are_errors_and_their_targets_unchanged(tmp_path, out, capfd, name):
    """A folder of someone else may link to files of the user."""
    target = tmp_path / "target"
    if name in ("checkpoints", ".earlier-run"):
        write(target, ("7/meta",), "mine")
    else:
        target.write_text("mine")
    _folder.remove(out / name)
    (out / name).symlink_to(target)
    before = contents(tmp_path)
    for arguments in ((*TRAIN, out), ("resume", out)):
        assert ctrnn_jax(*arguments) == 2
        printed = capfd.readouterr().err
        assert "must hold no symbolic links under the names of files" in printed
        assert f"{out} with {name}." in printed
    assert contents(tmp_path) == before


def test_a_lock_that_is_a_link_is_an_error(tmp_path):
    (tmp_path / "target").write_text("mine")
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / ".lock").symlink_to(tmp_path / "target")
    with pytest.raises(OSError, match=r"symbolic links: '.*a/.lock'"):
        FolderLock(tmp_path / "a").acquire()
    assert (tmp_path / "target").read_text() == "mine"


def test_a_run_waits_for_a_process_that_reads_its_lock(tmp_path, monkeypatch):
    """`ctrnn-jax status` does so, for as long as a loaded machine lets it."""
    fcntl = pytest.importorskip("fcntl")
    (tmp_path / ".lock").touch()
    with (tmp_path / ".lock").open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        waits = []

        def wait(seconds):
            waits.append(seconds)
            if len(waits) == 3:
                fcntl.flock(file, fcntl.LOCK_UN)

        monkeypatch.setattr(_lock, "time", types.SimpleNamespace(sleep=wait))
        lock = FolderLock(tmp_path)
        assert lock.acquire() is None
        assert len(waits) == 3
        assert FolderLock(tmp_path).acquire() is not None  # a run has it: an error
        assert len(waits) == 3
        lock.release()
        fcntl.flock(file, fcntl.LOCK_SH)
        monkeypatch.setattr(_lock, "_ATTEMPTS", 2)
        assert FolderLock(tmp_path).acquire() is not None  # it has waited long


def test_a_lock_that_is_removed_while_it_is_taken_is_taken_anew(tmp_path, monkeypatch):
    """By a process that removes its new folder; two runs could have the lock."""
    path, flock = tmp_path / ".lock", _lock._flock

    def remove_and_lock(handle):
        monkeypatch.setattr(_lock, "_flock", flock)
        path.unlink()
        flock(handle)

    monkeypatch.setattr(_lock, "_flock", remove_and_lock)
    lock = FolderLock(tmp_path)
    assert lock.acquire() is None
    assert path.exists()
    assert FolderLock(tmp_path).acquire() == path.read_text()
    lock.release()


def test_analyses_are_not_written_through_a_link(trained, tmp_path, capfd):
    copied = shutil.copytree(trained, tmp_path / "run")
    (tmp_path / "target").mkdir()
    (copied / "analysis").symlink_to(tmp_path / "target")
    assert ctrnn_jax("analyse", copied, "--spectrum") == 2
    assert "must hold no symbolic links" in capfd.readouterr().err
    assert not list((tmp_path / "target").iterdir())
