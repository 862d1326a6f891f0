"""Perturbations of the activity and the synapses of a network."""

import abc
from typing import final, TypeAlias

import equinox as eqx
from jax import Array
import jax.numpy as jnp
import numpy as np

from .._arguments import check_fields
from .._checks import (
    check,
    check_choice,
    check_finite,
    check_numeric,
    check_values,
    describe,
    is_concrete,
)
from .._show import AbstractShown, options, Table
from .._types import ArrayLike
from ..network import AbstractNetwork, per_unit, shapes, unit_mask, Units
from ._affine import Affine
from ._single_effects import AbstractEffect, ActivityEffect, WeightEffect, Window


Times: TypeAlias = tuple[ArrayLike, ArrayLike] | None
"""A window as the user gives it: `(start, stop)` in ms, or `None` for always."""

_PERTURBED_WEIGHTS = ("w_hid", "w_in")


class AbstractPerturbation(AbstractShown, eqx.Module):
    """A change of a network's activity or synapses during a window of time.

    A subclass returns an `ActivityEffect` or a `WeightEffect`, or its own subclass of
    `AbstractEffect`, which answers for each step.

    **Example:**

    >>> class HalfGain(cj.perturbations.AbstractPerturbation):
    ...     def on(self, net):
    ...         half = cj.perturbations.Affine(factor=jnp.full(net.n_hidden, 0.5))
    ...         return cj.perturbations.ActivityEffect(rates=half)
    >>> net = cj.CTRNN(
    ...     0, 1, 1, dt=10.0, tau=10.0, activation="linear", b_hid=jnp.ones(1),
    ...     key=jax.random.key(0),
    ... )
    >>> print(cj.rollout(cj.perturb(net, HalfGain()), steps=1).rates)  # f(b) / 2
    [[0.5]]
    """

    def _table(self) -> Table:
        return options(self)

    def __check_init__(self) -> None:
        """Validate the kinds of the fields."""
        check_fields(self)

    @abc.abstractmethod
    def on(self, net: AbstractNetwork) -> AbstractEffect:
        """Return the effect on this network.

        Raises `ValueError` if the perturbation does not fit the network.
        """


@final
class Lesion(AbstractPerturbation):
    """Units are removed: their rates and potentials are 0.

    **Arguments:**

    - `units`: names of groups (the units in all of them), indices, or a boolean mask.
    - `window`: `(start, stop)` in ms: steps t with `start <= t * dt < stop`, counted
        from step 0 of the state; by default always. An edge within dt / 1000 of the
        time of a step counts as that time (or within the rounding of t * dt, late in a
        long run of single precision). A window without a step is an error of `perturb`.

    **Example:**

    >>> net = cj.CTRNN(2, 8, 1, dt=10.0, tau=50.0, key=jax.random.key(0))
    >>> lesioned = cj.perturb(net, cj.perturbations.Lesion(0, window=(50.0, 100.0)))
    >>> rates = cj.rollout(lesioned, jnp.ones((20, 2))).rates
    >>> bool((rates[5:10, 0] == 0).all()), bool((rates[:5, 0] == 0).any())
    (True, False)
    """

    units: Units
    window: Times = None

    def __check_init__(self) -> None:
        """Validate the window."""
        window_in_ms(self.window)

    def on(self, net: AbstractNetwork) -> ActivityEffect:
        """Return rates and potentials of 0."""
        survives = 1 - unit_mask(self.units, net)
        return ActivityEffect(
            potentials=Affine(factor=survives),
            # adding 0 turns the -0.0 of a negative rate into 0.0
            rates=Affine(survives, jnp.zeros_like(survives)),
            window=window_in_ms(self.window),
        )


@final
class Clamp(AbstractPerturbation):
    """Rates of some units are held at a value; their potentials follow the equation.

    At 0, the default, the units are silenced. Other units, the readout and the
    recorded rates receive the value.

    **Arguments:**

    - `units`: as in `Lesion`.
    - `rate`: the value, one number or one per unit of the network.
    - `window`: as in `Lesion`.
    """

    units: Units
    rate: ArrayLike = 0.0
    window: Times = None

    def __check_init__(self) -> None:
        """Validate the rate and the window."""
        check_finite("rate", self.rate)
        window_in_ms(self.window)

    def on(self, net: AbstractNetwork) -> ActivityEffect:
        """Return rates of that value."""
        mask = unit_mask(self.units, net)
        held = Affine(1 - mask, mask * per_unit("rate", self.rate, net))
        return ActivityEffect(rates=held, window=window_in_ms(self.window))


