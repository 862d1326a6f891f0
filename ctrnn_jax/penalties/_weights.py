"""Terms of the loss about weights, as the dynamics see them."""

from collections.abc import Sequence
from typing import Any, final

import equinox as eqx
from jax import Array
import jax.numpy as jnp

from .._checks import check_choice, check_not_negative, describe, invalid
from .._types import ArrayLike
from ..connectivity import as_names
from ..network import AbstractNetwork, effective, Weights
from ..simulation import Trajectory
from ..tasks import Trial
from ._loss import AbstractPenalty, penalty_weight
from ._means import Cost, mean_where, root


PARTS = ("w_in", "w_hid", "w_out", "b_hid", "b_out")


def existing(net: AbstractNetwork, of: str) -> tuple[Array, Array]:
    """The effective weights of this name, and which of them exist."""
    constraint, weights = getattr(net.constraints, of), getattr(effective(net), of)
    if constraint is None or weights is None:
        raise invalid(
            "of",
            "name weights that the network has",
            repr(of),
            f"Build it with use_bias_{of[2:]}=True.",
        )
    return weights, constraint.present(weights.shape)


def fitted(name: str, given: Array, weights: Array) -> Array:
    """An array of the shape and dtype of the weights; a scalar stands for all."""
    if given.shape not in ((), weights.shape):
        raise invalid(
            name,
            f"have the shape {weights.shape} of the weights",
            describe(given),
            "Axis 0 is post (targets), axis 1 is pre (sources).",
        )
    return jnp.broadcast_to(given.astype(weights.dtype), weights.shape)


@final
class WeightL1(AbstractPenalty):
    """Mean size of weights, `mean |w|`, over the synapses that exist.

    Of effective weights: under Dale's law and a mask, what pycog and PsychRNN call
    `lambda1_*` and `L1_*` without the absent synapses, which would only change the
    scale. Fixed synapses count.

    **Arguments:**

    - `weight`: of the term, not negative.
    - `of`: "w_in", "w_hid", "w_out", "b_hid" or "b_out".

    Raises `ValueError` for an unknown name, and on a network without these weights.
    """

    weight: Array
    of: str = eqx.field(static=True)

    def __init__(self, weight: ArrayLike, of: str = "w_hid") -> None:
        self.weight = penalty_weight(weight)
        self.of = check_choice("of", of, PARTS)

    def __call__(
        self, net: AbstractNetwork, traj: Trajectory, trials: Trial, cost: Cost
    ) -> Array:
        """The term, a scalar."""
        weights, present = existing(net, self.of)
        return mean_where(jnp.abs(weights), present)


@final
class WeightL2(AbstractPenalty):
    """Mean square of weights, `mean w^2`, over the synapses that exist.

    As `WeightL1`, squared: nn4n's `lambda_in`, `lambda_hid` and `lambda_out`, pycog's
    `lambda2_*`, PsychRNN's `L2_*`. An optimiser's weight decay acts on raw parameters
    instead, absent synapses' too.

    **Arguments:** as of `WeightL1`.
    """

    weight: Array
    of: str = eqx.field(static=True)

    def __init__(self, weight: ArrayLike, of: str = "w_hid") -> None:
        self.weight = penalty_weight(weight)
        self.of = check_choice("of", of, PARTS)

    def __call__(
        self, net: AbstractNetwork, traj: Trajectory, trials: Trial, cost: Cost
    ) -> Array:
        """The term, a scalar."""
        weights, present = existing(net, self.of)
        return mean_where(weights**2, present)


@final
class ConnectivityNorm(AbstractPenalty):
    """Norm of the weights, or of their distance from a target matrix.

        ||W - target||

    over the synapses that exist: Frobenius, `sqrt(sum x^2)`, or L1, `sum |x|`. Without
    a target nn4n's `RNNConnectivityLoss`. A norm that is not squared pulls with the
    same force however near the target is (none at the target itself).

    **Arguments:**

    - `weight`: of the term, not negative.
    - `target`: one number, or one for each weight, `[post, pre]`.
    - `of`: as of `WeightL1`.
    - `metric`: "fro" or "l1".

    Raises `ValueError` for unknown names, and where the target has another shape.
    """

    weight: Array
    target: Array
    of: str = eqx.field(static=True)
    metric: str = eqx.field(static=True)

    def __init__(
        self,
        weight: ArrayLike,
        target: ArrayLike = 0.0,
        *,
        of: str = "w_hid",
        metric: str = "fro",
    ) -> None:
        self.weight = penalty_weight(weight)
        self.target = jnp.asarray(target, float)
        self.of = check_choice("of", of, PARTS)
        self.metric = check_choice("metric", metric, ("fro", "l1"))

    def __call__(
        self, net: AbstractNetwork, traj: Trajectory, trials: Trial, cost: Cost
    ) -> Array:
        """The term, a scalar."""
        weights, present = existing(net, self.of)
        apart = weights - fitted("target", self.target, weights)
        apart = jnp.where(present, apart, jnp.zeros_like(apart))
        return jnp.sum(jnp.abs(apart)) if self.metric == "l1" else root(apart**2)


