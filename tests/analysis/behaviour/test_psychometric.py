"""Tests of psychometric curves, fits and bootstraps against SciPy and known curves."""

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
    """Return the curve with these numbers of choices."""
    hits, trials = np.asarray(hits, float), np.asarray(trials, int)
    p = hits / trials
    return PsychometricCurve(levels, p, trials, np.sqrt(p * (1 - p) / trials))


def drawn(seed, *, each=150, link="gaussian", slope=0.08, guess=0.04, lapse=0.06):
    """Return the curve of choices drawn from a psychometric function of threshold 4."""
    rng = np.random.default_rng(seed)
    x = np.repeat(LEVELS, each)
    p = oracle.curve(x, -4.0 * slope, slope, guess, lapse, link)
    return psychometric_curve(x, rng.random(len(x)) < p)


@pytest.fixture(scope="module")
def planted():
    """A fit to choices with lapses at both ends, and its bootstrap."""
    fit = fit_psychometric(drawn(1, each=400), **ENDS["free"])
    return fit, bootstrap_psychometric(fit, key=jax.random.key(0), samples=400)


def test_curve_counts_choices_at_each_level():
    evidence = np.array([5.0, -5.0, 5.0, 0.0, -5.0, 5.0])
    chosen = np.array([True, False, False, True, False, True])
    curve = psychometric_curve(evidence, chosen)
    np.testing.assert_array_equal(curve.evidence, [-5.0, 0.0, 5.0])
    np.testing.assert_array_equal(curve.trials, [2, 1, 3])
    np.testing.assert_allclose(curve.proportion, [0, 1, 2 / 3])
    np.testing.assert_allclose(curve.standard_error, [0, 0, np.sqrt(2 / 27)])


def test_curve_needs_one_choice_for_each_trial():
    with pytest.raises(ValueError, match="one value for each trial"):
        psychometric_curve(np.zeros(3), np.zeros(4, bool))
    with pytest.raises(ValueError, match="one value for each trial"):
        psychometric_curve(np.zeros(0), np.zeros(0, bool))


def test_curve_needs_finite_evidence_and_boolean_choices():
    x, chosen = np.arange(4.0), np.array([True, False, True, False])
    curve = psychometric_curve(x, chosen.astype(float))
    np.testing.assert_array_equal(curve.proportion, [1, 0, 1, 0])
    with pytest.raises(ValueError, match="`evidence` must be finite"):
        psychometric_curve(np.array([0, 1, np.nan, 3]), chosen)
    for values in (
        [0, 1, 2, 1],
        [-1, 1, 1, 1],
        [0, 1, np.nan, 1],
        ["L", "R", "R", "L"],
    ):
        with pytest.raises(ValueError, match="`chosen` must be boolean; got"):
            psychometric_curve(x, np.array(values))


@pytest.mark.parametrize(
    ("link", "ends"),
    [("gaussian", "none"), ("logistic", "none"), ("logistic", "tied"),
     ("gaussian", "free")],
)  # fmt: skip
def test_the_optimum_is_that_of_scipy(link, ends):
    curve = drawn(2, link=link)
    fit = fit_psychometric(curve, link=link, **ENDS[ends])
    hits = curve.proportion * curve.trials
    expected, log_likelihood = oracle.fit(
        LEVELS, hits, curve.trials, link, ends=ends, start=(-0.3, 0.07)
    )
    parameters = (fit.intercept, fit.slope, fit.guess, fit.lapse)
    np.testing.assert_allclose(parameters, expected, rtol=1e-4, atol=1e-5)
    assert float(fit.log_likelihood) == pytest.approx(log_likelihood, rel=1e-9)
    p = oracle.curve(LEVELS, *expected, link)
    np.testing.assert_allclose(fit(LEVELS), p, atol=1e-5)
    deviance = oracle.deviance(hits, curve.trials, p)
    assert float(fit.deviance) == pytest.approx(deviance, rel=1e-5)
    degrees = len(LEVELS) - {"none": 2, "tied": 3, "free": 4}[ends]
    assert int(fit.degrees) == degrees
    assert float(fit.p_value) == pytest.approx(
        oracle.p_value(deviance, degrees), rel=1e-4
    )
    assert bool(fit.converged)
    assert float(fit.spread) == pytest.approx(1 / expected[1], rel=1e-4)


