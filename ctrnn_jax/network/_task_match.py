"""Whether what a network is given was made for it."""

import numpy as np

from .._checks import invalid, is_concrete
from ._abstract import AbstractNetwork


def check_fits(
    net: AbstractNetwork, *, dt: float, n_in: int, n_out: int, name: str = "task"
) -> None:
    """Refuse a task of another dt (in ms) or other sizes than the network's.

    Numbers, not the task, so that networks load without the library of tasks; `name` is
    that of the argument. A traced dt is not looked at.
    """
    own = np.asarray(net.dt) if is_concrete(net.dt) else np.asarray(dt)
    if not np.all(np.isclose(own, dt, rtol=1e-6, atol=0)):
        raise invalid(
            name,
            f"have the network's dt of {float(own.flat[0]):g} ms",
            f"dt = {dt:g} ms",
            "Build both with the same dt, or use cj.replace(net, dt=...).",
        )
    if (net.n_in, net.n_out) != (n_in, n_out):
        raise invalid(
            name,
            f"have the network's {net.n_in} inputs and {net.n_out} outputs",
            f"{n_in} and {n_out}",
            "Build the network with task.n_in and task.n_out.",
        )
