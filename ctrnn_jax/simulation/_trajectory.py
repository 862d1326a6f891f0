"""The record that a rollout makes, and the trajectory that it returns."""

import dataclasses
from typing import final

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
import numpy as np

from .._arguments import checks_arguments
from .._checks import check, check_count, check_flag, invalid
from .._show import AbstractShown, counted, options, quantities, Table
from .._tree import with_fields
from .._types import Dataset, Recorded
from ..connectivity import Layout
from ..dynamics import SynapticState
from ..network import State
from ..tasks import AbstractBatch, AbstractTask, Index, Trial
from ._dataset import Axes, dataset, plain


@dataclasses.dataclass(frozen=True, repr=False)
class Record(AbstractShown):
    """The values that a rollout returns; other values are never materialised.

    **Arguments:**

    - `potentials`, `rates`, `outputs`: whether to return v, r and y.
    - `synapses`: whether to return u and x of short-term plasticity.
    - `stride`: return the values after `stride`, `2 * stride`, ... steps.

    Raises `ValueError` for a stride below 1, and if a flag is not a boolean.

    **Example:**

    >>> net = cj.CTRNN(2, 8, 1, dt=10.0, tau=50.0, key=jax.random.key(0))
    >>> record = cj.Record(potentials=False, rates=False)
    >>> cj.rollout(net, jnp.ones((20, 2)), record=record).rates is None
    True
    """

    potentials: bool = True
    rates: bool = True
    outputs: bool = True
    stride: int = 1
    synapses: bool = False

    def _table(self) -> Table:
        return options(self)

    def __post_init__(self) -> None:
        """Validate the stride and the flags."""
        check_count("stride", self.stride, at_least=1)
        for name in ("potentials", "rates", "outputs", "synapses"):
            check_flag(name, getattr(self, name))


