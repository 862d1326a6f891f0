"""Whether gradients vanish or explode when carried back through a trial."""

from collections.abc import Callable
import functools
import math
from typing import final

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
import numpy as np

from ..._arguments import checks_arguments
from ..._checks import check, check_count
from ..._progress import compiling, reporting
from ..._random import trial_keys
from ..._show import AbstractShown, quantities, Table
from ..._tree import with_fields
from ..._types import KeyArray, Numbers
from ...dynamics import along_units, times_rows
from ...network import AbstractNetwork, check_fits, check_network, effective, State
from ...tasks import AbstractTask, Trial
from .._arguments import input_array
from .._double_precision import in_double
from .._step_map import advance, frozen


VANISHING, EXPLODING = 1e-3, 1e3
"""Factors that separate vanishing, stable and exploding gradients."""


@final
class GradientStability(AbstractShown, eqx.Module):
    """How the gradient of the loss grows or decays backwards through a trial.

    **Attributes:**

    - `norms`: |dL/dv_t| after each step t, root mean square over trials, `(time,)`: the
      gradient of training, with the contribution of the loss at every step.
    - `transported`: the error at the last step that has one, carried back by the
      Jacobians alone: its norm `lag` steps earlier over that at lag 0, the geometric
      mean over trials, `(time,)`. NaN at lags that no trial has.
    - `rate`: the slope of the logarithm of `transported`, per ms; negative if gradients
      vanish.
    - `factor`: `exp(rate * span)`, span the longest lag of all trials: the fraction of
      an error at the end that reaches the first step.
    - `dt`: in ms.

    `verdict` is the factor as a word.
    """

    norms: Array
    transported: Array
    rate: Array
    factor: Array
    dt: Array

    def _table(self) -> Table:
        return quantities(self, self.verdict, rate="1/ms", dt="ms")

    @property
    def verdict(self) -> str:
        """ "vanishing" (factor below 1e-3), "exploding" (above 1e3) or "stable".

        "unknown" if no trial has an error. Does not work under `jit`.
        """
        factor = float(self.factor)
        if np.isnan(factor):
            return "unknown"
        if factor < VANISHING:
            return "vanishing"
        return "exploding" if factor > EXPLODING else "stable"


@checks_arguments
def gradient_stability(
    net: AbstractNetwork,
    trials: Numbers | AbstractTask,
    *,
    key: KeyArray,
    size: int = 16,
    progress: bool | None = None,
) -> GradientStability:
    """Measure how fast gradients vanish or explode when carried back through a trial.

    The gradient at v_t is the sum of the errors at all later steps, each carried back
    by a product of Jacobians (Pascanu, Mikolov & Bengio 2013). `norms` are those of
    this gradient; `rate` is that of the products alone. In double precision (inside a
    `jit` or `vmap` only with x64 on).

    **Arguments:**

    - `net`: the network, including noise and synapses.
    - `trials`: a task, whose loss is taken on trials drawn from it, or inputs `(time,
        n_in)` or `(*batch, time, n_in)`: then the error at the end of each trial is a
        random unit vector.
    - `key`: for trials, noise and that error.
    - `size`: number of trials of a task.
    - `progress`: whether to report progress on standard error; by default on a
      terminal or in a notebook. The first call compiles for seconds.

    **Returns:** a `GradientStability`.

    **Raises:** `ValueError` for a task of other sizes or another dt than the network,
    inputs of another shape, and fewer than two steps.
    """
    net = check_network(net)
    trial_key, noise_key, error_key = jax.random.split(key, 3)
    if isinstance(trials, AbstractTask):
        task = trials
        check_count("size", size, at_least=1)
        check_fits(net, dt=task.dt, n_in=task.n_in, n_out=task.n_out, name="trials")
        drawn = task.batch(trial_key, size)
        of_task = functools.partial(in_double, _of_task, net, task, drawn, noise_key)
        return _reported(of_task, net, size, progress)
    u = input_array(net, trials, name="trials")
    rule = "be a task, or inputs (*batch, time, n_in) of at least two steps"
    remedy = "For a run without input give zeros."
    fits = u.ndim >= 2 and u.shape[-2] >= 2
    check(fits, "trials", rule, f"shape {u.shape}", remedy)
    # all batch axes become one
    u = u.reshape(math.prod(u.shape[:-2]), *u.shape[-2:])  # n_in may be 0
    of_inputs = functools.partial(in_double, _of_inputs, net, u, noise_key, error_key)
    return _reported(of_inputs, net, len(u), progress)


def _reported(
    measure: Callable[..., GradientStability],
    net: AbstractNetwork,
    count: int,
    progress: bool | None,
) -> GradientStability:
    """Measure in the network's dtype, and report that this compiles and how long."""
    title = "gradient_stability"
    with reporting(progress, title, "trials", count, arguments=net) as display:
        stability = display.finished(measure(dtype=net.dtype))
        display.close(f"{count} trials in {display.seconds}")
    return stability


