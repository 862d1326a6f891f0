"""`ctrnn-jax analyse`: what the network of a run does, as numbers and pictures."""

from collections.abc import Mapping
import dataclasses
import json
from pathlib import Path
import time
from typing import Any

import equinox as eqx
import jax
import numpy as np
from rich.console import Console
import safetensors.numpy

from ..._checks import check_choice, check_finite, invalid
from ..._files import write_whole
from ...network import AbstractNetwork, load, noiseless
from ...simulation import rollout
from ...tasks import AbstractTask, Trial
from ..options import Analyse
from ..run import (
    ANALYSIS,
    config_of,
    finite,
    MEMBERS,
    NETWORK,
    save as save_picture,
    set_up_again,
    settings_from,
    task_of,
    TrainSettings,
    write_json,
)
from ._registry import ANALYSES
from ._trained_run import condition_of, Subject


def analyse(given: Analyse, console: Console) -> int:
    """Run what is asked for, or all that fits the task; returns the exit status.

    What fails (a network whose units are silent, say) is told of, and the others run.
    """
    net, task = _trained(given)
    chosen = [name for name in ANALYSES if getattr(given, name)]
    subject = _subject(net, task, given)
    lacking = {name: ANALYSES[name].lacks(subject) for name in ANALYSES}
    for name in chosen:
        if lacking[name]:
            raise invalid(
                _flag(name), "fit the run", str(lacking[name]), "Leave it out."
            )
    chosen = chosen or [name for name in ANALYSES if not lacking[name]]
    folder = given.folder / ANALYSIS
    if given.member is not None:
        folder = folder / f"{given.member:03d}"
    folder.mkdir(parents=True, exist_ok=True)
    failed = False
    say = lambda text: console.print(
        text, highlight=False, markup=False, soft_wrap=True
    )
    for number, name in enumerate(chosen, start=1):
        begun = time.perf_counter()
        title = f"[{number}/{len(chosen)}] {name.replace('_', ' ')}"
        with console.status(title):
            try:
                found = ANALYSES[name].run(subject)
            except ValueError as error:
                say(f"{title}: not done: {error}")
                failed = True
                continue
            _write(folder, name, found.numbers, found.arrays)
            _note(folder, name, given)
            for picture, draw in found.pictures.items():
                save_picture(folder / f"{picture}.png", draw())
        say(f"{title}: {found.said}  ({time.perf_counter() - begun:.1f} s)")
    say(f"written to {folder}")
    return int(failed)


def _flag(name: str) -> str:
    return "--" + name.replace("_", "-")


def _trained(given: Analyse) -> tuple[AbstractNetwork, AbstractTask]:
    """The network of the run, and its task."""
    config = settings_from(given.folder, config_of(given.folder))
    if isinstance(config, TrainSettings):
        if given.member is not None:
            raise invalid(
                "member", "be left out for one network", given.member, "Drop it."
            )
        path = given.folder / NETWORK
        settings = {}
    else:
        path, settings = _of_member(given)
    if not path.exists():
        raise invalid(
            "folder",
            "hold a trained network",
            f"{path}, which is missing",
            "Let the run end, or go on with it: ctrnn-jax resume.",
        )
    return load(path), task_of(set_up_again(config).task, settings)


def _of_member(given: Analyse) -> tuple[Path, dict[str, float]]:
    """The network of a member, and what was set for it."""
    path = given.folder / MEMBERS
    if not path.exists():
        return path, {}
    entries = {str(entry["member"]): entry for entry in json.loads(path.read_text())}
    if given.member is None:
        raise invalid(
            "member",
            f"be given for a sweep, one of {len(entries)}",
            None,
            "Add --member 0, say; members.json lists them.",
        )
    entry = entries[check_choice("member", str(given.member), entries)]
    return given.folder / entry["file"], entry["settings"]


