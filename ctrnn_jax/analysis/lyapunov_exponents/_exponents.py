"""Lyapunov exponents: how fast neighbouring trajectories come together or part."""

from collections.abc import Sequence
import functools
from typing import Any

import equinox as eqx
import jax
from jax import Array
from jax.flatten_util import ravel_pytree
import jax.numpy as jnp
import numpy as np

from ..._checks import check_count, invalid
from ..._types import ArrayLike, KeyArray
from ...network import AbstractNetwork, State
from ...perturbations import Perturbed
from .._step_map import (
    check_network,
    frozen,
    in_double,
    input_array,
    linearised,
    start_state,
)
from ._benettin import benettin, orthonormal, Push


LIMIT = 1e6
"""How much of an image may lie along earlier ones before digits are lost."""


class LyapunovSpectrum(eqx.Module):
    """Lyapunov exponents along a trajectory, per ms, and what follows from them.

    **Attributes:**

    - `exponents`: the largest ones in falling order, `(k,)`, natural logarithms per ms.
      `per_tau` and `per_step` are the same in other units.
    - `standard_error`: of each, per ms, from the means of consecutive blocks; or what
      deviations from the mean rate add up to at most along the way, over the whole
      time, if that is more: the blocks of a cycle may be all alike.
    - `kaplan_yorke`: the Kaplan-Yorke dimension; see `kaplan_yorke`. NaN if it needs
      more exponents than were asked for.
    - `entropy`: the sum of the positive ones, per ms: an upper bound of the
      Kolmogorov-Sinai entropy (Pesin's identity where it holds). Of those asked for.
    - `log_det`: the mean of ln |det J|, per ms, found without the exponents, if all
      were asked for; else `None`.
    - `residual`: |sum of exponents - log_det|, per ms: zero but for rounding; `None`
      as above.
    - `condition`: the largest share, over all times, of an image along earlier ones:
      about eps times this is the relative error of the last exponents.
    - `accurate`: whether `condition` is below 1e6, and `residual`, if known, below 1e-6
      a step. If not, take a smaller `every`; where J has no inverse (log_det is minus
      infinity) the last exponents are that too, or large numbers made of rounding.
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

    @property
    def per_step(self) -> Array:
        """The exponents per step of dt, `(k,)`."""
        return self.exponents * self.dt[..., None]

    @property
    def per_tau(self) -> Array:
        """The exponents per (mean) time constant, `(k,)`: as in the literature."""
        return self.exponents * self.tau[..., None]


def _but_for_noise(exponents: Array, standard_error: Array | None) -> Array:
    """The exponents with those that may well be zero as zero."""
    if standard_error is None:
        return exponents
    return jnp.where(jnp.abs(exponents) < 2 * standard_error, 0, exponents)


def kaplan_yorke(
    exponents: ArrayLike | Sequence[float | int],
    *,
    standard_error: ArrayLike | Sequence[float | int] | None = None,
    complete: bool = True,
) -> Array:
    """The Kaplan-Yorke (Lyapunov) dimension of an attractor.

        D = j + (l_1 + ... + l_j) / |l_(j+1)|

    with j the largest number of leading exponents whose sum is not negative (Kaplan &
    Yorke 1979); 0 if all are negative.

    **Arguments:**

    - `exponents`: `(k,)`, in any unit and order.
    - `standard_error`: of each; exponents within two of them from 0 count as 0. Along a
        trajectory one exponent is 0, and -1e-4 would make a cycle a point.
    - `complete`: whether these are all exponents. If not, and they do not add up to
        less than 0, the answer is NaN.

    Raises `ValueError` for what is not a list.
    """
    values = jnp.asarray(exponents)
    if values.ndim != 1 or not len(values):
        rule = "be a list of exponents"
        raise invalid("exponents", rule, f"shape {values.shape}", "Use jax.vmap.")
    if not jnp.issubdtype(values.dtype, jnp.floating):
        values = values.astype(float)
    errors = None if standard_error is None else jnp.asarray(standard_error)
    values = -jnp.sort(-_but_for_noise(values, errors))
    sums = jnp.cumsum(values)
    j = jnp.sum(sums >= 0)
    count = values.shape[0]
    partial = jnp.where(j > 0, sums[jnp.maximum(j - 1, 0)], 0)
    following = values[jnp.minimum(j, count - 1)]
    whole = jnp.asarray(count if complete else np.nan, values.dtype)
    inside = j.astype(values.dtype) + partial / jnp.abs(following)
    dimension = jnp.where(j < count, inside, whole)
    return jnp.where(jnp.any(jnp.isnan(values)), jnp.nan, dimension)


def lyapunov(
    net: AbstractNetwork | Perturbed,
    inputs: Any = None,
    *,
    steps: int,
    n_exponents: int | None = None,
    every: int = 10,
    burn: int | None = None,
    blocks: int = 20,
    key: KeyArray | None = None,
    state: State | None = None,
) -> LyapunovSpectrum:
    """Lyapunov exponents of the simulated map, along one trajectory.

    Orthonormal directions are carried along by the Jacobian of every step, taken at
    the state before it, and made orthonormal again by QR (Benettin et al. 1980; for
    rate networks Engelken, Wolf & Abbott 2023). Fewer directions than the state has
    dimensions cost as many Jacobian-vector products, no Jacobian. In double precision
    (under a `jit` or `vmap` of yours only with x64); the noise is that of a
    double-precision rollout with this key.

    With inputs or noise these are the conditional exponents, given that realisation:
    negative ones mean that the response does not depend on the initial state. With
    short-term plasticity they are of the joint state (v, u, x), three for each unit.

    **Arguments:**

    - `net`: a network, also one with perturbations.
    - `inputs`: a constant one, `(n_in,)`, or `(burn + steps, n_in)`; by default none.
    - `steps`: how many to measure over, a multiple of `every * blocks`.
    - `n_exponents`: how many of the largest; by default all. 1 for the largest only.
    - `every`: steps between orthonormalisations. `accurate` of the result says whether
        it was small enough; use 1 where dt = tau.
    - `burn`: steps before that, in which state and directions settle; a multiple of
        `every`. By default about `steps / 5`.
    - `blocks`: for the standard errors.
    - `key`: for the noise, as in `rollout`, and for the first directions; without one
        these are the same for every call.
    - `state`: where to start, by default v0.

    **Returns:** a `LyapunovSpectrum`.

    **Raises:** `ValueError` for too few steps, more exponents than dimensions, inputs
    of another shape, and noise without a key.
    """
    plain = check_network(net, perturbed=True)
    every = check_count("every", every, at_least=1)
    blocks = check_count("blocks", blocks, at_least=2)
    steps = _multiple("steps", steps, every * blocks, 1, "blocks * every")
    if burn is None:
        burn = -(-steps // (5 * every)) * every
    burn = _multiple("burn", burn, every, 0, "every")
    start = start_state(plain, state)
    dimensions = plain.n_hidden * (1 if plain.synapses is None else 3)
    if n_exponents is None:
        n_exponents = dimensions
    count = check_count("n_exponents", n_exponents, at_least=1)
    if count > dimensions:
        raise invalid(
            "n_exponents",
            f"be at most the {dimensions} dimensions of the state",
            count,
            "Leave it out for all.",
        )
    u = None if inputs is None else _in_time(plain, inputs, burn + steps)

    measure = functools.partial(
        _measure, steps=steps, burn=burn // every, every=every, blocks=blocks,
        count=count, whole=count == dimensions,
    )  # fmt: skip
    return in_double(measure, net, start, u, key, dtype=plain.dtype)


def _multiple(name: str, value: Any, unit: int, at_least: int, what: str) -> int:
    """Refuse what is not a positive multiple of a number of steps."""
    value = check_count(name, value, at_least=0)
    if value % unit or value < at_least * unit:
        nearest = max(round(value / unit), at_least) * unit
        raise invalid(
            name,
            f"be a multiple of {what} = {unit}, at least {at_least * unit}",
            value,
            f"The nearest is {nearest}.",
        )
    return value


def _in_time(net: AbstractNetwork, inputs: Any, length: int) -> Array:
    """Inputs of every step."""
    u = input_array(net, inputs)
    if u.ndim == 1:
        return jnp.broadcast_to(u, (length, net.n_in))
    if u.shape != (length, net.n_in):
        raise invalid(
            "inputs",
            f"have shape {(length, net.n_in)} (burn + steps), or {(net.n_in,)}",
            f"shape {u.shape}",
            "Map over trials with jax.vmap.",
        )
    return u


@functools.partial(
    jax.jit, static_argnames=("steps", "burn", "every", "blocks", "count", "whole")
)
def _measure(
    net: Any,
    start: State,
    u: Array | None,
    key: KeyArray | None,
    *,
    steps: int,
    burn: int,
    every: int,
    blocks: int,
    count: int,
    whole: bool,
) -> LyapunovSpectrum:
    own = frozen(net)
    plain = own.network if isinstance(own, Perturbed) else own
    flat, unravel = ravel_pytree((start.potentials, start.synapses))
    # far from the trial indices that rollout folds in
    seed = jax.random.key(0) if key is None else jax.random.fold_in(key, 2**31 - 1)
    first = jax.random.normal(seed, (count, flat.size), flat.dtype)

    def linear(state: State, u: Array | None) -> tuple[State, Push]:
        new, push = linearised(own, state, u, key)
        return new, lambda q: ravel_pytree(push(unravel(q)))[0]

    intervals = burn + steps // every
    us = None if u is None else u.reshape(intervals, every, *u.shape[1:])
    logs, log_det, condition = benettin(
        linear, start, us, orthonormal(first, first)[0],
        intervals=intervals, every=every, burn=burn, whole=whole,
    )  # fmt: skip
    rates = logs[:, jnp.argsort(-jnp.mean(logs, axis=0))] / (every * plain.dt)
    exponents = jnp.mean(rates, axis=0)
    by_block = jnp.mean(rates.reshape(blocks, -1, count), axis=1)
    apart = jnp.cumsum(rates - exponents[None], axis=0) / rates.shape[0]
    error = jnp.maximum(
        jnp.std(by_block, axis=0, ddof=1) / np.sqrt(blocks),
        jnp.max(jnp.abs(apart), axis=0),
    )
    residual, accurate = None, condition < LIMIT
    if log_det is not None:
        log_det = log_det / plain.dt
        total = jnp.sum(exponents)
        # a Jacobian without inverse: both are minus infinity, and agree
        residual = jnp.where(total == log_det, 0, jnp.abs(total - log_det))
        accurate = accurate & (residual * plain.dt < 1 / LIMIT)
    return LyapunovSpectrum(
        exponents=exponents,
        standard_error=error,
        kaplan_yorke=kaplan_yorke(exponents, standard_error=error, complete=whole),
        entropy=jnp.sum(jnp.maximum(_but_for_noise(exponents, error), 0)),
        log_det=log_det,
        residual=residual,
        condition=condition,
        accurate=accurate,
        by_block=by_block,
        dt=plain.dt,
        tau=jnp.mean(plain.tau),
    )
