"""Terms of the loss about the step's Jacobian: gradients that neither fade nor grow."""

from collections.abc import Callable
from typing import ClassVar, final

import equinox as eqx
import jax
from jax import Array
from jax.lax import stop_gradient
import jax.numpy as jnp
import numpy as np

from .._checks import check_choice, check_count, check_not_negative, invalid
from .._types import ArrayLike
from ..dynamics import along_units, ctrnn_step, times_rows
from ..network import AbstractNetwork, effective, Weights
from ..simulation import Trajectory
from ..tasks import Trial
from ._loss import AbstractPenalty, penalty_weight
from ._means import Cost, mean_where, within


def check_state(net: AbstractNetwork) -> None:
    """Refuse networks whose state is more than the potentials."""
    noisy = net.noise is not None and net.noise.rate_std() is not None
    if net.synapses is not None or noisy:
        raise invalid(
            "net",
            "have no state but its potentials for this term",
            "short-term plasticity" if net.synapses is not None else "noise on rates",
            "Leave the term out, or use another network.",
        )


def quiet_step(
    net: AbstractNetwork, weights: Weights
) -> Callable[[Array, Array], Array]:
    """v_t as a function of v_{t-1} and u_t, each with any leading axes; no noise."""
    gain = net.method.gain(net.dt, weights.tau)

    def step(v: Array, u: Array) -> Array:
        drive = times_rows(weights.w_in, u)
        if weights.b_hid is not None:
            drive = drive + along_units(weights.b_hid, drive)
        return ctrnn_step(
            v,
            drive,
            w_hid=weights.w_hid,
            gain=gain,
            activation=net.activation,
            form=net.form,
        )[0]

    return step


def sensitivities(
    net: AbstractNetwork,
    weights: Weights,
    potentials: Array,
    outputs: Array,
    inputs: Array,
    cost: Cost,
) -> tuple[Array, Array]:
    """How the task's part of the loss depends on the state, at all but the first step.

    **Arguments:** the network and its effective weights, v, y and u of a rollout, and
    the task's part of the loss as a function of y.

    **Returns:** `d_{t+1}` and `J_t^T d_{t+1}`, time first, `(time - 1, *batch,
    n_hidden)`: d_t is the total derivative by the state after step t, J_t that of the
    state after step t + 1 by it.
    """
    in_time = lambda x: jnp.moveaxis(x, -2, 0)
    v, u = in_time(potentials), in_time(inputs)
    step = quiet_step(net, weights)
    read = lambda v: times_rows(weights.w_out, net.form.rates(v, net.activation))
    (direct,) = jax.vjp(read, v)[1](in_time(jax.grad(cost)(outputs)))

    def back(
        later: Array, x: tuple[Array, Array, Array]
    ) -> tuple[Array, tuple[Array, Array]]:
        v, u, direct = x
        (pulled,) = jax.vjp(lambda v: step(v, u), v)[1](later)
        return direct + pulled, (later, pulled)

    xs = (v[:-1], u[1:], direct[:-1])
    return jax.lax.scan(back, direct[-1], xs, reverse=True)[1]


