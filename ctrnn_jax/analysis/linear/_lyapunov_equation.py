"""Solve the Lyapunov equations of stationary covariances by doubling.

Doubling consists of matrix products, which all devices have, under `jit` and `vmap`.
"""

import jax
from jax import Array
import jax.numpy as jnp
from jaxtyping import Bool, Float

from ..._types import Matrix, Scalar
from ...constraints import radius_bound


DOUBLINGS = 42
"""2^42 steps are enough for maps that contract by more than 1e-9 in each step."""


def discrete_lyapunov(
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


def continuous_lyapunov(
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
    x, _ = discrete_lyapunov(cayley, symmetric_q, stable)

    scale = jnp.max(jnp.abs(x))
    imbalance = jnp.max(jnp.abs(a @ x + x @ a.T + q))
    residual = imbalance / (s * jnp.where(scale > 0, scale, 1))
    return x, residual, abscissa, stable
