"""The modes of a Jacobian, and what they say about stability."""

import equinox as eqx
import numpy as np

from .._checks import invalid
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
        beyond 1e12 some modes coincide, and the columns of `left` of those have length
        1 and only solve their own equation.
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
        raise invalid(
            name,
            "be one square matrix of finite numbers",
            f"shape {m.shape}",
            "Loop over a batch of them.",
        )
    return m


def modes(jacobian: Numbers) -> Modes:
    """Eigenvalues, right and left eigenvectors of one Jacobian.

    Raises `ValueError` for what is not a square matrix of finite numbers.
    """
    matrix = square("jacobian", jacobian)
    values, right = np.linalg.eig(matrix)
    order = by_real_part(values)
    values, right = values[order].astype(complex), right[:, order].astype(complex)
    condition = float(np.linalg.cond(right)) if len(right) else 1.0
    if condition < 1e12:
        left = np.linalg.inv(right).conj().T
    else:
        left = _paired(matrix, values, right)
    return Modes(values, right, left, condition)


def _paired(matrix: np.ndarray, values: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Left vectors, each scaled to the right ones of its eigenvalue, where it can be.

    Eigenvalues that lie together share their vectors; a group whose left and right ones
    are (nearly) orthogonal, as of a Jordan block, keeps left ones of length 1.
    """
    theirs, vectors = np.linalg.eig(matrix.T)
    left = np.zeros_like(right)
    near = 1e-6 * max(float(np.abs(values).max()), np.finfo(float).tiny)
    todo, unused = list(range(len(values))), np.ones(len(values), bool)
    while todo:
        group, front = [], [todo.pop(0)]
        while front:
            group.append(front.pop())
            front += [i for i in todo if abs(values[i] - values[group[-1]]) <= near]
            todo = [i for i in todo if i not in front]
        away = np.where(unused, np.abs(theirs - values[group].mean()), np.inf)
        chosen = np.argsort(away, kind="stable")[: len(group)]
        unused[chosen] = False
        part = vectors[:, chosen].conj().astype(complex)
        overlap = part.conj().T @ right[:, group]
        # those of a Jordan block overlap by the root of the rounding error at most
        least = 1e-12 if len(group) == 1 else 1e-7
        if np.linalg.svd(overlap, compute_uv=False)[-1] > least:
            part = part @ np.linalg.inv(overlap).conj().T
        left[:, group] = part
    return left


def indices_of(excess: np.ndarray, margin: float) -> tuple[np.ndarray, np.ndarray]:
    """How many directions are unstable, and how many are marginal, per point."""
    return np.sum(excess > margin, -1), np.sum(np.abs(excess) <= margin, -1)


def stability_of(index: np.ndarray, marginal: np.ndarray, size: int) -> np.ndarray:
    """The word for each point; see `FixedPoints.stability`."""
    none = np.where(marginal > 0, "marginal", "stable")
    return np.where(index == 0, none, np.where(index == size, "unstable", "saddle"))
