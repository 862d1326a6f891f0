"""Presets against NumPy loops written from the notes, and their published numbers."""

from helpers import close
import jax
import jax.numpy as jnp
import numpy as np
from oracles import cells
import pytest
from scipy import stats

import ctrnn_jax as cj
from ctrnn_jax._random import standard_normal


KEY = jax.random.key(3)
STEPS = 30


def parts(net):
    """Effective weights, inputs and the draws that a rollout with KEY makes."""
    w = {
        name: None if x is None else np.asarray(x)
        for name, x in vars(cj.effective(net)).items()
    }
    u = np.random.default_rng(0).normal(size=(STEPS, net.n_in))
    times = jnp.arange(STEPS)
    draws = {
        stream: np.asarray(
            standard_normal(KEY, times, net.n_hidden, stream, jnp.dtype(float))
        )
        for stream in ("eps", "xi", "zeta")
    }
    return w, u, draws


def test_song2016_is_pycogs_step():
    net = cj.presets.song2016("mante_areas", n_hidden=30, key=KEY)
    w, u, draws = parts(net)
    traj = cj.rollout(net, u, key=KEY)
    x, z = cells.song2016(u, draws["xi"], w, dt=20.0, tau=100.0, sigma=0.15)
    close((traj.potentials, traj.outputs), (x, z))


@pytest.mark.parametrize("w_hid", ["identity", "orthogonal"])
def test_yang2019_is_multitasks_step(w_hid):
    net = cj.presets.yang2019(5, 16, 3, w_hid=w_hid, key=KEY)
    w, u, draws = parts(net)
    traj = cj.rollout(net, u, key=KEY)
    r, y = cells.yang2019(u, draws["eps"], w, dt=20.0, tau=100.0, sigma=0.05)
    close((traj.rates, traj.outputs), (r, y))
    assert np.abs(np.linalg.eigvals(w["w_hid"])) == pytest.approx(np.full(16, 0.5))


def test_yang2019_noise_is_that_of_the_conversions():
    net = cj.presets.yang2019(key=KEY)
    other = cj.dynamics.noise_from("yang2019", 0.05, dt=20.0, tau=100.0)
    close(net.noise.pre, other.pre)
    assert (net.n_in, net.n_hidden, net.n_out) == (85, 256, 33)


def test_masse2019_is_the_step_with_short_term_plasticity():
    net = cj.presets.masse2019(6, 20, key=KEY)
    w, u, draws = parts(net)
    u = 20 * np.abs(u)  # rates of tens of Hz, so that synapses move
    traj = cj.rollout(net, u, key=KEY, record=cj.Record(synapses=True))
    facilitating = np.arange(20) % 2 == 0
    h, s, x, y = cells.masse2019(
        u, draws["xi"], w, dt=10.0, tau=100.0, sigma=0.5, facilitating=facilitating
    )
    close((traj.rates, traj.synapses.u, traj.synapses.x, traj.outputs), (h, s, x, y))
    assert s.std(axis=0).min() > 0
    assert x.min() < 0.9
    close(traj.final_state.synapses.x, x[-1])
    without = cj.presets.masse2019(short_term_plasticity=False, key=KEY)
    assert without.synapses is None


@pytest.mark.parametrize("ratio", [None, 0.8])
def test_psychrnn_is_its_step(ratio):
    net = cj.presets.psychrnn(
        3, 20, 2, dale_ratio=ratio, rec_noise=0.2, dt=10.0, tau=100.0, key=KEY
    )
    w, u, draws = parts(net)
    traj = cj.rollout(net, u, key=KEY)
    s, y = cells.psychrnn(u, draws["xi"], w, dt=10.0, tau=100.0, rec_noise=0.2)
    close((traj.potentials, traj.outputs), (s, y))
    if ratio:
        assert (w["w_in"] >= 0).all()
        assert not w["w_out"][:, 16:].any()


@pytest.mark.parametrize("dale", [False, True])
def test_nn4n_feeds_its_noisy_rates_back(dale):
    net = cj.presets.nn4n(
        2, 20, 2, dale=dale, preact_noise=0.3, postact_noise=0.2, key=KEY
    )
    w, u, draws = parts(net)
    traj = cj.rollout(net, u, key=KEY)
    v, r, y = cells.nn4n(
        u, draws["eps"], draws["zeta"], w, dt=10.0, tau=100.0, pre=0.3, post=0.2
    )
    close((traj.potentials, traj.rates, traj.outputs), (v, r, y))
    assert (r < 0).any()  # noise on the rate is not rectified
    assert cj.presets.nn4n(key=KEY).noise is None


def test_noise_on_the_rate_is_carried_on():
    """A cut rollout sees the noise of the last step before the cut."""
    net = cj.presets.nn4n(2, 6, 1, postact_noise=0.5, key=KEY)
    u = np.random.default_rng(1).normal(size=(4, 12, 2))
    whole = cj.rollout(net, u, key=KEY)
    first = cj.rollout(net, u[:, :5], key=KEY)
    second = cj.rollout(net, u[:, 5:], key=KEY, state=first.final_state)
    close(second.rates, whole.rates[:, 5:])
    close(second.final_state, whole.final_state)
    outputs = cj.rollout(net, u, key=KEY, record=cj.Record(rates=False))
    close(outputs.outputs, whole.outputs)
    lean = cj.Record(potentials=False, rates=False)
    close(cj.rollout(net, u, key=KEY, record=lean).outputs, whole.outputs)


