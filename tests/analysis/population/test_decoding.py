from helpers import close, STANDARD_ERRORS
import jax
import jax.numpy as jnp
import numpy as np
from oracles import population
import pytest

from ctrnn_jax.analysis import decode, LDADecoder, RidgeDecoder


RNG = np.random.default_rng(5)
KEY = jax.random.key(5)
DECODERS = {"ridge": RidgeDecoder(), "lda": LDADecoder()}


def balanced(codes):
    return (1 / np.bincount(codes)[codes]) / (codes.max() + 1)


def fitted(decoder, x, codes):
    onehot = np.eye(codes.max() + 1)[codes]
    weights = balanced(codes)
    matrix, offset = decoder.fit(*map(jnp.asarray, (x, onehot, weights)))
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
    wanted = population.discriminants(x, codes, 0.2)
    relative = lambda s: s - s[:, :1]  # what all classes share decides nothing
    close(relative(scores), relative(wanted), scale=100)


def code(trials=48, steps=5, units=6, classes=3, moving=False, noise=0.3):
    """Labels in one pattern, or in patterns of other units at every step."""
    labels = np.array(["a", "b", "c"])[np.arange(trials) % classes]
    patterns = RNG.normal(size=(classes, steps if moving else 1, units))
    if moving:
        patterns = np.zeros((classes, steps, steps * classes))
        for k in range(classes):
            for t in range(steps):
                patterns[k, t, t * classes + k] = 2.0
    rates = patterns[np.arange(trials) % classes] * np.ones((1, steps, 1))
    return rates + noise * RNG.normal(size=rates.shape), labels


@pytest.mark.parametrize("name", DECODERS)
def test_a_stable_code_is_read_at_every_time(name):
    rates, labels = code(noise=0.05)
    found = decode(
        rates, labels, decoder=DECODERS[name], cross_temporal=True, folds=4, key=KEY
    )
    assert found.accuracy.shape == (5, 5)
    assert found.levels == ("a", "b", "c")
    close(found.accuracy, np.ones((5, 5)))
    assert found.shuffled.shape == (0, 5, 5)


@pytest.mark.parametrize("name", DECODERS)
def test_a_moving_code_is_read_at_its_own_time_only(name):
    rates, labels = code(moving=True)
    options = {"decoder": DECODERS[name], "folds": 4, "key": KEY}
    found = decode(rates, labels, cross_temporal=True, **options)
    own = np.diagonal(found.accuracy)
    other = np.asarray(found.accuracy)[~np.eye(5, dtype=bool)]
    assert own.min() > 0.95
    assert abs(other.mean() - 1 / 3) < 0.08
    assert other.max() < 0.65
    close(decode(rates, labels, **options).accuracy, own)


def test_scale_and_shift_and_units_do_not_matter():
    rates, labels = code(noise=1.0)
    for decoder in DECODERS.values():
        read = lambda x, decoder=decoder: decode(
            x, labels, decoder=decoder, folds=4, key=KEY
        )
        once = read(rates).accuracy
        close(read(1000 * rates + 5).accuracy, once)
        close(read(rates[..., ::-1]).accuracy, once)
        rotation = np.linalg.qr(RNG.normal(size=(6, 6)))[0]
        close(read(rates @ rotation).accuracy, once)
        assert once.max() < 1  # or all of this would be empty


def test_noise_alone_stays_at_chance_however_unequal_the_classes():
    """Training on what is tested would read this well: 12 units for 40 trials."""
    labels = np.array([0] * 30 + [1] * 10)
    rates = RNG.normal(size=(40, 60, 12))
    for decoder in DECODERS.values():
        found = decode(rates, labels, decoder=decoder, key=KEY)
        error = np.std(found.accuracy) / np.sqrt(60)
        assert abs(np.mean(found.accuracy) - 0.5) < STANDARD_ERRORS * error
        assert error < 0.02


def test_shuffles_give_the_distribution_of_chance():
    rates, labels = code(trials=30, noise=0.6, steps=2)
    rates[:, 0] = RNG.normal(size=rates[:, 0].shape)
    found = decode(rates, labels, shuffles=60, key=KEY)
    assert found.shuffled.shape == (60, 2)
    error = np.std(found.shuffled) / np.sqrt(60)
    assert abs(np.mean(found.shuffled) - 1 / 3) < STANDARD_ERRORS * error
    assert float(found.p_values[1]) == pytest.approx(1 / 61)
    above = np.sum(np.asarray(found.shuffled[:, 0]) >= float(found.accuracy[0]))
    assert float(found.p_values[0]) == pytest.approx((1 + above) / 61)
    assert float(found.p_values[0]) > 0.03
    assert np.all(decode(rates, labels, key=KEY).p_values == 1)


@pytest.mark.parametrize("name", DECODERS)
def test_silent_and_constant_units_are_no_problem(name):
    rates, labels = code(trials=30, noise=0.1)
    silent = np.zeros((30, 5, 3))
    options = {"decoder": DECODERS[name], "key": KEY}
    found = decode(np.concatenate([rates, silent, silent + 1], -1), labels, **options)
    assert np.all(found.accuracy > 0.9)
    nothing = decode(np.concatenate([silent, silent + 1], axis=-1), labels, **options)
    close(nothing.accuracy, np.full(5, 1 / 3))


def test_many_networks_at_once_decode_as_one_by_one():
    pair = jnp.stack([jnp.asarray(code(noise=1.0)[0]) for _ in range(2)])
    labels = code()[1]
    read = lambda rates: decode(rates, labels, folds=4, key=KEY).accuracy
    close(jax.vmap(read)(pair), jnp.stack([read(rates) for rates in pair]))


def test_a_class_mean_of_one_training_trial_is_enough_for_lda():
    rates, labels = code(trials=6, noise=0.001)
    found = decode(rates, labels, decoder=DECODERS["lda"], folds=2, key=KEY)
    close(found.accuracy, np.ones(5))


def test_float32_stays_float32():
    rates, labels = code(trials=12, steps=2)
    for decoder in DECODERS.values():
        found = decode(
            rates.astype(np.float32), labels, decoder=decoder, shuffles=1, folds=2,
            key=KEY,
        )  # fmt: skip
        assert found.accuracy.dtype == found.shuffled.dtype == np.float32
        assert found.p_values.dtype == np.float32


def test_decoding_refuses_bad_input():
    rates, labels = code(trials=12)
    with pytest.raises(ValueError, match="take at least two values"):
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
