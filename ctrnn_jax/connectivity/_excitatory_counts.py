"""Which units are excitatory."""

from jax import Array
import jax.numpy as jnp
import numpy as np

from .._checks import check_count, check_fraction, invalid


def excitatory_count(units: int, frac_excitatory: float) -> int:
    """`round(frac_excitatory * units)`: how many units are excitatory.

    Raises `ValueError` for a fraction outside [0, 1], or one that leaves no inhibitory
    unit or no excitatory one.
    """
    units = check_count("n_hidden", units, at_least=1)
    count = round(check_fraction("frac_excitatory", frac_excitatory) * units)
    if count in (0, units):
        which = "inhibitory" if count else "excitatory"
        raise invalid(
            "frac_excitatory",
            "leave at least one unit of each class",
            f"{frac_excitatory:g} of {units} units, so none is {which}",
            "For one class only use CTRNN with constraints={'w_hid': NonNegative()}.",
        )
    return count


def excitatory_signs(units: int, frac_excitatory: float) -> Array:
    """+1 for the first `round(frac_excitatory * units)` units, -1 for the rest.

    Shape `(units,)`. Errors as in `excitatory_count`.
    """
    count = excitatory_count(units, frac_excitatory)
    # NumPy: a program per small operation would be compiled otherwise
    return jnp.asarray(np.where(np.arange(units) < count, 1, -1), jnp.int8)
