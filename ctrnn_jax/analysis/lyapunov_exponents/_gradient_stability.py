"""Whether gradients vanish or explode on their way back through a trial."""

import math
from typing import Any

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
import numpy as np

from ..._checks import check_count, invalid
from ..._random import trial_keys
from ..._tree import with_fields
from ..._types import KeyArray
from ...dynamics import along_units, times_rows
from ...network import AbstractNetwork, check_fits, effective, State
from ...perturbations import Perturbed
from ...tasks import AbstractTask, Trial
from .._step_map import advance, check_network, frozen, in_double, input_array


VANISHING, EXPLODING = 1e-3, 1e3


class GradientStability(eqx.Module):
    """How the gradient of the loss grows or decays backwards through a trial.

    **Attributes:**

    - `norms`: |dL/dv_t| after each step t, root mean square over trials, `(time,)`:
      what training sees, with what the cost adds at every step.
    - `transported`: the error of the last step that has one, carried back by the
      Jacobians alone: its norm `lag` steps before over that at the start, the geometric
      mean over trials, `(time,)`. NaN at lags that no trial has.
    - `rate`: the slope of the logarithm of `transported`, per ms; negative where
      gradients vanish.
    - `factor`: `exp(rate * span)`, span the longest of the trials' lags: what is left
      of an error at the end by the first step.
    - `dt`: in ms.

    `verdict` puts the factor in a word.
    """

    norms: Array
    transported: Array
    rate: Array
    factor: Array
    dt: Array

    @property
    def verdict(self) -> str:
        """ "vanishing" (factor below 1e-3), "exploding" (above 1e3) or "stable".

        "unknown" if no trial has an error. Outside `jit`.
        """
        factor = float(self.factor)
        if np.isnan(factor):
            return "unknown"
        if factor < VANISHING:
            return "vanishing"
        return "exploding" if factor > EXPLODING else "stable"


def gradient_stability(
    net: AbstractNetwork | Perturbed, trials: Any, *, key: KeyArray, size: int = 16
) -> GradientStability:
    """How fast gradients vanish or explode on their way back through a trial.

    The gradient at v_t is the sum of what the cost says at each later step, carried
    back by a product of Jacobians (Pascanu, Mikolov & Bengio 2013). The norms say what
    training sees; the rate is that of the products alone. In double precision (under a
    `jit` or `vmap` of yours only with x64).

    **Arguments:**

    - `net`: the network, noise and synapses included.
    - `trials`: a task, whose cost is taken on trials drawn from it, or inputs `(time,
        n_in)` or `(*batch, time, n_in)`: then the error at the end is a random unit
        vector in each trial.
    - `key`: for trials, noise and that error.
    - `size`: how many trials of a task.

    **Returns:** a `GradientStability`.

    **Raises:** `ValueError` for a task of other sizes or another dt than the network,
    inputs of another shape, and fewer than two steps.
    """
    net = check_network(net)
    draw, noise, error = jax.random.split(key, 3)
    if isinstance(trials, AbstractTask):
        check_count("size", size, at_least=1)
        sizes = {"n_in": trials.n_in, "n_out": trials.n_out}
        check_fits(net, dt=trials.dt, **sizes, name="trials")
        drawn = trials.batch(draw, size)
        return in_double(_of_task, net, trials, drawn, noise, dtype=net.dtype)
    u = input_array(net, trials)
    if u.ndim < 2 or u.shape[-2] < 2:
        raise invalid(
            "trials",
            "be a task, or inputs (*batch, time, n_in) of at least two steps",
            f"shape {u.shape}",
            "For a run without input give zeros.",
        )
    u = u.reshape(math.prod(u.shape[:-2]), *u.shape[-2:])  # n_in may be 0
    return in_double(_of_inputs, net, u, noise, error, dtype=net.dtype)


