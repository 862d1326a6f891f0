"""Composition of constraints, in the order in which each preserves the earlier ones."""

import itertools
from typing import final

from jax import Array
import jax.numpy as jnp
from jaxtyping import PyTree

from .._arguments import checks_arguments
from .._checks import check, check_list
from ._base import AbstractConstraint, Free, Place, Shape, Structure
from ._shapes import check_constraint


@final
class Chain(AbstractConstraint):
    """A composition of constraints: `effective = last(...first(raw))`.

    Each constraint must preserve the properties that the earlier ones enforce, which
    leaves one valid order:

    | place | constraint | not together with |
    |---|---|---|
    | 0 | `Bounded` | `SignMask`, `RowBalanced`, `SpectralRadiusBelow`; with signs the \
bounds must be symmetric |
    | 1 | `NonNegative` or `Dale` | each other, and a second of the same class |
    | 2 | `SignMask` | signs that contradict those of `Dale` |
    | 3 | `Masked`, `NoAutapses` (any number: all apply) | |
    | 4 | `Symmetric` or `Skew` | bounds, masks or signs that are not symmetric; \
`Fixed`, `RowBalanced` |
    | 5 | `Fixed` | values that break an earlier constraint; `RowBalanced`, \
`SpectralRadiusBelow` |
    | 6 | `RowBalanced` | rows without excitation or inhibition |
    | 7 | `SpectralRadiusBelow` | |
    | alone | `LowRank` | all others |

    Constraints of yours name their place and what they exclude themselves; `Place` has
    the reasons for the order. At each place except for that of the masks there is at
    most one constraint. Build chains with `chain`, which sorts constraints into this
    order.

    Raises `ValueError` for another order or a pair that cannot be combined.
    """

    place = Place.NONE
    links: tuple[AbstractConstraint, ...]

    def __check_init__(self) -> None:
        """Validate that no constraint breaks a property of an earlier one."""
        for index, link in enumerate(check_list("links", self.links, of="constraints")):
            check_constraint(f"links[{index}]", link)
            is_simple = isinstance(link.place, Place) and link.place is not Place.NONE
            rule, got = "be simple constraints", type(link).__name__
            check(is_simple, "links", rule, got, "Use chain(...).")
        for link, other in itertools.permutations(self.links, 2):
            reason = link.excludes(other)
            names = f"{type(link).__name__} and {type(other).__name__}"
            rule = f"not hold {names} together"
            check(reason is None, "links", rule, "both", reason or "")
        for before, after in itertools.pairwise(self.links):
            both_apply = before.repeatable and after.repeatable
            check(
                before.place < after.place + both_apply,
                "links",
                "hold one constraint of a kind, in the order of the table",
                f"{type(after).__name__} after {type(before).__name__}",
                "chain(...) sorts them; see help(cj.constraints.Chain).",
            )

    def effective(self, raw: PyTree) -> Array:
        """Return the weights after every constraint."""
        for link in self.links:
            raw = link.effective(raw)
        return raw

    def raw(self, weights: Array) -> Array:
        """Return the inverse of every constraint, last to first; 0 if absent."""
        present = self.present(weights.shape)
        for link in reversed(self.links):
            weights = link.raw(weights)
        return jnp.where(present, weights, jnp.zeros_like(weights))

    def project(self, raw: Array) -> Array:
        """Return the projections of all constraints in turn, symmetry first.

        The projections onto bounds, signs, masks and fixed values commute, and they
        preserve symmetry. The result is therefore exact if each projection is.
        """
        for link in sorted(self.links, key=lambda x: x.place is not Place.SYMMETRY):
            raw = link.project(raw)
        return raw

    def violations(self, weights: Array) -> Array:
        """Return where any constraint is broken.

        An absent synapse satisfies any bounds (constraints without `counts_absent`).
        """
        present = self.present(weights.shape)
        is_broken = jnp.isnan(weights)
        for link in self.links:
            breaks_link = link.violations(weights)
            if not link.counts_absent:
                breaks_link = breaks_link & (present | jnp.isnan(weights))
            is_broken = is_broken | breaks_link
        return is_broken

    def structure(self, shape: Shape) -> Structure:
        """Return the structure under all constraints."""
        total = Structure.of(shape)
        for link in self.links:
            total = total & link.structure(shape)
        return total

    def dead(self, raw: Array) -> Array:
        """Return which plastic synapses are dead in any constraint."""
        dead = jnp.zeros(raw.shape, bool)
        for link in self.links:
            dead = dead | link.dead(raw)
            raw = link.effective(raw)
        return dead & self.structure(raw.shape).plastic

    def check(self, shape: Shape, earlier: AbstractConstraint | None = None) -> None:
        """Raise `ValueError` if any constraint does not fit the shape or those before.

        `earlier` is ignored: a chain is not part of another chain.
        """
        for position, link in enumerate(self.links):
            before = Chain(self.links[:position]) if position else None
            link.check(shape, before)


@checks_arguments
def chain(*constraints: AbstractConstraint) -> AbstractConstraint:
    """Return the composition of constraints, in the order that preserves all of them.

    Nested chains are flattened, `Free` is removed, and the others, constraints of yours
    included, are sorted by their `Place`, for any order of the arguments. A single
    constraint is returned as it is, and no constraint gives `Free()`. Raises
    `ValueError` for pairs that cannot be combined.

    **Example:**

    >>> signs = cj.connectivity.excitatory_signs(3, 2 / 3)
    >>> both = cj.constraints.chain(
    ...     cj.constraints.NoAutapses(), cj.constraints.Dale(signs)
    ... )
    >>> print(both.effective(jnp.ones((3, 3))))
    [[ 0.  1. -1.]
     [ 1.  0. -1.]
     [ 1.  1.  0.]]
    """
    for index, constraint in enumerate(constraints):
        check_constraint(f"constraints[{index}]", constraint)
    links = [link for constraint in constraints for link in links_of(constraint)]
    links = [link for link in links if type(link) is not Free]
    links.sort(key=lambda link: link.place)
    if len(links) == 1:
        return links[0]
    return Chain(tuple(links)) if links else Free()


def links_of(constraint: AbstractConstraint) -> tuple[AbstractConstraint, ...]:
    """Return the constraints of a chain, or the only constraint."""
    return constraint.links if isinstance(constraint, Chain) else (constraint,)
