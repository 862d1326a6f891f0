"""Type aliases that every room uses."""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from jax import Array
from jaxtyping import Float, Key, UInt32
import numpy as np


ArrayLike: TypeAlias = Array | np.ndarray | np.number | float | int
"""A number or an array of numbers, as an argument of a public function."""

Numbers: TypeAlias = Array | np.ndarray
"""An array of JAX or NumPy, where a result may come from either."""

Scalar: TypeAlias = Float[Array, ""]
PerUnit: TypeAlias = Float[Array, ""] | Float[Array, " units"]
"""One number for the network, or one for each unit."""

Matrix: TypeAlias = Float[Array, "post pre"]
"""A weight matrix: rows are targets, columns are sources."""

KeyArray: TypeAlias = Key[Array, "..."] | UInt32[Array, "... words"]
"""Keys of `jax.random.key`, or raw keys of `jax.random.PRNGKey`."""

NETWORKS, TRIALS = "networks", "trials"
"""The axes of a mesh of devices."""

Activation: TypeAlias = Callable[[Array], Array]
"""A rate function r = f(v), elementwise."""

# Type checkers see an array: code that requested the quantity need not test for `None`.
if TYPE_CHECKING:
    Recorded: TypeAlias = Array
else:
    Recorded = Array | None
"""An array, or `None` if the quantity was not requested."""

# Libraries that may be missing: only type checkers import them here.
if TYPE_CHECKING:
    from pandas import DataFrame as DataFrame
    from xarray import Dataset as Dataset
else:
    DataFrame = Dataset = object
