"""Tests of choice probability."""

import numpy as np
import pytest

from ctrnn_jax.analysis import choice_probability


def area(above, below):
    """Return P(above > below) + P(equal) / 2, pair by pair."""
    return np.mean([(a > b) + 0.5 * (a == b) for a in above for b in below])


def test_choice_probability_is_the_fraction_of_ordered_pairs_of_trials():
    rng = np.random.default_rng(0)
    chosen = rng.random(60) < 0.4
    rates = rng.poisson(3.0, (60, 4)) + chosen[:, None] * np.array([0, 1, -2, 0])
    rates[:, 3] = 1
    result = choice_probability(rates, chosen)
    expected = [area(r[chosen], r[~chosen]) for r in rates.T]
    np.testing.assert_allclose(result.value, expected)
    assert result.value[1] > 0.5 > result.value[2]
    assert result.value[3] == 0.5  # a unit that never changes
    np.testing.assert_array_equal(result.trials, [chosen.sum(), (~chosen).sum()])


def test_conditions_remove_the_effect_of_the_stimulus():
    rng = np.random.default_rng(1)
    strength = np.repeat([-2.0, 0.0, 2.0, 9.0], 400)
    chosen = rng.random(1600) < 1 / (1 + np.exp(-strength))
    driven = np.stack([strength, strength + 0.5 * chosen], 1)
    rates = driven + rng.normal(0, 1, (1600, 2))
    pooled = choice_probability(rates, chosen)
    assert pooled.value[0] > 0.6  # the unit follows the stimulus, not the choice
    grand = choice_probability(rates, chosen, strength, at_least=20)
    # 5 standard errors of an area of about 500 against 700 trials
    assert abs(grand.value[0] - 0.5) < 5 * np.sqrt(1 / 12 * (1 / 500 + 1 / 700))
    assert grand.value[1] > 0.58
    assert grand.trials.sum() == 1200  # strength 9 has too few trials of one choice
    # independent of scale and offset in each condition
    scaled = rates * (3 + strength)[:, None] - 7 * strength[:, None]
    np.testing.assert_allclose(
        choice_probability(scaled, chosen, strength, at_least=20).value, grand.value
    )


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_unit_that_never_varies_has_choice_probability_one_half(dtype):
    rng = np.random.default_rng(4)
    rates = np.full((400, 5), [0.1, 0.3, 0.7, 1.1, 1.3], dtype)
    stimulus = rng.integers(0, 4, 400)
    chosen = rng.random(400) < (1 + stimulus) / 6
    result = choice_probability(rates, chosen, stimulus)
    np.testing.assert_array_equal(result.value, 0.5)


def test_invalid_arguments_raise():
    with pytest.raises(ValueError, match="differ within a condition"):
        choice_probability(np.zeros((9, 1)), np.ones(9, bool))
    with pytest.raises(ValueError, match=r"have axes \(trials, units\)"):
        choice_probability(np.zeros(9), np.ones(9, bool))
    chosen = np.array([True, False, True, False])
    rates, with_nan = np.ones((4, 2)), np.array([0, 1, np.nan, 3])
    with pytest.raises(ValueError, match="`rates` must be finite"):
        choice_probability(with_nan[:, None], chosen, at_least=1)
    with pytest.raises(ValueError, match="`conditions` must be finite"):
        choice_probability(rates, chosen, with_nan, at_least=1)


@pytest.mark.parametrize(
    "chosen", [[0, 1, 2, 1], [-1, 1, 1, 1], [0, 1, np.nan, 1], ["L", "R", "R", "L"]]
)
def test_choices_that_are_not_booleans_raise(chosen):
    with pytest.raises(ValueError, match="`chosen` must be boolean; got"):
        choice_probability(np.ones((4, 2)), np.array(chosen))
