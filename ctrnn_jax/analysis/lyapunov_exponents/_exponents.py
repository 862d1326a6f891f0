"""Lyapunov exponents of the simulated map, along one trajectory."""

import functools
from typing import final

import equinox as eqx
import jax
from jax import Array
from jax.flatten_util import ravel_pytree
import jax.numpy as jnp
import numpy as np

from ..._arguments import checks_arguments
from ..._checks import check, check_count, check_shape, is_concrete
from ..._progress import compiling, reporting
from ..._show import AbstractShown, number, quantities, Table, with_rank
from ..._tables import AbstractTabular, Columns, columns_of
from ..._types import KeyArray, Numbers
from ...network import AbstractNetwork, check_network, State
from ...perturbations import Perturbed
from .._arguments import input_array, start_state
from .._double_precision import in_double
from .._step_map import frozen, linearised
from ._benettin import Growth, growth, Push
from ._kaplan_yorke import kaplan_yorke, zero_within_error
from ._orthonormal import orthonormal


LIMIT = 1e6
"""The condition from which on `accurate` is False: too many digits are lost."""

_MOST_CALLS = 32
"""The intervals are measured in at most this many calls."""

_NOT_A_TRIAL = 2**31 - 1
"""Folded into the key for the first directions; above any trial index of `rollout`."""


@final
class LyapunovSpectrum(AbstractShown, AbstractTabular, eqx.Module):
    """Lyapunov exponents along a trajectory, per ms, and quantities derived from them.

    **Attributes:**

    - `exponents`: the largest ones in falling order, `(k,)`, natural logarithms per ms.
      `per_tau` and `per_step` are the same in other units.
    - `standard_error`: of each, per ms, from the means of consecutive blocks. If it is
      larger, the largest sum of deviations from the mean rate along the way, over the
      whole time: the blocks of a cycle may be identical.
    - `kaplan_yorke`: the Kaplan-Yorke dimension; see `kaplan_yorke`. NaN if it needs
      more exponents than were computed.
    - `entropy`: the sum of the positive exponents, per ms: an upper bound of the
      Kolmogorov-Sinai entropy (equal where Pesin's identity holds), if all positive
      exponents were computed.
    - `log_det`: the mean of ln |det J|, per ms, computed independently of the
      exponents; `None` unless all exponents were computed.
    - `residual`: |sum of exponents - log_det|, per ms, which is rounding; `None` if
      `log_det` is.
    - `condition`: the largest ratio, over all times, of the length of an image to its
      part orthogonal to earlier images. The relative error of the last exponents is
      about eps times this.
    - `accurate`: whether `condition` is below 1e6, and `residual`, if known, below 1e-6
      per step. If not, use a smaller `every`. If J is singular (log_det is minus
      infinity), the last exponents are minus infinity too, or large rounding errors.
    - `by_block`: the exponents of each block, per ms, `(blocks, k)`.
    - `dt`, `tau`: in ms; tau is the mean over units.
    """

    exponents: Array
    standard_error: Array
    kaplan_yorke: Array
    entropy: Array
    log_det: Array | None
    residual: Array | None
    condition: Array
    accurate: Array
    by_block: Array
    dt: Array
    tau: Array

    def table(self) -> Columns:
        """Return a table with a row for each exponent, the largest first.

        "exponent" is the index. "per_ms" is the exponent and "standard_error" its
        error, both per ms; "per_step" and "per_tau" are the exponent in other units.
        """
        columns = columns_of(
            self, "exponent", "exponents", "standard_error", "per_step", "per_tau"
        )
        names = {"exponents": "per_ms"}
        return {names.get(name, name): x for name, x in columns.items()}

    def _table(self) -> Table:
        about = f"largest exponent {number(with_rank(self.exponents, 1)[0])} per ms"
        per_ms = ("exponents", "standard_error", "entropy", "log_det", "residual")
        units = dict.fromkeys(per_ms, "1/ms") | {"dt": "ms", "tau": "ms"}
        return quantities(self, about, omit=("by_block",), **units)

    @property
    def per_step(self) -> Array:
        """The exponents per step of dt, `(k,)`."""
        return self.exponents * self.dt[..., None]

    @property
    def per_tau(self) -> Array:
        """The exponents per (mean) time constant, `(k,)`, as in the literature."""
        return self.exponents * self.tau[..., None]


