from helpers import close
import jax
import numpy as np

import ctrnn_jax as cj


def test_loss_is_normalised_over_the_whole_batch(getkey):
    """Sum over all of f * mask over sum of mask, not a mean of per-trial means."""
    y, target = (np.asarray(jax.random.normal(getkey(), (3, 7, 2))) for _ in range(2))
    mask = np.zeros((3, 7, 2))
    mask[0, :2], mask[1, :6], mask[2, 3, 0] = 1.0, 1.0, 5.0
    total, weight = 0.0, 0.0
    for index in np.ndindex(mask.shape):
        total += mask[index] * (y[index] - target[index]) ** 2
        weight += mask[index]
    close(cj.masked_mse(y, target, mask), np.asarray(total / weight))


def test_masked_steps_have_no_influence(getkey):
    y = jax.random.normal(getkey(), (2, 5, 1))
    mask = np.ones((2, 5, 1))
    mask[:, 3:] = 0.0
    grad = jax.grad(cj.masked_mse)(y, np.zeros((2, 5, 1)), mask)
    assert not np.asarray(grad[:, 3:]).any()
    assert np.asarray(grad[:, :3]).all()
