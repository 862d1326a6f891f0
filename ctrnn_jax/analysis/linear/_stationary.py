"""The stationary state of a noisy network, from Lyapunov equations."""

from collections.abc import Callable
import functools
from typing import Any, NamedTuple

import jax
from jax import Array
import jax.numpy as jnp

from ..._checks import check_flag, invalid
from ..._tree import with_fields
from ..._types import ArrayLike
from ...dynamics import ctrnn_step, Euler, RectifiedLeakForm, times_rows
from ...network import AbstractNetwork, effective
from ...perturbations import Perturbed
from .._step_map import check_network, in_double, input_array
from ._fluctuations import Stationary
from ._lyapunov_equation import continuous_lyapunov, discrete_lyapunov, spectral_size


SETTLING, NEWTON = 2000, 30
"""Steps of simulation, and then of Newton's method, towards a fixed point."""

MARGIN = 1e-9
"""A step that leaves a deviation this close to its size has no stationary state.

In double precision; 100 units of rounding in single.
"""


def stationary(
    net: AbstractNetwork | Perturbed,
    inputs: ArrayLike | None = None,
    *,
    potentials: ArrayLike | None = None,
    continuous: bool = False,
) -> Stationary:
    """The stationary covariance of a noisy network, linearised at a fixed point.

    Solves `Sigma = A Sigma A^T + Q`, exactly that of the simulated map, whatever its
    dt, method, form, noise and time constants per unit; or in continuous time
    `A Sigma + Sigma A^T + Q = 0` for the diffusion of which Euler's map is a step:
    `tau dv = F dt + sqrt(2 tau) sigma dW` for `DiffusionNoise`, and noise of the same
    variance per ms for `StepNoise` at this dt. In double precision (under a `jit` or
    `vmap` of yours only with x64).

    **Arguments:**

    - `net`: a network with noise.
    - `inputs`: a constant input, `(n_in,)`; by default none.
    - `potentials`: the fixed point, `(N,)`, as potentials (rates in the other forms);
        by default where the noise-free network settles from v0.
    - `continuous`: whether in continuous time.

    **Returns:** a `Stationary`; where the linearised network is not stable, as along a
    line of fixed points, it has `stable` False and NaN as covariance.

    **Raises:** `ValueError` for a network without noise, one with plastic synapses, a
    perturbed one, other shapes, and `RectifiedLeakForm` in continuous time, whose f
    acts on the state itself at every step.
    """
    net = check_network(net)
    check_flag("continuous", continuous)
    if net.noise is None:
        raise invalid("net", "have noise", None, "Give it noise with cj.replace.")
    if net.synapses is not None:
        raise invalid(
            "net",
            "have synapses without short-term plasticity",
            "plastic ones",
            "Simulate it instead, or hold them: cj.replace(net, synapses=None).",
        )
    if continuous and isinstance(net.form, RectifiedLeakForm):
        raise invalid(
            "continuous",
            "be False for RectifiedLeakForm",
            True,
            "Its f acts on the state at every step: that has no continuous limit.",
        )
    u = None if inputs is None else input_array(net, inputs)
    if u is not None and u.ndim != 1:
        raise invalid(
            "inputs", f"have shape {(net.n_in,)}", f"shape {u.shape}", "It is constant."
        )
    v = None if potentials is None else jnp.asarray(potentials, net.dtype)
    if v is not None and v.shape != (net.n_hidden,):
        raise invalid(
            "potentials",
            f"have shape {(net.n_hidden,)}",
            f"shape {v.shape}",
            "One state.",
        )
    if continuous:
        net = with_fields(net, method=Euler())
    function = functools.partial(_solve, continuous=continuous)
    return in_double(function, net, u, v, dtype=net.dtype)


class _Kicks(NamedTuple):
    """One thing for each noise of a step; `None` for a noise that is absent."""

    eps: Any
    xi: Any
    zeta: Any


