"""Runs of custom tasks and networks; a folder or a file of settings runs no code."""

import dataclasses
import hashlib
import json
import shutil
from typing import Any

from cli.commands import ctrnn_jax, draw_nothing, read
from cli.report.pages import Page
from cli.user_files import has_run, OWN, write
import jax
import jax.numpy as jnp
import pytest
from rich.console import Console

import ctrnn_jax as cj
from ctrnn_jax.cli import _main
from ctrnn_jax.cli.experiment import code_of
from ctrnn_jax.cli.report import _report
from ctrnn_jax.cli.run import _build, _settings


SMALL = [
    "--steps", "4", "--validate-every", "2", "--batch-size", "2", "--validation-size",
    "2", "--no-stop", "--checkpoint-every", "2", "--hidden", "5", "--set",
    "task.steps=4",
]  # fmt: skip


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """Return a file of a user, and the folder of a run of it; only read them."""
    path = write(tmp_path_factory.mktemp("own"))
    folder = path.parent / "run"
    with pytest.MonkeyPatch.context() as patch, jax.numpy_dtype_promotion("standard"):
        draw_nothing(patch)
        parts = [f"{path}:Repeat", "--network", f"{path}:network"]
        assert ctrnn_jax("train", *parts, "--out", folder, *SMALL) == 0
    return path, folder


def again(path):
    """Return the flags that name the parts of the file again."""
    return ["--task", f"{path}:Repeat", "--network", f"{path}:network"]


def test_a_run_of_own_parts_records_them_and_their_digest(own):
    path, folder = own
    config = read(folder / "config.json")
    assert config["task"] == f"{path}:Repeat"
    assert config["network"] == f"{path}:network"
    assert config["hidden"] == 5
    assert config["set"] == ["task.steps=4"]
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert config["code"] == {"task": digest, "network": digest}


def test_own_parts_are_resumed_and_analysed_when_they_are_named_again(
    own, capfd, without_pictures, tmp_path
):
    path, folder = own
    has_run(path)
    copy = copied(folder, tmp_path / "copy")
    assert ctrnn_jax("resume", copy, "--steps", 6, *again(path)) == 0
    assert "resuming from update 4 of 6" in capfd.readouterr().out
    assert ctrnn_jax("analyse", copy, "--spectrum", *again(path)) == 0
    printed = capfd.readouterr().out
    assert "spectrum: " in printed
    assert "warning" not in printed


def test_the_summary_of_a_network_with_own_parts_needs_its_file(own, capfd):
    path, folder = own
    has_run(path)
    assert ctrnn_jax("summary", folder) == 2
    assert not has_run(path)
    error = capfd.readouterr().err
    assert "`--task` must be given again, since a folder runs no code" in error
    assert ctrnn_jax("summary", folder, *again(path)) == 0
    net = cj.load(folder / "network.safetensors", activation=lambda v: jnp.tanh(2 * v))
    assert capfd.readouterr().out == f"{cj.summary(net)}\n"


def copied(folder, place):
    """Copy the folder of a run."""
    return shutil.copytree(folder, place)


@pytest.mark.parametrize("command", ["resume", "analyse"])
def test_a_foreign_folder_runs_nothing(own, capfd, command):
    """Also if its settings name a file that exists."""
    path, folder = own
    has_run(path)
    extra = ["--steps", 8] if command == "resume" else []
    assert ctrnn_jax(command, folder, *extra) == 2
    text = capfd.readouterr().err
    assert "`--task` must be given again, since a folder runs no code" in text
    assert f"If you trust it, add --task {path}:Repeat." in text
    assert ctrnn_jax(command, folder, *extra, "--task", f"{path}:Repeat") == 2
    text = capfd.readouterr().err
    assert f"If you trust it, add --network {path}:network." in text
    assert ctrnn_jax("status", folder) == 0
    assert not has_run(path)


def test_a_report_of_own_parts_needs_their_files(own, trained, tmp_path, capfd):
    """Without them it would lack most parts, and replace a page that has them."""
    path, folder = own
    has_run(path)
    out = tmp_path / "page.html"
    for folders in ([folder], [trained, folder]):
        assert ctrnn_jax("report", *folders, "--out", out) == 2
        assert capfd.readouterr().err.strip() == (
            "error: `--task` must be given again, since a folder runs no code; got "
            f"none for a run of '{path}:Repeat'. If you trust it, add --task "
            f"{path}:Repeat."
        )
    for words, text in (
        (["--task", f"{path}:small"], f"got '{path}:small' for {path}:Repeat. Drop it"),
        ([*again(path), "--task", "a.py:B"], "got 'a.py:B' for"),
    ):
        assert ctrnn_jax("report", folder, *words, "--out", out) == 2
        error = capfd.readouterr().err
        assert "`--task` must name a part of a run; " in error
        assert text in error
    assert not has_run(path)
    wrong = ["--task", "missing.py:Repeat", "--network", f"{path}:network"]
    assert ctrnn_jax("report", folder, *wrong, "--out", out) == 2
    assert not out.exists()
    _report.write_at_end(folder, Console(), None)
    printed = " ".join(capfd.readouterr().out.split())
    assert "warning: report.html was not written: `task` must be given" in printed
    assert not (folder / "report.html").exists()
    assert ctrnn_jax("report", folder, trained, *again(path), "--out", out) == 0
    assert "Weights" in Page(out).text
    captured = capfd.readouterr()
    assert captured.out == f"written to {out}\n"
    assert captured.err.count("simulating the trials of the test") == 2


def test_a_report_of_a_changed_file_is_made_with_a_warning(own, tmp_path, capfd):
    folder = own[1]
    copy, out = write(tmp_path), tmp_path / "page.html"
    copy.write_text(copy.read_text() + "\n")
    assert ctrnn_jax("report", folder, *again(copy), "--out", out) == 0
    assert "warning: run: " in (printed := capfd.readouterr().out)
    assert "its report may be wrong" in printed


