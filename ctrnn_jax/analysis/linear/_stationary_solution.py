"""The stationary covariance of a noisy network, from a Lyapunov equation."""

from collections.abc import Callable
import functools
from typing import NamedTuple

import jax
from jax import Array
import jax.numpy as jnp

from ..._checks import check, check_flag
from ..._tree import with_fields
from ..._types import ArrayLike
from ...dynamics import ctrnn_step, Euler, RectifiedLeakForm, times_rows
from ...network import AbstractNetwork, effective
from ...perturbations import Perturbed
from .._arguments import check_network, input_array, one_state
from .._double_precision import in_double
from ._lyapunov_equation import continuous_lyapunov, discrete_lyapunov, spectral_radius
from ._stationary_statistics import Stationary


SIMULATED_STEPS, NEWTON_STEPS = 2000, 30
"""Steps of simulation, and then of Newton's method, towards a fixed point."""

MARGIN = 1e-9
"""There is a stationary state if the radius is below 1 (the abscissa below 0) by this.

In double precision; 100 units of rounding in single precision.
"""


def stationary(
    net: AbstractNetwork | Perturbed,
    inputs: ArrayLike | None = None,
    *,
    potentials: ArrayLike | None = None,
    continuous: bool = False,
) -> Stationary:
    """Compute the stationary covariance of a noisy network near a fixed point.

    The network is linearised at the fixed point. This solves
    `Sigma = A Sigma A^T + Q` for the simulated map, exactly, for any dt, method, form,
    noise and time constants per unit. In continuous time it solves
    `A Sigma + Sigma A^T + Q = 0` for the diffusion that Euler's map discretises:
    `tau dv = F dt + sqrt(2 tau) sigma dW` for `DiffusionNoise`, and noise of the same
    variance per ms for `StepNoise` at this dt. In double precision (inside a `jit` or
    `vmap` only with x64 on).

    **Arguments:**

    - `net`: a network with noise.
    - `inputs`: a constant input, `(n_in,)`; none by default.
    - `potentials`: the fixed point, `(N,)`, as potentials (rates in forms whose state
        is the rate). By default the one that the noise-free network reaches from v0.
    - `continuous`: whether in continuous time.

    **Returns:** a `Stationary`. If the linearised network is not stable, as along a
    line of fixed points, `stable` is False and the covariance NaN.

    **Raises:** `ValueError` for a network without noise, one with plastic synapses, a
    perturbed one, other shapes, and `RectifiedLeakForm` in continuous time, whose f
    acts on the state itself at every step.
    """
    net = check_network(net)
    check_flag("continuous", continuous)
    has_noise = net.noise is not None
    check(has_noise, "net", "have noise", None, "Add noise with cj.replace.")
    check(
        net.synapses is None,
        "net",
        "have synapses without short-term plasticity",
        "plastic ones",
        "Simulate it instead, or hold them: cj.replace(net, synapses=None).",
    )
    has_limit = not (continuous and isinstance(net.form, RectifiedLeakForm))
    rule = "be False for RectifiedLeakForm"
    remedy = "Its f acts on the state at every step: there is no continuous limit."
    check(has_limit, "continuous", rule, continuous, remedy)
    u = None if inputs is None else input_array(net, inputs)
    if u is not None:
        rule, got = f"have shape {(net.n_in,)}", f"shape {u.shape}"
        check(u.ndim == 1, "inputs", rule, got, "It is constant.")
    v = None if potentials is None else one_state(net, potentials)
    if continuous:
        # Euler's step is v + dt dv/dt, from which the flow is recovered exactly
        net = with_fields(net, method=Euler())
    function = functools.partial(_solve, continuous=continuous)
    return in_double(function, net, u, v, dtype=net.dtype)


class _StepNoises(NamedTuple):
    """The noises of a step, `(N,)`: pre-activation, post-activation, on the rates.

    A derivative by the noises has a matrix `(N, N)` in each field.
    """

    eps: Array
    xi: Array
    zeta: Array


def _stds(net: AbstractNetwork, tau: Array) -> tuple[Array | None, ...]:
    """Return the standard deviation per step of each noise, in the order of the fields.

    `()` or `(N,)`; `None` for a noise that is absent.
    """
    noise = net.noise
    if noise is None:
        return (None, None, None)
    timing = (net.method, net.dt, tau)
    return noise.pre_std(*timing), noise.post_std(*timing), noise.rate_std()


