"""Losses of a task, compared with plain loops and closed forms."""

from helpers import close
import jax
import jax.numpy as jnp
import numpy as np
from oracles import penalties as oracle
import pytest

import ctrnn_jax as cj
from ctrnn_jax.losses import (
    binary_cross_entropy,
    cross_entropy,
    masked_cross_entropy,
    masked_mse_per_trial,
)


def test_loss_is_normalised_over_the_whole_batch(getkey):
    """The sum of squares * mask over the sum of the mask, not a mean of trial means."""
    y, target = (np.asarray(jax.random.normal(getkey(), (3, 7, 2))) for _ in range(2))
    mask = np.zeros((3, 7, 2))
    mask[0, :2], mask[1, :6], mask[2, 3, 0] = 1.0, 1.0, 5.0
    total, weight = 0.0, 0.0
    for index in np.ndindex(mask.shape):
        total += mask[index] * (y[index] - target[index]) ** 2
        weight += mask[index]
    close(cj.losses.masked_mse(y, target, mask), np.asarray(total / weight))


def test_masked_steps_have_no_influence(getkey):
    y = jax.random.normal(getkey(), (2, 5, 1))
    mask = np.ones((2, 5, 1))
    mask[:, 3:] = 0.0
    grad = jax.grad(cj.losses.masked_mse)(y, np.zeros((2, 5, 1)), mask)
    assert not np.asarray(grad[:, 3:]).any()
    assert np.asarray(grad[:, :3]).all()


def arguments(getkey, *, dtype=float):
    """Return logits, probabilities, and a mask; the mask of trial 2 is zero."""
    logits = 3 * jax.random.normal(getkey(), (4, 6, 3), dtype)
    targets = jax.nn.softmax(jax.random.normal(getkey(), (4, 6, 3), dtype))
    mask = np.zeros((4, 6, 3))
    mask[0, 1:3], mask[1], mask[3, 2:] = 1.0, 0.5, 2.0
    return logits, targets, jnp.asarray(mask, dtype)


def test_every_trial_has_the_same_weight_unless_its_mask_is_zero(getkey):
    y, target, mask = map(np.asarray, arguments(getkey))
    value = masked_mse_per_trial(y, target, mask)
    close(value, np.asarray(oracle.mse_per_trial(y, target, mask)))
    of_two_trials = masked_mse_per_trial(y[:2], target[:2], mask[:2] * 7)
    trial_0 = ((y[0, 1:3] - target[0, 1:3]) ** 2).mean()
    trial_1 = ((y[1] - target[1]) ** 2).mean()
    close(of_two_trials, np.asarray((trial_0 + trial_1) / 2))
    assert abs(value - cj.losses.masked_mse(y, target, mask)) > 1e-2
    grad = np.asarray(jax.grad(masked_mse_per_trial)(jnp.asarray(y), target, mask))
    assert np.isfinite(grad).all()
    assert not grad[2].any()
    assert np.isnan(masked_mse_per_trial(y, target, 0 * mask))


def test_cross_entropy_is_the_masked_mean_of_surprise(getkey):
    logits, targets, mask = map(np.array, arguments(getkey))
    mask[..., 1:] = 9.0  # only the mask of the first output is used
    steps = mask[..., 0]
    expected = np.asarray(oracle.cross_entropy(logits, targets, steps))
    close(cross_entropy(logits, targets, mask), expected)
    close(cross_entropy(logits, targets, steps), expected)
    close(cross_entropy(logits, targets, steps != 0) * 0, np.zeros(()))
    # that of Masse et al. is the same sum, divided by the number of all steps
    rescaled = masked_cross_entropy(logits, targets, mask) * steps.size / steps.sum()
    close(rescaled, expected)


def test_a_class_is_a_probability_of_one(getkey):
    logits, _, mask = arguments(getkey)
    labels = jax.random.randint(getkey(), (4, 6), 0, 3)
    as_labels = cross_entropy(logits, labels, mask)
    close(
        as_labels, cross_entropy(logits, jax.nn.one_hot(labels, 3, dtype=float), mask)
    )
    # an invalid label has no effect where the mask is zero; elsewhere it gives NaN
    invalid_label = labels.at[2].set(17)
    close(cross_entropy(logits, invalid_label, mask), as_labels)
    grad = jax.grad(cross_entropy)(logits, invalid_label, mask)
    assert np.isfinite(grad).all()
    assert np.isnan(cross_entropy(logits, labels.at[1].set(17), mask))


def test_binary_cross_entropy_treats_outputs_as_independent(getkey):
    logits, targets, mask = map(np.asarray, arguments(getkey))
    expected = oracle.binary_cross_entropy(logits, targets, mask)
    close(binary_cross_entropy(logits, targets, mask), np.asarray(expected))
    grad = jax.grad(binary_cross_entropy)(jnp.asarray(logits), targets, mask)
    sigmoid = 1 / (1 + np.exp(-logits))
    close(grad, mask * (sigmoid - targets) / mask.sum())


@pytest.mark.parametrize("loss", [cross_entropy, binary_cross_entropy])
def test_large_logits_neither_overflow_nor_lose_their_gradient(loss):
    for sign in (-1.0, 1.0):
        logits = sign * jnp.array([[[800.0, -800.0]]])
        targets = jnp.array([[[0.0, 1.0]]])
        value, grad = jax.value_and_grad(loss)(logits, targets, jnp.ones((1, 1, 2)))
        weight = 1 if loss is cross_entropy else 2
        is_wrong = sign > 0
        total = 1600.0 if is_wrong else 0.0
        close(value, np.asarray(total / weight))
        close(grad, np.array([[[1.0, -1.0]]]) * is_wrong / weight)


@pytest.mark.parametrize(
    "loss", [masked_mse_per_trial, cross_entropy, binary_cross_entropy]
)
def test_single_precision_is_preserved_under_jit(loss, getkey):
    args = arguments(getkey, dtype=jnp.float32)
    value, grad = jax.jit(jax.value_and_grad(loss))(*args)
    assert value.dtype == grad.dtype == jnp.float32
    in_double = loss(*(x.astype(float) for x in args))
    close(value, np.float32(in_double), dtype="float32", scale=10)


@pytest.mark.parametrize(
    "loss", [cj.losses.masked_mse, masked_mse_per_trial, cj.losses.masked_cross_entropy]
)
def test_targets_and_masks_are_not_broadcast_over_outputs(loss):
    """A broadcast target would train all outputs to the same value."""
    y, single = np.ones((4, 6, 2)), np.ones((4, 6, 1))
    with pytest.raises(ValueError, match=r"`targets` must have shape \(4, 6, 2\)"):
        loss(y, single, y)
    with pytest.raises(ValueError, match=r"`mask` must have shape \(4, 6, 2\)"):
        loss(y, y, single)
    assert np.isfinite(loss(y, y, y))


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
def test_lists_are_accepted_as_arrays(loss, getkey):
    keys = jax.random.split(getkey(), 3)
    arrays = [jax.random.uniform(key, (2, 3, 2)) for key in keys]
    function = getattr(cj.losses, loss)
    close(function(*(x.tolist() for x in arrays)), function(*arrays))
