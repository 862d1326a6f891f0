"""What each command takes; the fields are the command line's flags."""

import dataclasses
from pathlib import Path
from typing import Annotated

import tyro

from ..._checks import (
    check_count,
    check_fraction,
    check_not_negative,
    check_positive,
    invalid,
)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Processes:
    """How this process joins others; the same command is started in each."""

    distributed: bool = False
    """Join other processes, and divide the trials over the devices of all of them."""

    coordinator: str | None = None
    """HOST:PORT of process 0; left out where Slurm, Kubernetes or a TPU pod tells."""

    processes: int | None = None
    """How many processes there are, with --coordinator."""

    process_index: int | None = None
    """Which of them this one is, from 0, with --coordinator."""

    def __post_init__(self) -> None:
        """Refuse parts of an address, and an address that nothing would use."""
        parts = (self.coordinator, self.processes, self.process_index)
        if any(part is not None for part in parts) and not self.distributed:
            raise invalid(
                "coordinator, processes and process_index",
                "be left out",
                "them without --distributed",
                "Add --distributed.",
            )
        if 0 < parts.count(None) < len(parts):
            raise invalid(
                "coordinator, processes and process_index",
                "be given together, or none of them",
                "some",
                "Complete them, or let the cluster say.",
            )
        for name, least in (("processes", 1), ("process_index", 0)):
            if getattr(self, name) is not None:
                check_count(name, getattr(self, name), at_least=least)


@dataclasses.dataclass(frozen=True, kw_only=True)
class _Run:
    """What training one network and training many have in common."""

    task: tyro.conf.Positional[str]
    """Name of the task; `ctrnn-jax tasks` lists them."""

    out: Path
    """Folder for the results; made if it is missing."""

    config: Path | None = None
    """TOML file of settings, by the names of these flags with _ for -; flags win."""

    steps: int | None = None
    """Updates at the most."""

    batch_size: int | None = None
    """Trials per update."""

    hidden: int | None = None
    """Number of units."""

    network: str | None = None
    """Which of the networks that the task was published with."""

    published: bool = False
    """Optimiser, loss and validations as published, also where ours are quicker."""

    validate_every: int | None = None
    """Updates between validations."""

    validation_size: int | None = None
    """Trials per validation; a multiple of the task's conditions."""

    criterion: float | None = None
    """Performance that the mean of the last validations must exceed."""

    stop: bool = True
    """Stop at the criterion; --no-stop runs all steps."""

    restore_best: bool = False
    """Write the best network by validation, not the last one."""

    checkpoint_every: int | None = None
    """Updates between checkpoints, from which `ctrnn-jax resume` goes on."""

    checkpoint_seconds: float | None = None
    """Save a checkpoint after so many seconds too."""

    dry_run: bool = False
    """Say how large, how slow and how much memory it would be; write nothing."""

    overwrite: bool = False
    """Write into a folder that is not empty, replacing an earlier run there."""

    def __post_init__(self) -> None:
        """Refuse numbers that cannot be meant, before anything is made."""
        counts = (
            "steps", "batch_size", "validate_every", "validation_size",
            "checkpoint_every",
        )  # fmt: skip
        for name, least in {**dict.fromkeys(counts, 1), "hidden": 2}.items():
            if getattr(self, name) is not None:
                check_count(name, getattr(self, name), at_least=least)
        if self.criterion is not None:
            check_fraction("criterion", self.criterion)
        if self.checkpoint_seconds is not None:
            check_positive("checkpoint_seconds", self.checkpoint_seconds, "600, say.")


def _check_rate(value: float) -> None:
    check_positive("learning_rate", value, "0.005 is usual.")


def _check_noise(value: float) -> None:
    check_not_negative("noise", value, "It is a standard deviation.")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Train(_Run, Processes):
    """Train a network on a task, and write it, its history and pictures to a folder.

    What is left out is as published for the task, where that is known; `ctrnn-jax tasks
    NAME` shows it, and what differs.
    Writes config.json, history.jsonl, network.safetensors, summary.json, trials.png,
    weights.png, loss.png and, for tasks with two choices, psychometric.png. Ctrl-C ends
    training and keeps what was trained.
    """

    seed: int = 0
    """Seed of weights, trials and noise."""

    learning_rate: float | None = None
    """Of the optimiser."""

    noise: float | None = None
    """Sigma of the recurrent noise."""

    patience: int | None = None
    """Stop after so many validations in a row without a better one."""

    def __post_init__(self) -> None:
        """Refuse numbers that cannot be meant, before anything is made."""
        _Run.__post_init__(self)
        Processes.__post_init__(self)
        check_count("seed", self.seed, at_least=0)
        if self.learning_rate is not None:
            _check_rate(self.learning_rate)
        if self.noise is not None:
            _check_noise(self.noise)
        if self.patience is not None:
            check_count("patience", self.patience, at_least=1)
            if not self.stop:
                raise invalid(
                    "patience", "be left out with --no-stop", self.patience, "Drop one."
                )
        if self.dry_run and self.distributed:
            raise invalid(
                "dry_run", "be of one process", "--distributed", "Drop one of them."
            )


@dataclasses.dataclass(frozen=True, kw_only=True)
class Sweep(_Run):
    """Train many networks at once: every setting given, with every seed.

    What is left out is as published for the task. A member is what `ctrnn-jax train`
    with its seed and settings would have trained, up to rounding.
    Writes config.json, history.jsonl (a line for each member), members.json, a network
    for each member in networks, summary.json, loss.png and performance.png. Ctrl-C ends
    training after the updates under way and keeps what was trained.
    """

    seeds: tuple[int, ...]
    """Seeds of weights, trials and noise."""

    learning_rate: tuple[float, ...] = ()
    """Of the optimiser."""

    noise: tuple[float, ...] = ()
    """Sigma of the recurrent noise."""

    tau: tuple[float, ...] = ()
    """Time constant of the units, in ms."""

    set: Annotated[tuple[str, ...], tyro.conf.UseAppendAction] = ()
    """loss.TERM=1e-3,1e-2 (weight of a term) or task.NUMBER=0.1,0.2; once for each."""

    at_once: int | None = None
    """Networks side by side on the device; fewer need less memory."""

    def __post_init__(self) -> None:
        """Refuse numbers that cannot be meant, before anything is made."""
        _Run.__post_init__(self)
        if not self.seeds:
            raise invalid("seeds", "hold at least one", "none", "--seeds 0 1 2, say.")
        for seed in self.seeds:
            check_count("seeds", seed, at_least=0)
        for value in self.learning_rate:
            _check_rate(value)
        for value in self.noise:
            _check_noise(value)
        for value in self.tau:
            check_positive("tau", value, "It is in ms.")
        for name in ("seeds", "learning_rate", "noise", "tau"):
            values = getattr(self, name)
            if len(set(values)) < len(values):
                raise invalid(name, "name each value once", values, "Drop the others.")
        if self.at_once is not None:
            check_count("at_once", self.at_once, at_least=1)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Resume(Processes):
    """Go on with a run that was interrupted or killed, to its end.

    It needs a checkpoint: start runs with --checkpoint-every. The results are those of
    a run that was not interrupted, to the bit on the same devices.
    """

    folder: tyro.conf.Positional[Path]
    """Folder of the run."""

    steps: int | None = None
    """Updates of the whole run at the most, to go on with one that used its up."""

    def __post_init__(self) -> None:
        """Refuse numbers that cannot be meant."""
        Processes.__post_init__(self)
        if self.steps is not None:
            check_count("steps", self.steps, at_least=1)
