"""Merging of candidates that ended at the same point, against loops."""

import numpy as np
from oracles import fixed_points as oracle
import pytest

from ctrnn_jax.analysis.fixed_points._refinement import distinct_points


@pytest.mark.parametrize("n", [1, 100])
def test_distinct_points_against_loops(n):
    rng = np.random.default_rng(n)
    centres = rng.normal(size=(6, n))
    v = centres[rng.integers(0, 6, 50)] + 1e-6 * rng.normal(size=(50, n))
    v[7] = 40.0  # isolated, but a point
    speed = rng.random(50)
    v[9], speed[9] = np.nan, np.nan
    representatives, point_of = distinct_points(v, speed, 1e-4)
    expected, expected_point_of = oracle.distinct(v, speed, 1e-4)
    np.testing.assert_array_equal(representatives, expected)
    np.testing.assert_array_equal(point_of, expected_point_of)
    assert 7 in representatives
    assert point_of[9] == -1
    assert len(representatives) <= 7
