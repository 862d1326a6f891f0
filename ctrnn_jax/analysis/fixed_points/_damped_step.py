"""One Levenberg-Marquardt step for the force F(v), from a cheap Gram matrix."""

import jax
from jax import Array
import jax.numpy as jnp

from ...dynamics import CurrentForm
from .._vector_field import VectorField


def gram_of(field: VectorField) -> Array:
    """Return the matrix product that is common to all states, `(units, units)`.

    With it, J'J costs O(N^2) per state: `J = W D - 1` gives
    `J'J = 1 - W D - D W' + D (W'W) D` with D diagonal, and W'W does not depend on the
    state. Where the slopes are on the left (`J = (D P - 1) / s`) it is P P', for JJ'.
    """
    if type(field.form) is CurrentForm:
        return field.w_hid.T @ field.w_hid
    mixing = field.mixing()
    return field.w_hid if mixing is None else mixing[0] @ mixing[0].T


def damped_step(
    field: VectorField, gram: Array, v: Array, force: Array, damping: Array
) -> tuple[Array, Array]:
    """Return the step `-(J'J + damping)^-1 J'F` and the gradient J'F, `(units,)`.

    Where the slopes are on the left of the weights, the equal expression
    `-J'(JJ' + damping)^-1 F` is used, as JJ' is the matrix that the Gram matrix makes
    cheap there.
    """
    eye = jnp.eye(len(v), dtype=v.dtype)
    # slopes on the right: J = W D - 1
    if type(field.form) is CurrentForm:
        slopes = field.slopes(v)
        wd = field.w_hid * slopes[None, :]
        normal = eye - wd - wd.T + slopes[:, None] * gram * slopes[None, :]
        gradient = wd.T @ force - force
        return -_solve_damped(normal, damping, gradient), gradient

    # a custom form: its Jacobian is known only by differentiation
    mixing = field.mixing()
    if mixing is None:
        jacobian = field.force_jacobian(v)
        gradient = jacobian.T @ force
        return -_solve_damped(jacobian.T @ jacobian, damping, gradient), gradient

    # slopes on the left: J = (D P - 1) / s
    slopes, scale = field.slopes(v), jnp.broadcast_to(mixing[1], v.shape)
    dp = slopes[:, None] * mixing[0]
    normal = eye - dp - dp.T + slopes[:, None] * gram * slopes[None, :]
    normal = normal / (scale[:, None] * scale[None, :])

    def transposed_jacobian_times(y: Array) -> Array:
        return dp.T @ (y / scale) - y / scale

    step = -transposed_jacobian_times(_solve_damped(normal, damping, force))
    return step, transposed_jacobian_times(force)


def _solve_damped(matrix: Array, damping: Array, rhs: Array) -> Array:
    """Solve `(matrix + damping) x = rhs` by Cholesky; the matrix is positive."""
    matrix = matrix + damping * jnp.eye(len(rhs), dtype=rhs.dtype)
    factor = jax.lax.linalg.cholesky(matrix, symmetrize_input=False)
    return jax.scipy.linalg.cho_solve((factor, True), rhs)
