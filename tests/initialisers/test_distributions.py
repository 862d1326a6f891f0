"""Distributions of initial weights: their moments, over the synapses that exist."""

import numpy as np

import ctrnn_jax as cj

from . import draws
from .draws import check_mean


N = 200
HALF = cj.constraints.Masked(np.arange(N)[None, :] < np.full((N, 1), N // 2))


def drawn(initialiser, constraint=None, shape=(N, N)):
    return draws.drawn_at_once(initialiser, constraint, shape=shape)


def test_normal_has_gain_over_root_fan_in_of_the_synapses_that_exist():
    for constraint, fan_in in ((cj.constraints.Free(), N), (HALF, N // 2)):
        w = drawn(cj.initialisers.Normal(1.5), constraint)
        w = w[w != 0]
        variance = 1.5**2 / fan_in
        check_mean(w, 0.0, variance)
        check_mean(w**2, variance, 2 * variance**2)
    half_normal = drawn(cj.initialisers.Normal(), cj.constraints.NonNegative())
    check_mean(half_normal**2, 1 / N, 2 / N**2)


def test_uniform_is_bounded_by_root_fan_in():
    for constraint, fan_in in ((cj.constraints.Free(), N), (HALF, N // 2)):
        w = drawn(cj.initialisers.Uniform(), constraint)
        w = w[w != 0]
        bound = 1 / np.sqrt(fan_in)
        assert 0.99 * bound < np.abs(w).max() <= bound
        check_mean(w, 0.0, bound**2 / 3)
    positive = drawn(cj.initialisers.Uniform(0.1), cj.constraints.NonNegative())
    assert positive.min() >= 0
    check_mean(positive, 0.05, 0.1**2 / 12)


def test_gamma_has_the_mean_and_spread_of_the_paper():
    """Gamma with k = 2 and mean m has variance m^2 / 2."""
    magnitudes = np.abs(drawn(cj.initialisers.Gamma(0.1, 2.0)))
    check_mean(magnitudes, 0.1, 0.005)
    # variance of the square: E x^4 - (E x^2)^2 with moments of gamma(2, m/2)
    m2, m4 = 6 * 0.05**2, 120 * 0.05**4
    check_mean(magnitudes**2, m2, m4 - m2**2)
    signed = drawn(cj.initialisers.Gamma(0.1, 2.0))
    check_mean(np.sign(signed), 0.0, 1.0)


def test_weights_without_entries_can_be_drawn():
    assert drawn(cj.initialisers.Uniform(), shape=(3, 0)).shape == (3, 0)
