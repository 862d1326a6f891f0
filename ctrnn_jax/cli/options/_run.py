"""Options of the commands that train: train, sweep, resume. Fields are flags."""

import dataclasses
from pathlib import Path
import re
from typing import Annotated

import tyro

from ..._checks import check, invalid
from ._compiling import Compiling
from ._number_rules import Checked
from ._pictures import PictureFormat


@dataclasses.dataclass(frozen=True, kw_only=True)
class Processes(Compiling):
    """Options for several processes, each of which runs the same command."""

    distributed: bool = False
    """Join other processes, and divide the trials over the devices of all of them."""

    coordinator: str | None = None
    """HOST:PORT of process 0; not needed on Slurm, Kubernetes or a TPU pod."""

    processes: int | None = None
    """Number of processes, with --coordinator."""

    process_index: int | None = None
    """Index of this process, from 0, with --coordinator."""

    def __post_init__(self) -> None:
        """Validate that the address is complete, and that --distributed uses it."""
        super().__post_init__()
        parts = (self.coordinator, self.processes, self.process_index)
        names = "coordinator, processes and process_index"
        missing = parts.count(None)
        got, remedy = "them without --distributed", "Add --distributed."
        check(self.distributed or missing == 3, names, "be left out", got, remedy)
        rule = "be given together, or none of them"
        remedy = "Give all three, or none on a cluster that JAX detects."
        check(missing in (0, 3), names, rule, "some", remedy)
        if self.processes is not None and self.process_index is not None:
            rule = f"be below {self.processes}, the number of processes"
            remedy = "It counts from 0."
            index = self.process_index
            check(index < self.processes, "process_index", rule, index, remedy)


@dataclasses.dataclass(frozen=True, kw_only=True)
class _Run(Compiling):
    """Options that training one network and training many have in common."""

    task: tyro.conf.Positional[str]
    """Name of the task; `ctrnn-jax tasks` lists them. PATH/FILE.py:NAME runs the code
    of that file: a class or function of a custom task."""

    out: Path
    """Folder for the results; created if it does not exist."""

    config: Path | None = None
    """TOML file of settings, named as the flags with _ for -. Flags override it."""

    steps: int | None = None
    """Largest number of updates; training may stop at the criterion before."""

    batch_size: int | None = None
    """Trials per update."""

    hidden: int | None = None
    """Number of recurrent units."""

    network: str | None = None
    """Name of one of the networks published with the task. PATH/FILE.py:NAME runs the
    code of that file: a function make(task, *, key) that returns a network."""

    set: Annotated[tuple[str, ...], tyro.conf.UseAppendAction] = ()
    """task.NAME=VALUE, an option of the task (`ctrnn-jax tasks NAME` lists them), or
    loss.NAME=VALUE, the weight of a penalty that it has; repeatable. A list is 1,2,3,
    and of pairs [18,10],[22,14]. In a sweep, 0.1,0.2 trains networks with each of these
    numbers."""

    dt: float | None = None
    """Time step of the task and the network, in ms."""

    published: bool = False
    """Use the publication's optimiser, loss and validations, even if slower."""

    validate_every: int | None = None
    """Number of updates between validations."""

    validation_size: int | None = None
    """Trials per validation; a multiple of the task's conditions."""

    criterion: float | None = None
    """Training stops when the mean performance of the last validations, from 0 to 1,
    exceeds this."""

    stop: bool = True
    """Stop at the criterion; --no-stop runs all updates."""

    patience: int | None = None
    """Stop after this number of validations in a row without an improvement."""

    restore_best: bool = False
    """Write the network with the best validation instead of the last network."""

    checkpoint_every: int | None = None
    """Number of updates between checkpoints, from the last of which `ctrnn-jax resume`
    continues."""

    checkpoint_seconds: float | None = None
    """Seconds between checkpoints."""

    format: PictureFormat = "png"
    """Format of the pictures; letters of pdf and svg remain text."""

    dry_run: bool = False
    """Print sizes, memory and time; train and write nothing."""

    overwrite: bool = False
    """Replace an earlier run in a folder that is not empty."""

    report: bool = True
    """Write report.html at the end; --no-report does not."""

    def __post_init__(self) -> None:
        """Validate the numbers before anything is created."""
        super().__post_init__()
        is_legal = self.stop or self.patience is None
        rule = "be left out with --no-stop"
        check(is_legal, "patience", rule, self.patience, "Drop one.")

    @property
    def saves(self) -> bool:
        """Whether the run writes checkpoints."""
        return self.checkpoint_every is not None or self.checkpoint_seconds is not None


