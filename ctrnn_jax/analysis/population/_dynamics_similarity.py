"""Similarity of the dynamics of two populations: linear maps of delayed activity."""

import functools
from typing import final

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
import numpy as np

from ..._arguments import checks_arguments
from ..._checks import check, check_count, is_concrete
from ..._progress import compiling, reporting
from ..._show import AbstractShown, number, quantities, Table
from ..._types import KeyArray, Numbers, Scalar
from ._data import as_data, common_dtype


@checks_arguments
def delay_dynamics(
    activity: Numbers,
    *,
    rank: int,
    delays: int = 1,
    lag: int = 1,
    progress: bool | None = None,
) -> Array:
    """Fit the linear map from one step to the next of delay-embedded activity.

    Dynamic mode decomposition in the whitened coordinates of the leading singular
    vectors of the Hankel matrix (HAVOK: Brunton et al. 2017; Ostrow et al. 2023). If
    two systems differ by an invertible linear map of their units and `rank` is full,
    these coordinates differ by an orthogonal map. Nothing is centred: subtract a fixed
    point first.

    **Arguments:**

    - `activity`: `(trials, time, units)`.
    - `rank`: number of singular vectors.
    - `delays`, `lag`: number of delayed copies, and the steps between them.
    - `progress`: whether to report the progress; see `fit`.

    Returns `(rank, rank)`. Raises `ValueError` for a rank above that of the embedding.
    """
    return _embedded("activity", activity, rank, delays, lag, progress)


def _embedded(
    name: str,
    activity: Numbers,
    rank: int,
    delays: int,
    lag: int,
    progress: bool | None,
) -> Array:
    """Validate the arguments of `delay_dynamics`, and return its map."""
    data = as_data(name, activity, "trials time units")
    rank = check_count("rank", rank, at_least=1)
    delays = check_count("delays", delays, at_least=1)
    lag = check_count("lag", lag, at_least=1)
    trials, time, units = data.shape
    steps = time - (delays - 1) * lag
    rule = f"have more than {(delays - 1) * lag + 1} steps"
    check(steps >= 2, name, rule, time, "Use fewer delays, or longer activity.")

    largest_rank = min(trials * steps, delays * units)
    with reporting(
        progress, "delay_dynamics", "units", units, arguments=data
    ) as display:
        fitted = _delay_dynamics(data, min(rank, largest_rank), delays, lag)
        matrix, singular = display.finished(fitted)
        display.close(f"rank {rank} in {display.seconds}")
    if is_concrete(singular):
        values = np.asarray(singular)
        floor = np.finfo(values.dtype).eps * max(trials * steps, values.size)
        largest_rank = int(np.sum(values > floor * values[0]))
    rule = f"not exceed {largest_rank}, the rank of the embedding"
    remedy = "Use more delays, or other data."
    check(rank <= largest_rank, "rank", rule, rank, remedy)
    return matrix


@functools.partial(jax.jit, static_argnames=("rank", "delays", "lag"))
def _delay_dynamics(
    data: Array, rank: int, delays: int, lag: int
) -> tuple[Array, Array]:
    """Return the map, `(rank, rank)`, and the singular values of the embedding."""
    compiling("the linear map")
    # Hankel matrix: delayed copies side by side, (trials, steps, delays * units)
    steps = data.shape[1] - (delays - 1) * lag
    copies = [data[:, d * lag : d * lag + steps] for d in range(delays)]
    hankel = jnp.concatenate(copies, axis=-1)
    flat = hankel.reshape(-1, hankel.shape[-1])

    # whitened coordinates, (trials, steps, rank), and least squares to the next step
    left, singular, _ = jnp.linalg.svd(flat, full_matrices=False)
    scores = left[:, :rank].reshape(*hankel.shape[:2], rank)
    before = scores[:, :-1].reshape(-1, rank)
    after = scores[:, 1:].reshape(-1, rank)
    return jnp.linalg.lstsq(before, after)[0].T, singular


@final
class DSA(AbstractShown, eqx.Module):
    """Similarity of two linear maps up to an orthogonal change of coordinates.

    **Attributes:**

    - `distance`: `min_C |A - C B C^T|` over orthogonal C, Frobenius norm.
    - `angle`: between A and that `C B C^T`, in radians, [0, pi].
    - `alignment`: the minimising C.
    - `distances`: the distance that each start reached, `(starts,)`.
    """

    distance: Scalar
    angle: Scalar
    alignment: Array
    distances: Array

    def _table(self) -> Table:
        return quantities(self, f"distance {number(self.distance)}", angle="radians")


@checks_arguments
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
    progress: bool | None = None,
) -> DSA:
    """Dynamical similarity analysis (Ostrow et al. 2023, "Beyond geometry").

    Fits a linear map to each system with `delay_dynamics`, and aligns the two maps with
    `align_dynamics`. If `rank` is the full rank of the delay embedding, the distance is
    0 whenever an invertible linear map of the units turns one system into the other,
    even if the geometry of their activity differs. With a lower rank this holds only
    for orthogonal maps.

    **Arguments:**

    - `first`, `second`: activity `(trials, time, units)`, of any two systems.
    - `rank`, `delays`, `lag`: of `delay_dynamics`; the others of `align_dynamics`.

    **Returns:** a `DSA`.
    """
    first, second = (
        _embedded(name, activity, rank, delays, lag, progress)
        for name, activity in (("first", first), ("second", second))
    )
    return align_dynamics(
        first,
        second,
        starts=starts,
        iterations=iterations,
        key=key,
        progress=progress,
    )


