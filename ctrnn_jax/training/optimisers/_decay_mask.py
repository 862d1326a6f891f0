"""Which parameters an optimiser's weight decay may pull towards zero."""

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import PyTree

from ..._arguments import checks_arguments
from ...network import AbstractNetwork, check_network, trainable


_DECAYING = ("w_in", "w_hid", "w_out")


@checks_arguments
def decay_mask(net: AbstractNetwork) -> PyTree:
    """Return the `mask` of `optax.adamw` and its like: which parameters decay.

    Weight decay pulls *raw* parameters towards zero. That makes weights small only if
    zero is their own raw parameter. It pulls weights under `Softplus` to log 2, those
    of `Bounded(0.5, 1.0)` to a bound, and learned time constants to the smallest one.
    Here the recurrent, input and readout weights decay whose weight is 0 for a raw
    parameter of 0; biases, v0, tau and all other weights do not. For small effective
    weights under any constraint, add `cj.penalties.WeightL2` to the loss.

    **Arguments:**

    - `net`: the network to train, or one of the same structure.

    **Returns:** booleans, of the structure of the trained parameters. Raises
    `ValueError` for an object that is no network.

    **Example:**

    >>> net = cj.EIRNN(2, 8, 1, dt=10.0, tau=50.0, key=jax.random.key(0))
    >>> mask = cj.training.decay_mask(net)
    >>> mask.raw.w_hid, mask.raw.b_hid
    (True, False)
    >>> optimiser = optax.adamw(1e-3, weight_decay=1e-2, mask=mask)
    """
    params = eqx.filter(check_network(net), trainable(net))
    mask = jax.tree.map(lambda _: False, params)
    for name in _DECAYING:
        raw = getattr(params.raw, name)
        if raw is None:
            continue
        constraint = getattr(net.constraints, name)
        at_zero = constraint.effective(jax.tree.map(jnp.zeros_like, raw))
        is_plastic = constraint.structure(at_zero.shape).plastic
        decays = not bool(jnp.any(is_plastic & (at_zero != 0)))
        mask = eqx.tree_at(
            lambda m, name=name: getattr(m.raw, name),
            mask,
            jax.tree.map(lambda _, decays=decays: decays, raw),
        )
    return mask