def test_settings_that_name_a_file_run_nothing(own, tmp_path, capfd):
    path, folder = own
    has_run(path)
    config = _settings.settings_from(folder, read(folder / "config.json"))
    with pytest.raises(ValueError, match="`task` must be named by this command"):
        _build.set_up(config)
    config = dataclasses.replace(config, task="flip_flop", set=())
    with pytest.raises(ValueError, match="`network` must be named by this command"):
        _build.set_up(config)
    for name in ("task", "network"):
        file = tmp_path / "settings.toml"
        file.write_text(f'{name} = "{path}:Repeat"')
        part = [] if name == "task" else ["flip_flop"]
        out = tmp_path / "out"
        assert ctrnn_jax("train", *part, "--out", out, "--config", file) == 2
        assert capfd.readouterr().err.strip() == (
            f"error: {file}: `{name}` must be a name, since a file of settings runs no "
            f"code; got '{path}:Repeat'. Write it on the command line instead."
        )
    assert not has_run(path)


def test_parts_that_the_run_does_not_have_are_errors(own, trained, capfd):
    path, folder = own
    has_run(path)
    task = ["--task", f"{path}:Repeat"]
    assert ctrnn_jax("analyse", trained, *task) == 2
    text = capfd.readouterr().err
    assert "since the run has 'perceptual_decision' of the package; got" in text
    other = ["--task", f"{path}:small", "--network", f"{path}:network"]
    assert ctrnn_jax("analyse", folder, *other) == 2
    assert "`--task` must name 'Repeat', as in config.json" in capfd.readouterr().err
    assert not has_run(path)


def test_a_changed_file_is_an_error_at_resume_unless_it_is_meant(
    own, tmp_path, capfd, without_pictures
):
    folder = own[1]
    copy = copied(folder, tmp_path / "run")
    changed = write(tmp_path, OWN + "\n# another comment\n")
    assert ctrnn_jax("resume", copy, "--steps", 6, *again(changed)) == 2
    before = read(copy / "config.json")["code"]["task"][:12]
    text = capfd.readouterr().err
    assert "`--task` must be the file that the run began with; got " in text
    assert f"instead of {before}. Restore the file, or add --changed" in text
    assert ctrnn_jax("analyse", copy, "--spectrum", *again(changed)) == 0
    assert "warning: the run began with another file: " in capfd.readouterr().out
    assert ctrnn_jax("resume", copy, "--steps", 6, "--changed", *again(changed)) == 0
    assert read(copy / "config.json")["code"]["task"][:12] != before


def test_digests_of_another_kind_are_an_error(own, tmp_path, capfd):
    path, folder = own
    copy = copied(folder, tmp_path / "run")
    content = read(copy / "config.json") | {"code": 3}
    (copy / "config.json").write_text(json.dumps(content))
    assert ctrnn_jax("resume", copy, "--steps", 6, *again(path)) == 2
    assert "`code` must be digests; got 3." in capfd.readouterr().err


def setup_of(*arguments) -> Any:
    """Return the setup of a command."""
    command = _main._parsed([*map(str, arguments), "--out", "x"])
    return _build.set_up(command, code_of(command))


def test_the_task_may_be_a_class_a_function_or_an_object(tmp_path, capfd):
    path = write(tmp_path)
    flags = ["--dt", 10, "--set", "task.steps=7", "--set", "task.scale=2"]
    task = setup_of("train", f"{path}:Repeat", *flags).task
    assert (task.dt, task.n_steps, float(task.scale)) == (10.0, 7, 2.0)
    assert setup_of("train", f"{path}:small", "--set", "task.steps=9").task.n_steps == 9
    assert setup_of("train", f"{path}:instance").task.n_steps == 5
    for part, flag, message in (
        ("instance", ["--set", "task.steps=3"], "It has no options; name its class"),
        ("instance", ["--dt", "3"], "`dt` must be left out for a task without"),
        ("Repeat", ["--set", "task.step=3"], "Did you mean 'steps'?"),
    ):
        with pytest.raises(ValueError, match=message.replace("?", r"\?")):
            setup_of("train", f"{path}:{part}", *flag)


def test_numbers_of_a_custom_task_are_swept(tmp_path):
    path = write(tmp_path)
    flags = ["--seeds", 0, "--set", "task.scale=1,2", "--set", "task.steps=3"]
    setup = setup_of("sweep", f"{path}:Repeat", *flags)
    assert setup.combinations == ({"task.scale": 1.0}, {"task.scale": 2.0})
    assert setup.task.n_steps == 3
    # a task that needs options has none to compare with: all are those of every network
    setup = setup_of("sweep", f"{path}:instance", "--seeds", 0)
    assert setup.combinations == ({},)
    text = (
        r"Make it an array field, level: jax.Array = eqx.field\(converter=jnp.asarray"
    )
    with pytest.raises(ValueError, match=text):
        setup_of("sweep", f"{path}:Repeat", "--seeds", 0, "--set", "task.level=1,2")


def test_the_details_of_a_custom_task(tmp_path, capfd):
    path = write(tmp_path)
    assert ctrnn_jax("tasks", f"{path}:Repeat") == 0
    printed = " ".join(capfd.readouterr().out.split())
    assert "The output must repeat the input." in printed
    assert "steps = 5 number of steps of a trial" in printed
    assert "+ scale = 1 number" in printed  # without a meaning there is the kind
    recipe = cj.recipe("integrator")
    assert f"learning rate {recipe.learning_rate:g}, until performance" in printed
    assert "all settings are those of ctrnn_jax" in printed
    assert has_run(path)