def _find_fixed_point(step: Callable[[Array], Array], start: Array) -> Array:
    """Return a fixed point of the step: simulate towards it, then Newton's method.

    Newton's method alone may end at an unstable one. A Newton step is accepted if it
    brings the state closer to a fixed point, so that a singular Jacobian leaves the
    simulated state.
    """
    identity = jnp.eye(start.shape[0], dtype=start.dtype)

    def simulate(_: Array, v: Array) -> Array:
        return step(v)

    def newton_step(_: Array, v: Array) -> Array:
        change = step(v) - v
        minus_slope = identity - jax.jacfwd(step)(v)
        new = v + jnp.linalg.solve(minus_slope, change)
        is_better = jnp.linalg.norm(step(new) - new) < jnp.linalg.norm(change)
        return jnp.where(is_better, new, v)

    simulated = jax.lax.fori_loop(0, SIMULATED_STEPS, simulate, start)
    return jax.lax.fori_loop(0, NEWTON_STEPS, newton_step, simulated)


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

    # 1. the step as a function of the state and of each noise, and its fixed point
    def step(v: Array, noise: _StepNoises) -> Array:
        sent = net.form.rates(v, net.activation) + noise.zeta
        return ctrnn_step(
            v, drive, w_hid=weights.w_hid, gain=gain, activation=net.activation,
            eps=noise.eps, xi=noise.xi, form=net.form, sent=sent,
        )[0]  # fmt: skip

    zeros = jnp.zeros(net.n_hidden, net.dtype)
    no_noise = _StepNoises(eps=zeros, xi=zeros, zeta=zeros)

    def noise_free_step(v: Array) -> Array:
        return step(v, no_noise)

    if potentials is None:
        v = _find_fixed_point(noise_free_step, weights.v0)
    else:
        v = potentials

    # 2. linearise: A, the derivative by each noise, and Q = sum of B diag(std^2) B^T
    a, noise_paths = jax.jacfwd(step, argnums=(0, 1))(v, no_noise)
    stds = _stds(net, weights.tau)
    injected = jnp.zeros_like(a)
    # noises are independent, so their covariances add up
    for path, std in zip(noise_paths, stds, strict=True):
        if std is not None:
            scaled = path * jnp.broadcast_to(std, v.shape)[None]
            injected = injected + scaled @ scaled.T
    rate_std = stds[-1]
    rate_noise, rate_path = None, None
    if rate_std is not None:
        rate_noise = jnp.broadcast_to(rate_std, v.shape) ** 2
        rate_path = noise_paths.zeta

    def rates(v: Array) -> Array:
        return net.form.rates(v, net.activation)

    # f' is diagonal: one Jacobian-vector product with ones
    slopes = jax.jvp(rates, (v,), (jnp.ones_like(v),))[1]

    # 3. on a cycle or in chaos neither simulation nor Newton reaches a fixed point
    speed = jnp.max(jnp.abs(noise_free_step(v) - v))
    rounding = float(jnp.finfo(a.dtype).eps)
    is_fixed_point = speed <= rounding**0.5 * (1 + jnp.max(jnp.abs(v)))

    # 4. the Lyapunov equation of the map, or of the diffusion per ms
    margin = max(MARGIN, 100 * rounding)
    if continuous:
        a = (a - jnp.eye(len(v), dtype=a.dtype)) / net.dt
        injected = injected / net.dt
        sigma, residual, radius, stable = continuous_lyapunov(a, injected, margin)
        stable = stable & is_fixed_point
        sigma = jnp.where(stable, sigma, jnp.nan)
    else:
        radius = spectral_radius(a)
        stable = (radius < 1 - margin) & is_fixed_point
        sigma, residual = discrete_lyapunov(a, injected, stable)
    return Stationary(
        mean=v,
        covariance=sigma,
        propagator=a,
        injected=injected,
        slopes=slopes,
        rate_noise=rate_noise,
        rate_path=rate_path,
        radius=radius,
        stable=stable,
        residual=residual,
        speed=speed,
        dt=net.dt,
        continuous=continuous,
    )
