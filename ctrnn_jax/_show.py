"""Results and values as text in a console, and as HTML tables in a notebook.

A class describes itself once, with `_table`; its `repr` and its HTML follow from it.
Numbers are read with NumPy on the host, so that nothing is compiled.
"""

import abc
from collections.abc import Iterable, Iterator, Mapping, Sequence
import dataclasses
from html import escape
import textwrap

import jax
from jax.core import Tracer
import jax.numpy as jnp
import numpy as np

from ._checks import describe
from ._types import Numbers


_WIDTH = 88
_MOST_ROWS = 14
_LEAST_OF_GRID = 4
_MOST_LISTED = 6
_LONGEST_NAME = 30
_LEAST_NAME = 12
_ROUNDING = 1e-6  # of a mean, relative to the largest entry


@dataclasses.dataclass(frozen=True)
class Table:
    """A title, then lines of a name and a text, then a grid, then notes.

    **Attributes:**

    - `title`: starts with the name of the class.
    - `rows`: pairs of a name and a text.
    - `columns`: the grid: the cells of each column by its heading.
    - `notes`: lines below the grid.
    - `is_call`: whether the text is that of a call, such as `DiffusionNoise(sigma=1)`.
    """

    title: str
    rows: tuple[tuple[str, str], ...] = ()
    columns: Mapping[str, Sequence[str]] = dataclasses.field(default_factory=dict)
    notes: tuple[str, ...] = ()
    is_call: bool = False


class AbstractShown(abc.ABC):
    """Prints its numbers: a table as `repr`, and an HTML table in a notebook.

    A subclass defines `_table`.
    """

    @abc.abstractmethod
    def _table(self) -> Table:
        """Return the table; any error is that of leaves without numbers."""

    def __repr__(self) -> str:
        return as_text(table_of(self))

    def _repr_html_(self) -> str:
        return as_html(table_of(self))


def table_of(shown: AbstractShown) -> Table:
    """Return the table of an object, or its fields if they hold no numbers."""
    with np.errstate(all="ignore"):
        try:
            return shown._table()
        except Exception:
            # A pytree may hold anything: tracers, shapes, booleans, None, other axes.
            # To look at it must not raise.
            return quantities(shown)


def quantities(
    of: object, about: str = "", /, *, omit: Sequence[str] = (), **units: str
) -> Table:
    """Return the table of all fields that are not `None`.

    **Arguments:**

    - `of`: a dataclass or a named tuple.
    - `about`: text for the title.
    - `omit`: names of fields that are left out.
    - `units`: of fields, by name.
    """
    rows = []
    for name, value in _fields(of):
        if value is None or name in omit:
            continue
        unit = f" ({units[name]})" if name in units else ""
        if isinstance(value, Mapping) and value:
            rows += [(f"{name}[{key!r}]{unit}", text(x)) for key, x in value.items()]
        else:
            rows.append((name + unit, text(value)))
    return Table(titled(of, about), tuple(rows))


def options(of: object, /, **units: str) -> Table:
    """Return the table of a value that is described by its arguments, as a call."""
    rows = tuple(
        (name, as_argument(value) + (f" {units[name]}" if name in units else ""))
        for name, value in _fields(of)
        if value is not None
    )
    return Table(type(of).__name__, rows, is_call=True)


def titled(of: object, about: str = "") -> str:
    """Return "Class: about"."""
    return type(of).__name__ + (f": {about}" if about else "")


def _fields(of: object) -> Iterator[tuple[str, object]]:
    """Yield the public fields of a dataclass or named tuple with their values."""
    if dataclasses.is_dataclass(of):
        names = [field.name for field in dataclasses.fields(of)]
    else:
        names = getattr(of, "_fields", ())
    for name in names:
        if not name.startswith("_"):
            yield name, getattr(of, name, None)


def grid(columns: Mapping[str, Iterable[object]]) -> dict[str, tuple[str, ...]]:
    """Return the texts of the cells of a grid; `None` is an empty cell."""
    return {
        heading: tuple("" if cell is None else text(cell) for cell in cells)
        for heading, cells in columns.items()
    }


def listed(names: Iterable[object], most: int = _MOST_LISTED) -> str:
    """Return names with commas between them: all, or the first and the last of many."""
    texts = [str(name) for name in names]
    if len(texts) > most:
        texts = [*texts[: most - 2], "...", texts[-1]]
    return ", ".join(texts)


def counted(count: int, one: str, many: str = "") -> str:
    """Return a count with its noun, such as "1 update" or "2 updates"."""
    return f"{count} {one if count == 1 else many or one + 's'}"


def number(value: object) -> str:
    """Return a number with four significant digits, whole ones below 1e6 exactly.

    Raises an error for an array of other than one entry, and for a tracer.
    """
    scalar = np.asarray(value).reshape(()).item()
    if isinstance(scalar, bool):
        return "yes" if scalar else "no"
    if isinstance(scalar, int):
        return str(scalar)
    if isinstance(scalar, complex):
        return f"{number(scalar.real)}{scalar.imag:+.4g}j"
    if abs(scalar) < 1e6 and scalar == round(scalar):
        return str(round(scalar))
    return f"{scalar:.4g}"


