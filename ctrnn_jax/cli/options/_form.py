"""The form of a command for tyro: its options in groups, with help and defaults."""

import ast
from collections.abc import Mapping, Sequence
import dataclasses
import functools
import inspect
import itertools
import shutil
import textwrap
from typing import Annotated, get_type_hints

import tyro


_MOST_COLUMNS = 100
"""The longest lines of text in the help."""

Entry = tuple[str, object, object]
"""The name, the annotation and the default of an option."""

_FIRST = ""
_ANALYSES = (
    "fixed_points", "lyapunov", "spectrum", "geometry", "tuning", "behaviour",
    "reaction_times", "perturbations", "gradients", "dt_check",
)  # fmt: skip
_GROUPS = {
    "analysis": _ANALYSES,
    "optimiser": ("learning_rate", "batch_size", "published"),
    "stopping": (
        "criterion", "stop", "patience", "restore_best", "validate_every",
        "validation_size",
    ),
    "checkpoint": ("checkpoint_every", "checkpoint_seconds"),
    "compilation": ("cache",),
    "cluster": ("share", "slurm_array", "job_script"),
    "distributed": ("distributed", "coordinator", "processes", "process_index"),
}  # fmt: skip
"""The options in each box of the help; all others are in the first box."""

_EVERYDAY = (
    "folder", "task", "name", "shell", "out", "seed", "seeds", "steps", "hidden",
    "network", "set", "dt", "tau", "noise",
)  # fmt: skip
"""The first options of the first box, in this order."""

_PUBLISHED = (
    "steps", "batch_size", "hidden", "network", "validate_every", "validation_size",
    "criterion", "learning_rate", "noise", "dt", "tau",
)  # fmt: skip
"""The options whose default is that of the recipe of the task."""

_METAVARS = {
    **dict.fromkeys(("network", "epoch", "condition"), "NAME"),
    "folders": "FOLDER [FOLDER ...]",
    "set": "NAME=VALUE",
    "share": "K/N",
    "coordinator": "HOST:PORT",
}  # fmt: skip
"""What the help shows for the value of an option, if not the kind of the value."""

_UNSET = {
    **dict.fromkeys(("checkpoint_every", "checkpoint_seconds"), "no checkpoints"),
    "patience": "off",
    "at_once": "all",
    "share": "the whole sweep",
    "epoch": "the whole trial",
    "condition": "the main one of the task",
    "level": "all trials",
    "inputs": "their median",
    "format": "that of the run",
    "out": "FOLDER/report.html, or report.html for several runs",
}  # fmt: skip
"""What the help shows as the default of an option that stands for one if left out."""


def form_of(kind: type, default: object | None, published: Mapping[str, str]) -> type:
    """Return a dataclass from which tyro reads the options of a command.

    **Arguments:** `default` has the values of a TOML file; `published` has the defaults
    that are published for a task, as text by name, for the help.
    """
    hints, texts = get_type_hints(kind, include_extras=True), _texts(kind)
    trains = "published" in hints
    group_of = {name: group for group, names in _GROUPS.items() for name in names}
    groups: dict[str, list[Entry]] = {_FIRST: []}
    groups |= {group: [] for group in _GROUPS}
    for field in dataclasses.fields(kind):
        value = field.default if default is None else getattr(default, field.name)
        hint = None
        if value is dataclasses.MISSING or value is tyro.MISSING:
            value, hint = tyro.MISSING, "(required)"
        elif isinstance(value, bool):
            text = "all if none is chosen" if field.name in _ANALYSES else None
            hint = f"({text or ('default: on' if value else 'default: off')})"
        elif value in (None, ()):
            text = _UNSET.get(field.name, "optional" if value is None else "none")
            if trains and field.name in _PUBLISHED:
                text = "as published"
            number = published.get(field.name)
            hint = f"({text})" if number is None else f"({text}: {number})"
        about = tyro.conf.arg(
            help=texts[field.name],
            help_behavior_hint=hint,
            metavar=_METAVARS.get(field.name),
            prefix_name=False,
        )
        annotation = Annotated[hints[field.name], about]
        entry = (field.name, annotation, dataclasses.field(default=value))
        groups[group_of.get(field.name, _FIRST)].append(entry)
    fields = _sorted(groups.pop(_FIRST), _EVERYDAY)
    for group, members in groups.items():
        if members:
            members = _sorted(members, _GROUPS[group])
            part = dataclasses.make_dataclass(group, members, kw_only=True)
            part.__doc__ = ""
            fields.append((group, part, dataclasses.field(default_factory=part)))
    return dataclasses.make_dataclass(kind.__name__, fields, kw_only=True)


def description_of(kind: type) -> tuple[str, str]:
    """Return what a command does in a line, and the text below its options.

    The lines of the text fit the terminal.
    """
    width = min(shutil.get_terminal_size().columns, _MOST_COLUMNS)
    fill = functools.partial(textwrap.fill, break_on_hyphens=False)
    first, *rest = inspect.cleandoc(kind.__doc__ or "").split("\n\n")
    return first, "\n\n".join(fill(part, width) for part in rest)


def _sorted(entries: list[Entry], names: Sequence[str]) -> list[Entry]:
    """Return the options of a box, first those with these names, in their order."""
    places = {name: place for place, name in enumerate(names)}
    return sorted(entries, key=lambda entry: places.get(entry[0], len(names)))


def command_of(kind: type, form: object) -> object:
    """Return the command with the values of a form.

    Raises `ValueError` for values that break a rule of the command.
    """
    values = vars(form)
    inside = (vars(values[group]) for group in _GROUPS if group in values)
    values = dict(itertools.chain(values.items(), *(part.items() for part in inside)))
    return kind(
        **{field.name: values[field.name] for field in dataclasses.fields(kind)}
    )


def flags_of(kind: type) -> tuple[str, ...]:
    """Return the flags of a command; those without a value come with `--no-`."""
    hints = get_type_hints(kind, include_extras=True)
    flags: list[str] = []
    for field in dataclasses.fields(kind):
        hint, name = hints[field.name], field.name.replace("_", "-")
        if tyro.conf.Positional not in getattr(hint, "__metadata__", ()):
            flags += [f"--{name}"] + [f"--no-{name}"] * (hint is bool)
    return tuple(flags)


def _texts(kind: type) -> dict[str, str]:
    """Return the text below each field of a class and of its base classes."""
    texts: dict[str, str] = {}
    for base in reversed(kind.__mro__[:-1]):
        tree = ast.parse(textwrap.dedent(inspect.getsource(base))).body[0]
        for field, text in itertools.pairwise(ast.iter_child_nodes(tree)):
            if isinstance(field, ast.AnnAssign) and isinstance(text, ast.Expr):
                name, value = ast.unparse(field.target), ast.literal_eval(text.value)
                texts[name] = " ".join(value.split())
    return texts
