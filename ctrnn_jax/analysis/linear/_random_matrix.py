"""Predictions of random-matrix theory for the spectrum of recurrent weights."""

from typing import final

import equinox as eqx
import numpy as np

from ..._arguments import checks_arguments
from ..._checks import check_shape
from ..._show import AbstractShown, number, quantities, Table
from ..._types import ArrayLike
from .._arguments import check_square


@final
class RandomMatrix(AbstractShown, eqx.Module):
    """The spectrum that random-matrix theory predicts from the statistics of weights.

    The matrix has independent entries whose mean m_c and variance s_c^2 depend on the
    class c of their column, with n_c columns in each class (Rajan & Abbott 2006, eqs. 5
    and 6; with one class, the circular law of Girko):

        radius^2 = sum_c n_c s_c^2         outlier = sum_c n_c m_c

    Eigenvalues fill the disc of that radius. The outlier is visible if it is outside.
    If only the means are balanced (outlier 0), other outliers remain; they vanish if
    every row of the random part sums to zero.

    **Attributes** (NumPy):

    - `radius`, `outlier`: as above.
    - `means`, `variances`, `counts`: of each class, `(classes,)`. Absent synapses count
      as zeros; a diagonal of zeros is left out.
    - `row_sums`: of the weights, `(N,)`; all zero if every row is balanced.
    """

    radius: np.ndarray
    outlier: np.ndarray
    means: np.ndarray
    variances: np.ndarray
    counts: np.ndarray
    row_sums: np.ndarray

    def _table(self) -> Table:
        about = f"radius {number(self.radius)}, outlier {number(self.outlier)}"
        return quantities(self, about)


@checks_arguments
def random_matrix(weights: ArrayLike, classes: ArrayLike | None = None) -> RandomMatrix:
    """Predict spectral radius and outlier from the statistics of weights.

    **Arguments:** `weights` `(N, N)`, `[post, pre]`, and `classes`, the class of each
    column, `(N,)`; by default all columns are in one class. Returns a `RandomMatrix`.
    Raises `ValueError` for other shapes.
    """
    w = check_square("weights", weights)
    labels = np.zeros(len(w)) if classes is None else np.asarray(classes)
    check_shape("classes", labels, (len(w),), "Give one class for each column.")
    # without autapses, the diagonal is no sample of the distribution
    is_counted = np.ones(w.shape, bool)
    if not np.any(np.diagonal(w)):
        np.fill_diagonal(is_counted, False)
    names = np.unique(labels)
    # the entries of all columns of a class
    samples = [w[is_counted & (labels == name)[None, :]] for name in names]
    means = np.array([x.mean() if x.size else 0.0 for x in samples])
    variances = np.array([x.var() if x.size else 0.0 for x in samples])
    counts = np.array([np.sum(labels == name) for name in names])
    return RandomMatrix(
        radius=np.asarray(np.sqrt(np.sum(counts * variances))),
        outlier=np.asarray(np.sum(counts * means)),
        means=means,
        variances=variances,
        counts=counts,
        row_sums=w.sum(axis=1),
    )
