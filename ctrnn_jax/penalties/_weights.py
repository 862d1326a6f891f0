"""Penalties on the effective weights, over the synapses that exist."""

import abc
from collections.abc import Sequence
from typing import final

import equinox as eqx
from jax import Array
import jax.numpy as jnp

from .._arguments import checks_arguments
from .._checks import (
    check,
    check_choice,
    check_finite,
    check_not_negative,
    describe,
    invalid,
)
from .._types import ArrayLike
from ..connectivity import as_names
from ..network import AbstractNetwork, check_network, effective, Weights
from ..simulation import Trajectory
from ..tasks import Trial
from ._loss import AbstractPenalty, LossOfOutputs
from ._masked_means import mean_where, root_of_sum


NAMES_OF_WEIGHTS = ("w_in", "w_hid", "w_out", "b_hid", "b_out")


def weights_and_mask(net: AbstractNetwork, of: str) -> tuple[Array, Array]:
    """Return the effective weights of this name and the mask of those that exist."""
    constraint, weights = getattr(net.constraints, of), getattr(effective(net), of)
    if constraint is None or weights is None:
        rule = "name weights that the network has"
        remedy = f"Build it with use_bias_{of[2:]}=True."
        raise invalid("of", rule, repr(of), remedy)
    return weights, constraint.present(weights.shape)


def broadcast_like(weights: Array, name: str, values: Array) -> Array:
    """Return values in the shape and dtype of the weights.

    Raises `ValueError`, about the argument `name`, unless the values are one number or
    one for each weight.
    """
    check(
        values.shape in ((), weights.shape),
        name,
        f"have the shape {weights.shape} of the weights",
        describe(values),
        "Axis 0 is post (targets), axis 1 is pre (sources).",
    )
    return jnp.broadcast_to(values.astype(weights.dtype), weights.shape)


def known_weights(of: str) -> str:
    """Validate the name of weights; return it."""
    return check_choice("of", of, NAMES_OF_WEIGHTS)


class AbstractWeightPenalty(AbstractPenalty):
    """A penalty on the effective weights of one name. A subclass defines `of_weights`.

    Other fields of a subclass need a default or `eqx.field(kw_only=True)`.

    **Arguments:**

    - `weight`: of the penalty, not negative.
    - `of`: "w_in", "w_hid", "w_out", "b_hid" or "b_out".

    Raises `ValueError` for an unknown name and, in a call, for a network without these
    weights.
    """

    of: str = eqx.field(default="w_hid", converter=known_weights, static=True)

    def __call__(
        self,
        net: AbstractNetwork,
        traj: Trajectory,
        trials: Trial,
        output_loss: LossOfOutputs,
    ) -> Array:
        """Return the penalty, a scalar."""
        return self.of_weights(*weights_and_mask(net, self.of))

    @abc.abstractmethod
    def of_weights(self, weights: Array, present: Array) -> Array:
        """Return the penalty, a scalar, of effective weights and the mask of synapses.

        Both have the shape of the weights; the mask is true where a synapse exists.
        """


@final
@checks_arguments
class WeightL1(AbstractWeightPenalty):
    """The mean absolute weight, `mean |w|`, over the synapses that exist.

    It acts on effective weights. Under Dale's law and a mask it is pycog's `lambda1_*`
    and PsychRNN's `L1_*` without the absent synapses, which would only change the
    scale. Fixed synapses count.

    **Arguments:**

    - `weight`: of the penalty, not negative.
    - `of`: "w_in", "w_hid", "w_out", "b_hid" or "b_out".

    Raises `ValueError` for an unknown name and, in a call, for a network without these
    weights.
    """

    def of_weights(self, weights: Array, present: Array) -> Array:
        """Return the penalty, a scalar."""
        return mean_where(jnp.abs(weights), present)


@final
@checks_arguments
class WeightL2(AbstractWeightPenalty):
    """The mean squared weight, `mean w^2`, over the synapses that exist.

    As `WeightL1`, squared: nn4n's `lambda_in`, `lambda_hid` and `lambda_out`, pycog's
    `lambda2_*`, PsychRNN's `L2_*`. An optimiser's weight decay acts on raw parameters
    instead, those of absent synapses included.

    **Arguments:** those of `WeightL1`.
    """

    def of_weights(self, weights: Array, present: Array) -> Array:
        """Return the penalty, a scalar."""
        return mean_where(weights**2, present)


@final
class ConnectivityNorm(AbstractWeightPenalty):
    """The norm of the weights, or of their distance from a target matrix.

        ||W - target||

    The norm is over the synapses that exist: Frobenius, `sqrt(sum x^2)`, or L1,
    `sum |x|`. Without a target it is nn4n's `RNNConnectivityLoss`. The gradient of a
    norm that is not squared has the same magnitude at any distance from the target,
    and is 0 at the target itself.

    **Arguments:**

    - `weight`: of the penalty, not negative.
    - `target`: one number, or one for each weight, `[post, pre]`.
    - `of`: as in `WeightL1`.
    - `metric`: "fro" or "l1".

    Raises `ValueError` for unknown names and, in a call, for a target of another shape
    than the weights.
    """

    target: Array = eqx.field(kw_only=True)
    metric: str = eqx.field(kw_only=True, static=True)

    @checks_arguments
    def __init__(
        self,
        weight: ArrayLike,
        target: ArrayLike = 0.0,
        *,
        of: str = "w_hid",
        metric: str = "fro",
    ) -> None:
        self.weight = weight
        check_finite("target", target)
        self.target = jnp.asarray(target, float)
        self.of = of
        self.metric = check_choice("metric", metric, ("fro", "l1"))

    def of_weights(self, weights: Array, present: Array) -> Array:
        """Return the penalty, a scalar."""
        difference = weights - broadcast_like(weights, "target", self.target)
        difference = jnp.where(present, difference, jnp.zeros_like(difference))
        if self.metric == "l1":
            return jnp.sum(jnp.abs(difference))
        return root_of_sum(difference**2)