LAWS = {
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


@pytest.mark.parametrize("name", LAWS)
def test_initial_weights_have_the_law_of_the_package(name):
    """Sizes by class against the oracle (Kolmogorov-Smirnov distance), and radii."""
    make, oracle, published = LAWS[name]
    rng = np.random.default_rng(5)
    ours = [np.asarray(cj.effective(make(jax.random.key(i))).w_hid) for i in range(8)]
    theirs = [oracle(rng, 100) for _ in range(8)]
    for columns in (slice(0, 80), slice(80, 100)):
        pick = lambda ws: np.concatenate([w[:, columns].ravel() for w in ws])  # noqa: B023
        one, other = pick(ours), pick(theirs)
        assert np.mean(one == 0) == pytest.approx(np.mean(other == 0), abs=0.01)
        # weights of a network share a scale: compare them in units of its mean
        unit = lambda ws: np.concatenate(
            [(x := w[:, columns][w[:, columns] != 0]) / np.abs(x).mean() for w in ws]  # noqa: B023
        )
        assert stats.ks_2samp(unit(ours), unit(theirs)).statistic < 0.02
    radius = lambda w: np.abs(np.linalg.eigvals(w)).max()
    found = np.array([radius(w) for w in ours])
    known = np.array([radius(w) for w in theirs])
    spread = max(known.std() / np.sqrt(8), 0.01 * known.mean())
    assert abs(found.mean() - known.mean()) < 5 * np.sqrt(2) * spread
    assert abs(found.mean() - published) < 5 * spread + 0.01


@pytest.mark.parametrize(
    ("name", "density"),
    [("mante_areas", 0.734), ("romo", 0.18), ("multisensory", 149 / 150)],
)
def test_song_structures_have_the_published_densities(name, density):
    net = cj.presets.song2016(name, key=KEY)
    w = jax.tree.map(np.asarray, cj.effective(net))
    assert np.mean(w.w_hid != 0) == pytest.approx(density, abs=0.002)
    assert float(
        cj.initialisers.spectral_radius(jnp.asarray(w.w_hid))
    ) == pytest.approx(1.5)
    assert int(cj.violations(net)) == 0


def test_song_mante_areas():
    """mante_areas.py:26-74: dense forward, 20 % feedback, local inhibition."""
    net = cj.presets.song2016("mante_areas", key=KEY)
    there = lambda post, pre: np.mean(
        np.asarray(cj.network.weights_of(net, "w_hid", post=post, pre=pre)) != 0
    )
    for kind in ("excitatory", "inhibitory"):
        assert there(("motor", kind), ("sensory", "excitatory")) == 1
        back = there(("sensory", kind), ("motor", "excitatory"))
        assert back == pytest.approx(0.2, abs=0.001)
        assert there(("motor", kind), ("sensory", "inhibitory")) == 0
        assert there(("sensory", kind), ("motor", "inhibitory")) == 0
    assert np.asarray(
        cj.network.weights_of(net, "w_in", post="sensory", pre="colour")
    ).all()
    assert not np.asarray(cj.network.weights_of(net, "w_in", post="motor")).any()
    assert np.asarray(
        cj.network.weights_of(net, "w_out", pre=("motor", "excitatory"))
    ).all()
    assert not np.asarray(cj.network.weights_of(net, "w_out", pre="sensory")).any()


def test_song_multisensory_has_the_published_flaw_and_a_switch():
    """Column sums 50 50 50 50 0 of the mask: the start cue reaches nobody."""
    for connect, start in ((False, 0), (True, 150)):
        net = cj.presets.song2016("multisensory", connect_start=connect, key=KEY)
        sums = (np.asarray(cj.effective(net).w_in) != 0).sum(axis=0)
        np.testing.assert_array_equal(sums, [50, 50, 50, 50, start])
    visual = cj.network.weights_of(net, "w_in", post="visual", pre="v+")
    assert visual.shape == (50, 1)
    assert np.asarray(visual).all()


def test_song_lee_and_sinewave_have_their_own_numbers():
    """lee.py: tau 50, dt 10, sigma .01, all units read; sinewave.py: no input."""
    lee = cj.presets.song2016("lee", key=KEY)
    assert (lee.n_in, lee.n_hidden, lee.n_out) == (17, 200, 2)
    assert (float(lee.dt), float(lee.tau), float(lee.noise.sigma)) == (10.0, 50.0, 0.01)
    w_out = np.asarray(cj.effective(lee).w_out)
    assert (w_out[:, :160] >= 0).all()
    assert (w_out[:, 160:] <= 0).all()
    assert (w_out[:, 160:] < 0).any()
    sine = cj.presets.song2016("sinewave", key=KEY)
    assert (sine.n_in, sine.n_hidden, sine.n_out) == (0, 100, 1)
    assert float(sine.noise.sigma) == 0.05
    spec = cj.trainable(sine).raw
    assert (spec.b_hid, spec.b_out, spec.v0) == (True, True, False)


def test_masse_fields_reach_disjoint_thirds():
    net = cj.presets.masse2019(72, fields=3, key=KEY)
    reached = np.asarray(cj.effective(net).w_in) != 0
    groups = [reached[:, 24 * k : 24 * (k + 1)].any(axis=1) for k in range(3)]
    assert (sum(g.astype(int) for g in groups) == 1).all()
    assert [int(g.sum()) for g in groups] == [34, 33, 33]
    with pytest.raises(ValueError, match="`fields` must divide the 24 inputs; got 5"):
        cj.presets.masse2019(24, fields=5, key=KEY)


@pytest.mark.parametrize("name", cj.presets.SONG2016_STRUCTURES)
def test_every_song_structure_runs(name):
    net = cj.presets.song2016(name, n_hidden=30, key=KEY)
    traj = cj.rollout(net, jnp.ones((2, 5, net.n_in)), key=KEY)
    assert np.isfinite(np.asarray(traj.outputs)).all()
