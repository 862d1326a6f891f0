"""`ctrnn-jax sweep`: train many networks, all in this process or a share of them."""

from collections.abc import Mapping
import dataclasses
import os
from pathlib import Path
import re
import shlex
import sys

from rich.console import Console

from ..._checks import check
from ..experiment import code_of
from ..options import Resume, Sweep, words_of
from ..run import (
    has_run,
    printer,
    read_json,
    resume,
    set_up,
    share_folder,
    share_folders,
    SUMMARY,
    train,
    WriteReport,
)
from ..user_code import is_file
from ._join import join_if_complete
from ._shares import check_fits


def sweep(
    command: Sweep, console: Console, write_report: WriteReport | None = None
) -> int:
    """Train the networks, or print a job script; return the exit status.

    `write_report` is called for the whole sweep, when its files have been written.
    """
    if not (command.job_script or command.slurm_array or command.share):
        shares = ", ".join(path.name for path in share_folders(command.out))
        rule, remedy = "hold no shares of a sweep", "Add --share, or name another."
        check(not shares, "out", rule, f"{command.out} with {shares}", remedy)
        return train(command, console, write_report)
    code = code_of(command)
    if command.job_script is not None:
        set_up(command, code)  # raises errors now, not in every job
        printer(console)(job_script(command, command.job_script))
        return 0
    if command.slurm_array:
        total = len(set_up(command, code).members)
        share = share_of_slurm(os.environ, total)
        command = dataclasses.replace(command, slurm_array=False, share=share)
    out = command.out
    own = dataclasses.replace(command, out=share_folder(out, *command.share_numbers))
    if command.dry_run:
        return train(own, console)
    setup = set_up(own, code)
    check_fits(setup.config, setup.code.digests, out)
    status = _train_share(own, console)
    join_if_complete(out, console, write_report)
    return status


def _train_share(command: Sweep, console: Console) -> int:
    """Train a share; continue one that was killed, or train it again.

    So a job can be run again by the same command. A share that is finished stays as it
    is, unless `--overwrite` is set.
    """
    folder = command.out
    if command.overwrite or not has_run(folder):
        return train(command, console)
    summary = read_json(folder / SUMMARY) or {"stopped": "interrupted"}
    if command.saves or summary["stopped"] != "interrupted":
        # the files of the user, which this command names
        named = {
            role: text
            for role in ("task", "network")
            if (text := getattr(command, role)) is not None and is_file(text)
        }
        return resume(Resume(folder=folder, cache=command.cache, **named), console)
    printer(console)(f"{folder}: not finished and without checkpoints; starting again")
    return train(dataclasses.replace(command, overwrite=True), console)


_SLURM = "SLURM_ARRAY_TASK_"


def share_of_slurm(environment: Mapping[str, str], num_networks: int) -> str:
    """Return the share of a task of a Slurm job array, "3/8" for task 2 of 0-7.

    Raises `ValueError` outside of a job array, for an array with gaps, and for one with
    more tasks than networks.
    """
    submit = f"Submit it with sbatch --array=1-{num_networks}, or with fewer tasks"
    names = ("ID", "MIN", "MAX", "COUNT")
    texts = {name: environment.get(_SLURM + name, "") for name in names}
    for name, text in texts.items():
        is_number = re.fullmatch("[0-9]+", text)
        got = f"{_SLURM}{name} {text!r}"
        remedy = f"{submit}, or use --share K/N."
        check(is_number, "slurm_array", "be used in a Slurm job array", got, remedy)
    index, first, last, count = (int(text) for text in texts.values())
    is_whole = first <= index <= last and last - first + 1 == count
    got = f"{count} tasks from {first} to {last}, and task {index}"
    remedy = "With some tasks of an array, name the share: --share K/N."
    check(is_whole, "slurm_array", "be used in an array without gaps", got, remedy)
    rule = f"be used in an array of at most {num_networks} tasks, one for each network"
    check(count <= num_networks, "slurm_array", rule, f"{count} tasks", f"{submit}.")
    return f"{index - first + 1}/{count}"


_SCRIPT = """\
#!/bin/bash
# Train a sweep in {num_jobs} jobs. The last one to end joins the networks in --out.
# Submit this file with sbatch. A job that was killed continues if it is submitted
# again: sbatch --array=3,5 FILE
# Add what your cluster needs, such as #SBATCH --time=12:00:00 or #SBATCH --gres=gpu:1
#SBATCH --job-name=ctrnn-jax
#SBATCH --array=1-{num_jobs}
#SBATCH --cpus-per-task=2
# two minutes before the end, so that the last checkpoint is written
#SBATCH --signal=B:TERM@120
cd {folder} || exit 2
exec {command} --share "$SLURM_ARRAY_TASK_ID/{num_jobs}"\
"""


def job_script(command: Sweep, num_jobs: int) -> str:
    """Return a script for Slurm in which each job trains a share.

    It has the Python and the folder of this process, and checkpoints every 10 minutes
    unless the command has others.
    """
    if not command.saves:
        command = dataclasses.replace(command, checkpoint_seconds=600.0)
    # the file of --config has been read: the command has its settings
    words = words_of(command, leave_out=("config", "job_script"))
    return _SCRIPT.format(
        num_jobs=num_jobs,
        folder=shlex.quote(str(Path.cwd())),
        command=shlex.join([sys.executable, "-m", "ctrnn_jax", "sweep", *words]),
    )
