"""Initial weights of presets: their distributions and spectral radii."""

import equinox as eqx
import jax
import numpy as np
from oracles import cells
import pytest
from scipy import stats

import ctrnn_jax as cj


PRESETS = {
    "nn4n": (lambda k: cj.presets.nn4n(dale=True, key=k), cells.nn4n_weights, 0.21),
    "song2016": (
        lambda k: cj.presets.song2016(key=k),
        cells.song2016_weights,
        1.50,
    ),
    "psychrnn": (
        lambda k: cj.presets.psychrnn(
            2, 100, 2, dale_ratio=0.8, dt=10.0, tau=100.0, key=k
        ),
        cells.psychrnn_weights,
        0.85,
    ),
    "masse2019": (
        lambda k: cj.presets.masse2019(key=k),
        cells.masse2019_weights,
        5.6,
    ),
}


@pytest.mark.parametrize(
    "name",
    [pytest.param(n, marks=[pytest.mark.slow] * (n != "psychrnn")) for n in PRESETS],
)
def test_initial_weights_have_the_distribution_of_the_package(name):
    """Magnitudes by class against the oracle (Kolmogorov-Smirnov), and radii."""
    make, oracle, published_radius = PRESETS[name]
    rng = np.random.default_rng(5)
    draw = eqx.filter_jit(eqx.filter_vmap(lambda key: cj.effective(make(key)).w_hid))
    ours = list(np.asarray(draw(jax.random.split(jax.random.key(0), 8))))
    theirs = [oracle(rng, 100) for _ in range(8)]
    for columns in (slice(0, 80), slice(80, 100)):
        class_weights = [w[:, columns] for w in ours]
        class_weights_oracle = [w[:, columns] for w in theirs]
        zeros, zeros_oracle = (
            np.mean(np.concatenate(weights) == 0)
            for weights in (class_weights, class_weights_oracle)
        )
        assert zeros == pytest.approx(zeros_oracle, abs=0.01)
        result = stats.ks_2samp(
            in_units_of_the_mean(class_weights),
            in_units_of_the_mean(class_weights_oracle),
        )
        assert np.asarray(result)[0] < 0.02  # the statistic
    radii, radii_oracle = (
        np.array([np.abs(np.linalg.eigvals(w)).max() for w in weights])
        for weights in (ours, theirs)
    )
    spread = max(radii_oracle.std() / np.sqrt(8), 0.01 * radii_oracle.mean())
    assert abs(radii.mean() - radii_oracle.mean()) < 5 * np.sqrt(2) * spread
    assert abs(radii.mean() - published_radius) < 5 * spread + 0.01


def in_units_of_the_mean(matrices):
    """Existing weights over their mean magnitude: those of a network share a scale."""
    existing = [w[w != 0] for w in matrices]
    return np.concatenate([w / np.abs(w).mean() for w in existing])
