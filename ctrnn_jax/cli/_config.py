"""What each command takes; the fields are the command line's flags."""

import dataclasses
from pathlib import Path
from typing import Literal

import tyro

from .._checks import check_count, check_fraction, check_not_negative, check_positive


@dataclasses.dataclass(frozen=True)
class Train:
    """Train a network on a task, and write it, its history and pictures to a folder.

    Writes config.json, history.jsonl, network.safetensors, summary.json,
    psychometric.png, trials.png, weights.png and loss.png. Ctrl-C ends training and
    keeps what was trained.
    """

    task: tyro.conf.Positional[str]
    """Name of the task; `ctrnn-jax tasks` lists them."""

    out: Path
    """Folder for the results; made if it is missing."""

    seed: int = 0
    """Seed of weights, trials and noise."""

    steps: int = 10_000
    """Updates at the most."""

    batch_size: int = 20
    """Trials per update."""

    learning_rate: float = 5e-3
    """Of Adam; gradients are clipped to a global norm of 1 before."""

    hidden: int = 100
    """Number of units."""

    network: Literal["rdm_dense", "rdm_fixed", "rdm_nodale"] = "rdm_dense"
    """Network of Song, Yang & Wang (2016): dense, two input groups, or without Dale."""

    noise: float = 0.15
    """Sigma of the recurrent noise."""

    validate_every: int = 50
    """Updates between validations."""

    validation_size: int = 550
    """Trials per validation; a multiple of the task's conditions."""

    criterion: float = 0.85
    """Fraction correct that the mean of the last 5 validations must exceed."""

    stop: bool = True
    """Stop at the criterion; --no-stop runs all steps."""

    overwrite: bool = False
    """Write into a folder that is not empty, replacing an earlier run there."""

    def __post_init__(self) -> None:
        """Refuse numbers that cannot be meant, before anything is made."""
        check_count("steps", self.steps, at_least=1)
        check_count("batch_size", self.batch_size, at_least=1)
        check_count("hidden", self.hidden, at_least=2)
        check_count("validate_every", self.validate_every, at_least=1)
        check_count("validation_size", self.validation_size, at_least=1)
        check_count("seed", self.seed, at_least=0)
        check_positive("learning_rate", self.learning_rate, "The default is 0.005.")
        check_not_negative("noise", self.noise, "It is a standard deviation.")
        check_fraction("criterion", self.criterion)


@dataclasses.dataclass(frozen=True)
class Tasks:
    """List the tasks that there are, with a line on each."""
