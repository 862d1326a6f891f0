"""Similarity of two populations: of their subspaces and responses."""

import functools

import jax
from jax import Array
import jax.numpy as jnp
import numpy as np

from ..._arguments import checks_arguments
from ..._checks import (
    check,
    check_shape,
    describe,
    is_concrete,
)
from ..._types import Numbers, Scalar
from ._data import as_data, check_varies, common_dtype


@checks_arguments
def principal_angles(first: Numbers, second: Numbers) -> Array:
    """Compute the principal angles between two subspaces in radians, smallest first.

    From sines if cosines are near 1 (Knyazev & Argentati 2002), so that small angles
    are accurate too.

    **Arguments:**

    - `first`, `second`: rows that span each, `(dimensions, units)`, as PCA components.

    Returns `(min(dimensions),)`. Raises `ValueError` for different numbers of units and
    for rows that depend on each other.
    """
    a = as_data("first", first, "dimensions units")
    b = as_data("second", second, "dimensions units")
    is_same = a.shape[1] == b.shape[1]
    rule, got = f"have {a.shape[1]} units", f"shape {b.shape}"
    check(is_same, "second", rule, got, "Compare the same units.")
    for name, rows in (("first", a), ("second", b)):
        if is_concrete(rows):
            is_independent = np.linalg.matrix_rank(np.asarray(rows)) == len(rows)
            rule = "have independent rows"
            check(is_independent, name, rule, describe(rows), "Drop some.")
    return _principal_angles(a, b)


@jax.jit
def _principal_angles(a: Array, b: Array) -> Array:
    a, b = common_dtype(a, b)
    larger, smaller = (a, b) if len(a) >= len(b) else (b, a)
    # orthonormal bases, (units, dimensions)
    p, q = jnp.linalg.qr(larger.T)[0], jnp.linalg.qr(smaller.T)[0]
    cosines = jnp.clip(jnp.linalg.svd(p.T @ q, compute_uv=False), 0, 1)
    sines = jnp.linalg.svd(q - p @ (p.T @ q), compute_uv=False)[::-1]
    is_small = cosines**2 > 0.5
    from_sines = jnp.arcsin(jnp.clip(sines, 0, 1))
    return jnp.where(is_small, from_sines, jnp.arccos(cosines))


@checks_arguments
def procrustes_distance(
    first: Numbers, second: Numbers, *, scaled: bool = True
) -> Scalar:
    """Compute the distance of responses up to rotation, reflection and shift.

    `min_Q |X - Y Q|` over orthogonal Q of centred X and Y (Williams et al. 2021,
    "Generalized shape metrics on neural representations"); silent units are added to
    the population with fewer units. Values below `sqrt(eps)` of the norm are rounding.

    **Arguments:**

    - `first`, `second`: `(*batch, units)`, the same samples in the same order; the
        number of units may differ.
    - `scaled`: divide both by their norm first, for distances within [0, sqrt(2)].

    Raises `ValueError` for different samples and for responses that never vary.
    """
    return _procrustes_distance(*_pair(first, second), scaled)


@functools.partial(jax.jit, static_argnames="scaled")
def _procrustes_distance(x: Array, y: Array, scaled: bool) -> Scalar:
    x, y = _centred(x, y)
    norms = jnp.linalg.norm(x), jnp.linalg.norm(y)
    if scaled:
        x, y, norms = x / norms[0], y / norms[1], (1.0, 1.0)
    # |X - Y Q|^2 = |X|^2 + |Y|^2 - 2 tr(Q^T Y^T X); the best Q gives the nuclear norm
    overlap = jnp.sum(jnp.linalg.svd(x.T @ y, compute_uv=False))
    return jnp.sqrt(jnp.maximum(norms[0] ** 2 + norms[1] ** 2 - 2 * overlap, 0))


@checks_arguments
def cka(first: Numbers, second: Numbers, *, debiased: bool = False) -> Scalar:
    """Compute the linear centred kernel alignment (Kornblith et al. 2019, eq. 4).

    1 for responses that are equal up to rotation, shift and scale, 0 for responses with
    nothing in common. It is large for any responses of many units to few samples;
    `debiased` uses unbiased estimates instead (Song et al. 2012, "Feature selection via
    dependence maximization").

    Arguments and errors as for `procrustes_distance`; debiased needs 4 samples.
    """
    x, y = _pair(first, second)
    is_enough = not debiased or len(x) >= 4
    check(is_enough, "first", "have at least 4 samples", len(x), "Add samples.")
    return _cka(x, y, debiased)


@functools.partial(jax.jit, static_argnames="debiased")
def _cka(x: Array, y: Array, debiased: bool) -> Scalar:
    x, y = _centred(x, y)
    is_tall = max(x.shape[1], y.shape[1]) < x.shape[0]

    def dependence(x: Array, y: Array) -> Array:
        if debiased:
            return _unbiased_dependence(x, y)
        # |X^T Y|^2, by the smaller of the two forms
        return jnp.sum((x.T @ y) ** 2 if is_tall else (x @ x.T) * (y @ y.T))

    # scale first: the fourth powers of small rates underflow in float32
    x, y = x / jnp.linalg.norm(x), y / jnp.linalg.norm(y)
    return dependence(x, y) / jnp.sqrt(dependence(x, x) * dependence(y, y))


def _unbiased_dependence(x: Array, y: Array) -> Array:
    """Return the unbiased estimate of the dependence, up to a factor.

    Song et al. 2012, eq. 5, for Gram matrices without their diagonals.
    """
    n = x.shape[0]

    def gram_without_diagonal(z: Array) -> Array:
        gram = z @ z.T
        return gram - jnp.diag(jnp.diagonal(gram))

    k, l = gram_without_diagonal(x), gram_without_diagonal(y)
    means = jnp.sum(k) * jnp.sum(l) / ((n - 1) * (n - 2))
    mixed = 2 / (n - 2) * jnp.sum(jnp.sum(k, axis=0) * jnp.sum(l, axis=0))
    return jnp.sum(k * l) + means - mixed


def _pair(first: Numbers, second: Numbers) -> tuple[Array, Array]:
    """Validate both and return them as `(samples, units)`."""
    x = as_data("first", first, "*batch units")
    y = as_data("second", second, "*batch units")
    remedy = "Give the samples of `first`, in the same order."
    check_shape("second", y, (*x.shape[:-1], y.shape[-1]), remedy)
    check_varies("first", x)
    check_varies("second", y)
    return x.reshape(-1, x.shape[-1]), y.reshape(-1, y.shape[-1])


def _centred(x: Array, y: Array) -> tuple[Array, Array]:
    """Return both minus their means, in one dtype."""
    x, y = common_dtype(x, y)
    return x - jnp.mean(x, axis=0)[None], y - jnp.mean(y, axis=0)[None]