@dataclasses.dataclass(frozen=True, kw_only=True)
class Train(_Run, Processes):
    """Train a network on a task, and write it, its history and pictures to a folder.

    Settings that are left out are those published for the task, where they are known;
    `ctrnn-jax tasks NAME` shows them, with the differences.

    Writes config.json, history.jsonl (a line for each validation), history.csv (a row
    for each update), network.safetensors, summary.json, report.html, trials.png,
    weights.png, loss.png and, for tasks with two choices, psychometric.png (or --format
    pdf, svg).

    Ctrl-C, SIGTERM (as batch systems send) and SIGHUP end training after the
    current updates, at most --validate-every of them. All files are then written, and a
    checkpoint if the run has any. Output that cannot be written, to a closed pipe or
    terminal, does not end training.

    Exit status: 0 if the criterion was reached, and with --no-stop; 1 if the network
    diverged; 2 for wrong options, and if a file could not be written; 3 if the
    criterion was not reached; 130, 143 and 129 after Ctrl-C, SIGTERM and SIGHUP.
    """

    seed: int = 0
    """Seed of weights, trials and noise."""

    learning_rate: float | None = None
    """Learning rate of the optimiser."""

    noise: float | None = None
    """Standard deviation (sigma) of the recurrent noise, as the publication defines
    it."""

    tau: float | None = None
    """Time constant of the units, in ms."""

    def __post_init__(self) -> None:
        """Validate the numbers before anything is created."""
        super().__post_init__()
        is_single = not (self.dry_run and self.distributed)
        rule = "be used with one process"
        check(is_single, "dry_run", rule, "--distributed", "Drop one of them.")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Sweep(_Run):
    """Train many networks at once: every setting with every seed.

    Settings that are left out are those published for the task. Each member equals the
    network that `ctrnn-jax train` trains with its seed and settings, up to rounding.

    Writes config.json, history.jsonl (a line for each member), members.json, sweep.csv
    (its table: a row for each member, with settings, seed, results and file), a network
    for each member in networks, summary.json, report.html, loss.png and
    performance.png. Ctrl-C, SIGTERM and SIGHUP end training as in `ctrnn-jax train`.

    Jobs of a cluster can share a sweep: each trains every Nth member in a folder in
    --out, and the last one to end joins them there. The same command continues a share
    that was killed. A member of a share has the numbers that it has in a whole sweep,
    up to rounding; with --at-once 1 and at least two members in each share it has the
    same bits.

    Exit status: 0 if a network reached the criterion, and with --no-stop; 1 if all
    networks diverged; 2 for wrong options, and if a file could not be written; 3 if no
    network reached the criterion; 130, 143 and 129 after Ctrl-C, SIGTERM and SIGHUP.
    """

    seeds: tuple[int, ...]
    """Seeds of weights, trials and noise, one network for each: --seeds 0 1 2, or
    --seeds $(seq 0 23)."""

    learning_rate: tuple[float, ...] = ()
    """Learning rates of the optimiser."""

    noise: tuple[float, ...] = ()
    """Standard deviations (sigma) of the recurrent noise, as the publication defines
    it."""

    tau: tuple[float, ...] = ()
    """Time constants of the units, in ms."""

    at_once: int | None = None
    """Number of networks that run side by side; fewer need less memory."""

    share: str | None = None
    """K/N: train share K of N, each in another job; the last to end joins them."""

    slurm_array: bool = False
    """Train the share of this task of a Slurm job array, in place of --share."""

    job_script: int | None = None
    """Print a Slurm job script that trains the sweep in this number of jobs."""

    def __post_init__(self) -> None:
        """Validate the numbers before anything is created."""
        super().__post_init__()
        if not self.seeds:
            remedy = "For example --seeds 0 1 2."
            raise invalid("seeds", "hold at least one", "none", remedy)
        for name in ("seeds", "learning_rate", "noise", "tau"):
            values = getattr(self, name)
            is_unique = len(set(values)) == len(values)
            check(is_unique, name, "name each value once", values, "Drop the others.")
        _ = self.share_numbers  # raises an error for other text
        ways = {
            "share": self.share is not None,
            "slurm_array": self.slurm_array,
            "job_script": self.job_script is not None,
        }
        chosen = [way for way, is_chosen in ways.items() if is_chosen]
        if len(chosen) > 1:
            rule, remedy = f"be left out with --{chosen[0]}", "Drop one of them."
            raise invalid(chosen[1], rule, "both", remedy)

    @property
    def share_numbers(self) -> tuple[int, int]:
        """The number of the share and that of all shares, from 1; (1, 1) for all."""
        if self.share is None:
            return 1, 1
        matched = re.fullmatch(r"([1-9][0-9]{0,5})/([1-9][0-9]{0,5})", self.share)
        remedy = "For example 3/8 is the third of eight shares."
        if matched is None or int(matched[1]) > int(matched[2]):
            raise invalid("share", "be K/N, with K from 1 to N", self.share, remedy)
        return int(matched[1]), int(matched[2])


@dataclasses.dataclass(frozen=True, kw_only=True)
class Resume(Processes):
    """Continue a run that was interrupted or killed, to its end.

    The run needs a checkpoint, so start runs with --checkpoint-every. On the same
    devices the results are bit-identical to those of an uninterrupted run. The exit
    status is that of the run: see `ctrnn-jax train --help`.
    """

    folder: tyro.conf.Positional[Path]
    """Folder of the run."""

    task: str | None = None
    """Only for a run of a custom task: its PATH/FILE.py:NAME again. Runs that file's
    code."""

    network: str | None = None
    """Only for a run of a custom network: its PATH/FILE.py:NAME again. Runs that file's
    code."""

    steps: int | None = None
    """Largest number of updates of the whole run; a larger number extends the run."""

    format: PictureFormat | None = None
    """Format of the pictures."""

    changed: bool = False
    """Continue with the settings in config.json, and the files of --task and --network,
    where they differ from those of the run."""

    report: bool = True
    """Write report.html at the end; --no-report does not."""


@dataclasses.dataclass(frozen=True)
class Join(Checked):
    """Join the shares of a sweep that several jobs have trained.

    The last job to end joins them by itself. The folder then holds the files of a sweep
    that one process has trained; the shares stay, since the checkpoints are in them.
    Times are sums over the jobs. The exit status is that of `ctrnn-jax sweep`, 2 if a
    share is missing or has not ended.
    """

    out: tyro.conf.Positional[Path]
    """Folder that the jobs got as --out."""

    report: bool = True
    """Write OUT/report.html at the end; --no-report does not."""
