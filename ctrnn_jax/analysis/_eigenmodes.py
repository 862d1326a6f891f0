"""Eigenvalues and eigenvectors of a Jacobian: time constants, frequencies, modes."""

import equinox as eqx
import numpy as np

from .._types import Numbers
from ._arguments import check_square


COINCIDENT = 1e12
"""Condition number of the eigenvectors from which on some modes coincide."""


def time_constants(eigenvalues: np.ndarray) -> np.ndarray:
    """Return `-1 / Re`, ms for eigenvalues in 1/ms.

    The value is negative for a growing mode, and infinite if the real part is 0.
    """
    real = np.real(eigenvalues)
    with np.errstate(divide="ignore"):
        return np.where(real == 0, np.inf, -1 / real)


def frequencies(eigenvalues: np.ndarray) -> np.ndarray:
    """Return the frequencies in Hz, `1000 Im / (2 pi)`, of eigenvalues in 1/ms."""
    return 1000 * np.imag(eigenvalues) / (2 * np.pi)


def by_real_part(eigenvalues: np.ndarray) -> np.ndarray:
    """Return the indices that sort eigenvalues by falling real part.

    Of a complex pair, the eigenvalue with positive imaginary part comes first.
    """
    return np.lexsort((-np.imag(eigenvalues), -np.real(eigenvalues)))


def sorted_eigenvalues(matrix: np.ndarray) -> np.ndarray:
    """Return the complex eigenvalues of a matrix, `(n,)`, by falling real part."""
    values = np.linalg.eigvals(matrix).astype(complex)
    return values[by_real_part(values)]


class Modes(eqx.Module):
    """Eigenvalues and eigenvectors of a Jacobian, largest real part first.

    **Attributes** (NumPy, complex128):

    - `eigenvalues`: `(n,)`, in 1/ms for a Jacobian in 1/ms.
    - `right`: `(n, n)`, column i is the right eigenvector of mode i, of length 1.
    - `left`: `(n, n)`, column i is the left eigenvector: the amplitude of mode i in a
        displacement d is `left[:, i].conj() @ d`. It is the selection vector of Mante
        et al. (2013). Scaled such that `left.conj().T @ right = 1`.
    - `condition`: the condition number of `right`: 1 for a normal Jacobian. If it is
        infinite or beyond 1e12, some modes coincide. Their columns of `left` have
        length 1 and satisfy only their own eigenvector equation.
    """

    eigenvalues: np.ndarray
    right: np.ndarray
    left: np.ndarray
    condition: float

    @property
    def time_constants(self) -> np.ndarray:
        """`-1 / Re`, ms; negative for a growing mode."""
        return time_constants(self.eigenvalues)

    @property
    def frequencies(self) -> np.ndarray:
        """Frequencies in Hz, `1000 Im / (2 pi)`, of eigenvalues in 1/ms."""
        return frequencies(self.eigenvalues)


def modes(jacobian: Numbers) -> Modes:
    """Compute eigenvalues, right and left eigenvectors of one Jacobian.

    Raises `ValueError` unless `jacobian` is a square matrix of finite numbers.
    """
    matrix = check_square("jacobian", jacobian)
    values, right = np.linalg.eig(matrix)
    order = by_real_part(values)
    values, right = values[order].astype(complex), right[:, order].astype(complex)
    condition = float(np.linalg.cond(right))
    # the rows of the inverse of `right` are left eigenvectors, already scaled
    if condition < COINCIDENT:
        left = np.linalg.inv(right).conj().T
    else:
        left = _left_eigenvectors(matrix, values, right)
    return Modes(values, right, left, condition)


def _left_eigenvectors(
    matrix: np.ndarray, values: np.ndarray, right: np.ndarray
) -> np.ndarray:
    """Return left eigenvectors of a matrix whose right ones are linearly dependent.

    The inverse of `right` does not exist then. Instead, the eigenvectors of the
    transposed matrix are matched by eigenvalue and scaled group by group. Eigenvalues
    that coincide form a group and share their vectors. In a group whose left and right
    vectors are (nearly) orthogonal, as in a Jordan block, left vectors have length 1.
    """
    transposed_values, vectors = np.linalg.eig(matrix.T)
    left = np.zeros_like(right)
    is_unused = np.ones(len(values), bool)
    for group in _coincident_groups(values):
        # the unused eigenvectors of the transposed matrix whose eigenvalues are closest
        distance = np.abs(transposed_values - values[group].mean())
        distance = np.where(is_unused, distance, np.inf)
        closest = np.argsort(distance, kind="stable")[: len(group)]
        is_unused[closest] = False
        left_group = vectors[:, closest].conj().astype(complex)

        # make left^H right the identity in the group, unless it is singular: the
        # vectors of a Jordan block overlap by the root of the rounding error at most
        overlap = left_group.conj().T @ right[:, group]
        smallest_overlap = np.linalg.svd(overlap, compute_uv=False)[-1]
        rounding = 1e-12 if len(group) == 1 else 1e-7
        if smallest_overlap > rounding:
            left_group = left_group @ np.linalg.inv(overlap).conj().T
        left[:, group] = left_group
    return left


def _coincident_groups(values: np.ndarray) -> list[list[int]]:
    """Return groups of indices whose eigenvalues chain together within 1e-6 of all."""
    largest = max(float(np.abs(values).max()), np.finfo(float).tiny)
    tolerance = 1e-6 * largest
    groups = []
    remaining = list(range(len(values)))
    while remaining:
        # a search through neighbours: two eigenvalues of a group may be far apart, if
        # there are others between them
        group, front = [], [remaining.pop(0)]
        while front:
            group.append(front.pop())
            value = values[group[-1]]
            front += [i for i in remaining if abs(values[i] - value) <= tolerance]
            remaining = [i for i in remaining if i not in front]
        groups.append(group)
    return groups
