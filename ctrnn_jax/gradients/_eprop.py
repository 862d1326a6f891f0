"""e-prop: a local learning rule with eligibility traces in place of BPTT."""

from typing import final

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp

from .._arguments import checks_arguments
from .._checks import check, check_finite, check_shape, describe
from .._random import one_key
from .._types import ArrayLike, KeyArray
from ..dynamics import along_units
from ..network import AbstractNetwork, effective
from ..penalties import Loss
from ..simulation import Record, rollout
from ._problem import AbstractGradient, Estimate, Problem, trained_weights


@final
class EProp(AbstractGradient):
    """e-prop for rate networks, also known as random feedback local online learning.

    A synapse from unit i to unit j keeps an eligibility trace: the rates of i, filtered
    by the leak of j, times the slope of j. The errors of the outputs reach j through
    feedback weights B. Effects on the loss through other units, which are the recurrent
    part of the Jacobian, are left out:

        p_ji(t) = (1 - gamma_j) p_ji(t-1) + gamma_j r_i(t-1)
        dL/dW_ji ~ sum_t (B dL/dy_t)_j f'(v_j(t)) p_ji(t)

    (Bellec et al. 2020, eq. 1, with symmetric feedback B = W_out^T or a fixed random B;
    Murray 2019 has random feedback, and the rate as the leaky variable.) The traces of
    the inputs u_i(t) and of the bias are computed in the same way. The gradient of the
    readout is exact. All gradients are exact for a network without recurrent weights
    and with symmetric feedback.

    The traces would be an n x n array for each trial. The sum over time is therefore
    computed in the other order: the leak filters the units' signals backwards in time,
    `q(t) = f'(v(t)) B dL/dy_t + (1 - gamma) q(t+1)`, and one product over trials and
    steps, `gamma sum_t q(t) r(t-1)^T`, is the same sum. No step multiplies by weights,
    as each step of a reverse pass does. Noise and constraints are those of the network.

    **Arguments:**

    - `feedback`: B, `(n_hidden, n_out)`; by default the transpose of the current
        readout, which changes during learning. `EProp.random(net, key=key)` draws one.

    Raises `ValueError` for feedback that is not a finite matrix of floats. In an
    update, raises it for feedback of another shape than the network's, forms other than
    `CurrentForm`, short-term plasticity, learned time constants, and losses with
    penalties.
    """

    feedback: Array | None

    @checks_arguments
    def __init__(self, feedback: ArrayLike | None = None) -> None:
        if feedback is not None:
            check_finite("feedback", feedback)
            feedback = jnp.asarray(feedback)
            holds = feedback.ndim == 2 and jnp.issubdtype(feedback.dtype, jnp.floating)
            rule = "be floats of shape (n_hidden, n_out)"
            remedy = "Rows are the units that learn."
            check(holds, "feedback", rule, describe(feedback), remedy)
        self.feedback = feedback

    @classmethod
    @checks_arguments
    def random(cls, net: AbstractNetwork, *, key: KeyArray) -> "EProp":
        """Draw fixed Gaussian feedback of standard deviation 1 / sqrt(n_hidden).

        This is the standard deviation of a readout's initial weights.
        """
        draw = jax.random.normal(one_key(key), (net.n_hidden, net.n_out), net.dtype)
        return cls(draw / jnp.sqrt(jnp.asarray(net.n_hidden, net.dtype)))

    def __call__(
        self, params: AbstractNetwork, static: AbstractNetwork, problem: Problem
    ) -> Estimate:
        """Return the loss, its terms, and the local rule's estimate of its gradient."""
        net = eqx.combine(params, static)
        _check_supported(net, problem.loss)

        # 1. Simulate. errors = dL/dy, `(trials, time, n_out)`.
        u = problem.trials.inputs
        traj = rollout(net, u, key=problem.key, record=Record())
        value, errors = jax.value_and_grad(problem.of_outputs)(traj.outputs)
        weights, rates = effective(net), traj.rates

        # 2. The learning signal of each unit: f'(v) B dL/dy, `(trials, time, n)`.
        leak = along_units(1 - net.method.gain(net.dt, weights.tau), rates[..., 0, :])
        v = traj.potentials
        slope = jax.jvp(net.activation, (v,), (jnp.ones_like(v),))[1]
        signal = slope * (errors @ self._feedback_weights(net, weights.w_out).T)

        # 3. Filter the signal backwards in time: q(t) = signal(t) + leak q(t+1). The
        #    scan emits gamma q(t), as every trace below has this factor.
        def filter_back(q: Array, signal: Array) -> tuple[Array, Array]:
            q = signal + leak * q
            return q, (1 - leak) * q

        v0 = net.initial_state(rates.shape[:-2]).potentials
        q_first, q = jax.lax.scan(
            filter_back, jnp.zeros_like(v0), jnp.moveaxis(signal, -2, 0), reverse=True
        )
        q = jnp.moveaxis(q, 0, -2)

        # 4. One product over trials and steps for each weight. What w_hid sends at step
        #    t are the rates of step t - 1.
        rates_before = jnp.concatenate(
            [net.activation(v0)[..., None, :], rates[..., :-1, :]], axis=-2
        )
        gradients = {
            "w_in": _sum_of_outer_products(q, u),
            "w_hid": _sum_of_outer_products(q, rates_before),
            "b_hid": _sum_over_leading_axes(q),
            "w_out": _sum_of_outer_products(errors, rates),
            "b_out": _sum_over_leading_axes(errors),
            "v0": _sum_over_leading_axes(leak * q_first),
        }

        # 5. Map gradients by effective weights to gradients by raw parameters.
        trained, pull = jax.vjp(lambda p: trained_weights(p, static), params)
        (grads,) = pull({name: gradients[name] for name in trained})
        return value, {"task": value}, grads

    def _feedback_weights(self, net: AbstractNetwork, w_out: Array) -> Array:
        """Return B, `(n_hidden, n_out)`."""
        if self.feedback is None:
            return w_out.T
        remedy = "It is (n_hidden, n_out). EProp.random(net, key=key) draws one."
        check_shape("feedback", self.feedback, (net.n_hidden, net.n_out), remedy)
        return self.feedback.astype(net.dtype)


def _sum_over_leading_axes(x: Array) -> Array:
    """Return the sum over all axes but the last."""
    return jnp.sum(x, axis=tuple(range(x.ndim - 1)))


def _sum_of_outer_products(post: Array, pre: Array) -> Array:
    """Return `sum post pre^T` over trials and steps, as one matrix product."""
    return post.reshape(-1, post.shape[-1]).T @ pre.reshape(-1, pre.shape[-1])


def _check_supported(net: AbstractNetwork, loss: Loss) -> None:
    """Validate that the eligibility traces describe the network and the loss."""
    remedy = "Use BPTT() or RTRL(), which are exact."
    is_potential = net.form.rates_are_activation
    check(is_potential, "form", "be CurrentForm() for EProp", repr(net.form), remedy)
    penalties, synapses = ", ".join(loss.penalties), type(net.synapses)
    for holds, name, rule, got in (
        (net.synapses is None, "synapses", "be None", describe(synapses)),
        ("tau" in net.fixed, "tau", "be fixed", "learned time constants"),
        (not penalties, "loss", "have no penalties", f"the penalties {penalties}"),
    ):
        check(holds, name, f"{rule} for EProp", got, remedy)
