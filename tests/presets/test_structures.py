"""Structures of presets: densities, masks, sizes and numbers as published."""

import functools

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

import ctrnn_jax as cj


KEY = jax.random.key(3)


@functools.cache
def published(name):
    return cj.presets.song2016(name, key=KEY)


@pytest.mark.parametrize(
    ("name", "density"),
    [
        pytest.param("mante_areas", 0.734, marks=pytest.mark.slow),
        ("multisensory", 149 / 150),
        pytest.param("romo", 0.18, marks=pytest.mark.slow),
    ],
)
def test_song_structures_have_the_published_densities(name, density):
    net = published(name)
    w = jax.tree.map(np.asarray, cj.effective(net))
    assert np.mean(w.w_hid != 0) == pytest.approx(density, abs=0.002)
    assert np.abs(np.linalg.eigvals(w.w_hid)).max() == pytest.approx(1.5)
    assert int(cj.violations(net)) == 0


def test_song_mante_areas():
    """mante_areas.py:26-74: dense forward, 20 % feedback, local inhibition."""
    kinds = ("excitatory", "inhibitory")
    routes = [("motor", "sensory"), ("sensory", "motor")]  # (to, from)

    @eqx.filter_jit
    def densities(net):
        def density(name, **groups):
            weights = cj.network.weights_of(net, name, **groups)
            return jnp.mean(weights != 0, dtype=float)

        between = {
            (post, pre, kind, source): density(
                "w_hid", post=(post, kind), pre=(pre, source)
            )
            for post, pre in routes
            for kind in kinds
            for source in kinds
        }
        others = (
            density("w_in", post="sensory", pre="colour"),
            density("w_in", post="motor"),
            density("w_out", pre=("motor", "excitatory")),
            density("w_out", pre="sensory"),
        )
        return between, others

    between, others = jax.tree.map(float, densities(published("mante_areas")))
    for kind in kinds:
        assert between["motor", "sensory", kind, "excitatory"] == 1
        back = between["sensory", "motor", kind, "excitatory"]
        assert back == pytest.approx(0.2, abs=0.001)
        assert between["motor", "sensory", kind, "inhibitory"] == 0
        assert between["sensory", "motor", kind, "inhibitory"] == 0
    assert others == (1, 0, 1, 0)


def test_song_multisensory_can_connect_the_start_cue():
    """The published mask has column sums 50 50 50 50 0: no unit receives the cue."""
    connected = cj.presets.song2016("multisensory", connect_start=True, key=KEY)
    for net, start in ((published("multisensory"), 0), (connected, 150)):
        sums = (np.asarray(cj.effective(net).w_in) != 0).sum(axis=0)
        np.testing.assert_array_equal(sums, [50, 50, 50, 50, start])
    visual = cj.network.weights_of(connected, "w_in", post="visual", pre="v+")
    assert visual.shape == (50, 1)
    assert np.asarray(visual).all()


def sigma_of(net):
    assert isinstance(net.noise, cj.DiffusionNoise)
    return float(net.noise.sigma)


def test_song_lee_and_sinewave_have_the_published_numbers():
    """lee.py: tau 50, dt 10, sigma .01, all units read; sinewave.py: no input."""
    for name, sizes in (("lee", (17, 200, 2)), ("sinewave", (0, 100, 1))):
        shaped = eqx.filter_eval_shape(cj.presets.song2016, name, key=KEY)
        assert (shaped.n_in, shaped.n_hidden, shaped.n_out) == sizes
    lee = cj.presets.song2016("lee", n_hidden=20, key=KEY)
    assert (float(lee.dt), float(lee.tau), sigma_of(lee)) == (10.0, 50.0, 0.01)
    w_out = np.asarray(cj.effective(lee).w_out)
    assert (w_out[:, :16] >= 0).all()
    assert (w_out[:, 16:] <= 0).all()
    assert (w_out[:, 16:] < 0).any()
    sine = cj.presets.song2016("sinewave", n_hidden=20, key=KEY)
    assert sigma_of(sine) == 0.05
    spec = cj.trainable(sine).raw
    assert (spec.b_hid, spec.b_out, spec.v0) == (True, True, False)


def test_masse_fields_reach_disjoint_thirds():
    net = cj.presets.masse2019(72, fields=3, key=KEY)
    reached = np.asarray(cj.effective(net).w_in) != 0
    groups = [reached[:, 24 * k : 24 * (k + 1)].any(axis=1) for k in range(3)]
    assert (np.sum(groups, axis=0) == 1).all()
    assert [int(g.sum()) for g in groups] == [34, 33, 33]


def outputs_of(name):
    net = cj.presets.song2016(name, n_hidden=30, key=KEY)
    return cj.rollout(net, jnp.ones((2, 5, net.n_in)), key=KEY).outputs


@pytest.mark.parametrize("name", cj.presets.SONG2016_STRUCTURES)
def test_every_song_structure_is_built_and_traced(name):
    outputs = eqx.filter_eval_shape(outputs_of, name)
    assert outputs.shape == (2, 5, 1 if name == "sinewave" else 2)


@pytest.mark.slow
@pytest.mark.parametrize("name", cj.presets.SONG2016_STRUCTURES)
def test_every_song_structure_runs(name):
    assert np.isfinite(np.asarray(outputs_of(name))).all()
