from helpers import close, STANDARD_ERRORS
import jax
import jax.numpy as jnp
import numpy as np
from oracles import population
import pytest

from ctrnn_jax.analysis import participation_ratio, participation_ratio_of, pca


RNG = np.random.default_rng(33)


def planted(trials=8, steps=25, units=6):
    """Activity with variances 9, 4, 1 exactly along the first three known axes."""
    axes = np.linalg.qr(RNG.normal(size=(units, units)))[0].T
    scores = RNG.normal(size=(trials * steps, 3))
    scores = np.linalg.qr(scores - scores.mean(axis=0))[0] * np.sqrt(len(scores) - 1)
    activity = (scores * [3.0, 2.0, 1.0]) @ axes[:3] + np.arange(units)
    return activity.reshape(trials, steps, units), axes


def test_pca_finds_planted_axes_and_variances():
    activity, axes = planted()
    found = pca(activity, n_components=4)
    close(found.variances, jnp.array([9.0, 4.0, 1.0, 0.0]))
    close(found.total_variance, jnp.array(14.0))
    close(found.explained, jnp.array([9.0, 4.0, 1.0, 0.0]) / 14)
    close(found.mean, jnp.arange(6.0))
    close(np.abs(np.sum(found.components[:3] * axes[:3], axis=1)), np.ones(3))
    largest = np.argmax(np.abs(found.components), axis=1)
    assert np.all(np.asarray(found.components)[np.arange(4), largest] > 0)
    assert [found.dimensions(f) for f in (0.5, 9 / 14, 0.9, 0.95, 1.0)] == [
        1, 1, 2, 3, 3
    ]  # fmt: skip


def test_projection_and_reconstruction_are_inverse():
    activity, _ = planted()
    found = pca(activity, n_components=3)
    scores = found.project(activity)
    assert scores.shape == (8, 25, 3)
    close(found.reconstruct(scores), jnp.asarray(activity), scale=10)
    close(found.project(activity[0, 0]), scores[0, 0])


def test_pca_of_fewer_samples_than_units():
    activity = RNG.normal(size=(4, 6, 30))
    found = pca(activity)
    assert found.components.shape == (23, 30)
    wanted = np.linalg.eigvalsh(np.cov(activity.reshape(24, 30).T))[::-1][:23]
    close(found.variances, wanted, scale=10)
    close(found.components @ found.components.T, np.eye(23), scale=10)


def test_pca_makes_no_matrix_of_units_by_units():
    program = str(jax.make_jaxpr(lambda x: pca(x, n_components=2))(np.ones((5, 40))))
    assert "[5,40]" in program
    assert "[40,40]" not in program


def test_participation_ratio_is_that_of_the_covariance():
    many, few = RNG.normal(size=(40, 6)) * np.arange(1, 7), RNG.normal(size=(5, 30))
    for samples in (many, few):
        wanted = population.participation_ratio(samples)
        close(participation_ratio(samples), jnp.asarray(wanted))
    close(participation_ratio_of(np.cov(many.T)), participation_ratio(many))
    rotation = np.linalg.qr(RNG.normal(size=(6, 6)))[0]
    close(participation_ratio(7 * many @ rotation + 3), participation_ratio(many))


@pytest.mark.parametrize(
    ("variances", "ratio"),
    [([1, 1, 1, 1], 4.0), ([5, 0, 0], 1.0), ([2, 2, 0], 2.0), ([3, 1], 1.6)],
)
def test_participation_ratio_closed_form(variances, ratio):
    close(participation_ratio_of(np.diag(np.array(variances))), jnp.asarray(ratio))


def test_samples_in_a_row_are_worth_fewer():
    """Each sample four times: worth a quarter of the samples."""
    draws = [np.repeat(RNG.normal(size=(50, 20)), 4, axis=0) for _ in range(40)]
    ratio = lambda x, n: float(
        participation_ratio(x, corrected=True, effective_samples=n)
    )
    right = [ratio(x, 50.0) for x in draws]
    wrong = [ratio(x, 200.0) for x in draws]
    error = np.std(right) / np.sqrt(len(right))
    assert abs(np.mean(right) - 20) < STANDARD_ERRORS * error + 0.4
    assert np.mean(wrong) < 17


def test_float32_stays_and_whole_numbers_become_floats():
    activity = planted()[0].astype(np.float32)
    found = pca(activity)
    assert {leaf.dtype for leaf in jax.tree.leaves(found)} == {np.dtype("float32")}
    assert found.explained.dtype == participation_ratio(activity).dtype == np.float32
    assert participation_ratio(activity, corrected=True).dtype == np.float32
    assert pca(np.arange(6).reshape(3, 2) ** 2).variances.dtype == np.float64


def test_small_and_constant_units_in_single_precision():
    """Activity of any scale, and units that only rounding would let vary."""
    one = RNG.normal(size=(100, 10))
    wanted = participation_ratio(one)
    tiny = (1e-10 * one).astype(np.float32)
    assert float(participation_ratio(tiny)) == pytest.approx(float(wanted), rel=1e-5)
    still = np.tile(RNG.uniform(0.35, 1.05, 200), (3333, 1))
    still[:, 0] += 1e-6 * RNG.normal(size=3333)
    still = still.astype(np.float32)
    assert float(participation_ratio(still)) == pytest.approx(1.0, abs=1e-6)
    found = pca(still, n_components=2)
    np.testing.assert_allclose(np.abs(found.components[0]), np.eye(200)[0], atol=1e-6)
    np.testing.assert_array_equal(found.mean[1:], still[0, 1:])
    few = participation_ratio(one, corrected=True, effective_samples=4.0)
    assert np.isnan(few)  # the estimate of a trace is negative


def test_bad_input_is_refused():
    activity = RNG.normal(size=(3, 4, 5))
    broken = activity.copy()
    broken[1, 2, 3] = np.nan
    with pytest.raises(ValueError, match=r"`activity` must be finite; got 1 entries"):
        pca(broken)
    with pytest.raises(ValueError, match="must vary"):
        pca(np.ones((3, 4, 5)))
    with pytest.raises(ValueError, match="must vary"):
        participation_ratio(activity[:1, :1])
    with pytest.raises(ValueError, match=r"not exceed min\(samples - 1, units\) = 2"):
        pca(activity[0, :3], n_components=3)
    with pytest.raises(ValueError, match="have 5 units"):
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
