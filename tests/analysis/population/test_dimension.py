"""Tests of principal components and participation ratios."""

from helpers import close, STANDARD_ERRORS
import jax
import jax.numpy as jnp
import numpy as np
from oracles import population
import pytest

from ctrnn_jax.analysis import participation_ratio, participation_ratio_of, pca


RNG = np.random.default_rng(33)


def planted(trials=8, steps=25, units=6):
    """Return activity of variances 9, 4, 1 along the first three of known axes."""
    axes = np.linalg.qr(RNG.normal(size=(units, units)))[0].T
    scores = RNG.normal(size=(trials * steps, 3))
    scores = np.linalg.qr(scores - scores.mean(axis=0))[0] * np.sqrt(len(scores) - 1)
    activity = (scores * [3.0, 2.0, 1.0]) @ axes[:3] + np.arange(units)
    return activity.reshape(trials, steps, units), axes


def test_pca_recovers_planted_axes_and_variances():
    activity, axes = planted()
    result = pca(activity, n_components=4)
    close(result.variances, jnp.array([9.0, 4.0, 1.0, 0.0]))
    close(result.total_variance, jnp.array(14.0))
    close(result.explained, jnp.array([9.0, 4.0, 1.0, 0.0]) / 14)
    close(result.mean, jnp.arange(6.0))
    close(np.abs(np.sum(result.components[:3] * axes[:3], axis=1)), np.ones(3))
    largest = np.argmax(np.abs(result.components), axis=1)
    assert np.all(np.asarray(result.components)[np.arange(4), largest] > 0)
    fractions = (0.5, 9 / 14, 0.9, 0.95, 1.0)
    assert [result.dimensions(f) for f in fractions] == [1, 1, 2, 3, 3]


def test_components_know_their_activity():
    activity, _ = planted()
    of_rates = pca(activity, n_components=3, of="rates")
    assert of_rates.of == "rates"
    about = "3 components of the rates of 6 units explain 100 %"
    assert str(of_rates).splitlines()[0] == f"PCA: {about}"
    unknown = pca(activity, n_components=3)
    assert unknown.of is None
    assert "3 components of 6 units" in str(unknown)
    np.testing.assert_array_equal(unknown.components, of_rates.components)


def test_projection_and_reconstruction_are_inverse():
    activity, _ = planted()
    result = pca(activity, n_components=3)
    scores = result.project(activity)
    assert scores.shape == (8, 25, 3)
    close(result.reconstruct(scores), jnp.asarray(activity), scale=10)
    close(result.project(activity[0, 0]), scores[0, 0])


def test_pca_of_fewer_samples_than_units():
    activity = RNG.normal(size=(4, 6, 30))
    result = pca(activity)
    assert result.components.shape == (23, 30)
    expected = np.linalg.eigvalsh(np.cov(activity.reshape(24, 30).T))[::-1][:23]
    close(result.variances, expected, scale=10)
    close(result.components @ result.components.T, np.eye(23), scale=10)


def test_pca_computes_no_matrix_of_units_by_units():
    jaxpr = jax.make_jaxpr(lambda x: pca(x, n_components=2))(np.ones((5, 40)))
    assert "[5,40]" in str(jaxpr)
    assert "[40,40]" not in str(jaxpr)


def test_participation_ratio_is_that_of_the_covariance():
    many, few = RNG.normal(size=(40, 6)) * np.arange(1, 7), RNG.normal(size=(5, 30))
    for samples in (many, few):
        expected = population.participation_ratio(samples)
        close(participation_ratio(samples), jnp.asarray(expected))
    close(participation_ratio_of(np.cov(many.T)), participation_ratio(many))
    rotation = np.linalg.qr(RNG.normal(size=(6, 6)))[0]
    close(participation_ratio(7 * many @ rotation + 3), participation_ratio(many))


