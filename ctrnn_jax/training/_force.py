"""FORCE learning: recursive least squares on the readout of a running network."""

import functools
import math
from typing import final

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
import numpy as np

from .._arguments import checks_arguments
from .._checks import (
    as_array,
    check,
    check_count,
    check_dtype,
    check_finite,
    check_over_time,
    check_positive,
    check_shape,
    describe,
    is_concrete,
)
from .._progress import compiling, reporting
from .._random import trial_keys
from .._show import AbstractShown, quantities, Table
from .._tree import with_fields
from .._types import ArrayLike, KeyArray
from ..constraints import Free
from ..network import AbstractNetwork, check_network, State, unconstrained
from ..simulation import Record, rollout


@final
class ForceResult(AbstractShown, eqx.Module):
    """The result of `force`.

    **Attributes:**

    - `network`: with the learned readout, and with the feedback loop in its recurrent
        weights: an ordinary network.
    - `errors`: of the outputs at each step, before the update of this step, `(passes,
        *batch, time, n_out)`.
    - `precision`: P, `(n_hidden, n_hidden)`, the inverse of the rates' correlations
        (plus alpha).
    - `state`: after the last step, `(*batch, n_hidden)`.
    - `open_network`: with the learned readout and the original recurrent weights, to
        continue learning with the same feedback. Without feedback it equals `network`.
    """

    network: AbstractNetwork
    errors: Array
    precision: Array
    state: State
    open_network: AbstractNetwork

    def _table(self) -> Table:
        return quantities(self, omit=("open_network",))


_REMEDY = (
    "The shape follows from that of `targets`. A mask is one value a step: of a task, "
    "`trials.mask[..., 0]`."
)


