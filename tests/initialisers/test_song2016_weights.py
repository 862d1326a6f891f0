"""Initial weights of the networks of Song, Yang & Wang (2016)."""

from helpers import close, STANDARD_ERRORS
import jax
import numpy as np
import pytest

import ctrnn_jax as cj


KEY = jax.random.key(2)


@pytest.mark.slow
def test_song_networks_have_the_published_numbers():
    """Densities .99 and .91, radii 1.5 and 1.1, v0 = .1, trained (the paper's code)."""
    for name, density, radius in (
        ("rdm_dense", 0.99, 1.5),
        ("rdm_fixed", 0.91, 1.5),
        ("rdm_nodale", 0.99, 1.1),
    ):
        net = cj.presets.song2016(name, key=KEY)
        w = cj.effective(net)
        assert np.mean(np.asarray(w.w_hid) != 0) == pytest.approx(density)
        eigenvalues = np.linalg.eigvals(np.asarray(w.w_hid))
        assert np.abs(eigenvalues).max() == pytest.approx(radius)
        assert w.b_hid is None
        assert w.b_out is None
        close(w.v0, np.full(100, 0.1))
        assert cj.trainable(net).raw.v0 is True
        assert float(np.abs(np.asarray(w.w_in)).max()) <= 0.1
        assert (float(net.dt), float(net.tau)) == (20.0, 100.0)
        assert int(cj.violations(net)) == 0
    with pytest.raises(ValueError, match="Did you mean 'rdm_dense'"):
        cj.presets.song2016("rdm_dens", key=KEY)


def test_song_two_group_structure():
    w = jax.tree.map(
        np.asarray, cj.effective(cj.presets.song2016("rdm_fixed", key=KEY))
    )
    group_1, group_2 = slice(0, 20), slice(20, 40)
    for group, other, channel in ((group_1, group_2, 0), (group_2, group_1, 1)):
        assert not w.w_hid[group, other].any()
        assert w.w_in[group, channel].all()
        assert not w.w_in[group, 1 - channel].any()
        assert w.w_out[channel, group].all()
        assert not w.w_out[1 - channel, group].any()
    assert not w.w_in[40:].any()
    assert not w.w_out[:, 40:].any()
    assert w.w_hid[40:, :40].all()


@pytest.mark.slow
def test_song_weights_are_gamma_with_rows_balanced_in_the_mean():
    net = cj.presets.song2016("rdm_dense", n_hidden=400, key=KEY)
    w = np.asarray(cj.effective(net).w_hid)
    sums = w.sum(axis=1)
    assert abs(sums.mean()) < STANDARD_ERRORS * sums.std() / np.sqrt(len(sums))
    for columns in (w[:, :320], -w[:, 320:]):
        magnitudes = columns[columns > 0]
        # of a gamma with k = 2, for any scale; n is large enough for 2 %
        assert magnitudes.std() / magnitudes.mean() == pytest.approx(
            1 / np.sqrt(2), rel=0.02
        )
