"""Eigenvalues and eigenvectors of a Jacobian: time constants, frequencies, modes."""

from typing import final

import equinox as eqx
from equinox import AbstractVar
import numpy as np
import scipy.linalg
from scipy.sparse import csgraph

from .._arguments import checks_arguments
from .._show import AbstractShown, counted, grid, number, Table, titled, with_rank
from .._tables import AbstractTabular, Columns
from .._types import Numbers
from ._arguments import check_square


COINCIDENT = 1e12
"""Condition number of the eigenvectors from which on some modes coincide."""


class AbstractEigenvalues(AbstractShown, AbstractTabular, eqx.Module):
    """Eigenvalues of Jacobians in 1/ms: time constants and frequencies."""

    eigenvalues: AbstractVar[np.ndarray]

    @property
    def time_constants(self) -> np.ndarray:
        """`-1 / Re` in ms: the time in which a mode decays by a factor e.

        Negative for a mode that grows (Re above 0): it grows by a factor e in the
        magnitude of this time. Infinite if Re is 0.
        """
        real = np.real(self.eigenvalues)
        with np.errstate(divide="ignore"):
            return np.where(real == 0, np.inf, -1 / real)

    @property
    def frequencies(self) -> np.ndarray:
        """Frequencies in Hz: `1000 Im / (2 pi)`."""
        return 1000 * np.imag(self.eigenvalues) / (2 * np.pi)

    def _mode_columns(self, *, leading: bool = False) -> Columns:
        """Return columns about eigenvalues: all of one Jacobian, or the first of each.

        The names are "real" and "imag" (1/ms), "time_constant" (ms), "frequency" (Hz).
        """
        columns = {
            "real": np.real(self.eigenvalues),
            "imag": np.imag(self.eigenvalues),
            "time_constant": self.time_constants,
            "frequency": self.frequencies,
        }
        return {name: x[:, 0] if leading else x for name, x in columns.items()}


def growth_notes(time_constants: np.ndarray) -> list[str]:
    """Return a note below time constants in ms, if some are negative."""
    is_growing = np.any(time_constants < 0)
    note = "negative time constant: the mode grows by a factor e in that time"
    return [note] if is_growing else []


def by_real_part(eigenvalues: np.ndarray) -> np.ndarray:
    """Return the indices that sort eigenvalues by falling real part.

    Of a complex pair, the eigenvalue with positive imaginary part comes first.
    """
    return np.lexsort((-np.imag(eigenvalues), -np.real(eigenvalues)))


def sorted_eigenvalues(matrix: np.ndarray) -> np.ndarray:
    """Return the complex eigenvalues of a matrix, `(n,)`, by falling real part."""
    values = np.linalg.eigvals(matrix).astype(complex)
    return values[by_real_part(values)]


@final
class Modes(AbstractEigenvalues):
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

    def table(self) -> Columns:
        """Return a table with a row for each mode: columns by name, `(modes,)`.

        "mode" is the index; "real" and "imag" are those of the eigenvalue in 1/ms;
        "time_constant" is in ms and "frequency" in Hz.
        """
        return {"mode": np.arange(len(self.eigenvalues))} | self._mode_columns()

    def _table(self) -> Table:
        about = counted(len(with_rank(self.eigenvalues, 1)), "mode")
        columns = {
            "eigenvalue (1/ms)": self.eigenvalues,
            "time constant (ms)": self.time_constants,
            "frequency (Hz)": self.frequencies,
        }
        rows = (("condition", number(self.condition)),)
        notes = growth_notes(self.time_constants)
        return Table(titled(self, about), rows, grid(columns), tuple(notes))


@checks_arguments
def modes(jacobian: Numbers) -> Modes:
    """Compute eigenvalues, right and left eigenvectors of one Jacobian.

    Raises `ValueError` unless `jacobian` is a square matrix of finite numbers.
    """
    matrix = check_square("jacobian", jacobian)
    values, right = np.linalg.eig(matrix)
    condition = float(np.linalg.cond(right))
    # the rows of the inverse of `right` are left eigenvectors, already scaled
    if condition < COINCIDENT:
        left = np.linalg.inv(right).conj().T
    else:
        values, left, right = scipy.linalg.eig(matrix, left=True)  # pyright: ignore[reportAssignmentType]
        left = _scaled(left.astype(complex), values, right)
    order = by_real_part(values)
    values, right, left = (x[..., order].astype(complex) for x in (values, right, left))
    return Modes(values, right, left, condition)


def _scaled(left: np.ndarray, values: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Scale left eigenvectors where the right ones are linearly dependent.

    The inverse of `right` does not exist then. Instead, eigenvectors are scaled group
    by group. Eigenvalues that coincide form a group and share their vectors. In a group
    whose left and right vectors are (nearly) orthogonal, as in a Jordan block, left
    vectors have length 1.
    """
    # two eigenvalues of a group may be far apart, if there are others between them
    tolerance = 1e-6 * np.abs(values).max()
    is_near = np.abs(values[:, None] - values[None]) <= tolerance
    num_groups, group_of = csgraph.connected_components(is_near)
    for group in (group_of == g for g in range(num_groups)):
        # make left^H right the identity in the group, unless it is singular: the
        # vectors of a Jordan block overlap by the root of the rounding error at most
        overlap = left[:, group].conj().T @ right[:, group]
        smallest_overlap = np.linalg.svd(overlap, compute_uv=False)[-1]
        if smallest_overlap > (1e-12 if group.sum() == 1 else 1e-7):
            left[:, group] = left[:, group] @ np.linalg.inv(overlap).conj().T
    return left
