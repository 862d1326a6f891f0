"""What a constraint is: a parameter transform, with its inverse and its checks."""

import abc
from typing import Any, NamedTuple

import equinox as eqx
from jax import Array
import jax.numpy as jnp
import numpy as np


class Structure(NamedTuple):
    """What a constraint says about each synapse, whatever its weight.

    - `present`: False where a weight is always zero.
    - `signs`: +1 or -1 where a weight has that sign, 0 where it may have either.
    - `plastic`: False where a weight cannot change.
    """

    present: Array
    signs: Array
    plastic: Array

    def __and__(self, other: "Structure") -> "Structure":
        """What both say: a sign that either gives holds."""
        return Structure(
            self.present & other.present,
            jnp.where(self.signs == 0, other.signs, self.signs),
            self.plastic & other.plastic,
        )


def structure(
    shape: tuple[int, ...],
    *,
    present: Array | np.ndarray | bool = True,
    signs: Array | int = 0,
    plastic: Array | bool = True,
) -> Structure:
    """A `Structure` of arrays of this shape."""
    return Structure(
        jnp.broadcast_to(jnp.asarray(present, bool), shape),
        jnp.broadcast_to(jnp.asarray(signs, jnp.int8), shape),
        jnp.broadcast_to(jnp.asarray(plastic, bool) & jnp.asarray(present), shape),
    )


class AbstractConstraint(eqx.Module):
    """A map from unconstrained raw parameters to the weights that the dynamics see.

    Raw parameters live in the same space and shape as the weights: feasible weights
    are their own raw parameters, so an optimiser starts where it was told to. (The
    exceptions are the inverse of a `Softplus`, and `LowRank`, whose parameters are
    factors.) `effective` is applied once per rollout, outside the scan; nothing is
    ever mutated. Constraints are combined with `chain`.
    """

    @abc.abstractmethod
    def effective(self, raw: Any) -> Array:
        """Weights that satisfy the constraint, for any real raw parameters."""

    @abc.abstractmethod
    def raw(self, weights: Array) -> Any:
        """Raw parameters whose effective weights are these (the inverse)."""

    @abc.abstractmethod
    def project(self, raw: Any) -> Any:
        """Raw parameters at which `effective` changes nothing, as near as can be.

        The Euclidean projection, for projected gradient descent, unless the class says
        otherwise.
        """

    @abc.abstractmethod
    def violations(self, weights: Array) -> Array:
        """Which entries of some *weights* break the constraint; NaN always does."""

    @abc.abstractmethod
    def structure(self, shape: tuple[int, ...]) -> Structure:
        """Which synapses exist, their signs, and which can change."""

    @abc.abstractmethod
    def dead(self, raw: Any) -> Array:
        """Existing synapses whose gradient is exactly zero: they cannot move."""

    @abc.abstractmethod
    def check(
        self, shape: tuple[int, ...], earlier: "AbstractConstraint | None" = None
    ) -> None:
        """Raise `ValueError` if it does not fit weights of this shape.

        `earlier` is what is applied before it in a chain.
        """

    def present(self, shape: tuple[int, ...]) -> Array:
        """Which synapses exist: False where a weight is always zero."""
        return self.structure(shape).present

    def signs(self, shape: tuple[int, ...]) -> Array:
        """+1 or -1 where a weight has that sign, 0 where it may have either."""
        return self.structure(shape).signs


class Free(AbstractConstraint):
    """No constraint: the weights are the raw parameters."""

    def effective(self, raw: Array) -> Array:
        """The raw parameters."""
        return raw

    def raw(self, weights: Array) -> Array:
        """The weights."""
        return weights

    def project(self, raw: Array) -> Array:
        """The raw parameters."""
        return raw

    def violations(self, weights: Array) -> Array:
        """Where a weight is NaN."""
        return jnp.isnan(weights)

    def structure(self, shape: tuple[int, ...]) -> Structure:
        """Every synapse exists, with either sign."""
        return structure(shape)

    def dead(self, raw: Array) -> Array:
        """None."""
        return jnp.zeros(raw.shape, bool)

    def check(
        self, shape: tuple[int, ...], earlier: AbstractConstraint | None = None
    ) -> None:
        """Fits any shape."""
        del shape, earlier
