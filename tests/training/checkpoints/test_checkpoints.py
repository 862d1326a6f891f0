"""Checkpoints: written atomically, restored to the bit, with errors that say why."""

import errno
import json
import logging
import os
import shutil
import signal
import socket
import subprocess
import sys
import time

import equinox as eqx
from helpers import identical
import jax
import jax.numpy as jnp
from jax.sharding import AxisType, NamedSharding, PartitionSpec
import ml_dtypes
import numpy as np
import optax
import pytest

import ctrnn_jax as cj
from ctrnn_jax.training import CheckpointError, Checkpoints, CheckpointWarning
from ctrnn_jax.training.checkpoints._files import (
    _check_room as check_room,
    Damaged,
    with_checksum,
    without_checksum,
)


def small(seed):
    """Return a small state that depends on the seed."""
    rng = np.random.default_rng(seed)
    return {"w": jnp.asarray(rng.normal(size=(4, 3)).astype(np.float32)), "step": seed}


def saved(folder, *steps, keep=3):
    with Checkpoints(folder, every=1, keep=keep) as checkpoints:
        for step in steps:
            checkpoints.save(
                step, small(step), {"loss": np.arange(float(step))}, {"name": "a"}
            )
    return checkpoints


def restore(checkpoints, like, **options):
    """Restore a checkpoint that exists."""
    restored = checkpoints.restore(like, **options)
    assert restored is not None
    return restored


def meta_of(folder):
    """Return the file of the metadata of a checkpoint, and its content."""
    file = folder / "meta" / "metadata"
    return file, json.loads(json.loads(file.read_text())["content"])


def write(file, meta):
    file.write_text(json.dumps(with_checksum(meta)))


