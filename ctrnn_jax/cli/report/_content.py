"""The content of a report before it becomes HTML: sections, tables and pictures."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Table:
    """Rows of text below a header; the first text of a row is its name.

    `is_text` is whether the columns hold text, which is aligned to the left, and not
    numbers.
    """

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    is_text: bool = False


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
