"""The content of a report before it becomes HTML: sections, tables and pictures."""

from collections.abc import Sequence
import dataclasses
import re


_DECIMAL = re.compile(r"-?\d{1,15}(\.\d+)?")
_NUMBER = r"[-+]?(\d+(\.\d+)?(e[-+]?\d+)?|inf|nan)"
_QUANTITY = re.compile(
    rf"{_NUMBER}( to {_NUMBER}| \[{_NUMBER}, {_NUMBER}\])?( \(best\))?"
    r"|\d+ (s|min)|\d+ h \d+ min"
)
"""A number, perhaps with an interval, or a time."""

UNKNOWN = ("unknown", "not set", "")
"""The texts in place of a number that is missing."""


@dataclasses.dataclass(frozen=True)
class Table:
    """Rows of text below a header; the first text of a row is its name."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def kinds(self) -> tuple[str, ...]:
        """Return "number" or "text" for each column; numbers are aligned right."""
        columns = zip(self.header, *self.rows, strict=True)
        known = (set(cells).difference(UNKNOWN) for _, *cells in columns)
        return tuple(
            "number" if cells and all(map(_QUANTITY.fullmatch, cells)) else "text"
            for cells in known
        )


def equal_digits(rows: Sequence[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    """Return rows whose numbers have as many decimals as any number of their column.

    The first column has names. It is not changed, nor are columns with other texts,
    such as intervals and exponents.
    """
    names, *columns = zip(*rows, strict=True) if rows else [()]
    return tuple(zip(names, *map(_equal_in_column, columns), strict=True))


def _equal_in_column(column: tuple[str, ...]) -> tuple[str, ...]:
    known = set(column).difference(UNKNOWN)
    if not all(map(_DECIMAL.fullmatch, known)):
        return column
    most = max((len(text.partition(".")[2]) for text in known), default=0)
    return tuple(x if x in UNKNOWN else f"{float(x):.{most}f}" for x in column)


@dataclasses.dataclass(frozen=True)
class Picture:
    """A picture: the markup of an SVG element, or the data URI of a file.

    `alt` describes it for readers who do not see it, and `size` is its width and height
    in CSS pixels.
    """

    alt: str
    caption: str
    size: tuple[float, float]
    svg: str = ""
    source: str = ""


@dataclasses.dataclass(frozen=True)
class Section:
    """A part of the report of a run; `code` holds commands or entries to copy."""

    title: str
    paragraphs: tuple[str, ...] = ()
    pictures: tuple[Picture, ...] = ()
    tables: tuple[Table, ...] = ()
    code: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True)
class RunContent:
    """The report of one run.

    `facts` are the most important numbers by name, `problems` says what is missing or
    damaged, and `lead` is the run in words.
    """

    name: str
    title: str
    lead: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    problems: tuple[str, ...]
    sections: tuple[Section, ...]


@dataclasses.dataclass(frozen=True)
class Content:
    """The content of the page: a comparison, if there is one, and each run."""

    title: str
    comparison: tuple[Section, ...]
    runs: tuple[RunContent, ...]
    software: str
