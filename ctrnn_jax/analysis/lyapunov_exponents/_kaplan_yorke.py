"""The Kaplan-Yorke dimension of an attractor, from its Lyapunov exponents."""

from collections.abc import Sequence
import functools

import jax
from jax import Array
import jax.numpy as jnp
import numpy as np

from ..._arguments import checks_arguments
from ..._checks import check_not_negative, check_shape
from ..._types import ArrayLike
from .._arguments import check_vector, real_array


def zero_within_error(exponents: Array, standard_error: Array | None) -> Array:
    """Return the exponents, with those within two standard errors of 0 set to 0."""
    if standard_error is None:
        return exponents
    return jnp.where(jnp.abs(exponents) < 2 * standard_error, 0, exponents)


@checks_arguments
def kaplan_yorke(
    exponents: ArrayLike | Sequence[float | int],
    *,
    standard_error: ArrayLike | Sequence[float | int] | None = None,
    complete: bool = True,
) -> Array:
    """Return the Kaplan-Yorke (Lyapunov) dimension of an attractor.

        D = j + (l_1 + ... + l_j) / |l_(j+1)|

    with j the largest number of leading exponents whose sum is not negative (Kaplan &
    Yorke 1979); 0 if all are negative.

    **Arguments:**

    - `exponents`: `(k,)`, in any unit and order.
    - `standard_error`: of each exponent; those within two standard errors of 0 count as
        0. Along a trajectory one exponent is 0, and an estimate of -1e-4 would make a
        cycle a point.
    - `complete`: whether these are all exponents. If not, and their sum is not
        negative, the dimension is NaN.

    Raises `ValueError` if `exponents` is not a list of real numbers, and for standard
    errors of another shape or below 0.

    **Example:**

    >>> round(float(cj.analysis.kaplan_yorke(jnp.array([0.9, 0.0, -14.6]))), 3)
    2.062
    """
    values = real_array("exponents", exponents, finite=False)
    check_vector("exponents", values, "For many spectra use jax.vmap.")
    if not jnp.issubdtype(values.dtype, jnp.floating):
        values = values.astype(float)
    errors = None
    if standard_error is not None:
        errors = real_array("standard_error", standard_error)
        remedy = "Give one for each exponent."
        check_shape("standard_error", errors, values.shape, remedy)
        remedy = "It is a standard deviation."
        check_not_negative("standard_error", errors, remedy)
    return _dimension(values, errors, complete)


@functools.partial(jax.jit, static_argnames="complete")
def _dimension(values: Array, errors: Array | None, complete: bool) -> Array:
    # in falling order; j leading exponents have a sum that is not negative
    values = -jnp.sort(-zero_within_error(values, errors))
    partial_sums = jnp.cumsum(values)
    j = jnp.sum(partial_sums >= 0)
    count = values.shape[0]
    leading_sum = jnp.where(j > 0, partial_sums[jnp.maximum(j - 1, 0)], 0)
    following = values[jnp.minimum(j, count - 1)]
    # if no exponent follows, all dimensions expand, or the dimension is not known
    without_following = jnp.asarray(count if complete else np.nan, values.dtype)
    with_following = j.astype(values.dtype) + leading_sum / jnp.abs(following)
    dimension = jnp.where(j < count, with_following, without_following)
    return jnp.where(jnp.any(jnp.isnan(values)), jnp.nan, dimension)
