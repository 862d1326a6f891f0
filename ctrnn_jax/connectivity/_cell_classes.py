"""Excitatory and inhibitory units: how many, their signs, and their indices."""

from jax import Array
import jax.numpy as jnp
import numpy as np

from .._arguments import checks_arguments
from .._checks import check, check_count, check_fraction


def excitatory_count(units: int, frac_excitatory: float) -> int:
    """Return the number of excitatory units, `round(frac_excitatory * units)`.

    Raises `ValueError` for a fraction outside [0, 1], or one that leaves no inhibitory
    or no excitatory unit.
    """
    count = round(check_fraction("frac_excitatory", frac_excitatory) * units)
    missing = "inhibitory" if count else "excitatory"
    check(
        0 < count < units,
        "frac_excitatory",
        "leave at least one unit of each class",
        f"{frac_excitatory:g} of {units} units, so none is {missing}",
        "For one class only use CTRNN with constraints={'w_hid': NonNegative()}.",
    )
    return count


@checks_arguments
def excitatory_signs(units: int, frac_excitatory: float) -> Array:
    """Return +1 for the first `round(frac_excitatory * units)` units, -1 for the rest.

    Shape `(units,)`. Errors as in `excitatory_count`.

    **Example:**

    >>> print(cj.connectivity.excitatory_signs(5, 0.8))
    [ 1  1  1  1 -1]
    """
    units = check_count("units", units, at_least=1)
    count = excitatory_count(units, frac_excitatory)
    # in NumPy: with jax.numpy each small operation would be compiled separately
    return jnp.asarray(np.where(np.arange(units) < count, 1, -1), jnp.int8)


def classes(signs: np.ndarray) -> dict[str, np.ndarray]:
    """Return the indices of excitatory and inhibitory units, from their signs."""
    return {
        "excitatory": np.flatnonzero(signs > 0),
        "inhibitory": np.flatnonzero(signs < 0),
    }
