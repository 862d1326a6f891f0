"""`ctrnn-jax sweep --job-script`: the printed script trains the shares as it is."""

import os
import subprocess

from cli.commands import ctrnn_jax, lines, output_of, read, start, TASK, wait_for_lines
import pytest


SETTINGS = [
    "--seeds", 0, 1, 2, 3, "--steps", 400, "--validate-every", 20, "--no-stop",
    "--at-once", 1, "--hidden", 10, "--batch-size", 2, "--validation-size", 11,
]  # fmt: skip


def script_for(capfd, *arguments):
    """Return the printed job script; nothing else is printed."""
    assert ctrnn_jax("sweep", TASK, *arguments) == 0
    printed = capfd.readouterr()
    assert printed.err == ""
    return printed.out


def test_script_has_the_settings_of_the_command_and_of_its_file(
    tmp_path, monkeypatch, capfd
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "settings.toml").write_text("hidden = 12\nnoise = [0.1, 0.2]\n")
    script = script_for(
        capfd, "--out", "my runs", "--config", "settings.toml", "--seeds", 0, 1,
        "--set", "task.low=0.1,0.2", "--set", "task.high=1,2", "--no-stop",
        "--job-script", 3,
    )  # fmt: skip
    assert script.startswith("#!/bin/bash\n")
    assert "#SBATCH --array=1-3\n" in script
    command = script.splitlines()[-1]
    for words in (
        f"-m ctrnn_jax sweep {TASK} --out 'my runs'",
        "--hidden 12",
        "--noise 0.1 0.2",
        "--seeds 0 1",
        "--set task.low=0.1,0.2 --set task.high=1,2",
        "--no-stop",
        "--checkpoint-seconds 600",
    ):
        assert words in command
    assert command.endswith(' --share "$SLURM_ARRAY_TASK_ID/3"')
    assert "--config" not in command
    assert f"\ncd {tmp_path} || exit 2\n" in script
    checked = subprocess.run(["bash", "-n"], input=script, text=True, check=False)
    assert checked.returncode == 0
    assert [path.name for path in tmp_path.iterdir()] == ["settings.toml"]


def test_checkpoints_of_the_command_are_those_of_the_script(tmp_path, capfd):
    arguments = ["--out", tmp_path, "--seeds", 0, "--checkpoint-every", 70]
    script = script_for(capfd, *arguments, "--job-script", 1)
    assert "--checkpoint-every 70" in script
    assert "--checkpoint-seconds" not in script


@pytest.mark.slow
def test_the_script_runs_as_printed_also_after_a_kill(tmp_path, monkeypatch, capfd):
    """A share that is killed half-way and submitted again ends with the same bytes."""
    monkeypatch.chdir(tmp_path)
    checkpoints = ["--checkpoint-every", 100]
    script = tmp_path / "job.sh"
    printed = script_for(
        capfd, "--out", "shared", *SETTINGS, *checkpoints, "--job-script", 2
    )
    script.write_text(printed)

    def job(index):
        """Start the script as Slurm does."""
        environment = {"JAX_PLATFORMS": "cpu", "SLURM_ARRAY_TASK_ID": str(index)}
        return subprocess.Popen(
            ["bash", str(script)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, env=os.environ | environment, cwd="/",
        )  # fmt: skip

    shared, whole = tmp_path / "shared", tmp_path / "whole"
    assert "1 of 2 shares are not finished yet" in output_of(job(2))
    killed = job(1)
    wait_for_lines(shared / "share-1-of-2", 2 * 7, killed)
    killed.kill()
    killed.communicate()
    assert ctrnn_jax("status", shared) == 0
    assert "killed at update" in capfd.readouterr().out
    printed = output_of(job(1))
    assert "resuming from update" in printed
    assert "2 shares joined in shared" in printed
    output_of(start("sweep", TASK, *SETTINGS, *checkpoints, "--out", whole))
    for name in (
        "members.json",
        "performance.png",
        *(f"networks/{index:03d}.safetensors" for index in range(4)),
    ):
        assert (shared / name).read_bytes() == (whole / name).read_bytes(), name
    assert lines(shared) == lines(whole)
    summaries = [read(folder / "summary.json") for folder in (shared, whole)]
    assert summaries[0]["spread"] == summaries[1]["spread"]
