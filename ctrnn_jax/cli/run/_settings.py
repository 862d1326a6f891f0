"""The complete settings of a run, and config.json, which stores them."""

from collections.abc import Mapping
import dataclasses
import importlib.metadata
import json
from pathlib import Path
import platform
from typing import Any, get_type_hints

import jax
import numpy as np

from ..._checks import (
    check,
    check_choice,
    check_count,
    check_finite,
    check_number,
    invalid,
)
from ...tasks import AbstractTask
from ...training import Recipe
from ..experiment import defaults_of
from ..options import Sweep, Train, value_of
from ._earlier_run import EARLIER_RUN
from ._folder import (
    CHECKPOINTS,
    CONFIG,
    has_earlier_run,
    has_run,
    MEMBERS,
    NETWORK,
    share_folders,
)


Entry = Mapping[str, Any]
"""The results of a network of a sweep: an entry of members.json."""

Settings = Train | Sweep
"""The settings of a run: its command, with a value for every flag."""

_COMMANDS: dict[str, type[Settings]] = {"train": Train, "sweep": Sweep}
_NOT_STORED = (
    "cache", "config", "dry_run", "overwrite", "coordinator", "processes",
    "process_index", "report", "slurm_array", "job_script",
)  # fmt: skip
"""The flags that config.json does not have, since a resumed run does not need them."""

_FREE = (
    "out", "steps", "checkpoint_every", "checkpoint_seconds", "restore_best",
    "format", "distributed", "at_once",
)  # fmt: skip
"""The settings that may change while a run is interrupted."""

_OF_THE_KEY = ("seed", "seeds", "share")
"""The settings that determine the keys of a run, so that they never change."""


def resolved(command: Settings, task: AbstractTask, recipe: Recipe) -> Settings:
    """Return the command with the settings of the recipe where flags were left out.

    Raises `ValueError` for a setting that would have no effect.
    """
    published: dict[str, object] = dict(defaults_of(recipe, task))
    steps = recipe.num_updates if command.steps is None else command.steps
    # a shorter run is validated at its end
    published["validate_every"] = min(recipe.validate_every, steps)
    if isinstance(command, Sweep):
        published["learning_rate"] = (recipe.learning_rate,)
    left_out = {n: x for n, x in published.items() if getattr(command, n) in (None, ())}
    config: Any = dataclasses.replace(command, **left_out)
    uses = {"the criterion": config.stop, "--restore-best": config.restore_best}
    use = " and ".join(name for name, is_used in uses.items() if is_used)
    rule = f"be at most the {steps} updates, as {use} needs a validation"
    remedy = "Validate more often, or use --no-stop without --restore-best."
    is_validated = config.validate_every <= steps or not use
    check(is_validated, "validate_every", rule, config.validate_every, remedy)
    return config


def versions() -> dict[str, str]:
    """Return the versions of Python and of the libraries that determine the numbers."""
    names = ("ctrnn-jax", "jax", "jaxlib", "equinox", "optax", "numpy")
    of_libraries = {name: importlib.metadata.version(name) for name in names}
    return {"python": platform.python_version()} | of_libraries


def machine() -> dict[str, object]:
    """Return what else the bits of a result depend on."""
    return {
        "platform": jax.default_backend(),
        "devices": jax.device_count(),
        "processes": jax.process_count(),
        "x64": bool(jax.config.read("jax_enable_x64")),
    }


def _stored(kind: type[Settings]) -> list[str]:
    """Return the names of the settings that config.json has."""
    names = [field.name for field in dataclasses.fields(kind)]
    return [name for name in names if name not in _NOT_STORED]