@checks_arguments
def lyapunov(
    net: AbstractNetwork | Perturbed,
    inputs: Numbers | None = None,
    *,
    steps: int,
    n_exponents: int | None = None,
    every: int = 10,
    burn: int | None = None,
    blocks: int = 20,
    key: KeyArray | None = None,
    state: State | None = None,
    progress: bool | None = None,
) -> LyapunovSpectrum:
    """Compute Lyapunov exponents of the simulated map, along one trajectory.

    Orthonormal directions are carried along by the Jacobian of every step, taken at the
    state before the step, and orthonormalised by QR (Benettin et al. 1980; for rate
    networks Engelken, Wolf & Abbott 2023). With fewer directions than dimensions, each
    step costs as many Jacobian-vector products, and no Jacobian is formed. In double
    precision (inside a `jit` or `vmap` only with x64 on); the noise is that of a
    double-precision rollout with this key.

    With inputs or noise, the results are the conditional exponents, given that
    realisation. If they are negative, the response does not depend on the initial
    state. With short-term plasticity they are those of the joint state (v, u, x), three
    for each unit.

    **Arguments:**

    - `net`: a network, with or without perturbations.
    - `inputs`: a constant input, `(n_in,)`, or `(burn + steps, n_in)`; none by default.
    - `steps`: number of measured steps, a multiple of `every * blocks`.
    - `n_exponents`: number of largest exponents; all by default. 1 computes the largest
      only.
    - `every`: number of steps between orthonormalisations. `accurate` of the result
      reports whether it was small enough; use 1 if dt = tau.
    - `burn`: number of steps before the measurement, in which state and directions
      converge; a multiple of `every`. By default about `steps / 5`.
    - `blocks`: number of blocks for the standard errors.
    - `key`: for the noise, as in `rollout`, and for the first directions. Without a key
      the first directions are the same in every call.
    - `state`: the state to start from; v0 by default.
    - `progress`: whether to report the progress; see `fit`.

    **Returns:** a `LyapunovSpectrum`.

    **Raises:** `ValueError` for too few steps, more exponents than dimensions, inputs
    of another shape, and noise without a key.
    """
    network = check_network(net.network if isinstance(net, Perturbed) else net)
    every = check_count("every", every, at_least=1)
    blocks = check_count("blocks", blocks, at_least=2)
    steps = _check_multiple("steps", steps, every * blocks, 1, "blocks * every")
    if burn is None:
        burn = -(-steps // (5 * every)) * every
    burn = _check_multiple("burn", burn, every, 0, "every")
    start = start_state(network, state)
    dimensions = network.n_hidden * (1 if network.synapses is None else 3)
    if n_exponents is None:
        n_exponents = dimensions
    count = check_count("n_exponents", n_exponents, at_least=1)
    rule = f"be at most the {dimensions} dimensions of the state"
    remedy = "Leave it out for all."
    check(count <= dimensions, "n_exponents", rule, count, remedy)
    u = None
    if inputs is not None:
        u = input_array(network, inputs)
        shape = (burn + steps, network.n_in)
        u = jnp.broadcast_to(u, shape) if u.ndim == 1 else u
        remedy = "Its length is burn + steps. Map over trials with jax.vmap."
        check_shape("inputs", u, shape, remedy)

    return in_double(
        _measure, net, start, u, key, dtype=network.dtype, steps=steps,
        burn=burn // every, every=every, blocks=blocks, count=count, progress=progress,
    )  # fmt: skip


def _check_multiple(
    name: str, value: object, unit: int, at_least: int, unit_name: str
) -> int:
    """Validate that a number of steps is a multiple of `unit`; return it.

    It must be at least `at_least * unit`.
    """
    num_steps = check_count(name, value, at_least=0)
    nearest = max(round(num_steps / unit), at_least) * unit
    is_multiple = num_steps % unit == 0 and num_steps >= at_least * unit
    rule = f"be a multiple of {unit_name} = {unit}, at least {at_least * unit}"
    check(is_multiple, name, rule, num_steps, f"The nearest is {nearest}.")
    return num_steps


def _measure(
    net: AbstractNetwork | Perturbed,
    start: State,
    u: Array | None,
    key: KeyArray | None,
    *,
    steps: int,
    burn: int,
    every: int,
    blocks: int,
    count: int,
    progress: bool | None,
) -> LyapunovSpectrum:
    """Measure `count` exponents; `burn` is in intervals of `every` steps.

    The intervals are in several calls of one program, so that the progress can be
    shown, and in one call if JAX traces them.
    """
    arguments = (net, start, u, key)
    intervals = burn + steps // every
    num_calls = _largest_divisor(intervals) if is_concrete(arguments) else 1
    carry = _first(start, key, count)
    spare = carry[1]
    parts: list[Growth] = []
    with reporting(
        progress, "lyapunov", "steps", intervals * every, arguments=arguments
    ) as display:
        for i in range(num_calls):
            index = jnp.asarray(np.asarray(i, np.int32))
            carry, part = _grow(
                net, carry, spare, u, key, index,
                intervals=intervals // num_calls, every=every,
            )  # fmt: skip
            parts.append(display.finished(part))
            display.show((i + 1) * intervals // num_calls * every)
        spectrum = _spectrum(
            net, parts, burn=burn, every=every, blocks=blocks, whole=_is_whole(spare)
        )
        made = f"{count} exponents from {steps} steps"
        display.close(f"{made} in {display.seconds}")
    return spectrum


def _largest_divisor(number: int) -> int:
    """Return the largest divisor that is at most `_MOST_CALLS`."""
    return max(i for i in range(1, _MOST_CALLS + 1) if number % i == 0)


def _is_whole(directions: Array) -> bool:
    """Return whether there are as many directions as dimensions."""
    return directions.shape[0] == directions.shape[1]


@functools.partial(jax.jit, static_argnames="count")
def _first(start: State, key: KeyArray | None, count: int) -> tuple[State, Array]:
    """Return the state, and random directions `(count, dimensions)` in it, flattened.

    No array is weakly typed, so that later calls have the types of the first.
    """
    flat, _ = ravel_pytree((start.potentials, start.synapses))
    if key is None:
        direction_key = jax.random.key(0)
    else:
        direction_key = jax.random.fold_in(key, _NOT_A_TRIAL)
    random_rows = jax.random.normal(direction_key, (count, flat.size), flat.dtype)
    directions, _ = orthonormal(random_rows, random_rows)
    start = jax.tree.map(lambda x: jax.lax.convert_element_type(x, x.dtype), start)
    return start, directions


@functools.partial(jax.jit, static_argnames=("intervals", "every"))
def _grow(
    net: AbstractNetwork | Perturbed,
    carry: tuple[State, Array],
    spare: Array,
    u: Array | None,
    key: KeyArray | None,
    index: Array,
    *,
    intervals: int,
    every: int,
) -> tuple[tuple[State, Array], Growth]:
    """Return the growth in part `index` of the intervals; see `growth`."""
    compiling("the exponents")
    frozen_net = frozen(net)
    _, unravel = ravel_pytree((carry[0].potentials, carry[0].synapses))

    # the step and its derivative in the flattened state
    def linear(state: State, u: Array | None) -> tuple[State, Push]:
        new, push = linearised(frozen_net, state, u, key)

        def push_flat(direction: Array) -> Array:
            return ravel_pytree(push(unravel(direction)))[0]

        return new, push_flat

    by_interval = None
    if u is not None:
        size = intervals * every
        part = jax.lax.dynamic_slice_in_dim(u, index * size, size)
        by_interval = part.reshape(intervals, every, *u.shape[1:])
    return growth(
        linear, carry, spare, by_interval,
        intervals=intervals, every=every, whole=_is_whole(spare),
    )  # fmt: skip


@functools.partial(jax.jit, static_argnames=("burn", "every", "blocks", "whole"))
def _spectrum(
    net: AbstractNetwork | Perturbed,
    parts: list[Growth],
    *,
    burn: int,
    every: int,
    blocks: int,
    whole: bool,
) -> LyapunovSpectrum:
    """Return the exponents from the growth in all intervals."""
    network = net.network if isinstance(net, Perturbed) else net
    dt = network.dt
    # the first intervals let the directions converge
    logs, log_dets, conditions = (
        jnp.concatenate(values)[burn:] for values in zip(*parts, strict=True)
    )
    count, condition = logs.shape[1], jnp.max(conditions)

    # 1. exponents per ms in falling order, and their errors: the spread of blocks, or
    # the largest cumulative deviation, which also sees slow cycles
    rates = logs[:, jnp.argsort(-jnp.mean(logs, axis=0))] / (every * dt)
    exponents = jnp.mean(rates, axis=0)
    by_block = jnp.mean(rates.reshape(blocks, -1, count), axis=1)
    deviation = jnp.cumsum(rates - exponents[None], axis=0) / rates.shape[0]
    standard_error = jnp.maximum(
        jnp.std(by_block, axis=0, ddof=1) / np.sqrt(blocks),
        jnp.max(jnp.abs(deviation), axis=0),
    )

    # 2. the sum rule: all exponents add up to the mean of ln |det J|
    log_det, residual, accurate = None, None, condition < LIMIT
    if whole:
        log_det = jnp.mean(log_dets) / every / dt
        total = jnp.sum(exponents)
        # for a singular Jacobian both are minus infinity, which agrees
        residual = jnp.where(total == log_det, 0, jnp.abs(total - log_det))
        accurate = accurate & (residual * dt < 1 / LIMIT)
    positive = jnp.maximum(zero_within_error(exponents, standard_error), 0)
    return LyapunovSpectrum(
        exponents=exponents,
        standard_error=standard_error,
        kaplan_yorke=kaplan_yorke(
            exponents, standard_error=standard_error, complete=whole
        ),
        entropy=jnp.sum(positive),
        log_det=log_det,
        residual=residual,
        condition=condition,
        accurate=accurate,
        by_block=by_block,
        dt=dt,
        tau=jnp.mean(network.tau),
    )
