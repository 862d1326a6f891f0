"""The analyses of a run that `ctrnn-jax analyse` has written, as sections."""

from collections import Counter
from collections.abc import Mapping
import json
from pathlib import Path
import struct

from ..analyse import ANALYSES
from ._content import Picture, Section, Table
from ._svg import data_uri


_PICTURES = {"geometry": ("trajectories", "class_rates")}
"""The pictures of an analysis, if they are others than one of its name."""

_PNG = b"\x89PNG\r\n\x1a\n"
_DENSITY = 1.5
"""Pixels of a PNG for each CSS pixel."""

_MOST_ROWS = 14


def analysis_sections(
    folder: Path, problems: list[str]
) -> tuple[tuple[Section, ...], tuple[str, ...]]:
    """Return a section for each analysis in a folder, and the names of the others.

    Files that are damaged are added to the problems.
    """
    sections, missing = list[Section](), list[str]()
    for name in ANALYSES:
        path = folder / f"{name}.json"
        if not path.exists():
            missing.append(name)
            continue
        pictures = tuple(
            picture
            for each in _PICTURES.get(name, (name,))
            for picture in [_picture(folder, each, problems)]
            if picture is not None
        )
        try:
            tables = _tables(name, json.loads(path.read_text()))
        except (ValueError, OSError, RecursionError, AttributeError, TypeError):
            problems.append(f"analysis/{path.name} is damaged. Run the analysis again.")
            continue
        title = f"Analysis: {name.replace('_', ' ')}"
        sections.append(Section(title, pictures=pictures, tables=tables))
    return tuple(sections), tuple(missing)


def _tables(name: str, content: object) -> tuple[Table, ...]:
    if name == "fixed_points":
        return (_fixed_points(content),)
    if not isinstance(content, Mapping):
        raise TypeError(name)
    rows = tuple(
        (str(key).replace("_", " "), text)
        for key, value in content.items()
        for text in [_text(value)]
        if text
    )
    return (Table("Numbers", ("quantity", "value"), rows[:_MOST_ROWS]),) if rows else ()


def _fixed_points(content: object) -> Table:
    """Return the number of fixed points of each kind, and of slow points."""
    if not isinstance(content, list):
        raise TypeError("fixed_points")
    kinds = Counter(str(point.get("stability")) for point in content)
    rows = []
    for kind, number in sorted(kinds.items()):
        points = [point for point in content if str(point.get("stability")) == kind]
        times = [point.get("leading_time_constant_ms") for point in points]
        known = sorted(x for x in times if isinstance(x, (int, float)))
        longest = f"{known[-1]:.4g}" if known else "unknown"
        rows.append((kind, str(number), longest))
    header = ("kind", "points", "longest leading time constant (ms)")
    caption = "Fixed points and slow points by kind"
    return Table(caption, header, tuple(rows) or (("none", "0", "unknown"),))


def _text(value: object) -> str:
    """Return a number, a word or a short list as text; nothing for other values."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return f"{value:.4g}"
    if isinstance(value, str):
        return value
    if isinstance(value, list) and 0 < len(value) <= 8:
        texts = [_text(one) for one in value if not isinstance(one, list)]
        return ", ".join(texts) if len(texts) == len(value) and all(texts) else ""
    return ""


def _picture(folder: Path, name: str, problems: list[str]) -> Picture | None:
    """Return the picture of an analysis, if it is a PNG."""
    path = folder / f"{name}.png"
    if not path.is_file():
        return None
    data = path.read_bytes()
    if not data.startswith(_PNG) or len(data) < 24:
        problems.append(f"analysis/{path.name} is damaged. Run the analysis again.")
        return None
    width, height = struct.unpack(">II", data[16:24])
    size = (round(width / _DENSITY, 1), round(height / _DENSITY, 1))
    title = name.replace("_", " ")
    source = data_uri(data, "image/png")
    return Picture(f"Picture of the analysis {title}.", title, size, source=source)
