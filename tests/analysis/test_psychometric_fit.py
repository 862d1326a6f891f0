"""Psychometric fits: SciPy's optimum, planted parameters, and honest flags."""

import jax
import numpy as np
from oracles import psychometric as oracle
import pytest

from ctrnn_jax.analysis import (
    bootstrap_psychometric,
    fit_psychometric,
    psychometric_curve,
    PsychometricCurve,
)


LEVELS = np.array([-51.2, -25.6, -12.8, -6.4, -3.2, 0, 3.2, 6.4, 12.8, 25.6, 51.2])
ENDS = {
    "none": {},
    "tied": {"guess": "lapse", "lapse": "free"},
    "free": {"guess": "free", "lapse": "free"},
}
PLANTED = {"threshold": 4.0, "slope": 0.08, "guess": 0.04, "lapse": 0.06}


def counts(hits, trials, levels=LEVELS):
    hits, trials = np.asarray(hits, float), np.asarray(trials, int)
    p = hits / trials
    return PsychometricCurve(levels, p, trials, np.sqrt(p * (1 - p) / trials))


def drawn(seed, *, each=150, link="gaussian", slope=0.08, guess=0.04, lapse=0.06):
    rng = np.random.default_rng(seed)
    x = np.repeat(LEVELS, each)
    p = oracle.curve(x, -4.0 * slope, slope, guess, lapse, link)
    return psychometric_curve(x, rng.random(len(x)) < p)


@pytest.fixture(scope="module")
def planted():
    """A curve with lapses at both ends, its fit, and the bootstrap of that."""
    fit = fit_psychometric(drawn(1, each=400), **ENDS["free"])
    return fit, bootstrap_psychometric(fit, key=jax.random.key(0), samples=400)


@pytest.mark.parametrize(
    ("link", "ends"),
    [("gaussian", "none"), ("logistic", "none"), ("logistic", "tied"),
     ("gaussian", "free")],
)  # fmt: skip
def test_the_optimum_is_that_of_scipy(link, ends):
    curve = drawn(2, link=link)
    fit = fit_psychometric(curve, link=link, **ENDS[ends])
    hits = curve.proportion * curve.trials
    wanted, value = oracle.fit(
        LEVELS, hits, curve.trials, link, ends=ends, start=(-0.3, 0.07)
    )
    found = (fit.intercept, fit.slope, fit.guess, fit.lapse)
    np.testing.assert_allclose(found, wanted, rtol=1e-4, atol=1e-5)
    assert float(fit.log_likelihood) == pytest.approx(value, rel=1e-9)
    p = oracle.curve(LEVELS, *wanted, link)
    np.testing.assert_allclose(fit(LEVELS), p, atol=1e-5)
    deviance = oracle.deviance(hits, curve.trials, p)
    assert float(fit.deviance) == pytest.approx(deviance, rel=1e-5)
    degrees = len(LEVELS) - {"none": 2, "tied": 3, "free": 4}[ends]
    assert int(fit.degrees) == degrees
    assert float(fit.p_value) == pytest.approx(
        oracle.p_value(deviance, degrees), rel=1e-4
    )
    assert bool(fit.converged)
    assert float(fit.spread) == pytest.approx(1 / wanted[1], rel=1e-4)


def test_planted_parameters_are_inside_their_intervals(planted):
    fit, boot = planted
    for name, value in PLANTED.items():
        low, high = boot.interval(name, level=0.99)
        assert low < value < high
        assert low <= float(getattr(fit, name)) <= high
    low, high = boot.interval("slope")
    assert high - low < 0.05  # and the interval says something
    assert float(np.mean(boot.converged)) > 0.9


@pytest.mark.parametrize("link", ["gaussian", "logistic"])
@pytest.mark.parametrize("ends", ["tied", "free"])
def test_planted_lapses_are_inside_their_intervals(link, ends):
    """Both links, lapses alike at both ends or each its own."""
    guess = 0.06 if ends == "tied" else 0.03
    slope = 0.08 if link == "gaussian" else 0.14
    curve = drawn(11, each=400, link=link, slope=slope, guess=guess)
    fit = fit_psychometric(curve, link=link, **ENDS[ends])
    boot = bootstrap_psychometric(fit, key=jax.random.key(2), samples=300)
    wanted = {"threshold": 4.0, "slope": slope, "guess": guess, "lapse": 0.06}
    for name, value in wanted.items():
        low, high = boot.interval(name, level=0.99)
        assert low < value < high, name
    low, high = boot.interval("lapse", level=0.99)
    assert high - low < 0.08  # and the interval says something


def test_the_bootstrap_spreads_as_fits_to_new_choices_do(planted):
    _, boot = planted
    found = [fit_psychometric(drawn(s, each=400), **ENDS["free"]) for s in range(100)]
    for name in ("threshold", "slope"):
        spread = np.std([float(getattr(fit, name)) for fit in found])
        # 100 samples know a standard deviation to 7 %; estimates differ by more
        ratio = np.std(np.asarray(boot.samples[name])) / spread
        assert 0.65 < ratio < 1.5