def _outputs(
    net: AbstractNetwork, inputs: Array, key: KeyArray, pushes: Array
) -> tuple[Array, Array]:
    """Outputs and potentials `(time, batch, ...)` with something added to each v_t."""
    own = frozen(net)
    weights = effective(own)
    keys = trial_keys(key, inputs.shape[:1])

    def one(state: State, x: tuple[Array, Array]) -> tuple[State, tuple[Array, Array]]:
        u, push = x
        state = advance(own, state, u, keys)
        state = with_fields(state, potentials=state.potentials + push)
        rates = own.form.rates(state.potentials, own.activation)
        if state.rate_noise is not None:
            rates = rates + state.rate_noise
        y = times_rows(weights.w_out, rates)
        if weights.b_out is not None:
            y = y + along_units(weights.b_out, y)
        return state, (y, state.potentials)

    start = own.initial_state(inputs.shape[:1])
    return jax.lax.scan(one, start, (jnp.moveaxis(inputs, 1, 0), pushes))[1]


@jax.jit
def _of_task(
    net: AbstractNetwork, task: AbstractTask, trials: Trial, key: KeyArray
) -> GradientStability:
    nothing = _nothing(net, trials.inputs)
    run = lambda pushes: _outputs(net, trials.inputs, key, pushes)
    (y, v), pull = jax.vjp(run, nothing)
    cost = lambda y: task.output_loss(jnp.moveaxis(y, 0, 1), trials)
    error = jax.grad(cost)(y)
    has_one = jnp.any(error != 0, axis=-1)
    index = jnp.arange(y.shape[0])[:, None]
    last = jnp.max(jnp.where(has_one, index, -1), axis=0)
    only = jnp.where((index == last[None])[..., None], error, 0)
    still = jnp.zeros_like(v)
    return _report(net, pull((error, still))[0], pull((only, still))[0], last)


@jax.jit
def _of_inputs(
    net: AbstractNetwork, u: Array, key: KeyArray, direction: KeyArray
) -> GradientStability:
    run = lambda pushes: _outputs(net, u, key, pushes)
    (y, v), pull = jax.vjp(run, _nothing(net, u))
    end = jax.random.normal(direction, v.shape[1:], v.dtype)
    end = end / jnp.linalg.norm(end, axis=-1, keepdims=True)
    error = jnp.zeros_like(v).at[-1].set(end)
    back = pull((jnp.zeros_like(y), error))[0]
    return _report(net, back, back, jnp.full(v.shape[1], v.shape[0] - 1))


def _nothing(net: AbstractNetwork, u: Array) -> Array:
    return jnp.zeros((u.shape[1], u.shape[0], net.n_hidden), u.dtype)


def _report(
    net: AbstractNetwork, total: Array, single: Array, last: Array
) -> GradientStability:
    """From gradients `(time, batch, units)` and the step where each trial's starts."""
    steps = total.shape[0]
    norms = jnp.sqrt(jnp.mean(jnp.sum(total**2, axis=-1), axis=1))
    size = jnp.linalg.norm(single, axis=-1)
    lag = jnp.arange(steps)
    at = last[None] - lag[:, None]
    by_lag = jnp.take_along_axis(size, jnp.maximum(at, 0), axis=0)
    # an error that no unit hears, all of them silent, says nothing
    there = (at >= 0) & (by_lag[:1] > 0)
    logs = jnp.where(there, jnp.log(by_lag / by_lag[:1]), 0)
    count = jnp.sum(there, axis=1)
    mean = jnp.sum(logs, axis=1) / count.astype(logs.dtype)
    fits = jnp.isfinite(mean)
    rate = _slope(lag.astype(mean.dtype), jnp.where(fits, mean, 0), fits) / net.dt
    span = jnp.max(last).astype(mean.dtype) * net.dt
    # an error that is lost to the last digit has no slope
    gone = jnp.any(count[1:] > 0) & ~jnp.any(fits[1:])
    rate = jnp.where(gone & (mean[1] < 0), -jnp.inf, rate)
    return GradientStability(norms, jnp.exp(mean), rate, jnp.exp(rate * span), net.dt)


def _slope(x: Array, y: Array, use: Array) -> Array:
    """Of the least-squares line through the points in use."""
    weight = use.astype(y.dtype)
    total = jnp.sum(weight)
    x = x - jnp.sum(weight * x) / total
    y = y - jnp.sum(weight * y) / total
    return jnp.sum(weight * x * y) / jnp.sum(weight * x**2)
