"""Eigenvalues and eigenvectors of Jacobians, against SciPy and by hand."""

from helpers import close
import numpy as np
import pytest
import scipy.linalg

from ctrnn_jax.analysis import modes


def matrix(n=6, seed=0):
    return np.random.default_rng(seed).normal(size=(n, n)) / np.sqrt(n)


def test_a_mode_that_stays_has_an_infinite_time_constant():
    """For either sign of zero, beside modes that decay or grow."""
    spectrum = modes(np.diag([0.02, 0.0, -0.0, -0.01]))
    expected = [-50.0, np.inf, np.inf, 100.0]
    np.testing.assert_array_equal(spectrum.time_constants, expected)


def test_a_mode_that_grows_is_explained_below_its_time_constant():
    """The rate 0.02 per ms multiplies the mode by e in 50 ms."""
    note = "negative time constant: the mode grows by a factor e in that time"
    lines = str(modes(np.diag([0.02, -0.01]))).splitlines()
    assert "-50" in lines[3].split()
    assert lines[-1] == note
    assert np.exp(0.02 * 50) == pytest.approx(np.e)
    assert note not in str(modes(np.diag([-0.02, -0.01])))


def test_modes_against_scipy():
    a = matrix() - np.eye(6)
    spectrum = modes(a)
    values, left, right = scipy.linalg.eig(a, left=True)  # pyright: ignore[reportAssignmentType]
    assert np.all(np.diff(np.real(spectrum.eigenvalues)) <= 1e-12)
    close(np.sort_complex(spectrum.eigenvalues), np.sort_complex(values), scale=1e3)
    close(a @ spectrum.right, spectrum.right * spectrum.eigenvalues, scale=1e3)
    left_h = spectrum.left.conj().T
    close(left_h @ a, spectrum.eigenvalues[:, None] * left_h, scale=1e3)
    close(left_h @ spectrum.right, np.eye(6) + 0j, scale=1e3)
    for k, value in enumerate(spectrum.eigenvalues):
        match = np.argmin(np.abs(values - value))
        overlap = np.abs(np.vdot(right[:, match], spectrum.right[:, k]))
        np.testing.assert_allclose(overlap, 1.0, rtol=1e-8)
        unit_left = spectrum.left[:, k] / np.linalg.norm(spectrum.left[:, k])
        overlap = np.abs(np.vdot(left[:, match], unit_left))
        np.testing.assert_allclose(overlap, 1.0, rtol=1e-8)
    close(spectrum.time_constants, -1 / np.real(spectrum.eigenvalues))
    close(spectrum.frequencies, 1000 * np.imag(spectrum.eigenvalues) / (2 * np.pi))
    symmetric = modes(a + a.T)
    np.testing.assert_allclose(symmetric.condition, 1.0, rtol=1e-8)
    np.testing.assert_allclose(np.abs(symmetric.left), np.abs(symmetric.right))
    defective = modes(np.array([[-1.0, 1.0], [0.0, -1.0]]))
    assert not defective.condition < 1e12
    close(np.abs(defective.right[:, 0]), np.array([1.0, 0.0]), scale=1e4)
    close(np.abs(defective.left[:, 0]), np.array([0.0, 1.0]), scale=1e4)


def test_a_jordan_block_elsewhere_leaves_a_simple_mode_its_scale():
    """Left and right vectors by hand, of W with a feedforward pair beside two modes."""
    w = np.zeros((4, 4))
    w[0, 0], w[0, 1], w[1, 1], w[3, 2] = 0.95, 2.0, 0.2, 1.0
    spectrum = modes(w - np.eye(4))
    assert spectrum.condition > 1e12
    close(spectrum.eigenvalues, np.array([-0.05, -0.8, -1, -1], complex))
    right = np.array([-2 / 0.75, 1, 0, 0])
    right = right / np.linalg.norm(right)
    overlap = spectrum.left[:, :2].conj().T @ spectrum.right
    np.testing.assert_allclose(overlap, np.eye(4)[:2], atol=1e-12)
    np.testing.assert_allclose(np.abs(spectrum.right[:, 1]), np.abs(right), atol=1e-12)
    np.testing.assert_allclose(spectrum.left[:2, 0], [1, 2 / 0.75], atol=1e-12)
    # the pair has left vectors of length 1 that solve their equation
    for i in (2, 3):
        left = spectrum.left[:, i]
        assert np.linalg.norm(left) == pytest.approx(1)
        np.testing.assert_allclose(left.conj() @ (w - np.eye(4)), -left.conj())


def test_equal_eigenvalues_that_are_not_defective_are_paired():
    """Beside a Jordan block, which makes the right vectors dependent."""
    basis = np.random.default_rng(3).normal(size=(6, 6))
    values = [-1.0, -1, -1, -2, -3, -3]
    block = np.zeros((8, 8))
    block[:6, :6] = basis @ np.diag(values) @ np.linalg.inv(basis)
    block[6, 7] = 1.0
    spectrum = modes(block)
    is_regular = np.abs(spectrum.eigenvalues) > 0.5
    overlap = spectrum.left.conj().T @ spectrum.right
    overlap = overlap[np.ix_(is_regular, is_regular)]
    np.testing.assert_allclose(overlap, np.eye(6), atol=1e-9)