def run(program, *arguments):
    return subprocess.Popen(
        [sys.executable, "-c", program, *map(str, arguments)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def finished(*processes):
    try:
        outputs = [process.communicate(timeout=900) for process in processes]
    finally:
        for process in processes:
            process.kill()
    for process, output in zip(processes, outputs, strict=True):
        assert process.returncode == 0, output
    return [out for out, _ in outputs]


def test_a_training_state_is_restored_to_the_bit(tmp_path, capfd):
    net = cj.EIRNN(
        2, 8, 2, dt=20.0, tau=100.0, noise=cj.DiffusionNoise(0.1), key=jax.random.key(0)
    )
    net = cj.astype(net, jnp.float32)
    rng = np.random.default_rng(0)
    state = {
        "net": net,
        "opt": optax.adam(1e-3).init(eqx.filter(net, cj.trainable(net))),
        "keys": jax.random.split(jax.random.key(3, impl="rbg"), 5),
        "raw_key": jax.random.PRNGKey(4),
        "numpy": rng.normal(size=(3, 2)).T,  # not contiguous
        "scalar": np.float32(0.1),
        "half": np.asarray(rng.normal(size=3), ml_dtypes.bfloat16),
        "special": np.array([np.nan, -0.0, np.inf, 5e-324]),
        "complex": jnp.asarray([1 + 2j]),
        "empty": jnp.zeros((0, 3), jnp.float32),
        "flags": (True, 2**60, 0.1, None, np.array([True, False])),
    }
    original = np.copy(state["numpy"])
    history = {"loss": rng.normal(size=100), "none": np.zeros(0, int)}
    with Checkpoints(tmp_path / "new" / "run", every=1) as checkpoints:
        assert checkpoints.latest is None
        assert checkpoints.restore(state) is None
        checkpoints.save(5, state, history, {"task": "dms", "sizes": (1, 2)})
        state["numpy"][:] = 0.0  # the save made a copy
        checkpoints.wait()
        state["numpy"][:] = original
        assert checkpoints.latest == 5
    arrays, past, meta = restore(Checkpoints(tmp_path / "new" / "run", every=1), state)
    nan = arrays.pop("special"), state.pop("special")
    assert nan[0].tobytes() == nan[1].tobytes()
    assert identical(arrays, state)
    assert identical(past, history)
    for x, y in zip(jax.tree.leaves(arrays), jax.tree.leaves(state), strict=True):
        assert type(x) is type(y)
    assert arrays["keys"].dtype == state["keys"].dtype
    assert meta["task"] == "dms"
    assert meta["sizes"] == [1, 2]
    assert meta["format"] == 3
    assert meta["versions"]["jax"] == jax.__version__
    assert {"ctrnn-jax", "jaxlib", "optax", "orbax-checkpoint"} <= set(meta["versions"])
    assert set(meta) == {"task", "sizes", "format", "versions"}
    # shapes are enough, and no array is tied to a device that was not before
    shapes = jax.eval_shape(lambda: eqx.filter(state, eqx.is_array))
    whole = eqx.combine(shapes, eqx.filter(state, eqx.is_array, inverse=True))
    whole["special"] = np.zeros(4)
    restored = restore(Checkpoints(tmp_path / "new" / "run", every=1), whole)[0]
    assert identical(restored["net"], state["net"])
    assert identical(restored["keys"], state["keys"])
    assert not restored["raw_key"].committed
    assert not arrays["net"].dt.committed
    assert capfd.readouterr() == ("", "")  # orbax logs nothing
    assert not any("WithoutOrbax" in repr(f) for f in logging.getLogger("absl").filters)


def test_arrays_are_restored_with_their_sharding(tmp_path):
    mesh = jax.make_mesh((1,), ("x",), axis_types=(AxisType.Auto,))
    where = NamedSharding(mesh, PartitionSpec("x"))
    state = jax.device_put({"w": jnp.arange(4.0), "k": jax.random.key(1)[None]}, where)
    with Checkpoints(tmp_path, every=1) as checkpoints:
        checkpoints.save(1, state, {}, {})
    arrays, history, _ = restore(checkpoints, state)
    assert identical(arrays, state)
    assert history == {}
    for x in arrays.values():
        assert x.committed
        assert isinstance(x.sharding, NamedSharding)


def test_when_a_save_is_due(tmp_path):
    by_step = Checkpoints(tmp_path, every=3)
    assert [s for s in range(10) if by_step.due(s)] == [3, 6, 9]
    assert not any(Checkpoints(tmp_path, seconds=1e6).due(s) for s in range(5))
    by_time = Checkpoints(tmp_path, seconds=0.05)
    time.sleep(0.06)
    assert by_time.due(1)
    assert not by_time.due(0)
    with by_time:
        by_time.save(1, small(1), {}, {})
        by_time.seconds = 1e6  # for any duration of the save
        assert not by_time.due(2)
        by_time.wait()
        by_time.seconds = 1e-9
        assert not by_time.due(1)  # this checkpoint exists
        assert by_time.due(2)


def test_the_newest_are_kept_and_each_can_be_restored(tmp_path):
    checkpoints = saved(tmp_path, 1, 2, 5, 10, keep=2)
    assert checkpoints.steps() == [5, 10]
    assert sorted(os.listdir(tmp_path)) == [".lock", "10", "5"]
    for step, like in [(None, 10), (5, 5)]:
        arrays, history, meta = restore(checkpoints, small(0), step=step)
        assert identical(arrays, small(like))
        assert identical(history, {"loss": np.arange(float(like))})
        assert meta["name"] == "a"
    with pytest.raises(ValueError, match=r"`step` must be one of .*\[5, 10\]; got 7"):
        checkpoints.restore(small(0), step=7)


def test_a_run_continues_in_its_folder_and_another_run_does_not(tmp_path):
    saved(tmp_path, 10, 20)
    with (
        Checkpoints(tmp_path, every=5) as other,
        pytest.raises(ValueError, match="hold no checkpoint of step 15 or later"),
    ):
        other.save(15, small(0), {}, {})
    with Checkpoints(tmp_path, every=5) as again:
        assert restore(again, small(0))[0]["step"] == 20
        assert not again.due(20)
        again.save(20, small(0), {}, {})  # exists, and is not replaced
        again.save(25, small(25), {}, {})
    assert again.steps() == [10, 20, 25]
    assert identical(restore(again, small(0), step=20)[0], small(20))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda s: s | {"w": s["w"][:, :2]},
            r"another network.*`w` has shape \(4, 3\) .*there and shape \(4, 2\)",
        ),
        (
            lambda s: s | {"w": s["w"].astype(jnp.float64)},
            r"`w` has shape \(4, 3\) \(float32\) there .* \(float64\) here",
        ),
        (lambda s: s | {"step": 1.0}, r"`step` .*\(int\) there .*\(float\) here"),
        (lambda s: s | {"b": s["w"]}, "`b` is missing there"),
        (lambda s: {"w": s["w"]}, "`step` .* is there and not here"),
    ],
    ids=["shape", "dtype", "type", "more", "less"],
)
def test_a_checkpoint_of_another_network_is_an_error(tmp_path, change, message):
    checkpoints = saved(tmp_path, 1)
    with pytest.raises(CheckpointError, match=message):
        checkpoints.restore(change(small(0)))


