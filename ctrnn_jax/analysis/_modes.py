"""The modes of a Jacobian, and what they say about stability."""

import equinox as eqx
import numpy as np

from .._checks import refusal
from .._types import Numbers


def time_constants(eigenvalues: np.ndarray) -> np.ndarray:
    """`-1 / Re`, ms for eigenvalues in 1/ms; negative where a mode grows.

    Infinite where it does neither.
    """
    real = np.real(eigenvalues)
    with np.errstate(divide="ignore"):
        return np.where(real == 0, np.inf, -1 / real)


def frequencies(eigenvalues: np.ndarray) -> np.ndarray:
    """`Im / (2 pi)` in Hz, for eigenvalues in 1/ms."""
    return 1000 * np.imag(eigenvalues) / (2 * np.pi)


def by_real_part(eigenvalues: np.ndarray) -> np.ndarray:
    """The order by falling real part; of a pair, the positive imaginary part first."""
    return np.lexsort((-np.imag(eigenvalues), -np.real(eigenvalues)))


class Modes(eqx.Module):
    """Eigenvalues and eigenvectors of a Jacobian, largest real part first.

    **Attributes** (NumPy, complex128):

    - `eigenvalues`: `(n,)`, in 1/ms for a Jacobian in 1/ms.
    - `right`: `(n, n)`, column i has length 1: the pattern in which mode i appears.
    - `left`: `(n, n)`, column i gives the amplitude of mode i in a displacement d as
        `left[:, i].conj() @ d`: its selection vector (Mante et al. 2013). Scaled such
        that `left.conj().T @ right = 1`.
    - `condition`: of the matrix `right`: 1 for a normal Jacobian; if it is infinite or
        beyond 1e12 modes coincide, and `left` then only solves its own equation, with
        columns of length 1.
    """

    eigenvalues: np.ndarray
    right: np.ndarray
    left: np.ndarray
    condition: float

    @property
    def time_constants(self) -> np.ndarray:
        """`-1 / Re`, ms; negative where a mode grows."""
        return time_constants(self.eigenvalues)

    @property
    def frequencies(self) -> np.ndarray:
        """`Im / (2 pi)` in Hz, for eigenvalues in 1/ms."""
        return frequencies(self.eigenvalues)


def square(name: str, matrix: Numbers) -> np.ndarray:
    """A matrix in float64, refused if it is not square and finite."""
    m = np.asarray(matrix, np.float64)
    if m.ndim != 2 or m.shape[0] != m.shape[1] or not np.all(np.isfinite(m)):
        raise refusal(
            name,
            "be one square matrix of finite numbers",
            f"shape {m.shape}",
            "Loop over a batch of them.",
        )
    return m


def _sorted(matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    values, vectors = np.linalg.eig(matrix)
    order = by_real_part(values)
    return values[order].astype(complex), vectors[:, order].astype(complex)


def modes(jacobian: Numbers) -> Modes:
    """Eigenvalues, right and left eigenvectors of one Jacobian.

    Raises `ValueError` for what is not a square matrix of finite numbers.
    """
    matrix = square("jacobian", jacobian)
    values, right = _sorted(matrix)
    condition = float(np.linalg.cond(right)) if len(right) else 1.0
    if condition < 1e12:
        left = np.linalg.inv(right).conj().T
    else:
        left = _sorted(matrix.T)[1].conj()
    return Modes(values, right, left, condition)


def indices_of(excess: np.ndarray, margin: float) -> tuple[np.ndarray, np.ndarray]:
    """How many directions are unstable, and how many are marginal, per point."""
    return np.sum(excess > margin, -1), np.sum(np.abs(excess) <= margin, -1)


def stability_of(index: np.ndarray, marginal: np.ndarray, size: int) -> np.ndarray:
    """The word for each point; see `FixedPoints.stability`."""
    none = np.where(marginal > 0, "marginal", "stable")
    return np.where(index == 0, none, np.where(index == size, "unstable", "saddle"))