def with_rank(value: object, rank: int) -> np.ndarray:
    """Return an array in NumPy; raise `TypeError` for another number of axes.

    Those of a batch of results, for example, whose fields are then shown.
    """
    array = np.asarray(value)
    if array.ndim != rank:
        raise TypeError(f"The array has {array.ndim} axes, not {rank}.")
    return array


def text(value: object) -> str:
    """Return any value as one line of text; large arrays are summarised."""
    if isinstance(value, AbstractShown):
        return _inline(table_of(value))
    if isinstance(value, (bool, int, float, complex, np.generic)):
        return _of_array(np.asarray(value))
    if hasattr(value, "shape") and hasattr(value, "dtype"):
        array = on_host(value)
        return describe(value) if array is None else _of_array(array)
    if isinstance(value, str):
        return " ".join(value.split())
    if isinstance(value, Mapping):
        return listed(f"{name} {text(x)}" for name, x in value.items()) or "none"
    if isinstance(value, (tuple, list)) and not hasattr(value, "_fields"):
        return listed(map(text, value)) if value else "none"
    if callable(value) and hasattr(value, "__name__"):
        return value.__name__
    return describe(value)


def as_argument(value: object) -> str:
    """Return a value as the argument of a call, one line."""
    if isinstance(value, (bool, str)):
        return repr(value)
    if isinstance(value, (tuple, list)) and not hasattr(value, "_fields"):
        few = len(value) <= _MOST_LISTED
        texts = [as_argument(x) for x in (value if few else value[:_MOST_LISTED])]
        return f"({', '.join(texts + ([] if few else ['...']))})"
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{n!r}: {as_argument(x)}' for n, x in value.items())}}}"
    line = text(value)
    return f"<{line}>" if ": " in line else line  # that of a large array


def on_host(value: object) -> np.ndarray | None:
    """Return an array in NumPy; `None` if it has no values here, as a tracer."""
    if isinstance(value, jax.Array):
        if isinstance(value, Tracer) or value.is_deleted():
            return None
        is_here = value.is_fully_addressable or value.is_fully_replicated
        if not is_here or jnp.issubdtype(value.dtype, jax.dtypes.prng_key):
            return None
    elif not isinstance(value, (np.ndarray, np.generic)):
        return None
    return np.asarray(value)


def course(values: Numbers) -> str:
    """Return the first, the last and the lowest and highest entry of a time course."""
    array = np.asarray(values, float).ravel()
    if array.size < 2:
        return listed(map(number, array)) or "none"
    known = array[~np.isnan(array)] if np.isnan(array[0]) else array
    first = known[0] if known.size else array[0]
    ends = f"first {number(first)}, last {number(array[-1])}"
    finite = array[np.isfinite(array)]
    if not finite.size:
        return ends
    return f"{ends}, from {number(finite.min())} to {number(finite.max())}"


def _of_array(array: np.ndarray) -> str:
    """Return the numbers of a small array; the shape, mean and range of a large one."""
    if array.dtype.kind not in "biufcUSO":  # bfloat16, for example
        array = array.astype(np.float32)
    if array.dtype.kind in "USO":
        if array.ndim == 0:
            return str(array.item())
        names, counts = np.unique(array.astype(str), return_counts=True)
        return listed(f"{n} {name}" for name, n in zip(names, counts, strict=True))
    if array.ndim == 0:
        return number(array[()])
    shape = "x".join(map(str, array.shape))
    if array.size == 0:
        return f"empty, shape {shape}"
    if array.dtype.kind == "b":
        axes = f" ({shape})" if array.ndim > 1 else ""
        return f"{int(array.sum())} of {array.size}{axes}"
    if array.ndim == 1 and array.size <= _MOST_LISTED:
        return f"[{', '.join(map(number, array))}]"
    return f"{shape}: {_range(array)}"


def _range(array: np.ndarray) -> str:
    """Return the mean and the range of the finite entries of an array."""
    is_finite = np.isfinite(array)
    num_others = array.size - int(np.count_nonzero(is_finite))
    others = f", {num_others} not finite" if num_others else ""
    finite = array[is_finite] if num_others else array
    if not finite.size:
        return "no entry is finite"
    is_complex = array.dtype.kind == "c"
    finite = np.abs(finite) if is_complex else finite
    low, high = finite.min(), finite.max()
    if low == high and not is_complex:
        return f"all {number(low)}{others}"
    mean = float(np.mean(finite, dtype=float))
    if abs(mean) < _ROUNDING * max(abs(low), abs(high)):
        mean = 0.0
    what = "magnitude, " if is_complex else ""
    return f"{what}mean {number(mean)}, from {number(low)} to {number(high)}{others}"


