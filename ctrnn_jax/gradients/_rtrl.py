"""Real-time recurrent learning: the exact gradient, carried forwards in time."""

from collections.abc import Callable
from functools import partial
from typing import final

import equinox as eqx
import jax
from jax import Array
from jax.flatten_util import ravel_pytree
import jax.numpy as jnp

from .._arguments import checks_arguments
from .._checks import check
from .._random import trial_keys
from .._tree import with_fields
from .._types import KeyArray
from ..dynamics import SynapticState
from ..network import AbstractNetwork, State, unconstrained
from ..simulation import DirectAdjoint, Record, rollout, Trajectory
from ._problem import AbstractGradient, Estimate, Problem, Terms, trained_weights


_MAX_NUMBERS = 10**8
"""The largest allowed size of the influence matrices of all trials together."""

Recorded = tuple[Array | None, Array | None, Array | None, SynapticState | None]
"""Potentials, rates, outputs and synapses: what the loss may depend on."""

Advanced = tuple[Array, Recorded]
"""An array, the state or the input of a step, and the recorded arrays of the step."""

Counters = tuple[Array, Array | None]
"""The step counter and the noise on the rate, which no weight influences."""

Carry = tuple[Array, Array, Counters, Array]
"""State, influence matrix, counters and gradient: what goes from step to step."""


@final
@checks_arguments
class RTRL(AbstractGradient):
    """Real-time recurrent learning: the exact gradient without a reverse pass.

    It carries the influence matrix S, the derivative of the state by every trained
    weight, along with the state (Williams & Zipser 1989):

        S_t = J_t S_{t-1} + D_t,    dL/dw = sum_t dL/ds_t S_t

    J and D are the derivatives of one step by state and weights. The gradient equals
    that of `BPTT()` for every form, synapse, noise, constraint and loss. A rollout
    before the forward pass determines how the loss depends on the trajectory. For n
    units a step needs O(n^4) operations for each trial. RTRL is for small networks, and
    a reference for other methods.

    Its memory does not grow with the number of steps, but the influence matrices of all
    trials are in memory at once: trials x state x weights numbers, which is 0.5 GiB in
    float64 for 64 trials of 100 units with 10,600 weights.

    In an update, raises `ValueError` for influence matrices of over 10^8 numbers.
    """

    def __call__(
        self, params: AbstractNetwork, static: AbstractNetwork, problem: Problem
    ) -> Estimate:
        """Return the loss, its terms, and its gradient by forward sensitivities."""
        net, loss, trials = eqx.combine(params, static), problem.loss, problem.trials

        # 1. Simulate once. Differentiate the loss by the parameters, with the
        #    trajectory constant, and by all numbers of the trajectory: dL/ds_t.
        traj = rollout(net, trials.inputs, key=problem.key, record=loss.record)
        has_numbers = jax.tree.map(eqx.is_inexact_array, traj)
        # dt is no result: it has no axis of trials
        numbers, rest = eqx.partition(traj, with_fields(has_numbers, dt=False))

        def objective(
            params: AbstractNetwork, numbers: Trajectory
        ) -> tuple[Array, Terms]:
            traj = eqx.combine(numbers, rest)
            return loss(problem.task, eqx.combine(params, static), traj, trials)

        (value, terms), (direct, cotangents) = jax.value_and_grad(
            objective, argnums=(0, 1), has_aux=True
        )(params, numbers)

        # 2. The effective weights that train, as one flat array.
        trained, pull = jax.vjp(lambda p: trained_weights(p, static), params)
        weights, unravel = ravel_pytree(trained)
        _check_memory(len(trials.inputs), net.initial_state(), weights.size)

        def network_of(weights: Array) -> AbstractNetwork:
            return eqx.tree_at(
                lambda n: [getattr(n.raw, name) for name in trained],
                unconstrained(net),
                list(unravel(weights).values()),
            )

        # 3. Run every trial forwards with its influence matrix, and sum over trials.
        forward = partial(_gradient_of_trial, network_of, loss.record, weights)
        keys = trial_keys(problem.key, (len(trials.inputs),))

        total = jnp.sum(jax.vmap(forward)(trials.inputs, keys, cotangents), axis=0)

        # 4. Map to raw parameters, and add their direct influence on the loss.
        (through_time,) = pull(unravel(total))
        return value, terms, jax.tree.map(jnp.add, direct, through_time)


