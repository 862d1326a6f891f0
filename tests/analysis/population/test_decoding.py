"""Tests of linear decoders and their cross-validated accuracy."""

from helpers import close, STANDARD_ERRORS
import jax
import jax.numpy as jnp
import numpy as np
from oracles import population
import pytest

from ctrnn_jax.analysis import decode, Decoding, LDADecoder, RidgeDecoder


RNG = np.random.default_rng(5)
KEY = jax.random.key(5)
DECODERS = {"ridge": RidgeDecoder(), "lda": LDADecoder()}
RIDGE_THEN_LDA = ["ridge", pytest.param("lda", marks=pytest.mark.slow)]
LDA_THEN_RIDGE = ["lda", pytest.param("ridge", marks=pytest.mark.slow)]


def balanced(codes):
    """Return weights of trials with the same sum for each class."""
    return (1 / np.bincount(codes)[codes]) / (codes.max() + 1)


def fitted(decoder, x, codes):
    """Return scores of the training trials, their one-hot labels and weights."""
    onehot = np.eye(codes.max() + 1)[codes]
    weights = balanced(codes)
    matrix, offset = jax.jit(lambda *args: decoder.fit(*args))(x, onehot, weights)
    return x @ np.asarray(matrix) + np.asarray(offset), onehot, weights


@pytest.mark.parametrize(("trials", "units"), [(40, 4), (9, 12)])
def test_ridge_solves_the_normal_equations(trials, units):
    x, codes = RNG.normal(size=(trials, units)) + 2, np.arange(trials) % 4 // 2
    codes[:4] = 2
    scores, onehot, weights = fitted(RidgeDecoder(0.3), x, codes)
    close(scores, population.ridge_scores(x, onehot, weights, 0.3), scale=10)


def test_lda_is_the_nearest_mean_in_the_shrunk_covariance():
    codes = np.array([0] * 20 + [1] * 10 + [2] * 5)
    x = RNG.normal(size=(35, 4)) @ RNG.normal(size=(4, 4)) + codes[:, None]
    scores, _, _ = fitted(LDADecoder(0.2), x, codes)
    expected = population.discriminants(x, codes, 0.2)
    # a term that all classes share has no effect
    close(scores - scores[:, :1], expected - expected[:, :1], scale=100)


def code(trials=48, steps=5, units=15, classes=3, moving=False, noise=0.3):
    """Return activity and labels: one pattern a label, or other units at every step.

    The default number of units is that of a moving code.
    """
    labels = np.array(["a", "b", "c"])[np.arange(trials) % classes]
    patterns = RNG.normal(size=(classes, steps if moving else 1, units))
    if moving:
        patterns = np.zeros((classes, steps, steps * classes))
        for k in range(classes):
            for t in range(steps):
                patterns[k, t, t * classes + k] = 2.0
    rates = patterns[np.arange(trials) % classes] * np.ones((1, steps, 1))
    return rates + noise * RNG.normal(size=rates.shape), labels


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_shuffles_as_accurate_as_the_data_count_though_rounded(dtype):
    """The mean accuracy of three classes depends on their order by rounding."""
    accuracy = (dtype(0.1) + dtype(0.2) + dtype(0.7)) / dtype(3)
    shuffled = np.array([accuracy, np.nextafter(accuracy, dtype(0)), 0.2], dtype)
    decoding = Decoding(
        jnp.asarray([accuracy]), jnp.asarray(shuffled[:, None]), ("a", "b", "c")
    )
    assert float(decoding.p_values[0]) == pytest.approx(3 / 4)


@pytest.mark.parametrize("name", DECODERS)
def test_a_stable_code_is_decoded_at_every_time(name):
    rates, labels = code(noise=0.05)
    decoding = decode(
        rates, labels, decoder=DECODERS[name], cross_temporal=True, folds=4, key=KEY
    )
    assert decoding.accuracy.shape == (5, 5)
    assert decoding.levels == ("a", "b", "c")
    close(decoding.accuracy, np.ones((5, 5)))
    assert decoding.shuffled.shape == (0, 5, 5)


@pytest.mark.parametrize("name", RIDGE_THEN_LDA)
def test_a_moving_code_is_decoded_at_the_training_time_only(name):
    rates, labels = code(moving=True)
    options = {"decoder": DECODERS[name], "folds": 4, "key": KEY}
    decoding = decode(rates, labels, cross_temporal=True, **options)
    at_training_time = np.diagonal(decoding.accuracy)
    at_other_times = np.asarray(decoding.accuracy)[~np.eye(5, dtype=bool)]
    assert at_training_time.min() > 0.95
    assert abs(at_other_times.mean() - 1 / 3) < 0.08
    assert at_other_times.max() < 0.65
    close(decode(rates, labels, **options).accuracy, at_training_time)


