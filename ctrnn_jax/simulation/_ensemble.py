"""Many networks in one program: side by side, in turn, or some at a time."""

from collections.abc import Callable
from typing import Any

import equinox as eqx
import jax

from .._checks import check_count, describe, refusal
from ..network import AbstractNetwork


_CACHE = 2**18
"""Bytes of weights that go side by side on a CPU: measured, `benchmarks/ensemble.py`"""


def map_networks(
    fn: Callable[..., Any], nets: Any, *args: Any, batch_size: int | None = None
) -> Any:
    """`fn(net, *args)` of each network of a stack, in one compiled program.

    `fn` may simulate, differentiate or train; what is in `args` is mapped as well, so
    that each network has its own tau, noise, learning rate or key. What all share,
    such as the inputs, `fn` closes over.

    `jax.vmap` is fastest for small networks, and on accelerators; on a CPU the weights
    of many larger ones do not fit the cache, and `jax.lax.map` over some or one at a
    time is faster. This chooses. `fn` is called under `jax.jit`: the same function
    object is not compiled again.

    **Arguments:**

    - `fn`: of one network and one entry of each of `args`; returns any pytree.
    - `nets`: a stack of networks, from `cj.stack` or `eqx.filter_vmap` of a builder.
    - `args`: pytrees of arrays with the same leading axis.
    - `batch_size`: how many networks go side by side (a shorter last batch is
        compiled once more); 1: one after the other. By default all on an accelerator,
        and on a CPU as many as have 256 KiB of numbers together.

    **Returns:** what `fn` returns, stacked. The numbers do not depend on `batch_size`.

    **Raises:** `ValueError` if `nets` is no stack, or one of `args` is not as long.
    """
    if not isinstance(nets, AbstractNetwork) or nets.dt.ndim != 1:
        raise refusal(
            "nets", "be a stack of networks", describe(nets), "Make one: cj.stack(...)."
        )
    count = nets.dt.shape[0]
    for i, arg in enumerate(args):
        for leaf in jax.tree.leaves(arg):
            if not eqx.is_array(leaf) or leaf.ndim < 1 or leaf.shape[0] != count:
                raise refusal(
                    f"args[{i}]",
                    f"have arrays with a leading axis of {count}, one entry a network",
                    describe(leaf),
                    "Let `fn` close over what all share.",
                )
    if batch_size is None:
        each = sum(x.nbytes for x in jax.tree.leaves(nets)) // count
        on_cpu = jax.default_backend() == "cpu"
        batch_size = max(1, _CACHE // each) if on_cpu else count
    check_count("batch_size", batch_size, at_least=1)
    return _mapped(fn, nets, args, min(batch_size, count))


@eqx.filter_jit
def _mapped(fn: Callable, nets: Any, args: tuple, batch_size: int) -> Any:
    count = nets.dt.shape[0]
    both = lambda pair: fn(pair[0], *pair[1])
    if batch_size == count:
        return jax.vmap(both)((nets, args))
    size = None if batch_size == 1 else batch_size
    return jax.lax.map(both, (nets, args), batch_size=size)
