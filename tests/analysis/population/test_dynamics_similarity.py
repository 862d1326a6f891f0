"""Tests of the linear maps of delayed activity, and of dynamical similarity."""

from helpers import close
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.linalg import expm

from ctrnn_jax.analysis import (
    align_dynamics,
    delay_dynamics,
    dsa,
    procrustes_distance,
)


RNG = np.random.default_rng(23)
KEY = jax.random.key(23)


def rotation(size):
    """Return a random orthogonal matrix."""
    return np.linalg.qr(RNG.normal(size=(size, size)))[0]


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
    dtypes = {leaf.dtype for leaf in jax.tree.leaves(similarity)}
    assert dtypes == {np.dtype("float32")}
    assert float(similarity.distance) < 1e-4


def test_invalid_arguments_raise():
    x = RNG.normal(size=(6, 5, 4))
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
