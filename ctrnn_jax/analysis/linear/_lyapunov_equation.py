"""Solve the Lyapunov equations of stationary covariances by doubling.

Doubling consists of matrix products, which all devices have, under `jit` and `vmap`.
"""

import jax
from jax import Array
import jax.numpy as jnp
from jaxtyping import Bool, Float
import numpy as np

from ..._arguments import checks_arguments
from ..._checks import check, describe, is_concrete
from ..._types import ArrayLike, Matrix, Scalar
from ...constraints import radius_bound
from .._arguments import real_array


DOUBLINGS = 42
"""2^42 steps are enough for maps that contract by more than 1e-9 in each step."""

MARGIN = 1e-9
"""A map is stable if its spectral radius is below 1 by this, a flow if its abscissa is
below 0 by this share of its norm: in double precision. See `margin_of`."""


@checks_arguments
def discrete_lyapunov(a: ArrayLike, q: ArrayLike) -> Matrix:
    """Return the solution X of `X = A X A^T + Q`, by doubling (Smith 1968).

    It is the covariance of `x_{t+1} = A x_t + noise` of covariance Q. The signs are
    those of `scipy.linalg.solve_discrete_lyapunov`.

    **Arguments:**

    - `a`: `(n, n)`, real.
    - `q`: `(n, n)`, symmetric, as a covariance is.

    **Returns:** X `(n, n)`; NaN unless all eigenvalues of A are inside the unit circle.
    Raises `ValueError` for other shapes, for numbers that are not finite, and unless
    Q is symmetric.

    **Example:**

    >>> a, q = jnp.array([[0.5]]), jnp.array([[3.0]])
    >>> float(cj.analysis.discrete_lyapunov(a, q)[0, 0])
    4.0
    """
    a, q = _matrices(a, q)
    stable = radius_bound(a, doublings=DOUBLINGS) < 1 - margin_of(a)
    return solve_discrete(a, q, stable)[0]


@checks_arguments
def continuous_lyapunov(a: ArrayLike, q: ArrayLike) -> Matrix:
    """Return the solution X of `A X + X A^T = Q`.

    The covariance of `dx = A x dt + noise` of covariance D per unit of time is that for
    `Q = -D`. The signs are those of `scipy.linalg.solve_continuous_lyapunov`.

    **Arguments** and errors as `discrete_lyapunov`.

    **Returns:** X `(n, n)`; NaN unless all eigenvalues of A have negative real parts.

    **Example:**

    >>> a, q = jnp.array([[-2.0]]), jnp.array([[-4.0]])
    >>> float(cj.analysis.continuous_lyapunov(a, q)[0, 0])
    1.0
    """
    a, q = _matrices(a, q)
    x, _, _, stable = solve_continuous(a, -q, margin_of(a))
    return jnp.where(stable, x, jnp.nan)


def margin_of(a: Array) -> float:
    """Return `MARGIN`, or 100 units of rounding if that is larger."""
    return max(MARGIN, 100 * float(jnp.finfo(a.dtype).eps))


def _matrices(a: ArrayLike, q: ArrayLike) -> tuple[Array, Array]:
    """Validate two square matrices of one shape; return them in one float dtype."""
    a, q = real_array("a", a), real_array("q", q)
    remedy = "For example A of shape (3, 3) and Q of shape (3, 3)."
    is_square = a.ndim == 2 and a.shape[0] == a.shape[1] and a.size > 0
    check(is_square, "a", "be a square matrix", f"shape {a.shape}", remedy)
    rule = f"have the shape of `a`, {a.shape}"
    check(q.shape == a.shape, "q", rule, f"shape {q.shape}", remedy)
    if is_concrete(q):
        entries = np.asarray(q)
        rounding = 1e-5 * np.abs(entries).max()
        is_symmetric = np.allclose(entries, entries.T, rtol=0, atol=rounding)
        got = f"{describe(q)} that is not"
        check(is_symmetric, "q", "be symmetric", got, "It is a covariance.")
    dtype = jnp.promote_types(a.dtype, q.dtype)
    dtype = dtype if jnp.issubdtype(dtype, jnp.floating) else jnp.zeros(()).dtype
    return a.astype(dtype), q.astype(dtype)


def solve_discrete(
    a: Matrix, q: Matrix, stable: Bool[Array, ""]
) -> tuple[Matrix, Scalar]:
    """Solve `X = A X A^T + Q`; return X and its residual over its largest entry.

    Doubling (Smith 1968): each `X <- X + A X A^T`, `A <- A^2` doubles the number of
    summed terms of `sum_k A^k Q (A^T)^k`. Both results are NaN if A is not `stable`.
    """
    # powers of an unstable matrix would overflow
    a = jnp.where(stable, a, 0)

    def double(carry: tuple[Array, Array], _: None) -> tuple[tuple[Array, Array], None]:
        x, power = carry
        return (x + power @ x @ power.T, power @ power), None

    (x, _), _ = jax.lax.scan(double, (q, a), length=DOUBLINGS)
    # rounding errors leave X slightly asymmetric
    x = (x + x.T) / 2
    scale = jnp.max(jnp.abs(x))
    residual = jnp.max(jnp.abs(a @ x @ a.T + q - x)) / jnp.where(scale > 0, scale, 1)
    return jnp.where(stable, x, jnp.nan), jnp.where(stable, residual, jnp.nan)


def solve_continuous(
    a: Matrix, q: Matrix, margin: float
) -> tuple[Matrix, Scalar, Float[Array, ""], Bool[Array, ""]]:
    """Solve `A X + X A^T + Q = 0`; return X, residual, abscissa and stability.

    The equation is equivalent to the discrete equation of the Cayley transform
    `(s - A)^-1 (s + A)`, for any positive s, with `2 s (s - A)^-1 Q (s - A)^-T` in
    place of Q. The abscissa is the largest real part of the eigenvalues, from the
    spectral radius of `exp(A / s)`. A is stable if it is below `-margin s`, where s is
    the Frobenius norm of A over sqrt(n).
    """
    n = a.shape[0]
    identity = jnp.eye(n, dtype=a.dtype)
    norm = jnp.linalg.norm(a) / jnp.sqrt(jnp.asarray(n, a.dtype))
    s = jnp.where(norm > 0, norm, 1)
    flow = jax.scipy.linalg.expm(a / s)
    abscissa = s * jnp.log(radius_bound(flow, doublings=DOUBLINGS))
    stable = abscissa < -margin * s
    # an unstable matrix is replaced by a stable one, whose solution is not used
    safe = jnp.where(stable, a, -s * identity)

    # one solve gives the Cayley transform and (s - A)^-1 Q
    s_plus_a_and_q = jnp.hstack([s * identity + safe, q])
    solved = jnp.linalg.solve(s * identity - safe, s_plus_a_and_q)
    cayley, left_solved = solved[:, :n], solved[:, n:]
    discrete_q = 2 * s * jnp.linalg.solve(s * identity - safe, left_solved.T).T
    symmetric_q = (discrete_q + discrete_q.T) / 2
    x, _ = solve_discrete(cayley, symmetric_q, stable)

    scale = jnp.max(jnp.abs(x))
    imbalance = jnp.max(jnp.abs(a @ x + x @ a.T + q))
    residual = imbalance / (s * jnp.where(scale > 0, scale, 1))
    return x, residual, abscissa, stable
