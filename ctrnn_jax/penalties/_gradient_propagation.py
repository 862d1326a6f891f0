"""Penalties on the Jacobian of a step, so that gradients neither vanish nor explode."""

from collections.abc import Callable
import functools
from typing import ClassVar, final

import equinox as eqx
import jax
from jax import Array
from jax.lax import stop_gradient
import jax.numpy as jnp
import numpy as np

from .._arguments import checks_arguments
from .._checks import check, check_choice, check_count, check_not_negative
from .._types import ArrayLike
from ..dynamics import along_units, ctrnn_step, times_rows, total_current
from ..network import AbstractNetwork, effective, Weights
from ..simulation import in_order, Trajectory
from ..tasks import Trial
from ._loss import AbstractPenalty, LossOfOutputs, penalty_weight
from ._masked_means import is_before_end, mean_where


def check_potentials_are_the_state(net: AbstractNetwork) -> None:
    """Validate that the state of a network consists of its potentials alone."""
    rule = "have no state but its potentials for this penalty"
    remedy = "Leave the penalty out, or use another network."
    is_plastic = net.synapses is not None
    check(not is_plastic, "net", rule, "short-term plasticity", remedy)
    has_rate_noise = net.noise is not None and net.noise.rate_std() is not None
    check(not has_rate_noise, "net", rule, "noise on rates", remedy)


def noise_free_step(
    net: AbstractNetwork, weights: Weights
) -> Callable[[Array, Array], Array]:
    """Return v_t as a function of v_{t-1} and u_t, each with any leading axes."""
    f, form = net.activation, net.form
    gain = net.method.gain(net.dt, weights.tau)

    def step(v: Array, u: Array) -> Array:
        drive = times_rows(weights.w_in, u)
        if weights.b_hid is not None:
            drive = drive + along_units(weights.b_hid, drive)
        current = total_current(form.rates(v, f), w_hid=weights.w_hid) + drive
        return ctrnn_step(v, current, gain=gain, activation=f, form=form)

    return step


def time_first(x: Array) -> Array:
    """Return `(*batch, time, n)` as `(time, *batch, n)`."""
    return jnp.moveaxis(x, -2, 0)


def sensitivities(
    net: AbstractNetwork,
    weights: Weights,
    potentials: Array,
    outputs: Array,
    inputs: Array,
    output_loss: LossOfOutputs,
) -> tuple[Array, Array]:
    """Return the derivatives of the output loss by the states after the first step.

    **Arguments:** the network and its effective weights; v of a rollout, time first; y
    and u, batch first; the output loss as a function of y.

    **Returns:** `d_{t+1}` and `J_t^T d_{t+1}`, time first, `(time - 1, *batch,
    n_hidden)`: d_t is the total derivative by the state after step t, J_t the Jacobian
    of the state after step t + 1 by the state after step t.
    """
    v, u = potentials, time_first(inputs)
    step = noise_free_step(net, weights)

    def outputs_of(v: Array) -> Array:
        return times_rows(weights.w_out, net.form.rates(v, net.activation))

    # direct_t: the derivative by the state through the output of the same step only
    output_errors = time_first(jax.grad(output_loss)(outputs))
    (direct,) = jax.vjp(outputs_of, v)[1](output_errors)

    # the recursion backwards in time: d_t = direct_t + J_t^T d_{t+1}
    def back(
        d_next: Array, x: tuple[Array, Array, Array]
    ) -> tuple[Array, tuple[Array, Array]]:
        v, u_next, direct = x
        (pulled,) = jax.vjp(lambda v: step(v, u_next), v)[1](d_next)
        return direct + pulled, (d_next, pulled)

    xs = (v[:-1], u[1:], direct[:-1])
    return jax.lax.scan(back, direct[-1], xs, reverse=True)[1]


