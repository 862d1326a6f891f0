"""`ctrnn-jax analyse`: analyse the network of a run; write numbers and pictures."""

from collections.abc import Mapping
import dataclasses
import json
from pathlib import Path
import time
from typing import Any

import equinox as eqx
import jax
from jax import Array
import numpy as np
from rich.console import Console
import safetensors.numpy

from ..._checks import check, check_choice, check_finite, invalid
from ..._files import write_atomically
from ..._types import KeyArray
from ...network import AbstractNetwork, load, noiseless
from ...simulation import rollout, Trajectory
from ...tasks import AbstractTask, Trial
from ..options import Analyse, Train
from ..run import (
    ANALYSIS,
    balanced_size,
    config_of,
    MEMBERS,
    NETWORK,
    printer,
    save_picture,
    set_up_again,
    settings_from,
    task_of,
    write_json,
)
from ._registry import ANALYSES
from ._trained_run import condition_of, TrainedRun


def analyse(options: Analyse, console: Console) -> int:
    """Run the chosen analyses, or all that apply; return the exit status.

    An analysis that fails (for example because all units are silent) is reported, and
    the others run.
    """
    net, task = _trained(options)
    chosen = [name for name in ANALYSES if getattr(options, name)]
    trained = _trained_run(net, task, options)
    lacking = {name: ANALYSES[name].lacks(trained) for name in ANALYSES}
    for name in chosen:
        reason = lacking[name]
        check(not reason, _flag(name), "fit the run", str(reason), "Leave it out.")
    chosen = chosen or [name for name in ANALYSES if not lacking[name]]
    folder = options.folder / ANALYSIS
    if options.member is not None:
        folder = folder / f"{options.member:03d}"
    folder.mkdir(parents=True, exist_ok=True)
    has_failed = False
    say = printer(console)
    for number, name in enumerate(chosen, start=1):
        start = time.perf_counter()
        title = f"[{number}/{len(chosen)}] {name.replace('_', ' ')}"
        with console.status(title):
            try:
                report = ANALYSES[name].run(trained)
            except ValueError as error:
                say(f"{title}: not done: {error}")
                has_failed = True
                continue
            _write(folder, name, report.numbers, report.arrays)
            _note(folder, name, options)
            for picture, draw in report.pictures.items():
                save_picture(folder / f"{picture}.png", draw())
        say(f"{title}: {report.summary}  ({time.perf_counter() - start:.1f} s)")
    say(f"written to {folder}")
    return int(has_failed)


def _flag(name: str) -> str:
    return "--" + name.replace("_", "-")


def _trained(options: Analyse) -> tuple[AbstractNetwork, AbstractTask]:
    """Load the network of the run and its task."""
    config = settings_from(options.folder, config_of(options.folder))
    if isinstance(config, Train):
        rule = "be left out for one network"
        check(options.member is None, "member", rule, options.member, "Drop it.")
        path = options.folder / NETWORK
        settings = {}
    else:
        path, settings = _of_member(options)
    check(
        path.exists(),
        "folder",
        "hold a trained network",
        f"{path}, which is missing",
        "Let the run end, or continue it: ctrnn-jax resume.",
    )
    return load(path), task_of(set_up_again(config).task, settings)


def _of_member(options: Analyse) -> tuple[Path, dict[str, float]]:
    """Return the path of the network of a member, and the settings of the member."""
    path = options.folder / MEMBERS
    if not path.exists():
        return path, {}
    entries = {str(entry["member"]): entry for entry in json.loads(path.read_text())}
    if options.member is None:
        raise invalid(
            "member",
            f"be given for a sweep, one of {len(entries)}",
            None,
            "For example --member 0; members.json lists them.",
        )
    entry = entries[check_choice("member", str(options.member), entries)]
    return options.folder / entry["file"], entry["settings"]