def _influenced(state: State) -> tuple[Array, SynapticState | None]:
    """Return the parts of the state that the weights influence."""
    return state.potentials, state.synapses


def _recorded(traj: Trajectory) -> Recorded:
    """Return the recorded arrays of a trajectory."""
    return traj.potentials, traj.rates, traj.outputs, traj.synapses


def _check_memory(trials: int, state: State, weights: int) -> None:
    """Validate that the influence matrices fit in memory."""
    size = sum(x.size for x in jax.tree.leaves(_influenced(state)))
    numbers = trials * size * weights
    rule = f"carry influence matrices of at most {_MAX_NUMBERS:,} numbers"
    parts = f"{trials} trials of {size} state variables and {weights:,} weights"
    remedy = "Use BPTT(), or fewer trials or units."
    fits = numbers <= _MAX_NUMBERS
    check(fits, "gradient", rule, f"{numbers:,}: {parts}", remedy)


def _gradient_of_trial(
    network_of: Callable[[Array], AbstractNetwork],
    record: Record,
    weights: Array,
    u: Array,
    key: KeyArray,
    cotangents: Trajectory,
) -> Array:
    """Return `sum_t dL/ds_t S_t`, `(weights,)`.

    This is the forward pass of one trial with its influence matrix. `network_of` makes
    a network of its trained weights, which are one flat array. `cotangents` are the
    derivatives of the loss by the trajectory, in its place.
    """
    initial = network_of(weights).initial_state()
    unravel = ravel_pytree(_influenced(initial))[1]

    def initial_state(weights: Array) -> Array:
        state = network_of(weights).initial_state()
        return ravel_pytree(_influenced(state))[0]

    # S_0, `(state, weights)`: the rows are derivatives of v0 by the weights
    s, pull_initial = jax.vjp(initial_state, weights)
    unit_vectors = jnp.eye(s.size, dtype=s.dtype)
    (influence,) = jax.vmap(pull_initial)(unit_vectors)

    def step(carry: Carry, x: Advanced) -> tuple[Carry, None]:
        s, influence, (count, rate_noise), gradient = carry
        u, cotangents = x

        def advance(weights: Array, s: Array) -> tuple[Advanced, Counters]:
            v, synapses = unravel(s)
            traj = rollout(
                network_of(weights),
                u[None],
                state=State(v, count, synapses, rate_noise),
                key=key,
                record=record,
                adjoint=DirectAdjoint(),
            )
            recorded = jax.tree.map(lambda x: x[0], _recorded(traj))
            final = traj.final_state
            s_after = ravel_pytree(_influenced(final))[0]
            return (s_after, recorded), (final.step, final.rate_noise)

        (s_after, recorded), pull, counters = jax.vjp(advance, weights, s, has_aux=True)
        # D_t and J_t, row by row: one pullback for each state variable
        zeros = jax.tree.map(jnp.zeros_like, recorded)
        added, jacobian = jax.vmap(lambda e: pull((e, zeros)))(unit_vectors)
        # dL/ds_t S_t: the recorded arrays of this step depend on the weights
        # directly, and through the state before the step
        by_weights, by_state = pull((jnp.zeros_like(s), cotangents))
        gradient = gradient + by_weights + by_state @ influence
        return (s_after, jacobian @ influence + added, counters, gradient), None

    counters = initial.step, initial.rate_noise
    carry = (s, influence, counters, jnp.zeros_like(weights))
    (_, influence, _, gradient), _ = jax.lax.scan(
        step, carry, (u, _recorded(cotangents))
    )
    # the loss may depend on the final state as well
    by_final_state = ravel_pytree(_influenced(cotangents.final_state))[0]
    return gradient + by_final_state @ influence