def test_the_band_holds_the_planted_curve(planted):
    _, boot = planted
    low, high = boot.band(LEVELS, level=0.999)
    p = oracle.curve(LEVELS, -0.32, 0.08, 0.04, 0.06, "gaussian")
    assert np.all((low < p) & (p < high))
    assert np.all(high - low < 0.2)


def test_goodness_of_fit_tells_a_wrong_curve(planted):
    fit, boot = planted
    wrong = fit_psychometric(fit.curve)
    again = bootstrap_psychometric(wrong, key=jax.random.key(1), samples=200)
    assert float(boot.p_value) > 0.05
    assert float(fit.p_value) > 0.05
    assert float(wrong.p_value) < 1e-4
    assert float(again.p_value) == 0.0


def test_data_can_be_resampled_instead_of_the_model():
    curve = drawn(3)
    fit = fit_psychometric(curve)
    seen = bootstrap_psychometric(
        fit, key=jax.random.key(2), samples=200, resample="data"
    )
    assert np.isnan(float(seen.p_value))
    low, high = seen.interval("threshold")
    assert low < float(fit.threshold) < high
    same = bootstrap_psychometric(
        fit, key=jax.random.key(2), samples=200, resample="data"
    )
    np.testing.assert_array_equal(seen.samples["slope"], same.samples["slope"])


def test_parted_choices_have_no_best_slope():
    n = np.full(11, 50)
    parted = fit_psychometric(counts(n * (LEVELS > 1), n))
    assert not bool(parted.converged)
    mixed_once = fit_psychometric(counts(n * (LEVELS > 1) + 20 * (LEVELS == 0), n))
    assert not bool(mixed_once.converged)
    always = fit_psychometric(counts(n, n))
    assert not bool(always.converged)
    enough = fit_psychometric(
        counts(n * (LEVELS > 1) + 20 * (np.abs(LEVELS) < 4) * (LEVELS <= 1), n)
    )
    assert bool(enough.converged)


def test_what_the_data_do_not_determine_is_not_converged():
    """More parameters than levels; choices at random, which any lapse explains."""
    two = counts([20, 80], [100, 100], np.array([-1.0, 1.0]))
    fit = fit_psychometric(two, **ENDS["free"])
    assert int(fit.degrees) == -2
    assert not fit.converged
    assert bool(fit_psychometric(two).converged)
    random = counts([50] * 11, [100] * 11)
    assert not fit_psychometric(random, **ENDS["tied"]).converged


def test_evidence_against_a_choice_gives_a_negative_slope():
    curve = drawn(4, lapse=0.0, guess=0.0)
    forth = fit_psychometric(curve)
    n, hits = curve.trials, curve.trials * curve.proportion
    back = fit_psychometric(counts(n - hits, n))
    np.testing.assert_allclose(back.slope, -forth.slope, rtol=1e-6)
    np.testing.assert_allclose(back.threshold, forth.threshold, rtol=1e-6)


def test_the_unit_of_evidence_does_not_matter():
    curve = drawn(5)
    fit = fit_psychometric(curve, **ENDS["free"])
    wide = counts(curve.proportion * curve.trials, curve.trials, 1e4 * LEVELS + 1e5)
    other = fit_psychometric(wide, **ENDS["free"])
    np.testing.assert_allclose(1e4 * other.slope, fit.slope, rtol=1e-5)
    np.testing.assert_allclose(other.threshold, 1e4 * fit.threshold + 1e5, rtol=1e-5)


def test_accuracy_starts_from_a_fixed_guess():
    sizes = np.linspace(2.0, 42.0, 11)
    p = oracle.curve(sizes, 0.0, 0.06, 0.5, 0.0, "logistic")
    # expected counts: the optimum is what made them
    fit = fit_psychometric(
        counts(2000 * p, np.full(11, 2000), sizes), link="logistic", guess=0.5
    )
    np.testing.assert_allclose(fit(sizes), p, atol=1e-6)
    assert float(fit.guess) == 0.5
    assert int(fit.degrees) == 9


def test_float32_stays_float32():
    with jax.enable_x64(False):
        fit = fit_psychometric(drawn(6), **ENDS["free"])
        again = lambda key: bootstrap_psychometric(fit, key=key, samples=50).samples
        boot = jax.eval_shape(again, jax.random.key(0))
        leaves = jax.tree.leaves((fit.slope, fit.p_value, fit.deviance, boot))
        assert all(leaf.dtype == np.float32 for leaf in leaves)
        assert bool(fit.converged)
        exact = float(fit.slope)
    wide = fit_psychometric(drawn(6), **ENDS["free"])
    assert exact == pytest.approx(float(wide.slope), rel=2e-2)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"link": "probit"}, "known name"),
        ({"lapse": "lapse"}, "known name"),
        ({"lapse": 1.5}, "lie in"),
        ({"guess": 0.6, "lapse": 0.5}, "leave room"),
        ({"lapse": "free", "max_lapse": 0.7}, "between 0 and 0.5"),
    ],
)
def test_options_are_refused(options, words):
    with pytest.raises(ValueError, match=words):
        fit_psychometric(drawn(0), **options)


def test_one_level_is_refused():
    with pytest.raises(ValueError, match="two levels"):
        fit_psychometric(psychometric_curve(np.zeros(4), np.array([1, 0, 1, 0]) > 0))
