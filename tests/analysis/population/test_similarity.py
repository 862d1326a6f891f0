"""Tests of principal angles, Procrustes distance and CKA."""

from helpers import close
import jax
import jax.numpy as jnp
import numpy as np
from oracles import population
import pytest
from scipy.linalg import orthogonal_procrustes, subspace_angles

from ctrnn_jax.analysis import (
    cka,
    principal_angles,
    procrustes_distance,
)


RNG = np.random.default_rng(23)
KEY = jax.random.key(23)


def rotation(size):
    """Return a random orthogonal matrix."""
    return np.linalg.qr(RNG.normal(size=(size, size)))[0]


def test_angles_of_known_subspaces():
    turn = rotation(5)
    angles = np.array([1e-9, 0.3, 1.2])
    first = np.eye(3, 5)
    second = np.array(
        [
            [np.cos(angles[0]), 0, 0, np.sin(angles[0]), 0],
            [0, np.cos(angles[1]), 0, 0, np.sin(angles[1])],
        ]
    )
    close(principal_angles(first @ turn, second @ turn), angles[:2], scale=1e4)
    third = np.array([[np.cos(angles[2]), 0, 0, 0, np.sin(angles[2])]])
    close(principal_angles(third @ turn, first @ turn), angles[2:])
    close(principal_angles(np.eye(2, 4), np.eye(4)[2:]), np.full(2, np.pi / 2))
    assert principal_angles(first, RNG.normal(size=(3, 3)) @ first).max() < 1e-14


def test_angles_agree_with_scipy():
    first, second = RNG.normal(size=(3, 8)), RNG.normal(size=(5, 8))
    expected = subspace_angles(first.T, second.T)[::-1]
    close(principal_angles(first, second), expected)
    close(principal_angles(second, first), expected)


def test_procrustes_distance_agrees_with_scipy():
    x, y = RNG.normal(size=(4, 5, 6)), RNG.normal(size=(4, 5, 6))
    centred = [(z - z.mean(axis=(0, 1))).reshape(20, 6) for z in (x, y)]
    turn = orthogonal_procrustes(centred[1], centred[0])[0]
    distance = np.linalg.norm(centred[0] - centred[1] @ turn)
    close(procrustes_distance(x, y, scaled=False), jnp.asarray(distance))
    close(procrustes_distance(y, x, scaled=False), jnp.asarray(distance))
    scaled = [z / np.linalg.norm(z) for z in centred]
    distance = np.linalg.norm(scaled[0] - scaled[1] @ turn)
    close(procrustes_distance(x, y), jnp.asarray(distance))


def test_procrustes_distance_is_a_metric_without_rotation_scale_and_shift():
    x, y, z = RNG.normal(size=(3, 20, 6))
    assert float(procrustes_distance(x, 3 * x @ rotation(6) + 5)) < 1e-7
    assert float(procrustes_distance(x, 3 * x @ rotation(6), scaled=False)) > 1
    a, b, c = (procrustes_distance(*pair) for pair in ((x, y), (y, z), (x, z)))
    assert float(c) <= float(a + b)
    wider = np.concatenate([y, np.zeros((20, 3))], axis=1) @ rotation(9)
    close(procrustes_distance(x, wider), a)


def test_cka_by_definition():
    tall, wide = RNG.normal(size=(30, 4)), RNG.normal(size=(30, 50))
    mixed = tall @ RNG.normal(size=(4, 6)) + RNG.normal(size=(30, 6))
    for x, y in ((tall, mixed), (tall, wide), (wide, tall)):
        expected = population.centred_kernel_alignment(x, y)
        close(cka(x, y), jnp.asarray(expected))
        x_centred, y_centred = x - x.mean(axis=0), y - y.mean(axis=0)
        xy, xx, yy = (
            population.unbiased_dependence(a, b)
            for a, b in (
                (x_centred, y_centred),
                (x_centred, x_centred),
                (y_centred, y_centred),
            )
        )
        expected = xy / np.sqrt(xx * yy)
        close(cka(x, y, debiased=True), jnp.asarray(expected), scale=10)


def test_cka_of_a_rotation_is_one_and_of_a_stretch_is_not():
    x = RNG.normal(size=(5, 6, 4))
    for debiased in (False, True):
        rotated = 7 * x @ rotation(4) - 2
        close(cka(x, rotated, debiased=debiased), jnp.asarray(1.0))
        assert float(cka(x, x * [9, 1, 1, 1], debiased=debiased)) < 0.95
    order = RNG.permutation(4)
    close(cka(x, x[..., order]), jnp.asarray(1.0))


def test_debiased_cka_of_noise_is_zero_and_plain_cka_is_not():
    draws = [RNG.normal(size=(2, 20, 40)) for _ in range(30)]
    plain = np.array([cka(x, y) for x, y in draws])
    debiased = np.array([cka(x, y, debiased=True) for x, y in draws])
    assert plain.mean() > 0.5
    assert abs(debiased.mean()) < 5 * debiased.std() / np.sqrt(30)


@pytest.mark.slow
def test_float32_stays_float32():
    x = RNG.normal(size=(6, 40, 4)).astype(np.float32)
    results = (
        principal_angles(x[0, :2], x[1, :2]),
        procrustes_distance(x, x[..., :2]),
        cka(x, x[..., :2]),
        cka(x, x, debiased=True),
    )
    assert {leaf.dtype for leaf in jax.tree.leaves(results)} == {np.dtype("float32")}


def test_invalid_arguments_raise():
    x = RNG.normal(size=(6, 5, 4))
    with pytest.raises(ValueError, match="`second` must have 4 units"):
        principal_angles(x[0, :2], x[0, :2, :3])
    with pytest.raises(ValueError, match="`first` must have independent rows"):
        principal_angles(np.ones((2, 4)), x[0, :2])
    with pytest.raises(ValueError, match="`second` must have shape"):
        cka(x, x[:5])
    with pytest.raises(ValueError, match="`second` must vary"):
        procrustes_distance(x, np.ones((6, 5, 4)))
    with pytest.raises(ValueError, match="at least 4 samples"):
        cka(x[0, :3], x[0, :3], debiased=True)
