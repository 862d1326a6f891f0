"""FORCE: a readout that learns while the network runs, also on its own output."""

import functools
import math
from typing import Any

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp

from .._checks import (
    as_array,
    check_count,
    check_finite,
    check_positive,
    describe,
    invalid,
)
from .._random import trial_keys
from .._tree import with_fields
from .._types import ArrayLike, KeyArray
from ..constraints import Free
from ..network import AbstractNetwork, State, unconstrained
from ..simulation import Record, rollout


class ForceResult(eqx.Module):
    """What `force` learned.

    **Attributes:**

    - `network`: with the learned readout, and the loop of the feedback in its recurrent
        weights: an ordinary network.
    - `errors`: of the outputs at each step, before the update there, `(passes, *batch,
        time, n_out)`.
    - `precision`: P, `(n_hidden, n_hidden)`, the inverse of the rates' correlations
        (plus alpha).
    - `state`: after the last step, `(*batch, n_hidden)`.
    - `open_network`: with the learned readout and recurrent weights as they were: to
        learn on with the same feedback, or `network` itself without feedback.
    """

    network: AbstractNetwork
    errors: Array
    precision: Array
    state: State
    open_network: AbstractNetwork


def force(
    net: AbstractNetwork,
    inputs: ArrayLike | None,
    targets: ArrayLike,
    *,
    alpha: ArrayLike = 1.0,
    every: int = 1,
    feedback: ArrayLike | None = None,
    passes: int = 1,
    mask: ArrayLike | None = None,
    key: KeyArray | None = None,
    state: State | None = None,
    precision: ArrayLike | None = None,
) -> ForceResult:
    """Learn the readout by recursive least squares while the network runs.

    Each update makes the output right where it just was wrong, weighing what was seen
    before (Sussillo & Abbott 2009, eqs. 3-5, for all outputs at once):

        e = W_out r + b_out - target
        P -= P r r^T P / (1 + r^T P r),    W_out -= e (P r)^T

    from P = I / alpha. Without feedback the weights after any number of steps are those
    of ridge regression on all of them, with penalty alpha on the distance from where
    they started. With feedback the output is fed back while it is learned, as the
    recurrent weights `W_hid + feedback W_out` of the moment; errors are small from the
    first steps on, so that the network hears almost the target, and yet its own output.
    The readout is linear, hence the learned loop is a change of the recurrent weights
    (and of the hidden bias by `feedback b_out`): the result runs with `cj.rollout`. A
    chaotic network (tanh, no bias, weights of standard deviation g / sqrt(n), g = 1.5)
    learns to generate patterns alone:

        result = cj.training.force(net, None, pattern, feedback=feedback, every=2)
        traj = cj.rollout(result.network, steps=1000, state=result.state)

    Trials are learned from one after the other. Each begins where `state` says, in
    every pass; its noise is that of `rollout` with the same key, and in later passes
    goes on from there. No derivatives are taken.

    **Main arguments:**

    - `net`: a network with unconstrained readout; with feedback, unconstrained
        recurrent weights.
    - `inputs`: u, `(*batch, time, n_in)`, or `None` for silence.
    - `targets`: of the outputs, `(*batch, time, n_out)`.

    **Other arguments:**

    - `alpha`: penalty of the weights: large ones learn slowly; Sussillo & Abbott use 1
        to 100.
    - `every`: updates are at steps with a count (`state.step`) divisible by this.
    - `feedback`: weights `(n_hidden, n_out)` of the output's way back.
    - `passes`: how often all trials are gone through.
    - `mask`: `(*batch, time)`: where it is 0, nothing is learned. Of the trials of a
        task, `trials.mask[..., 0]`.
    - `key`: for the noise, as in `rollout`.
    - `state`: where to start, by default v0; that of an earlier result goes on from it.
    - `precision`: P to start from, of an earlier result, instead of I / alpha.

    **Returns:** a `ForceResult`. In float32 P loses precision over many thousand steps;
    a larger alpha helps, or float64.

    **Raises:** `ValueError` for a readout with a constraint, with feedback also for
    constrained recurrent weights or hidden biases, short-term plasticity, and a readout
    bias in a network without hidden biases; for wrong shapes or dtypes, targets that
    are not finite, and noise without a key.
    """
    _check_network(net, feedback is not None)
    check_positive("alpha", alpha, "It is the penalty of ridge regression.")
    check_count("every", every, at_least=1)
    check_count("passes", passes, at_least=1)
    targets = _of_dtype("targets", targets, net)
    if targets.ndim < 2 or targets.shape[-1] != net.n_out:
        raise invalid(
            "targets",
            f"have shape (*batch, time, {net.n_out})",
            f"shape {targets.shape}",
            "The last axis is outputs, the one before it time.",
        )
    check_finite("targets", targets)
    lead, n = targets.shape[:-1], net.n_hidden
    u = jnp.zeros((*lead, net.n_in), net.dtype)
    if inputs is not None:
        u = _with_shape("inputs", _of_dtype("inputs", inputs, net), (*lead, net.n_in))
    learns = jnp.ones(lead, bool)
    if mask is not None:
        learns = _with_shape("mask", jnp.asarray(mask).astype(bool), lead)
    if feedback is not None:
        feedback = as_array("feedback", feedback, net.dtype, (n, net.n_out))
    if precision is None:
        precision = jnp.eye(n, dtype=net.dtype) / jnp.asarray(alpha).astype(net.dtype)
    precision = as_array("precision", precision, net.dtype, (n, n))
    # no step yet: its door looks at state and key
    start = rollout(net, u[..., :0, :], state=state, key=key).final_state
    keys = None if key is None else _keys(key, lead[:-1])
    learned = _learn(
        net, u, targets, learns, start, keys, feedback, precision,
        every=every, passes=passes,
    )  # fmt: skip
    return ForceResult(*learned)


