"""Real-time recurrent learning: the exact gradient, carried forwards in time."""

from typing import Any, final

import equinox as eqx
import jax
from jax import Array
from jax.flatten_util import ravel_pytree
import jax.numpy as jnp

from .._checks import invalid
from .._random import trial_keys
from .._types import KeyArray
from ..network import State, unconstrained
from ..simulation import DirectAdjoint, rollout, Trajectory
from ._base import AbstractGradient, Problem, Terms, trained_weights


_MOST = 10**8


@final
class RTRL(AbstractGradient):
    """Real-time recurrent learning: the exact gradient without a reverse pass.

    Carries the influence matrix S, the derivative of the state with respect to every
    trained weight, along with the state (Williams & Zipser 1989):

        S_t = J_t S_{t-1} + D_t,    dL/dw = sum_t dL/ds_t S_t

    with J and D the derivatives of one step with respect to state and weights. The
    same gradient as `BPTT()`, for every form, synapse, noise, constraint and loss; how
    the loss depends on the trajectory is found from one rollout before. For n units a
    step costs O(n^4) a trial. It is for small networks, and as an oracle.

    Its memory does not grow with the steps, but the influence matrices of all trials
    are held at once: trials x state x weights numbers, which is 0.5 GiB in float64 for
    64 trials of 100 units with 10,600 weights.

    In an update, raises `ValueError` for influence matrices of over 10^8 numbers.
    """

    def __call__(
        self, params: Any, static: Any, problem: Problem
    ) -> tuple[Array, Terms, Any]:
        """The loss, its terms, and its gradient by forward sensitivities."""
        net, loss, trials = eqx.combine(params, static), problem.loss, problem.trials
        traj = rollout(net, trials.inputs, key=problem.key, record=loss.record)
        happened, rest = eqx.partition(traj, eqx.is_inexact_array)

        def objective(params: Any, happened: Any) -> tuple[Array, Terms]:
            traj = eqx.combine(happened, rest)
            return loss(problem.task, eqx.combine(params, static), traj, trials)

        (value, terms), (direct, wanted) = jax.value_and_grad(
            objective, argnums=(0, 1), has_aux=True
        )(params, happened)
        trained, pull = jax.vjp(lambda p: trained_weights(p, static), params)
        weights, unravel = ravel_pytree(trained)
        _check_size(len(trials.inputs), net.initial_state(), weights.size)

        sensitivities = _Sensitivities(
            lambda flat: eqx.tree_at(
                lambda n: [getattr(n.raw, name) for name in trained],
                unconstrained(net),
                list(unravel(flat).values()),
            ),
            loss.record,
        )
        key = problem.key
        if not jnp.issubdtype(key.dtype, jax.dtypes.prng_key):
            key = jax.random.wrap_key_data(key)
        keys = trial_keys(key, (len(trials.inputs),))
        each = lambda u, key, wanted: sensitivities.gradient(weights, u, key, wanted)
        total = jnp.sum(jax.vmap(each)(trials.inputs, keys, wanted), axis=0)
        (through_time,) = pull(unravel(total))
        return value, terms, jax.tree.map(jnp.add, direct, through_time)


def _varies(state: State) -> Any:
    """What weights have an influence on; noise and the counter are not among it."""
    return state.potentials, state.synapses


def _check_size(trials: int, state: State, weights: int) -> None:
    """Refuse influence matrices that would fill the memory."""
    size = sum(x.size for x in jax.tree.leaves(_varies(state)))
    if trials * size * weights > _MOST:
        raise invalid(
            "gradient",
            f"carry influence matrices of at most {_MOST:,} numbers",
            f"{trials * size * weights:,}: {trials} trials of {size} state variables "
            f"and {weights:,} weights",
            "Use BPTT(), or fewer trials or units.",
        )


class _Sensitivities:
    """The forward pass of one trial, for weights as one flat array."""

    def __init__(self, network_of: Any, record: Any) -> None:
        self.network_of, self.record = network_of, record

    def gradient(self, weights: Array, u: Array, key: KeyArray, wanted: Any) -> Array:
        """`sum_t dL/ds_t S_t`; `wanted` are the loss's derivatives, as a trajectory."""
        begin = self.network_of(weights).initial_state()
        unravel = ravel_pytree(_varies(begin))[1]
        start = lambda w: ravel_pytree(_varies(self.network_of(w).initial_state()))[0]
        s, pull = jax.vjp(start, weights)
        unit = jnp.eye(s.size, dtype=s.dtype)
        (influence,) = jax.vmap(pull)(unit)

        def move(weights: Array, s: Array, other: Any, u: Array) -> Any:
            v, synapses = unravel(s)
            traj = rollout(
                self.network_of(weights),
                u[None],
                state=State(v, other[0], synapses, other[1]),
                key=key,
                record=self.record,
                adjoint=DirectAdjoint(),
            )
            kept = jax.tree.map(lambda x: x[0], _kept(traj))
            final = traj.final_state
            other = final.step, final.rate_noise
            return (ravel_pytree(_varies(final))[0], kept), other

        def step(carry: Any, x: Any) -> tuple[Any, None]:
            s, influence, other, gradient = carry
            u, wanted = x
            (after, kept), pull, other = jax.vjp(
                lambda weights, s: move(weights, s, other, u), weights, s, has_aux=True
            )
            nothing = jax.tree.map(jnp.zeros_like, kept)
            added, jacobian = jax.vmap(lambda e: pull((e, nothing)))(unit)
            here, before = pull((jnp.zeros_like(s), wanted))
            gradient = gradient + here + before @ influence
            return (after, jacobian @ influence + added, other, gradient), None

        carry = (s, influence, (begin.step, begin.rate_noise), jnp.zeros_like(weights))
        (_, influence, _, gradient), _ = jax.lax.scan(step, carry, (u, _kept(wanted)))
        return gradient + ravel_pytree(_varies(wanted.final_state))[0] @ influence


def _kept(traj: Trajectory) -> Any:
    """What was recorded, and the loss may depend on."""
    return traj.potentials, traj.rates, traj.outputs, traj.synapses
