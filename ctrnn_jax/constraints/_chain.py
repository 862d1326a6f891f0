"""Composition of constraints, in the order in which each preserves the earlier ones."""

import itertools

from jax import Array
import jax.numpy as jnp
from jaxtyping import PyTree

from .._checks import check
from ._base import AbstractConstraint, Free, Structure, structure
from ._bounded import Bounded
from ._dale_and_signs import Dale, NonNegative, SignMask
from ._fixed import Fixed
from ._low_rank import LowRank
from ._magnitude_maps import Softplus
from ._masked import Masked, NoAutapses
from ._row_balance import RowBalanced
from ._spectral_radius import SpectralRadiusBelow
from ._symmetry import Skew, Symmetric


# The place of each constraint in a chain; the lowest is applied first. A constraint
# stands after all those whose property its own map preserves:
_PLACE: dict[type, int] = {
    # Bounds come first. Sign maps preserve the magnitude, and an absent weight of zero
    # counts as within any bounds.
    Bounded: 0,
    # Signs come before masks: a Softplus turns the zeros of a mask into small weights.
    NonNegative: 1,
    Dale: 1,
    SignMask: 2,
    # Masks set weights to zero, which has either sign.
    Masked: 3,
    NoAutapses: 3,
    # The mean of two weights keeps the sign and the zero that both have.
    Symmetric: 4,
    Skew: 4,
    # Fixed values must satisfy all constraints above; this is checked once.
    Fixed: 5,
    # Balance and radius are for the weights that exist, so they come last. Positive
    # factors preserve signs and zeros; one factor for all weights preserves balance.
    RowBalanced: 6,
    SpectralRadiusBelow: 7,
}
_NO_PLACE = 9

_SIGNED = (NonNegative, Dale, SignMask)
_MASKS = (Masked, NoAutapses)

# pairs that cannot be in one chain, and why
_EXCLUSIVE = (
    (LowRank, tuple(_PLACE), "Signs and masks would change the rank."),
    (Symmetric, (Skew,), "Only zero weights are both."),
    (Skew, (NonNegative,), "Only zero weights are both."),
    (Symmetric, (Fixed, RowBalanced), "The weights would not stay symmetric."),
    (Skew, (Fixed, RowBalanced), "The weights would not stay symmetric."),
    (Fixed, (RowBalanced, SpectralRadiusBelow), "Fixed values would be scaled."),
    (Bounded, (RowBalanced, SpectralRadiusBelow), "Scaling may break a lower bound."),
    (Bounded, (SignMask,), "Give the bounds per synapse instead."),
)


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
    | 4 | `Symmetric` or `Skew` | masks or signs that are not symmetric; `Fixed`, \
`RowBalanced` |
    | 5 | `Fixed` | values that break an earlier constraint; `RowBalanced`, \
`SpectralRadiusBelow` |
    | 6 | `RowBalanced` | rows without excitation or inhibition |
    | 7 | `SpectralRadiusBelow` | |
    | alone | `LowRank` | all others |

    Signs come before masks because a `Softplus` turns the zeros of a mask into small
    weights. Masks come before balance and radius because these apply to the weights
    that exist. Build chains with `chain`, which sorts constraints into this order.

    Raises `ValueError` for another order or a pair that cannot be combined.
    """

    links: tuple[AbstractConstraint, ...]

    def __check_init__(self) -> None:
        """Validate that no constraint breaks a property of an earlier one."""
        kinds = [type(link) for link in self.links]
        _check_pairs(kinds)
        _check_order(kinds)
        _check_bounds(self.links)

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
        symmetries = [x for x in self.links if isinstance(x, (Symmetric, Skew))]
        others = [x for x in self.links if not isinstance(x, (Symmetric, Skew))]
        for link in (*symmetries, *others):
            raw = link.project(raw)
        return raw

    def violations(self, weights: Array) -> Array:
        """Return where any constraint is broken.

        An absent synapse satisfies any bounds.
        """
        present = self.present(weights.shape)
        is_broken = jnp.isnan(weights)
        for link in self.links:
            breaks_link = link.violations(weights)
            if isinstance(link, Bounded):
                breaks_link = breaks_link & (present | jnp.isnan(weights))
            is_broken = is_broken | breaks_link
        return is_broken

    def structure(self, shape: tuple[int, ...]) -> Structure:
        """Return the structure under all constraints."""
        total = structure(shape)
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

    def check(
        self, shape: tuple[int, ...], earlier: AbstractConstraint | None = None
    ) -> None:
        """Raise `ValueError` if any constraint does not fit the shape or those before.

        `earlier` is ignored: a chain is not part of another chain.
        """
        del earlier
        for position, link in enumerate(self.links):
            before = Chain(self.links[:position]) if position else None
            link.check(shape, before)


def _check_pairs(kinds: list[type]) -> None:
    """Validate that no two constraints exclude each other."""
    for kind, excluded_kinds, reason in _EXCLUSIVE:
        for excluded in excluded_kinds:
            check(
                kind not in kinds or excluded not in kinds,
                "links",
                f"not hold {kind.__name__} and {excluded.__name__} together",
                "both",
                reason,
            )


def _check_order(kinds: list[type]) -> None:
    """Validate that constraints are in the order of the table, one of each kind."""
    for kind in kinds:
        is_simple = kind in _PLACE or kind is LowRank
        rule = "be simple constraints"
        check(is_simple, "links", rule, kind.__name__, "Use chain(...).")
    for before, after in itertools.pairwise(kinds):
        is_ordered = _PLACE.get(before, _NO_PLACE) <= _PLACE.get(after, _NO_PLACE)
        has_second_sign = before in _SIGNED and after in (NonNegative, Dale)
        is_repeated = before is after and after not in _MASKS
        check(
            is_ordered and not has_second_sign and not is_repeated,
            "links",
            "hold one constraint of a kind, in the order of the table",
            f"{after.__name__} after {before.__name__}",
            "chain(...) sorts them; see help(cj.constraints.Chain).",
        )


def _check_bounds(links: tuple[AbstractConstraint, ...]) -> None:
    """Validate that sign constraints keep weights within the bounds."""
    signed = [link for link in links if isinstance(link, _SIGNED)]
    if not signed:
        return
    non_negative = all(isinstance(link, NonNegative) for link in signed)
    for link in links:
        if not isinstance(link, Bounded):
            continue
        check(
            link.allows_sign_maps(non_negative=non_negative),
            "links",
            "have bounds of -b and b where signs are constrained",
            "other bounds",
            "The sign constraint uses one half of the interval.",
        )
        check(
            not any(isinstance(other.map, Softplus) for other in signed),
            "links",
            "not combine Bounded with a sign constraint that uses Softplus",
            "both",
            "Softplus can exceed the bounds; use Abs().",
        )


def chain(*constraints: AbstractConstraint) -> AbstractConstraint:
    """Return the composition of constraints, in the order that preserves all of them.

    Nested chains are flattened, `Free` is removed, and the others are sorted into the
    order of the table of `Chain`, for any order of the arguments. A single constraint
    is returned as it is, and no constraint gives `Free()`. Raises `ValueError` for
    pairs that cannot be combined.

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
    links: list[AbstractConstraint] = []
    for constraint in constraints:
        if isinstance(constraint, Chain):
            links.extend(constraint.links)
        elif not isinstance(constraint, Free):
            links.append(constraint)
    links.sort(key=lambda link: _PLACE.get(type(link), _NO_PLACE))
    if len(links) == 1:
        return links[0]
    return Chain(tuple(links)) if links else Free()
