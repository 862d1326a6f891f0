"""Initial weights: their law, and targets that hold for the effective matrix."""

from helpers import close, STANDARD_ERRORS
import jax
import jax.numpy as jnp
import numpy as np
import pytest

import ctrnn_jax as cj
from ctrnn_jax.initialisers import draw


KEY = jax.random.key(2)
N = 200
SIGNS = np.where(np.arange(N) < 160, 1, -1)
DALE = cj.constraints.chain(
    cj.constraints.Dale(SIGNS), cj.constraints.Masked(~np.eye(N, dtype=bool))
)
HALF = cj.constraints.Masked(np.arange(N)[None, :] < np.full((N, 1), N // 2))
F64 = jnp.dtype(float)


def drawn(initialiser, constraint=cj.constraints.Free(), shape=(N, N)):  # noqa: B008
    return np.asarray(draw(initialiser, KEY, shape, F64, constraint))


def check_mean(values, mean, variance):
    n = values.size
    assert abs(values.mean() - mean) < STANDARD_ERRORS * np.sqrt(variance / n)


@pytest.mark.parametrize(
    "initialiser",
    [
        cj.initialisers.Constant(0.3),
        cj.initialisers.Uniform(),
        cj.initialisers.Normal(),
        cj.initialisers.Gamma(),
        cj.initialisers.Balanced(cj.initialisers.Gamma()),
        cj.initialisers.SpectralRadius(1.2, cj.initialisers.Normal()),
        jax.nn.initializers.orthogonal(),
    ],
)
@pytest.mark.parametrize(
    "constraint", [cj.constraints.Free(), DALE, HALF, cj.constraints.NonNegative()]
)
def test_draws_are_feasible_and_reproducible(initialiser, constraint):
    w = drawn(initialiser, constraint)
    assert not np.asarray(constraint.violations(jnp.asarray(w))).any()
    np.testing.assert_array_equal(w != 0, np.asarray(constraint.present((N, N))))
    np.testing.assert_array_equal(w, drawn(initialiser, constraint))


def test_normal_has_gain_over_root_fan_in_of_the_synapses_that_exist():
    for constraint, fan_in in ((cj.constraints.Free(), N), (HALF, N // 2)):
        w = drawn(cj.initialisers.Normal(1.5), constraint)
        w = w[w != 0]
        variance = 1.5**2 / fan_in
        check_mean(w, 0.0, variance)
        check_mean(w**2, variance, 2 * variance**2)
    sizes = np.abs(drawn(cj.initialisers.Normal(), cj.constraints.NonNegative()))
    check_mean(sizes**2, 1 / N, 2 / N**2)


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
    sizes = np.abs(drawn(cj.initialisers.Gamma(0.1, 2.0)))
    check_mean(sizes, 0.1, 0.005)
    # variance of the square: E x^4 - (E x^2)^2 with moments of gamma(2, m/2)
    m2, m4 = 6 * 0.05**2, 120 * 0.05**4
    check_mean(sizes**2, m2, m4 - m2**2)
    signed = drawn(cj.initialisers.Gamma(0.1, 2.0))
    check_mean(np.sign(signed), 0.0, 1.0)


@pytest.mark.parametrize("constraint", [cj.constraints.Free(), DALE])
@pytest.mark.parametrize("rho", [0.5, 1.5])
def test_spectral_radius_is_that_of_the_effective_matrix(constraint, rho):
    w = drawn(cj.initialisers.SpectralRadius(rho, cj.initialisers.Gamma()), constraint)
    assert np.abs(np.linalg.eigvals(w)).max() == pytest.approx(rho, rel=1e-10)
    assert float(cj.initialisers.spectral_radius(jnp.asarray(w))) == pytest.approx(
        rho, rel=1e-10
    )


def test_balanced_rows_sum_to_zero_and_scaling_keeps_that():
    w = drawn(
        cj.initialisers.SpectralRadius(
            1.0, cj.initialisers.Balanced(cj.initialisers.Gamma())
        ),
        DALE,
    )
    np.testing.assert_allclose(w.sum(axis=1), 0.0, atol=1e-12)


def test_rows_without_inhibition_or_excitation_are_left_as_drawn():
    mask = np.ones((3, 4), bool)
    mask[0, 2:], mask[1, :2] = False, False
    constraint = cj.constraints.chain(
        cj.constraints.Dale(np.array([1, 1, -1, -1])), cj.constraints.Masked(mask)
    )
    plain = drawn(cj.initialisers.Gamma(), constraint, (3, 4))
    balanced = drawn(
        cj.initialisers.Balanced(cj.initialisers.Gamma()), constraint, (3, 4)
    )
    np.testing.assert_array_equal(balanced[:2], plain[:2])
    assert balanced[2].sum() == pytest.approx(0.0, abs=1e-12)
    assert np.isfinite(balanced).all()


def test_default_ei_network_is_balanced_with_radius_one():
    net = cj.EIRNN(2, 50, 2, dt=20.0, tau=100.0, key=KEY)
    w = np.asarray(cj.effective(net).w_hid)
    np.testing.assert_allclose(w.sum(axis=1), 0.0, atol=1e-12)
    assert np.abs(np.linalg.eigvals(w)).max() == pytest.approx(1.0)
    assert not np.diag(w).any()


def test_weights_without_entries_can_be_drawn():
    assert drawn(cj.initialisers.Uniform(), shape=(3, 0)).shape == (3, 0)


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
                cj.initialisers.SpectralRadius(1.0, cj.initialisers.Constant(0.0))
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
    ],
)
def test_bad_initialisers_are_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_song_networks_have_the_published_numbers():
    """Densities .99 and .91 and radii 1.5 and 1.1 of the notes; v0 = .1, trained."""
    for name, density, radius in (
        ("rdm_dense", 0.99, 1.5),
        ("rdm_fixed", 0.91, 1.5),
        ("rdm_nodale", 0.99, 1.1),
    ):
        net = cj.presets.song2016(name, key=KEY)
        w = cj.effective(net)
        assert np.mean(np.asarray(w.w_hid) != 0) == pytest.approx(density)
        assert float(cj.initialisers.spectral_radius(w.w_hid)) == pytest.approx(radius)
        assert w.b_hid is None
        assert w.b_out is None
        close(w.v0, np.full(100, 0.1))
        assert cj.trainable(net).raw.v0 is True
        assert float(np.abs(w.w_in).max()) <= 0.1
        assert (float(net.dt), float(net.tau)) == (20.0, 100.0)
        assert int(cj.violations(net)) == 0
    with pytest.raises(ValueError, match="Did you mean 'rdm_dense'"):
        cj.presets.song2016("rdm_dens", key=KEY)


def test_song_two_group_structure():
    w = jax.tree.map(
        np.asarray, cj.effective(cj.presets.song2016("rdm_fixed", key=KEY))
    )
    first, second = slice(0, 20), slice(20, 40)
    for one, other, channel in ((first, second, 0), (second, first, 1)):
        assert not w.w_hid[one, other].any()
        assert w.w_in[one, channel].all()
        assert not w.w_in[one, 1 - channel].any()
        assert w.w_out[channel, one].all()
        assert not w.w_out[1 - channel, one].any()
    assert not w.w_in[40:].any()
    assert not w.w_out[:, 40:].any()
    assert w.w_hid[40:, :40].all()


def test_song_weights_are_gamma_with_rows_balanced_in_the_mean():
    net = cj.presets.song2016("rdm_dense", n_hidden=400, key=KEY)
    w = np.asarray(cj.effective(net).w_hid)
    sums = w.sum(axis=1)
    assert abs(sums.mean()) < STANDARD_ERRORS * sums.std() / np.sqrt(len(sums))
    for columns in (w[:, :320], -w[:, 320:]):
        sizes = columns[columns > 0]
        # of a gamma with k = 2, whatever its scale; n is large enough for 2 %
        assert sizes.std() / sizes.mean() == pytest.approx(1 / np.sqrt(2), rel=0.02)
