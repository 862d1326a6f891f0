"""Composition of constraints, in the one order in which each keeps the others."""

from jax import Array
import jax.numpy as jnp

from .._checks import refusal
from ._constraint import AbstractConstraint, Free
from ._sign import Dale, NonNegative


class Chain(AbstractConstraint):
    """Constraints applied one after the other: `effective = last(...first(raw))`.

    A later constraint must keep what an earlier one gives. What may follow what:

    | first \\ then | `NonNegative` | `Dale` | `Masked` |
    |---|---|---|---|
    | `NonNegative` | no | no | yes |
    | `Dale` | no | no | yes |
    | `Masked` | no | no | yes (both masks hold) |

    Signs come before masks because a `Softplus` sign map turns the zeros of a mask
    into small weights; two sign constraints could contradict each other. `Free` may
    stand anywhere and does nothing. Build chains with `chain`, which also flattens
    nested ones and drops what does nothing.

    Raises `ValueError` for another order.
    """

    links: tuple[AbstractConstraint, ...]

    def __check_init__(self) -> None:
        """Refuse compositions in which a link undoes an earlier one."""
        for position, link in enumerate(self.links):
            if isinstance(link, Chain):
                raise refusal("links", "not be chains", "a Chain", "Use chain(...).")
            if isinstance(link, (Dale, NonNegative)) and position > 0:
                before = type(self.links[position - 1]).__name__
                raise refusal(
                    "links",
                    "hold at most one sign constraint, and it first",
                    f"{type(link).__name__} after {before}",
                    "Put Dale or NonNegative first and masks after it.",
                )

    def effective(self, raw: Array) -> Array:
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
        """The projection of every link in turn (exact: signs and masks commute)."""
        for link in self.links:
            raw = link.project(raw)
        return raw

    def violations(self, weights: Array) -> Array:
        """Where any link is broken."""
        broken = jnp.isnan(weights)
        for link in self.links:
            broken = broken | link.violations(weights)
        return broken

    def present(self, shape: tuple[int, ...]) -> Array:
        """Synapses that every link lets exist."""
        exists = jnp.ones(shape, bool)
        for link in self.links:
            exists = exists & link.present(shape)
        return exists

    def signs(self, shape: tuple[int, ...]) -> Array:
        """The signs of the one link that has any."""
        signs = jnp.zeros(shape, jnp.int8)
        for link in self.links:
            signs = signs + link.signs(shape)
        return signs

    def dead(self, raw: Array) -> Array:
        """Existing synapses that are dead in any link."""
        dead = jnp.zeros(raw.shape, bool)
        for link in self.links:
            dead = dead | link.dead(raw)
        return dead & self.present(raw.shape)

    def check(self, shape: tuple[int, ...]) -> None:
        """Raise `ValueError` if any link does not fit the shape."""
        for link in self.links:
            link.check(shape)


def chain(*constraints: AbstractConstraint) -> AbstractConstraint:
    """The constraints one after the other, flattened and without `Free`.

    One that is left stands alone; none is `Free()`. Raises `ValueError` for an order
    that `Chain` does not allow.
    """
    links: list[AbstractConstraint] = []
    for constraint in constraints:
        if isinstance(constraint, Chain):
            links.extend(constraint.links)
        elif not isinstance(constraint, Free):
            links.append(constraint)
    if len(links) == 1:
        return links[0]
    return Chain(tuple(links)) if links else Free()