def _run(
    net: AbstractNetwork, inputs: Array, key: KeyArray
) -> tuple[Array, Array, Callable[[Array, Array], Array]]:
    """Return outputs, potentials, and the gradients `dL/dv_t` by errors of both.

    `inputs` are `(batch, time, n_in)`, all else `(time, batch, ...)`. The gradient by
    v_t is that by an addition to v after step t, which `rollout` has no argument for.
    """
    net = frozen(net)
    weights = effective(net)
    batch, steps, _ = inputs.shape
    keys = trial_keys(key, (batch,))

    def step(state: State, x: tuple[Array, Array]) -> tuple[State, tuple[Array, Array]]:
        u, push = x
        state = advance(net, state, u, keys)
        # readout of the pushed state, so that the error of this step counts too
        state = with_fields(state, potentials=state.potentials + push)
        rates = net.form.rates(state.potentials, net.activation)
        if state.rate_noise is not None:
            rates = rates + state.rate_noise
        y = times_rows(weights.w_out, rates)
        if weights.b_out is not None:
            y = y + along_units(weights.b_out, y)
        return state, (y, state.potentials)

    def run(pushes: Array) -> tuple[Array, Array]:
        xs = (jnp.moveaxis(inputs, 1, 0), pushes)
        return jax.lax.scan(step, net.initial_state((batch,)), xs)[1]

    no_push = jnp.zeros((steps, batch, net.n_hidden), inputs.dtype)
    (y, v), pull = jax.vjp(run, no_push)
    return y, v, lambda of_outputs, of_potentials: pull((of_outputs, of_potentials))[0]


@jax.jit
def _of_task(
    net: AbstractNetwork, task: AbstractTask, trials: Trial, key: KeyArray
) -> GradientStability:
    """Carry back the errors of a task's loss: all of them, and the last one alone."""
    compiling("the gradients")

    def loss(y: Array) -> Array:
        return task.output_loss(jnp.moveaxis(y, 0, 1), trials)

    y, v, pull = _run(net, trials.inputs, key)
    error = jax.grad(loss)(y)  # (time, batch, n_out)
    # the last step of each trial that has an error; -1 if none has
    has_error = jnp.any(error != 0, axis=-1)
    step_index = jnp.arange(y.shape[0])[:, None]
    last = jnp.max(jnp.where(has_error, step_index, -1), axis=0)
    is_last = step_index == last[None]
    last_error = jnp.where(is_last[..., None], error, 0)
    # potentials have no error, outputs do; the pull-back is linear in both
    no_error = jnp.zeros_like(v)
    return _report(net, pull(error, no_error), pull(last_error, no_error), last)


@jax.jit
def _of_inputs(
    net: AbstractNetwork, u: Array, key: KeyArray, error_key: KeyArray
) -> GradientStability:
    """Carry back a random unit error of the potentials at the end of each trial."""
    compiling("the gradients")
    y, v, pull = _run(net, u, key)
    num_steps, num_trials = v.shape[:2]
    end = jax.random.normal(error_key, v.shape[1:], v.dtype)
    end = end / jnp.linalg.norm(end, axis=-1, keepdims=True)
    error = jnp.zeros_like(v).at[-1].set(end)
    gradients = pull(jnp.zeros_like(y), error)
    last = jnp.full(num_trials, num_steps - 1)
    return _report(net, gradients, gradients, last)


def _report(
    net: AbstractNetwork, all_gradients: Array, last_gradients: Array, last: Array
) -> GradientStability:
    """Summarise gradients `(time, batch, units)`.

    `last` `(batch,)` is the step of the error that `last_gradients` come from, -1 for a
    trial without error.
    """
    num_steps = all_gradients.shape[0]
    norms = jnp.sqrt(jnp.mean(jnp.sum(all_gradients**2, axis=-1), axis=1))

    # norms by lag from the last error, `(lag, batch)`
    last_norms = jnp.linalg.norm(last_gradients, axis=-1)
    lag = jnp.arange(num_steps)
    step = last[None] - lag[:, None]
    by_lag = jnp.take_along_axis(last_norms, jnp.maximum(step, 0), axis=0)
    # a trial whose error reaches no unit (all of slope zero) has no information
    is_valid = (step >= 0) & (by_lag[:1] > 0)
    logs = jnp.where(is_valid, jnp.log(by_lag / by_lag[:1]), 0)
    num_valid = jnp.sum(is_valid, axis=1)
    mean_log = jnp.sum(logs, axis=1) / num_valid.astype(logs.dtype)

    # the slope of the mean logarithm, over the lags at which it is finite
    is_finite = jnp.isfinite(mean_log)
    finite_log = jnp.where(is_finite, mean_log, 0)
    rate = _slope(lag.astype(mean_log.dtype), finite_log, is_finite) / net.dt
    span = jnp.max(last).astype(mean_log.dtype) * net.dt
    # an error that vanishes entirely in one step has no slope: the rate is -infinity
    is_lost = jnp.any(num_valid[1:] > 0) & ~jnp.any(is_finite[1:])
    rate = jnp.where(is_lost & (mean_log[1] < 0), -jnp.inf, rate)
    return GradientStability(
        norms=norms,
        transported=jnp.exp(mean_log),
        rate=rate,
        factor=jnp.exp(rate * span),
        dt=net.dt,
    )


def _slope(x: Array, y: Array, is_used: Array) -> Array:
    """Return the slope of the least-squares line through the points that are used."""
    weight = is_used.astype(y.dtype)
    total = jnp.sum(weight)
    x = x - jnp.sum(weight * x) / total
    y = y - jnp.sum(weight * y) / total
    return jnp.sum(weight * x * y) / jnp.sum(weight * x**2)
