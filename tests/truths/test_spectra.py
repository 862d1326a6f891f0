"""Random-matrix theory: the circular law, and outliers of excitation and inhibition."""

import numpy as np
import pytest

from ctrnn_jax.analysis import spectrum


N = 512
slow = pytest.mark.slow  # eigenvalues of 512 units take seconds


@pytest.mark.parametrize(("n", "seed"), [(200, 0), pytest.param(N, 1, marks=slow)])
def test_circular_law(n, seed):
    """GT26: the radius is the gain, and a fraction x^2 lies within x of it."""
    gain, scale = 1.5, np.sqrt(N / n)
    w = np.random.default_rng(seed).normal(0, gain / np.sqrt(n), (n, n))
    result = spectrum(w, growth=False)
    assert abs(float(result.radius) / gain - 1) < 0.05 * scale
    assert abs(float(result.expected.radius) / gain - 1) < 0.01 * scale
    inside = np.abs(result.eigenvalues) / gain
    for x in (0.5, 0.7, 0.9):
        assert abs(np.mean(inside < x) - x**2) < 0.02 * scale
    assert not np.any(inside > 1 + 0.05 * scale)


def ei_weights(seed, n, n_excitatory, *, balanced):
    """Return random part, means and classes; each class of columns has its moments."""
    rng = np.random.default_rng(seed)
    excitatory = np.arange(n) < n_excitatory
    deviation = np.where(excitatory, 0.02, 0.06)
    inhibition = n_excitatory / (n - n_excitatory) if balanced else 1.0
    mean = np.where(excitatory, 0.1, -0.1 * inhibition)
    return rng.normal(size=(n, n)) * deviation, mean, excitatory


@pytest.mark.parametrize(
    ("n", "n_excitatory", "seed"), [(200, 160, 1), pytest.param(N, 410, 0, marks=slow)]
)
def test_excitation_and_inhibition_have_a_radius_and_an_outlier(n, n_excitatory, seed):
    """GT27: R = sqrt(sum n_c s_c^2), outlier sum n_c m_c (Rajan & Abbott 2006)."""
    random, mean, excitatory = ei_weights(seed, n, n_excitatory, balanced=False)
    result = spectrum(random + mean, classes=excitatory, growth=False)
    n_inhibitory, scale = n - n_excitatory, N / n
    radius = np.sqrt(n_excitatory * 0.02**2 + n_inhibitory * 0.06**2)
    outlier = n_excitatory * 0.1 - n_inhibitory * 0.1
    assert abs(float(result.expected.radius) / radius - 1) < 0.01 * scale
    assert abs(float(result.expected.outlier) / outlier - 1) < 0.01 * scale
    assert abs(result.eigenvalues[0].real / outlier - 1) < 0.01 * scale
    largest = np.abs(result.eigenvalues[1:]).max()
    assert abs(largest / radius - 1) < 0.06 * scale


@slow
def test_balanced_rows_have_no_outliers():
    """GT27: balanced means leave outliers; zero row sums of the random part do not."""
    random, mean, excitatory = ei_weights(1, N, 410, balanced=True)
    balanced_means = spectrum(random + mean, classes=excitatory, growth=False)
    radius = float(balanced_means.expected.radius)
    assert abs(float(balanced_means.expected.outlier)) < 1.0
    assert float(balanced_means.radius) > 1.2 * radius
    assert np.abs(balanced_means.expected.row_sums).max() > 0.5
    zero_row_sums = random - random.mean(axis=1, keepdims=True)
    balanced_rows = spectrum(zero_row_sums + mean, classes=excitatory, growth=False)
    assert abs(float(balanced_rows.radius) / radius - 1) < 0.06
    assert np.abs(balanced_rows.expected.row_sums).max() < 1e-10
