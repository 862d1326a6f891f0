"""Arrays of activity: validation, and projection onto axes."""

import functools

import jax
from jax import Array
import jax.numpy as jnp
import numpy as np

from ..._checks import check, check_axes, describe, is_concrete, numeric_array
from ..._types import Numbers
from ...dynamics import along_units
from .._arguments import check_last_axis


def as_data(name: str, value: Numbers, axes: str) -> Array:
    """Return finite floats with the given axes, such as "*batch time units".

    Integers become floats of the default precision and 16-bit floats become float32,
    as JAX has no matrix decompositions for either. Anything else is an error.
    """
    # dtypes that have matrix decompositions
    if not isinstance(value, jax.Array):
        value = numeric_array(name, value)
    array = jnp.asarray(value)
    if not jnp.issubdtype(array.dtype, jnp.floating):
        is_integer = jnp.issubdtype(array.dtype, jnp.integer) or array.dtype == bool
        got = describe(value)
        check(is_integer, name, "be real numbers", got, "Cast with .astype.")
        array = array.astype(float)
    if jnp.finfo(array.dtype).bits < 32:
        array = array.astype(jnp.float32)

    check_axes(name, array, axes)
    # values, unless they are traced
    if is_concrete(array):
        num_bad = int(np.sum(~np.isfinite(np.asarray(array))))
        remedy = "Leave out the trials, times or units that have none."
        got = f"{num_bad} entries that are not"
        check(num_bad == 0, name, "be finite", got, remedy)
    return array


def common_dtype(*arrays: Array) -> tuple[Array, ...]:
    """Return the arrays in the widest of their dtypes."""
    dtype = functools.reduce(np.promote_types, (array.dtype for array in arrays))
    return tuple(array.astype(dtype) for array in arrays)


def check_varies(name: str, value: Array) -> None:
    """Validate that concrete activity of at least one unit varies."""
    if not is_concrete(value):
        return
    samples = np.asarray(value.reshape(-1, value.shape[-1]))
    varies = np.any(np.ptp(samples, axis=0) > 0)
    got, remedy = "the same in every sample", "It has no dimension."
    check(varies, name, "vary", got, remedy)


def project(activity: Numbers, mean: Array, axes: Array) -> Array:
    """Project activity `(*batch, units)` minus a mean onto the rows of `axes`."""
    data = as_data("activity", activity, "*batch units")
    check_last_axis("activity", data, len(mean), "Units come last.")
    return _project(data, mean, axes)


@jax.jit
def _project(data: Array, mean: Array, axes: Array) -> Array:
    data, mean, axes = common_dtype(data, mean, axes)
    return (data - along_units(mean, data)) @ axes.T


def fix_signs(rows: Array) -> Array:
    """Return rows with the sign that makes the largest entry of each positive."""
    largest = jnp.argmax(jnp.abs(rows), axis=1)[:, None]
    return rows * jnp.sign(jnp.take_along_axis(rows, largest, axis=1))