@checks_arguments
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
    progress: bool | None = None,
) -> ForceResult:
    """Learn the readout by recursive least squares while the network runs.

    Each update corrects the error of the present output, weighted by the rates seen so
    far (Sussillo & Abbott 2009, eqs. 3-5, for all outputs at once):

        e = W_out r + b_out - target
        P -= P r r^T P / (1 + r^T P r),    W_out -= e (P r)^T

    It starts from P = I / alpha. Without feedback, the weights after any number of
    steps are those of ridge regression on all of them, with penalty alpha on the
    distance from the initial weights.

    With feedback, the output is fed back while it is learned: the recurrent weights at
    each step are `W_hid + feedback W_out` with the present W_out. Errors are small from
    the first steps on, so the network receives almost the target, although it is its
    output. The readout is linear, so the learned loop is a change of the recurrent
    weights (and of the hidden bias by `feedback b_out`), and the result runs with
    `cj.rollout`. A chaotic network (tanh, no bias, weights of standard deviation
    g / sqrt(n), g = 1.5) learns to generate patterns without input:

        result = cj.training.force(net, None, pattern, feedback=feedback, every=2)
        traj = cj.rollout(result.network, steps=1000, state=result.state)

    Trials are learned one after the other. In every pass, each trial begins with the
    potentials of `state`. Its noise is that of `rollout` with the same key, and
    continues in later passes. No derivatives are taken.

    **Main arguments:**

    - `net`: a network with an unconstrained readout; with feedback, also unconstrained
        recurrent weights.
    - `inputs`: u, `(*batch, time, n_in)`, or `None` for inputs of 0.
    - `targets`: of the outputs, `(*batch, time, n_out)`.

    **Other arguments:**

    - `alpha`: penalty of the weights. Learning is slower for a larger alpha; Sussillo &
        Abbott use 1 to 100.
    - `every`: updates are at steps with a count (`state.step`) divisible by this.
    - `feedback`: weights `(n_hidden, n_out)` from the outputs to the units.
    - `passes`: the number of passes over all trials.
    - `mask`: `(*batch, time)`: steps where it is 0 are not learned. For the trials of a
        task, use `trials.mask[..., 0]`.
    - `key`: for the noise, as in `rollout`.
    - `state`: the initial state, by default v0; that of an earlier result continues
        from it.
    - `precision`: the initial P, from an earlier result, instead of I / alpha.
    - `progress`: as in `fit`, with a line for each pass.

    **Returns:** a `ForceResult`. In float32 P loses precision over many thousand steps;
    use a larger alpha or float64.

    **Raises:** `ValueError` for a readout with a constraint, with feedback also for
    constrained recurrent weights or hidden biases, short-term plasticity, and a readout
    bias in a network without hidden biases; for wrong shapes or dtypes, targets that
    are not finite, and noise without a key.
    """
    _check_network(net, has_feedback=feedback is not None)
    check_positive("alpha", alpha, "It is the penalty of ridge regression.")
    check_shape("alpha", alpha, (), "Give one number.")
    check_count("every", every, at_least=1)
    check_count("passes", passes, at_least=1)
    targets = jnp.asarray(targets)
    check_dtype("targets", targets, net.dtype)
    check_over_time("targets", targets, net.n_out)
    check_finite("targets", targets)
    steps_shape, n = targets.shape[:-1], net.n_hidden  # (*batch, time)
    u = jnp.zeros((*steps_shape, net.n_in), net.dtype)
    if inputs is not None:
        u = jnp.asarray(inputs)
        check_dtype("inputs", u, net.dtype)
        check_shape("inputs", u, (*steps_shape, net.n_in), _REMEDY)
        check_finite("inputs", u)
    learns = jnp.ones(steps_shape, bool)
    if mask is not None:
        learns = jnp.asarray(mask).astype(bool)
        check_shape("mask", learns, steps_shape, _REMEDY)
    if feedback is not None:
        feedback = as_array("feedback", feedback, net.dtype, (n, net.n_out))
        check_finite("feedback", feedback)
    if precision is None:
        precision = jnp.eye(n, dtype=net.dtype) / jnp.asarray(alpha).astype(net.dtype)
    precision = as_array("precision", precision, net.dtype, (n, n))
    check_finite("precision", precision)
    # a rollout of no steps validates `state` and `key`
    start = rollout(net, u[..., :0, :], state=state, key=key).final_state
    keys = None if key is None else trial_keys(key, steps_shape[:-1])
    # pass by pass, so that the progress can be shown; JAX traces one scan over all
    arguments = (net, u, targets, learns, start, keys, feedback, precision)
    calls = [1] * passes if is_concrete(arguments) else [passes]
    errors: list[Array] = []
    with reporting(progress, "force", "passes", passes, arguments=arguments) as display:
        for num_passes in calls:
            result = _learn(
                net, u, targets, learns, start, keys, feedback, precision,
                every=every, passes=num_passes,
            )  # fmt: skip
            errors.append(result.errors)
            net, precision = result.open_network, result.precision
            start = with_fields(start, step=result.state.step)
            if display.is_on:
                size = _root_mean_square(result.errors)
                display.show(len(errors), f"error {size:.4g}")
        if display.is_on:
            size = _root_mean_square(errors[-1])
            made = f"{passes} passes in {display.seconds}"
            display.close(f"{made}, error {size:.4g} in the last")
    if len(errors) == 1:
        return result
    return with_fields(result, errors=jnp.concatenate(errors))


def _root_mean_square(errors: Array) -> float:
    return float(np.sqrt(np.mean(np.asarray(errors) ** 2)))


Readout = tuple[Array, Array]
"""W_out, `(n_out, n_hidden)`, and P: what the trials pass on."""

