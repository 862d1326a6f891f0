"""The interface of a connectivity: masks `W[post, pre]`, signs, and group names."""

from typing import final

import equinox as eqx
from equinox import AbstractVar
from jax import Array
import jax.numpy as jnp
import numpy as np

from .._arguments import checks_arguments
from .._checks import check, check_shape, check_values, describe
from .._show import AbstractShown, quantities, Table
from ._layout import Groups, Layout


class AbstractConnectivity(AbstractShown, eqx.Module):
    """Masks of a network's weights, the classes of its units, and its names.

    Pass it to a network as `connectivity=`. `cj.plotting.plot_connectivity` draws it.

    **Attributes:**

    - `w_in`, `w_hid`, `w_out`: boolean masks `[post, pre]`, True where a synapse
      exists; `None` where all do.
    - `signs`: +1 or -1 for each unit; `None` if units have no class.
    - `layout`: the names (static). Inputs or outputs may be `None`: any number.
    """

    w_in: AbstractVar[Array | None]
    w_hid: AbstractVar[Array | None]
    w_out: AbstractVar[Array | None]
    signs: AbstractVar[Array | None]
    layout: AbstractVar[Layout]

    def _table(self) -> Table:
        sizes = ("any" if size is None else str(size) for size in self.sizes)
        return quantities(self, " -> ".join(sizes))

    @property
    def sizes(self) -> tuple[int | None, int, int | None]:
        """Return `(n_in, n_hidden, n_out)`, for `cj.EIRNN(*areas.sizes, ...)`."""
        inputs, outputs = self.layout.inputs, self.layout.outputs
        return (
            None if inputs is None else inputs.size,
            self.layout.units.size,
            None if outputs is None else outputs.size,
        )

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of the groups of units."""
        return self.layout.units.names

    def units(self, *names: str) -> np.ndarray:
        """Return the indices of the units that belong to all of these groups.

        Raises `ValueError` for an unknown name (with a suggestion).
        """
        return self.layout.units.indices(*names)


@final
class Connectivity(AbstractConnectivity):
    """A connectivity from custom masks.

    **Arguments:** the attributes of `AbstractConnectivity`. Raises `ValueError` for
    masks that are not boolean or do not have the sizes of the layout.
    """

    w_in: Array | None
    w_hid: Array | None
    w_out: Array | None
    signs: Array | None
    layout: Layout = eqx.field(static=True)

    @checks_arguments
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
        self.w_in = _as_mask("w_in", w_in, (n_hidden, n_in))
        self.w_hid = _as_mask("w_hid", w_hid, (n_hidden, n_hidden))
        self.w_out = _as_mask("w_out", w_out, (n_out, n_hidden))
        if signs is not None:
            check_shape("signs", signs, (n_hidden,), "Give one sign for each unit.")
            rule, remedy = "be +1 or -1", "+1 is excitatory."
            check_values("signs", signs, lambda x: np.abs(x) == 1, rule, remedy)
        self.signs = None if signs is None else jnp.asarray(signs, jnp.int8)


def _as_mask(
    name: str, mask: Array | np.ndarray | None, shape: tuple[int | None, int | None]
) -> Array | None:
    """Validate a mask and return it as an array; `None` in the shape is any size."""
    if mask is None:
        return None
    mask = jnp.asarray(mask)
    has_shape = mask.ndim == 2 and all(
        required in (None, size)
        for required, size in zip(shape, mask.shape, strict=True)
    )
    check(
        mask.dtype == bool and has_shape,
        name,
        f"be boolean of shape {shape}",
        lambda: describe(mask),
        "Axis 0 is post (targets), axis 1 is pre (sources).",
    )
    return mask


def recurrent(w_hid: Array, n_hidden: int) -> Connectivity:
    """Return a connectivity of recurrent synapses only, without names."""
    return Connectivity(w_hid=w_hid, layout=Layout(None, Groups(n_hidden), None))
