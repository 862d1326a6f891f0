"""One Levenberg-Marquardt step for the force F(v), from a cheap Gram matrix."""

import jax
from jax import Array
import jax.numpy as jnp

from .._vector_field import VectorField


def _factors(field: VectorField, v: Array) -> tuple[Array, Array, Array]:
    """Return a, B and s such that J = dF/dv is `diag(a) + B diag(s)`.

    Where rates are the state, slopes are on the left of the weights. The factors are
    then those of the transposed Jacobian J'.
    """
    leak, by_current, by_rate = field.slopes(v)
    if field.form.rates_are_state:
        return leak, field.w_hid.T, by_current
    return leak, by_current[:, None] * field.w_hid, by_rate


def gram_of(field: VectorField) -> Array | None:
    """Return B'B, `(units, units)`, if it is common to all states, else `None`.

    With it, J'J costs O(N^2) per state: `J = W D - 1` gives
    `J'J = 1 - W D - D W' + D (W'W) D` with D diagonal, and W'W does not depend on the
    state. Where the slopes are on the left (`J = D W - 1`) it is W W', for JJ'.
    """
    if not (field.form.rates_are_state or field.form.rates_are_activation):
        return None
    _, b, _ = _factors(field, jnp.zeros_like(field.drive))
    return b.T @ b


def damped_step(
    field: VectorField, gram: Array | None, v: Array, force: Array, damping: Array
) -> tuple[Array, Array]:
    """Return the step `-(J'J + damping)^-1 J'F` and the gradient J'F, `(units,)`.

    Where the slopes are on the left of the weights, the equal expression
    `-J'(JJ' + damping)^-1 F` is used, as JJ' is the matrix that the Gram matrix makes
    cheap there.
    """
    leak, b, slopes = _factors(field, v)
    # M'M for M = diag(leak) + B diag(slopes)
    cross = leak[:, None] * b * slopes[None, :]
    quadratic = slopes[:, None] * (b.T @ b if gram is None else gram) * slopes[None, :]
    normal = jnp.diag(leak**2) + cross + cross.T + quadratic
    if not field.form.rates_are_state:
        gradient = leak * force + slopes * (b.T @ force)
        return -_solve_damped(normal, damping, gradient), gradient

    def transposed_jacobian_times(y: Array) -> Array:
        return leak * y + b @ (slopes * y)

    step = -transposed_jacobian_times(_solve_damped(normal, damping, force))
    return step, transposed_jacobian_times(force)


def _solve_damped(matrix: Array, damping: Array, rhs: Array) -> Array:
    """Solve `(matrix + damping) x = rhs` by Cholesky; the matrix is positive."""
    matrix = matrix + damping * jnp.eye(len(rhs), dtype=rhs.dtype)
    factor = jax.lax.linalg.cholesky(matrix, symmetrize_input=False)
    return jax.scipy.linalg.cho_solve((factor, True), rhs)