def config_json(
    config: Settings, digests: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Return the content of config.json: all that `ctrnn-jax resume` needs.

    `digests` are those of the user's files that the run uses.
    """
    command = next(n for n, kind in _COMMANDS.items() if isinstance(config, kind))
    fields = {name: getattr(config, name) for name in _stored(type(config))}
    facts = {"out": str(config.out), "versions": versions(), "machine": machine()}
    code = {"code": dict(digests)} if digests else {}
    return {"command": command} | fields | facts | code


def read_json(path: Path) -> dict[str, Any] | None:
    """Read a JSON file; return `None` if it does not exist.

    Raises `ValueError` for a file that is not a JSON object.
    """
    try:
        content = json.loads(path.read_text())
    except FileNotFoundError:
        return None
    except (ValueError, RecursionError) as error:  # the latter for deep nesting
        raise ValueError(f"{path} must be a JSON file: {error}.") from error
    if not isinstance(content, dict):
        raise ValueError(f"{path} must hold a JSON object.")
    return content


def config_of(folder: Path) -> dict[str, Any]:
    """Read config.json of a run; raise `ValueError` for any other folder."""
    check_has_run(folder)
    content = read_json(folder / CONFIG)
    if content is None:
        got = f"{folder}, where a process was killed while it set an earlier run aside"
        remedy = f"Put the earlier run back with: ctrnn-jax resume {folder}."
        raise invalid("folder", f"have its {CONFIG}", got, remedy)
    return content


def check_has_run(folder: Path) -> None:
    """Validate that a folder holds a run, or an earlier one that was set aside."""
    if has_run(folder):
        return
    got, remedy = f"{folder}, which has no {CONFIG}", "Start one with ctrnn-jax train."
    runs = sorted(path.parent.name for path in folder.glob(f"*/{CONFIG}"))
    if runs:
        got = f"{folder}, which holds the runs {', '.join(runs)}"
        remedy = f"Name one, such as {folder / runs[0]}."
    if share_folders(folder):
        got = f"{folder}, which has shares of a sweep that are not joined"
        remedy = f"Join them: ctrnn-jax join {folder}."
    if folder.suffix == ".safetensors":
        got = f"the file {folder}"
        remedy = "Of a file of cj.save, print cj.summary(cj.load(path)) in Python."
    raise invalid("folder", "be the folder of a run", got, remedy)


def kind_of(folder: Path, content: Mapping[str, object]) -> type[Settings]:
    """Return `Train` or `Sweep`; raise `ValueError` for a file of another program."""
    kind = _COMMANDS.get(str(content.get("command")))
    if kind is None:
        raise _incomplete(folder, "the command")
    return kind


def steps_of(folder: Path, content: Mapping[str, object]) -> int:
    """Return the number of updates of a run; raise `ValueError` if it is invalid."""
    try:
        return check_count("steps", content.get("steps"), at_least=1)
    except ValueError as error:
        raise ValueError(f"{folder / CONFIG}: {error}") from error


def _incomplete(folder: Path, missing: str) -> ValueError:
    return ValueError(
        f"{folder / CONFIG} must be that of a run of this version; it lacks "
        f"{missing}. Start a new run in another folder."
    )


def settings_from(folder: Path, content: Mapping[str, object]) -> Settings:
    """Return the settings in config.json, with `out` set to the folder of the file.

    Raises `ValueError` for a file that another program or version wrote.
    """
    kind = kind_of(folder, content)
    fields = _stored(kind)
    missing = [name for name in fields if name not in content]
    if missing:
        raise _incomplete(folder, ", ".join(missing))
    for name in ("versions", "machine"):
        if not isinstance(content.get(name, {}), dict):
            raise _incomplete(folder, f"an object `{name}`")
    hints = get_type_hints(kind)
    try:
        values: Any = {name: value_of(name, content[name], hints) for name in fields}
        return kind(**values | {"out": folder})
    except ValueError as error:
        raise ValueError(f"{folder / CONFIG}: {error}") from error


def check_settings(
    folder: Path, content: Mapping[str, object], *, changed: bool
) -> None:
    """Validate that config.json has the settings of the checkpoints of its run.

    A copy of it is with the checkpoints. If `changed`, only settings that no option
    allows to change are compared.
    """
    copy = read_json(folder / CHECKPOINTS / CONFIG) or {}
    names = [n for n in _stored(kind_of(folder, content)) if n in copy]
    names = [n for n in names if n not in _FREE and copy[n] != content[n]]
    of_key = [n for n in names if n in _OF_THE_KEY]
    names = of_key if of_key or changed else names
    texts = (
        f"{n} = {json.dumps(copy[n])} in the checkpoints and {json.dumps(content[n])} "
        f"in {CONFIG}"
        for n in names
    )
    remedy = f"Restore {CONFIG}, or "
    remedy += "start a new run." if of_key else "add --changed to continue with it."
    rule = f"hold checkpoints of a run with the settings in {CONFIG}"
    check(not names, "folder", rule, "; ".join(texts), remedy)


def changes_since(content: Mapping[str, Any]) -> list[str]:
    """List the versions and machine facts that differ from those of the run."""
    now = versions() | machine()
    before = content.get("versions", {}) | content.get("machine", {})
    return [
        f"{name} was {before[name]} and is {value}"
        for name, value in now.items()
        if name in before and before[name] != value
    ]


def network_file(folder: Path, member: int | None) -> tuple[Path, dict[str, float]]:
    """Return the path of a trained network, and its settings in the sweep.

    `member` is the index of a network of a sweep, `None` for a run of one network.
    Raises `ValueError` for a folder without this network.
    """
    if kind_of(folder, config_of(folder)) is Train:
        rule = "be left out for one network"
        check(member is None, "member", rule, member, "Drop it.")
        path, settings = folder / NETWORK, {}
    else:
        path, settings = _of_member(folder, member)
    rule, got = "hold a trained network", f"{path}, which is missing"
    remedy = f"Let the run end, or continue it: ctrnn-jax resume {folder}."
    if has_earlier_run(folder):
        remedy += f" The run that it replaces is in {folder / EARLIER_RUN}."
    check(path.exists(), "folder", rule, got, remedy)
    return path, settings


def _of_member(folder: Path, member: int | None) -> tuple[Path, dict[str, float]]:
    """Return the path of the network of a member, and the settings of the member."""
    path = folder / MEMBERS
    if not path.exists():
        return path, {}
    entries = members_in(path)
    if member is None:
        rule = f"be given for a sweep, one of {len(entries)}"
        remedy = f"For example --member {next(iter(entries))}; members.json lists them."
        raise invalid("member", rule, None, remedy)
    entry = entries[check_choice("member", str(member), entries)]
    return folder / entry["file"], entry["settings"]


def members_in(path: Path) -> dict[str, Entry]:
    """Return the entries of members.json by member; raise `ValueError` for others."""
    try:
        content = json.loads(path.read_text())
        is_list = isinstance(content, list) and len(content) > 0
        check(is_list, "content", "be a list of networks", content, "Correct it.")
        entries = {str(entry["member"]): entry for entry in content}
        for entry in entries.values():
            file, settings = Path(entry["file"]), entry["settings"]
            is_inside = not file.is_absolute() and ".." not in file.parts
            numbers = [check_number(name, value) for name, value in settings.items()]
            check(is_inside, "file", "be in the folder of the run", file, "Correct it.")
            check_finite("settings", np.asarray(numbers))
    except (TypeError, ValueError, KeyError, AttributeError, RecursionError) as error:
        text = f"{path} must list the networks of a sweep: {error!r}."
        raise ValueError(text) from error
    return entries
