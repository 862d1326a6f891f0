"""Tolerances and comparisons shared by the tests."""

import equinox as eqx
import jax
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
    return bool(eqx.tree_equal(first, second, typematch=True))


def has_float64(tree) -> bool:
    """Whether any leaf is float64 (for tests that none leaks from a float32 net)."""
    return any(
        getattr(leaf, "dtype", None) == np.float64 for leaf in jax.tree.leaves(tree)
    )