def _stds(net: AbstractNetwork, tau: Array) -> _Kicks:
    """The standard deviation of each noise per step, one or one per unit."""
    if net.noise is None:
        return _Kicks(None, None, None)
    timing = (net.method, net.dt, tau)
    noise = net.noise
    return _Kicks(noise.pre_std(*timing), noise.post_std(*timing), noise.rate_std())


def _settle(step: Callable[[Array], Array], start: Array) -> Array:
    """A fixed point of the step: simulated towards, and then by Newton's method.

    Newton alone may end at an unstable one. Where it meets a singular Jacobian, or
    what it finds is further from a fixed point, the simulated state stays.
    """
    identity = jnp.eye(start.shape[0], dtype=start.dtype)
    near = jax.lax.fori_loop(0, SETTLING, lambda _, v: step(v), start)

    def newton(_: Array, v: Array) -> Array:
        change = step(v) - v
        slope = identity - jax.jacfwd(step)(v)
        new = v + jnp.linalg.solve(slope, change)
        better = jnp.linalg.norm(step(new) - new) < jnp.linalg.norm(change)
        return jnp.where(better, new, v)

    return jax.lax.fori_loop(0, NEWTON, newton, near)


@functools.partial(jax.jit, static_argnames="continuous")
def _solve(
    net: AbstractNetwork, u: Array | None, potentials: Array | None, *, continuous: bool
) -> Stationary:
    weights = effective(net)
    gain = net.method.gain(net.dt, weights.tau)
    drive = weights.b_hid
    if u is not None and net.n_in > 0:
        current = times_rows(weights.w_in, u)
        drive = current if drive is None else drive + current

    def step(v: Array, kicks: _Kicks) -> Array:
        sent = net.form.rates(v, net.activation) + kicks.zeta
        return ctrnn_step(
            v, drive, w_hid=weights.w_hid, gain=gain, activation=net.activation,
            eps=kicks.eps, xi=kicks.xi, form=net.form, sent=sent,
        )[0]  # fmt: skip

    zeros = jnp.zeros(net.n_hidden, net.dtype)
    still = _Kicks(zeros, zeros, zeros)
    quiet = lambda v: step(v, still)
    v = _settle(quiet, weights.v0) if potentials is None else potentials
    a, by_kick = jax.jacfwd(step, argnums=(0, 1))(v, still)
    stds = _stds(net, weights.tau)
    injected = jnp.zeros_like(a)
    for path, std in zip(by_kick, stds, strict=True):
        if std is not None:
            scaled = path * jnp.broadcast_to(std, v.shape)[None]
            injected = injected + scaled @ scaled.T
    zeta = stds.zeta
    rate_noise = None if zeta is None else jnp.broadcast_to(zeta, v.shape) ** 2
    rate_path = None if zeta is None else by_kick.zeta
    rates = lambda v: net.form.rates(v, net.activation)
    slopes = jax.jvp(rates, (v,), (jnp.ones_like(v),))[1]
    speed = jnp.max(jnp.abs(quiet(v) - v))
    # on a cycle, or in chaos, neither simulation nor Newton comes to rest
    still = speed <= float(jnp.finfo(a.dtype).eps) ** 0.5 * (1 + jnp.max(jnp.abs(v)))
    margin = max(MARGIN, 100 * float(jnp.finfo(a.dtype).eps))
    if continuous:
        a = (a - jnp.eye(len(v), dtype=a.dtype)) / net.dt
        injected = injected / net.dt
        sigma, residual, radius, stable = continuous_lyapunov(a, injected, margin)
        stable = stable & still
        sigma = jnp.where(stable, sigma, jnp.nan)
    else:
        radius = spectral_size(a)
        stable = (radius < 1 - margin) & still
        sigma, residual = discrete_lyapunov(a, injected, stable)
    return Stationary(
        v, sigma, a, injected, slopes, rate_noise, rate_path, radius, stable, residual,
        speed, net.dt, continuous,
    )  # fmt: skip
