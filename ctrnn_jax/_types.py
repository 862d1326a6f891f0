"""Type aliases shared by every floor."""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from jax import Array
from jaxtyping import Float, Key, UInt32
import numpy as np


ArrayLike: TypeAlias = Array | np.ndarray | np.number | float | int
"""What a number-like argument at a public door may be."""

Numbers: TypeAlias = Array | np.ndarray
"""An array of JAX or NumPy, where a result may come from either."""

Scalar: TypeAlias = Float[Array, ""]
PerUnit: TypeAlias = Float[Array, ""] | Float[Array, " units"]
"""One number for the network, or one for each unit."""

Matrix: TypeAlias = Float[Array, "post pre"]
"""A weight matrix: rows are targets, columns are sources."""

KeyArray: TypeAlias = Key[Array, "..."] | UInt32[Array, "... words"]
"""Keys of `jax.random.key`, or the raw ones of `jax.random.PRNGKey`."""

NETWORKS, TRIALS, UNITS = "networks", "trials", "units"
"""The axes of a mesh of devices."""

Activation: TypeAlias = Callable[[Array], Array]

if TYPE_CHECKING:
    Recorded: TypeAlias = Array
else:
    Recorded = Array | None
"""An array that is `None` if it was not asked for; whoever asked need not check."""
