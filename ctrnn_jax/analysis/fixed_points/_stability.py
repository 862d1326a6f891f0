"""Names for the stability of fixed points, from the spectra of their Jacobians."""

import numpy as np


def count_directions(
    excess: np.ndarray, margin: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return how many directions are unstable and how many marginal, `(points,)`.

    `excess`, `(points, n)`, is positive for an unstable direction: a real part, or a
    modulus minus 1. Values within `margin` of 0 are marginal.
    """
    return np.sum(excess > margin, -1), np.sum(np.abs(excess) <= margin, -1)


def stability_names(
    num_unstable: np.ndarray, num_marginal: np.ndarray, dimensions: int
) -> np.ndarray:
    """Return "stable", "marginal", "saddle" or "unstable" for each point.

    A point is "unstable" if all its directions are; see `FixedPoints.stability`.
    """
    none_unstable = np.where(num_marginal > 0, "marginal", "stable")
    some_unstable = np.where(num_unstable == dimensions, "unstable", "saddle")
    return np.where(num_unstable == 0, none_unstable, some_unstable)
