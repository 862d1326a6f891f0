"""The spectral radius by squaring, as the Lyapunov equations use it."""

import functools

from helpers import close
import jax
import numpy as np

from ctrnn_jax.analysis.linear._lyapunov_equation import DOUBLINGS
from ctrnn_jax.constraints import radius_bound


spectral_radius = jax.jit(functools.partial(radius_bound, doublings=DOUBLINGS))


def test_spectral_radius_is_the_largest_modulus():
    for seed in range(3):
        w = np.random.default_rng(seed).normal(size=(20, 20))
        close(spectral_radius(w), np.abs(np.linalg.eigvals(w)).max())
    assert float(spectral_radius(np.zeros((20, 20)))) == 0.0
    nilpotent = np.eye(20, k=1) * 3.0
    assert float(spectral_radius(nilpotent)) == 0.0
    jordan = np.pad(0.9 * np.eye(4) + np.eye(4, k=1), (0, 16))
    close(spectral_radius(jordan), np.array(0.9), scale=10)
    with jax.enable_x64(False):
        single = spectral_radius(w.astype(np.float32))
    close(single, np.abs(np.linalg.eigvals(w)).max(), dtype="float32")
