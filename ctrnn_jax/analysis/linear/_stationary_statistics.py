"""Stationary fluctuations about a fixed point: lagged covariances and power spectra."""

import functools
from typing import final

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp

from ..._checks import check, check_choice, check_count
from ..._show import AbstractShown, quantities, Table
from ..._types import ArrayLike
from .._arguments import check_vector, real_array
from .._double_precision import in_double


@final
class Stationary(AbstractShown, eqx.Module):
    """The stationary fluctuations of a noisy network about a fixed point.

    Deviations x of the state (potentials; rates in forms whose state is the rate)
    follow

        x_t = A x_(t-1) + e_t + B zeta_(t-1)     or     dx = A x dt + dw

    in discrete or continuous time, with white e and w. This is exact for linear
    networks, and of first order in the noise for nonlinear networks.

    **Attributes:**

    - `mean`: the fixed point, `(N,)`.
    - `covariance`: of the state, `(N, N)`; NaN if there is no stationary state.
    - `propagator`: A, per step; 1/ms in continuous time.
    - `injected`: the covariance that the noise adds, per step or per ms.
    - `slopes`: f' at the fixed point, `(N,)`, which maps deviations of potentials to
      those of rates; ones if the state is the rate.
    - `rate_noise`, `rate_path`: the variances of zeta, `(N,)`, and B; `None` without
      noise on the rates.
    - `radius`: the spectral radius of A; in continuous time its largest real part.
    - `stable`: whether there is a stationary state: the radius is below 1 (below 0) by
      1e-9, and `mean` is a fixed point.
    - `residual`: residual of the Lyapunov equation at the covariance, relative to its
      largest entry.
    - `speed`: the largest change of a unit in a noise-free step from `mean`: rounding
      at a fixed point.
    - `dt`: in ms. `continuous`: whether time is continuous (static).
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

    def _table(self) -> Table:
        time = "continuous time" if self.continuous else "steps"
        about = f"in {time}, {'stable' if self.stable else 'no stationary state'}"
        omitted = ("continuous", "rate_noise", "rate_path", "stable")
        return quantities(self, about, omit=omitted, dt="ms")

    def lagged(self, lag: int, *, of: str = "state") -> Array:
        """Return the covariance of x now (columns) and `lag` steps of dt later (rows).

        `A^lag Sigma`, or `exp(A lag dt) Sigma`; at lag 0 the covariance. With
        `of="rates"`, the covariance of the rates to first order, including the noise on
        them. Raises `ValueError` for negative lags, whose covariances are the
        transposes.
        """
        lag = check_count("lag", lag, at_least=0)
        _check_of(self, of)
        return in_double(_lagged, self, lag=lag, of=of, dtype=self.covariance.dtype)

    def power(self, frequencies: ArrayLike, *, of: str = "state") -> Array:
        """Return the power spectral density of each unit, `(frequencies, N)`, per Hz.

        The diagonal of `cross_spectrum`.
        """
        cross = self.cross_spectrum(frequencies, of=of)
        return jnp.real(jnp.diagonal(cross, axis1=-2, axis2=-1))

    def cross_spectrum(self, frequencies: ArrayLike, *, of: str = "state") -> Array:
        """Return the two-sided cross-spectral density, `(frequencies, N, N)`, per Hz.

            S(f) = dt H Q H^*,    H = (exp(i w) I - A)^-1,     w = 2 pi f dt
            S(f) = H Q H^*,       H = (i w I - A)^-1,          w = 2 pi f

        in discrete and continuous time, with dt in seconds, A and Q per second and Q
        the injected covariance. Its integral over f from -1 / (2 dt) to 1 / (2 dt) (all
        f) is the covariance. With `of="rates"`, the density of the rates, including the
        white noise on them.

        **Arguments:** `frequencies` in Hz, `(frequencies,)`; `of` "state" or "rates".
        Raises `ValueError` for another shape.
        """
        _check_of(self, of)
        f = real_array("frequencies", frequencies).astype(float)
        remedy = "One frequency f in Hz is [f]."
        check_vector("frequencies", f, remedy)
        return in_double(_cross_spectrum, self, f, of=of, dtype=self.covariance.dtype)


def _check_of(statistics: Stationary, of: str) -> None:
    """Validate `of`: noise on rates has infinite variance in continuous time."""
    check_choice("of", of, ("state", "rates"))
    has_noisy_rates = of == "rates" and statistics.rate_noise is not None
    is_infinite = has_noisy_rates and statistics.continuous
    rule = 'be "state" for noise on the rates in continuous time'
    remedy = "White noise has infinite variance there; use continuous=False."
    check(not is_infinite, "of", rule, of, remedy)


@functools.partial(jax.jit, static_argnames=("lag", "of"))
def _lagged(statistics: Stationary, *, lag: int, of: str) -> Array:
    a, sigma, slopes = statistics.propagator, statistics.covariance, statistics.slopes
    step = jax.scipy.linalg.expm(a * statistics.dt) if statistics.continuous else a
    # A^(lag - 1) is needed for the noise on rates
    previous_power = jnp.linalg.matrix_power(step, max(lag - 1, 0))
    power = step @ previous_power if lag else previous_power
    if of == "state":
        return power @ sigma
    rates = slopes[:, None] * (power @ sigma) * slopes[None]
    noise, path = statistics.rate_noise, statistics.rate_path
    if noise is None or path is None:
        return rates
    if lag == 0:
        return rates + jnp.diag(noise)
    # noise on a rate reaches the state one step later, through B
    return rates + slopes[:, None] * (previous_power @ path) * noise[None]


@functools.partial(jax.jit, static_argnames="of")
def _cross_spectrum(statistics: Stationary, f: Array, *, of: str) -> Array:
    a, q = statistics.propagator, statistics.injected
    noise, path = statistics.rate_noise, statistics.rate_path
    identity = jnp.eye(a.shape[0], dtype=a.dtype)

    def as_complex(x: Array) -> Array:
        return jax.lax.complex(x, jnp.zeros_like(x))

    # noise on rates adds to the rates and to the next state: these two contributions
    # are correlated, so that it is left out of Q and added below
    state_q = q
    if of == "rates" and noise is not None and path is not None:
        state_q = q - (path * noise[None]) @ path.T

    def density_at(f: Array) -> Array:
        # per ms throughout; the last factor converts to per Hz
        dt = jnp.where(statistics.continuous, 1, statistics.dt)
        omega = 2 * jnp.pi * f / 1000 * dt
        z = 1j * as_complex(omega)
        z = z if statistics.continuous else jnp.exp(z)
        h = jnp.linalg.inv(z * as_complex(identity) - as_complex(a))
        if of == "rates":
            h = as_complex(statistics.slopes)[:, None] * h
        density = h @ as_complex(state_q) @ h.conj().T
        if of == "rates" and noise is not None and path is not None:
            through = h @ as_complex(path) + as_complex(identity)
            noise_density = (through * as_complex(noise)[None]) @ through.conj().T
            density = density + noise_density
        scale = jnp.where(statistics.continuous, 1, statistics.dt) / 1000
        return as_complex(jnp.where(statistics.stable, scale, jnp.nan)) * density

    return jax.lax.map(density_at, f)
