"""The command that makes a run again, and its settings as a table."""

from collections.abc import Mapping, Sequence
import dataclasses
from pathlib import Path
import shlex

import numpy as np

from ...network import AbstractNetwork
from ..experiment import network_numbers
from ..options import Sweep
from ..run import set_up, Settings, Setup
from ._content import Table


_NOT_REPEATED = ("task", "out", "distributed")
_WIDTH = 70
"""Characters of a line of a command."""

_FACTS = ("command", "task", "out", "versions", "machine")
"""What config.json holds besides the options of the command."""

_OF_NETWORK = ("hidden", "dt", "tau", "noise")
"""The options that are numbers of the published network if they are left out."""

_EMPTY = (None, [], ())
"""The values of options that were left out."""

_WORDS = {
    "code": "files of custom parts",
    "steps": "most updates",
    "hidden": "hidden units",
    "dt": "dt (ms)",
    "tau": "tau (ms)",
}
"""The names of settings, where they are others than those of the options."""

_NUMBERS: dict[tuple[object, ...], dict[str, int | float]] = {}
"""These numbers by the settings on which they depend: building networks takes seconds.
"""


def command_of(settings: Settings, name: str) -> str:
    """Return the command line that trains the run again, into a folder of this name.

    Every setting that has a value is written, so that the command does not depend on
    the defaults of a version.
    """
    is_sweep = isinstance(settings, Sweep)
    words = ["ctrnn-jax", "sweep" if is_sweep else "train", settings.task]
    options = [shlex.join(words), shlex.join(["--out", name])]
    for field in dataclasses.fields(settings):
        value = getattr(settings, field.name)
        if field.name not in _NOT_REPEATED and value != field.default:
            options.append(shlex.join(_flag(field.name.replace("_", "-"), value)))
    return _folded(options)


def _folded(options: Sequence[str]) -> str:
    """Return a command line in lines that a shell joins, each not too long."""
    lines = [""]
    for option in options:
        if lines[-1] and len(lines[-1]) + len(option) > _WIDTH:
            lines.append("   ")
        lines[-1] += f" {option}" if lines[-1] else option
    return " \\\n".join(lines)


def _flag(name: str, value: object) -> list[str]:
    """Return the words of an option; a list of texts repeats its option."""
    if isinstance(value, bool):
        return [f"--{name}" if value else f"--no-{name}"]
    if not isinstance(value, tuple):
        return [f"--{name}", str(value)]
    words = [str(one) for one in value]
    if any(isinstance(one, str) for one in value):
        return [word for one in words for word in (f"--{name}", one)]
    return [f"--{name}", *words]


def used_settings(
    config: Mapping[str, object], setup: Setup | None
) -> dict[str, object]:
    """Return the settings of a run, with the numbers of its network that it left out.

    Without the setup these remain empty.
    """
    left_out = _left_out(config)
    if setup is None or not left_out:
        return dict(config)
    numbers = _numbers_of(setup)
    used = {name: numbers[name] for name in left_out if name in numbers}
    return {**config, **used}


def _numbers_of(setup: Setup) -> dict[str, int | float]:
    """Return the numbers of the network of a run without options for them."""
    chosen, code = setup.config, setup.code.digests
    parts = chosen.task, chosen.network, chosen.dt, chosen.set, chosen.published
    key = (*parts, *code.items())
    if key not in _NUMBERS:
        _NUMBERS[key] = network_numbers(setup.recipe, setup.task, chosen.network)
    return _NUMBERS[key]


def _left_out(config: Mapping[str, object]) -> list[str]:
    """Return the options of the network that a run left out."""
    return [name for name in _OF_NETWORK if config.get(name, 0) in _EMPTY]


def with_numbers_of(
    used: Mapping[str, object], net: AbstractNetwork
) -> dict[str, object]:
    """Return settings with the noise and the tau of a network where they are unknown.

    The recipe of a custom network does not say them.
    """
    taus = np.unique(np.asarray(net.tau))
    numbers = {
        "noise": 0.0 if net.noise is None else repr(net.noise),
        "tau": " to ".join(f"{tau:.6g}" for tau in (taus[0], taus[-1])[: len(taus)]),
    }
    known = {n: x for n, x in numbers.items() if used.get(n, 0) in _EMPTY}
    return {**used, **known}


def settings_table(
    config: Mapping[str, object], used: Mapping[str, object], setup: Setup | None
) -> Table:
    """Return all settings of a run, beside the defaults if these are known.

    `used` is the result of `used_settings`.
    """
    left_out = [name for name in _left_out(config) if used[name] != config[name]]
    values = {
        name: setting_text(used, name) + ", by default" * (name in left_out)
        for name in used
        if name not in _FACTS
    }
    default = None if setup is None else _defaults(setup.config)
    if default is None:
        rows = tuple((named(name), value) for name, value in values.items())
        return Table("Settings", ("setting", "value"), rows)
    # of a custom network, the numbers may be known from its file only
    default |= {n: used[n] for n in left_out if default.get(n) in _EMPTY}
    rows = tuple((named(n), x, text_of(default.get(n))) for n, x in values.items())
    return Table("Settings", ("setting", "value", "default"), rows)


def named(setting: str) -> str:
    """Return the name of a setting as words; those of --set are as they are typed."""
    if "." in setting:
        return setting
    return _WORDS.get(setting, setting.replace("_", " "))


def _defaults(settings: Settings) -> dict[str, object] | None:
    """Return the settings of the command without options; `None` if it is invalid."""
    required = {"task": settings.task, "out": settings.out}
    if isinstance(settings, Sweep):
        required["seeds"] = settings.seeds
    try:
        default = set_up(type(settings)(published=settings.published, **required))
    except ValueError:
        return None
    return used_settings(dataclasses.asdict(default.config), default)


def setting_text(settings: Mapping[str, object], name: str) -> str:
    """Return the value of one of the settings of a run as text."""
    value = settings.get(name)
    if name == "code" and isinstance(value, dict):
        return ", ".join(
            f"{Path(str(settings.get(role))).name} (SHA-256 {str(digest)[:12]})"
            for role, digest in value.items()
        )
    if name == "seeds" and isinstance(value, list) and len(value) > 3:
        return f"{len(value)}: {value[0]} to {value[-1]}"
    return text_of(value)


def text_of(value: object) -> str:
    """Return the value of a setting as text."""
    if value is None:
        return "not set"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return ", ".join(map(text_of, value)) or "none"
    return f"{value:.6g}" if isinstance(value, float) else str(value)
