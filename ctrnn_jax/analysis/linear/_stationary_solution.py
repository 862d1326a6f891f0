"""The stationary covariance of a noisy network, from a Lyapunov equation."""

import functools

import jax
from jax import Array
import jax.numpy as jnp

from ..._arguments import checks_arguments
from ..._checks import check
from ..._tree import with_fields
from ..._types import ArrayLike
from ...constraints import radius_bound
from ...dynamics import Euler
from ...network import AbstractNetwork, check_network, effective
from .._arguments import input_array, one_state
from .._double_precision import in_double
from .._vector_field import field_of, VectorField
from ._lyapunov_equation import (
    DOUBLINGS,
    margin_of,
    solve_continuous,
    solve_discrete,
)
from ._stationary_statistics import Stationary


SIMULATED_STEPS, NEWTON_STEPS = 2000, 30
"""Steps of simulation, and then of Newton's method, towards a fixed point."""


@checks_arguments
def stationary(
    net: AbstractNetwork,
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
    perturbed one, other shapes, and in continuous time a form without a limit of small
    time steps (`field_depends_on_gain`), as `RectifiedLeakForm`.
    """
    net = check_network(net)
    has_noise = net.noise is not None
    check(has_noise, "net", "have noise", None, "Add it: cj.replace(net, noise=...).")
    rule = "have synapses without short-term plasticity"
    remedy = "Simulate it instead, or hold them: cj.replace(net, synapses=None)."
    check(net.synapses is None, "net", rule, "plastic ones", remedy)
    has_limit = not (continuous and net.form.field_depends_on_gain)
    rule = f"be False for {type(net.form).__name__}"
    remedy = "Its step has no limit at small dt, because f acts on the leak."
    check(has_limit, "continuous", rule, continuous, remedy)
    u = input_array(net, inputs, one=True)
    v = None if potentials is None else one_state(net, potentials)
    if continuous:
        # Euler's step is v + dt dv/dt, from which the flow is recovered exactly
        net = with_fields(net, method=Euler())
    return in_double(_solve, net, u, v, continuous=continuous, dtype=net.dtype)


def _stds(net: AbstractNetwork) -> tuple[Array | None, ...]:
    """Return standard deviations per step: pre-activation, post-activation, of rates.

    `()` or `(N,)`; `None` for a noise that is absent.
    """
    noise = net.noise
    if noise is None:
        return (None, None, None)
    timing = (net.method, net.dt, net.tau)
    return noise.pre_std(*timing), noise.post_std(*timing), noise.rate_std()


def _find_fixed_point(field: VectorField, start: Array) -> Array:
    """Return a fixed point of the step: simulate towards it, then Newton's method.

    Newton's method alone may end at an unstable one. A Newton step is accepted if it
    brings the state closer to a fixed point, so that a singular Jacobian leaves the
    simulated state.
    """
    identity = jnp.eye(start.shape[0], dtype=start.dtype)

    def simulate(_: Array, v: Array) -> Array:
        return field.step(v)

    def newton_step(_: Array, v: Array) -> Array:
        change = field.step(v) - v
        new = v + jnp.linalg.solve(identity - field.step_jacobian(v), change)
        is_better = jnp.linalg.norm(field.step(new) - new) < jnp.linalg.norm(change)
        return jnp.where(is_better, new, v)

    simulated = jax.lax.fori_loop(0, SIMULATED_STEPS, simulate, start)
    return jax.lax.fori_loop(0, NEWTON_STEPS, newton_step, simulated)


@functools.partial(jax.jit, static_argnames="continuous")
def _solve(
    net: AbstractNetwork, u: Array, potentials: Array | None, *, continuous: bool
) -> Stationary:
    # 1. the fixed point
    field = field_of(net, u)
    if potentials is None:
        v = _find_fixed_point(field, effective(net).v0)
    else:
        v = potentials

    # 2. linearise: A, the derivative by each noise, and Q = sum of B diag(std^2) B^T.
    # Noises are independent, so their covariances add up.
    a = field.step_jacobian(v)
    slopes = net.form.slopes(
        v, field.current(v), gain=field.gain, activation=net.activation
    )
    pre_std, post_std, rate_std = _stds(net)
    injected = jnp.zeros_like(a)
    # noise inside and outside gamma reaches its own unit only
    for path, std in ((slopes.current, pre_std), (slopes.noise, post_std)):
        if std is not None:
            injected = injected + jnp.diag((path * std) ** 2)
    rate_noise, rate_path = None, None
    if rate_std is not None:
        rate_noise = jnp.broadcast_to(rate_std, v.shape) ** 2
        rate_path = slopes.current[:, None] * field.w_hid
        injected = injected + (rate_path * rate_noise[None]) @ rate_path.T

    # 3. on a cycle or in chaos neither simulation nor Newton reaches a fixed point
    speed = jnp.max(jnp.abs(field.step(v) - v))
    rounding = float(jnp.finfo(a.dtype).eps)
    is_fixed_point = speed <= rounding**0.5 * (1 + jnp.max(jnp.abs(v)))

    # 4. the Lyapunov equation of the map, or of the diffusion per ms
    margin = margin_of(a)
    if continuous:
        a = (a - jnp.eye(len(v), dtype=a.dtype)) / net.dt
        injected = injected / net.dt
        sigma, residual, radius, stable = solve_continuous(a, injected, margin)
        stable = stable & is_fixed_point
        sigma = jnp.where(stable, sigma, jnp.nan)
    else:
        radius = radius_bound(a, doublings=DOUBLINGS)
        stable = (radius < 1 - margin) & is_fixed_point
        sigma, residual = solve_discrete(a, injected, stable)
    return Stationary(
        mean=v,
        covariance=sigma,
        propagator=a,
        injected=injected,
        slopes=slopes.rate,
        rate_noise=rate_noise,
        rate_path=rate_path,
        radius=radius,
        stable=stable,
        residual=residual,
        speed=speed,
        dt=net.dt,
        continuous=continuous,
    )
