"""A local rule: eligibility traces in place of backpropagation through time."""

from typing import Any, final

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp

from .._checks import check_finite, describe, invalid
from .._types import ArrayLike, KeyArray
from ..dynamics import along_units, CurrentForm
from ..network import AbstractNetwork, effective
from ..penalties import Loss
from ..simulation import Record, rollout
from ._base import AbstractGradient, Problem, Terms, trained_weights


@final
class EProp(AbstractGradient):
    """e-prop for rate networks, also known as random feedback local online learning.

    What a synapse from i to j knows of its past is its eligibility trace: the rates of
    i as the leak of j filters them, times the slope of j. The errors of the outputs
    reach j through feedback weights B. What reaches the loss through other units (the
    recurrent part of the Jacobian) is left out:

        p_ji(t) = (1 - gamma_j) p_ji(t-1) + gamma_j r_i(t-1)
        dL/dW_ji ~ sum_t (B dL/dy_t)_j f'(v_j(t)) p_ji(t)

    (Bellec et al. 2020, eq. 1, with symmetric feedback B = W_out^T or a fixed random B;
    Murray 2019 has random feedback, and the rate as the leaky variable.) The trace of
    inputs u_i(t) and of the bias is alike; the readout's own gradient is exact. Without
    recurrent weights, and with symmetric feedback, all of it is.

    Traces would be an n x n array for each trial. Here the sum over time is turned
    around: the leak filters the units' signals backwards in time, `q(t) = f'(v(t)) B
    dL/dy_t + (1 - gamma) q(t+1)`, and one product over trials and steps `gamma sum_t
    q(t) r(t-1)^T` is the same sum, without the products by weights in each step that a
    reverse pass has. Noise and constraints are those of the network.

    **Arguments:**

    - `feedback`: B, `(n_hidden, n_out)`; by default the transpose of the readout as it
        is, which learning changes. `EProp.random(net, key=key)` draws one.

    Raises `ValueError` for feedback that is no finite matrix; in an update, for
    feedback of another shape than the network's, forms other than `CurrentForm`,
    short-term plasticity, learned time constants, and losses with further terms.
    """

    feedback: Array | None

    def __init__(self, feedback: ArrayLike | None = None) -> None:
        if feedback is not None:
            check_finite("feedback", feedback)
            feedback = jnp.asarray(feedback)
            if feedback.ndim != 2 or not jnp.issubdtype(feedback.dtype, jnp.floating):
                raise invalid(
                    "feedback",
                    "be floats of shape (n_hidden, n_out)",
                    describe(feedback),
                    "Rows are the units that learn.",
                )
        self.feedback = feedback

    @classmethod
    def random(cls, net: AbstractNetwork, *, key: KeyArray) -> "EProp":
        """Fixed Gaussian feedback of standard deviation 1 / sqrt(n_hidden).

        That of a readout's initial weights.
        """
        draw = jax.random.normal(key, (net.n_hidden, net.n_out), net.dtype)
        return cls(draw / jnp.sqrt(jnp.asarray(net.n_hidden, net.dtype)))

    def __call__(
        self, params: Any, static: Any, problem: Problem
    ) -> tuple[Array, Terms, Any]:
        """The loss, its terms, and the local rule's estimate of its gradient."""
        net = eqx.combine(params, static)
        _check(net, problem.loss)
        u = problem.trials.inputs
        traj = rollout(net, u, key=problem.key, record=Record())
        value, errors = jax.value_and_grad(problem.of_outputs)(traj.outputs)
        weights, rates = effective(net), traj.rates

        leak = along_units(1 - net.method.gain(net.dt, weights.tau), rates[..., 0, :])
        slope = jax.jvp(
            net.activation, (traj.potentials,), (jnp.ones_like(traj.potentials),)
        )[1]
        signal = slope * (errors @ self._feedback(net, weights.w_out).T)

        def filtered(q: Array, signal: Array) -> tuple[Array, Array]:
            q = signal + leak * q
            return q, (1 - leak) * q

        start = net.initial_state(rates.shape[:-2]).potentials
        first, q = jax.lax.scan(
            filtered, jnp.zeros_like(start), jnp.moveaxis(signal, -2, 0), reverse=True
        )
        q = jnp.moveaxis(q, 0, -2)
        earlier = jnp.concatenate(
            [net.activation(start)[..., None, :], rates[..., :-1, :]], axis=-2
        )
        gradients = {
            "w_in": _over_steps(q, u),
            "w_hid": _over_steps(q, earlier),
            "b_hid": _total(q),
            "w_out": _over_steps(errors, rates),
            "b_out": _total(errors),
            "v0": _total(leak * first),
        }
        trained, pull = jax.vjp(lambda p: trained_weights(p, static), params)
        (grads,) = pull({name: gradients[name] for name in trained})
        return value, {"task": value}, grads

    def _feedback(self, net: AbstractNetwork, w_out: Array) -> Array:
        if self.feedback is None:
            return w_out.T
        if self.feedback.shape != (net.n_hidden, net.n_out):
            raise invalid(
                "feedback",
                f"have shape {(net.n_hidden, net.n_out)}, (n_hidden, n_out)",
                f"shape {self.feedback.shape}",
                "EProp.random(net, key=key) draws one that fits.",
            )
        return self.feedback.astype(net.dtype)


def _total(x: Array) -> Array:
    """The sum over all axes but the last."""
    return jnp.sum(x, axis=tuple(range(x.ndim - 1)))


def _over_steps(post: Array, pre: Array) -> Array:
    """`sum post pre^T` over trials and steps: one product."""
    flat = lambda x: x.reshape(-1, x.shape[-1])
    return flat(post).T @ flat(pre)


def _check(net: AbstractNetwork, loss: Loss) -> None:
    """Refuse what the traces do not describe."""
    exact = "Use BPTT() or RTRL(), which are exact."
    if type(net.form) is not CurrentForm:
        raise invalid("form", "be CurrentForm() for EProp", repr(net.form), exact)
    if net.synapses is not None:
        raise invalid(
            "synapses", "be None for EProp", describe(type(net.synapses)), exact
        )
    if "tau" not in net.fixed:
        raise invalid("tau", "be fixed for EProp", "learned time constants", exact)
    if loss.penalties:
        raise invalid(
            "loss",
            "have no terms beside the task's cost for EProp",
            f"the terms {', '.join(loss.penalties)}",
            exact,
        )
