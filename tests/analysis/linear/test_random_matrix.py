"""Radius and outlier that random-matrix theory predicts."""

import canonical
from helpers import close
import numpy as np
import pytest

from ctrnn_jax.analysis import random_matrix, spectrum


def test_classes_of_columns():
    """Radius and outlier from each class; a diagonal of zeros is not counted."""
    sign = np.array([1, 1, 1, -1])
    w = np.abs(np.random.default_rng(3).normal(size=(4, 4))) * sign
    prediction = random_matrix(w, sign)
    close(prediction.means, np.array([w[:, 3].mean(), w[:, :3].mean()]))
    variance = w[:, 3].var() + 3 * w[:, :3].var()
    assert float(prediction.radius) == pytest.approx(np.sqrt(variance))
    assert float(prediction.outlier) == pytest.approx(w.sum() / 4)
    close(prediction.row_sums, w.sum(1))
    hollow = w * (1 - np.eye(4))
    off_diagonal = ~np.eye(4, dtype=bool)
    close(random_matrix(hollow).means, np.array([hollow[off_diagonal].mean()]))
    net = canonical.eirnn(frac_excitatory=0.6)
    prediction = spectrum(net).expected
    assert prediction.counts.tolist() == [2, 3]
    assert prediction.means[0] < 0 < prediction.means[1]
    assert np.all(np.abs(prediction.row_sums) < 1e-12)  # every row is balanced
    assert spectrum(net, classes=np.zeros(5)).expected.counts.tolist() == [5]
