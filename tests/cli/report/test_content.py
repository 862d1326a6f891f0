"""Tables of a page: which columns have numbers, and their digits."""

import pytest

from ctrnn_jax.cli.report._content import equal_digits, Table


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (("0.5", "-12", "1e-05"), "number"),
        (("0.853 [0.812, 0.889]", "0.9 (best)", "unknown"), "number"),
        (("0.1 to 0.25", "not set"), "number"),
        (("44 s", "3 min", "2 h 5 min"), "number"),
        (("0, 3, 7", ""), "text"),
        (("0.15, as published", "2"), "text"),
        (("finished", "12"), "text"),
        (("unknown", ""), "text"),
        ((), "text"),
    ],
)
def test_columns_of_numbers_are_known_by_their_cells(cells, kind):
    table = Table("caption", ("run", "x"), tuple((f"run {x}", x) for x in cells))
    assert table.kinds == ("text", kind)


def test_numbers_of_a_column_have_equally_many_decimals():
    rows = [("a", "0.01", "5", "1e-05"), ("b", "0.5", "unknown", "0.25")]
    assert equal_digits(rows) == (
        ("a", "0.01", "5", "1e-05"), ("b", "0.50", "unknown", "0.25"),
    )  # fmt: skip
    assert equal_digits([("2", "-0.125"), ("10", "0")]) == (
        ("2", "-0.125"), ("10", "0.000"),
    )  # fmt: skip
    assert equal_digits([("0.5", "1"), ("run", "2")]) == (("0.5", "1"), ("run", "2"))
    assert equal_digits([("1", "1"), ("0.5", "2")]) == (("1", "1"), ("0.5", "2"))
    assert equal_digits([]) == ()
