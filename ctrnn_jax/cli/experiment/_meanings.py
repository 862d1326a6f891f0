"""What the options of a task mean, from the docstrings of its class."""

from collections.abc import Collection, Iterator
import inspect
import re

from ... import tasks


_ENTRY = re.compile(r"( *)(?:- +)?((?:`?\w+`?, )*`?\w+`?)(?: \(.*?\))?: +(.+)")
"""A line such as "- `fixation`, `delay`: durations in ms", also without - and `."""


def meanings_of(owners: Collection[object], names: Collection[str]) -> dict[str, str]:
    """Return what each of these options means, for those that a docstring describes.

    `owners` are classes and functions, the most specific first. After their docstrings
    come those of the tasks that these name, since the arguments of a task may be "those
    of" another one, then those of their bases.
    """
    meanings: dict[str, str] = {}
    for text in _docstrings(owners):
        for name, meaning in _entries(text, names):
            meanings.setdefault(name, meaning)
    return meanings


def _docstrings(owners: Collection[object]) -> Iterator[str]:
    """Yield the docstrings of classes and functions, of tasks named, and of bases."""
    texts = [inspect.cleandoc(owner.__doc__ or "") for owner in owners if owner]
    yield from texts
    named = re.findall(r"`(\w+)`", "\n".join(texts))
    # an unknown attribute would import every room, to suggest a name
    others = [getattr(tasks, name) for name in named if name in tasks.__all__]
    bases = [base for part in owners if inspect.isclass(part) for base in part.mro()]
    for part in (*others, *bases):
        if inspect.isclass(part) and part is not object:
            yield inspect.cleandoc(part.__doc__ or "")


def _entries(text: str, names: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield the options that a docstring describes, each with its description."""
    lines = text.splitlines()
    for i, line in enumerate(lines):
        entry = _ENTRY.fullmatch(line)
        described = entry[2].replace("`", "").split(", ") if entry else []
        if entry is None or not set(described) & set(names):
            continue
        parts = [entry[3]]
        for more in lines[i + 1 :]:  # the lines of an entry are indented further
            if not more.startswith(entry[1] + "  ") or more.strip().startswith("- "):
                break
            parts.append(more.strip())
        for name in set(described) & set(names):
            yield name, " ".join(parts)
