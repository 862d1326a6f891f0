"""Orthonormalise rows by block Gram-Schmidt."""

import jax
from jax import Array
import jax.numpy as jnp


PANEL = 32
"""Number of rows that are orthonormalised together."""


def orthonormal(rows: Array, spare: Array) -> tuple[Array, Array]:
    """Return orthonormal rows that span, for each i, what the first i rows span.

    Block Gram-Schmidt, done twice ("twice is enough", Kahan in Parlett 1980): for rows
    that are not dependent to rounding, it is as accurate as Householder's QR. It
    consists mainly of matrix products: LAPACK's QR of a hundred rows takes up to a
    hundred times as long if its threads share the cores.

    **Arguments:** the rows `(k, dimensions)`, and spare directions of that shape, which
    replace rows that vanish, as after a singular map.

    **Returns:** the rows `(k, dimensions)`, and the length of each row after the
    projections on the rows before it are removed, `(k,)`: the diagonal of R.
    """
    count, dimensions = rows.shape
    panel_size = min(PANEL, count)
    num_panels = -(-count // panel_size)

    def padded(x: Array) -> Array:
        return jnp.pad(x, ((0, num_panels * panel_size - count), (0, 0)))

    def split(x: Array) -> Array:
        return padded(x).reshape(num_panels, panel_size, dimensions)

    def orthonormalise_panel(
        carry: tuple[Array, Array], panels: tuple[Array, Array]
    ) -> tuple[tuple[Array, Array], Array]:
        (q, start), (panel, spare) = carry, panels
        lengths = jnp.ones(panel_size, rows.dtype)
        for _ in range(2):
            # against earlier panels (later rows of q are zero), then within the panel
            panel = panel - (panel @ q.T) @ q
            panel, remaining = _gram_schmidt(panel, spare)
            # the second pass removes little: its factors are near 1
            lengths = lengths * remaining
        q = jax.lax.dynamic_update_slice_in_dim(q, panel, start, axis=0)
        return (q, start + panel_size), lengths

    # panels in order, each of them orthogonal to all panels before it
    carry = (jnp.zeros_like(padded(rows)), jnp.zeros((), jnp.int32))
    panels = (split(rows), split(spare))
    (q, _), lengths = jax.lax.scan(orthonormalise_panel, carry, panels)
    return q[:count], lengths.reshape(-1)[:count]


def _gram_schmidt(rows: Array, spare: Array) -> tuple[Array, Array]:
    """Return orthonormal rows by modified Gram-Schmidt, and what each was divided by.

    A row that vanishes is replaced by its spare row, which is orthogonal to the rows
    before it only after a second call.
    """
    index = jnp.arange(rows.shape[0])

    def normalise(j: Array, carry: tuple[Array, Array]) -> tuple[Array, Array]:
        rows, lengths = carry
        row = rows[j]
        length = jnp.linalg.norm(row)
        row = jnp.where(length > 0, row / jnp.where(length > 0, length, 1), spare[j])
        # remove the direction of row j from all later rows
        projection = jnp.where(index > j, rows @ row, 0)
        rows = rows - projection[:, None] * row[None]
        return rows.at[j].set(row), lengths.at[j].set(length)

    no_lengths = jnp.zeros(rows.shape[0], rows.dtype)
    return jax.lax.fori_loop(0, rows.shape[0], normalise, (rows, no_lengths))
