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
    return np.linalg.qr(RNG.normal(size=(size, size)))[0]


def test_angles_of_known_subspaces():
    turn = rotation(5)
    wanted = np.array([1e-9, 0.3, 1.2])
    first = np.eye(3, 5)
    second = np.array(
        [
            [np.cos(wanted[0]), 0, 0, np.sin(wanted[0]), 0],
            [0, np.cos(wanted[1]), 0, 0, np.sin(wanted[1])],
        ]
    )
    close(principal_angles(first @ turn, second @ turn), wanted[:2], scale=1e4)
    third = np.array([[np.cos(wanted[2]), 0, 0, 0, np.sin(wanted[2])]])
    close(principal_angles(third @ turn, first @ turn), wanted[2:])
    close(principal_angles(np.eye(2, 4), np.eye(4)[2:]), np.full(2, np.pi / 2))
    assert principal_angles(first, RNG.normal(size=(3, 3)) @ first).max() < 1e-14


def test_angles_agree_with_scipy():
    first, second = RNG.normal(size=(3, 8)), RNG.normal(size=(5, 8))
    wanted = subspace_angles(first.T, second.T)[::-1]
    close(principal_angles(first, second), wanted)
    close(principal_angles(second, first), wanted)


def test_procrustes_distance_agrees_with_scipy():
    x, y = RNG.normal(size=(4, 5, 6)), RNG.normal(size=(4, 5, 6))
    centred = [(z - z.mean(axis=(0, 1))).reshape(20, 6) for z in (x, y)]
    turn = orthogonal_procrustes(centred[1], centred[0])[0]
    wanted = np.linalg.norm(centred[0] - centred[1] @ turn)
    close(procrustes_distance(x, y, scaled=False), jnp.asarray(wanted))
    close(procrustes_distance(y, x, scaled=False), jnp.asarray(wanted))
    unit = [z / np.linalg.norm(z) for z in centred]
    wanted = np.linalg.norm(unit[0] - unit[1] @ turn)
    close(procrustes_distance(x, y), jnp.asarray(wanted))


def test_procrustes_distance_is_a_metric_of_shapes():
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
        wanted = population.centred_kernel_alignment(x, y)
        close(cka(x, y), jnp.asarray(wanted))
        term = lambda a, b: population.unbiased_dependence(
            a - a.mean(axis=0), b - b.mean(axis=0)
        )
        wanted = term(x, y) / np.sqrt(term(x, x) * term(y, y))
        close(cka(x, y, debiased=True), jnp.asarray(wanted), scale=10)


def test_cka_of_a_rotation_is_one_and_of_a_stretch_is_not():
    x = RNG.normal(size=(5, 6, 4))
    for debiased in (False, True):
        same = cka(x, 7 * x @ rotation(4) - 2, debiased=debiased)
        close(same, jnp.asarray(1.0))
        assert float(cka(x, x * [9, 1, 1, 1], debiased=debiased)) < 0.95
    order = RNG.permutation(4)
    close(cka(x, x[..., order]), jnp.asarray(1.0))


def test_debiased_cka_of_noise_is_zero_where_the_plain_one_is_not():
    draws = [RNG.normal(size=(2, 20, 40)) for _ in range(30)]
    plain = np.array([cka(x, y) for x, y in draws])
    fair = np.array([cka(x, y, debiased=True) for x, y in draws])
    assert plain.mean() > 0.5
    assert abs(fair.mean()) < 5 * fair.std() / np.sqrt(30)


def linear(a, trials=6, steps=40):
    """Noise-free runs of x <- a x from random states."""
    x = RNG.normal(size=(trials, len(a)))
    runs = [x]
    for _ in range(steps - 1):
        runs.append(runs[-1] @ a.T)
    return np.stack(runs, axis=1)


def spiral(angle, decay, size=4):
    """Two planes that turn, at `angle` and half of it."""
    skew = np.zeros((size, size))
    skew[0, 1], skew[2, 3] = angle, angle / 2
    return decay * expm(skew - skew.T)