@final
class VanishingGradient(AbstractPenalty):
    """Omega, against gradients that vanish or explode (Song, Yang & Wang 2016).

        Omega = sum_t mean (ratio_t - 1)^2 / sum_t mean [|d_{t+1}|^2 >= bound]
        ratio_t = |J_t^T d_{t+1}|^2 / |d_{t+1}|^2

    The paper's form of the penalty of Pascanu, Mikolov & Bengio (2013, sec. 3.3). Here
    d_t is the total derivative of the task's part of the loss by the state after step
    t, J_t the Jacobian of the next step, means are over trials, and where `|d|^2` is
    below the bound the ratio counts as 1 and not as a step. 0 if no step counts.

    The step may have any activation, form, method and time constants. Noise that is
    inside f (in `RateForm` and `RectifiedLeakForm`) is left out of J_t.

    **Arguments:**

    - `weight`: of the term, not negative; 2 in the paper's code.
    - `derivative`: "immediate": only what J_t depends on `w_hid` for by itself is
        differentiated, with states, d_t and all else constant, as in the paper (cheap:
        one pass back and one product). "full": all of it, second derivatives of the
        loss included.
    - `bound`: not negative.

    Raises `ValueError` for another derivative or negative numbers, and on networks with
    short-term plasticity or noise on rates, whose state is larger.
    """

    weight: Array
    bound: Array
    derivative: str = eqx.field(static=True)
    needs: ClassVar[tuple[str, ...]] = ("potentials",)

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
        self, net: AbstractNetwork, traj: Trajectory, trials: Trial, cost: Cost
    ) -> Array:
        """The term, a scalar."""
        check_state(net)
        weights = effective(net)
        given = (weights, traj.potentials, traj.outputs, trials.inputs)
        if self.derivative == "full":
            later, pulled = sensitivities(net, *given, cost)
        else:
            constant, v, y, u = stop_gradient(given)
            quiet = stop_gradient(net)
            later, _ = stop_gradient(sensitivities(quiet, constant, v, y, u, cost))
            # once more, of all steps at once, now as a function of w_hid
            live = eqx.tree_at(lambda w: w.w_hid, constant, weights.w_hid)
            step, in_time = quiet_step(quiet, live), lambda x: jnp.moveaxis(x, -2, 0)
            before, inputs = in_time(v)[:-1], in_time(u)[1:]
            (pulled,) = jax.vjp(lambda v: step(v, inputs), before)[1](later)
        return self._omega(later, pulled)

    def _omega(self, later: Array, pulled: Array) -> Array:
        size = jnp.sum(later**2, axis=-1)
        counts = (size >= self.bound.astype(size.dtype)) & (size > 0)
        ratio = jnp.sum(pulled**2, axis=-1) / jnp.where(counts, size, 1)
        return mean_where((ratio - 1) ** 2, counts)


@final
class DynamicalIsometry(AbstractPenalty):
    """How far single steps are from keeping all distances: `mean |J^T J - I|_F^2 / N`.

    J is the Jacobian of a step by the state before it, `(1 - gamma) I + gamma W_hid
    diag(f'(v))` in the form of the equation; the term is 0 where all its singular
    values are 1 (dynamical isometry, Saxe, McClelland & Ganguli 2014). Vorontsov et al.
    (2017) penalise `|W^T W - I|_F^2`, without leak and slopes. Unlike
    `VanishingGradient` it asks this of every direction, whatever the loss.

    It is exact, and costs products of N by N matrices for every trial and each of the
    steps looked at. Noise that is inside f is left out, as in `VanishingGradient`.

    **Arguments:**

    - `weight`: of the term, not negative.
    - `steps`: at how many steps, evenly spaced over the longest trial (static); those
        after the end of a trial do not count.

    Raises `ValueError` for no steps, and on networks with short-term plasticity or
    noise on rates.
    """

    weight: Array
    steps: int = eqx.field(static=True)
    needs: ClassVar[tuple[str, ...]] = ("potentials",)

    def __init__(self, weight: ArrayLike, *, steps: int = 4) -> None:
        self.weight = penalty_weight(weight)
        self.steps = check_count("steps", steps, at_least=1)

    def __call__(
        self, net: AbstractNetwork, traj: Trajectory, trials: Trial, cost: Cost
    ) -> Array:
        """The term, a scalar."""
        check_state(net)
        v, n = traj.potentials, net.n_hidden
        length = v.shape[-2]
        count = min(self.steps, length)
        # the middle of each of `count` equal parts
        at = ((np.arange(count) + 0.5) * length / count).astype(int)
        start = net.initial_state(v.shape[:-2]).potentials[..., None, :]
        before = jnp.concatenate([start, v[..., :-1, :]], axis=-2)[..., at, :]
        inputs = trials.inputs[..., at, :]
        step = quiet_step(net, effective(net))
        jacobian = jax.vmap(jax.jacfwd(step))
        j = jacobian(before.reshape(-1, n), inputs.reshape(-1, net.n_in))
        apart = jnp.einsum("bij,bik->bjk", j, j) - jnp.eye(n, dtype=j.dtype)[None]
        distance = jnp.sum(apart**2, axis=(-2, -1)).reshape(before.shape[:-1]) / n
        return mean_where(distance, within(trials, jnp.asarray(at)))
