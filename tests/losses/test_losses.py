"""Losses of a task, compared with plain loops and closed forms."""

import functools

from helpers import close
import jax
import numpy as np
from oracles import penalties as oracle
import pytest

import ctrnn_jax as cj
from ctrnn_jax.losses import (
    binary_cross_entropy,
    cross_entropy,
    masked_cross_entropy,
    masked_mse,
    masked_mse_per_trial,
)


def test_loss_is_normalised_over_the_whole_batch():
    """The sum of squares * mask over the sum of the mask, not a mean of trial means."""
    y, target = np.random.default_rng(0).normal(size=(2, 3, 7, 2))
    mask = np.zeros((3, 7, 2))
    mask[0, :2], mask[1, :6], mask[2, 3, 0] = 1.0, 1.0, 5.0
    total, weight = 0.0, 0.0
    for index in np.ndindex(mask.shape):
        total += mask[index] * (y[index] - target[index]) ** 2
        weight += mask[index]
    close(jax.jit(masked_mse)(y, target, mask), np.asarray(total / weight))


def test_masked_steps_have_no_influence():
    y = np.random.default_rng(0).normal(size=(3, 7, 2))
    mask = np.ones((3, 7, 2))
    mask[:, 3:] = 0.0
    grad = np.asarray(jax.jit(jax.grad(masked_mse))(y, np.zeros((3, 7, 2)), mask))
    assert not grad[:, 3:].any()
    assert grad[:, :3].all()


@functools.cache
def compiled(loss):
    """Return the compiled value and gradient by the outputs of a loss."""
    return jax.jit(jax.value_and_grad(loss))


def value_of(loss, *arguments):
    return np.asarray(compiled(loss)(*arguments)[0])


def slopes_of(loss, *arguments):
    return np.asarray(compiled(loss)(*arguments)[1])


def arguments(dtype=float):
    """Return logits, probabilities, and a mask; the mask of trial 2 is zero."""
    rng = np.random.default_rng(1)
    logits, targets = 3 * rng.normal(size=(4, 6, 3)), rng.exponential(size=(4, 6, 3))
    targets /= targets.sum(-1, keepdims=True)
    mask = np.zeros((4, 6, 3))
    mask[0, 1:3], mask[1], mask[3, 2:] = 1.0, 0.5, 2.0
    return [x.astype(dtype) for x in (logits, targets, mask)]


def test_every_trial_has_the_same_weight_unless_its_mask_is_zero():
    y, target, mask = arguments()
    value = value_of(masked_mse_per_trial, y, target, mask)
    close(value, np.asarray(oracle.mse_per_trial(y, target, mask)))
    mask[2:] = 0
    of_two_trials = value_of(masked_mse_per_trial, y, target, mask * 7)
    trial_0 = ((y[0, 1:3] - target[0, 1:3]) ** 2).mean()
    trial_1 = ((y[1] - target[1]) ** 2).mean()
    close(of_two_trials, np.asarray((trial_0 + trial_1) / 2))
    y, target, mask = arguments()
    assert abs(value - value_of(masked_mse, y, target, mask)) > 1e-2
    grad = slopes_of(masked_mse_per_trial, y, target, mask)
    assert np.isfinite(grad).all()
    assert not grad[2].any()
    assert np.isnan(value_of(masked_mse_per_trial, y, target, 0 * mask))


def test_cross_entropy_is_the_masked_mean_of_surprise():
    logits, targets, mask = arguments()
    mask[..., 1:] = 9.0  # only the mask of the first output is used
    steps = mask[..., 0]
    expected = np.asarray(oracle.cross_entropy(logits, targets, steps))
    close(value_of(cross_entropy, logits, targets, mask), expected)
    close(value_of(cross_entropy, logits, targets, steps), expected)
    is_scored = np.asarray(oracle.cross_entropy(logits, targets, 1.0 * (steps != 0)))
    close(value_of(cross_entropy, logits, targets, steps != 0), is_scored)
    # that of Masse et al. is the same sum, divided by the number of all steps
    masked = value_of(masked_cross_entropy, logits, targets, mask)
    close(masked * steps.size / steps.sum(), expected)


def test_a_class_is_a_probability_of_one():
    logits, _, mask = arguments()
    labels = np.random.default_rng(2).integers(0, 3, (4, 6))
    as_labels = value_of(cross_entropy, logits, labels, mask)
    close(as_labels, value_of(cross_entropy, logits, np.eye(3)[labels], mask))
    # an invalid label has no effect where the mask is zero; elsewhere it gives NaN
    invalid_label = labels.copy()
    invalid_label[2] = 17
    value, grad = compiled(cross_entropy)(logits, invalid_label, mask)
    close(value, as_labels)
    assert np.isfinite(grad).all()
    invalid_label[1] = 17
    assert np.isnan(value_of(cross_entropy, logits, invalid_label, mask))


