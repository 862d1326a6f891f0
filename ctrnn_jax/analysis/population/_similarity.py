"""How alike two populations are: their subspaces, their shapes, their dynamics."""

import functools

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
import numpy as np

from ..._checks import check_count, check_flag, describe, invalid, is_concrete
from ..._types import KeyArray, Numbers, Scalar
from ._dimension import alike, as_data, varies


def principal_angles(first: Numbers, second: Numbers) -> Array:
    """Principal angles between two subspaces in radians, smallest first.

    By sines where cosines are near 1 (Knyazev & Argentati 2002), so that small angles
    are exact too.

    **Arguments:**

    - `first`, `second`: rows that span each, `(dimensions, units)`, as PCA components.

    Returns `(min(dimensions),)`. Raises `ValueError` for different numbers of units and
    for rows that depend on each other.
    """
    a = as_data("first", first, "dimensions units")
    b = as_data("second", second, "dimensions units")
    if a.shape[1] != b.shape[1]:
        rule = f"have {a.shape[1]} units"
        raise invalid("second", rule, f"shape {b.shape}", "Compare the same units.")
    for name, rows in (("first", a), ("second", b)):
        if is_concrete(rows) and np.linalg.matrix_rank(np.asarray(rows)) < len(rows):
            raise invalid(name, "have independent rows", describe(rows), "Drop some.")
    a, b = alike(a, b)
    return _angles(a, b) if len(a) >= len(b) else _angles(b, a)


@jax.jit
def _angles(larger: Array, smaller: Array) -> Array:
    p, q = jnp.linalg.qr(larger.T)[0], jnp.linalg.qr(smaller.T)[0]
    cosines = jnp.clip(jnp.linalg.svd(p.T @ q, compute_uv=False), 0, 1)
    sines = jnp.linalg.svd(q - p @ (p.T @ q), compute_uv=False)[::-1]
    small = cosines**2 > 0.5
    return jnp.where(small, jnp.arcsin(jnp.clip(sines, 0, 1)), jnp.arccos(cosines))


def procrustes_distance(
    first: Numbers, second: Numbers, *, scaled: bool = True
) -> Scalar:
    """Distance of two sets of responses up to rotation, reflection and shift.

    `min_Q |X - Y Q|` over orthogonal Q of centred X and Y (Williams et al. 2021,
    "Generalized shape metrics on neural representations"); a population of fewer units
    is taken to have silent ones. Values below `sqrt(eps)` of the norm are rounding.

    **Arguments:**

    - `first`, `second`: `(*batch, units)`, the same samples in the same order; the
      number of units may differ.
    - `scaled`: divide both by their norm first, for distances within [0, sqrt(2)].

    Raises `ValueError` for different samples and for responses that never vary.
    """
    check_flag("scaled", scaled)
    x, y = _pair(first, second)
    norms = jnp.linalg.norm(x), jnp.linalg.norm(y)
    if scaled:
        x, y, norms = x / norms[0], y / norms[1], (1.0, 1.0)
    overlap = jnp.sum(jnp.linalg.svd(x.T @ y, compute_uv=False))
    return jnp.sqrt(jnp.maximum(norms[0] ** 2 + norms[1] ** 2 - 2 * overlap, 0))


def cka(first: Numbers, second: Numbers, *, debiased: bool = False) -> Scalar:
    """Linear centred kernel alignment (Kornblith et al. 2019, eq. 4).

    1 for the same responses up to rotation, shift and scale, 0 for nothing in common;
    but large for few samples of many units whatever they are. `debiased` takes unbiased
    estimates (Song et al. 2012, "Feature selection via dependence maximization").

    Takes and raises what `procrustes_distance` does; debiased needs 4 samples.
    """
    x, y = _pair(first, second)
    if check_flag("debiased", debiased) and len(x) < 4:
        raise invalid("first", "have at least 4 samples", len(x), "Add samples.")
    if debiased:
        dependence = _unbiased
    elif max(x.shape[1], y.shape[1]) < x.shape[0]:
        dependence = lambda a, b: jnp.sum((a.T @ b) ** 2)
    else:
        dependence = lambda a, b: jnp.sum((a @ a.T) * (b @ b.T))
    # scaled first, for the fourth powers of small rates underflow in float32
    x, y = x / jnp.linalg.norm(x), y / jnp.linalg.norm(y)
    return dependence(x, y) / jnp.sqrt(dependence(x, x) * dependence(y, y))