@final
class Trajectory(AbstractShown, AbstractBatch):
    """The result of `rollout`, and of `step` without the time axis.

    With `rollout(..., time_major=True)`, the shapes are `(time, *batch, units)`.
    `traj[3]`, `traj[2:5]` and `traj[mask]` are the trajectories of these trials, also
    with time first: an index is one of the batch axes, never of time or units. `len`
    counts trials, and iteration runs over them.

    **Attributes:** each `None` if it was not recorded

    - `potentials`: v, `(*batch, time, n_hidden)`. Entry t is v after consuming input t.
    - `rates`: r = f(v), `(*batch, time, n_hidden)`.
    - `outputs`: y = W_out r + b_out, `(*batch, time, n_out)`.
    - `final_state`: after the last step; pass it to the next rollout as `state`.
    - `synapses`: u and x of short-term plasticity, each `(*batch, time, n_hidden)`.
    - `layout`: the names of the network's units and outputs (static).
    - `dt`: of the network, in ms; `None` in the result of `step`.
    - `stride`: of the record (static).
    - `time_axis`: the axis of time in recorded values, counted from the last (static).

    **Example:**

    >>> net = cj.CTRNN(2, 8, 1, dt=10.0, tau=50.0, key=jax.random.key(0))
    >>> half = cj.rollout(net, jnp.ones((10, 2)))
    >>> rest = cj.rollout(net, jnp.ones((10, 2)), state=half.final_state)
    >>> whole = cj.rollout(net, jnp.ones((20, 2)))
    >>> bool(jnp.allclose(rest.rates, whole.rates[10:]))
    True
    """

    potentials: Recorded
    rates: Recorded
    outputs: Recorded
    final_state: State
    synapses: SynapticState | None = None
    layout: Layout | None = eqx.field(static=True, default=None)
    dt: Array | None = None
    stride: int = eqx.field(static=True, default=1)
    time_axis: int = eqx.field(static=True, default=-2)

    @property
    def batch_shape(self) -> tuple[int, ...]:
        """Lengths of the batch axes; `()` without them."""
        return self.final_state.potentials.shape[:-1]

    def _entry(self, index: tuple[Index, ...]) -> "Trajectory":
        """Return the trajectories at an index of the first batch axes."""

        def select_state(x: Array) -> Array:
            return x[index[: x.ndim]]  # the step is one number for all trials

        final_state, dt = jax.tree.map(select_state, (self.final_state, self.dt))
        # A first axis of time is followed by the axes of trials. Axes of networks, over
        # which `jax.vmap` maps, come before it.
        num_axes, num_trial_axes = len(self.batch_shape), -2 - self.time_axis
        num_removed = num_axes + 1 - final_state.potentials.ndim
        of_networks = index[: num_axes - num_trial_axes]
        num_removed -= sum(isinstance(part, int) for part in of_networks)
        time_axis = self.time_axis + (num_removed if num_trial_axes else 0)

        def select(x: Array) -> Array:
            has_time = x.ndim > num_axes + 1
            if not has_time or self.time_axis == -2:
                return x[index]
            x = jnp.moveaxis(x, self.time_axis, -2)[index]
            return jnp.moveaxis(x, -2, time_axis)

        names = ("potentials", "rates", "outputs", "synapses")
        recorded = jax.tree.map(select, {name: getattr(self, name) for name in names})
        return with_fields(
            self, final_state=final_state, dt=dt, time_axis=time_axis, **recorded
        )

    def _table(self) -> Table:
        layout = self.layout
        about = ""
        if layout is not None and layout.outputs is not None:
            about = f"{counted(layout.units.size, 'unit')}, "
            about += counted(layout.outputs.size, "output")
        return quantities(self, about, omit=("layout",), dt="ms")

    def potentials_of(self, *names: str) -> Array:
        """Return potentials of the units in all of these groups.

        The result has shape `(*batch, time, units)`. Raises `ValueError` for an unknown
        name, and if the potentials were not recorded.
        """
        return self._of("potentials", "units", names)

    def rates_of(self, *names: str) -> Array:
        """Return rates of the units in all of these groups, `(*batch, time, units)`.

        Example: `traj.rates_of("area_1", "excitatory")`. Raises as `potentials_of`.
        """
        return self._of("rates", "units", names)

    def outputs_of(self, *names: str) -> Array:
        """Return outputs of a group, `(*batch, time, outputs)`.

        Raises as `potentials_of`.
        """
        return self._of("outputs", "outputs", names)

    @checks_arguments
    def to_xarray(
        self, *, trials: Trial | None = None, task: AbstractTask | None = None
    ) -> Dataset:
        """Return the recorded values as an xarray Dataset, with named axes.

        - Axes: "trial" (axes before it are "batch_0", ...), "time" in ms since the
          start of the rollout (the end of each recorded step), "unit", "output".
        - Coordinates of units: "class" ("excitatory", "inhibitory") and "area" (the
          other groups of the unit), if the network has them. Outputs have the names of
          their groups.
        - Variables: "potentials", "rates", "outputs", "synapse_u", "synapse_x", as far
          as they were recorded. Numbers of 16 bits become float32.

        **Arguments:**

        - `trials`: those that were simulated. They add the variables "inputs",
          "targets" and "mask", the conditions as coordinates (with "condition_" before
          a name that is in use), and "NAME_start" and "NAME_end" of each epoch, in ms.
        - `task`: of the trials, for the names of its channels.

        `data.to_netcdf("trials.nc")` writes a file, and `xarray.open_dataset` reads it
        back. For NWB, add each trial to a file of pynwb:

            rates = pynwb.TimeSeries(
                name="rates", data=data.rates.values[0], unit="1",
                starting_time=data.time.values[0] / 1000,
                rate=1000 / (data.dt * data.stride),
            )
            nwb_file.add_acquisition(rates)

        **Raises:** `ValueError` for a trajectory of `step`, one that has no recorded
        value, and trials or a task that do not fit; `ModuleNotFoundError` if xarray is
        not installed.

        Example: `traj.to_xarray(trials=trials).rates.sel(time=slice(0, 500))`.
        """
        recorded = {
            "potentials": self.potentials,
            "rates": self.rates,
            "outputs": self.outputs,
        }
        if self.synapses is not None:
            recorded |= {"synapse_u": self.synapses.u, "synapse_x": self.synapses.x}
        recorded = {name: x for name, x in recorded.items() if x is not None}
        check(recorded, "record", "keep a value", "none", "Pass record=cj.Record().")
        rule, remedy = "be that of a rollout", "Steps have no time axis: use rollout."
        if self.dt is None or self.layout is None:
            raise invalid("trajectory", rule, "that of step", remedy)
        # `jax.vmap` repeats the number
        dt = np.unique(np.asarray(self.dt))
        rule, remedy = "be the same in all networks", "Convert those of each network."
        check(len(dt) == 1, "dt", rule, lambda: dt.tolist(), remedy)
        arrays = {
            name: np.moveaxis(plain(x), self.time_axis, -2)
            for name, x in recorded.items()
        }
        shape = next(iter(arrays.values())).shape[:-1]
        axes = Axes(shape, float(dt[0]), self.stride)
        return dataset(arrays, axes, self.layout, trials, task)

    def _of(self, what: str, kind: str, names: tuple[str, ...]) -> Array:
        values = getattr(self, what)
        if values is None or self.layout is None:
            remedy = f"Pass record=cj.Record({what}=True)."
            raise invalid("record", f"keep {what}", None, remedy)
        return values[..., getattr(self.layout, kind).indices(*names)]


def in_order(traj: Trajectory, time_major: bool) -> Trajectory:
    """Return a trajectory with time as the first axis, or before the last.

    Its leading axes are those of trials.
    """
    axis = -2 - len(traj.batch_shape) if time_major else -2

    def move(x: Array) -> Array:
        return jnp.moveaxis(x, traj.time_axis, axis)

    names = ("potentials", "rates", "outputs", "synapses")
    recorded = jax.tree.map(move, {name: getattr(traj, name) for name in names})
    return with_fields(traj, time_axis=axis, **recorded)
