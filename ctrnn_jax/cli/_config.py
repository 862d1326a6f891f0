"""What each command takes; the fields are the command line's flags."""

import dataclasses
from pathlib import Path

import tyro

from .._checks import check_count, check_fraction, check_not_negative, check_positive


@dataclasses.dataclass(frozen=True)
class Train:
    """Train a network on a task, and write it, its history and pictures to a folder.

    What is left out is as published for the task, where that is known; `ctrnn-jax tasks
    NAME` shows it, and what differs.
    Writes config.json, history.jsonl, network.safetensors, summary.json, trials.png,
    weights.png, loss.png and, for tasks with two choices, psychometric.png. Ctrl-C ends
    training and keeps what was trained.
    """

    task: tyro.conf.Positional[str]
    """Name of the task; `ctrnn-jax tasks` lists them."""

    out: Path
    """Folder for the results; made if it is missing."""

    seed: int = 0
    """Seed of weights, trials and noise."""

    steps: int | None = None
    """Updates at the most."""

    batch_size: int | None = None
    """Trials per update."""

    learning_rate: float | None = None
    """Of the optimiser."""

    hidden: int | None = None
    """Number of units."""

    network: str | None = None
    """Which of the networks that the task was published with."""

    noise: float | None = None
    """Sigma of the recurrent noise."""

    validate_every: int | None = None
    """Updates between validations."""

    validation_size: int | None = None
    """Trials per validation; a multiple of the task's conditions."""

    criterion: float | None = None
    """Performance that the mean of the last validations must exceed."""

    stop: bool = True
    """Stop at the criterion; --no-stop runs all steps."""

    overwrite: bool = False
    """Write into a folder that is not empty, replacing an earlier run there."""

    def __post_init__(self) -> None:
        """Refuse numbers that cannot be meant, before anything is made."""
        counts = ("steps", "batch_size", "validate_every", "validation_size")
        for name, least in {**dict.fromkeys(counts, 1), "hidden": 2, "seed": 0}.items():
            value = getattr(self, name)
            if value is not None:
                check_count(name, value, at_least=least)
        if self.learning_rate is not None:
            check_positive("learning_rate", self.learning_rate, "0.005 is usual.")
        if self.noise is not None:
            check_not_negative("noise", self.noise, "It is a standard deviation.")
        if self.criterion is not None:
            check_fraction("criterion", self.criterion)


@dataclasses.dataclass(frozen=True)
class Settings:
    """Those of a run, with the recipe's for what was left out; see `Train`."""

    task: str
    out: Path
    seed: int
    steps: int
    batch_size: int
    learning_rate: float
    hidden: int | None
    network: str
    noise: float | None
    validate_every: int
    validation_size: int
    criterion: float
    stop: bool
    overwrite: bool


@dataclasses.dataclass(frozen=True)
class Tasks:
    """List the tasks, or show one: its channels, epochs, conditions and a picture."""

    name: tyro.conf.Positional[str | None] = None
    """Name of a task to show; all are listed if it is left out."""

    out: Path | None = None
    """Where to write the picture of example trials; NAME.png by default."""
