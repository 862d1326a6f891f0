"""How far a matrix is from normal, and the transient growth that this allows."""

from typing import final

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
import numpy as np

from ..._arguments import checks_arguments
from ..._checks import check, check_count, check_not_negative, numeric_array
from ..._progress import compiling, reporting
from ..._show import AbstractShown, counted, number, quantities, Table
from ..._types import ArrayLike, Numbers
from .._arguments import check_square, check_vector


@checks_arguments
def henrici(matrix: Numbers, *, relative: bool = True) -> float:
    """Return Henrici's departure from normality, `sqrt(|A|_F^2 - sum |eigenvalue|^2)`.

    By default relative to the Frobenius norm, in [0, 1]. It is 0 for a normal matrix
    (Trefethen & Embree 2005, ch. 48). Raises `ValueError` unless `matrix` is a square
    matrix of finite numbers.
    """
    a = check_square("matrix", matrix)
    squared_norm = float(np.sum(a**2))
    squared_moduli = float(np.sum(np.abs(np.linalg.eigvals(a)) ** 2))
    departure = max(squared_norm - squared_moduli, 0.0)
    scale = (squared_norm or 1.0) if relative else 1.0
    return float(np.sqrt(departure / scale))


@checks_arguments
def numerical_abscissa(matrix: Numbers) -> float:
    """Return the largest eigenvalue of `(A + A') / 2`, the fastest growth at time 0.

    It bounds the growth rate of |x| under `dx/dt = A x`. Positive in a stable system
    (all eigenvalues of A with negative real part), it means transient growth. Raises
    `ValueError` as `henrici`.
    """
    a = check_square("matrix", matrix)
    return float(np.linalg.eigvalsh((a + a.T) / 2)[-1])


@final
class Amplification(AbstractShown, eqx.Module):
    """The largest growth of a displacement by each time, under `dx/dt = A x`.

    **Attributes** (NumPy): `times` and `gain` (the spectral norm of `exp(A t)`), both
    `(times,)`; `peak` and `peak_time`; `direction`, `(n,)`: the displacement that has
    grown most at `peak_time`.
    """

    times: np.ndarray
    gain: np.ndarray
    peak: float
    peak_time: float
    direction: np.ndarray

    def _table(self) -> Table:
        about = f"gain {number(self.peak)} at time {number(self.peak_time)}"
        return quantities(self, about)


@checks_arguments
def amplification(
    matrix: Numbers, times: Numbers, *, progress: bool | None = None
) -> Amplification:
    """Compute `max |exp(A t) x| / |x|` at the given times, in float64.

    Times are in the inverse unit of the matrix; `progress` as in `fit`. Raises
    `ValueError` unless `matrix` is a square matrix of finite numbers, for times that
    are negative or not a list, and if `exp(A t)` overflows.
    """
    a = check_square("matrix", matrix)
    t = numeric_array("times", times).astype(np.float64)
    check_vector("times", t, "One time t is [t].")
    check_not_negative("times", t, "Time runs forward.")
    with reporting(progress, "amplification", "times", len(t)) as display:
        with jax.enable_x64(True):
            exponentials = np.asarray(_exponentials(jnp.asarray(a), jnp.asarray(t)))
        is_finite = np.isfinite(exponentials).all((1, 2))
        shortest = np.min(t[~is_finite], initial=np.inf)
        rule, remedy = "leave exp(A t) finite", "Use shorter times."
        check(is_finite.all(), "times", rule, f"{shortest:g}", remedy)
        # the gain is the largest singular value; its right vector is the direction
        display.say("decomposing the exponentials ...")
        _, singular_values, right = np.linalg.svd(exponentials)
        display.close(f"{counted(len(t), 'time')} in {display.seconds}")
    gain = singular_values[:, 0]
    peak = int(np.argmax(gain))
    return Amplification(
        times=t,
        gain=gain,
        peak=float(gain[peak]),
        peak_time=float(t[peak]),
        direction=right[peak, 0],
    )


@jax.jit
def _exponentials(a: Array, times: Array) -> Array:
    """Return `exp(A t)`, `(times, n, n)`, also where A t is large."""
    compiling("the exponentials")
    return jax.lax.map(lambda t: jax.scipy.linalg.expm(a * t, max_squarings=64), times)


@checks_arguments
def kreiss_bound(
    jacobian: ArrayLike,
    *,
    points: tuple[int, int] = (12, 8),
    progress: bool | None = None,
) -> np.ndarray:
    """Return a lower bound of `sup_t |exp(J t)|` from pseudospectra; at least 1.

    The bound is the Kreiss constant, the supremum over the right half plane of Re z
    divided by the smallest singular value of (z I - J) (Trefethen & Embree 2005,
    eq. 14.6). It is taken over a grid, which keeps it a lower bound. Infinite if J is
    unstable (largest real part beyond rounding); 1 for a stable normal matrix.

    **Arguments:** `jacobian` `(N, N)`; `points`, the numbers of real parts
    (logarithmic) and imaginary parts of the grid; and `progress`, as in `fit`. Raises
    `ValueError` unless `jacobian` is a square matrix of finite numbers.
    """
    j = check_square("jacobian", jacobian)
    counts = list(points)
    rule, remedy = "be two whole numbers", "Give (real parts, imaginary parts)."
    check(len(counts) == 2, "points", rule, f"{len(counts)} of them", remedy)
    num_real, num_imaginary = (check_count("points", x, at_least=1) for x in counts)
    values = np.linalg.eigvals(j)
    # the grid is relative to the norm of J, which bounds its eigenvalues
    norm = float(np.linalg.norm(j, 2)) or 1.0
    if values.real.max() > 1e-12 * norm:
        return np.asarray(np.inf)
    # the spectrum is symmetric about the real axis, so imaginary parts start at 0, and
    # are all 0 if the eigenvalues are real
    largest = np.abs(values.imag).max()
    imaginary_parts = np.linspace(0.0, largest, num_imaginary if largest else 1)
    bound, num_done = 1.0, 0
    num_points = num_real * len(imaginary_parts)
    with reporting(progress, "kreiss_bound", "points", num_points) as display:
        for y in imaginary_parts:
            for x in norm * np.geomspace(1e-3, 1.0, num_real):
                # the norm of the resolvent is 1 over the smallest singular value
                resolvent = np.linalg.inv(complex(x, y) * np.eye(len(j)) - j)
                bound = max(bound, x * _spectral_norm_bound(resolvent))
                num_done += 1
                display.show(num_done)
        display.close(f"{bound:.4g} from {num_points} points in {display.seconds}")
    return np.asarray(bound)


def _spectral_norm_bound(matrix: np.ndarray, num_iterations: int = 6) -> float:
    """Return a lower bound of the spectral norm by power iteration.

    An SVD at each point of a grid would be slow. |M x| for a unit x never exceeds the
    norm.
    """
    # the conjugate of the largest row is close to the leading right singular vector
    x = matrix[np.argmax(np.linalg.norm(matrix, axis=1))].conj()
    for _ in range(num_iterations):
        x = matrix.conj().T @ (matrix @ (x / np.linalg.norm(x)))
    return float(np.linalg.norm(matrix @ (x / np.linalg.norm(x))))
