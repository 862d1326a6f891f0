"""Tables: columns, their CSV, and the libraries that may be missing."""

import csv
import io
import sys

import jax.numpy as jnp
import numpy as np
import pytest

from ctrnn_jax import _tables


def test_csv_reads_back_with_the_same_bits():
    rng = np.random.default_rng(0)
    numbers = np.concatenate(
        [rng.normal(size=20) * 10.0 ** rng.integers(-300, 300, 20)]
    )
    table = {
        "step": np.arange(20),
        "loss": numbers,
        "text": np.asarray(["a,b", 'a "quoted" word', "<b>", "two\nlines"] * 5),
    }
    data = _tables.csv_of(table)
    assert data.count(b"\r") == 0
    rows = list(csv.DictReader(io.StringIO(data.decode(), newline="")))
    assert [int(row["step"]) for row in rows] == list(range(20))
    assert [float(row["loss"]) for row in rows] == numbers.tolist()
    assert [row["text"] for row in rows] == table["text"].tolist()


def test_numbers_of_single_precision_have_the_shortest_decimal():
    rng = np.random.default_rng(0)
    bits = rng.integers(0, 2**32, 20_000, np.uint32)
    single = np.concatenate(
        [bits.view(np.float32), np.float32([0.3, 0.1, 1e-45, 3e38])]
    )
    single = single[~np.isnan(single)]
    plain = _tables.shortest(single)
    assert plain.dtype == float
    assert (plain.astype(np.float32).view(np.uint32) == single.view(np.uint32)).all()
    assert plain[-4:-2].tolist() == [0.3, 0.1]
    assert _tables.csv_of({"a": np.float32([0.3, 1e-8])}) == b"a\n0.3\n1e-08\n"
    double = np.asarray([0.1, 0.30000001192092896])
    assert _tables.shortest(double) is double


def test_an_unknown_number_is_an_empty_field():
    table = {"a": np.asarray([1.0, np.nan]), "b": np.asarray([None, True], object)}
    assert _tables.csv_of(table) == b"a,b\n1.0,\n,True\n"
    assert _tables.csv_of({"a": np.zeros(0), "b": np.zeros(0)}) == b"a,b\n"


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1, 2], np.asarray([1, 2])),
        ([0.5, jnp.asarray(2.0), np.float64(3)], np.asarray([0.5, 2.0, 3.0])),
        ([1.0, None], np.asarray(["1.0", "None"])),
        ([np.zeros(2), 1.0], np.asarray(["[0. 0.]", "1.0"])),
    ],
)
def test_a_column_holds_numbers_or_text(values, expected):
    column = _tables.column_of(values)
    assert column.dtype == expected.dtype
    np.testing.assert_array_equal(column, expected)


def test_a_missing_library_is_one_sentence_with_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    message = (
        r"^to_dataframe\(\) needs pandas. Install it with pip install "
        r"'ctrnn-jax\[tables\]'.$"
    )
    with pytest.raises(ModuleNotFoundError, match=message):
        _tables.data_frame({"a": np.zeros(2)})