@pytest.mark.parametrize("name", LDA_THEN_RIDGE)
def test_accuracy_does_not_depend_on_scale_shift_and_coordinates(name):
    rates, labels = code(noise=3.0)

    def accuracy(x):
        return decode(x, labels, decoder=DECODERS[name], folds=4, key=KEY).accuracy

    reference = accuracy(rates)
    close(accuracy(1000 * rates + 5), reference)
    close(accuracy(rates[..., ::-1]), reference)
    rotation = np.linalg.qr(RNG.normal(size=(15, 15)))[0]
    close(accuracy(rates @ rotation), reference)
    assert reference.max() < 1  # otherwise the comparisons would be trivial


@pytest.mark.parametrize("name", RIDGE_THEN_LDA)
def test_noise_is_decoded_at_chance_if_classes_are_unequal(name):
    """Testing on training trials would be accurate: 12 units for 40 trials."""
    labels = np.array([0] * 30 + [1] * 10)
    rates = RNG.normal(size=(40, 60, 12))
    decoding = decode(rates, labels, decoder=DECODERS[name], key=KEY)
    error = np.std(decoding.accuracy) / np.sqrt(60)
    assert abs(np.mean(decoding.accuracy) - 0.5) < STANDARD_ERRORS * error
    assert error < 0.02


def test_shuffles_give_the_distribution_of_chance():
    rates, labels = code(trials=30, units=6, noise=0.6, steps=2)
    rates[:, 0] = RNG.normal(size=rates[:, 0].shape)
    decoding = decode(rates, labels, shuffles=60, key=KEY)
    assert decoding.shuffled.shape == (60, 2)
    error = np.std(decoding.shuffled) / np.sqrt(60)
    assert abs(np.mean(decoding.shuffled) - 1 / 3) < STANDARD_ERRORS * error
    assert float(decoding.p_values[1]) == pytest.approx(1 / 61)
    # accuracies are whole numbers of trials, but for rounding
    shuffled, accuracy = (
        np.round(np.asarray(x) * 1e9) for x in (decoding.shuffled, decoding.accuracy)
    )
    above = np.sum(shuffled[:, 0] >= accuracy[0])
    assert float(decoding.p_values[0]) == pytest.approx((1 + above) / 61)
    assert float(decoding.p_values[0]) > 0.03
    assert np.all(decode(rates, labels, key=KEY).p_values == 1)


@pytest.mark.parametrize("name", DECODERS)
def test_silent_and_constant_units_have_no_effect(name):
    rates, labels = code(trials=30, units=6, noise=0.1)
    silent = np.zeros((30, 5, 3))
    constant = silent + 1
    options = {"decoder": DECODERS[name], "key": KEY}
    with_silent = np.concatenate([rates, silent, constant], -1)
    assert np.all(decode(with_silent, labels, **options).accuracy > 0.9)
    only_silent = np.concatenate([silent, constant] * 2, axis=-1)
    at_chance = decode(only_silent, labels, **options)
    close(at_chance.accuracy, np.full(5, 1 / 3))


def test_vmap_over_networks_equals_a_loop():
    pair = np.stack([code(noise=3.0)[0] for _ in range(2)])
    labels = code()[1]

    def accuracy(rates):
        return decode(rates, labels, folds=4, key=KEY).accuracy

    close(jax.vmap(accuracy)(pair), np.stack([accuracy(rates) for rates in pair]))


def test_a_class_mean_of_one_training_trial_is_enough_for_lda():
    rates, labels = code(trials=6, noise=0.001)
    decoding = decode(rates, labels, decoder=DECODERS["lda"], folds=2, key=KEY)
    close(decoding.accuracy, np.ones(5))


@pytest.mark.parametrize("name", LDA_THEN_RIDGE)
def test_float32_stays_float32(name):
    rates, labels = code(trials=12, steps=2)
    rates = rates.astype(np.float32)
    decoding = decode(
        rates, labels, decoder=DECODERS[name], shuffles=1, folds=2, key=KEY
    )
    assert decoding.accuracy.dtype == decoding.shuffled.dtype == np.float32
    assert decoding.p_values.dtype == np.float32


def test_invalid_arguments_raise():
    rates, labels = code(trials=12)
    with pytest.raises(ValueError, match="have at least 2 values"):
        decode(rates, np.zeros(12), key=KEY)
    with pytest.raises(ValueError, match=r"at least 5 trials of each value; got 4 of"):
        decode(rates, labels, key=KEY)
    with pytest.raises(ValueError, match="one label for each of 12 trials"):
        decode(rates, labels[:11], key=KEY)
    rates[0, 0, 0] = np.inf
    with pytest.raises(ValueError, match="`activity` must be finite"):
        decode(rates, labels, folds=2, key=KEY)
    with pytest.raises(ValueError, match="`penalty` must be positive"):
        RidgeDecoder(0.0)
    for shrinkage in (0.0, 1.5):
        with pytest.raises(ValueError, match=r"`shrinkage` must lie in \(0, 1\]"):
            LDADecoder(shrinkage)