@final
class WeightAnchor(AbstractPenalty):
    """Squared distance from given weights: `mean importance * (w - anchor)^2`.

    The mean is over the existing synapses of all weights named. With an importance for
    each weight the penalty of continual learning: elastic weight consolidation
    (Kirkpatrick et al. 2017, eq. 3, importance the Fisher information) and synaptic
    intelligence (Zenke, Poole & Ganguli 2017, eq. 4); these sum over synapses, so their
    strength is that of this term divided by how many there are.

    **Arguments:**

    - `weight`: of the term, not negative.
    - `anchor`: a network, or the `Weights` that `cj.effective` gives.
    - `of`: one name as of `WeightL1`, or several.
    - `importance`: `Weights` with an array, none negative, for each name; by default 1.

    Raises `ValueError` for unknown names, parts that the anchor or the importance
    lack, and other shapes than the network's.
    """

    weight: Array
    anchor: dict[str, Array]
    importance: dict[str, Array]

    def __init__(
        self,
        weight: ArrayLike,
        anchor: AbstractNetwork | Weights,
        *,
        of: str | Sequence[str] = "w_hid",
        importance: Weights | None = None,
    ) -> None:
        self.weight = penalty_weight(weight)
        names = [check_choice("of", name, PARTS) for name in as_names(of)]
        if not names:
            raise invalid("of", "name some weights", "none", 'Use "w_hid", say.')
        if isinstance(anchor, AbstractNetwork):
            anchor = effective(anchor)
        self.anchor = {name: _part("anchor", anchor, name) for name in names}
        self.importance = {}
        if importance is not None:
            for name in names:
                part = _part("importance", importance, name)
                check_not_negative("importance", part, "0 leaves a weight free.")
                self.importance[name] = part

    def __call__(
        self, net: AbstractNetwork, traj: Trajectory, trials: Trial, cost: Cost
    ) -> Array:
        """The term, a scalar."""
        values, presents = [], []
        for name, anchor in self.anchor.items():
            weights, present = existing(net, name)
            square = (weights - fitted("anchor", anchor, weights)) ** 2
            if self.importance:
                given = self.importance[name]
                square = square * fitted("importance", given, weights)
            values.append(square.ravel())
            presents.append(present.ravel())
        return mean_where(jnp.concatenate(values), jnp.concatenate(presents))


def _part(argument: str, weights: Any, name: str) -> Array:
    """One part of some `Weights` as an array."""
    part = getattr(weights, name, None)
    if part is None:
        raise invalid(
            argument, f"have the part {name}", "none", "Name others with `of`."
        )
    return jnp.asarray(part, float)


@final
class WiringCost(AbstractPenalty):
    """Length of wire: `mean |w| * distance^power`, over the synapses that exist.

    The penalty of spatially embedded networks (Achterberg et al. 2023, doi
    10.1038/s42256-023-00748-9, without their communicability, which multiplies it).

    **Arguments:**

    - `weight`: of the term, not negative.
    - `distances`: between target and source of each weight, `[post, pre]`, none
        negative.
    - `of`: as of `WeightL1`.
    - `power`: not negative; 1, or 2 for wire that costs as its length squared.

    Raises `ValueError` for negative numbers, an unknown name, and distances of another
    shape than the network's weights.
    """

    weight: Array
    distances: Array
    power: Array
    of: str = eqx.field(static=True)

    def __init__(
        self,
        weight: ArrayLike,
        distances: ArrayLike,
        *,
        of: str = "w_hid",
        power: ArrayLike = 1.0,
    ) -> None:
        self.weight = penalty_weight(weight)
        check_not_negative("distances", distances, "They are lengths.")
        check_not_negative("power", power, "1 is the length itself.")
        self.distances = jnp.asarray(distances, float)
        self.power = jnp.asarray(power, float)
        self.of = check_choice("of", of, PARTS)

    def __call__(
        self, net: AbstractNetwork, traj: Trajectory, trials: Trial, cost: Cost
    ) -> Array:
        """The term, a scalar."""
        weights, present = existing(net, self.of)
        lengths = fitted("distances", self.distances, weights)
        lengths = lengths ** self.power.astype(weights.dtype)
        return mean_where(jnp.abs(weights) * lengths, present)