def _trained_run(
    net: AbstractNetwork, task: AbstractTask, options: Analyse
) -> TrainedRun:
    """Simulate trials of the task, with noise for outputs and without for activity."""
    key = jax.random.key(options.seed)
    trial_key, noise_key, key = jax.random.split(key, 3)
    size = balanced_size(task, options.trials)
    trials, traj, outputs = _simulate(net, task, trial_key, noise_key, size)
    potentials, rates = np.asarray(traj.potentials), np.asarray(traj.rates)
    steps = _steps(trials, options.epoch)
    inputs, frozen_at = _frozen(task, trials, steps, options)
    return TrainedRun(
        net=net,
        task=task,
        trials=trials,
        potentials=potentials,
        rates=rates,
        outputs=outputs,
        is_in_epoch=steps,
        inputs=inputs,
        frozen_at=frozen_at,
        key=key,
        options=options,
    )


@eqx.filter_jit
def _simulate(
    net: AbstractNetwork,
    task: AbstractTask,
    trial_key: KeyArray,
    noise_key: KeyArray,
    size: int,
) -> tuple[Trial, Trajectory, Array]:
    """Return trials, their trajectory without noise, and their outputs with noise."""
    trials = task.validation(trial_key, size)
    noisy = rollout(net, trials.inputs, key=noise_key).outputs
    return trials, rollout(noiseless(net), trials.inputs), noisy


def _steps(trials: Trial, epoch: str | None) -> np.ndarray:
    """Mark the steps of an epoch, or without an epoch those before the trial's end."""
    steps = np.arange(trials.inputs.shape[1])[None]
    if epoch is None:
        return steps < np.asarray(trials.conditions["t_end"])[:, None]
    check_choice("epoch", epoch, trials.epochs)
    edges = np.asarray(trials.epochs[epoch])
    is_in_epoch = (steps >= edges[:, :1]) & (steps < edges[:, 1:])
    check(is_in_epoch.any(), "epoch", "occur in a trial", epoch, "Name another.")
    return is_in_epoch


def _frozen(
    task: AbstractTask, trials: Trial, steps: np.ndarray, options: Analyse
) -> tuple[np.ndarray, str]:
    """Return the frozen input `(n_in,)`, and its description."""
    if options.inputs is not None:
        names = ", ".join(map(str, task.input_names))
        check(
            len(options.inputs) == task.n_in,
            "inputs",
            f"be {task.n_in} numbers, one for each channel",
            f"{len(options.inputs)}",
            f"Channels: {names}." if names else "The task has none.",
        )
        check_finite("inputs", np.asarray(options.inputs))
        values = ", ".join(f"{x:g}" for x in options.inputs)
        return np.asarray(options.inputs), f"({values})"
    text = "its median" if options.epoch is None else f"its median in {options.epoch}"
    if options.level is not None:
        is_counted = ~np.asarray(trials.conditions["is_catch"])
        name, levels = condition_of(task, trials, options.condition, is_counted)
        has_level = np.isclose(levels, options.level, rtol=1e-4, atol=1e-6)
        known = ", ".join(f"{x:.6g}" for x in np.unique(levels))
        rule = f"be a level of {name}"
        check(has_level.any(), "level", rule, options.level, f"Known: {known}.")
        is_chosen = np.zeros_like(is_counted)
        is_chosen[is_counted] = has_level
        steps = steps & is_chosen[:, None]
        text += f", {name} {options.level:g}"
        rule = "occur in trials of the level"
        check(steps.any(), "epoch", rule, options.epoch, "Name another.")
    return np.median(np.asarray(trials.inputs)[steps], axis=0), text


def _write(
    folder: Path, name: str, numbers: dict[str, Any] | list, arrays: Mapping[str, Any]
) -> None:
    """Write numbers as JSON and arrays as safetensors: reading executes no code."""
    write_json(folder / f"{name}.json", numbers)
    if arrays:
        tensors = {n: np.ascontiguousarray(x) for n, x in arrays.items()}
        data = safetensors.numpy.save(tensors)
        write_atomically(folder / f"{name}.safetensors", data)


def _note(folder: Path, name: str, options: Analyse) -> None:
    """Record the options of an analysis in settings.json."""
    path = folder / "settings.json"
    known = json.loads(path.read_text()) if path.exists() else {}
    flags = {f: x for f, x in dataclasses.asdict(options).items() if f not in ANALYSES}
    write_json(path, known | {name: flags | {"folder": str(options.folder)}})
