"""`ctrnn-jax analyse`: analyse the network of a run; write numbers and pictures."""

from collections.abc import Callable
import dataclasses
from pathlib import Path
import time

import equinox as eqx
import jax
from jax import Array
import numpy as np
from rich.console import Console
import safetensors.numpy

from ..._checks import check
from ..._files import write_atomically
from ..._progress import noting
from ..._show import counted
from ..._types import KeyArray
from ...analysis import silent_units
from ...network import AbstractNetwork, noiseless
from ...simulation import rollout, Trajectory
from ...tasks import AbstractTask, Trial
from ..experiment import changed_files, code_again, digests_in
from ..options import Analyse, PictureFormat
from ..run import (
    ANALYSIS,
    balanced_size,
    check_no_links,
    config_of,
    count_uninhibited,
    describe_units,
    load_network,
    network_file,
    printer,
    read_json,
    save_pictures,
    set_up,
    settings_from,
    Setup,
    showing,
    task_of,
    write_json,
    WriteReport,
)
from ._registry import ANALYSES
from ._trained_run import AnalysisReport, check_options, TrainedRun


def analyse(
    options: Analyse, console: Console, write_report: WriteReport | None = None
) -> int:
    """Run the chosen analyses, or all that apply; return the exit status.

    An analysis that fails (for example because all units are silent) is reported, and
    the others run. `write_report` is called at the end.
    """
    say = printer(console)
    chosen = [name for name in ANALYSES if getattr(options, name)]
    net, task, setup = _trained(options, say)
    size = balanced_size(task, options.trials)
    check_options(options, task, size)
    with showing(console, f"simulating {counted(size, 'trial')}"):
        trained = _trained_run(net, task, options)
    _ = trained.frozen  # raises an error for flags that do not fit the task
    lacking = {name: ANALYSES[name].lacks(trained) for name in ANALYSES}
    for name in chosen:
        flag, reason = f"--{name.replace('_', '-')}", lacking[name]
        check(not reason, flag, "fit the run", str(reason), "Leave it out.")
    chosen = chosen or [name for name in ANALYSES if not lacking[name]]
    place = ANALYSIS
    if options.member is not None:
        place += f"/{options.member:03d}"
    check_no_links("folder", options.folder, (ANALYSIS, place))
    folder = options.folder / place
    folder.mkdir(parents=True, exist_ok=True)
    has_failed = False
    if (units := _units(trained)) is not None:
        say(units)
    if (about := trained.about_conditions) is not None:
        say(about)
    for number, name in enumerate(chosen, start=1):
        start = time.perf_counter()
        title = f"[{number}/{len(chosen)}] {name.replace('_', ' ')}"
        with showing(console, title) as show, noting(_note_in(show, title)):
            try:
                report = ANALYSES[name].run(trained)
            except ValueError as error:
                say(f"{title}: not done: {error}")
                has_failed = True
                continue
            _write(folder, name, report, options.format)
            _note(folder, name, options)
        say(f"{title}: {report.summary}  ({time.perf_counter() - start:.1f} s)")
    say(f"written to {folder}")
    if write_report is not None:
        write_report(options.folder, console, setup)
    return int(has_failed)


def _note_in(show: Callable[[str], None], title: str) -> Callable[[str], None]:
    """Return a function that shows a message beside the title of an analysis."""
    return lambda text: show(f"{title}: {text}")


def _trained(
    options: Analyse, say: Callable[[str], None] | None = None
) -> tuple[AbstractNetwork, AbstractTask, Setup]:
    """Return network, task and setup of the run; `say` reports changed files."""
    content = config_of(options.folder)
    config = settings_from(options.folder, content)
    code = code_again(config, task=options.task, network=options.network)
    if say is not None:
        for change in changed_files(code, digests_in(content)).values():
            say(f"warning: the run began with another file: {change}")
    path, settings = network_file(options.folder, options.member)
    setup = set_up(config, code)
    return load_network(path, setup), task_of(setup.task, settings), setup


def _trained_run(
    net: AbstractNetwork, task: AbstractTask, options: Analyse
) -> TrainedRun:
    """Simulate trials of the task, with noise for outputs and without for activity."""
    *keys, key = jax.random.split(jax.random.key(options.seed), 3)
    size = balanced_size(task, options.trials)
    trials, traj, outputs = _simulate(net, task, keys, size)
    activity = np.asarray(traj.potentials), np.asarray(traj.rates)
    return TrainedRun(net, task, trials, *activity, outputs, key, options)


@eqx.filter_jit
def _simulate(
    net: AbstractNetwork, task: AbstractTask, keys: list[KeyArray], size: int
) -> tuple[Trial, Trajectory, Array]:
    """Return trials, their trajectory without noise, and their outputs with noise."""
    trial_key, noise_key = keys
    trials = task.validation(trial_key, size)
    noisy = rollout(net, trials.inputs, key=noise_key).outputs
    return trials, rollout(noiseless(net), trials.inputs), noisy


def _units(trained: TrainedRun) -> str | None:
    """Return a line about silent and uninhibited units, or `None`."""
    silent = int(silent_units(trained.rates[trained.is_before_end]).sum())
    return describe_units(trained.net.n_hidden, silent, count_uninhibited(trained.net))


def _write(
    folder: Path, name: str, report: AnalysisReport, picture_format: PictureFormat
) -> None:
    """Write numbers, arrays (as safetensors: reading executes no code), pictures."""
    write_json(folder / f"{name}.json", report.numbers)
    if report.arrays:
        tensors = {n: np.ascontiguousarray(x) for n, x in report.arrays.items()}
        data = safetensors.numpy.save(tensors)
        write_atomically(folder / f"{name}.safetensors", data)
    figures = {picture: draw() for picture, draw in report.pictures.items()}
    # a page cannot show a PDF
    formats = ("pdf", "png") if picture_format == "pdf" else (picture_format,)
    save_pictures(folder, figures, formats)


def _note(folder: Path, name: str, options: Analyse) -> None:
    """Record the options of an analysis in settings.json."""
    path = folder / "settings.json"
    known = read_json(path) or {}
    flags = {f: x for f, x in dataclasses.asdict(options).items() if f not in ANALYSES}
    write_json(path, known | {name: flags | {"folder": str(options.folder)}})
