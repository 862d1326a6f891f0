"""The interface of a constraint: a parameter transform, its inverse and its checks."""

import abc
import enum
from typing import ClassVar, final, NamedTuple, TYPE_CHECKING, TypeAlias

import equinox as eqx
from jax import Array
import jax.numpy as jnp
from jaxtyping import PyTree
import numpy as np

from .._show import AbstractShown, as_html, as_text, options, quantities, Table


if TYPE_CHECKING:  # type checkers know only this name
    from typing import ClassVar as AbstractClassVar
else:
    from equinox import AbstractClassVar

Shape: TypeAlias = tuple[int, ...]
"""The shape of weights, `(post, pre)` for matrices."""


class Place(enum.IntEnum):
    """The place of a constraint in a chain; the lowest is applied first.

    A constraint stands after all those whose property its map preserves:

    - `BOUNDS`: limits of each weight. Sign maps preserve the magnitude.
    - `SIGNS`: the sign of whole rows or columns. Signs come before masks, because a
      `Softplus` turns the zeros of a mask into small weights.
    - `SYNAPSE_SIGNS`: the sign of each synapse.
    - `MASK`: weights that are zero, which has either sign.
    - `SYMMETRY`: the mean of two weights keeps the sign and the zero that both have.
    - `FIXED`: values that never change. They must satisfy all constraints before them;
      this is checked once. Initialisers never scale them.
    - `BALANCE`: sums over existing weights. Positive factors preserve signs and zeros.
    - `RADIUS`: the size of the whole matrix. One factor preserves balance.
    - `FACTORS`: raw parameters that are not weights, such as the factors of `LowRank`.
      Such a constraint is applied alone.
    - `NONE`: not in a chain.
    """

    BOUNDS = 0
    SIGNS = 1
    SYNAPSE_SIGNS = 2
    MASK = 3
    SYMMETRY = 4
    FIXED = 5
    BALANCE = 6
    RADIUS = 7
    FACTORS = 8
    NONE = 9


class Structure(NamedTuple):
    """What a constraint implies for each synapse, independent of its weight.

    - `present`: False where a weight is always zero.
    - `signs`: +1 or -1 where a weight has that sign, 0 where it may have either.
    - `plastic`: False where a weight cannot change.
    """

    present: Array
    signs: Array
    plastic: Array

    def __repr__(self) -> str:
        return as_text(quantities(self))

    def _repr_html_(self) -> str:
        return as_html(quantities(self))

    @classmethod
    def of(
        cls,
        shape: Shape,
        *,
        present: Array | np.ndarray | bool = True,
        signs: Array | int = 0,
        plastic: Array | bool = True,
    ) -> "Structure":
        """Return the structure of weights of a shape; absent means not plastic."""
        # a synapse that does not exist cannot change
        can_change = jnp.asarray(plastic, bool) & jnp.asarray(present)
        return cls(
            present=jnp.broadcast_to(jnp.asarray(present, bool), shape),
            signs=jnp.broadcast_to(jnp.asarray(signs, jnp.int8), shape),
            plastic=jnp.broadcast_to(can_change, shape),
        )

    def __and__(self, other: "Structure") -> "Structure":
        """Return the structure under both constraints.

        Where both give a sign, the sign of the left operand is used.
        """
        return Structure(
            present=self.present & other.present,
            signs=jnp.where(self.signs == 0, other.signs, self.signs),
            plastic=self.plastic & other.plastic,
        )