@final
class VanishingGradient(AbstractPenalty):
    """Omega, a penalty on gradients that vanish or explode (Song, Yang & Wang 2016).

        Omega = sum_t mean (ratio_t - 1)^2 / sum_t mean [|d_{t+1}|^2 >= bound]
        ratio_t = |J_t^T d_{t+1}|^2 / |d_{t+1}|^2

    This is the paper's form of the penalty of Pascanu, Mikolov & Bengio (2013, sec.
    3.3). d_t is the total derivative of the output loss by the state after step t, J_t
    the Jacobian of the next step, and the means are over trials. Where `|d|^2` is below
    the bound, the ratio counts as 1 and the step is not counted. Omega is 0 if no step
    counts.

    The step may have any activation, form, method and time constants. Noise that is
    inside f (in `RateForm` and `RectifiedLeakForm`) is left out of J_t.

    **Arguments:**

    - `weight`: of the penalty, not negative; 2 in the paper's code.
    - `derivative`: "immediate" differentiates only the explicit `w_hid` in J_t; states,
        d_t and everything else are constant, as in the paper (one backward pass and one
        product). "full" differentiates everything, with second derivatives of the loss.
    - `bound`: not negative.

    Raises `ValueError` for another derivative, for negative numbers and, in a call, for
    networks with short-term plasticity or noise on rates, whose state is larger.
    """

    weight: Array
    bound: Array
    derivative: str = eqx.field(static=True)
    needs: ClassVar[tuple[str, ...]] = ("potentials",)
    time_major: ClassVar[bool] = True

    @checks_arguments
    def __init__(
        self,
        weight: ArrayLike = 2.0,
        *,
        derivative: str = "immediate",
        bound: ArrayLike = 1e-20,
    ) -> None:
        self.weight = penalty_weight(weight)
        check_not_negative("bound", bound, "It is on a sum of squares.")
        self.bound = jnp.asarray(bound, float)
        self.derivative = check_choice("derivative", derivative, ("immediate", "full"))

    def __call__(
        self,
        net: AbstractNetwork,
        traj: Trajectory,
        trials: Trial,
        output_loss: LossOfOutputs,
    ) -> Array:
        """Return the penalty, a scalar."""
        check_potentials_are_the_state(net)
        weights = effective(net)
        v = in_order(traj, True).potentials
        y = jnp.moveaxis(traj.outputs, traj.time_axis, -2)
        primals = (weights, v, y, trials.inputs)
        if self.derivative == "full":
            d_next, pulled = sensitivities(net, *primals, output_loss)
        else:
            d_next, pulled = self._immediate(net, *primals, output_loss)
        return self._omega(d_next, pulled)

    def _immediate(
        self,
        net: AbstractNetwork,
        weights: Weights,
        potentials: Array,
        outputs: Array,
        inputs: Array,
        output_loss: LossOfOutputs,
    ) -> tuple[Array, Array]:
        """Return `d_{t+1}` and `J_t^T d_{t+1}`, each `(time - 1, *batch, n)`.

        The first is constant; only the explicit `w_hid` of the second is
        differentiated.
        """
        constant, v, y, u = stop_gradient((weights, potentials, outputs, inputs))
        constant_net = stop_gradient(net)
        d_next, _ = stop_gradient(
            sensitivities(constant_net, constant, v, y, u, output_loss)
        )
        # Compute the products J_t^T d_{t+1} again, now for all steps at once and with
        # `w_hid` as the only part that is differentiated.
        live = eqx.tree_at(lambda w: w.w_hid, constant, weights.w_hid)
        step = noise_free_step(constant_net, live)
        v_before, u_next = v[:-1], time_first(u)[1:]
        (pulled,) = jax.vjp(lambda v: step(v, u_next), v_before)[1](d_next)
        return d_next, pulled

    def _omega(self, d_next: Array, pulled: Array) -> Array:
        """Return Omega from `d_{t+1}` and `J_t^T d_{t+1}`, `(time - 1, *batch, n)`."""
        squared_norm = jnp.sum(d_next**2, axis=-1)
        # `> 0` holds also for a bound of 0, so nothing is divided by 0
        counts = squared_norm >= self.bound.astype(squared_norm.dtype)
        counts = counts & (squared_norm > 0)
        ratio = jnp.sum(pulled**2, axis=-1) / jnp.where(counts, squared_norm, 1)
        # All steps have the same number of trials, so the quotient of the two sums of
        # means is the mean over the steps that count.
        return mean_where((ratio - 1) ** 2, counts)


@final
class DynamicalIsometry(AbstractPenalty):
    """The distance of single steps from isometries: `mean |J^T J - I|_F^2 / N`.

    J is the Jacobian of a step by the state before it, `(1 - gamma) I + gamma W_hid
    diag(f'(v))` in the form of the equation. The penalty is 0 if all its singular
    values are 1 (dynamical isometry, Saxe, McClelland & Ganguli 2014). Vorontsov et al.
    (2017) penalise `|W^T W - I|_F^2`, without leak and slopes. `VanishingGradient`
    acts only along the gradient of the loss; this penalty acts on every direction.

    It is exact. Each trial and each examined step needs products of N by N matrices.
    Noise that is inside f is left out, as in `VanishingGradient`.

    **Arguments:**

    - `weight`: of the penalty, not negative.
    - `steps`: the number of steps to examine, evenly spaced over the longest trial
        (static); those after the end of a trial do not count.

    Raises `ValueError` for no steps and, in a call, for networks with short-term
    plasticity or noise on rates.
    """

    weight: Array
    steps: int = eqx.field(static=True)
    needs: ClassVar[tuple[str, ...]] = ("potentials",)
    time_major: ClassVar[bool] = True

    @checks_arguments
    def __init__(self, weight: ArrayLike, *, steps: int = 4) -> None:
        self.weight = penalty_weight(weight)
        self.steps = check_count("steps", steps, at_least=1)

    def __call__(
        self,
        net: AbstractNetwork,
        traj: Trajectory,
        trials: Trial,
        output_loss: LossOfOutputs,
    ) -> Array:
        """Return the penalty, a scalar."""
        check_potentials_are_the_state(net)
        v, n = in_order(traj, True).potentials, net.n_hidden
        length = v.shape[0]
        count = min(self.steps, length)
        # the middle of each of `count` equal parts of the time axis
        examined = ((np.arange(count) + 0.5) * length / count).astype(int)
        # the state before each examined step, `(count, *batch, n)`
        start = net.initial_state(v.shape[1:-1]).potentials[None]
        before = jnp.concatenate([start, v[:-1]])[examined]
        inputs = time_first(trials.inputs)[examined]
        weights, f, form = effective(net), net.activation, net.form
        current = total_current(
            form.rates(before, f),
            inputs,
            w_hid=weights.w_hid,
            w_in=weights.w_in,
            b_hid=weights.b_hid,
        )
        jacobian_of = functools.partial(
            form.jacobian,
            w_hid=weights.w_hid,
            gain=net.method.gain(net.dt, weights.tau),
            activation=f,
        )
        # one Jacobian for each trial and examined step, `(batch * count, n, n)`
        j = jax.vmap(jacobian_of)(before.reshape(-1, n), current.reshape(-1, n))
        deviation = jnp.einsum("bij,bik->bjk", j, j) - jnp.eye(n, dtype=j.dtype)[None]
        distance = jnp.sum(deviation**2, axis=(-2, -1)).reshape(before.shape[:-1]) / n
        return mean_where(distance, is_before_end(trials, jnp.asarray(examined)))
