"""Composition of constraints, in the one order in which each keeps the others."""

import itertools
from typing import Any

from jax import Array
import jax.numpy as jnp

from .._checks import invalid
from ._base import AbstractConstraint, Free, Structure, structure
from ._bounded import Bounded
from ._magnitude_maps import Softplus
from ._masked import Fixed, Masked, NoAutapses
from ._row_balance import RowBalanced, Skew, Symmetric
from ._sign import Dale, NonNegative, SignMask
from ._spectral_radius import LowRank, SpectralRadiusBelow


# how late in a chain each stands
_RANK: dict[type, int] = {
    Bounded: 0,
    NonNegative: 1,
    Dale: 1,
    SignMask: 2,
    Masked: 3,
    NoAutapses: 3,
    Symmetric: 4,
    Skew: 4,
    Fixed: 5,
    RowBalanced: 6,
    SpectralRadiusBelow: 7,
}
_SIGNED = (NonNegative, Dale, SignMask)
_APART = (
    (LowRank, tuple(_RANK), "rank survives neither signs nor masks"),
    (Symmetric, (Skew,), "only zero weights are both"),
    (Skew, (NonNegative,), "only zero weights are both"),
    (Symmetric, (Fixed, RowBalanced), "symmetry would be lost"),
    (Skew, (Fixed, RowBalanced), "symmetry would be lost"),
    (Fixed, (RowBalanced, SpectralRadiusBelow), "fixed values would be scaled"),
    (Bounded, (RowBalanced, SpectralRadiusBelow), "a lower bound may be lost"),
    (Bounded, (SignMask,), "give the bounds per synapse instead"),
)


class Chain(AbstractConstraint):
    """Constraints applied one after the other: `effective = last(...first(raw))`.

    A later constraint must keep what an earlier one gives, so there is one order:

    | place | constraint | not together with |
    |---|---|---|
    | 0 | `Bounded` | `SignMask`, `RowBalanced`, `SpectralRadiusBelow`; with signs the \
bounds must be symmetric |
    | 1 | `NonNegative` or `Dale` | each other, and a second of its kind |
    | 2 | `SignMask` | signs that contradict those of `Dale` |
    | 3 | `Masked`, `NoAutapses` (any number: all hold) | |
    | 4 | `Symmetric` or `Skew` | masks or signs that are not symmetric; `Fixed`, \
`RowBalanced` |
    | 5 | `Fixed` | values that break what is before; `RowBalanced`, \
`SpectralRadiusBelow` |
    | 6 | `RowBalanced` | rows without excitation or inhibition |
    | 7 | `SpectralRadiusBelow` | |
    | alone | `LowRank` | all others |

    Signs come before masks because a `Softplus` turns the zeros of a mask into small
    weights, masks before balance and radius because these are to hold for the weights
    that exist. Build chains with `chain`, which puts constraints in this order.

    Raises `ValueError` for another order or a pair that cannot hold together.
    """

    links: tuple[AbstractConstraint, ...]

    def __check_init__(self) -> None:
        """Refuse compositions in which a link undoes an earlier one."""
        kinds = [type(link) for link in self.links]
        for one, others, why in _APART:
            for other in others:
                if one in kinds and other in kinds:
                    raise invalid(
                        "links",
                        f"not hold {one.__name__} and {other.__name__} together",
                        "both",
                        f"{why[0].upper()}{why[1:]}.",
                    )
        for kind in kinds:
            if kind not in _RANK and kind is not LowRank:
                raise invalid(
                    "links", "be simple constraints", kind.__name__, "Use chain(...)."
                )
        for before, after in itertools.pairwise(kinds):
            signed = before in _SIGNED and after in (NonNegative, Dale)
            single = before is after and after not in (Masked, NoAutapses)
            if signed or single or _RANK.get(before, 9) > _RANK.get(after, 9):
                raise invalid(
                    "links",
                    "hold one constraint of a kind, in the order of the table",
                    f"{after.__name__} after {before.__name__}",
                    "chain(...) puts them in order; see help(cj.constraints.Chain).",
                )
        self._check_bounds()

    def _check_bounds(self) -> None:
        signed = [link for link in self.links if isinstance(link, _SIGNED)]
        only_plus = all(isinstance(link, NonNegative) for link in signed)
        for link in self.links:
            if not isinstance(link, Bounded) or not signed:
                continue
            if not link.kept_by_size(non_negative=only_plus):
                raise invalid(
                    "links",
                    "have bounds of -b and b where signs are constrained",
                    "others",
                    "The sign constraint keeps one half of the interval.",
                )
            if any(isinstance(other.map, Softplus) for other in signed):
                raise invalid(
                    "links", "not bound a Softplus", "one", "Abs() keeps bounds."
                )

    def effective(self, raw: Any) -> Array:
        """The weights after every link."""
        for link in self.links:
            raw = link.effective(raw)
        return raw

    def raw(self, weights: Array) -> Array:
        """The inverse of every link, last to first; absent synapses get raw 0."""
        present = self.present(weights.shape)
        for link in reversed(self.links):
            weights = link.raw(weights)
        return jnp.where(present, weights, jnp.zeros_like(weights))

    def project(self, raw: Array) -> Array:
        """The projection of every link in turn, symmetry first.

        Bounds, signs, masks and fixed values commute, and leave symmetric weights
        symmetric, so it is exact where each of the links is.
        """
        later = lambda link: not isinstance(link, (Symmetric, Skew))
        for link in sorted(self.links, key=later):
            raw = link.project(raw)
        return raw

    def violations(self, weights: Array) -> Array:
        """Where any link is broken; an absent synapse is within any bounds."""
        present = self.present(weights.shape)
        broken = jnp.isnan(weights)
        for link in self.links:
            where = link.violations(weights)
            if isinstance(link, Bounded):
                where = where & (present | jnp.isnan(weights))
            broken = broken | where
        return broken

    def structure(self, shape: tuple[int, ...]) -> Structure:
        """What all links say together."""
        total = structure(shape)
        for link in self.links:
            total = total & link.structure(shape)
        return total

    def dead(self, raw: Array) -> Array:
        """Plastic synapses that are dead in any link."""
        dead = jnp.zeros(raw.shape, bool)
        for link in self.links:
            dead = dead | link.dead(raw)
            raw = link.effective(raw)
        return dead & self.structure(raw.shape).plastic

    def check(
        self, shape: tuple[int, ...], earlier: AbstractConstraint | None = None
    ) -> None:
        """Raise `ValueError` if any link does not fit the shape or those before it."""
        del earlier
        for position, link in enumerate(self.links):
            before = Chain(self.links[:position]) if position else None
            link.check(shape, before)


def chain(*constraints: AbstractConstraint) -> AbstractConstraint:
    """All of these constraints at once, in the order in which each keeps the others.

    Nested chains are flattened, `Free` is dropped, and the rest put into the order of
    the table of `Chain`, whatever order they are given in. One that is left stands
    alone; none is `Free()`. Raises `ValueError` for pairs that cannot hold together.
    """
    links: list[AbstractConstraint] = []
    for constraint in constraints:
        if isinstance(constraint, Chain):
            links.extend(constraint.links)
        elif not isinstance(constraint, Free):
            links.append(constraint)
    links.sort(key=lambda link: _RANK.get(type(link), 9))
    if len(links) == 1:
        return links[0]
    return Chain(tuple(links)) if links else Free()
