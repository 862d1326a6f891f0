"""Departure from normality and transient growth, in closed form and against SciPy."""

from helpers import close
import numpy as np
import pytest
import scipy.linalg

from ctrnn_jax.analysis import (
    amplification,
    henrici,
    kreiss_bound,
    numerical_abscissa,
    spectrum,
)


def matrix(n=6, seed=0):
    return np.random.default_rng(seed).normal(size=(n, n)) / np.sqrt(n)


def test_non_normality_in_closed_form():
    jordan = np.array([[-1.0, 3.0], [0.0, -1.0]])
    np.testing.assert_allclose(henrici(jordan, relative=False), 3.0)
    np.testing.assert_allclose(henrici(jordan), 3 / np.sqrt(11))
    np.testing.assert_allclose(numerical_abscissa(jordan), -1 + 1.5)
    orthogonal = np.linalg.qr(matrix())[0]
    assert henrici(orthogonal) < 1e-6
    assert henrici(np.zeros((2, 2))) == 0
    skew = matrix() - matrix().T
    np.testing.assert_allclose(numerical_abscissa(skew), 0, atol=1e-12)
    with pytest.raises(ValueError, match="square matrix"):
        henrici(np.zeros((2, 3)))
    with pytest.raises(ValueError, match="be finite"):
        numerical_abscissa(np.full((2, 2), np.nan))
    long = amplification(np.diag([-1.0, -2.0]), np.array([0.0, 1e6]))
    np.testing.assert_array_equal(long.gain, [1.0, 0.0])
    with pytest.raises(ValueError, match=r"`times` must leave exp.* finite; got 1000"):
        amplification(np.eye(1), np.array([0.0, 1000.0]))


def test_transient_amplification():
    """GT12: W = [[w, -w], [w, -w]] grows on its way to 0; and against scipy's expm."""
    w = 6.0
    pair = np.array([[w - 1, -w], [w, -w - 1]])
    times = np.linspace(0, 5, 101)
    growth = amplification(pair, times)
    nilpotent = pair + np.eye(2)
    exact = [np.linalg.norm(np.exp(-t) * (np.eye(2) + t * nilpotent), 2) for t in times]
    np.testing.assert_allclose(growth.gain, exact, rtol=1e-10)
    assert growth.peak == growth.gain.max() > 4
    assert growth.peak_time == times[np.argmax(exact)]
    grown = scipy.linalg.expm(pair * growth.peak_time) @ growth.direction
    np.testing.assert_allclose(np.linalg.norm(grown), growth.peak, rtol=1e-10)
    slope = np.log(growth.gain[1] / growth.gain[0]) / times[1]
    assert slope < numerical_abscissa(pair) < 1.5 * slope
    a, times = matrix() - np.eye(6), np.array([0.0, 0.7, 3.0])
    expected = [np.linalg.norm(scipy.linalg.expm(a * t), 2) for t in times]
    np.testing.assert_allclose(amplification(a, times).gain, expected, rtol=1e-10)
    for invalid_times in (np.zeros((0,)), np.array(-1.0), np.array([-1.0])):
        with pytest.raises(ValueError, match="`times` must"):
            amplification(a, invalid_times)


def test_kreiss_bound_is_below_the_growth():
    """At most the actual growth, at least a fraction of it; 1 if normal."""
    rng = np.random.default_rng(3)
    w = np.array([[6.0, -6.0], [6.0, -6.0]])  # GT12
    feedforward = np.triu(rng.normal(0, 2.0, (8, 8)), 1)
    turn = np.array([[0.0, -4.0], [4.0, 0.0]])
    spiral = np.kron(np.eye(4), turn) + 5.0 * np.eye(8, k=3) - np.eye(8)
    assert np.abs(np.linalg.eigvals(spiral).imag).max() > 3
    for j in (w - np.eye(2), feedforward - np.eye(8), spiral):
        step, power, growth = scipy.linalg.expm(0.05 * j), np.eye(len(j)), 1.0
        for _ in range(200):  # exp(j t) up to t = 10
            power = step @ power
            growth = max(growth, np.linalg.norm(power, 2))
        bound = float(kreiss_bound(j))
        assert growth / (np.e * len(j)) < bound <= growth
        assert bound > 1.2
    random = rng.normal(size=(8, 8))
    normal = random + random.T - 10 * np.eye(8)
    assert float(kreiss_bound(normal)) == 1.0
    assert np.isinf(kreiss_bound(np.eye(2)))
    # marginal: modes that neither grow nor decay stay bounded
    for marginal in ([[0.0]], [[0.0, 1.0], [-1.0, 0.0]], [[0.0, 0.0], [0.0, -1.0]]):
        assert float(kreiss_bound(np.array(marginal))) == pytest.approx(1.0)
    pair = spectrum(w)
    assert float(pair.growth_bound) > 3.0
    assert float(pair.reactivity) == pytest.approx(5.0)
    close(np.real(pair.jacobian_eigenvalues), np.full(2, -1.0), scale=1e5)
    assert spectrum(w, growth=False).growth_bound is None
