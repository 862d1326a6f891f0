"""Conversion of noise levels from and to the conventions of other packages."""

from collections.abc import Callable
import dataclasses

from jax import Array
import jax.numpy as jnp

from .._arguments import checks_arguments
from .._checks import check, check_choice, check_not_negative, check_positive
from .._types import ArrayLike
from ._discretisation import Euler
from ._noise import AbstractNoise, DiffusionNoise, StepNoise


@dataclasses.dataclass(frozen=True)
class _Convention:
    """How one package expresses the strength of its noise.

    - `noise(level, gamma)`: the noise that the package's number stands for.
    - `level(std, gamma)`: the package's number, from the std that a step adds to v.
    """

    noise: Callable[[Array, Array], AbstractNoise]
    level: Callable[[Array, Array], Array]


def _diffusion_sigma(std: Array, gamma: Array) -> Array:
    return std / jnp.sqrt(2.0 * gamma)


_PRE = _Convention(
    noise=lambda level, gamma: StepNoise(pre=level),
    level=lambda std, gamma: std / gamma,
)
_POST = _Convention(
    noise=lambda level, gamma: StepNoise(post=level),
    level=lambda std, gamma: std,
)
_DIFFUSION = _Convention(
    noise=lambda level, gamma: DiffusionNoise(level), level=_diffusion_sigma
)

_CONVENTIONS = {
    # the standard deviation of eps, of xi, and sigma of diffusion
    "pre": _PRE,
    "post": _POST,
    "diffusion": _DIFFUSION,
    # `var_rec` is a variance; pycog draws sqrt(2 tau/dt) sigma inside alpha
    "pycog": _Convention(
        noise=lambda level, gamma: DiffusionNoise(jnp.sqrt(level)),
        level=lambda std, gamma: std**2 / (2.0 * gamma),
    ),
    "psychrnn": _DIFFUSION,
    # sqrt(2/alpha) sigma inside the bracket (and inside f: see `noise_from`)
    "yang2019": _Convention(
        noise=lambda level, gamma: StepNoise(pre=level * jnp.sqrt(2.0 / gamma)),
        level=_diffusion_sigma,
    ),
    "nn4n": _PRE,
    "nn4n_hidden_layer": _POST,
}

CONVENTIONS = tuple(_CONVENTIONS)
"""The names that `noise_from` and `noise_to` accept."""


def _gamma(dt: ArrayLike, tau: ArrayLike) -> Array:
    """Validate dt and tau, both in ms, as for an Euler step; return dt / tau."""
    check_positive("dt", dt, "It is in ms.")
    check_positive("tau", tau, "It is in ms.")
    Euler().check(dt, tau)
    return jnp.asarray(dt, float) / jnp.asarray(tau, float)


@checks_arguments
def noise_from(
    convention: str, level: ArrayLike, *, dt: ArrayLike, tau: ArrayLike
) -> AbstractNoise:
    """Return the noise that another package's number stands for (Euler steps).

    | convention | the number is | becomes |
    |---|---|---|
    | `pre` / `post` | the std of eps / of xi per step | `StepNoise` |
    | `diffusion` | sigma of Song, Yang & Wang 2016 | `DiffusionNoise` |
    | `pycog` | `var_rec`, a variance | `DiffusionNoise(sqrt(var_rec))` |
    | `psychrnn` | `rec_noise` | `DiffusionNoise(rec_noise)` |
    | `yang2019` | `sigma_rec` | `StepNoise(pre=sqrt(2 tau / dt) sigma_rec)` |
    | `nn4n` | `preact_noise` of `RecurrentLayer` | `StepNoise(pre=...)` |
    | `nn4n_hidden_layer` | `preact_noise` of `HiddenLayer` | `StepNoise(post=...)` |

    Yang et al. add the noise inside the rate function of a rate-form network. Here the
    noise is on v, and the two agree for a linear f only.

    **Arguments:** the convention's name, the number, and dt and tau in ms (tau may be
    one per unit). Raises `ValueError` for an unknown convention (with a suggestion),
    a negative number, dt or tau that are not positive, or a dt above tau.

    **Example:**

    >>> noise = cj.dynamics.noise_from("pycog", 0.15, dt=20.0, tau=100.0)
    >>> type(noise).__name__
    'DiffusionNoise'
    """
    check_choice("convention", convention, CONVENTIONS)
    check_not_negative("level", level, "It is a standard deviation or a variance.")
    return _CONVENTIONS[convention].noise(jnp.asarray(level, float), _gamma(dt, tau))


@checks_arguments
def noise_to(
    convention: str, noise: AbstractNoise, *, dt: ArrayLike, tau: ArrayLike
) -> Array:
    """Return another package's number for noise of the same std per step (Euler steps).

    This is the inverse of `noise_from`, with the same arguments and errors. The two
    terms of `StepNoise` add in variance: a step adds `sqrt(gamma^2 pre^2 + post^2)` to
    v. Noise on the rates raises `ValueError`, since no convention has it.
    """
    check_choice("convention", convention, CONVENTIONS)
    check(
        noise.rate_std() is None,
        "noise",
        "not be on the rates",
        noise,
        "Its strength in v depends on the weights.",
    )
    gamma = _gamma(dt, tau)
    dt, tau = jnp.asarray(dt, float), jnp.asarray(tau, float)
    pre = noise.pre_std(Euler(), dt, tau)
    post = noise.post_std(Euler(), dt, tau)
    # the std that a step adds to v: eps is multiplied by gamma, xi is not
    if pre is None and post is not None:
        std = post
    elif post is None and pre is not None:
        std = gamma * pre
    else:
        std = jnp.hypot(gamma * pre, post)  # type: ignore[operator]
    return _CONVENTIONS[convention].level(std, gamma)
