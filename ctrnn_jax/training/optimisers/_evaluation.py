"""The point at which an optimiser says that the network is evaluated."""

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import PyTree
import optax

from ...network import AbstractNetwork, trainable
from ._adapted_optimiser import LookaheadState


_KINDS = (
    LookaheadState,
    optax.contrib.ScheduleFreeState,
    optax.contrib.SAMState,
)
"""States of optimisers that evaluate elsewhere than they train."""


def evaluation_network(
    net: AbstractNetwork, opt_state: optax.OptState
) -> AbstractNetwork:
    """Return the network to evaluate, during training with this optimiser.

    With `optax.contrib.schedule_free` it has the averaged parameters (see
    `optax.contrib.schedule_free_eval_params`), with `optax.lookahead` the slow ones,
    and with `optax.contrib.sam` those of the outer optimiser. Otherwise it is `net`.
    `opt_state` may hold the state of the optimiser in a chain, for example, or for a
    part of the parameters. Networks and states may be stacks.
    """
    states = [x for x in jax.tree.leaves(opt_state, is_leaf=_is_ours) if _is_ours(x)]
    return _evaluation_network(net, states) if states else net


@eqx.filter_jit
def _evaluation_network(net: AbstractNetwork, states: list[PyTree]) -> AbstractNetwork:
    def of_one(net: AbstractNetwork, states: list[PyTree]) -> AbstractNetwork:
        params, static = eqx.partition(net, trainable(net))
        for state in states:
            params = _evaluation_params(params, state)
        return eqx.combine(params, static)

    return jax.vmap(of_one)(net, states) if net.dt.ndim else of_one(net, states)


def _is_ours(x: object) -> bool:
    return isinstance(x, _KINDS)


def _is_masked(x: object) -> bool:
    return isinstance(x, optax.MaskedNode)


def _evaluation_params(params: PyTree, state: PyTree) -> PyTree:
    """Return the evaluation point; parameters that `state` does not hold are kept."""
    if isinstance(state, LookaheadState):
        return state.slow
    is_schedule_free = isinstance(state, optax.contrib.ScheduleFreeState)
    held = state.z if is_schedule_free else state.cache
    if held is None:  # SAM that makes all of its steps in one update
        return params
    masked = jax.tree.map(
        lambda x, p: x if _is_masked(x) else p, held, params, is_leaf=_is_masked
    )
    if is_schedule_free:
        point = optax.contrib.schedule_free_eval_params(state, masked)
    else:
        between = state.steps_since_sync > 0
        point = jax.tree.map(lambda c, p: jnp.where(between, c, p), held, masked)
    return jax.tree.map(
        lambda x, p: p if _is_masked(x) else x.astype(p.dtype),
        point,
        params,
        is_leaf=_is_masked,
    )
