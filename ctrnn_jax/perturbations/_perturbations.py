"""Perturbations of a network's activity and synapses, by wrapping it."""

import abc
from typing import Any

import equinox as eqx
from jax import Array
import jax.numpy as jnp
import numpy as np

from .._checks import check_choice, describe, invalid, is_concrete
from .._types import ArrayLike
from ..network import AbstractNetwork, per_unit, shapes, State, unit_mask


Window = tuple[ArrayLike, ArrayLike] | None


class RateEffect(eqx.Module):
    """r becomes `keep * r + add`; v becomes `alive * v`. Each `(n_hidden,)`.

    With `sent`, only what r is for other units changes, not what is recorded and read,
    and `keep` and `add` are `(time, *batch, n_hidden)`: those of the rates r of a step.
    """

    keep: Array
    add: Array
    alive: Array | None
    window: tuple[Array, Array] | None
    sent: bool = eqx.field(static=True, default=False)


class CurrentEffect(eqx.Module):
    """A current inside gamma, `(n_hidden,)`."""

    current: Array
    window: tuple[Array, Array] | None


class WeightEffect(eqx.Module):
    """Weights become `factors * weights`, `[post, pre]`."""

    factors: Array
    window: tuple[Array, Array] | None
    weight: str = eqx.field(static=True)


class AbstractPerturbation(eqx.Module):
    """Something done to a network during a window of time."""

    @abc.abstractmethod
    def on(self, net: AbstractNetwork) -> RateEffect | CurrentEffect | WeightEffect:
        """What it does to this network; raises `ValueError` if it does not fit."""


class Lesion(AbstractPerturbation):
    """Units are gone: their rates and potentials are 0 for everyone.

    **Arguments:**

    - `units`: names of groups (the units in all of them), indices, or a boolean mask.
    - `window`: `(start, stop)` in ms: steps t with `start <= t * dt < stop`, counted
        from step 0 of the state; by default always.
    """

    units: Any
    window: Window = None

    def on(self, net: AbstractNetwork) -> RateEffect:
        """Rates and potentials of 0."""
        alive = 1 - unit_mask(self.units, net)
        return RateEffect(alive, jnp.zeros_like(alive), alive, times(self.window))


class Clamp(AbstractPerturbation):
    """Rates of some units are held at a value; their potentials go on.

    At 0, the default, the units are silenced. Other units, the readout and the
    recorded rates see the value.

    **Arguments:**

    - `units`: as of `Lesion`.
    - `rate`: the value, one number or one per unit of the network.
    - `window`: as of `Lesion`.
    """

    units: Any
    rate: ArrayLike = 0.0
    window: Window = None

    def on(self, net: AbstractNetwork) -> RateEffect:
        """Rates of that value."""
        mask = unit_mask(self.units, net)
        add = mask * per_unit("rate", self.rate, net)
        return RateEffect(1 - mask, add, None, times(self.window))


class Current(AbstractPerturbation):
    """A current into some units, inside gamma as the input is (optogenetics).

    **Arguments:**

    - `units`: as of `Lesion`.
    - `amplitude`: dimensionless, as potentials; one number or one per unit of the
        network. Negative inhibits.
    - `window`: as of `Lesion`.
    """

    units: Any
    amplitude: ArrayLike
    window: Window = None

    def on(self, net: AbstractNetwork) -> CurrentEffect:
        """The current of each unit."""
        amplitude = per_unit("amplitude", self.amplitude, net)
        return CurrentEffect(unit_mask(self.units, net) * amplitude, times(self.window))


class Scale(AbstractPerturbation):
    """The synapses from some units (or inputs) onto others are scaled.

    **Arguments:**

    - `factor`: one number; 0 removes the projection.
    - `post`: target units, as `units` of `Lesion`; by default (`None`) all.
    - `pre`: source units, or input channels for `w_in`; by default (`None`) all.
    - `weight`: "w_hid" or "w_in".
    - `window`: as of `Lesion`.
    """

    factor: ArrayLike
    post: Any = None
    pre: Any = None
    weight: str = eqx.field(static=True, default="w_hid")
    window: Window = None

    def on(self, net: AbstractNetwork) -> WeightEffect:
        """The factor at the projection's synapses, 1 elsewhere."""
        check_choice("weight", self.weight, ("w_hid", "w_in"))
        of_inputs = self.weight == "w_in"
        sources = net.n_in if of_inputs else net.n_hidden
        rows, columns = jnp.ones(net.n_hidden, net.dtype), jnp.ones(sources, net.dtype)
        if self.post is not None:
            rows = unit_mask(self.post, net)
        if self.pre is not None:
            columns = unit_mask(self.pre, net, inputs=of_inputs)
        here = rows[:, None] * columns[None, :]
        factor = jnp.asarray(self.factor, net.dtype)
        if factor.ndim:
            got = f"shape {factor.shape}"
            raise invalid("factor", "be one number", got, "Use a Scale for each.")
        return WeightEffect(1 + here * (factor - 1), times(self.window), self.weight)


