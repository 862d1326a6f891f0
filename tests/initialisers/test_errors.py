"""Invalid initialisers raise errors that name the argument."""

import jax.numpy as jnp
import pytest

import ctrnn_jax as cj

from .draws import drawn


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: cj.initialisers.Uniform(0.0), "`bound` must be positive"),
        (lambda: cj.initialisers.Normal(-1.0), "`gain` must be positive"),
        (lambda: cj.initialisers.Gamma(-0.1), "`mean` must not be negative"),
        (lambda: cj.initialisers.Gamma(0.1, 0.0), "`concentration` must be positive"),
        (
            lambda: cj.initialisers.SpectralRadius(0.0, cj.initialisers.Normal()),
            "`rho` must be positive",
        ),
        (
            lambda: drawn(
                cj.initialisers.SpectralRadius(1.0, cj.initialisers.Constant(0.0)),
                shape=(9, 9),
            ),
            "must be above zero to be scaled",
        ),
        (
            lambda: drawn(
                cj.initialisers.SpectralRadius(1.0, cj.initialisers.Normal()),
                shape=(3, 2),
            ),
            "`weights` must be square",
        ),
        (lambda: cj.initialisers.Glorot(gain=0.0), "`gain` must be positive"),
        (lambda: cj.initialisers.Orthogonal(-1.0), "`gain` must be positive"),
        (lambda: cj.initialisers.LogNormal(-1.0), "`mean` must not be negative"),
        (lambda: cj.initialisers.LogNormal(1.0, 0.0), "`std` must be positive"),
        (
            lambda: cj.initialisers.Gain(0.0, cj.initialisers.Normal()),
            "`gain` must be positive",
        ),
        (lambda: cj.initialisers.SignedAfterScaling(0.0), "`rho` must be positive"),
        (
            lambda: drawn(cj.initialisers.Orthogonal(), shape=(3,)),
            "`Orthogonal` must be for matrices",
        ),
        (
            lambda: cj.initialisers.spectral_abscissa(jnp.ones((2, 3))),
            "`weights` must be square",
        ),
    ],
)
def test_invalid_initialisers_raise(make, message):
    with pytest.raises(ValueError, match=message):
        make()
