"""Which synapses exist: masks `W[post, pre]` with the names of what they connect."""

from collections.abc import Callable, Sequence

import equinox as eqx
from equinox import AbstractVar
import jax
from jax import Array
import jax.numpy as jnp
import numpy as np

from .._checks import (
    check_choice,
    check_count,
    check_fraction,
    check_positive,
    describe,
    invalid,
)
from .._types import ArrayLike, KeyArray
from ._layout import as_names, Groups, Layout


class AbstractConnectivity(eqx.Module):
    """Masks of a network's weights, the classes of its units, and its names.

    Given to a network as `connectivity=`; `cj.plotting.plot_connectivity` draws it.

    **Attributes:**

    - `w_in`, `w_hid`, `w_out`: boolean masks `[post, pre]`, True where a synapse
      exists; `None` where all do.
    - `signs`: +1 or -1 for each unit, `None` if classes do not matter.
    - `layout`: the names (static). Inputs or outputs may be `None`: any number.
    """

    w_in: AbstractVar[Array | None]
    w_hid: AbstractVar[Array | None]
    w_out: AbstractVar[Array | None]
    signs: AbstractVar[Array | None]
    layout: AbstractVar[Layout]

    @property
    def sizes(self) -> tuple[int | None, int, int | None]:
        """`(n_in, n_hidden, n_out)`, for `cj.EIRNN(*areas.sizes, ...)`."""
        of = lambda part: None if part is None else part.size
        return of(self.layout.inputs), self.layout.units.size, of(self.layout.outputs)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the groups of units."""
        return self.layout.units.names

    def units(self, *names: str) -> np.ndarray:
        """The indices of the units that belong to all of these groups.

        Raises `ValueError` for an unknown name (with a suggestion).
        """
        return self.layout.units.indices(*names)

    def view(self, values: Array, *names: str) -> Array:
        """States or rates `(..., n_hidden)` of the units in all of these groups."""
        if values.shape[-1] != self.layout.units.size:
            raise invalid(
                "values",
                f"have {self.layout.units.size} units on the last axis",
                f"shape {values.shape}",
                "Give potentials or rates.",
            )
        return values[..., self.units(*names)]

    def view_weights(
        self,
        weights: Array,
        *,
        post: str | Sequence[str] = (),
        pre: str | Sequence[str] = (),
    ) -> Array:
        """The part of `w_hid` (or of its mask) from some groups onto others."""
        rows, columns = self.units(*as_names(post)), self.units(*as_names(pre))
        return weights[np.ix_(rows, columns)]


class Connectivity(AbstractConnectivity):
    """A connectivity from masks of your own.

    **Arguments:** as the attributes of `AbstractConnectivity`. Raises `ValueError` for
    masks that are not boolean or not of the sizes of the layout.
    """

    w_in: Array | None
    w_hid: Array | None
    w_out: Array | None
    signs: Array | None
    layout: Layout = eqx.field(static=True)

    def __init__(
        self,
        *,
        w_in: Array | np.ndarray | None = None,
        w_hid: Array | np.ndarray | None = None,
        w_out: Array | np.ndarray | None = None,
        signs: Array | np.ndarray | None = None,
        layout: Layout,
    ) -> None:
        self.layout = layout
        n_in, n_hidden, n_out = self.sizes
        wanted = {
            "w_in": (w_in, (n_hidden, n_in)),
            "w_hid": (w_hid, (n_hidden, n_hidden)),
            "w_out": (w_out, (n_out, n_hidden)),
        }
        for name, (mask, shape) in wanted.items():
            if mask is None:
                continue
            fits = mask.ndim == 2 and all(
                size in (None, found)
                for size, found in zip(shape, mask.shape, strict=True)
            )
            if mask.dtype != bool or not fits:
                raise invalid(
                    name,
                    f"be boolean of shape {shape}",
                    describe(mask),
                    "Axis 0 is post (targets), axis 1 is pre (sources).",
                )
        as_mask = lambda mask: None if mask is None else jnp.asarray(mask)
        self.w_in, self.w_hid, self.w_out = map(as_mask, (w_in, w_hid, w_out))
        self.signs = None if signs is None else jnp.asarray(signs, jnp.int8)


def possible(units: int, *, autapses: bool) -> np.ndarray:
    """The recurrent synapses that may exist, `[post, pre]`."""
    return np.full((units, units), autapses) | ~np.eye(units, dtype=bool)


def choose(key: KeyArray, allowed: np.ndarray, density: float) -> Array:
    """`round(density * allowed.sum())` of the allowed entries, at random, as a mask."""
    count = round(density * int(allowed.sum()))
    if count == allowed.sum():
        return jnp.asarray(allowed)
    draw = jax.random.uniform(key, allowed.shape).ravel()
    order = jnp.argsort(jnp.where(allowed.ravel(), draw, 2.0))
    rank = jnp.zeros(draw.size, int).at[order].set(jnp.arange(draw.size))
    return (rank < count).reshape(allowed.shape)


def _recurrent(w_hid: Array, units: int) -> Connectivity:
    return Connectivity(w_hid=w_hid, layout=Layout(None, Groups(units), None))


def random_sparse(
    n_hidden: int, density: float, *, autapses: bool = False, key: KeyArray
) -> Connectivity:
    """Recurrent synapses at random: exactly `round(density * possible)` of them.

    **Arguments:**

    - `n_hidden`: number of units.
    - `density`: which fraction of the possible synapses exists, in [0, 1].
    - `autapses`: whether units may connect to themselves.
    - `key`: for the choice.

    Raises `ValueError` for a density outside [0, 1].
    """
    n_hidden = check_count("n_hidden", n_hidden, at_least=1)
    density = check_fraction("density", density)
    allowed = possible(n_hidden, autapses=autapses)
    return _recurrent(choose(key, allowed, density), n_hidden)


def no_autapses(n_hidden: int) -> Connectivity:
    """All recurrent synapses but those of units onto themselves."""
    n_hidden = check_count("n_hidden", n_hidden, at_least=1)
    return _recurrent(jnp.asarray(possible(n_hidden, autapses=False)), n_hidden)


_KERNELS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "exponential": lambda x: np.exp(-x),
    "gaussian": lambda x: np.exp(-(x**2) / 2),
}


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
    """Recurrent synapses that are rarer between units further apart.

    A synapse exists with probability `peak * k(distance / length)`, each by itself:
    `k(x) = exp(-x)` (exponential; Ercsey-Ravasz et al. 2013 for cortex) or
    `exp(-x^2 / 2)` (gaussian).

    **Arguments:**

    - `positions`: where the units are, `(n_hidden, dimensions)`, or `(n_hidden,)` on a
        line.
    - `length`: positive, in the unit of the positions.
    - `peak`: probability at distance 0, in [0, 1].
    - `kernel`: which k.
    - `period`: for a ring or a torus, the length after which space closes, one or one
        per dimension.
    - `autapses`: whether units may connect to themselves.
    - `key`: for the draw.

    Raises `ValueError` for positions of another shape and values out of range.
    """
    check_choice("kernel", kernel, _KERNELS)
    check_positive("length", length, "It has the unit of the positions.")
    peak = check_fraction("peak", peak)
    where = np.asarray(positions, float)
    if where.ndim == 1:
        where = where[:, None]
    if where.ndim != 2 or where.shape[0] == 0 or not np.isfinite(where).all():
        raise invalid(
            "positions",
            "be finite, of shape (n_hidden, dimensions)",
            describe(positions),
            "One row per unit.",
        )
    gap = np.abs(where[:, None, :] - where[None, :, :])
    if period is not None:
        check_positive("period", period, "It has the unit of the positions.")
        gap = np.mod(gap, np.asarray(period, float))
        gap = np.minimum(gap, np.asarray(period, float) - gap)
    distance = np.sqrt((gap**2).sum(-1))
    chance = peak * _KERNELS[kernel](distance / float(length))
    chance = chance * possible(len(where), autapses=autapses)
    draw = jax.random.uniform(key, chance.shape)
    return _recurrent(draw < jnp.asarray(chance, draw.dtype), len(where))