def test_delay_dynamics_have_the_eigenvalues_of_the_system():
    a = spiral(0.4, 0.97)
    wanted = np.sort_complex(np.linalg.eigvals(a))
    data = linear(a)
    mixed = data @ RNG.normal(size=(4, 12))
    for x, options in (
        (data, {}),
        (mixed, {}),
        (data[..., :1] + data[..., 2:3], {"delays": 4, "lag": 2}),
    ):
        found = delay_dynamics(x, rank=4, **options)
        close(np.sort_complex(np.linalg.eigvals(found)), wanted, scale=1e5)


def test_dsa_of_conjugate_systems_is_zero_whatever_their_geometry():
    a = spiral(0.4, 0.97)
    first = linear(a)
    stretched = first @ (RNG.normal(size=(4, 10)) * np.geomspace(1, 10, 10))
    assert float(dsa(first, stretched, rank=4, key=KEY).distance) < 1e-8
    assert float(procrustes_distance(first, stretched)) > 0.1
    other = linear(spiral(1.2, 0.97))
    found = dsa(first, other, rank=4, key=KEY)
    assert float(found.distance) > 0.3
    assert float(found.angle) > 0.1


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
    found = align_dynamics(a, turn @ a @ turn.T, key=KEY)
    assert float(found.distance) < 1e-12
    close(found.alignment @ found.alignment.T, np.eye(6), scale=10)
    assert found.distances.shape == (16,)
    close(found.distance, jnp.min(found.distances))


def test_alignment_is_no_worse_than_many_orthogonal_matrices():
    a, b = RNG.normal(size=(2, 3, 3))
    found = align_dynamics(a, b, key=KEY)
    c = np.asarray(found.alignment)
    close(found.distance, jnp.asarray(np.linalg.norm(a - c @ b @ c.T)))
    cosine = (a * (c @ b @ c.T)).sum() / np.linalg.norm(a) / np.linalg.norm(b)
    close(jnp.cos(found.angle), jnp.asarray(cosine))
    others = [rotation(3) for _ in range(3000)]
    best = min(np.linalg.norm(a - q @ b @ q.T) for q in others)
    assert float(found.distance) <= best
    assert best < 1.2 * float(found.distance)  # so that the search was one
    back = align_dynamics(b, a, key=jax.random.key(1))
    close(back.distance, found.distance, scale=1e4)


def test_symmetric_matrices_differ_by_their_eigenvalues():
    """The closed form: sorted eigenvalues matched (Hoffman & Wielandt 1953)."""
    a, b = (m + m.T for m in RNG.normal(size=(2, 5, 5)))
    wanted = np.linalg.norm(np.linalg.eigvalsh(a) - np.linalg.eigvalsh(b))
    found = align_dynamics(a, b, starts=1, key=KEY)
    close(found.distance, jnp.asarray(wanted))


def test_one_dimension_has_nothing_to_turn():
    found = align_dynamics(np.array([[0.9]]), np.array([[0.4]]), key=KEY)
    close(found.distance, jnp.asarray(0.5))


def test_float32_stays_float32():
    x = linear(spiral(0.4, 0.97)).astype(np.float32)
    found = (
        principal_angles(x[0, :2], x[1, :2]),
        procrustes_distance(x, x[..., :2]),
        cka(x, x[..., :2]),
        cka(x, x, debiased=True),
        dsa(x, x @ rotation(4).astype(np.float32), rank=4, key=KEY),
    )
    assert {leaf.dtype for leaf in jax.tree.leaves(found)} == {np.dtype("float32")}
    assert float(found[-1].distance) < 1e-4


def test_bad_input_is_refused():
    x = RNG.normal(size=(6, 5, 4))
    with pytest.raises(ValueError, match="`second` must have 4 units"):
        principal_angles(x[0, :2], x[0, :2, :3])
    with pytest.raises(ValueError, match="`first` must have independent rows"):
        principal_angles(np.ones((2, 4)), x[0, :2])
    with pytest.raises(ValueError, match="have the samples of `first`"):
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
