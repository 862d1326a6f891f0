"""Affine maps of activity, which compose: what perturbations do to rates and states."""

from typing import final

import equinox as eqx
from jax import Array
import jax.numpy as jnp

from .._arguments import check_fields
from .._show import AbstractShown, options, Table


@final
class Affine(AbstractShown, eqx.Module):
    """The map `x -> factor * x + addend`; `None` stands for a factor of 1, an addend 0.

    **Arguments:**

    - `factor`, `addend`: `(n_hidden,)`, or `(time, n_hidden)` for several steps, or
        `(time, *batch, n_hidden)` with batch axes that may be of size 1.

    **Example:**

    >>> halve_then_add = cj.perturbations.Affine(factor=jnp.array([0.5])).then(
    ...     cj.perturbations.Affine(addend=jnp.array([1.0]))
    ... )
    >>> print(halve_then_add(jnp.array([4.0])))
    [3.]
    """

    factor: Array | None = None
    addend: Array | None = None

    def _table(self) -> Table:
        return options(self)

    def __check_init__(self) -> None:
        """Validate the kinds of the fields."""
        check_fields(self)

    def __call__(self, x: Array) -> Array:
        """Return the map of x, `(*batch, n_hidden)`, at one step."""
        if self.factor is not None:
            x = _spread(self.factor, x.ndim, first=0) * x
        return x if self.addend is None else x + _spread(self.addend, x.ndim, first=0)

    def then(self, later: "Affine") -> "Affine":
        """Return this map followed by a later one; both have the same leading axis.

        `f2 * (f1 * x + a1) + a2` has the factor `f2 * f1` and the addend
        `f2 * a1 + a2`.
        """
        parts = (self.factor, self.addend, later.factor, later.addend)
        ndim = max((x.ndim for x in parts if x is not None), default=0)
        factor, addend, later_factor, later_addend = (
            None if x is None else _spread(x, ndim, first=1) for x in parts
        )
        if later_factor is not None:
            factor = later_factor if factor is None else later_factor * factor
            addend = None if addend is None else later_factor * addend
        if later_addend is not None:
            addend = later_addend if addend is None else addend + later_addend
        return Affine(factor, addend)

    def gated(self, is_on: Array) -> "Affine":
        """Return this map at the steps that are on, `(time,)`, and no change at others.

        The numbers of this map are `(n_hidden,)`; those of the result have time first.
        """
        is_on = is_on[:, None]
        factor, addend = self.factor, self.addend
        return Affine(
            None if factor is None else jnp.where(is_on, factor[None], 1),
            None if addend is None else jnp.where(is_on, addend[None], 0),
        )


def _spread(x: Array, ndim: int, *, first: int) -> Array:
    """Insert batch axes of size 1 after the first axes of x, up to `ndim` axes."""
    added = tuple(range(first, first + ndim - x.ndim))
    return jnp.expand_dims(x, added) if added else x
