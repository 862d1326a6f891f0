"""Fluctuations about a fixed point: covariances at any lag, and power spectra."""

import functools

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp

from ..._checks import check_choice, check_count, invalid
from ..._types import ArrayLike
from .._step_map import in_double


class Stationary(eqx.Module):
    """The stationary fluctuations of a noisy network about a fixed point.

    Deviations x of the state (potentials; rates in the other forms) follow

        x_t = A x_(t-1) + e_t + B zeta_(t-1)     or     dx = A x dt + dw

    in discrete or continuous time, e and w white. Exact for linear networks, and to
    first order in the noise for others.

    **Attributes:**

    - `mean`: the fixed point, `(N,)`.
    - `covariance`: of the state, `(N, N)`; NaN where there is no stationary state.
    - `propagator`: A, per step; 1/ms in continuous time.
    - `injected`: the covariance of what the noise adds, per step or per ms.
    - `slopes`: f' at the fixed point, which makes rates of potentials, `(N,)`; ones
      where the state is the rate.
    - `rate_noise`, `rate_path`: the variances of zeta, `(N,)`, and B; `None` without
      noise on the rates.
    - `radius`: the spectral radius of A; in continuous time its largest real part.
    - `stable`: whether there is a stationary state: radius below 1 (below 0), by 1e-9,
      at a state that rests.
    - `residual`: how far the covariance is from solving its Lyapunov equation, relative
      to its largest entry.
    - `speed`: the largest change that a noise-free step would make at `mean`: 0 but for
      rounding at a fixed point.
    - `dt`: in ms. `continuous`: which of the two it is (static).
    """

    mean: Array
    covariance: Array
    propagator: Array
    injected: Array
    slopes: Array
    rate_noise: Array | None
    rate_path: Array | None
    radius: Array
    stable: Array
    residual: Array
    speed: Array
    dt: Array
    continuous: bool = eqx.field(static=True)

    def lagged(self, lag: int, *, of: str = "state") -> Array:
        """The covariance of x now (columns) and `lag` steps of dt later (rows).

        `A^lag Sigma`, or `exp(A lag dt) Sigma`; at lag 0 the covariance. With
        `of="rates"` that of the rates, noise on them included, to first order. Raises
        `ValueError` for negative lags: those are the transposes.
        """
        lag = check_count("lag", lag, at_least=0)
        _check_rates(self, of)
        function = functools.partial(_lagged, lag=lag, of=of)
        return in_double(function, self, dtype=self.covariance.dtype)

    def power(self, frequencies: ArrayLike, *, of: str = "state") -> Array:
        """The power spectral density of each unit, `(frequencies, N)`, per Hz.

        The diagonal of `cross_spectrum`.
        """
        cross = self.cross_spectrum(frequencies, of=of)
        return jnp.real(jnp.diagonal(cross, axis1=-2, axis2=-1))

    def cross_spectrum(self, frequencies: ArrayLike, *, of: str = "state") -> Array:
        """The two-sided cross-spectral density, `(frequencies, N, N)`, per Hz.

            S(f) = dt H Q H^*,    H = (exp(i w) I - A)^-1,     w = 2 pi f dt
            S(f) = H Q H^*,       H = (i w I - A)^-1,          w = 2 pi f

        in discrete and continuous time, with dt in seconds, A and Q per second and Q
        the injected covariance. Its integral over f from -1 / (2 dt) to 1 / (2 dt) (all
        f) is the covariance. With `of="rates"` that of the rates, white noise on them
        included.

        **Arguments:** `frequencies` in Hz, `(frequencies,)`; `of` "state" or "rates".
        Raises `ValueError` for another shape.
        """
        _check_rates(self, of)
        f = jnp.asarray(frequencies, float)
        if f.ndim != 1:
            raise invalid(
                "frequencies", "have one axis", f"shape {f.shape}", "In Hz: (n,)."
            )
        function = functools.partial(_cross_spectrum, of=of)
        return in_double(function, self, f, dtype=self.covariance.dtype)


def _check_rates(found: Stationary, of: str) -> None:
    """Refuse white noise on rates in continuous time: its variance is infinite."""
    check_choice("of", of, ("state", "rates"))
    if of == "rates" and found.continuous and found.rate_noise is not None:
        raise invalid(
            "of",
            'be "state" for noise on the rates in continuous time',
            of,
            "White noise has no variance there; use continuous=False.",
        )


@functools.partial(jax.jit, static_argnames=("lag", "of"))
def _lagged(found: Stationary, *, lag: int, of: str) -> Array:
    a, sigma, slopes = found.propagator, found.covariance, found.slopes
    step = jax.scipy.linalg.expm(a * found.dt) if found.continuous else a
    before = jnp.linalg.matrix_power(step, max(lag - 1, 0))
    power = step @ before if lag else before
    if of == "state":
        return power @ sigma
    rates = slopes[:, None] * (power @ sigma) * slopes[None]
    noise, path = found.rate_noise, found.rate_path
    if noise is None or path is None:
        return rates
    if lag == 0:
        return rates + jnp.diag(noise)
    # the noise on a rate goes on through the synapses
    return rates + slopes[:, None] * (before @ path) * noise[None]


@functools.partial(jax.jit, static_argnames="of")
def _cross_spectrum(found: Stationary, f: Array, *, of: str) -> Array:
    a, q, noise = found.propagator, found.injected, found.rate_noise
    identity = jnp.eye(a.shape[0], dtype=a.dtype)
    double = a.dtype == jnp.float64
    wide = lambda x: x.astype(jnp.complex128 if double else jnp.complex64)
    shared, path = q, found.rate_path
    if of == "rates" and noise is not None and path is not None:
        shared = q - (path * noise[None]) @ path.T

    def at(f: Array) -> Array:
        # per ms throughout; the last factor makes it per Hz
        omega = 2 * jnp.pi * f / 1000 * jnp.where(found.continuous, 1, found.dt)
        z = 1j * wide(omega)
        z = z if found.continuous else jnp.exp(z)
        h = jnp.linalg.inv(z * wide(identity) - wide(a))
        if of == "rates":
            h = wide(found.slopes)[:, None] * h
        density = h @ wide(shared) @ h.conj().T
        if of == "rates" and noise is not None and path is not None:
            through = h @ wide(path) + wide(identity)
            density = density + (through * wide(noise)[None]) @ through.conj().T
        scale = jnp.where(found.continuous, 1, found.dt) / 1000
        return wide(jnp.where(found.stable, scale, jnp.nan)) * density

    return jax.lax.map(at, f)
