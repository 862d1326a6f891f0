"""Options of the commands that train nothing: status, analyse, report, tasks."""

import dataclasses
from pathlib import Path
from typing import Annotated, Literal

import tyro

from ..._checks import check, invalid
from ._compiling import Compiling
from ._number_rules import Checked
from ._pictures import PictureFormat


@dataclasses.dataclass(frozen=True)
class Status:
    """Print the progress of a run, or of each share of a sweep. Change nothing.

    Exit status: 0 for any run, finished or not; 2 for a folder without one.

    The loss and the performance of a sweep are means over its networks, of the
    last line of each in history.jsonl.

    The names in --json: command, task, network, state ("running", "finished",
    "diverged", "interrupted" or "killed"), phase of a running one ("starting",
    "training", "testing", "drawing pictures" or "writing report.html"),
    seconds_in_phase (since the last line, in training), stopped (why training ended),
    process, step, steps, members, running_members, loss, performance,
    updates_per_second, seconds_left, seconds_since_line, checkpoint (its step),
    earlier_run, report (whether report.html is written). Of a sweep in shares that are
    not joined: command, state, and shares, a list with these names for each share, its
    number as share and their number as shares.
    """

    folder: tyro.conf.Positional[Path]
    """Folder of the run."""

    json: bool = False
    """Print one JSON object, for other programs; a number that is unknown is null."""


@dataclasses.dataclass(frozen=True)
class Summary(Checked):
    """Print sizes, densities, spectrum and balance of the trained network of a run.

    With --json the names are those of `cj.analysis.Summary`; a number that is not
    finite is null.
    """

    folder: tyro.conf.Positional[Path]
    """Folder of the run."""

    task: str | None = None
    """Only with --network, for a custom task: its PATH/FILE.py:NAME again. Runs that
    file's code."""

    network: str | None = None
    """Only for a custom network with parts that the file of the network lacks, such as
    an activation: its PATH/FILE.py:NAME again. Runs that file's code."""

    member: int | None = None
    """Only for a sweep: the index of a network, as in members.json."""

    json: bool = False
    """Print one JSON object, for other programs."""


@dataclasses.dataclass(frozen=True)
class Analyse(Compiling):
    """Analyse the trained network of a run: the chosen analyses, or all that apply.

    Writes numbers (JSON), arrays (safetensors) and pictures to FOLDER/analysis.
    Exit status: 0; 1 if an analysis failed, while the others are written; 2 for wrong
    options or a folder without a network; 130 after Ctrl-C.
    """

    folder: tyro.conf.Positional[Path]
    """Folder of the run."""

    task: str | None = None
    """Only for a run of a custom task: its PATH/FILE.py:NAME again. Runs that file's
    code."""

    network: str | None = None
    """Only for a run of a custom network: its PATH/FILE.py:NAME again. Runs that file's
    code."""

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
    """Performance and trajectories with shorter time steps dt."""

    member: int | None = None
    """Only for a sweep: the index of a network, as in members.json."""

    epoch: str | None = None
    """Use this epoch instead of the whole trial: inputs are frozen at their median in
    it, rates for tuning are averaged over it, and dimensions, trajectories and rates
    of classes are those in it."""

    condition: str | None = None
    """Group trials by this condition, for tuning, for --level and for the colours of
    trajectories and rates."""

    level: float | None = None
    """Freeze inputs at the median of trials with this level of the condition."""

    inputs: tuple[float, ...] | None = None
    """Freeze inputs at these values, one for each channel."""

    candidates: int = 1024
    """Number of states from which --fixed-points starts its search."""

    steps: int = 4000
    """Number of time steps over which --lyapunov measures exponents."""

    trials: int = 500
    """Approximate number of trials in which the network is analysed."""

    seed: int = 0
    """Seed of trials, noise and candidates."""

    format: PictureFormat = "png"
    """Format of the pictures, in place of those of an earlier call; letters of pdf and
    svg remain text. With pdf, each is also a png, which the report shows."""

    report: bool = True
    """Write FOLDER/report.html at the end; --no-report does not."""

    def __post_init__(self) -> None:
        """Validate the numbers."""
        super().__post_init__()
        is_one = self.inputs is None or self.level is None
        rule = "be left out with a level"
        check(is_one, "inputs", rule, self.inputs, "Give one of them.")


@dataclasses.dataclass(frozen=True)
class Report(Compiling):
    """Write a report of a run, of a sweep, or of several of them: one page of HTML.

    The page has all its pictures inside, and loads nothing from the network. Several
    runs are compared side by side. A run that has not ended, or whose files are
    damaged, is reported as far as its files can be read.
    """

    folders: tyro.conf.Positional[tuple[Path, ...]]
    """Folders of runs."""

    out: Path | None = None
    """Path of the page."""

    task: Annotated[tuple[str, ...], tyro.conf.UseAppendAction] = ()
    """Only for runs of a custom task: its PATH/FILE.py:NAME again; repeatable, one for
    each task. Runs that file's code."""

    network: Annotated[tuple[str, ...], tyro.conf.UseAppendAction] = ()
    """Only for runs of a custom network: its PATH/FILE.py:NAME again; repeatable, one
    for each network. Runs that file's code."""

    def __post_init__(self) -> None:
        """Validate that there is a folder."""
        super().__post_init__()
        if not self.folders:
            remedy = "For example ctrnn-jax report runs/a runs/b."
            raise invalid("folders", "name at least one run", "none", remedy)


@dataclasses.dataclass(frozen=True)
class Tasks:
    """List the tasks, or show the options, channels, epochs and conditions of one.

    The names in --json: tasks, a list with name, family and description of each. Of one
    task: name, description, options (name, default, kind, rules, is_swept), inputs and
    outputs (name, unit), epochs (name, from_ms and to_ms, each the smallest and the
    largest), conditions (the smallest and the largest of each by name), n_conditions,
    n_steps, dt_ms, performance (its name), and training (networks, batch_size,
    learning_rate, num_updates, criterion, validations, source), null for a file.
    """

    name: tyro.conf.Positional[str | None] = None
    """Name of the task to show; without it, all tasks are listed. PATH/FILE.py:NAME
    runs the code of that file."""

    picture: Path | None = None
    """Write a picture of example trials to this PNG file."""

    json: bool = False
    """Print one JSON object, for other programs."""


@dataclasses.dataclass(frozen=True)
class Doctor:
    """Print what a report of a problem needs, and test that training works here.

    Shows versions, devices, precision, memory, folders and environment variables. The
    test takes some seconds. The exit status is 1 if a check fails.
    """

    json: bool = False
    """Print one JSON object, for other programs."""


Shell = Literal["bash", "zsh", "fish"]


@dataclasses.dataclass(frozen=True)
class Completion:
    """Print a script with which a shell completes commands, options, tasks and paths.

    The example below is for bash: start a new shell after it. For zsh write to a file
    _ctrnn-jax in a folder of $fpath, for fish to
    ~/.config/fish/completions/ctrnn-jax.fish.
    """

    shell: tyro.conf.Positional[Shell]
    """The shell: bash, zsh or fish."""