@final
class WeightAnchor(AbstractPenalty):
    """The squared distance from an anchor: `mean importance * (w - anchor)^2`.

    The mean is over the existing synapses of all weights that `of` names. With an
    importance for each weight it is the penalty of continual learning: elastic weight
    consolidation (Kirkpatrick et al. 2017, eq. 3, importance the Fisher information)
    and synaptic intelligence (Zenke, Poole & Ganguli 2017, eq. 4). These sum over
    synapses, so their strength is that of this penalty divided by the number of
    synapses.

    **Arguments:**

    - `weight`: of the penalty, not negative.
    - `anchor`: a network, or the `Weights` that `cj.effective` returns.
    - `of`: one name as in `WeightL1`, or several.
    - `importance`: `Weights` with an array, not negative, for each name; by default 1.

    Raises `ValueError` for unknown names, for weights that the anchor or the importance
    lacks and, in a call, for other shapes than those of the network.
    """

    anchor: dict[str, Array]
    importance: dict[str, Array]

    @checks_arguments
    def __init__(
        self,
        weight: ArrayLike,
        anchor: AbstractNetwork | Weights,
        *,
        of: str | Sequence[str] = "w_hid",
        importance: Weights | None = None,
    ) -> None:
        self.weight = weight
        names = [known_weights(name) for name in as_names(of)]
        check(names, "of", "name some weights", "none", 'Use "w_hid", for example.')
        is_network = isinstance(anchor, AbstractNetwork)
        weights = effective(check_network(anchor)) if is_network else anchor
        self.anchor = {name: _part("anchor", weights, name) for name in names}
        self.importance = {}
        if importance is not None:
            for name in names:
                part = _part("importance", importance, name)
                check_not_negative("importance", part, "0 leaves a weight free.")
                self.importance[name] = part

    def __call__(
        self,
        net: AbstractNetwork,
        traj: Trajectory,
        trials: Trial,
        output_loss: LossOfOutputs,
    ) -> Array:
        """Return the penalty, a scalar."""
        # All weights become one flat array, so that each synapse has the same weight in
        # the mean.
        all_squares, all_present = [], []
        for name, anchor in self.anchor.items():
            weights, present = weights_and_mask(net, name)
            squares = (weights - broadcast_like(weights, "anchor", anchor)) ** 2
            if self.importance:
                importance = self.importance[name]
                squares = squares * broadcast_like(weights, "importance", importance)
            all_squares.append(squares.ravel())
            all_present.append(present.ravel())
        return mean_where(jnp.concatenate(all_squares), jnp.concatenate(all_present))


def _part(argument: str, weights: Weights, name: str) -> Array:
    """Return one part of some `Weights` as an array."""
    part = getattr(weights, name, None)
    rule = f"have the part {name}"
    check(part is not None, argument, rule, "none", "Name others with `of`.")
    array = jnp.asarray(part, float)
    check_finite(argument, array)
    return array


@final
class WiringCost(AbstractWeightPenalty):
    """The wiring length, `mean |w| * distance^power`, over the synapses that exist.

    This is the penalty of spatially embedded networks (Achterberg et al. 2023, doi
    10.1038/s42256-023-00748-9) without their factor, the communicability.

    **Arguments:**

    - `weight`: of the penalty, not negative.
    - `distances`: between target and source of each weight, `[post, pre]`, not
        negative.
    - `of`: as in `WeightL1`.
    - `power`: not negative; 1 for the length of the wire, 2 for its square.

    Raises `ValueError` for negative numbers, for an unknown name and, in a call, for
    distances of another shape than the weights.
    """

    distances: Array = eqx.field(kw_only=True)
    power: Array = eqx.field(kw_only=True)

    @checks_arguments
    def __init__(
        self,
        weight: ArrayLike,
        distances: ArrayLike,
        *,
        of: str = "w_hid",
        power: ArrayLike = 1.0,
    ) -> None:
        self.weight = weight
        check_not_negative("distances", distances, "They are lengths.")
        check_not_negative("power", power, "1 is the length itself.")
        self.distances = jnp.asarray(distances, float)
        self.power = jnp.asarray(power, float)
        self.of = of

    def of_weights(self, weights: Array, present: Array) -> Array:
        """Return the penalty, a scalar."""
        lengths = broadcast_like(weights, "distances", self.distances)
        lengths = lengths ** self.power.astype(weights.dtype)
        return mean_where(jnp.abs(weights) * lengths, present)
