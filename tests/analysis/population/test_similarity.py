"""Tests of principal angles, Procrustes distance, CKA and dynamical similarity."""

from helpers import close
import jax
import jax.numpy as jnp
import numpy as np
from oracles import population
import pytest
from scipy.linalg import expm, orthogonal_procrustes, subspace_angles

from ctrnn_jax.analysis import (
    align_dynamics,
    cka,
    delay_dynamics,
    dsa,
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


def linear(a, trials=6, steps=40):
    """Return noise-free runs of x <- a x from random states."""
    x = RNG.normal(size=(trials, len(a)))
    runs = [x]
    for _ in range(steps - 1):
        runs.append(runs[-1] @ a.T)
    return np.stack(runs, axis=1)


def spiral(angle, decay, size=4):
    """Return a map that rotates two planes, by `angle` and half of it, and decays."""
    skew = np.zeros((size, size))
    skew[0, 1], skew[2, 3] = angle, angle / 2
    return decay * expm(skew - skew.T)


def test_delay_dynamics_have_the_eigenvalues_of_the_system():
    a = spiral(0.4, 0.97)
    expected = np.sort_complex(np.linalg.eigvals(a))
    data = linear(a)
    mixed = data @ RNG.normal(size=(4, 12))
    for x, options in (
        (data, {}),
        (mixed, {}),
        (data[..., :1] + data[..., 2:3], {"delays": 4, "lag": 2}),
    ):
        fitted = delay_dynamics(x, rank=4, **options)
        close(np.sort_complex(np.linalg.eigvals(fitted)), expected, scale=1e5)


def test_dsa_of_conjugate_systems_is_zero_for_any_geometry():
    a = spiral(0.4, 0.97)
    first = linear(a)
    stretched = first @ (RNG.normal(size=(4, 10)) * np.geomspace(1, 10, 10))
    assert float(dsa(first, stretched, rank=4, key=KEY).distance) < 1e-8
    assert float(procrustes_distance(first, stretched)) > 0.1
    other = linear(spiral(1.2, 0.97))
    similarity = dsa(first, other, rank=4, key=KEY)
    assert float(similarity.distance) > 0.3
    assert float(similarity.angle) > 0.1


def test_dsa_grows_with_the_difference():
    first = linear(spiral(0.4, 0.97))
    distances = [
        float(dsa(first, linear(spiral(angle, 0.97)), rank=4, key=KEY).distance)
        for angle in (0.45, 0.6, 0.9)
    ]
    assert distances == sorted(distances)
    assert distances[0] > 0.01


def test_alignment_undoes_a_rotation_exactly():
    a, turn = RNG.normal(size=(6, 6)), rotation(6)
    aligned = align_dynamics(a, turn @ a @ turn.T, key=KEY)
    assert float(aligned.distance) < 1e-12
    close(aligned.alignment @ aligned.alignment.T, np.eye(6), scale=10)
    assert aligned.distances.shape == (16,)
    close(aligned.distance, jnp.min(aligned.distances))


def test_alignment_is_no_worse_than_many_orthogonal_matrices():
    a, b = RNG.normal(size=(2, 3, 3))
    aligned = align_dynamics(a, b, key=KEY)
    c = np.asarray(aligned.alignment)
    close(aligned.distance, jnp.asarray(np.linalg.norm(a - c @ b @ c.T)))
    cosine = (a * (c @ b @ c.T)).sum() / np.linalg.norm(a) / np.linalg.norm(b)
    close(jnp.cos(aligned.angle), jnp.asarray(cosine))
    random = [rotation(3) for _ in range(3000)]
    best = min(np.linalg.norm(a - q @ b @ q.T) for q in random)
    assert float(aligned.distance) <= best
    assert best < 1.2 * float(aligned.distance)  # random search comes close
    reverse = align_dynamics(b, a, key=jax.random.key(1))
    close(reverse.distance, aligned.distance, scale=1e4)


def test_symmetric_matrices_differ_by_their_eigenvalues():
    """The closed form: sorted eigenvalues matched (Hoffman & Wielandt 1953)."""
    a, b = (m + m.T for m in RNG.normal(size=(2, 5, 5)))
    expected = np.linalg.norm(np.linalg.eigvalsh(a) - np.linalg.eigvalsh(b))
    aligned = align_dynamics(a, b, starts=1, key=KEY)
    close(aligned.distance, jnp.asarray(expected))


def test_in_one_dimension_the_distance_is_the_difference():
    aligned = align_dynamics(np.array([[0.9]]), np.array([[0.4]]), key=KEY)
    close(aligned.distance, jnp.asarray(0.5))


@pytest.mark.slow
def test_float32_stays_float32():
    x = linear(spiral(0.4, 0.97)).astype(np.float32)
    similarity = dsa(x, x @ rotation(4).astype(np.float32), rank=4, key=KEY)
    results = (
        principal_angles(x[0, :2], x[1, :2]),
        procrustes_distance(x, x[..., :2]),
        cka(x, x[..., :2]),
        cka(x, x, debiased=True),
        similarity,
    )
    assert {leaf.dtype for leaf in jax.tree.leaves(results)} == {np.dtype("float32")}
    assert float(similarity.distance) < 1e-4


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
    with pytest.raises(ValueError, match="`rank` must not exceed 4"):
        delay_dynamics(x, rank=5)
    flat = x @ RNG.normal(size=(4, 2)) @ RNG.normal(size=(2, 7))
    with pytest.raises(ValueError, match="not exceed 2, the rank of the embedding"):
        delay_dynamics(flat, rank=3)
    with pytest.raises(ValueError, match="have more than 5 steps"):
        delay_dynamics(x, rank=2, delays=3, lag=2)
    with pytest.raises(ValueError, match="be square as `first`"):
        align_dynamics(np.ones((3, 3)), np.ones((2, 2)), key=KEY)
    x[0, 0, 0] = np.nan
    with pytest.raises(ValueError, match="must be finite"):
        dsa(x, x, rank=2, key=KEY)