def test_planted_parameters_are_inside_their_intervals(planted):
    fit, bootstrap = planted
    for name, value in PLANTED.items():
        low, high = bootstrap.interval(name, level=0.99)
        assert low < value < high
        assert low <= float(getattr(fit, name)) <= high
    low, high = bootstrap.interval("slope")
    assert high - low < 0.05  # the interval is informative
    assert float(np.mean(bootstrap.converged)) > 0.9


@pytest.mark.parametrize(
    ("ends", "link"),
    [
        ("tied", "logistic"),
        ("tied", "gaussian"),
        ("free", "logistic"),
        ("free", "gaussian"),
    ],
)
@pytest.mark.slow
def test_planted_lapses_are_inside_their_intervals(ends, link):
    """Both links, with one lapse for both ends or a separate guess and lapse."""
    guess = 0.06 if ends == "tied" else 0.03
    slope = 0.08 if link == "gaussian" else 0.14
    curve = drawn(11, each=400, link=link, slope=slope, guess=guess)
    fit = fit_psychometric(curve, link=link, **ENDS[ends])
    bootstrap = bootstrap_psychometric(fit, key=jax.random.key(2), samples=300)
    values = {"threshold": 4.0, "slope": slope, "guess": guess, "lapse": 0.06}
    for name, value in values.items():
        low, high = bootstrap.interval(name, level=0.99)
        assert low < value < high, name
    low, high = bootstrap.interval("lapse", level=0.99)
    assert high - low < 0.08  # the interval is informative


def test_the_bootstrap_has_the_spread_of_fits_to_new_choices(planted):
    _, bootstrap = planted
    fits = [fit_psychometric(drawn(s, each=400), **ENDS["free"]) for s in range(100)]
    for name in ("threshold", "slope"):
        spread = np.std([float(getattr(fit, name)) for fit in fits])
        # 100 samples estimate a standard deviation to 7 %; the fits differ by more
        ratio = np.std(np.asarray(bootstrap.samples[name])) / spread
        assert 0.65 < ratio < 1.5


def test_the_band_contains_the_planted_curve(planted):
    _, bootstrap = planted
    low, high = bootstrap.band(LEVELS, level=0.999)
    p = oracle.curve(LEVELS, -0.32, 0.08, 0.04, 0.06, "gaussian")
    assert np.all((low < p) & (p < high))
    assert np.all(high - low < 0.2)


@pytest.mark.slow
def test_goodness_of_fit_detects_a_wrong_curve(planted):
    fit, bootstrap = planted
    without_lapses = fit_psychometric(fit.curve)
    of_wrong_fit = bootstrap_psychometric(
        without_lapses, key=jax.random.key(1), samples=200
    )
    assert float(bootstrap.p_value) > 0.05
    assert float(fit.p_value) > 0.05
    assert float(without_lapses.p_value) < 1e-4
    assert float(of_wrong_fit.p_value) == 0.0


def test_a_curve_through_all_points_fits_as_well_as_any_sample():
    """Its deviance and those of the samples are 0, but for rounding."""
    evidence, trial = np.repeat([-1.0, 1.0], 60), np.arange(60)
    chosen = np.concatenate([trial < 13, trial < 41])
    fit = fit_psychometric(psychometric_curve(evidence, chosen))
    bootstrap = bootstrap_psychometric(fit, key=jax.random.key(0), samples=200)
    assert np.ptp(bootstrap.samples["deviance"]) > 0
    assert float(bootstrap.p_value) == 1.0


def test_choices_can_be_resampled_from_the_data():
    fit = fit_psychometric(drawn(3))
    options = {"key": jax.random.key(2), "samples": 200, "resample": "data"}
    bootstrap = bootstrap_psychometric(fit, **options)
    assert np.isnan(float(bootstrap.p_value))
    low, high = bootstrap.interval("threshold")
    assert low < float(fit.threshold) < high
    again = bootstrap_psychometric(fit, **options)
    np.testing.assert_array_equal(bootstrap.samples["slope"], again.samples["slope"])
    with pytest.raises(ValueError, match="`samples` must be a whole number"):
        bootstrap_psychometric(fit, **{**options, "samples": 0})
    with pytest.raises(ValueError, match="`resample` must be a known name"):
        bootstrap_psychometric(fit, **{**options, "resample": "curve"})