def test_binary_cross_entropy_treats_outputs_as_independent():
    logits, targets, mask = arguments()
    expected = oracle.binary_cross_entropy(logits, targets, mask)
    value, grad = compiled(binary_cross_entropy)(logits, targets, mask)
    close(value, np.asarray(expected))
    sigmoid = 1 / (1 + np.exp(-logits))
    close(grad, mask * (sigmoid - targets) / mask.sum())


@pytest.mark.parametrize("loss", [cross_entropy, binary_cross_entropy])
def test_large_logits_neither_overflow_nor_lose_their_gradient(loss):
    for sign in (-1.0, 1.0):
        logits = sign * np.array([[[800.0, -800.0]]])
        targets = np.array([[[0.0, 1.0]]])
        value, grad = compiled(loss)(logits, targets, np.ones((1, 1, 2)))
        weight = 1 if loss is cross_entropy else 2
        is_wrong = sign > 0
        total = 1600.0 if is_wrong else 0.0
        close(value, np.asarray(total / weight))
        close(grad, np.array([[[1.0, -1.0]]]) * is_wrong / weight)


@pytest.mark.parametrize(
    "loss", [masked_mse_per_trial, cross_entropy, binary_cross_entropy]
)
def test_single_precision_is_preserved_under_jit(loss):
    args = arguments(np.float32)
    value, grad = compiled(loss)(*args)
    assert value.dtype == grad.dtype == np.float32
    in_double = value_of(loss, *(x.astype(float) for x in args))
    close(value, np.float32(in_double), dtype="float32", scale=10)


@pytest.mark.parametrize(
    "loss", [masked_mse, masked_mse_per_trial, masked_cross_entropy]
)
def test_targets_and_masks_are_not_broadcast_over_outputs(loss):
    """A broadcast target would train all outputs to the same value."""
    y, single = np.ones((4, 6, 2)), np.ones((4, 6, 1))
    with pytest.raises(ValueError, match=r"`targets` must have shape \(4, 6, 2\)"):
        loss(y, single, y)
    with pytest.raises(ValueError, match=r"`mask` must have shape \(4, 6, 2\)"):
        loss(y, y, single)
    assert jax.eval_shape(loss, y, y, y).shape == ()


@pytest.mark.parametrize(
    ("loss", "target", "mask", "message"),
    [
        (cross_entropy, (4, 6), (4, 6), "`targets` must have shape \\(4, 6, 3\\)"),
        (cross_entropy, (4, 6, 3), (4, 6, 1), "`mask` must have shape \\(4, 6\\) or"),
        (binary_cross_entropy, (4, 6, 1), (4, 6, 3), "`targets` must have shape"),
        (binary_cross_entropy, (4, 6, 3), (4, 6), "`mask` must have shape"),
    ],
)
def test_other_shapes_raise(loss, target, mask, message):
    with pytest.raises(ValueError, match=message):
        loss(np.ones((4, 6, 3)), np.ones(target), np.ones(mask))
    with pytest.raises(ValueError, match=r"`targets` must have shape \(4, 6"):
        loss(np.ones((4, 6, 3)), np.ones((3, 2), int), np.ones((4, 6, 3)))


@pytest.mark.usefixtures("as_for_a_user")
@pytest.mark.parametrize(
    "loss", ["masked_mse", "masked_mse_per_trial", "masked_cross_entropy"]
)
def test_lists_are_accepted_as_arrays(loss):
    arrays = np.random.default_rng(3).uniform(size=(3, 2, 3, 2))
    function = getattr(cj.losses, loss)
    of_lists = jax.jit(lambda: function(*arrays.tolist()))()
    close(of_lists, value_of(function, *arrays))


@pytest.mark.parametrize(
    "loss",
    [
        masked_mse,
        masked_mse_per_trial,
        masked_cross_entropy,
        cross_entropy,
        binary_cross_entropy,
    ],
)
def test_padding_of_targets_with_nan_changes_nothing(loss):
    """The value and the gradient are those of finite targets, to the bit."""
    rng = np.random.default_rng(0)
    y, targets = rng.normal(size=(3, 7, 2)), rng.uniform(size=(3, 7, 2))
    mask = np.ones((3, 7, 2))
    mask[0, 4:], mask[2] = 0.0, 0.0
    padded = np.where(mask == 0, np.nan, targets)
    of = jax.jit(jax.value_and_grad(loss))
    pairs = zip(of(y, padded, mask), of(y, targets, mask), strict=True)
    for with_nan, expected in pairs:
        assert np.isfinite(expected).all()
        assert np.array_equal(with_nan, expected)
    # NaN that counts is not hidden
    padded[1, 2, 0] = np.nan
    assert np.isnan(loss(y, padded, mask))
