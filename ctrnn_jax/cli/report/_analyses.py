"""The analyses of a run that `ctrnn-jax analyse` has written, as sections."""

from collections import Counter
from collections.abc import Mapping
import json
from pathlib import Path
import re
import struct

from ..analyse import ANALYSES
from ..run import ANALYSIS
from ._content import Picture, Section, Table
from ._svg import data_uri


_PNG = b"\x89PNG\r\n\x1a\n"
_SVG = re.compile(rb'<svg\b[^>]*?\bwidth="(\d+\.?\d*)pt" height="(\d+\.?\d*)pt"')
_WITHIN = 2000
"""The number of bytes at the beginning of an SVG that hold its size."""

_DOTS, _POINTS = 200.0, 72.0
"""Of an inch: the pixels of our PNG files, and the points of SVG."""

_PIXELS = 133.0
"""CSS pixels of an inch of these pictures."""

_MOST_ROWS = 14


def analysis_sections(
    folder: Path, problems: list[str]
) -> tuple[tuple[Section, ...], tuple[str, ...]]:
    """Return a section for each analysis in a folder, and the names of the others.

    Files that are damaged are added to the problems.
    """
    sections, missing = list[Section](), list[str]()
    for name, analysis in ANALYSES.items():
        path = folder / f"{name}.json"
        if not path.exists():
            missing.append(name)
            continue
        pictures, files = _pictures(folder, analysis.captions, problems)
        try:
            tables = _tables(name, json.loads(path.read_text()))
        except (ValueError, OSError, RecursionError, AttributeError, TypeError):
            problems.append(_damaged(path))
            continue
        title = f"Analysis: {name.replace('_', ' ')}"
        sections.append(Section(title, files, pictures, tables))
    return tuple(sections), tuple(missing)


def _place_of(path: Path) -> str:
    """Return the path of a file of an analysis in the folder of its run."""
    above = path.parent if path.parent.name == ANALYSIS else path.parent.parent
    return path.relative_to(above.parent).as_posix()


def _damaged(path: Path) -> str:
    return f"{_place_of(path)} is damaged. Run the analysis again."


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
        known = [x for x in times if isinstance(x, (int, float))]
        longest = f"{max(known, key=abs):.4g}" if known else "unknown"
        longest += " (growth)" if longest.startswith("-") else ""
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


def _pictures(
    folder: Path, captions: Mapping[str, str], problems: list[str]
) -> tuple[tuple[Picture, ...], tuple[str, ...]]:
    """Return the pictures of an analysis, and a sentence for each that is a PDF only.

    Files that are damaged are added to the problems.
    """
    pictures, sentences = list[Picture](), list[str]()
    for name, caption in captions.items():
        paths = [folder / f"{name}.{kind}" for kind in ("png", "svg")]
        path = next((path for path in paths if path.is_file()), None)
        if path is not None:
            picture = _picture(path, caption)
            if picture is None:
                problems.append(_damaged(path))
            else:
                pictures.append(picture)
        elif (pdf := folder / f"{name}.pdf").is_file():
            is_hidden = "is a picture in PDF, which a page cannot show"
            sentences.append(f"{_place_of(pdf)} {is_hidden}. {caption}")
    return tuple(pictures), tuple(sentences)


def _picture(path: Path, caption: str) -> Picture | None:
    """Return a PNG or SVG file as a picture; `None` if it is damaged.

    Browsers run no scripts of an SVG that is an image.
    """
    data, per_inch = path.read_bytes(), _DOTS
    if data.startswith(_PNG) and len(data) >= 24:
        kind, size = "png", struct.unpack(">II", data[16:24])
    elif matched := _SVG.search(data[:_WITHIN]):
        kind, per_inch, size = "svg+xml", _POINTS, tuple(map(float, matched.groups()))
    else:
        return None
    width, height = (round(x / per_inch * _PIXELS, 1) for x in size)
    source = data_uri(data, f"image/{kind}")
    alt = f"{caption.partition('.')[0]}."
    return Picture(alt, caption, (width, height), source=source)