@final
class Current(AbstractPerturbation):
    """A current into some units, inside gamma like the input (optogenetics).

    **Arguments:**

    - `units`: as in `Lesion`.
    - `amplitude`: dimensionless, as potentials; one number or one per unit of the
        network. A negative current inhibits.
    - `window`: as in `Lesion`.
    """

    units: Units
    amplitude: ArrayLike
    window: Times = None

    def __check_init__(self) -> None:
        """Validate the amplitude and the window."""
        check_finite("amplitude", self.amplitude)
        window_in_ms(self.window)

    def on(self, net: AbstractNetwork) -> ActivityEffect:
        """Return the current of each unit."""
        amplitude = per_unit("amplitude", self.amplitude, net)
        current = unit_mask(self.units, net) * amplitude
        return ActivityEffect(current, window=window_in_ms(self.window))


@final
class Scale(AbstractPerturbation):
    """The synapses from some units (or inputs) to others are scaled.

    **Arguments:**

    - `factor`: one number; 0 removes the projection.
    - `post`: target units, as `units` of `Lesion`; by default (`None`) all.
    - `pre`: source units, or input channels for `w_in`; by default (`None`) all.
    - `weight`: "w_hid" or "w_in".
    - `window`: as in `Lesion`.
    """

    factor: ArrayLike
    post: Units | None = None
    pre: Units | None = None
    weight: str = eqx.field(static=True, default="w_hid")
    window: Times = None

    def __check_init__(self) -> None:
        """Validate the factor, the name of the weights and the window."""
        check_finite("factor", self.factor)
        got, remedy = f"shape {np.shape(self.factor)}", "Use a Scale for each."
        check(np.shape(self.factor) == (), "factor", "be one number", got, remedy)
        check_choice("weight", self.weight, _PERTURBED_WEIGHTS)
        window_in_ms(self.window)

    def on(self, net: AbstractNetwork) -> WeightEffect:
        """Return the factor at the projection's synapses, 1 elsewhere."""
        of_inputs = self.weight == "w_in"
        n_sources = net.n_in if of_inputs else net.n_hidden
        rows, columns = (
            jnp.ones(net.n_hidden, net.dtype),
            jnp.ones(n_sources, net.dtype),
        )
        if self.post is not None:
            rows = unit_mask(self.post, net, argument="post")
        if self.pre is not None:
            columns = unit_mask(self.pre, net, inputs=of_inputs, argument="pre")
        # the projection is an outer product of masks, [post, pre]
        is_scaled = rows[:, None] * columns[None, :]
        factors = 1 + is_scaled * (jnp.asarray(self.factor, net.dtype) - 1)
        return WeightEffect(factors, window_in_ms(self.window), self.weight)


@final
class Ablate(AbstractPerturbation):
    """Single synapses are removed.

    **Arguments:**

    - `mask`: boolean `[post, pre]`, True where a synapse is removed.
    - `weight`: "w_hid" or "w_in".
    - `window`: as in `Lesion`.
    """

    mask: Array | np.ndarray
    weight: str = eqx.field(static=True, default="w_hid")
    window: Times = None

    def __check_init__(self) -> None:
        """Validate that the mask is boolean, the name of the weights and the window."""
        check_numeric("mask", self.mask)
        mask = jnp.asarray(self.mask)
        is_mask = mask.dtype == bool and mask.ndim == 2
        rule, remedy = "be a boolean matrix", "True is where a synapse is removed."
        check(is_mask, "mask", rule, lambda: describe(mask), remedy)
        check_choice("weight", self.weight, _PERTURBED_WEIGHTS)
        window_in_ms(self.window)

    def on(self, net: AbstractNetwork) -> WeightEffect:
        """Return 0 at those synapses, 1 elsewhere."""
        mask = jnp.asarray(self.mask)
        shape = shapes(net.n_in, net.n_hidden, net.n_out)[self.weight]
        check(
            mask.shape == shape,
            "mask",
            f"have shape {shape}",
            lambda: describe(mask),
            "Axis 0 is post (targets), axis 1 is pre (sources).",
        )
        factors = jnp.where(mask, 0, 1).astype(net.dtype)
        return WeightEffect(factors, window_in_ms(self.window), self.weight)


def window_in_ms(window: Times) -> Window:
    """Return a window as two arrays, in ms.

    Raises `ValueError` for a value that is no pair, for NaN, and for a window that ends
    before it starts.
    """
    if window is None:
        return None
    is_pair = isinstance(window, (tuple, list)) and len(window) == 2
    rule, remedy = "be (start, stop) in ms", "Or None for always."
    check(is_pair, "window", rule, lambda: describe(window), remedy)
    for edge in window:
        check_values("window", edge, lambda x: ~np.isnan(x), rule, remedy)
    start, stop = (jnp.asarray(edge, float) for edge in window)
    if is_concrete((start, stop)):
        check(
            np.all(np.asarray(start) <= np.asarray(stop)),
            "window",
            "not end before it starts",
            lambda: f"({start:g}, {stop:g})",
            "In ms.",
        )
    return start, stop
