"""Random-matrix theory: the circular law, and outliers of excitation and inhibition."""

import numpy as np
import pytest

from ctrnn_jax.analysis import spectrum


N, EXCITATORY = 512, 410


@pytest.mark.parametrize("seed", range(2))
def test_circular_law(seed):
    """GT26: the radius is the gain, and a fraction x^2 lies within x of it."""
    gain = 1.5
    w = np.random.default_rng(seed).normal(0, gain / np.sqrt(N), (N, N))
    result = spectrum(w, growth=False)
    assert abs(float(result.radius) / gain - 1) < 0.05
    assert abs(float(result.expected.radius) / gain - 1) < 0.01
    inside = np.abs(result.eigenvalues) / gain
    for x in (0.5, 0.7, 0.9):
        assert abs(np.mean(inside < x) - x**2) < 0.02
    assert not np.any(inside > 1.05)


def ei_weights(seed, *, balanced):
    """Return random part, means and classes; each class of columns has its moments."""
    rng = np.random.default_rng(seed)
    excitatory = np.arange(N) < EXCITATORY
    deviation = np.where(excitatory, 0.02, 0.06)
    inhibition = EXCITATORY / (N - EXCITATORY) if balanced else 1.0
    mean = np.where(excitatory, 0.1, -0.1 * inhibition)
    return rng.normal(size=(N, N)) * deviation, mean, excitatory


def test_excitation_and_inhibition_have_a_radius_and_an_outlier():
    """GT27: R = sqrt(sum n_c s_c^2), outlier sum n_c m_c (Rajan & Abbott 2006)."""
    random, mean, excitatory = ei_weights(0, balanced=False)
    result = spectrum(random + mean, classes=excitatory, growth=False)
    radius = np.sqrt(410 * 0.02**2 + 102 * 0.06**2)
    outlier = 410 * 0.1 - 102 * 0.1
    assert abs(float(result.expected.radius) / radius - 1) < 0.01
    assert abs(float(result.expected.outlier) / outlier - 1) < 0.01
    assert abs(result.eigenvalues[0].real / outlier - 1) < 0.01
    assert abs(np.abs(result.eigenvalues[1:]).max() / radius - 1) < 0.06


def test_balanced_rows_have_no_outliers():
    """GT27: balanced means leave outliers; zero row sums of the random part do not."""
    random, mean, excitatory = ei_weights(1, balanced=True)
    balanced_means = spectrum(random + mean, classes=excitatory, growth=False)
    radius = float(balanced_means.expected.radius)
    assert abs(float(balanced_means.expected.outlier)) < 1.0
    assert float(balanced_means.radius) > 1.2 * radius
    assert np.abs(balanced_means.expected.row_sums).max() > 0.5
    zero_row_sums = random - random.mean(axis=1, keepdims=True)
    balanced_rows = spectrum(zero_row_sums + mean, classes=excitatory, growth=False)
    assert abs(float(balanced_rows.radius) / radius - 1) < 0.06
    assert np.abs(balanced_rows.expected.row_sums).max() < 1e-10
