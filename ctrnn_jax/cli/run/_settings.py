"""The complete settings of a run, and config.json, which stores them."""

from collections.abc import Mapping
import dataclasses
import importlib.metadata
import json
from pathlib import Path
import platform
from typing import Any

import jax

from ..._checks import check, invalid
from ...tasks import AbstractTask
from ...training import Recipe
from ..options import Sweep, Train
from ._folder import CONFIG


@dataclasses.dataclass(frozen=True, kw_only=True)
class Settings:
    """Settings of one network and of many; see the flags of `Train`."""

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
        """Whether the run writes checkpoints."""
        return self.checkpoint_every is not None or self.checkpoint_seconds is not None


@dataclasses.dataclass(frozen=True, kw_only=True)
class TrainSettings(Settings):
    """Settings of one network."""

    seed: int
    learning_rate: float
    noise: float | None
    patience: int | None
    distributed: bool


@dataclasses.dataclass(frozen=True, kw_only=True)
class SweepSettings(Settings):
    """Settings of many networks."""

    seeds: tuple[int, ...]
    learning_rate: tuple[float, ...]
    noise: tuple[float, ...]
    tau: tuple[float, ...]
    set: tuple[str, ...]
    at_once: int | None


def resolved(command: Train | Sweep, task: AbstractTask, recipe: Recipe) -> Any:
    """Return the settings of a command; those left out are taken from the recipe.

    Returns `TrainSettings` or `SweepSettings`. Raises `ValueError` for a setting that
    would have no effect.
    """
    steps = recipe.num_updates if command.steps is None else command.steps
    defaults: dict[str, Any] = {
        "steps": steps,
        "batch_size": recipe.batch_size,
        "learning_rate": recipe.learning_rate,
        "network": recipe.variants[0],
        # a shorter run is validated at its end
        "validate_every": min(recipe.validate_every, steps),
        "validation_size": recipe.validation_size or task.validation_size,
        "criterion": recipe.stop_when.threshold,
    }
    kind = TrainSettings
    if isinstance(command, Sweep):
        kind = SweepSettings
        defaults["learning_rate"] = (recipe.learning_rate,)
    fields = {}
    for field in dataclasses.fields(kind):
        value = getattr(command, field.name)
        is_left_out = value is None or value == ()
        default = defaults.get(field.name, value)
        fields[field.name] = default if is_left_out else value
    config = kind(**fields)
    check(
        not config.restore_best or config.validate_every <= config.steps,
        "validate_every",
        f"be at most the {config.steps} steps with --restore-best",
        config.validate_every,
        "Without a validation there is no best network.",
    )
    return config


def versions() -> dict[str, str]:
    """Return the versions of Python and of the libraries that determine the numbers."""
    names = ("ctrnn-jax", "jax", "jaxlib", "equinox", "optax", "numpy")
    return {
        "python": platform.python_version(),
        **{name: importlib.metadata.version(name) for name in names},
    }


def machine() -> dict[str, Any]:
    """Return what else the bits of a result depend on."""
    return {
        "platform": jax.default_backend(),
        "devices": jax.device_count(),
        "processes": jax.process_count(),
        "x64": bool(jax.config.read("jax_enable_x64")),
    }


def config_json(config: Settings) -> dict[str, Any]:
    """Return the content of config.json: all that `ctrnn-jax resume` needs."""
    command = "train" if isinstance(config, TrainSettings) else "sweep"
    fields = dataclasses.asdict(config) | {"out": str(config.out)}
    return {
        "command": command,
        **fields,
        "versions": versions(),
        "machine": machine(),
    }


def read_json(path: Path) -> dict[str, Any] | None:
    """Read a JSON file; return `None` if it does not exist.

    Raises `ValueError` for a file that is not a JSON object.
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
    """Read config.json of a run; raise `ValueError` for any other folder."""
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
    """Return the settings in config.json, with `out` set to the folder of the file.

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
    values = {name: content[name] for name in fields} | {"out": folder}
    # JSON has lists where the settings have tuples
    as_tuples = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in values.items()
    }
    return kind(**as_tuples)


def changes_since(content: Mapping[str, Any]) -> list[str]:
    """List the versions and machine facts that differ from those of the run."""
    changes = []
    for part, now in (("versions", versions()), ("machine", machine())):
        before = content.get(part) or {}
        for name, value in now.items():
            if name in before and before[name] != value:
                changes.append(f"{name} was {before[name]} and is {value}")
    return changes
