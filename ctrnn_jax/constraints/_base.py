"""The interface of a constraint: a parameter transform, its inverse and its checks."""

import abc
from typing import NamedTuple

import equinox as eqx
from jax import Array
import jax.numpy as jnp
from jaxtyping import PyTree
import numpy as np


class Structure(NamedTuple):
    """What a constraint implies for each synapse, independent of its weight.

    - `present`: False where a weight is always zero.
    - `signs`: +1 or -1 where a weight has that sign, 0 where it may have either.
    - `plastic`: False where a weight cannot change.
    """

    present: Array
    signs: Array
    plastic: Array

    def __and__(self, other: "Structure") -> "Structure":
        """Return the structure under both constraints.

        Where both give a sign, the sign of the left operand is used.
        """
        return Structure(
            present=self.present & other.present,
            signs=jnp.where(self.signs == 0, other.signs, self.signs),
            plastic=self.plastic & other.plastic,
        )


def structure(
    shape: tuple[int, ...],
    *,
    present: Array | np.ndarray | bool = True,
    signs: Array | int = 0,
    plastic: Array | bool = True,
) -> Structure:
    """Return a `Structure` whose arrays have this shape; absent means not plastic."""
    return Structure(
        present=jnp.broadcast_to(jnp.asarray(present, bool), shape),
        signs=jnp.broadcast_to(jnp.asarray(signs, jnp.int8), shape),
        # a synapse that does not exist cannot change
        plastic=jnp.broadcast_to(
            jnp.asarray(plastic, bool) & jnp.asarray(present), shape
        ),
    )


class AbstractConstraint(eqx.Module):
    """A map from unconstrained raw parameters to the weights that the dynamics use.

    Raw parameters have the same shape as the weights. Weights that satisfy the
    constraint are their own raw parameters, so an optimiser starts at the weights that
    it was given. (There are two exceptions: the inverse of a `Softplus`, and `LowRank`,
    whose raw parameters are factors.) `effective` is applied once per rollout, outside
    the scan. Nothing is ever mutated. Combine constraints with `chain`.
    """

    @abc.abstractmethod
    def effective(self, raw: PyTree) -> Array:
        """Return weights that satisfy the constraint, for any real raw parameters."""

    @abc.abstractmethod
    def raw(self, weights: Array) -> PyTree:
        """Return raw parameters whose effective weights are these (the inverse)."""

    @abc.abstractmethod
    def project(self, raw: PyTree) -> PyTree:
        """Return nearby raw parameters that `effective` leaves unchanged.

        This is the Euclidean projection, for projected gradient descent, unless the
        docstring of a class says otherwise.
        """

    @abc.abstractmethod
    def violations(self, weights: Array) -> Array:
        """Return where *weights* break the constraint; NaN always does."""

    @abc.abstractmethod
    def structure(self, shape: tuple[int, ...]) -> Structure:
        """Return which synapses exist, their signs, and which can change."""

    @abc.abstractmethod
    def dead(self, raw: PyTree) -> Array:
        """Return which existing synapses have a gradient of exactly zero."""

    @abc.abstractmethod
    def check(
        self, shape: tuple[int, ...], earlier: "AbstractConstraint | None" = None
    ) -> None:
        """Raise `ValueError` if the constraint does not fit weights of this shape.

        `earlier` is the constraint that a chain applies before this one.
        """

    def present(self, shape: tuple[int, ...]) -> Array:
        """Return which synapses exist: False where a weight is always zero."""
        return self.structure(shape).present

    def signs(self, shape: tuple[int, ...]) -> Array:
        """Return +1 or -1 where a weight has that sign, 0 where it may have either."""
        return self.structure(shape).signs


class Free(AbstractConstraint):
    """No constraint: the weights are the raw parameters."""

    def effective(self, raw: Array) -> Array:
        """Return the raw parameters."""
        return raw

    def raw(self, weights: Array) -> Array:
        """Return the weights."""
        return weights

    def project(self, raw: Array) -> Array:
        """Return the raw parameters."""
        return raw

    def violations(self, weights: Array) -> Array:
        """Return where a weight is NaN."""
        return jnp.isnan(weights)

    def structure(self, shape: tuple[int, ...]) -> Structure:
        """Return the structure: every synapse exists, with either sign."""
        return structure(shape)

    def dead(self, raw: Array) -> Array:
        """Return False everywhere."""
        return jnp.zeros(raw.shape, bool)

    def check(
        self, shape: tuple[int, ...], earlier: AbstractConstraint | None = None
    ) -> None:
        """Accept any shape."""
        del shape, earlier
