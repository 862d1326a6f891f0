"""Growth of orthonormal directions under a product of linear maps."""

from collections.abc import Callable
from typing import Any

import jax
from jax import Array
import jax.numpy as jnp


Push = Callable[[Array], Array]

PANEL = 32


def _gram_schmidt(rows: Array, spare: Array) -> tuple[Array, Array]:
    """Orthonormal rows by modified Gram-Schmidt, and what each was divided by.

    A row of which nothing is left becomes its spare one, which is orthogonal to those
    before it only after a second time.
    """
    index = jnp.arange(rows.shape[0])

    def one(j: Array, carry: tuple[Array, Array]) -> tuple[Array, Array]:
        rows, sizes = carry
        row = rows[j]
        size = jnp.linalg.norm(row)
        row = jnp.where(size > 0, row / jnp.where(size > 0, size, 1), spare[j])
        along = jnp.where(index > j, rows @ row, 0)
        rows = rows - along[:, None] * row[None]
        return rows.at[j].set(row), sizes.at[j].set(size)

    none = jnp.zeros(rows.shape[0], rows.dtype)
    return jax.lax.fori_loop(0, rows.shape[0], one, (rows, none))


def orthonormal(rows: Array, spare: Array) -> tuple[Array, Array]:
    """Orthonormal rows that span what the first 1, 2, ... of these span.

    Block Gram-Schmidt, done twice, which is enough ("twice is enough", Kahan): as
    accurate as Householder's QR for rows that are not dependent to rounding. Matrix
    products in the main: LAPACK's QR of a hundred rows takes up to a hundred times as
    long where its threads have to share the cores.

    **Arguments:** the rows `(k, dimensions)`, and directions to go on with in place of
    rows that the others leave nothing of: those that the maps have wiped out.

    **Returns:** the rows `(k, dimensions)` and the sizes of what was left of each after
    those before it, `(k,)`: the diagonal of R.
    """
    count, dimensions = rows.shape
    size = min(PANEL, count)
    panels = -(-count // size)
    pad = lambda x: jnp.pad(x, ((0, panels * size - count), (0, 0)))
    split = lambda x: pad(x).reshape(panels, size, dimensions)

    def panel(
        done: tuple[Array, Array], xs: tuple[Array, Array]
    ) -> tuple[tuple[Array, Array], Array]:
        (q, start), (x, spare) = done, xs
        sizes = jnp.ones(size, rows.dtype)
        for _ in range(2):
            # rows that are still to come are zero in q
            x = x - (x @ q.T) @ q
            x, left = _gram_schmidt(x, spare)
            sizes = sizes * left
        q = jax.lax.dynamic_update_slice_in_dim(q, x, start, axis=0)
        return (q, start + size), sizes

    first = (jnp.zeros_like(pad(rows)), jnp.zeros((), jnp.int32))
    (q, _), sizes = jax.lax.scan(panel, first, (split(rows), split(spare)))
    return q[:count], sizes.reshape(-1)[:count]


def benettin(
    linear: Callable[[Any, Any], tuple[Any, Push]],
    start: Any,
    inputs: Any,
    directions: Array,
    *,
    intervals: int,
    every: int,
    burn: int,
    whole: bool,
) -> tuple[Array, Array | None, Array]:
    """Logarithms of growth along a product of linear maps, one for each direction.

    **Arguments:**

    - `linear`: of (state, input), the next state and the derivative at this one.
    - `start`: the first state. `inputs`: of all steps, `(intervals, every, ...)`.
    - `directions`: orthonormal rows, `(k, dimensions)`.
    - `intervals`, `every`: how many times `every` steps before they are made
        orthonormal again; the
        first `burn` intervals are not measured.
    - `whole`: whether there are as many directions as dimensions.

    **Returns:** logarithms of the growth, `(intervals - burn, k)`; the mean of
    ln |det| a step, if `whole`; and the largest condition (`LyapunovSpectrum`).
    """
    identity = jnp.eye(directions.shape[1], dtype=directions.dtype)

    def step(carry: Any, x: Any) -> tuple[Any, None]:
        state, q, log_det = carry
        state, push = linear(state, x)
        if whole:
            transposed = jax.vmap(push)(identity)
            log_det = log_det + jnp.linalg.slogdet(transposed)[1]
            return (state, q @ transposed, log_det), None
        return (state, jax.vmap(push)(q), log_det), None

    def interval(carry: Any, xs: Any) -> tuple[Any, Any]:
        none = jnp.zeros((), directions.dtype)
        (state, q, log_det), _ = jax.lax.scan(step, (*carry, none), xs, length=every)
        image = jnp.linalg.norm(q, axis=1)
        q, size = orthonormal(q, directions)
        share = jnp.where(size > 0, image / size, jnp.inf)
        return (state, q), (jnp.log(size), log_det, jnp.max(share))

    _, kept = jax.lax.scan(interval, (start, directions), inputs, length=intervals)
    logs, log_det, share = jax.tree.map(lambda x: x[burn:], kept)
    mean = jnp.mean(log_det) / every if whole else None
    return logs, mean, jnp.max(share)
