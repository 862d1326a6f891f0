"""Tables as NumPy arrays by name, their CSV, and libraries that may be missing."""

import abc
from collections.abc import Sequence
import csv
import importlib
import io
from types import ModuleType
from typing import TypeAlias

import equinox as eqx
import numpy as np

from ._checks import check
from ._types import DataFrame


Columns: TypeAlias = dict[str, np.ndarray]
"""The columns of a table by name, in order, each `(rows,)`."""


class AbstractTabular(abc.ABC):
    """A result of several items: `table()` and `to_dataframe()` have a row for each."""

    @abc.abstractmethod
    def table(self) -> Columns:
        """Return the columns by name, in NumPy, each `(rows,)`."""

    def to_dataframe(self) -> DataFrame:
        """Return `table()` as a pandas DataFrame.

        Raises `ModuleNotFoundError` if pandas is not installed.
        """
        return data_frame(self.table())


def columns_of(result: object, *names: str) -> Columns:
    """Return attributes of a result as columns, with the index of each row.

    The index comes first; its name is the first of `names`. Raises `ValueError` for a
    batch of results, whose arrays have more axes.
    """
    row, *others = names
    table = {name: np.asarray(getattr(result, name)) for name in others}
    for name, column in table.items():
        rule, got = "have one axis in a table", f"shape {column.shape}"
        check(column.ndim == 1, name, rule, got, "Make a table of each of the batch.")
    return {row: np.arange(len(table[others[0]]))} | table


def optional_library(name: str, use: str) -> ModuleType:
    """Import a library of the extra `tables`; `use` is what needs it.

    Raises `ModuleNotFoundError` that names the extra if the library is missing.
    """
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            f"{use} needs {error.name}. Install it with "
            "pip install 'ctrnn-jax[tables]'.",
            name=error.name,
        ) from error


def data_frame(table: Columns) -> DataFrame:
    """Return a pandas DataFrame of a table."""
    return optional_library("pandas", "to_dataframe()").DataFrame(table)


def column_of(values: Sequence) -> np.ndarray:
    """Return a column: numbers if all values are single numbers, otherwise text."""
    are_numbers = all(eqx.is_array_like(x) and np.ndim(x) == 0 for x in values)
    return np.asarray(values if are_numbers else [str(x) for x in values])


def shortest(values: np.ndarray) -> np.ndarray:
    """Return numbers of single precision as float64 with the shortest decimals.

    float32 0.3 becomes 0.3, not 0.30000001192092896: converting it back to float32
    gives the same bits. All other arrays are returned as they are.
    """
    if values.dtype not in (np.float32, np.float16):
        return values
    return values.astype(str).astype(float)


def csv_of(table: Columns) -> bytes:
    """Return a table as CSV: a line of names, then a line for each row.

    Numbers have the digits that give the same bits when they are read; see `shortest`.
    NaN is an empty field.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(table)
    columns = [shortest(np.asarray(column)).tolist() for column in table.values()]
    for row in zip(*columns, strict=True):
        writer.writerow("" if x is None or x != x else x for x in row)
    return buffer.getvalue().encode()
