"""Noise levels: the conventions of other packages, absent terms, and errors."""

from helpers import close
import jax.numpy as jnp
import numpy as np
import pytest

import ctrnn_jax as cj
from ctrnn_jax.dynamics import CONVENTIONS


DT, TAU = 20.0, 100.0
GAMMA = DT / TAU


def per_step(noise):
    """Return the standard deviation that one Euler step adds to v."""
    pre = noise.pre_std(cj.Euler(), jnp.asarray(DT), jnp.asarray(TAU))
    post = noise.post_std(cj.Euler(), jnp.asarray(DT), jnp.asarray(TAU))
    parts = [0.0 if pre is None else GAMMA * pre, 0.0 if post is None else post]
    return float(np.hypot(*map(float, parts)))


# the std that a step adds to v, for the number x of each package
TABLE = {
    "pre": lambda x: GAMMA * x,
    "post": lambda x: x,
    "diffusion": lambda x: np.sqrt(2 * GAMMA) * x,
    "pycog": lambda x: np.sqrt(2 * GAMMA) * np.sqrt(x),
    "psychrnn": lambda x: np.sqrt(2 * GAMMA) * x,
    "yang2019": lambda x: GAMMA * np.sqrt(2 / GAMMA) * x,
    "nn4n": lambda x: GAMMA * x,
    "nn4n_hidden_layer": lambda x: x,
}


@pytest.mark.parametrize("convention", CONVENTIONS)
@pytest.mark.parametrize("level", [0.0, 0.15, 2.0])
def test_conventions_agree_with_the_table_and_invert(convention, level):
    noise = cj.dynamics.noise_from(convention, level, dt=DT, tau=TAU)
    assert per_step(noise) == pytest.approx(TABLE[convention](level))
    inverse = cj.dynamics.noise_to(convention, noise, dt=DT, tau=TAU)
    close(inverse, jnp.asarray(level))


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_the_two_terms_add_in_variance(convention):
    both = cj.StepNoise(pre=0.3, post=0.2)
    number = cj.dynamics.noise_to(convention, both, dt=DT, tau=TAU)
    same = cj.dynamics.noise_from(convention, number, dt=DT, tau=TAU)
    assert per_step(same) == pytest.approx(np.hypot(GAMMA * 0.3, 0.2))


def test_absent_terms_are_none_and_levels_may_be_per_unit():
    assert cj.StepNoise(pre=0.1).post is None
    assert cj.StepNoise(post=jnp.ones(3)).pre is None
    noise = cj.DiffusionNoise(jnp.array([0.1, 0.2]))
    post = noise.post_std(cj.Euler(), jnp.asarray(DT), jnp.asarray(TAU))
    close(post, np.sqrt(2 * GAMMA) * np.array([0.1, 0.2]))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: cj.StepNoise(), "`pre` must be given if `post` and `rate` are not"),
        (lambda: cj.StepNoise(pre=-0.1), "`pre` must not be negative; got -0.1"),
        (lambda: cj.DiffusionNoise(-1.0), "`sigma` must not be negative"),
        (lambda: cj.DiffusionNoise(float("nan")), "`sigma` must not be negative"),
        (
            lambda: cj.dynamics.noise_from("pycogg", 0.1, dt=1.0, tau=2.0),
            "Did you mean 'pycog'",
        ),
        (
            lambda: cj.dynamics.noise_to("nn4", cj.StepNoise(0.1), dt=1.0, tau=2.0),
            "Did you mean 'nn4n'",
        ),
        (
            lambda: cj.dynamics.noise_from("pycog", -0.1, dt=1.0, tau=2.0),
            "`level` must not be negative",
        ),
        (
            lambda: cj.dynamics.noise_from("pre", 0.1, dt=0.0, tau=2.0),
            "`dt` must be positive",
        ),
        (
            lambda: cj.dynamics.noise_from("pre", 0.1, dt=1.0, tau=-2.0),
            "`tau` must be positive",
        ),
        (
            lambda: cj.dynamics.noise_from("psychrnn", 0.1, dt=30.0, tau=20.0),
            "`dt` must be at most tau with Euler .*; got 1.5",
        ),
        (
            lambda: cj.dynamics.noise_to("pre", cj.StepNoise(0.1), dt=3.0, tau=2.0),
            "`dt` must be at most tau with Euler .*; got 1.5",
        ),
    ],
)
def test_invalid_noise_raises(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize("other_terms", [{}, {"pre": 0.2}])
def test_noise_on_rates_has_no_convention(other_terms):
    noise = cj.StepNoise(rate=0.1, **other_terms)
    with pytest.raises(ValueError, match="`noise` must not be on the rates"):
        cj.dynamics.noise_to("post", noise, dt=10.0, tau=100.0)
