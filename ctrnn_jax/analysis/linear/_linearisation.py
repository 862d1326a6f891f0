"""Linear dynamics around a state: selection vectors, and how far from normal they are.

Jacobians along trajectories are those of `jacobian` and `step_jacobian`.
"""

from typing import Any

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
import numpy as np

from ..._checks import check_count, check_not_negative, invalid
from ..._types import Numbers
from ...dynamics import CurrentForm
from ...network import effective
from .._eigenmodes import modes, square
from .._vector_field import check_autonomous
from ..fixed_points import exact_field


class Selection(eqx.Module):
    """How one mode of the linear dynamics at a state takes up inputs and is read out.

    Near the state `d(dv)/dt = J dv + B du`, and a mode's amplitude a obeys
    `da/dt = eigenvalue a + inputs @ du`.

    **Attributes** (NumPy, complex128, or float64 where the mode is real):

    - `eigenvalue`: of the mode, 1/ms.
    - `right`: `(n_hidden,)`, the direction in which it appears, of length 1: the line
        attractor, where the mode is slow.
    - `left`: `(n_hidden,)`, the selection vector: `left.conj() @ dv` is the amplitude.
    - `inputs`: `(n_in,)`, what a unit of each input channel adds to the amplitude per
        ms.
    - `outputs`: `(n_out,)`, what a unit of the amplitude adds to each output.
    """

    eigenvalue: np.ndarray
    right: np.ndarray
    left: np.ndarray
    inputs: np.ndarray
    outputs: np.ndarray


def selection(
    net: Any, potentials: Numbers, inputs: Numbers | None = None, *, rank: int = 0
) -> Selection:
    """Selection vector and line of one mode at a state (Mante et al. 2013).

    In float64.

    **Arguments:**

    - `net`: a network without noise and short-term plasticity.
    - `potentials`: the state, `(n_hidden,)`, usually a fixed or slow point.
    - `inputs`: the frozen input, `(n_in,)`; left out: zeros.
    - `rank`: 0 is the mode whose eigenvalue is nearest to 0 (the slowest to decay or to
        grow), 1 the next, and so on.

    **Raises:** `ValueError` as `jacobian`, and for a rank beyond the number of units.
    """
    net = check_autonomous(net)
    v = np.asarray(potentials, np.float64)
    u = np.asarray(np.zeros(net.n_in) if inputs is None else inputs, np.float64)
    if v.shape != (net.n_hidden,) or u.shape != (net.n_in,):
        raise invalid(
            "potentials",
            f"be one state ({net.n_hidden},) with one input ({net.n_in},)",
            f"shapes {v.shape} and {u.shape}",
            "Loop over states.",
        )
    if check_count("rank", rank, at_least=0) >= net.n_hidden:
        raise invalid(
            "rank", f"be below the {net.n_hidden} units", rank, "0 is the slowest."
        )
    with jax.enable_x64(True):
        field = exact_field(net, u)
        here = jnp.asarray(v)
        flow = field.jacobian(here)
        slopes = np.asarray(field.slopes(here))
        tau = np.broadcast_to(np.asarray(field.tau), v.shape)
        weights = jax.tree.map(lambda x: np.asarray(x, np.float64), effective(net))
    into, out = weights.w_in / tau[:, None], weights.w_out
    if type(net.form) is CurrentForm:
        out = out * slopes
    else:
        into = slopes[:, None] * into
    found = modes(np.asarray(flow))
    at = np.argsort(np.abs(found.eigenvalues), kind="stable")[rank]
    value, right, left = found.eigenvalues[at], found.right[:, at], found.left[:, at]
    if np.imag(value) == 0:
        value, right, left = np.real(value), np.real(right), np.real(left)
    return Selection(np.asarray(value), right, left, left.conj() @ into, out @ right)


def henrici(matrix: Numbers, *, relative: bool = True) -> float:
    """Henrici's departure from normality, `sqrt(|A|_F^2 - sum |eigenvalue|^2)`.

    Relative to the Frobenius norm, in [0, 1], unless asked otherwise; 0 for a normal
    matrix (Trefethen & Embree 2005, ch. 48). Raises `ValueError` for what is not a
    square matrix of finite numbers.
    """
    a = square("matrix", matrix)
    whole = float(np.sum(a**2))
    rest = max(whole - float(np.sum(np.abs(np.linalg.eigvals(a)) ** 2)), 0.0)
    if not relative:
        return float(np.sqrt(rest))
    return float(np.sqrt(rest / whole)) if whole else 0.0


def numerical_abscissa(matrix: Numbers) -> float:
    """The largest eigenvalue of `(A + A') / 2`: the fastest growth of |x| at time 0.

    Positive with all eigenvalues of A on the left: transient growth. Raises as
    `henrici`.
    """
    a = square("matrix", matrix)
    return float(np.linalg.eigvalsh((a + a.T) / 2)[-1])


class Amplification(eqx.Module):
    """The most that a displacement can grow by each time, under `dx/dt = A x`.

    **Attributes** (NumPy): `times`, `gain` (the spectral norm of `exp(A t)`), both
    `(times,)`; `peak` and `peak_time`; `direction`, `(n,)`: what grows most by then.
    """

    times: np.ndarray
    gain: np.ndarray
    peak: float
    peak_time: float
    direction: np.ndarray


def amplification(matrix: Numbers, times: Numbers) -> Amplification:
    """`max |exp(A t) x| / |x|` at some times, in the inverse unit of the matrix.

    In float64. Raises `ValueError` for what is not a square matrix of finite numbers,
    for times that are negative or not a list, and if `exp(A t)` overflows.
    """
    a, t = square("matrix", matrix), np.asarray(times, np.float64)
    if t.ndim != 1 or not len(t):
        raise invalid("times", "be a list of times", f"shape {t.shape}", "In ms.")
    check_not_negative("times", t, "Time runs forward.")
    with jax.enable_x64(True):
        powers = np.asarray(_exponentials(jnp.asarray(a), jnp.asarray(t)))
    finite = np.isfinite(powers).all((1, 2))
    if not finite.all():
        got = f"{t[~finite].min():g}"
        raise invalid("times", "leave exp(A t) finite", got, "Look at shorter times.")
    _, singular, right = np.linalg.svd(powers)
    gain = singular[:, 0]
    best = int(np.argmax(gain))
    return Amplification(t, gain, float(gain[best]), float(t[best]), right[best, 0])


@jax.jit
def _exponentials(a: Array, times: Array) -> Array:
    return jax.lax.map(lambda t: jax.scipy.linalg.expm(a * t, max_squarings=64), times)
