"""Random connectivity: sparse, distance-dependent, and random inputs and readouts."""

from collections.abc import Callable
from typing import final

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
import numpy as np

from .._arguments import checks_arguments
from .._checks import (
    check,
    check_choice,
    check_count,
    check_fraction,
    check_positive,
    check_scalar,
    describe,
)
from .._random import split_keys
from .._types import ArrayLike, KeyArray
from ._base import AbstractConnectivity, Connectivity, recurrent
from ._layout import Layout, unnamed


def possible(units: int, *, autapses: bool) -> np.ndarray:
    """Return the mask of recurrent synapses that may exist, `[post, pre]`."""
    return np.full((units, units), autapses) | ~np.eye(units, dtype=bool)


def choose(key: KeyArray, allowed: np.ndarray, density: float) -> Array:
    """Choose exactly `round(density * allowed.sum())` allowed entries at random.

    Return them as a mask of the shape of `allowed`.
    """
    count = round(density * int(allowed.sum()))
    if count == allowed.sum():
        return jnp.asarray(allowed)
    return _lowest(key, allowed, count)


@jax.jit
def _lowest(key: KeyArray, allowed: Array, count: ArrayLike) -> Array:
    """Return where the `count` lowest of random numbers for allowed entries are."""
    # Sort random numbers in [0, 1) and take the lowest `count`. Entries that are not
    # allowed get 2, which sorts last.
    draw = jax.random.uniform(key, allowed.shape).ravel()
    order = jnp.argsort(jnp.where(allowed.ravel(), draw, 2.0))
    rank = jnp.zeros(draw.size, int).at[order].set(jnp.arange(draw.size))
    return (rank < count).reshape(allowed.shape)


@checks_arguments
def random_sparse(
    n_hidden: int, density: float, *, autapses: bool = False, key: KeyArray
) -> Connectivity:
    """Return a `Connectivity` of `round(density * possible)` recurrent synapses.

    The synapses are drawn at random without replacement.

    **Arguments:**

    - `n_hidden`: number of units.
    - `density`: fraction of the possible synapses that exist, in [0, 1].
    - `autapses`: whether units may connect to themselves.
    - `key`: for the choice of synapses.

    Raises `ValueError` for a density outside [0, 1].

    **Example:**

    >>> mask = cj.connectivity.random_sparse(4, 0.5, key=jax.random.key(0)).w_hid
    >>> mask.shape, bool(jnp.diagonal(mask).any())
    ((4, 4), False)
    """
    n_hidden = check_count("n_hidden", n_hidden, at_least=1)
    density = check_fraction("density", density)
    allowed = possible(n_hidden, autapses=autapses)
    return recurrent(choose(key, allowed, density), n_hidden)


@checks_arguments
def no_autapses(n_hidden: int) -> Connectivity:
    """Return all recurrent synapses except for those of units onto themselves."""
    n_hidden = check_count("n_hidden", n_hidden, at_least=1)
    return recurrent(jnp.asarray(possible(n_hidden, autapses=False)), n_hidden)


_KERNELS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "exponential": lambda x: np.exp(-x),
    "gaussian": lambda x: np.exp(-(x**2) / 2),
}


