"""The Lyapunov equations of stationary covariances, by doubling: matrix products."""

import jax
from jax import Array
import jax.numpy as jnp
from jaxtyping import Bool, Float

from ..._types import Matrix, Scalar


DOUBLINGS = 42
"""2^42 steps: enough for what shrinks by more than 1e-9 in each."""


def spectral_size(matrix: Matrix) -> Scalar:
    """The spectral radius, by Gelfand's formula with the power 2^42.

    To rounding; without eigenvalues, which TPUs do not have, and differentiable.
    """
    log = jnp.zeros((), matrix.dtype)

    def double(carry: tuple[Array, Array, Array], _: None) -> tuple[tuple, None]:
        power, log, weight = carry
        square = jnp.sum(power**2)
        gone = square == 0
        norm = jnp.sqrt(jnp.where(gone, 1, square))
        log = log + jnp.where(gone, -jnp.inf, weight * jnp.log(norm))
        power = power / norm
        return (power @ power, log, weight / 2), None

    start = (matrix, log, jnp.ones((), matrix.dtype))
    (_, log, _), _ = jax.lax.scan(double, start, length=DOUBLINGS)
    return jnp.exp(log)


def discrete_lyapunov(
    a: Matrix, q: Matrix, stable: Bool[Array, ""]
) -> tuple[Matrix, Scalar]:
    """The X of `X = A X A^T + Q`, and its residual relative to the largest entry.

    Doubling (Smith 1968): `X <- X + A X A^T`, `A <- A^2` sums twice as many terms of
    `sum_k A^k Q (A^T)^k` each time. NaN where A is not `stable`.
    """
    # powers of what is not would overflow
    a = jnp.where(stable, a, 0)

    def double(carry: tuple[Array, Array], _: None) -> tuple[tuple, None]:
        x, power = carry
        return (x + power @ x @ power.T, power @ power), None

    (x, _), _ = jax.lax.scan(double, (q, a), length=DOUBLINGS)
    x = (x + x.T) / 2
    scale = jnp.max(jnp.abs(x))
    wrong = jnp.max(jnp.abs(a @ x @ a.T + q - x)) / jnp.where(scale > 0, scale, 1)
    return jnp.where(stable, x, jnp.nan), jnp.where(stable, wrong, jnp.nan)


def continuous_lyapunov(
    a: Matrix, q: Matrix, margin: float
) -> tuple[Matrix, Scalar, Float[Array, ""], Bool[Array, ""]]:
    """The X of `A X + X A^T + Q = 0`, its residual, the abscissa, and whether stable.

    As the discrete equation of the Cayley transform `(s - A)^-1 (s + A)`, for any
    positive s, with `2 s (s - A)^-1 Q (s - A)^-T`. The abscissa (the largest real part
    of the eigenvalues) is that of the spectral radius of `exp(A / s)`; stable means
    below `-margin s`, s being the size of A.
    """
    n = a.shape[0]
    identity = jnp.eye(n, dtype=a.dtype)
    size = jnp.linalg.norm(a) / jnp.sqrt(jnp.asarray(n, a.dtype))
    s = jnp.where(size > 0, size, 1)
    abscissa = s * jnp.log(spectral_size(jax.scipy.linalg.expm(a / s)))
    stable = abscissa < -margin * s
    # any stable matrix in place of one that is not: its answer is not used
    safe = jnp.where(stable, a, -s * identity)
    both = jnp.linalg.solve(s * identity - safe, jnp.hstack([s * identity + safe, q]))
    cayley, half = both[:, :n], both[:, n:]
    whole = 2 * s * jnp.linalg.solve(s * identity - safe, half.T).T
    x, _ = discrete_lyapunov(cayley, (whole + whole.T) / 2, stable)
    scale = jnp.max(jnp.abs(x))
    wrong = jnp.max(jnp.abs(a @ x + x @ a.T + q)) / (s * jnp.where(scale > 0, scale, 1))
    return x, wrong, abscissa, stable
