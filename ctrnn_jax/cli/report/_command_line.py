"""The command that makes a run again, and its settings as a table."""

from collections.abc import Mapping, Sequence
import dataclasses
import shlex

from ..options import Sweep
from ..run import set_up, Settings
from ._content import Table


_NOT_REPEATED = ("task", "out", "distributed")
_WIDTH = 70
"""Characters of a line of a command."""

_FACTS = ("command", "task", "out", "versions", "machine")
"""What config.json holds besides the options of the command."""


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


def settings_table(config: Mapping[str, object], settings: Settings | None) -> Table:
    """Return all settings of a run, beside the defaults if these are known."""
    names = [name for name in config if name not in _FACTS]
    default = None if settings is None else _defaults(settings)
    if default is None:
        rows = tuple((named(name), text_of(config[name])) for name in names)
        return Table("Settings", ("setting", "value"), rows, is_text=True)
    defaults = {name: text_of(getattr(default, name, None)) for name in names}
    rows = tuple((named(n), text_of(config[n]), defaults[n]) for n in names)
    return Table("Settings", ("setting", "value", "default"), rows, is_text=True)


def named(setting: str) -> str:
    """Return the name of a setting as words."""
    return setting.replace("_", " ")


def _defaults(settings: Settings) -> Settings | None:
    """Return the settings of the command without options; `None` if it is invalid."""
    required = {"task": settings.task, "out": settings.out}
    if isinstance(settings, Sweep):
        required["seeds"] = settings.seeds
    try:
        return set_up(type(settings)(published=settings.published, **required)).config
    except ValueError:
        return None


def text_of(value: object) -> str:
    """Return the value of a setting as text."""
    if value is None:
        return "not set"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return ", ".join(map(text_of, value)) or "none"
    return f"{value:.6g}" if isinstance(value, float) else str(value)