def test_every_damaged_file_is_an_error_or_has_no_effect(tmp_path, capfd):
    checkpoints = saved(tmp_path, 1, 2)
    whole = shutil.copytree(tmp_path / "2", tmp_path / "copy")
    damaged_items, messages = set(), []
    for file in [p for p in whole.rglob("*") if p.is_file()]:
        name, data = file.relative_to(whole), file.read_bytes()
        flipped = bytearray(data)
        flipped[len(data) // 2] ^= 4
        for how in (None, b"", data[: len(data) // 2], bytes(flipped)):
            damaged = tmp_path / "2" / name
            damaged.unlink()
            if how is not None:
                damaged.write_bytes(how)
            try:
                restored = restore(checkpoints, small(0))
            except CheckpointError as error:
                messages.append(str(error))
                damaged_items.add(name.parts[0])
            else:
                assert identical(restored[0], small(2))
                assert identical(restored[1], {"loss": np.arange(2.0)})
            damaged.write_bytes(data)
    assert damaged_items == {"arrays", "history", "meta"}
    assert all(
        "2 is damaged" in s and "others, of steps [1]. Remove" in s for s in messages
    )
    assert identical(restore(checkpoints, small(0), step=1)[0], small(1))
    assert capfd.readouterr() == ("", "")
    shutil.rmtree(tmp_path / "2" / "meta")
    with pytest.raises(CheckpointError, match="damaged"):
        checkpoints.restore(small(0))


def test_a_wrong_checksum_is_an_error(tmp_path):
    checkpoints = saved(tmp_path, 1)
    file, meta = meta_of(tmp_path / "1")
    entry = next(e for e in meta["contents"]["arrays"] if e["path"] == "w")
    entry["crc32"] ^= 1
    write(file, meta)
    with pytest.raises(CheckpointError, match=r"checksum of `w` .*There is no other"):
        checkpoints.restore(small(0))


def flips(data):
    """Yield copies of bytes, each with another bit changed."""
    for i in range(8 * len(data)):
        flipped = bytearray(data)
        flipped[i // 8] ^= 1 << i % 8
        yield bytes(flipped)


def test_every_changed_bit_of_the_metadata_is_found(tmp_path):
    """Whole files of small metadata, decoded as in `Reader.meta`."""
    text = "\N{GREEK SMALL LETTER TAU} 1e-05"
    data = json.dumps(with_checksum({"format": 3, "contents": text})).encode()
    assert without_checksum(json.loads(data)) == {"format": 3, "contents": text}
    for flipped in flips(data):
        with pytest.raises((ValueError, Damaged)):  # ValueError: no JSON, no UTF-8
            without_checksum(json.loads(flipped.decode()))


def test_a_changed_bit_of_the_metadata_is_a_damaged_checkpoint(tmp_path):
    checkpoints = saved(tmp_path, 1, 2)
    file = tmp_path / "2" / "meta" / "metadata"
    changed = list(flips(file.read_bytes()))
    for i in np.random.default_rng(0).choice(len(changed), 40, replace=False):
        file.write_bytes(changed[i])
        with pytest.raises(
            CheckpointError, match=r"2 is damaged: .* continue from step 1"
        ):
            checkpoints.restore(small(0))


@pytest.mark.slow
def test_no_changed_bit_of_any_file_restores_other_values(tmp_path):
    checkpoints = saved(tmp_path, 1)
    rng = np.random.default_rng(0)
    for file in [p for p in (tmp_path / "1").rglob("*") if p.is_file()]:
        data = file.read_bytes()
        changed = list(flips(data))
        for i in rng.choice(len(changed), min(len(changed), 200), replace=False):
            file.write_bytes(changed[i])
            try:
                arrays, history, meta = restore(checkpoints, small(0))
            except CheckpointError as error:
                assert "is damaged" in str(error)  # noqa: PT017
            else:
                assert identical(arrays, small(1))
                assert identical(history, {"loss": np.arange(1.0)})
                assert meta["name"] == "a"
        file.write_bytes(data)


def test_float64_that_would_become_float32_is_an_error(tmp_path):
    state = {"w": jnp.ones(3), "host": np.ones(2)}
    with Checkpoints(tmp_path, every=1) as checkpoints:
        checkpoints.save(1, state, {}, {})
    message = (
        f"{tmp_path / '1'} holds float64, which JAX would make float32. Set "
        "jax_enable_x64, or start a new run in another folder."
    )
    wide = jax.ShapeDtypeStruct((3,), np.float64)
    with jax.enable_x64(False):
        for like in (jnp.zeros(3), wide):
            with pytest.raises(CheckpointError) as error:
                checkpoints.restore({"w": like, "host": np.ones(2)})
            assert str(error.value) == message
        like = {"w": np.ones(3), "host": np.ones(2)}  # NumPy keeps float64
        assert identical(restore(checkpoints, like)[0], like)


def test_an_array_of_another_shape_than_described_is_an_error(tmp_path):
    checkpoints = saved(tmp_path / "run", 1)
    with Checkpoints(tmp_path / "other", every=1) as other:
        other.save(1, {"w": small(1)["w"][:, :2], "step": 1}, {}, {})
    shutil.rmtree(tmp_path / "run" / "1" / "arrays")
    shutil.copytree(
        tmp_path / "other" / "1" / "arrays", tmp_path / "run" / "1" / "arrays"
    )
    with pytest.raises(CheckpointError, match=r"damaged: .*`w` is .*4, 2"):
        checkpoints.restore(small(0))


def test_other_formats_and_files_of_other_programs_are_errors(tmp_path):
    checkpoints = saved(tmp_path, 1)
    file, meta = meta_of(tmp_path / "1")
    write(file, meta | {"format": 4})
    newer = "format 4; this version reads format 3. Install a newer ctrnn-jax"
    with pytest.raises(CheckpointError, match=newer):
        checkpoints.restore(small(0))
    versions = meta["versions"] | {"ctrnn-jax": "0.1.2"}
    # earlier formats have no checksum
    file.write_text(json.dumps(meta | {"format": 2, "versions": versions}))
    older = "format 2; this version reads format 3. Continue the run with .* 0.1.2"
    with pytest.raises(CheckpointError, match=older):
        checkpoints.restore(small(0))
    file.write_text(json.dumps({"weights": 1}))
    with pytest.raises(CheckpointError, match="another program wrote it"):
        checkpoints.restore(small(0))
    (tmp_path / "7" / "default").mkdir(parents=True)
    with pytest.raises(CheckpointError, match="7 holds no checkpoint of ctrnn_jax"):
        checkpoints.restore(small(0))
    (tmp_path / "file").write_text("")
    with pytest.raises(CheckpointError, match="is a file, not a folder"):
        Checkpoints(tmp_path / "file", every=1).restore(small(0))
    (tmp_path / "notes").mkdir()
    assert Checkpoints(tmp_path / "notes", every=1).restore(small(0)) is None


def test_invalid_arguments_are_errors(tmp_path):
    for options, message in [
        ({}, "`every` must be given, or `seconds`"),
        ({"every": 0}, "`every` must be a whole number, at least 1"),
        ({"seconds": 0.0}, "`seconds` must be positive"),
        ({"every": 1, "keep": 0}, "`keep` must be a whole number, at least 1"),
    ]:
        with pytest.raises(ValueError, match=message):
            Checkpoints(tmp_path, **options)
    checkpoints = Checkpoints(tmp_path, every=1)
    for arguments, message in [
        ((-1, {}, {}, {}), "`step` must be a whole number"),
        ((1, {"f": len}, {}, {}), "`arrays.f` must be an array or a number"),
        ((1, {"f": np.array(["a"])}, {}, {}), "`arrays.f` must be an array or a num"),
        ((1, {}, {"loss": "high"}, {}), "`history.loss` must be an array"),
        ((1, {}, {}, {"f": len}), "`meta` must be what JSON can hold"),
        ((1, {}, {}, {"format": 3}), "`meta` must not use the name 'format'"),
    ]:
        with pytest.raises(ValueError, match=message):
            checkpoints.save(*arguments)
    assert os.listdir(tmp_path) == []


@pytest.mark.usefixtures("as_for_a_user")
def test_seconds_must_be_a_number(tmp_path):
    with pytest.raises(ValueError, match="`seconds` must be"):
        Checkpoints(tmp_path, seconds="often")


def test_checkpoints_need_orbax(tmp_path, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ImportError, match="pip install orbax-checkpoint"):
        Checkpoints(tmp_path, every=1)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no flock")
def test_a_lock_that_fails_is_an_error_unless_the_system_has_none(
    tmp_path, monkeypatch
):
    code = errno.EIO

    def fail(handle, how):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr("fcntl.flock", fail)
    checkpoints = Checkpoints(tmp_path, every=1)
    with pytest.raises(ValueError, match=r"one that can be written; .*Input/output"):
        checkpoints.__enter__()
    code = errno.ENOLCK
    with checkpoints:
        pass


def test_several_processes_look_for_room_before_they_write(tmp_path):
    """A process that fails inside Orbax would let the others wait."""
    check_room(tmp_path, 1)
    with pytest.raises(OSError, match=r"1000000000000000000 bytes to write, \d+ free"):
        check_room(tmp_path, 10**18)
    with pytest.raises(OSError, match="No such file"):
        check_room(tmp_path / "none", 1)


def test_a_folder_that_cannot_be_made_is_a_warning(tmp_path):
    (tmp_path / "file").write_text("")
    below = tmp_path / "file" / "below"
    checkpoints = Checkpoints(below, every=1)
    assert checkpoints.restore(small(0)) is None
    for step in (1, 2):
        message = f"step {step} was not saved .*Not.*directory.*were none.*tried"
        with pytest.warns(CheckpointWarning, match=message):
            checkpoints.save(step, small(step), {}, {})
    with pytest.raises(CheckpointError, match="step 2 was not saved"):
        checkpoints.close()
    checkpoints.close()  # the error is raised once
    with (
        pytest.raises(ValueError, match="`folder` must be one that can be written"),
        checkpoints,
    ):
        pass
    (tmp_path / "file").unlink()
    with checkpoints:
        checkpoints.save(3, small(3), {}, {})
    assert checkpoints.steps() == [3]


def test_a_failed_last_save_is_an_error(tmp_path):
    def train():
        with Checkpoints(tmp_path / "run", every=1) as checkpoints:
            shutil.rmtree(tmp_path / "run")
            (tmp_path / "run").write_text("")
            with pytest.warns(CheckpointWarning, match="step 1 was not saved"):
                checkpoints.save(1, small(1), {}, {})

    with pytest.raises(CheckpointError, match="step 1 was not saved"):
        train()


def test_a_failed_save_does_not_hide_the_error_of_training(tmp_path):
    (tmp_path / "file").write_text("")
    checkpoints = Checkpoints(tmp_path / "run", every=1)

    def train():
        with checkpoints:
            shutil.rmtree(tmp_path / "run")
            (tmp_path / "run").write_text("")
            with pytest.warns(CheckpointWarning, match="step 1 was not saved"):
                checkpoints.save(1, small(1), {}, {})
            raise KeyError("diverged")

    with (
        pytest.warns(CheckpointWarning, match="step 1 was not saved"),
        pytest.raises(KeyError, match="diverged"),
    ):
        train()


def test_leftovers_of_killed_saves_are_ignored_and_removed(tmp_path):
    saved(tmp_path, 1)
    left = tmp_path / "2.orbax-checkpoint-tmp" / "arrays.orbax-checkpoint-tmp"
    left.mkdir(parents=True)
    (tmp_path / ".removed" / "0").mkdir(parents=True)
    reader = Checkpoints(tmp_path, every=1)
    assert reader.steps() == [1]
    assert identical(restore(reader, small(0))[0], small(1))
    assert left.exists()  # reading changes nothing
    with reader:
        reader.save(2, small(2), {}, {})
    assert sorted(os.listdir(tmp_path)) == [".lock", "1", "2"]
    assert identical(restore(reader, small(0))[0], small(2))


FULL = """
import resource, signal, sys, warnings
import numpy as np
from ctrnn_jax.training import (
    CheckpointError, Checkpoints, CheckpointWarning
)
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
state = lambda seed: {"w": np.random.default_rng(seed).normal(size=(100, 100))}
def check_restored(restored, seed):
    np.testing.assert_array_equal(restored[0]["w"], state(seed)["w"])
def limit_files(limit):
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
checkpoints = Checkpoints(sys.argv[1], every=1, keep=1)
assert checkpoints.restore({}) is None and not checkpoints.due(0)
assert "orbax.checkpoint" not in sys.modules  # its import takes a second
checkpoints.save(1, state(1), {}, {})
checkpoints.wait()
good = 1
for limit in (100, 30_000):  # no metadata can be written; no array
    step = good + 1
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        limit_files(limit)
        checkpoints.save(step, state(step), {}, {})
        checkpoints.save(step + 1, state(step + 1), {}, {})
        try:
            checkpoints.wait()
        except CheckpointError as error:
            failed = str(error)
        limit_files(resource.RLIM_INFINITY)
    assert {type(w.message) for w in caught} == {CheckpointWarning}, caught
    text = str(caught[0].message)
    assert f"step {step} was not saved" in text and "File too large" in text, text
    assert f"[{good}] are intact" in text, text
    assert f"step {step + 1} was not saved" in failed, failed
    assert checkpoints.steps() == [good]
    check_restored(checkpoints.restore(state(0)), good)
    good = step + 2
    checkpoints.save(good, state(good), {}, {})
    checkpoints.wait()
    assert checkpoints.steps() == [good]
limit_files(100)
checkpoints.save(good + 1, state(0), {}, {})
try:
    checkpoints.close()
except CheckpointError as error:
    limit_files(resource.RLIM_INFINITY)
    print("raised:", error)
check_restored(Checkpoints(sys.argv[1], every=1).restore(state(0)), good)
"""


@pytest.mark.slow
def test_a_full_disk_leaves_earlier_checkpoints_intact(tmp_path):
    (output,) = finished(run(FULL, tmp_path))
    assert "raised: The checkpoint of step 8 was not saved" in output
    assert sorted(os.listdir(tmp_path)) == [".lock", "7"]


ENDLESS = """
import sys
import numpy as np
from ctrnn_jax.training import Checkpoints
with Checkpoints(sys.argv[1], every=1, keep=2) as checkpoints:
    for step in range(1, 10_000):
        w = np.random.default_rng(step).normal(size=(4, 200, 200))
        checkpoints.save(step, dict(enumerate(w)), {"loss": w[0, 0]}, {"step": step})
        print(step, flush=True)
"""


def check_that_one_process_writes_and_others_read(process, folder):
    with pytest.raises(ValueError, match="one process at a time") as error:
        Checkpoints(folder, every=1).__enter__()
    assert f"locked by process {process.pid} on " in str(error.value)
    assert "Wait for it, or name another folder." in str(error.value)
    latest = Checkpoints(folder, every=1).latest
    assert latest is not None
    assert latest >= 2


@pytest.mark.slow
def test_a_process_killed_while_it_saves_leaves_complete_checkpoints(tmp_path):
    delays = (0.0, 0.02, 0.05)
    folders = [tmp_path / str(i) for i in range(len(delays))]
    processes = [run(ENDLESS, folder) for folder in folders]
    try:
        for process, delay, folder in zip(processes, delays, folders, strict=True):
            assert process.stdout is not None
            while (line := process.stdout.readline()) and int(line) < 4:
                pass
            assert line, process.communicate()
            if delay == 0.0:
                check_that_one_process_writes_and_others_read(process, folder)
            time.sleep(delay)
            process.send_signal(signal.SIGKILL)
            process.communicate()
    finally:
        for process in processes:
            process.kill()
            process.communicate()
    for folder in folders:
        with Checkpoints(
            folder, every=1, keep=2
        ) as checkpoints:  # the lock was released
            steps = checkpoints.steps()
            assert steps[-1] >= 3
            like = dict.fromkeys(range(4), np.zeros((200, 200)))
            for step in steps:
                w = np.random.default_rng(step).normal(size=(4, 200, 200))
                arrays, history, meta = restore(checkpoints, like, step=step)
                assert identical(arrays, dict(enumerate(w)))
                assert identical(history, {"loss": w[0, 0]})
                assert meta["step"] == step
            checkpoints.save(steps[-1] + 1, like, {}, {})
        assert checkpoints.steps() == [steps[-1], steps[-1] + 1]
        assert len(os.listdir(folder)) == 3


def test_two_objects_of_one_process_do_not_write_to_one_folder(tmp_path):
    first, second = (Checkpoints(tmp_path, every=1) for _ in range(2))
    first.save(1, small(1), {}, {})
    with pytest.raises(ValueError, match=f"locked by process {os.getpid()} on"):
        second.save(2, small(2), {}, {})
    first.close()
    assert identical(restore(second, small(0))[0], small(1))
    with second:
        second.save(2, small(2), {}, {})
    assert first.steps() == [1, 2]
    third = Checkpoints(tmp_path, every=1)
    third.__enter__()
    del third  # without a close
    first.__enter__()
    first.close()


TWO_PROCESSES = """
import resource, signal, sys, warnings
from pathlib import Path
import jax, jax.numpy as jnp, numpy as np
import ctrnn_jax as cj
folder, port, index = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
cj.sharding.connect(f"127.0.0.1:{port}", processes=2, index=index)
from ctrnn_jax.training import Checkpoints, CheckpointWarning
warnings.simplefilter("error")
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
mesh = cj.sharding.mesh(trials=2)
rows = np.arange(24, dtype=np.float32).reshape(4, 6)
state = {
    "spread": cj.sharding.place_trials(rows, mesh),
    "keys": cj.sharding.place_trials(jax.random.split(jax.random.key(0), 2), mesh),
    "everywhere": cj.sharding.replicate(jnp.arange(3.0), mesh),
    "key": cj.sharding.replicate(jax.random.key(1), mesh),
    "own": jnp.full(2, index), "host": np.full(2, index), "step": 4,
    "none": cj.sharding.place_trials(np.zeros((2, 0)), mesh),
}
assert not state["spread"].is_fully_addressable
def local(tree):
    data = lambda x: jax.random.key_data(x) if str(x.dtype)[:3] == "key" else x
    arrays = [x for _, x in sorted(tree.items()) if isinstance(x, jax.Array)]
    return [np.asarray(s.data) for x in arrays for s in data(x).addressable_shards]
with Checkpoints(folder / "run", every=2, seconds=(1e-9, 1e6)[index]) as checkpoints:
    assert checkpoints.due(3)  # by the clock of process 0
    checkpoints.save(4, state, {"loss": np.arange(4.0) + index}, {"process": index})
    checkpoints.wait()
    arrays, history, meta = checkpoints.restore(state)
    for name in ("own", "host"):
        assert np.all(arrays.pop(name) == 0) and state.pop(name).sum() == 2 * index
    for a, b in zip(local(arrays), local(state), strict=True):
        np.testing.assert_array_equal(a, b)
    for name in ("spread", "keys", "everywhere", "none"):
        assert arrays[name].sharding == state[name].sharding
    np.testing.assert_array_equal(history["loss"], np.arange(4.0))
    assert meta["process"] == 0 and arrays["step"] == 4
    for step in (6, 8):
        checkpoints.save(step, state, {}, {})
    checkpoints.wait()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        if index == 0:
            resource.setrlimit(resource.RLIMIT_FSIZE, (100, resource.RLIM_INFINITY))
        checkpoints.save(10, state, {}, {})  # no process waits for process 0
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
    assert [w.category for w in caught] == [CheckpointWarning]
    checkpoints.save(12, state, {}, {})
assert checkpoints.steps() == [6, 8, 12]
bad = Checkpoints(folder / "file" / "below", every=2)
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    bad.save(2, state, {}, {})
assert [w.category for w in caught] == [CheckpointWarning]
try:
    bad.close()
except ValueError as error:
    print("raised")
try:
    Checkpoints(folder / "locked", every=2).save(2, state, {}, {})
except ValueError as error:
    print("one process at a time" in str(error))
"""


@pytest.mark.slow
def test_two_processes_save_and_restore_together(tmp_path):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    (tmp_path / "file").write_text("")
    with Checkpoints(tmp_path / "locked", every=1):
        outputs = finished(
            *(run(TWO_PROCESSES, tmp_path, port, index) for index in (0, 1))
        )
    assert [text.split()[-2:] for text in outputs] == [["raised", "True"]] * 2
    # one process reads the files that two wrote
    rows = np.zeros((4, 6), np.float32)
    keys = jax.random.split(jax.random.key(0), 2)
    like = {"spread": rows, "keys": keys, "key": jax.random.key(0), "step": 0}
    like |= {"everywhere": jnp.zeros(3, jnp.float32), "none": rows[:2, :0]}
    restored, _, _ = restore(Checkpoints(tmp_path / "run", every=1), like, step=6)
    np.testing.assert_array_equal(
        restored["spread"], np.arange(24, dtype=np.float32).reshape(4, 6)
    )
    assert identical(restored["keys"], keys)
    assert identical(restored["key"], jax.random.key(1))


def test_a_disk_without_room_is_found_before_orbax_writes(tmp_path, monkeypatch, capfd):
    """Otherwise TensorStore prints tracebacks."""
    usage = shutil.disk_usage(tmp_path)._replace(free=1000)
    with Checkpoints(tmp_path, every=1) as checkpoints:
        checkpoints.save(1, small(1), {}, {})
        checkpoints.wait()
        with monkeypatch.context() as patch:
            patch.setattr(shutil, "disk_usage", lambda folder: usage)
            with pytest.warns(CheckpointWarning, match="bytes to write, 1000 free"):
                checkpoints.save(2, small(2), {}, {})
        with pytest.raises(CheckpointError, match=r"those of steps \[1\] are intact"):
            checkpoints.wait()
    assert capfd.readouterr() == ("", "")
