import numpy as np
import pytest

from ctrnn_jax.analysis import psychometric_curve


def test_curve_counts_choices_at_each_level():
    evidence = np.array([5.0, -5.0, 5.0, 0.0, -5.0, 5.0])
    chosen = np.array([True, False, False, True, False, True])
    curve = psychometric_curve(evidence, chosen)
    np.testing.assert_array_equal(curve.evidence, [-5.0, 0.0, 5.0])
    np.testing.assert_array_equal(curve.trials, [2, 1, 3])
    np.testing.assert_allclose(curve.proportion, [0, 1, 2 / 3])
    np.testing.assert_allclose(curve.standard_error, [0, 0, np.sqrt(2 / 27)])


def test_shapes_must_agree():
    with pytest.raises(ValueError, match="one boolean for each trial"):
        psychometric_curve(np.zeros(3), np.zeros(4, bool))
    with pytest.raises(ValueError, match="one boolean for each trial"):
        psychometric_curve(np.zeros(0), np.zeros(0, bool))