def _inline(table: Table) -> str:
    """Return a table as a part of a line: the call, or the title."""
    if not table.is_call:
        return table.title
    return f"{table.title}({', '.join(f'{n}={x}' for n, x in table.rows)})"


def _cut(line: str, width: int = _WIDTH) -> str:
    return line if len(line) <= width else f"{line[: width - 3]}..."


def as_text(table: Table) -> str:
    """Return a table as lines of at most 88 characters, about 15 at most."""
    if table.is_call:
        return _as_call(table)
    rows, more = _shortened(table.rows, _MOST_ROWS)
    lines = [table.title, *_aligned(rows), *more, *_grid_lines(table), *table.notes]
    return "\n".join(_cut(line).rstrip() for line in lines)


def _aligned(rows: Sequence[tuple[str, str]]) -> list[str]:
    """Return the lines of names and texts, long texts on two lines if there is room."""
    names = [_cut(name, _LONGEST_NAME) for name, _ in rows]
    indent = max(map(len, names), default=0) + 2
    for most in (2, 1):
        lines = []
        for name, (_, line) in zip(names, rows, strict=True):
            wrapped = textwrap.wrap(
                line, _WIDTH - indent, max_lines=most, placeholder="..."
            )
            first, *others = wrapped or [""]
            lines += [name.ljust(indent) + first, *(" " * indent + x for x in others)]
        if len(lines) <= _MOST_ROWS:
            break
    return lines


def _as_call(table: Table) -> str:
    """Return "Name(a=1, b=2)", on several lines if it is long."""
    wrapped = textwrap.wrap(
        _inline(table), _WIDTH, subsequent_indent="    ", max_lines=_MOST_ROWS
    )
    return "\n".join(wrapped)


def _grid_lines(table: Table) -> list[str]:
    """Return the headings and the rows of a grid, aligned.

    Words are shortened in the middle, so that all numbers are on the line.
    """
    if not table.columns:
        return []
    cells, more = _rows_of(table)
    columns = list(zip(table.columns, *cells, strict=True))
    lines: list[str] = []
    for most in range(_WIDTH, _LEAST_NAME - 1, -1):
        padded = (_padded(column, most) for column in columns)
        lines = ["  ".join(row) for row in zip(*padded, strict=True)]
        if len(lines[0]) <= _WIDTH:
            break
    return [*lines, *more]


def _padded(column: Sequence[str], most: int) -> list[str]:
    """Return the cells of a column, aligned; words have at most `most` characters."""
    if not any(map(_is_word, column[1:])):
        return [cell.rjust(max(map(len, column))) for cell in column]
    start, end = most // 2, most - 3 - most // 2
    cells = [x if len(x) <= most else f"{x[:start]}...{x[-end:]}" for x in column]
    return [cell.ljust(max(map(len, cells))) for cell in cells]


def _is_word(cell: str) -> bool:
    """Return whether a cell holds text rather than a number."""
    return cell[:1].isalpha() and cell not in ("nan", "inf", "yes", "no")


def _rows_of(table: Table) -> tuple[list[tuple[str, ...]], tuple[str, ...]]:
    """Return the rows of a grid that are shown, and a line that counts the others."""
    others = len(table.rows) + len(table.notes) + 1
    most = max(_LEAST_OF_GRID, _MOST_ROWS - others)
    return _shortened(list(zip(*table.columns.values(), strict=True)), most)


def _shortened(rows: Sequence, most: int) -> tuple[list, tuple[str, ...]]:
    """Return the first rows, and a line that counts the others if there are any."""
    if len(rows) <= most:
        return list(rows), ()
    return list(rows[: most - 1]), (f"... and {len(rows) - most + 1} more",)


def as_html(table: Table) -> str:
    """Return a table as HTML without scripts and colours; all text is escaped."""
    rows, more = _shortened(table.rows, _MOST_ROWS)
    lines = [_html_row((name, x), "th") for name, x in rows]
    parts = [f"<strong>{escape(table.title)}</strong>", *_html_table(lines)]
    parts += map(_paragraph, more)
    if table.columns:
        cells, more = _rows_of(table)
        head = _html_row(tuple(table.columns), "th", "th")
        parts += _html_table([head, *(_html_row(row) for row in cells)])
        parts += map(_paragraph, more)
    parts += map(_paragraph, table.notes)
    return f"<div>{''.join(parts)}</div>"


def _html_table(lines: list[str]) -> list[str]:
    return [f"<table><tbody>{''.join(lines)}</tbody></table>"] if lines else []


def _html_row(cells: tuple[str, ...], first: str = "td", other: str = "td") -> str:
    """Return a row of a table; `first` and `other` are the elements of its cells."""
    style = ' style="text-align: left"'
    kinds = (first, *(other,) * (len(cells) - 1))
    pairs = zip(kinds, cells, strict=True)
    return f"<tr>{''.join(f'<{k}{style}>{escape(c)}</{k}>' for k, c in pairs)}</tr>"


def _paragraph(line: str) -> str:
    return f"<p>{escape(line)}</p>"
