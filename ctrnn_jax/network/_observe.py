"""A network that is read out at chosen units, to be held against recordings."""

import dataclasses
from typing import Any, TypeVar

import jax.numpy as jnp
import numpy as np

from .._checks import describe, invalid
from .._tree import with_fields
from ..connectivity import groups
from ..constraints import Fixed
from ._abstract import AbstractNetwork
from ._unit_selection import chosen_units


N = TypeVar("N", bound=AbstractNetwork)


def observe(net: N, units: Any) -> N:
    """The network whose outputs are the rates of some units, for fitting recordings.

        net = cj.network.observe(net, task.observed_units)
        cj.fit(net, task, optimiser, ...)  # a cj.tasks.RecordedActivity

    Output k is the rate of the k-th of the units: a readout of one-hot rows, which is
    fixed and does not train, without bias. All else of the network is left as it is;
    other constraints of its readout (of an `EIRNN`: excitatory units only) are gone.
    Outputs have the names of the groups that their units are in, and "observed" for
    all of them: `traj.outputs_of("observed")`.

    **Arguments:**

    - `net`: a `CTRNN` or `EIRNN`; not a stack of them.
    - `units`: names of groups (the units in all of them, in their order), indices, in
        the order of the outputs, or a boolean mask. Known outside `jit`.

    **Returns:** the network with `n_out` outputs, one for each unit.

    **Raises:** `ValueError` for unknown names (with a suggestion), indices that are out
    of range or repeated, no unit at all, and stacks.
    """
    if not isinstance(net, AbstractNetwork):
        raise invalid("net", "be a network", describe(net), "Pass a CTRNN or EIRNN.")
    if net.dt.ndim != 0:
        raise invalid(
            "net",
            "be one network",
            f"a stack of shape {net.dt.shape}",
            "Map over it: "
            "eqx.filter_vmap(lambda net: cj.network.observe(net, units))(nets).",
        )
    index = chosen_units(units, net)
    if not isinstance(index, np.ndarray):
        raise invalid(
            "units", "be known outside of jit", describe(index), "They decide a shape."
        )
    one_hot = jnp.asarray(np.arange(net.n_hidden) == index[:, None]).astype(net.dtype)
    fixed = Fixed(one_hot, where=np.ones(one_hot.shape, bool))
    named = net.layout.units
    members = {"observed": np.arange(len(index))}
    for name in named.names:
        inside = np.flatnonzero(np.isin(index, named.indices(name)))
        members |= {name: inside} if inside.size else {}
    stays = [name for name in net.fixed if name not in ("w_out", "b_out")]
    return with_fields(
        net,
        raw=with_fields(net.raw, w_out=fixed.raw(one_hot), b_out=None),
        constraints=with_fields(net.constraints, w_out=fixed, b_out=None),
        fixed=(*stays, "w_out"),
        layout=dataclasses.replace(net.layout, outputs=groups(len(index), members)),
    )