@pytest.mark.parametrize(
    ("variances", "ratio"),
    [([1, 1, 1, 1], 4.0), ([5, 0, 0], 1.0), ([2, 2, 0], 2.0), ([3, 1], 1.6)],
)
def test_participation_ratio_closed_form(variances, ratio):
    close(participation_ratio_of(np.diag(np.array(variances))), jnp.asarray(ratio))


def test_effective_samples_correct_for_repeated_samples():
    """Each sample is repeated four times: a quarter of the samples is independent."""
    draws = [np.repeat(RNG.normal(size=(50, 20)), 4, axis=0) for _ in range(40)]

    def ratios(effective_samples):
        options = {"corrected": True, "effective_samples": effective_samples}
        return [float(participation_ratio(x, **options)) for x in draws]

    with_50, with_200 = ratios(50.0), ratios(200.0)
    error = np.std(with_50) / np.sqrt(len(with_50))
    assert abs(np.mean(with_50) - 20) < STANDARD_ERRORS * error + 0.4
    assert np.mean(with_200) < 17


@pytest.mark.slow
def test_float32_stays_and_integers_become_floats():
    activity = planted()[0].astype(np.float32)
    result = pca(activity)
    assert {leaf.dtype for leaf in jax.tree.leaves(result)} == {np.dtype("float32")}
    assert result.explained.dtype == participation_ratio(activity).dtype == np.float32
    assert participation_ratio(activity, corrected=True).dtype == np.float32
    assert pca(np.arange(6).reshape(3, 2) ** 2).variances.dtype == np.float64


def test_small_and_constant_units_in_single_precision():
    """Activity of any scale, and units that vary only by rounding."""
    samples = RNG.normal(size=(100, 10))
    expected = float(participation_ratio(samples))
    tiny = (1e-10 * samples).astype(np.float32)
    assert float(participation_ratio(tiny)) == pytest.approx(expected, rel=1e-5)
    constant = np.tile(RNG.uniform(0.35, 1.05, 200), (3333, 1))
    constant[:, 0] += 1e-6 * RNG.normal(size=3333)
    constant = constant.astype(np.float32)
    assert float(participation_ratio(constant)) == pytest.approx(1.0, abs=1e-6)
    result = pca(constant, n_components=2)
    axis = np.abs(result.components[0])
    np.testing.assert_allclose(axis, np.eye(200)[0], atol=1e-6)
    np.testing.assert_array_equal(result.mean[1:], constant[0, 1:])
    few = participation_ratio(samples, corrected=True, effective_samples=4.0)
    assert np.isnan(few)  # the estimate of a trace is negative


def test_invalid_arguments_raise():
    activity = RNG.normal(size=(3, 4, 5))
    with_nan = activity.copy()
    with_nan[1, 2, 3] = np.nan
    with pytest.raises(ValueError, match=r"`activity` must be finite; got 1 entries"):
        pca(with_nan)
    with pytest.raises(ValueError, match="must vary"):
        pca(np.ones((3, 4, 5)))
    with pytest.raises(ValueError, match="must vary"):
        participation_ratio(activity[:1, :1])
    with pytest.raises(ValueError, match=r"not exceed min\(samples - 1, units\) = 2"):
        pca(activity[0, :3], n_components=3)
    with pytest.raises(ValueError, match=r"have shape \(..., 5\)"):
        pca(activity).project(activity[..., :4])
    with pytest.raises(ValueError, match=r"lie in \(0, "):
        pca(activity, n_components=1).dimensions(0.99)
    with pytest.raises(ValueError, match="more than 2 samples"):
        participation_ratio(activity[0, :2], corrected=True)
    with pytest.raises(ValueError, match="`effective_samples` must be None"):
        participation_ratio(activity, effective_samples=5.0)
    with pytest.raises(ValueError, match="be symmetric"):
        participation_ratio_of(np.triu(np.ones((3, 3))))
    with pytest.raises(ValueError, match="have variance"):
        participation_ratio_of(np.zeros((3, 3)))
    with pytest.raises(ValueError, match="be real numbers"):
        pca(activity + 1j)
