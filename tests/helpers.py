"""Tolerances and comparisons shared by the tests."""

import jax
import jax.numpy as jnp
import numpy as np


RTOL = {"float64": 1e-10, "float32": 1e-5}
ATOL = {"float64": 1e-12, "float32": 1e-6}
STANDARD_ERRORS = 5.0


def close(actual, desired, *, dtype="float64", scale=1.0):
    """Assert that two trees of arrays agree to the tolerance of a dtype."""
    actual_leaves, actual_def = jax.tree.flatten(actual)
    desired_leaves, desired_def = jax.tree.flatten(desired)
    assert actual_def == desired_def
    for a, b in zip(actual_leaves, desired_leaves, strict=True):
        np.testing.assert_allclose(
            np.asarray(a),
            np.asarray(b),
            rtol=scale * RTOL[dtype],
            atol=scale * ATOL[dtype],
        )


def identical(first, second) -> bool:
    """Whether two trees are the same to the bit, dtypes and structure included."""
    (leaves, structure), (others, other) = map(jax.tree.flatten, (first, second))
    return structure == other and all(map(_same_bits, leaves, others))


def _same_bits(a, b) -> bool:
    # NumPy compares without a compiled program for each shape
    if type(a) is not type(b) or not isinstance(a, (jax.Array, np.ndarray, np.generic)):
        return type(a) is type(b) and a == b
    if jnp.issubdtype(a.dtype, jax.dtypes.prng_key):
        return a.dtype == b.dtype and _same_bits(*map(jax.random.key_data, (a, b)))
    same = (a.dtype, a.shape) == (b.dtype, b.shape)
    return same and np.asarray(a).tobytes() == np.asarray(b).tobytes()


def has_float64(tree) -> bool:
    """Whether any leaf is float64 (for tests that none leaks from a float32 net)."""
    return any(
        getattr(leaf, "dtype", None) == np.float64 for leaf in jax.tree.leaves(tree)
    )