@checks_arguments
def distance_dependent(
    positions: np.ndarray | Array,
    *,
    length: ArrayLike,
    peak: float = 1.0,
    kernel: str = "exponential",
    period: ArrayLike | None = None,
    autapses: bool = False,
    key: KeyArray,
) -> Connectivity:
    """Return recurrent synapses whose probability decreases with distance.

    A synapse exists with probability `peak * k(distance / length)`, independently of
    the others: `k(x) = exp(-x)` (exponential; Ercsey-Ravasz et al. 2013 for cortex) or
    `exp(-x^2 / 2)` (gaussian).

    **Arguments:**

    - `positions`: of the units, `(n_hidden, dimensions)`, or `(n_hidden,)` on a line.
    - `length`: positive, in the unit of the positions.
    - `peak`: probability at distance 0, in [0, 1].
    - `kernel`: name of k.
    - `period`: for a ring or a torus, the length after which space repeats, one number
        or one per dimension.
    - `autapses`: whether units may connect to themselves.
    - `key`: for the draw.

    Raises `ValueError` for positions of another shape and values out of range.
    """
    check_choice("kernel", kernel, _KERNELS)
    check_positive("length", length, "It has the unit of the positions.")
    check_scalar("length", length)
    peak = check_fraction("peak", peak)
    points = np.asarray(positions, float)
    if points.ndim == 1:
        points = points[:, None]
    is_valid = points.ndim == 2 and points.shape[0] > 0 and np.isfinite(points).all()
    check(
        is_valid,
        "positions",
        "be finite, of shape (n_hidden, dimensions)",
        lambda: describe(positions),
        "Give one row per unit.",
    )

    # differences of coordinates, (post, pre, dimensions); on a ring the shorter way
    gap = np.abs(points[:, None, :] - points[None, :, :])
    if period is not None:
        check_positive("period", period, "It has the unit of the positions.")
        dimensions = points.shape[1]
        rule = f"be one number, or one for each of {dimensions} dimensions"
        fits = np.shape(period) in [(), (dimensions,)]
        check(fits, "period", rule, f"shape {np.shape(period)}", "A ring has one.")
        gap = np.mod(gap, np.asarray(period, float))
        gap = np.minimum(gap, np.asarray(period, float) - gap)
    distance = np.sqrt((gap**2).sum(-1))

    probability = peak * _KERNELS[kernel](distance / float(length))
    probability = probability * possible(len(points), autapses=autapses)
    draw = jax.random.uniform(key, probability.shape)
    return recurrent(draw < jnp.asarray(probability, draw.dtype), len(points))


@final
class RandomInput(AbstractConnectivity):
    """Inputs reach a random part of the units, and outputs read a random part.

    **Arguments:**

    - `n_in`, `n_hidden`, `n_out`: numbers of inputs, units and outputs.
    - `input_density`: fraction of the units that receive the inputs (all of them).
    - `output_density`: fraction of the units that are read (by all outputs).
    - `hidden_density`: fraction of the recurrent synapses that exist.
    - `overlap`: whether a unit may both receive and be read.
    - `autapses`: whether units may connect to themselves.
    - `key`: for the choices; all counts are rounded.

    Raises `ValueError` for densities outside [0, 1], and without overlap for densities
    of inputs and outputs whose sum exceeds 1.
    """

    w_in: Array | None
    w_hid: Array | None
    w_out: Array | None
    signs: Array | None
    layout: Layout = eqx.field(static=True)

    @checks_arguments
    def __init__(
        self,
        n_in: int,
        n_hidden: int,
        n_out: int,
        *,
        input_density: float = 1.0,
        hidden_density: float = 1.0,
        output_density: float = 1.0,
        overlap: bool = True,
        autapses: bool = False,
        key: KeyArray,
    ) -> None:
        n_in = check_count("n_in", n_in, at_least=0)
        n_hidden = check_count("n_hidden", n_hidden, at_least=1)
        n_out = check_count("n_out", n_out, at_least=0)
        input_density = check_fraction("input_density", input_density)
        hidden_density = check_fraction("hidden_density", hidden_density)
        output_density = check_fraction("output_density", output_density)
        num_receiving = round(input_density * n_hidden)
        num_read = round(output_density * n_hidden)
        check(
            overlap or num_receiving + num_read <= n_hidden,
            "output_density",
            "leave units for the inputs if they must not overlap",
            f"{num_receiving} + {num_read} of {n_hidden} units",
            "Lower a density, or allow overlap.",
        )

        in_key, hid_key, out_key = split_keys(key, 3)
        # Receiving units come first in a random order of all units. Without overlap the
        # read units come last in the same order.
        receiving_order = jax.random.permutation(in_key, n_hidden)
        if overlap:
            read_order = jax.random.permutation(out_key, n_hidden)
        else:
            read_order = receiving_order[::-1]
        none = jnp.zeros(n_hidden, bool)
        is_receiving = none.at[receiving_order[:num_receiving]].set(True)
        is_read = none.at[read_order[:num_read]].set(True)

        allowed = possible(n_hidden, autapses=autapses)
        self.w_in = jnp.broadcast_to(is_receiving[:, None], (n_hidden, n_in))
        self.w_hid = choose(hid_key, allowed, hidden_density)
        self.w_out = jnp.broadcast_to(is_read[None, :], (n_out, n_hidden))
        self.signs = None
        self.layout = unnamed(n_in, n_hidden, n_out)
