"""Constraints on the signs of weights: non-negative, Dale's law, sign masks."""

import abc
from typing import ClassVar, final

from equinox import AbstractVar
from jax import Array
import jax.numpy as jnp
import numpy as np

from .._arguments import checks_arguments
from .._checks import check, check_values, describe
from ._base import AbstractConstraint, Place, Shape, Structure
from ._magnitude_maps import Abs, AbstractMagnitudeMap, positive_part
from ._shapes import check_entries, check_part, check_weights_shape


class AbstractSigned(AbstractConstraint):
    """W = signs * magnitude(signs * raw).

    `map` keeps magnitudes non-negative. `only_positive` says that no sign is -1.
    """

    map: AbstractVar[AbstractMagnitudeMap]
    only_positive: ClassVar[bool] = False

    @abc.abstractmethod
    def signs_as(self, dtype: jnp.dtype) -> Array:
        """Return +1 or -1 in a dtype, of a shape that broadcasts to the weights."""

    def effective(self, raw: Array) -> Array:
        """Return weights with the constraint's signs."""
        signs = self.signs_as(raw.dtype)
        return signs * self.map.magnitude(signs * raw)

    def raw(self, weights: Array) -> Array:
        """Return the weights, through the inverse of the map."""
        signs = self.signs_as(weights.dtype)
        return signs * self.map.inverse(signs * weights)

    def project(self, raw: Array) -> Array:
        """Return the raw parameters, with zero for those of the wrong sign."""
        signs = self.signs_as(raw.dtype)
        return signs * positive_part(signs * raw)

    def structure(self, shape: Shape) -> Structure:
        """Return the structure: every synapse exists, with its sign."""
        return Structure.of(shape, signs=self.signs_as(jnp.dtype(jnp.int8)))

    def dead(self, raw: Array) -> Array:
        """Return where the gradient of the map is zero."""
        return self.map.is_dead(self.signs_as(raw.dtype) * raw)


@final
class Dale(AbstractSigned):
    """Dale's law: all weights *from* a unit have that unit's sign.

        W[post, pre] = signs[pre] * magnitude(signs[pre] * raw[post, pre])

    (Song, Yang & Wang 2016, eq. 12, where `magnitude` is rectification). The columns
    of W are presynaptic, so the law applies to recurrent and readout weights alike.

    **Arguments:**

    - `signs`: shape `(pre,)`, +1 for an excitatory unit and -1 for an inhibitory one.
    - `map`: how magnitudes stay non-negative; `Abs()`, `Relu()` or `Softplus()`, whose
      docstrings describe the gradients.

    Raises `ValueError` for signs other than +1 and -1, or for another map.

    **Example:**

    >>> dale = cj.constraints.Dale(cj.connectivity.excitatory_signs(5, 0.8))
    >>> weights = dale.effective(jnp.full((2, 5), -0.5))
    >>> print(weights[0])
    [ 0.5  0.5  0.5  0.5 -0.5]
    """

    place = Place.SIGNS
    unit_signs: Array
    map: AbstractMagnitudeMap

    @checks_arguments
    def __init__(
        self, signs: Array | np.ndarray, map: AbstractMagnitudeMap = Abs()
    ) -> None:
        self.map = map
        unit_signs = jnp.asarray(signs)
        rule, remedy = "have shape (pre,)", "Give one sign per column."
        check(unit_signs.ndim == 1, "signs", rule, lambda: describe(unit_signs), remedy)
        rule, remedy = "be +1 or -1", "+1 is excitatory."
        check_values("signs", unit_signs, lambda x: np.abs(x) == 1, rule, remedy)
        self.unit_signs = unit_signs.astype(jnp.int8)

    def signs_as(self, dtype: jnp.dtype) -> Array:
        """Return the units' signs as a row, `(1, pre)`."""
        return self.unit_signs.astype(dtype)[None, :]

    def wrong(self, index: tuple[int, ...]) -> str:
        """Return how the weight at this index is wrong, as text."""
        signs = np.asarray(self.unit_signs)
        kind = "excitatory" if signs[index[-1]] > 0 else "inhibitory"
        is_sorted = np.all(np.diff(signs) <= 0)
        order = ", excitatory units come first" if is_sorted else ""
        return f"of the wrong sign: unit {index[-1]} is {kind}{order}"

    def check(self, shape: Shape, earlier: AbstractConstraint | None = None) -> None:
        """Raise `ValueError` unless there is one sign for each column."""
        count = self.unit_signs.shape[-1]
        rule = f"have one entry for each of the columns (pre) of {shape}"
        remedy = "Weights are W[post, pre]: Dale's law is about columns."
        check(len(shape) == 2 and count == shape[1], "signs", rule, count, remedy)


