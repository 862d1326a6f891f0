"""A full disk, a folder in use, an early error: a message, and no file is lost."""

from pathlib import Path
import sys

from cli.commands import ctrnn_jax, lines, output_of, SMALL, start, TASK
import pytest

from ctrnn_jax.cli.run import _folder, _history, _train


LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (2000, resource.RLIM_INFINITY))
from ctrnn_jax.cli import main
main()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="RLIMIT_FSIZE as on Linux")
@pytest.mark.slow
def test_a_full_disk_is_reported_and_resume_writes_the_missing_files(tmp_path):
    out = tmp_path / "out"
    # the cache is read but not written
    never = {"JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "1e9"}
    process = start(
        "train", TASK, "--out", out, "--steps", 200, "--no-stop", "--validate-every",
        10, "--checkpoint-every", 100, *SMALL,
        program=LIMITED, **never,
    )  # fmt: skip
    printed = output_of(process, 2)
    assert "warning: history.jsonl: File too large" in printed
    assert "error: not written: history.jsonl (File too large)" in printed
    assert "error: not written: network.safetensors (File too large)" in printed
    assert "The checkpoint of step 100 was not saved" in printed
    assert f"write it with: ctrnn-jax resume {out}" in printed.replace("\n", " ")
    steps = [line["step"] for line in lines(out)]  # complete lines only
    assert steps == list(range(10, 10 * len(steps) + 1, 10))
    assert 0 < len(steps) < 20
    assert not (out / "summary.json").exists()
    assert not list(out.glob(".*.*"))  # partial files
    output_of(start("resume", out))
    assert [line["step"] for line in lines(out)] == list(range(10, 201, 10))
    for name in ("summary.json", "network.safetensors", "loss.png"):
        assert (out / name).exists()


def test_lines_are_written_when_the_disk_has_space_again(tmp_path, monkeypatch):
    file = _history.HistoryFile(tmp_path / "history.jsonl")
    file.begin()
    file.add([{"step": 1, "loss": float("nan")}])

    unpatched_open = open

    class FullDisk:
        """A file that writes half of the bytes, then raises an error."""

        def __init__(self, path, mode, buffering):
            self.file = unpatched_open(path, mode, buffering)

        def __enter__(self):
            return self

        def __exit__(self, *error):
            self.file.close()

        def write(self, data):
            if len(data) < 10:
                raise OSError(28, "No space left on device")
            return self.file.write(data[: len(data) // 2])

        def truncate(self, size):
            self.file.truncate(size)

    with monkeypatch.context() as patch:
        patch.setattr("builtins.open", FullDisk)
        file.add([{"step": 2}])
        assert file.failure is not None
        assert file.failure.strerror == "No space left on device"
    assert [line["step"] for line in lines(tmp_path)] == [1]
    file.add([{"step": 3}])
    assert file.failure is None
    assert lines(tmp_path) == [{"step": 1, "loss": None}, {"step": 2}, {"step": 3}]


@pytest.mark.parametrize("function", ["os.replace", "os.fsync"])
def test_a_crash_while_the_history_is_rewritten_loses_no_line(
    tmp_path, monkeypatch, function
):
    """`resume` removes the lines after the checkpoint."""
    path = tmp_path / "history.jsonl"
    path.write_text("".join(f'{{"step": {step}}}\n' for step in range(9)))
    before = path.read_bytes()

    def crash(*arguments):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(function, crash)
        with pytest.raises(KeyboardInterrupt):
            _history.HistoryFile(path, after=5).begin()
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["history.jsonl"]
    assert len(_history.HistoryFile(path, after=5).begin()) == 6
    assert [line["step"] for line in lines(tmp_path)] == list(range(6))


def contents(folder):
    """Return the bytes of each file."""
    return {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.fixture
def earlier(tmp_path):
    """Return the folder of an earlier run, which also holds a file of the user."""
    folder = tmp_path / "out"
    for name in ("checkpoints/20/meta", "config.json", "network.safetensors", "note"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    (folder / ".lock").write_text("")
    return folder


def train(folder, *arguments):
    """Train a network of 10 units; return the exit status."""
    return ctrnn_jax("train", TASK, "--out", folder, "--hidden", 10, *arguments)


@pytest.mark.parametrize(
    ("error", "status"), [(KeyboardInterrupt, 130), (ValueError("no"), 2)]
)
def test_a_run_that_ends_before_its_first_update_leaves_the_folder_unchanged(
    tmp_path, earlier, capfd, monkeypatch, error, status
):
    def fit(*args, checkpoints, **options):
        assert (earlier / "config.json").read_text() != "config.json"
        assert not (earlier / "network.safetensors").exists()
        raise error

    monkeypatch.setattr(_train, "fit", fit)
    before = contents(earlier)
    assert train(earlier, "--overwrite", "--checkpoint-every", 5) == status
    after = contents(earlier)
    del before[earlier / ".lock"], after[earlier / ".lock"]
    assert after == before
    printed = "".join(capfd.readouterr())
    assert ("before the first update: nothing was saved" in printed) == (status == 130)

    monkeypatch.setattr(_train, "fit", lambda *a, **k: (_ for _ in ()).throw(error))
    new = tmp_path / "above" / "out"
    assert train(new) == status
    assert not new.parent.exists()


def test_files_of_the_earlier_run_are_restored_after_a_kill(earlier):
    """The next run in a folder undoes one that was killed before its first update."""
    before = contents(earlier)
    run = _folder.RunFolder(earlier, new=True, overwrite=True)
    run.__enter__()
    (earlier / "config.json").write_text("of the killed run")
    run._lock.release()  # as the kernel does after a kill
    with _folder.RunFolder(earlier, new=True, overwrite=True):
        assert not (earlier / "config.json").exists()
    after = contents(earlier)
    del before[earlier / ".lock"], after[earlier / ".lock"]
    assert after == before


def test_folders_in_use_are_errors_and_unchanged(earlier, capfd):
    before = contents(earlier)
    assert train(earlier) == 2
    assert "must be a new or empty folder" in capfd.readouterr().err
    assert contents(earlier) == before
    with _folder.RunFolder(earlier, new=False):
        assert train(earlier, "--overwrite") == 2
    printed = capfd.readouterr().err
    assert "must be written by one process at a time" in printed
    assert "locked by process" in printed
    after = contents(earlier)
    del before[earlier / ".lock"], after[earlier / ".lock"]
    assert after == before


def test_folders_that_cannot_be_created_are_errors(tmp_path, capfd):
    file = tmp_path / "file"
    file.write_text("")
    cases = [
        (file, "must be a folder; got the file"),
        (file / "below", "folder that can be written"),
    ]
    if sys.platform == "linux":
        cases.append((Path("/proc/none"), "folder that can be written"))
    for out, message in cases:
        assert train(out) == 2
        assert message in capfd.readouterr().err
