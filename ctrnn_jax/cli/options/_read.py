"""Options of the commands that only read: status, analyse, tasks. Fields are flags."""

import dataclasses
from pathlib import Path

import tyro

from ..._checks import check
from ._compiling import Compiling


@dataclasses.dataclass(frozen=True)
class Status:
    """Print the progress of a run, and whether it is running. Change nothing."""

    folder: tyro.conf.Positional[Path]
    """Folder of the run."""

    json: bool = False
    """Print JSON for other programs."""


@dataclasses.dataclass(frozen=True)
class Analyse(Compiling):
    """Analyse the trained network of a run: the chosen analyses, or all that apply.

    Writes numbers (JSON), arrays (safetensors) and pictures to FOLDER/analysis.
    """

    folder: tyro.conf.Positional[Path]
    """Folder of the run."""

    fixed_points: bool = False
    """Fixed points and slow points with their stability, drawn with trajectories."""

    lyapunov: bool = False
    """The largest Lyapunov exponents."""

    spectrum: bool = False
    """Eigenvalues and singular values of the recurrent weights."""

    geometry: bool = False
    """Dimension of the rates, and trials in their principal components."""

    tuning: bool = False
    """Tuning of units: mean rates by a condition of the trials."""

    behaviour: bool = False
    """The psychometric function, for tasks with two choices."""

    reaction_times: bool = False
    """The chronometric function, for tasks that can be answered at any time."""

    perturbations: bool = False
    """Effects of lesions and of stronger or weaker synapses on performance."""

    gradients: bool = False
    """Growth or decay of loss gradients backwards through a trial."""

    dt_check: bool = False
    """Performance and trajectories at shorter steps."""

    member: int | None = None
    """Index of the network of a sweep, as in members.json."""

    epoch: str | None = None
    """Use this epoch instead of the whole trial: inputs are frozen at their median in
    it, and rates for tuning are averaged over it."""

    condition: str | None = None
    """Group trials by this condition, for tuning and for --level; by default the main
    condition of the task."""

    level: float | None = None
    """Freeze inputs at the median of trials with this level of the condition."""

    inputs: tuple[float, ...] | None = None
    """Freeze inputs at these values, one for each channel."""

    candidates: int = 1024
    """Number of states from which the search for fixed points starts."""

    steps: int = 4000
    """Number of time steps over which exponents are measured."""

    trials: int = 500
    """Approximate number of trials."""

    seed: int = 0
    """Seed of trials, noise and candidates."""

    def __post_init__(self) -> None:
        """Validate the numbers."""
        super().__post_init__()
        is_one = self.inputs is None or self.level is None
        rule = "be left out with a level"
        check(is_one, "inputs", rule, self.inputs, "Give one of them.")


@dataclasses.dataclass(frozen=True)
class Tasks:
    """List the tasks, or show the channels, epochs, conditions and trials of one."""

    name: tyro.conf.Positional[str | None] = None
    """Name of the task to show; without it, all tasks are listed."""

    out: Path | None = None
    """Path of the picture of example trials; NAME.png by default."""