TrialData = tuple[Array, Array, Array, State, KeyArray | None]
"""Inputs, targets, mask, initial state and key of a trial."""


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
) -> ForceResult:
    """Run three nested scans: over the steps of a trial, over trials, over passes."""
    compiling("the learning rule")
    batch, length = targets.shape[:-2], targets.shape[-2]
    # with effective weights as parameters, W_out can change without the constraints
    plain, record = unconstrained(net), Record(potentials=False)

    def learn_trial(
        readout: Readout, x: TrialData, first_step: Array
    ) -> tuple[Readout, tuple[Array, State]]:
        u, targets, learns, state, key = x

        def step(
            carry: tuple[Array, Array, State], x: tuple[Array, Array, Array]
        ) -> tuple[tuple[Array, Array, State], Array]:
            w_out, p, state = carry
            u, target, learns = x
            # run one step with the present readout in the feedback loop
            closed = _closed(plain, w_out, feedback, plain.raw.b_out)
            traj = rollout(closed, u[None], state=state, key=key, record=record)
            r, state = traj.rates[0], traj.final_state
            error = traj.outputs[0] - target
            # recursive least squares: gain = P r / (1 + r^T P r), which equals P r with
            # the updated P; P is symmetric, so P r r^T P = (P r)(P r)^T
            p_r = p @ r
            gain = p_r / (1 + r @ p_r)
            # a gain of 0 changes neither W_out nor P
            gain = jnp.where(learns & (state.step % every == 0), gain, 0)
            w_out, p = w_out - jnp.outer(error, gain), p - jnp.outer(gain, p_r)
            return (w_out, p, state), error

        state = with_fields(state, step=first_step)
        carry, errors = jax.lax.scan(step, (*readout, state), (u, targets, learns))
        w_out, p, end = carry
        return (w_out, p), (errors, end)

    # all batch axes become one, `(trials, ...)`
    num_trials = math.prod(batch)
    start_of_trials = with_fields(start, step=jnp.broadcast_to(start.step, batch))
    trials = jax.tree.map(
        lambda x: x.reshape(num_trials, *x.shape[len(batch) :]),
        (u, targets, learns, start_of_trials, keys),
    )

    def learn_pass(
        readout: Readout, index: Array
    ) -> tuple[Readout, tuple[Array, State]]:
        # the step counter continues, so each pass has new noise
        first_step = start.step + index * length
        return jax.lax.scan(
            lambda readout, x: learn_trial(readout, x, first_step), readout, trials
        )

    (w_out, precision), (errors, ends) = jax.lax.scan(
        learn_pass,
        (plain.raw.w_out, precision),
        jnp.arange(passes, dtype=jnp.int32),
    )

    # from `(passes, trials, ...)` back to the batch axes; states of the last pass
    end = jax.tree.map(lambda x: x[-1].reshape(*batch, *x.shape[2:]), ends)
    return ForceResult(
        network=_closed(net, w_out, feedback, plain.raw.b_out),
        errors=errors.reshape(passes, *targets.shape),
        precision=precision,
        state=with_fields(end, step=start.step + passes * length),
        open_network=with_fields(net, raw=with_fields(net.raw, w_out=w_out)),
    )


def _closed(
    net: AbstractNetwork, w_out: Array, feedback: Array | None, b_out: Array | None
) -> AbstractNetwork:
    """Return the network with this readout and, if any, the loop through `feedback`.

    The changed weights have no constraint, so their raw parameters are the weights.
    """
    raw = with_fields(net.raw, w_out=w_out)
    if feedback is not None:
        raw = with_fields(raw, w_hid=raw.w_hid + feedback @ w_out)
        if b_out is not None:
            raw = with_fields(raw, b_hid=raw.b_hid + feedback @ b_out)
    return with_fields(net, raw=raw)


def _check_network(net: AbstractNetwork, *, has_feedback: bool) -> None:
    """Validate that the weights that learning changes exist and have no constraint."""
    check_network(net)
    changed = {"w_out": "the learning rule sets it freely"}
    if has_feedback:
        changed["w_hid"] = "the loop of the output is added to it"
        if net.raw.b_out is not None:
            changed["b_hid"] = "the readout's bias is fed back through it"
    for name, why in changed.items():
        constraint = getattr(net.constraints, name)
        remedy = "Build it with use_bias_hid=True or use_bias_out=False."
        check(constraint is not None, name, f"exist: {why}", None, remedy)
        check(
            type(constraint) is Free,
            name,
            f"have no constraint: {why}",
            type(constraint).__name__,
            "Use a CTRNN without one, or train with cj.fit.",
        )
    check(
        not has_feedback or net.synapses is None,
        "synapses",
        "be None with feedback: what units send is not what the readout receives",
        lambda: describe(type(net.synapses)),
        "Leave out `feedback`, or the plasticity.",
    )
