"""Noise levels of other packages, to and from the noise that has the same effect."""

from collections.abc import Callable
import dataclasses

from jax import Array
import jax.numpy as jnp

from .._checks import check_choice, check_not_negative, check_positive, invalid
from .._types import ArrayLike
from ._discretisation import Euler
from ._noise import AbstractNoise, DiffusionNoise, StepNoise


@dataclasses.dataclass(frozen=True)
class _Convention:
    """A package's number as noise, and the number from the std added per step."""

    noise: Callable[[Array, Array], AbstractNoise]
    level: Callable[[Array, Array], Array]


_CONVENTIONS = {
    # the standard deviation of eps and of xi themselves
    "pre": _Convention(lambda x, g: StepNoise(pre=x), lambda s, g: s / g),
    "post": _Convention(lambda x, g: StepNoise(post=x), lambda s, g: s),
    "diffusion": _Convention(
        lambda x, g: DiffusionNoise(x), lambda s, g: s / jnp.sqrt(2.0 * g)
    ),
    # `var_rec` is a variance; pycog draws sqrt(2 tau/dt) sigma inside alpha
    "pycog": _Convention(
        lambda x, g: DiffusionNoise(jnp.sqrt(x)), lambda s, g: s**2 / (2.0 * g)
    ),
    "psychrnn": _Convention(
        lambda x, g: DiffusionNoise(x), lambda s, g: s / jnp.sqrt(2.0 * g)
    ),
    # sqrt(2/alpha) sigma inside the bracket (and there inside f: see the docstring)
    "yang2019": _Convention(
        lambda x, g: StepNoise(pre=x * jnp.sqrt(2.0 / g)),
        lambda s, g: s / jnp.sqrt(2.0 * g),
    ),
    "nn4n": _Convention(lambda x, g: StepNoise(pre=x), lambda s, g: s / g),
    "nn4n_hidden_layer": _Convention(lambda x, g: StepNoise(post=x), lambda s, g: s),
}

CONVENTIONS = tuple(_CONVENTIONS)
"""The names that `noise_from` and `noise_to` know."""


def _gamma(dt: ArrayLike, tau: ArrayLike) -> Array:
    check_positive("dt", dt, "It is in ms.")
    check_positive("tau", tau, "It is in ms.")
    return jnp.asarray(dt, float) / jnp.asarray(tau, float)


def noise_from(
    convention: str, level: ArrayLike, *, dt: ArrayLike, tau: ArrayLike
) -> AbstractNoise:
    """The noise that a package's own number stands for (Euler steps).

    | convention | the number is | becomes |
    |---|---|---|
    | `pre` / `post` | the std of eps / of xi per step | `StepNoise` |
    | `diffusion` | sigma of Song, Yang & Wang 2016 | `DiffusionNoise` |
    | `pycog` | `var_rec`, a variance | `DiffusionNoise(sqrt(var_rec))` |
    | `psychrnn` | `rec_noise` | `DiffusionNoise(rec_noise)` |
    | `yang2019` | `sigma_rec` | `StepNoise(pre=sqrt(2 tau / dt) sigma_rec)` |
    | `nn4n` | `preact_noise` of `RecurrentLayer` | `StepNoise(pre=...)` |
    | `nn4n_hidden_layer` | `preact_noise` of `HiddenLayer` | `StepNoise(post=...)` |

    Yang et al. draw inside the rate function of a rate-form network; in this form,
    with the noise on v, the two agree for a linear f only.

    **Arguments:** the convention's name, the number, and dt and tau in ms (tau may be
    one per unit). Raises `ValueError` for an unknown convention (with a suggestion),
    a negative number, or dt or tau that are not positive.
    """
    check_choice("convention", convention, CONVENTIONS)
    check_not_negative("level", level, "It is a standard deviation or a variance.")
    return _CONVENTIONS[convention].noise(jnp.asarray(level, float), _gamma(dt, tau))


def noise_to(
    convention: str, noise: AbstractNoise, *, dt: ArrayLike, tau: ArrayLike
) -> Array:
    """A package's number for noise of the same std per step (Euler steps).

    The two terms of `StepNoise` add in variance: a step adds `sqrt(gamma^2 pre^2 +
    post^2)`. Arguments and errors as in `noise_from`, whose inverse this is; noise on
    the rates, which no convention has, is refused.
    """
    check_choice("convention", convention, CONVENTIONS)
    if noise.rate_std() is not None:
        remedy = "Its strength in v depends on the weights."
        raise invalid("noise", "not be on the rates", noise, remedy)
    gamma = _gamma(dt, tau)
    dt, tau = jnp.asarray(dt, float), jnp.asarray(tau, float)
    pre = noise.pre_std(Euler(), dt, tau)
    post = noise.post_std(Euler(), dt, tau)
    if pre is None and post is not None:
        return _CONVENTIONS[convention].level(post, gamma)
    if post is None and pre is not None:
        return _CONVENTIONS[convention].level(gamma * pre, gamma)
    both = jnp.hypot(gamma * pre, post)  # type: ignore[operator]
    return _CONVENTIONS[convention].level(both, gamma)