def _unbiased(x: Array, y: Array) -> Array:
    """The unbiased estimate of the dependence of two sets, up to a factor."""
    n = x.shape[0]
    hollow = lambda gram: gram - jnp.diag(jnp.diagonal(gram))
    k, l = hollow(x @ x.T), hollow(y @ y.T)
    means = jnp.sum(k) * jnp.sum(l) / ((n - 1) * (n - 2))
    mixed = 2 / (n - 2) * jnp.sum(jnp.sum(k, axis=0) * jnp.sum(l, axis=0))
    return jnp.sum(k * l) + means - mixed


def _pair(first: Numbers, second: Numbers) -> tuple[Array, Array]:
    """Both as centred `(samples, units)`."""
    x = as_data("first", first, "*batch units")
    y = as_data("second", second, "*batch units")
    if x.shape[:-1] != y.shape[:-1]:
        rule = f"have the samples of `first`, {x.shape[:-1]}"
        raise invalid("second", rule, f"shape {y.shape}", "Give the same trials.")
    varies("first", x)
    varies("second", y)
    x, y = alike(x.reshape(-1, x.shape[-1]), y.reshape(-1, y.shape[-1]))
    centre = lambda z: z - jnp.mean(z, axis=0)[None]
    return centre(x), centre(y)


def delay_dynamics(
    activity: Numbers, *, rank: int, delays: int = 1, lag: int = 1
) -> Array:
    """The linear map from one step to the next of delay-embedded activity.

    Dynamic mode decomposition in the whitened coordinates of the leading singular
    vectors of the Hankel matrix (HAVOK: Brunton et al. 2017; Ostrow et al. 2023). These
    coordinates of two systems that differ by an invertible linear map of their units
    differ by an orthogonal one. Nothing is centred: subtract a fixed point first.

    **Arguments:**

    - `activity`: `(trials, time, units)`.
    - `rank`: how many singular vectors.
    - `delays`, `lag`: how many copies, so many steps apart.

    Returns `(rank, rank)`. Raises `ValueError` for a rank above that of the embedding.
    """
    data = as_data("activity", activity, "trials time units")
    rank = check_count("rank", rank, at_least=1)
    delays = check_count("delays", delays, at_least=1)
    lag = check_count("lag", lag, at_least=1)
    steps = data.shape[1] - (delays - 1) * lag
    if steps < 2:
        rule = f"have more than {(delays - 1) * lag + 1} steps"
        raise invalid("activity", rule, data.shape[1], "Use fewer delays.")
    most = min(data.shape[0] * steps, delays * data.shape[2])
    matrix, singular = _delay_dynamics(data, min(rank, most), delays, lag)
    if is_concrete(singular):
        sizes = np.asarray(singular)
        floor = np.finfo(sizes.dtype).eps * max(data.shape[0] * steps, sizes.size)
        most = int(np.sum(sizes > floor * sizes[0]))
    if rank > most:
        rule = f"not exceed {most}, the rank of the embedding"
        raise invalid("rank", rule, rank, "Use more delays, or other data.")
    return matrix


@functools.partial(jax.jit, static_argnames=("rank", "delays", "lag"))
def _delay_dynamics(
    data: Array, rank: int, delays: int, lag: int
) -> tuple[Array, Array]:
    steps = data.shape[1] - (delays - 1) * lag
    copies = [data[:, d * lag : d * lag + steps] for d in range(delays)]
    hankel = jnp.concatenate(copies, axis=-1)
    flat = hankel.reshape(-1, hankel.shape[-1])
    left, singular, _ = jnp.linalg.svd(flat, full_matrices=False)
    scores = left[:, :rank].reshape(*hankel.shape[:2], rank)
    before = scores[:, :-1].reshape(-1, rank)
    after = scores[:, 1:].reshape(-1, rank)
    return jnp.linalg.lstsq(before, after)[0].T, singular


class DSA(eqx.Module):
    """Similarity of two linear maps up to an orthogonal change of coordinates.

    **Attributes:**

    - `distance`: `min_C |A - C B C^T|` over orthogonal C, Frobenius norm.
    - `angle`: between A and that `C B C^T`, in radians, [0, pi].
    - `alignment`: the C found; `distances` is what each start reached, `(starts,)`.
    """

    distance: Scalar
    angle: Scalar
    alignment: Array
    distances: Array


def dsa(
    first: Numbers,
    second: Numbers,
    *,
    rank: int,
    delays: int = 1,
    lag: int = 1,
    starts: int = 16,
    iterations: int = 100,
    key: KeyArray,
) -> DSA:
    """Dynamical similarity analysis (Ostrow et al. 2023, "Beyond geometry").

    `delay_dynamics` of each, compared by `align_dynamics`. 0 for systems that a linear
    change of coordinates turns into each other, whatever their geometry.

    **Arguments:**

    - `first`, `second`: activity `(trials, time, units)`, of any two systems.
    - `rank`, `delays`, `lag`: of `delay_dynamics`; the others of `align_dynamics`.
    """
    embed = functools.partial(delay_dynamics, rank=rank, delays=delays, lag=lag)
    return align_dynamics(
        embed(first), embed(second), starts=starts, iterations=iterations, key=key
    )