def test_choices_that_the_evidence_separates_are_not_converged():
    n = np.full(11, 50)
    separated = fit_psychometric(counts(n * (LEVELS > 1), n))
    assert not bool(separated.converged)
    one_mixed = fit_psychometric(counts(n * (LEVELS > 1) + 20 * (LEVELS == 0), n))
    assert not bool(one_mixed.converged)
    always = fit_psychometric(counts(n, n))
    assert not bool(always.converged)
    overlapping = fit_psychometric(
        counts(n * (LEVELS > 1) + 20 * (np.abs(LEVELS) < 4) * (LEVELS <= 1), n)
    )
    assert bool(overlapping.converged)


TWO_LEVELS = counts([20, 80], [100, 100], np.array([-1.0, 1.0]))


@pytest.mark.slow
def test_two_levels_determine_two_parameters():
    assert bool(fit_psychometric(TWO_LEVELS).converged)


def test_undetermined_parameters_are_not_converged():
    """More parameters than levels; choices at random, which any lapse explains."""
    fit = fit_psychometric(TWO_LEVELS, **ENDS["free"])
    assert int(fit.degrees) == -2
    assert not fit.converged
    random = counts([50] * 11, [100] * 11)
    assert not fit_psychometric(random, **ENDS["free"]).converged


def test_evidence_against_a_choice_gives_a_negative_slope():
    curve = drawn(4, lapse=0.0, guess=0.0)
    fit = fit_psychometric(curve)
    n, hits = curve.trials, curve.trials * curve.proportion
    of_other_choice = fit_psychometric(counts(n - hits, n))
    np.testing.assert_allclose(of_other_choice.slope, -fit.slope, rtol=1e-6)
    np.testing.assert_allclose(of_other_choice.threshold, fit.threshold, rtol=1e-6)


def test_the_fit_does_not_depend_on_the_unit_of_evidence():
    curve = drawn(5)
    fit = fit_psychometric(curve, **ENDS["free"])
    hits, levels = curve.proportion * curve.trials, 1e4 * LEVELS + 1e5
    other = fit_psychometric(counts(hits, curve.trials, levels), **ENDS["free"])
    np.testing.assert_allclose(1e4 * other.slope, fit.slope, rtol=1e-5)
    np.testing.assert_allclose(other.threshold, 1e4 * fit.threshold + 1e5, rtol=1e-5)


def test_accuracy_can_be_fitted_with_a_fixed_guess():
    strengths = np.linspace(2.0, 42.0, 11)
    p = oracle.curve(strengths, 0.0, 0.06, 0.5, 0.0, "logistic")
    # expected counts: the optimum is the curve that generated them
    fit = fit_psychometric(
        counts(2000 * p, np.full(11, 2000), strengths), link="logistic", guess=0.5
    )
    np.testing.assert_allclose(fit(strengths), p, atol=1e-6)
    assert float(fit.guess) == 0.5
    assert int(fit.degrees) == 9


@pytest.mark.slow
def test_float32_stays_float32():
    with jax.enable_x64(False):
        fit = fit_psychometric(drawn(6), **ENDS["free"])

        def bootstrap_samples(key):
            return bootstrap_psychometric(fit, key=key, samples=50).samples

        samples = jax.eval_shape(bootstrap_samples, jax.random.key(0))
        leaves = jax.tree.leaves((fit.slope, fit.p_value, fit.deviance, samples))
        assert all(leaf.dtype == np.float32 for leaf in leaves)
        assert bool(fit.converged)
        slope = float(fit.slope)
    in_float64 = fit_psychometric(drawn(6), **ENDS["free"])
    assert slope == pytest.approx(float(in_float64.slope), rel=2e-2)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"link": "probit"}, "known name"),
        ({"lapse": "lapse"}, "known name"),
        ({"lapse": 1.5}, "lie in"),
        ({"guess": 0.6, "lapse": 0.5}, "leave room"),
        ({"lapse": "free", "max_lapse": 0.7}, "between 0 and 0.5"),
        ({"max_lapse": 1.5}, "`max_lapse` must lie in"),
    ],
)
def test_invalid_options_raise(options, message):
    with pytest.raises(ValueError, match=message):
        fit_psychometric(drawn(0), **options)


def test_one_level_raises():
    curve = psychometric_curve(np.zeros(4), np.array([1, 0, 1, 0]) > 0)
    with pytest.raises(ValueError, match="two levels"):
        fit_psychometric(curve)