@final
class NonNegative(AbstractSigned):
    """Weights are never negative: W = magnitude(raw).

    For input weights, or for networks of excitatory units only.

    **Arguments:**

    - `map`: how; `Abs()`, `Relu()` or `Softplus()`, whose docstrings describe the
      gradients.

    Raises `ValueError` for another map.

    **Example:**

    >>> print(cj.constraints.NonNegative().effective(jnp.array([[-1.0, 2.0]])))
    [[1. 2.]]
    """

    place = Place.SIGNS
    only_positive = True
    map: AbstractMagnitudeMap

    @checks_arguments
    def __init__(self, map: AbstractMagnitudeMap = Abs()) -> None:
        self.map = map

    def signs_as(self, dtype: jnp.dtype) -> Array:
        """Return +1."""
        return jnp.ones((), dtype)

    def wrong(self, index: tuple[int, ...]) -> str:
        """Return how the weight at this index is wrong, as text."""
        del index
        return "below 0"


@final
class SignMask(AbstractSigned):
    """One sign for each synapse: +, -, absent, or free.

        W = signs * magnitude(signs * raw) where signs is not 0, raw where free, else 0

    nn4n calls this a sign mask (`mask/`). There a 0 becomes -1; here a 0 is absent.

    **Arguments:**

    - `signs`: of the shape of the weights, `[post, pre]`: +1, -1, or 0 for a synapse
        that does not exist (or is free).
    - `map`: how magnitudes stay non-negative, as for `Dale`.
    - `free`: boolean, where a synapse may have either sign; `signs` must be 0 there.

    Raises `ValueError` for other values, shapes that differ, a nonzero sign where
    `free` is True, and, on the network's weights, for signs that contradict Dale's law.
    """

    place = Place.SYNAPSE_SIGNS
    synapse_signs: Array
    free: Array
    map: AbstractMagnitudeMap

    @checks_arguments
    def __init__(
        self,
        signs: Array | np.ndarray,
        map: AbstractMagnitudeMap = Abs(),
        free: Array | np.ndarray | None = None,
    ) -> None:
        self.map = map
        values = jnp.asarray(signs)
        is_free = jnp.zeros(values.shape, bool) if free is None else jnp.asarray(free)
        check_part("free", is_free, "signs", values.shape)
        rule, remedy = "be +1, -1 or 0", "0 is an absent synapse; see `free`."
        check_values("signs", values, lambda x: np.isin(x, (-1, 0, 1)), rule, remedy)
        rule = "be 0 where `free` is True"
        remedy = "Remove the sign, or set `free` to False."
        check_entries("signs", rule, (values != 0) & is_free, remedy)
        self.synapse_signs = values.astype(jnp.int8)
        self.free = is_free

    def signs_as(self, dtype: jnp.dtype) -> Array:
        """Return the signs of the synapses, 0 where absent or free."""
        return self.synapse_signs.astype(dtype)

    def effective(self, raw: Array) -> Array:
        """Return weights with the signs of their synapses."""
        signs = self.signs_as(raw.dtype)
        magnitude = self.map.magnitude(signs * raw)
        magnitude = jnp.where(signs == 0, jnp.zeros_like(raw), magnitude)
        return jnp.where(self.free, raw, signs * magnitude)

    def raw(self, weights: Array) -> Array:
        """Return the weights, through the inverse of the map."""
        signs = self.signs_as(weights.dtype)
        # absent synapses get magnitude 1, since the inverse may be infinite at 0
        magnitude = jnp.where(signs == 0, jnp.ones_like(weights), signs * weights)
        return jnp.where(self.free, weights, signs * self.map.inverse(magnitude))

    def project(self, raw: Array) -> Array:
        """Return the raw parameters, with zero for those of the wrong sign."""
        return jnp.where(self.free, raw, super().project(raw))

    def structure(self, shape: Shape) -> Structure:
        """Return the structure: synapses with a sign and free synapses exist."""
        present = (self.synapse_signs != 0) | self.free
        return Structure.of(shape, present=present, signs=self.synapse_signs)

    def dead(self, raw: Array) -> Array:
        """Return where the gradient of the map is zero."""
        return super().dead(raw) & (self.synapse_signs != 0)

    def wrong(self, index: tuple[int, ...]) -> str:
        """Return how the weight at this index is wrong, as text."""
        sign = int(self.synapse_signs[index])
        return f"of another sign than `signs`, whose entry {list(index)} is {sign:+d}"

    def check(self, shape: Shape, earlier: AbstractConstraint | None = None) -> None:
        """Raise `ValueError` for another shape, or signs that contradict `earlier`."""
        check_weights_shape("signs", self.synapse_signs, shape)
        if earlier is not None:
            contradicts = earlier.signs(shape) * self.synapse_signs < 0
            rule = "agree with the signs of Dale's law"
            remedy = "Dale's signs are per presynaptic unit: whole columns."
            check_entries("signs", rule, contradicts, remedy)