@checks_arguments
def align_dynamics(
    first: Numbers,
    second: Numbers,
    *,
    starts: int = 16,
    iterations: int = 100,
    key: KeyArray,
    progress: bool | None = None,
) -> DSA:
    """Minimise `|A - C B C^T|` over orthogonal C (Procrustes analysis of maps).

    Levenberg-Marquardt steps on the orthogonal group, the best of several starts. The
    first start matches the eigenvectors of the symmetric parts, which is exact if a C
    with `C B C^T = A` exists. The other starts are random rotations and reflections (by
    `key`). The problem is not convex: the result is an upper bound. Takes seconds for
    ranks above 30; `progress` as in `fit`.

    Raises `ValueError` for matrices that are not square and of the same size.
    """
    a = as_data("first", first, "rank rank")
    b = as_data("second", second, "rank rank")
    is_square = a.shape == a.shape[::-1] == b.shape
    got = f"shapes {a.shape} and {b.shape}"
    remedy = "Use one rank for both."
    check(is_square, "second", "be square as `first`", got, remedy)
    starts = check_count("starts", starts, at_least=1)
    iterations = check_count("iterations", iterations, at_least=1)
    a, b = common_dtype(a, b)
    arguments = (a, b, key)
    with reporting(
        progress, "align_dynamics", "starts", starts, arguments=arguments
    ) as display:
        aligned = display.finished(_align(*arguments, starts, iterations))
        display.close(f"{starts} starts in {display.seconds}")
    return aligned


@functools.partial(jax.jit, static_argnames=("starts", "iterations"))
def _align(a: Array, b: Array, key: KeyArray, starts: int, iterations: int) -> DSA:
    compiling("the alignment")
    # starts and results are (starts, rank, rank)
    size = a.shape[0]
    random = jax.random.orthogonal(key, size, (starts - 1,), dtype=a.dtype)
    initial = jnp.concatenate([_matched(a, b)[None], random])
    aligned = jax.vmap(lambda c: _descend(a, b, c, iterations))(initial)
    distances = jax.vmap(lambda c: jnp.linalg.norm(a - c @ b @ c.T))(aligned)
    best = jnp.argmin(distances)
    c = aligned[best]

    # the angle between A and C B C^T as vectors of entries
    turned = c @ b @ c.T
    norms = jnp.linalg.norm(a) * jnp.linalg.norm(turned)
    cosine = jnp.sum(a * turned) / jnp.where(norms > 0, norms, 1)
    angle = jnp.arccos(jnp.clip(cosine, -1, 1))
    return DSA(distances[best], angle, c, distances)


def _matched(a: Array, b: Array) -> Array:
    """Return the C that turns the eigenvectors of B's symmetric part into those of A's.

    The signs of eigenvectors are arbitrary. They are taken from the leading eigenvector
    of the products of matching entries, which is exact if C B C^T = A has a solution.
    """
    p, q = (jnp.linalg.eigh(m + m.T)[1] for m in (a, b))
    products = (p.T @ a @ p) * (q.T @ b @ q)
    leading = jnp.linalg.eigh(products + products.T)[1][:, -1]
    return p @ (jnp.where(leading < 0, -1, 1)[:, None] * q.T)


def _descend(a: Array, b: Array, c: Array, iterations: int) -> Array:
    """Minimise `|A - C B C^T|^2` from one C by Levenberg-Marquardt steps."""
    size = a.shape[0]
    if size == 1:
        return c
    # a basis of skew-symmetric matrices, (size (size - 1) / 2, size, size)
    rows, columns = np.triu_indices(size, 1)
    eye = jnp.eye(size, dtype=a.dtype)
    pairs = eye[rows][:, :, None] * eye[columns][:, None]
    skew = pairs - jnp.swapaxes(pairs, 1, 2)
    num_parameters = len(rows)

    def squared_error(c: Array) -> Array:
        return jnp.sum((a - c @ b @ c.T) ** 2)

    def step(carry: tuple[Array, Array], _: None) -> tuple[tuple[Array, Array], None]:
        c, damping = carry
        m = c @ b @ c.T
        # to first order, turning by exp(w) changes m by [w, m]
        jacobian = (skew @ m[None] - m[None] @ skew).reshape(num_parameters, -1)
        normal = jacobian @ jacobian.T
        scale = jnp.trace(normal) / num_parameters + jnp.finfo(a.dtype).tiny
        added = damping * scale * jnp.eye(num_parameters, dtype=a.dtype)
        w = jnp.linalg.solve(normal + added, jacobian @ (a - m).reshape(-1))
        # the Cayley transform approximates exp(w) and is orthogonal
        turn = jnp.tensordot(w, skew, axes=1) / 2
        candidate = jnp.linalg.solve(eye - turn, eye + turn) @ c
        # accept the step if the error falls, and adapt the damping
        is_better = squared_error(candidate) < squared_error(c)
        damping = jnp.where(is_better, damping / 3, damping * 4)
        damping = jnp.clip(damping, 1e-9, 1e6)
        return (jnp.where(is_better, candidate, c), damping), None

    (c, _), _ = jax.lax.scan(step, (c, jnp.ones((), a.dtype)), length=iterations)
    return c
