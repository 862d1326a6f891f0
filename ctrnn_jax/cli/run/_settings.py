"""Settings of a run with nothing left out, as config.json keeps them."""

from collections.abc import Mapping
import dataclasses
import importlib.metadata
import json
from pathlib import Path
import platform
from typing import Any

import jax

from ..._checks import invalid
from ...tasks import AbstractTask
from ...training import Recipe
from ..options import Sweep, Train
from ._folder import CONFIG


@dataclasses.dataclass(frozen=True, kw_only=True)
class Settings:
    """What one network and many have in common; see the flags of `Train`."""

    task: str
    out: Path
    published: bool
    network: str
    hidden: int | None
    steps: int
    batch_size: int
    validate_every: int
    validation_size: int
    criterion: float
    stop: bool
    restore_best: bool
    checkpoint_every: int | None
    checkpoint_seconds: float | None

    @property
    def saves(self) -> bool:
        """Whether there are checkpoints."""
        return self.checkpoint_every is not None or self.checkpoint_seconds is not None


@dataclasses.dataclass(frozen=True, kw_only=True)
class TrainSettings(Settings):
    """Of one network."""

    seed: int
    learning_rate: float
    noise: float | None
    patience: int | None
    distributed: bool


@dataclasses.dataclass(frozen=True, kw_only=True)
class SweepSettings(Settings):
    """Of many networks."""

    seeds: tuple[int, ...]
    learning_rate: tuple[float, ...]
    noise: tuple[float, ...]
    tau: tuple[float, ...]
    set: tuple[str, ...]
    at_once: int | None


def resolved(given: Train | Sweep, task: AbstractTask, usual: Recipe) -> Any:
    """The settings with the recipe's for those that were left out.

    Returns `TrainSettings` or `SweepSettings`. Raises `ValueError` where a setting
    would have no effect.
    """
    steps = usual.num_updates if given.steps is None else given.steps
    usually: dict[str, Any] = {
        "steps": steps,
        "batch_size": usual.batch_size,
        "learning_rate": usual.learning_rate,
        "network": usual.variants[0],
        # a run that is shorter than that is validated at its end
        "validate_every": min(usual.validate_every, steps),
        "validation_size": usual.validation_size or task.validation_size,
        "criterion": usual.stop_when.threshold,
    }
    kind = TrainSettings
    if isinstance(given, Sweep):
        kind = SweepSettings
        usually["learning_rate"] = (usual.learning_rate,)
    fields = {}
    for field in dataclasses.fields(kind):
        value = getattr(given, field.name)
        left_out = value is None or value == ()
        fields[field.name] = usually.get(field.name, value) if left_out else value
    config = kind(**fields)
    if config.restore_best and config.validate_every > config.steps:
        raise invalid(
            "validate_every",
            f"be at most the {config.steps} steps with --restore-best",
            config.validate_every,
            "Without a validation there is no best network.",
        )
    return config


def versions() -> dict[str, str]:
    """Of Python and of the libraries that decide the numbers."""
    names = ("ctrnn-jax", "jax", "jaxlib", "equinox", "optax", "numpy")
    return {
        "python": platform.python_version(),
        **{name: importlib.metadata.version(name) for name in names},
    }


def machine() -> dict[str, Any]:
    """What else the bits of a result depend on."""
    return {
        "platform": jax.default_backend(),
        "devices": jax.device_count(),
        "processes": jax.process_count(),
        "x64": bool(jax.config.read("jax_enable_x64")),
    }


def config_json(config: Settings) -> dict[str, Any]:
    """What config.json holds: all that `ctrnn-jax resume` needs."""
    command = "train" if isinstance(config, TrainSettings) else "sweep"
    fields = dataclasses.asdict(config) | {"out": str(config.out)}
    return {
        "command": command,
        **fields,
        "versions": versions(),
        "machine": machine(),
    }


def read_json(path: Path) -> dict[str, Any] | None:
    """What a JSON file holds; `None` if there is none.

    Raises `ValueError` for a file that is no JSON object.
    """
    try:
        content = json.loads(path.read_text())
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise ValueError(f"{path} must be a JSON file: {error}.") from error
    if not isinstance(content, dict):
        raise ValueError(f"{path} must hold a JSON object.")
    return content


def config_of(folder: Path) -> dict[str, Any]:
    """What config.json of a run holds; raises `ValueError` for another folder."""
    content = read_json(folder / CONFIG) if folder.is_dir() else None
    if content is None:
        raise invalid(
            "folder",
            "be the folder of a run",
            f"{folder}, which has no {CONFIG}",
            "Start one with ctrnn-jax train.",
        )
    return content


def settings_from(folder: Path, content: Mapping[str, Any]) -> Any:
    """The settings that config.json holds, for the folder that it lies in.

    Raises `ValueError` for a file that another program or version wrote.
    """
    kinds = {"train": TrainSettings, "sweep": SweepSettings}
    kind = kinds.get(str(content.get("command")))
    fields = [] if kind is None else [f.name for f in dataclasses.fields(kind)]
    missing = [name for name in fields if name not in content]
    if kind is None or missing:
        lacks = f"lacks {', '.join(missing) or 'the command'}"
        raise ValueError(
            f"{folder / 'config.json'} must be that of a run of this version; it "
            f"{lacks}. Start a new run in another folder."
        )
    as_tuple = lambda x: tuple(x) if isinstance(x, list) else x
    values = {name: as_tuple(content[name]) for name in fields}
    return kind(**(values | {"out": folder}))


def changes_since(content: Mapping[str, Any]) -> list[str]:
    """What is installed otherwise than when the run began, or runs elsewhere."""
    found = []
    for part, now in (("versions", versions()), ("machine", machine())):
        before = content.get(part) or {}
        for name, value in now.items():
            if name in before and before[name] != value:
                found.append(f"{name} was {before[name]} and is {value}")
    return found
