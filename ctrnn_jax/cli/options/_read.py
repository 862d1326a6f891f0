"""What the commands that look at a run or a task take; fields are flags."""

import dataclasses
from pathlib import Path

import tyro

from ..._checks import check_count, invalid


@dataclasses.dataclass(frozen=True)
class Status:
    """Say how far a run is, and whether it runs. Nothing is changed."""

    folder: tyro.conf.Positional[Path]
    """Folder of the run."""

    json: bool = False
    """Print JSON, for programs."""


@dataclasses.dataclass(frozen=True)
class Analyse:
    """Analyse the trained network of a run: what is asked for, or all that fits it.

    Writes numbers (JSON), arrays (safetensors) and pictures to FOLDER/analysis.
    """

    folder: tyro.conf.Positional[Path]
    """Folder of the run."""

    fixed_points: bool = False
    """Fixed points and slow points, their stability, in the plane of trials."""

    lyapunov: bool = False
    """The largest Lyapunov exponents."""

    spectrum: bool = False
    """Eigenvalues and singular values of the recurrent weights."""

    geometry: bool = False
    """Dimensions of the rates, trials in their principal components."""

    tuning: bool = False
    """What units respond to: mean rates by a condition of the trials."""

    behaviour: bool = False
    """The psychometric function, for tasks with two choices."""

    reaction_times: bool = False
    """The chronometric function, for tasks that are answered at any time."""

    perturbations: bool = False
    """What lesions and stronger or weaker synapses do to performance."""

    gradients: bool = False
    """How gradients of the loss grow or vanish backwards through a trial."""

    dt_check: bool = False
    """Performance and trajectories at shorter steps."""

    member: int | None = None
    """Of a sweep: which network, as members.json numbers them."""

    epoch: str | None = None
    """Take this epoch instead of the whole trial: inputs are frozen at their median in
    it, rates for tuning averaged over it."""

    condition: str | None = None
    """Tell trials apart by this condition, by default the task's own choice: for
    tuning, and for --level."""

    level: float | None = None
    """Freeze inputs at the median of trials with this level of the condition."""

    inputs: tuple[float, ...] | None = None
    """Or freeze them at these values, one for each channel."""

    candidates: int = 1024
    """Where the search for fixed points starts."""

    steps: int = 4000
    """Over how many steps exponents are measured."""

    trials: int = 500
    """About how many trials to look at."""

    seed: int = 0
    """Of trials, noise and candidates."""

    def __post_init__(self) -> None:
        """Refuse numbers that cannot be meant."""
        for name in ("candidates", "steps", "trials"):
            check_count(name, getattr(self, name), at_least=1)
        check_count("seed", self.seed, at_least=0)
        if self.member is not None:
            check_count("member", self.member, at_least=0)
        if self.inputs is not None and self.level is not None:
            raise invalid(
                "inputs", "be left out with a level", self.inputs, "Give one of them."
            )


@dataclasses.dataclass(frozen=True)
class Tasks:
    """List the tasks, or show one: its channels, epochs, conditions and a picture."""

    name: tyro.conf.Positional[str | None] = None
    """Name of a task to show; all are listed if it is left out."""

    out: Path | None = None
    """Where to write the picture of example trials; NAME.png by default."""