class Ablate(AbstractPerturbation):
    """Single synapses are removed.

    **Arguments:**

    - `mask`: boolean `[post, pre]`, True where a synapse is removed.
    - `weight`: "w_hid" or "w_in".
    - `window`: as of `Lesion`.
    """

    mask: Any
    weight: str = eqx.field(static=True, default="w_hid")
    window: Window = None

    def on(self, net: AbstractNetwork) -> WeightEffect:
        """0 at those synapses, 1 elsewhere."""
        check_choice("weight", self.weight, ("w_hid", "w_in"))
        mask = jnp.asarray(self.mask)
        shape = shapes(net.n_in, net.n_hidden, net.n_out)[self.weight]
        if mask.dtype != bool or mask.shape != shape:
            raise invalid(
                "mask",
                f"be boolean of shape {shape}",
                describe(mask),
                "Axis 0 is post (targets), axis 1 is pre (sources).",
            )
        factors = jnp.where(mask, 0, 1).astype(net.dtype)
        return WeightEffect(factors, times(self.window), self.weight)


class Perturbed(eqx.Module):
    """A network with perturbations; `rollout` and `step` take it as they do a network.

    **Attributes:** `network`, unchanged, and `effects`, what is done to it.
    """

    network: AbstractNetwork
    effects: tuple[RateEffect | CurrentEffect | WeightEffect, ...]

    def initial_state(self, batch_shape: tuple[int, ...] = ()) -> State:
        """The network's."""
        return self.network.initial_state(batch_shape)


def perturb(
    net: AbstractNetwork | Perturbed, *perturbations: AbstractPerturbation
) -> Perturbed:
    """The network under perturbations, for `rollout` and `step`.

        clamp = cj.perturbations.Clamp(("motor", "inhibitory"), window=(200, 400))
        silenced = cj.perturb(net, clamp)
        traj = cj.rollout(silenced, inputs, key=key)

    To try many targets at once, map over them: `jax.vmap(lambda unit: cj.rollout(
    cj.perturb(net, cj.perturbations.Lesion(unit)), inputs, key=key).outputs)(
    jnp.arange(n))`. The
    numbers in a perturbation (rates, currents, factors, windows) do not recompile.
    Several act in the order in which they are given. Each windowed change of the same
    weights doubles what they cost per step, as their windows may overlap.

    Raises `ValueError` for unknown names (with a suggestion), indices out of range,
    masks of another shape, and windows that end before they start.
    """
    network, before = (
        (net.network, net.effects) if isinstance(net, Perturbed) else (net, ())
    )
    if not isinstance(network, AbstractNetwork):
        raise invalid("net", "be a network", describe(net), "Pass a CTRNN or EIRNN.")
    for item in perturbations:
        if not isinstance(item, AbstractPerturbation):
            raise invalid(
                "perturbations",
                "be Lesion, Clamp, Current, Scale, Ablate or Forced",
                describe(item),
                "Such as cj.perturbations.Clamp('motor').",
            )
    return Perturbed(network, (*before, *(item.on(network) for item in perturbations)))


def times(window: Window) -> tuple[Array, Array] | None:
    """A window as two arrays, in ms."""
    if window is None:
        return None
    if not isinstance(window, tuple) or len(window) != 2:
        raise invalid("window", "be (start, stop) in ms", repr(window), "Or None.")
    start, stop = (jnp.asarray(edge, float) for edge in window)
    if is_concrete((start, stop)) and not np.all(np.asarray(start) <= np.asarray(stop)):
        raise invalid(
            "window", "not end before it starts", f"({start:g}, {stop:g})", "In ms."
        )
    return start, stop
