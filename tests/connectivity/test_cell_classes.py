"""Excitatory and inhibitory units: rounded counts and signs."""

import numpy as np
import pytest

import ctrnn_jax as cj


@pytest.mark.parametrize(
    ("units", "fraction", "count"),
    [(100, 0.8, 80), (100, 0.57, 57), (10, 0.75, 8), (3, 0.5, 2), (7, 0.8, 6)],
)
def test_excitatory_units_are_counted_by_rounding(units, fraction, count):
    """Truncation would give `int(100 * 0.57)`, which is 56."""
    signs = np.asarray(cj.connectivity.excitatory_signs(units, fraction))
    np.testing.assert_array_equal(signs, [1] * count + [-1] * (units - count))


@pytest.mark.parametrize("fraction", [0.0, 1.0, 0.01])
def test_both_classes_must_exist(fraction):
    with pytest.raises(ValueError, match="at least one unit of each class"):
        cj.connectivity.excitatory_signs(10, fraction)


@pytest.mark.parametrize("fraction", [-0.1, 1.2])
def test_fractions_lie_between_zero_and_one(fraction):
    with pytest.raises(ValueError, match=r"`frac_excitatory` must lie in \[0, 1\]"):
        cj.connectivity.excitatory_signs(10, fraction)