@functools.partial(jax.jit, static_argnames=("every", "passes"))
@jax.named_scope("ctrnn_jax.force")
def _learn(
    net: AbstractNetwork,
    u: Array,
    targets: Array,
    learns: Array,
    start: State,
    keys: KeyArray | None,
    feedback: Array | None,
    precision: Array,
    *,
    every: int,
    passes: int,
) -> tuple[AbstractNetwork, Array, Array, State, AbstractNetwork]:
    batch, length = targets.shape[:-2], targets.shape[-2]
    plain, record = unconstrained(net), Record(potentials=False)

    def trial(carry: Any, x: Any, begin: Array) -> tuple[Any, Any]:
        u, targets, learns, (v, synapses, rate_noise), key = x

        def step(carry: Any, x: Any) -> tuple[Any, Array]:
            w_out, p, state = carry
            u, target, learns = x
            now = _closed(plain, w_out, feedback, plain.raw.b_out)
            traj = rollout(now, u[None], state=state, key=key, record=record)
            r, state = traj.rates[0], traj.final_state
            error = traj.outputs[0] - target
            seen = p @ r
            gain = seen / (1 + r @ seen)
            gain = jnp.where(learns & (state.step % every == 0), gain, 0)
            carry = w_out - jnp.outer(error, gain), p - jnp.outer(gain, seen), state
            return carry, error

        state = State(v, begin, synapses, rate_noise)
        carry, errors = jax.lax.scan(step, (*carry, state), (u, targets, learns))
        last = carry[2]
        return carry[:2], (errors, (last.potentials, last.synapses, last.rate_noise))

    count = math.prod(batch)
    one_axis = lambda x: x.reshape(count, *x.shape[len(batch) :])
    states = (start.potentials, start.synapses, start.rate_noise)
    xs = jax.tree.map(one_axis, (u, targets, learns, states, keys))

    def one_pass(carry: Any, index: Array) -> tuple[Any, Any]:
        begin = start.step + index * length
        carry, out = jax.lax.scan(lambda carry, x: trial(carry, x, begin), carry, xs)
        return carry, out

    (w_out, precision), (errors, states) = jax.lax.scan(
        one_pass, (plain.raw.w_out, precision), jnp.arange(passes, dtype=jnp.int32)
    )
    errors = errors.reshape(passes, *targets.shape)
    last = lambda x: x[-1].reshape(*batch, *x.shape[2:])
    v, synapses, rate_noise = jax.tree.map(last, states)
    state = State(v, start.step + passes * length, synapses, rate_noise)
    open_network = with_fields(net, raw=with_fields(net.raw, w_out=w_out))
    network = _closed(net, w_out, feedback, plain.raw.b_out)
    return network, errors, precision, state, open_network


def _closed(net: Any, w_out: Array, feedback: Array | None, b_out: Array | None) -> Any:
    """The network with this readout, and the loop through `feedback` if there is one.

    What changes has no constraint: raw parameters are weights there.
    """
    raw = with_fields(net.raw, w_out=w_out)
    if feedback is not None:
        raw = with_fields(raw, w_hid=raw.w_hid + feedback @ w_out)
        if b_out is not None:
            raw = with_fields(raw, b_hid=raw.b_hid + feedback @ b_out)
    return with_fields(net, raw=raw)


def _check_network(net: Any, closes: bool) -> None:
    """Refuse networks whose weights cannot move as the rule says."""
    if not isinstance(net, AbstractNetwork) or net.dt.ndim != 0:
        raise invalid("net", "be one network", describe(net), "Pass a CTRNN.")
    moves = {"w_out": "the rule sets it freely"}
    if closes:
        moves["w_hid"] = "the output's loop is added to it"
        if net.raw.b_out is not None:
            moves["b_hid"] = "the readout's bias is fed back through it"
    for name, why in moves.items():
        constraint = getattr(net.constraints, name)
        if constraint is None:
            got, remedy = None, "Build it with use_bias_hid=True or use_bias_out=False."
            raise invalid(name, f"exist: {why}", got, remedy)
        if type(constraint) is not Free:
            raise invalid(
                name,
                f"have no constraint: {why}",
                type(constraint).__name__,
                "Use a CTRNN without one, or train with cj.fit.",
            )
    if closes and net.synapses is not None:
        raise invalid(
            "synapses",
            "be None with feedback: what units send is not what the readout sees",
            describe(type(net.synapses)),
            "Leave out `feedback`, or the plasticity.",
        )


def _keys(key: KeyArray, batch: tuple[int, ...]) -> KeyArray:
    """One key for each trial, as in `rollout`."""
    if not jnp.issubdtype(key.dtype, jax.dtypes.prng_key):
        key = jax.random.wrap_key_data(key)
    return key if key.shape == batch else trial_keys(key, batch)


def _of_dtype(name: str, values: Any, net: AbstractNetwork) -> Array:
    array = jnp.asarray(values)
    if array.dtype != net.dtype:
        raise invalid(
            name,
            f"have the network's dtype {net.dtype}",
            describe(array),
            f"Cast with .astype({net.dtype}), or the network with cj.astype.",
        )
    return array


def _with_shape(name: str, array: Array, shape: tuple[int, ...]) -> Array:
    if array.shape != shape:
        raise invalid(
            name,
            f"have shape {shape}, as `targets` say",
            f"shape {array.shape}",
            "A mask is one value a step: of a task, `trials.mask[..., 0]`.",
        )
    return array