def align_dynamics(
    first: Numbers,
    second: Numbers,
    *,
    starts: int = 16,
    iterations: int = 100,
    key: KeyArray,
) -> DSA:
    """Procrustes analysis over orthogonal similarity: `min_C |A - C B C^T|`.

    Levenberg-Marquardt steps on the orthogonal group, the best of several starts: the
    first matches the eigenvectors of the symmetric parts, the answer if there is an
    exact one; the others are random rotations and reflections (by `key`). The problem
    is not convex: the result is an upper bound. Seconds beyond rank 30.

    Raises `ValueError` for matrices that are not square and of the same size.
    """
    a = as_data("first", first, "rank rank")
    b = as_data("second", second, "rank rank")
    if a.shape != a.shape[::-1] or b.shape != a.shape:
        got = f"shapes {a.shape} and {b.shape}"
        raise invalid("second", "be square as `first`", got, "Use one rank for both.")
    starts = check_count("starts", starts, at_least=1)
    iterations = check_count("iterations", iterations, at_least=1)
    a, b = alike(a, b)
    return _align(a, b, key, starts, iterations)


@functools.partial(jax.jit, static_argnames=("starts", "iterations"))
def _align(a: Array, b: Array, key: KeyArray, starts: int, iterations: int) -> DSA:
    size = a.shape[0]
    random = jax.random.orthogonal(key, size, (starts - 1,), dtype=a.dtype)
    first = jnp.concatenate([_matched(a, b)[None], random])
    found = jax.vmap(lambda c: _descend(a, b, c, iterations))(first)
    distances = jax.vmap(lambda c: jnp.linalg.norm(a - c @ b @ c.T))(found)
    best = jnp.argmin(distances)
    c = found[best]
    turned = c @ b @ c.T
    norms = jnp.linalg.norm(a) * jnp.linalg.norm(turned)
    cosine = jnp.sum(a * turned) / jnp.where(norms > 0, norms, 1)
    return DSA(distances[best], jnp.arccos(jnp.clip(cosine, -1, 1)), c, distances)


def _matched(a: Array, b: Array) -> Array:
    """C that turns the eigenvectors of B's symmetric part into those of A's.

    Their signs are free; they are those of the leading eigenvector of the products of
    matching entries, which are right if C B C^T = A has a solution.
    """
    p, q = (jnp.linalg.eigh(m + m.T)[1] for m in (a, b))
    products = (p.T @ a @ p) * (q.T @ b @ q)
    leading = jnp.linalg.eigh(products + products.T)[1][:, -1]
    return p @ (jnp.where(leading < 0, -1, 1)[:, None] * q.T)


def _descend(a: Array, b: Array, c: Array, iterations: int) -> Array:
    size = a.shape[0]
    if size == 1:
        return c
    rows, columns = np.triu_indices(size, 1)
    eye = jnp.eye(size, dtype=a.dtype)
    pairs = eye[rows][:, :, None] * eye[columns][:, None]
    skew = pairs - jnp.swapaxes(pairs, 1, 2)

    def step(carry: tuple[Array, Array], _: None) -> tuple[tuple[Array, Array], None]:
        c, damping = carry
        m = c @ b @ c.T
        # to first order, turning by exp(w) changes m by [w, m]
        columns = (skew @ m[None] - m[None] @ skew).reshape(len(rows), -1)
        normal = columns @ columns.T
        scale = jnp.trace(normal) / len(rows) + jnp.finfo(a.dtype).tiny
        lhs = normal + damping * scale * jnp.eye(len(rows), dtype=a.dtype)
        w = jnp.linalg.solve(lhs, columns @ (a - m).reshape(-1))
        turn = jnp.tensordot(w, skew, axes=1) / 2
        new = jnp.linalg.solve(eye - turn, eye + turn) @ c  # Cayley: orthogonal
        error = lambda z: jnp.sum((a - z @ b @ z.T) ** 2)
        better = error(new) < error(c)
        damping = jnp.clip(jnp.where(better, damping / 3, damping * 4), 1e-9, 1e6)
        return (jnp.where(better, new, c), damping), None

    (c, _), _ = jax.lax.scan(step, (c, jnp.ones((), a.dtype)), length=iterations)
    return c
