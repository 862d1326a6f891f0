"""The stop rule `MeanAbove`."""

import pytest

import ctrnn_jax as cj


@pytest.mark.parametrize(
    ("performances", "stops"),
    [
        ([], False),
        ([0.86], True),  # the mean of fewer than five
        ([0.85], False),  # strictly above
        ([0.9, 0.7], False),
        ([0.1] * 10 + [0.86] * 5, True),  # only the last five count
        ([0.86] * 4 + [0.5, 0.9], False),
    ],
)
def test_mean_of_the_last_five_must_exceed_the_threshold(performances, stops):
    assert cj.MeanAbove(0.85)(performances) is stops


def test_rules_that_cannot_hold_are_errors():
    with pytest.raises(ValueError, match="`threshold` must lie in"):
        cj.MeanAbove(85.0)
    with pytest.raises(ValueError, match="`last` must be a whole number"):
        cj.MeanAbove(0.85, last=0)
    with pytest.raises(ValueError, match="below 1, which no mean exceeds"):
        cj.MeanAbove(1.0)
    assert cj.MeanAbove(1.0, last=1, inclusive=True)([1.0])


def test_an_inclusive_rule_holds_at_the_threshold():
    assert not cj.MeanAbove(0.85, last=1)([0.85])
    assert cj.MeanAbove(0.85, last=1, inclusive=True)([0.85])
    assert not cj.MeanAbove(0.85, last=1, inclusive=True)([0.849])
