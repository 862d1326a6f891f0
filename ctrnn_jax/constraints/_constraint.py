"""What a constraint is: a parameter transform, with its inverse and its checks."""

import abc

import equinox as eqx
from jax import Array
import jax.numpy as jnp


class AbstractConstraint(eqx.Module):
    """A map from unconstrained raw parameters to the weights that the dynamics see.

    Raw parameters live in the same space and shape as the weights: feasible weights
    are their own raw parameters (up to the inverse of a `Softplus`), so `project` is
    the nearest point of the feasible set and an optimiser starts where it was told to.
    `effective` is applied once per rollout, outside the scan; nothing is ever mutated.
    """

    @abc.abstractmethod
    def effective(self, raw: Array) -> Array:
        """Weights that satisfy the constraint, for any real raw parameters."""

    @abc.abstractmethod
    def raw(self, weights: Array) -> Array:
        """Raw parameters whose effective weights are these (the inverse)."""

    @abc.abstractmethod
    def project(self, raw: Array) -> Array:
        """The nearest raw parameters at which `effective` changes nothing.

        This is the Euclidean projection for projected gradient descent.
        """

    @abc.abstractmethod
    def violations(self, weights: Array) -> Array:
        """Which entries of some *weights* break the constraint; NaN always does."""

    @abc.abstractmethod
    def present(self, shape: tuple[int, ...]) -> Array:
        """Which synapses exist: False where a weight is always zero."""

    @abc.abstractmethod
    def signs(self, shape: tuple[int, ...]) -> Array:
        """+1 or -1 where a weight has that sign, 0 where it may have either."""

    @abc.abstractmethod
    def dead(self, raw: Array) -> Array:
        """Existing synapses whose gradient is exactly zero: they cannot move."""

    @abc.abstractmethod
    def check(self, shape: tuple[int, ...]) -> None:
        """Raise `ValueError` if the constraint does not fit weights of this shape."""


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

    def present(self, shape: tuple[int, ...]) -> Array:
        """Every synapse exists."""
        return jnp.ones(shape, bool)

    def signs(self, shape: tuple[int, ...]) -> Array:
        """Every weight may have either sign."""
        return jnp.zeros(shape, jnp.int8)

    def dead(self, raw: Array) -> Array:
        """None."""
        return jnp.zeros(raw.shape, bool)

    def check(self, shape: tuple[int, ...]) -> None:
        """Fits any shape."""
        del shape
