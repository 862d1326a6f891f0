"""Checks of networks that several rooms share."""

from collections.abc import Callable
import functools
import inspect
from typing import Any, cast, TypeVar

import jax
from jaxtyping import PyTree
import numpy as np

from .._checks import check, describe, invalid, is_concrete, OF_PERTURBED
from ._abstract import AbstractNetwork


C = TypeVar("C", bound=Callable[..., Any])


def check_network(
    net: object,
    hint: str = "Map over it with jax.vmap.",
    *,
    name: str = "net",
    allow_stack: bool = False,
) -> AbstractNetwork:
    """Validate that a value is one network; return it.

    **Arguments:**

    - `net`: the value. A `Perturbed` network is not valid; pass its `network`.
    - `hint`: what to do with a stack of networks, the last sentence of that error.
    - `name`: the argument that the error names.
    - `allow_stack`: whether a stack of networks is valid too.

    Raises `ValueError` for values of other classes and, by default, for stacks.
    """
    if not isinstance(net, AbstractNetwork):
        got, remedy = describe(net), "Pass a CTRNN or EIRNN."
        if isinstance(getattr(net, "network", None), AbstractNetwork):
            remedy += OF_PERTURBED
        raise invalid(name, "be a network", got, remedy)
    rule, remedy = "have all its leaves", "Use eqx.combine(params, static)."
    check(net.dt is not None, name, rule, "a tree of parameters alone", remedy)
    if not allow_stack:
        got = f"a stack of shape {net.dt.shape}"
        check(net.dt.ndim == 0, name, "be one network", got, hint)
    return net


def compiled(function: C) -> C:
    """Compile a function of a network, which is validated first.

    Of a stack of networks it returns the results of each, on a leading axis.
    """
    jitted, signature = jax.jit(function), inspect.signature(function)

    @functools.wraps(function)
    def call(net: AbstractNetwork, *args: PyTree, **options: PyTree) -> PyTree:
        try:
            signature.bind(net, *args, **options)
        except TypeError as error:
            raise TypeError(f"{function.__name__}() has {error}") from None
        mapped = jitted
        for _ in range(check_network(net, allow_stack=True).dt.ndim):
            mapped = jax.vmap(mapped)
        return mapped(net, *args, **options)

    return cast(C, call)


def check_fits(
    net: AbstractNetwork, *, dt: float, n_in: int, n_out: int, name: str = "task"
) -> None:
    """Validate that a task has the dt (in ms) and the sizes of the network.

    The arguments are numbers instead of a task, so that the network module does not
    import the tasks. `name` is the argument that the error names. A traced dt passes
    unchecked.

    Raises `ValueError` if dt, the number of inputs or the number of outputs differ.
    """
    network_dt = np.asarray(net.dt) if is_concrete(net.dt) else np.asarray(dt)
    check(
        np.all(np.isclose(network_dt, dt, rtol=1e-6, atol=0)),
        name,
        f"have the network's dt of {float(network_dt.flat[0]):g} ms",
        f"dt = {dt:g} ms",
        "Build both with the same dt, or use cj.replace(net, dt=...).",
    )
    check(
        (net.n_in, net.n_out) == (n_in, n_out),
        name,
        f"have the network's {net.n_in} inputs and {net.n_out} outputs",
        f"{n_in} and {n_out}",
        "Build the network with task.n_in and task.n_out.",
    )