class AbstractConstraint(AbstractShown, eqx.Module):
    """A map from unconstrained raw parameters to the weights that the dynamics use.

    Raw parameters have the same shape as the weights. Weights that satisfy the
    constraint are their own raw parameters, so an optimiser starts at the weights that
    it was given. (There are two exceptions: the inverse of a `Softplus`, and `LowRank`,
    whose raw parameters are factors.) `effective` is applied once per rollout, outside
    the scan. Nothing is ever mutated. Combine constraints with `chain`.

    A subclass of yours works wherever those of this package do, `chain` included. It
    needs `place` and `effective`, and whichever of the other methods has a default that
    does not fit:

    - `place`: its `Place` in a chain.
    - `repeatable`: whether a chain may hold several constraints of its place that are
      repeatable, as masks are; by default one.
    - `counts_absent`: whether `violations` counts synapses that another constraint of
      the chain removes. False for limits that exclude zero: the absent weight is zero.
    - `excludes`: the constraints that break its property.

    Initialisers give weights that satisfy the constraint through `project`, and
    `cj.load(path, classes=[...])` reads a network that has it.

    **Example:** weights that are multiples of a step, with the gradient of the raw
    parameters (a straight-through estimator).

    >>> @jax.custom_jvp
    ... def nearest_multiple(raw, step):
    ...     return step * jnp.round(raw / step)
    >>> nearest_multiple.defjvps(lambda tangent, *_: tangent, None)
    >>> class Quantised(cj.constraints.AbstractConstraint):
    ...     step: jax.Array
    ...     place = cj.constraints.Place.BOUNDS
    ...
    ...     def effective(self, raw):
    ...         return nearest_multiple(raw, self.step.astype(raw.dtype))
    >>> quantised = cj.constraints.chain(
    ...     cj.constraints.NoAutapses(), Quantised(jnp.array(0.5))
    ... )
    >>> print(quantised.effective(jnp.array([[0.7, 0.7], [-1.3, 0.2]])))
    [[ 0.   0.5]
     [-1.5  0. ]]
    """

    place: AbstractClassVar[Place]
    repeatable: ClassVar[bool] = False
    counts_absent: ClassVar[bool] = True

    def _table(self) -> Table:
        return options(self)

    @abc.abstractmethod
    def effective(self, raw: PyTree) -> Array:
        """Return weights that satisfy the constraint, for any real raw parameters."""

    def raw(self, weights: Array) -> PyTree:
        """Return raw parameters whose effective weights are these (the inverse).

        By default the weights themselves.
        """
        return weights

    def project(self, raw: PyTree) -> PyTree:
        """Return nearby raw parameters that `effective` leaves unchanged.

        This is the Euclidean projection, for projected gradient descent, unless the
        docstring of a class says otherwise. By default the effective weights.
        """
        return self.effective(raw)

    def violations(self, weights: Array) -> Array:
        """Return where *weights* break the constraint; NaN always does.

        By default where the projection changes them.
        """
        return ~(self.project(weights) == weights)

    def wrong(self, index: tuple[int, ...]) -> str:
        """Return how a weight that breaks the constraint is wrong, for errors.

        The text stands after "weights", as "below 0" does. By default the name of the
        class.
        """
        del index
        return f"that break {type(self).__name__}"

    def structure(self, shape: Shape) -> Structure:
        """Return which synapses exist, their signs, and which can change.

        By default all exist with either sign, and all can change.
        """
        return Structure.of(shape)

    def dead(self, raw: PyTree) -> Array:
        """Return which existing synapses have a gradient of exactly zero.

        By default none. Absent and fixed synapses do not count.
        """
        return jnp.zeros(raw.shape, bool)

    def check(self, shape: Shape, earlier: "AbstractConstraint | None" = None) -> None:
        """Raise `ValueError` if the constraint does not fit weights of this shape.

        `earlier` is the constraint that a chain applies before this one. By default
        any shape is valid.
        """

    def excludes(self, other: "AbstractConstraint") -> str | None:
        """Return why another constraint cannot be in one chain with this one.

        `None`, the default, if it can.
        """

    def present(self, shape: Shape) -> Array:
        """Return which synapses exist: False where a weight is always zero."""
        return self.structure(shape).present

    def signs(self, shape: Shape) -> Array:
        """Return +1 or -1 where a weight has that sign, 0 where it may have either."""
        return self.structure(shape).signs


@final
class Free(AbstractConstraint):
    """No constraint: the weights are the raw parameters."""

    place = Place.NONE

    def effective(self, raw: Array) -> Array:
        """Return the raw parameters."""
        return raw