def _subject(net: AbstractNetwork, task: AbstractTask, given: Analyse) -> Subject:
    """The network with trials of its task, and what it does in them without noise."""
    key = jax.random.key(given.seed)
    trial_key, noise_key, key = jax.random.split(key, 3)
    size = task.n_conditions * max(1, round(given.trials / task.n_conditions))
    trials, quiet, outputs = _simulate(net, task, trial_key, noise_key, size)
    potentials, rates = np.asarray(quiet.potentials), np.asarray(quiet.rates)
    steps = _steps(trials, given.epoch)
    inputs, frozen_at = _frozen(task, trials, steps, given)
    return Subject(
        net=net,
        task=task,
        trials=trials,
        potentials=potentials,
        rates=rates,
        outputs=outputs,
        chosen=steps,
        inputs=inputs,
        frozen_at=frozen_at,
        key=key,
        given=given,
    )


@eqx.filter_jit
def _simulate(
    net: AbstractNetwork, task: AbstractTask, trial_key: Any, noise_key: Any, size: int
) -> tuple[Trial, Any, Any]:
    trials = task.validation(trial_key, size)
    noisy = rollout(net, trials.inputs, key=noise_key).outputs
    return trials, rollout(noiseless(net), trials.inputs), noisy


def _steps(trials: Trial, epoch: str | None) -> np.ndarray:
    """The steps of an epoch if one is named, else those before the end of a trial."""
    steps = np.arange(trials.inputs.shape[1])[None]
    if epoch is None:
        return steps < np.asarray(trials.conditions["t_end"])[:, None]
    check_choice("epoch", epoch, trials.epochs)
    edges = np.asarray(trials.epochs[epoch])
    there = (steps >= edges[:, :1]) & (steps < edges[:, 1:])
    if not there.any():
        raise invalid("epoch", "occur in some trial", epoch, "Name another.")
    return there


def _frozen(
    task: AbstractTask, trials: Trial, steps: np.ndarray, given: Analyse
) -> tuple[np.ndarray, str]:
    """The frozen input, and what it is in words."""
    if given.inputs is not None:
        if len(given.inputs) != task.n_in:
            names = ", ".join(map(str, task.input_names))
            raise invalid(
                "inputs",
                f"be {task.n_in} numbers, one for each channel",
                f"{len(given.inputs)}",
                f"Channels: {names}." if names else "The task has none.",
            )
        check_finite("inputs", np.asarray(given.inputs))
        told = ", ".join(f"{x:g}" for x in given.inputs)
        return np.asarray(given.inputs), f"({told})"
    said = "its median" if given.epoch is None else f"its median in {given.epoch}"
    if given.level is not None:
        counted = ~np.asarray(trials.conditions["is_catch"])
        name, levels = condition_of(task, trials, given.condition, counted)
        here = np.isclose(levels, given.level, rtol=1e-4, atol=1e-6)
        if not here.any():
            known = ", ".join(f"{x:.6g}" for x in np.unique(levels))
            raise invalid(
                "level", f"be a level of {name}", given.level, f"Known: {known}."
            )
        chosen = np.zeros_like(counted)
        chosen[counted] = here
        steps = steps & chosen[:, None]
        said += f", {name} {given.level:g}"
        if not steps.any():
            raise invalid(
                "epoch", "occur in trials of the level", given.epoch, "Name another."
            )
    return np.median(np.asarray(trials.inputs)[steps], axis=0), said


def _write(
    folder: Path, name: str, numbers: dict[str, Any] | list, arrays: Mapping[str, Any]
) -> None:
    """Numbers as JSON, arrays as safetensors: reading either executes no code."""
    content: Any = finite(_plain(numbers))
    write_json(folder / f"{name}.json", content)
    if arrays:
        tensors = {n: np.ascontiguousarray(x) for n, x in arrays.items()}
        data = safetensors.numpy.save(tensors)
        write_whole(folder / f"{name}.safetensors", data)


def _note(folder: Path, name: str, given: Analyse) -> None:
    """Of what seed, trials, epoch and so on each analysis is."""
    path = folder / "settings.json"
    known = json.loads(path.read_text()) if path.exists() else {}
    flags = {f: x for f, x in dataclasses.asdict(given).items() if f not in ANALYSES}
    write_json(path, known | {name: flags | {"folder": str(given.folder)}})


def _plain(content: Any) -> Any:
    """Arrays and NumPy numbers as lists and numbers."""
    if isinstance(content, dict):
        return {name: _plain(value) for name, value in content.items()}
    if isinstance(content, (list, tuple)):
        return [_plain(value) for value in content]
    if hasattr(content, "tolist"):
        return np.asarray(content).tolist()
    return content
