"""From what a constructor is given to checked arrays; shared by every network."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import jax
from jax import Array
import jax.numpy as jnp

from .._checks import check_choice, check_count, check_positive, describe, invalid
from .._tree import strong, with_fields
from .._types import ArrayLike, KeyArray
from ..connectivity import AbstractConnectivity, Layout, unnamed
from ..constraints import AbstractConstraint, chain, Free, Masked
from ..dynamics import (
    AbstractForm,
    AbstractMethod,
    AbstractNoise,
    as_activation,
    ShortTermPlasticity,
)
from ._from_effective import build_raw
from ._weights import NAMES, shapes, Weights


class Parts(NamedTuple):
    """What every network is made of, checked."""

    raw: Weights
    constraints: Weights
    dt: Array
    noise: AbstractNoise | None
    synapses: ShortTermPlasticity | None
    activation: Callable[[Array], Array]
    fixed: tuple[str, ...]


def check_sizes(n_in: int, n_hidden: int, n_out: int) -> tuple[int, int, int]:
    """The sizes as ints; a invalid for what is no count, or no unit at all."""
    return (
        check_count("n_in", n_in, at_least=0),
        check_count("n_hidden", n_hidden, at_least=1),
        check_count("n_out", n_out, at_least=0),
    )


def build(
    sizes: tuple[int, int, int],
    *,
    dt: ArrayLike,
    tau: ArrayLike,
    activation: str | Callable[[Array], Array],
    noise: AbstractNoise | None,
    method: AbstractMethod,
    form: AbstractForm,
    synapses: ShortTermPlasticity | None,
    given: Weights,
    defaults: Weights,
    own: Mapping[str, AbstractConstraint],
    connectivity: AbstractConnectivity | None,
    extra: Mapping[str, AbstractConstraint] | None,
    train_v0: bool,
    train_tau: bool,
    dtype: Any,
    key: KeyArray,
) -> Parts:
    """The parts of a network from its constructor's arguments.

    `given` and `defaults` hold arrays or initialisers (a default of `None`: no such
    weight), `own` the network's constraints and `extra` the user's.
    """
    dtype = float_dtype(dtype)
    dt, tau, noise = build_constants(sizes[1], dt, tau, noise, method, dtype)
    synapses = build_dynamics(sizes[1], form, synapses, dtype)
    shape_of = shapes(*sizes, tau=tau.shape)
    masks = connectivity_masks(connectivity)
    constraints = build_constraints(own, masks, extra, shape_of)
    defaults = with_fields(defaults, tau=tau)
    raw = build_raw(given, defaults, constraints, shape_of, dtype, key)
    existing = {n: constraints[n] for n in NAMES if getattr(raw, n) is not None}
    trains = {"v0": train_v0, "tau": train_tau}
    return Parts(
        raw,
        # bounds and fixed values in the network's dtype
        strong(Weights(**existing), dtype),
        dt,
        noise,
        synapses,
        as_activation(activation),
        tuple(name for name, moves in trains.items() if not moves),
    )


def build_dynamics(
    n_hidden: int,
    form: AbstractForm,
    synapses: ShortTermPlasticity | None,
    dtype: jnp.dtype,
) -> ShortTermPlasticity | None:
    """Short-term plasticity as arrays of this dtype; refusals for other classes."""
    if not isinstance(form, AbstractForm):
        raise invalid(
            "form",
            "be CurrentForm(), RateForm() or RectifiedLeakForm()",
            repr(form),
            "CurrentForm() is the default.",
        )
    if synapses is None:
        return None
    if not isinstance(synapses, ShortTermPlasticity):
        raise invalid(
            "synapses", "be a ShortTermPlasticity", describe(synapses), "Or None."
        )
    _check_per_unit("synapses", "value", synapses, n_hidden)
    return strong(synapses, dtype)


def _check_per_unit(name: str, what: str, tree: Any, n_hidden: int) -> None:
    """Refuse leaves that are neither one number nor one for each unit."""
    for leaf in jax.tree.leaves(tree):
        if leaf.shape not in [(), (n_hidden,)]:
            raise invalid(
                name,
                f"have one {what}, or one per unit",
                f"{what}s of shape {leaf.shape} for {n_hidden} units",
                "Give a number or an array of that length.",
            )


def layout_of(
    sizes: tuple[int, int, int], connectivity: AbstractConnectivity | None
) -> Layout:
    """The names of a connectivity, if it is one for these sizes; none without it."""
    if connectivity is None:
        return unnamed(*sizes)
    if not isinstance(connectivity, AbstractConnectivity):
        raise invalid(
            "connectivity",
            "be a connectivity such as MultiArea",
            describe(connectivity),
            "A boolean array goes into "
            "constraints={'w_hid': cj.constraints.Masked(array)}.",
        )
    wanted = connectivity.sizes
    if any(b not in (None, a) for a, b in zip(sizes, wanted, strict=True)):
        raise invalid(
            "connectivity",
            f"be for the sizes {sizes} of the network",
            connectivity.sizes,
            "Build the network with cj.EIRNN(*connectivity.sizes, ...).",
        )
    return connectivity.layout.complete(sizes[0], sizes[2])


def connectivity_masks(
    connectivity: AbstractConnectivity | None,
) -> dict[str, AbstractConstraint]:
    """The masks of a connectivity as constraints."""
    names = ("w_in", "w_hid", "w_out")
    if connectivity is None:
        return {}
    masks = {name: getattr(connectivity, name) for name in names}
    return {name: Masked(mask) for name, mask in masks.items() if mask is not None}


def float_dtype(dtype: Any) -> jnp.dtype:
    """The dtype asked for, else JAX's default float; a invalid if it is no float."""
    chosen = jnp.dtype(jnp.asarray(0.0).dtype if dtype is None else dtype)
    if not jnp.issubdtype(chosen, jnp.floating):
        raise invalid("dtype", "be a floating point type", chosen, "Use jnp.float32.")
    if jnp.zeros((), chosen).dtype != chosen:
        raise invalid(
            "dtype", "be enabled", chosen, "Set jax_enable_x64 before using float64."
        )
    return chosen


def build_constants(
    n_hidden: int,
    dt: ArrayLike,
    tau: ArrayLike,
    noise: AbstractNoise | None,
    method: AbstractMethod,
    dtype: jnp.dtype,
) -> tuple[Array, Array, AbstractNoise | None]:
    """Checked dt, tau and noise as strongly typed arrays of this dtype."""
    check_positive("dt", dt, "It is the step in ms.")
    check_positive("tau", tau, "It is the time constant in ms.")
    for name, value, allowed in (("dt", dt, [()]), ("tau", tau, [(), (n_hidden,)])):
        if jnp.shape(value) not in allowed:
            raise invalid(
                name,
                "be one number" + (" or one per unit" if len(allowed) > 1 else ""),
                f"shape {jnp.shape(value)} for {n_hidden} units",
                "Units are ms.",
            )
    if not isinstance(method, AbstractMethod):
        raise invalid(
            "method", "be Euler() or ExponentialEuler()", repr(method), "Pass one."
        )
    method.check(dt, tau)
    if noise is not None and not isinstance(noise, AbstractNoise):
        raise invalid(
            "noise",
            "be None, StepNoise(...) or DiffusionNoise(...)",
            repr(noise),
            "A bare number would not say whether it scales with dt.",
        )
    _check_per_unit("noise", "level", noise, n_hidden)
    return (
        strong(jnp.asarray(dt, dtype), dtype),
        strong(jnp.asarray(tau, dtype), dtype),
        strong(noise, dtype),
    )


def build_constraints(
    own: Mapping[str, AbstractConstraint],
    masks: Mapping[str, AbstractConstraint],
    extra: Mapping[str, AbstractConstraint] | None,
    shape_of: Mapping[str, tuple[int, ...]],
) -> dict[str, AbstractConstraint]:
    """A network's own constraints with its masks and the user's, checked for shape."""
    for name, constraint in (extra or {}).items():
        check_choice("constraints", name, NAMES)
        if not isinstance(constraint, AbstractConstraint):
            raise invalid(
                f"constraints[{name!r}]",
                "be a constraint",
                describe(constraint),
                "Wrap a boolean array as Masked(array).",
            )
    parts = (own, masks, extra or {})
    built = {name: chain(*(part.get(name, Free()) for part in parts)) for name in NAMES}
    for name, constraint in built.items():
        constraint.check(shape_of[name])
    return built
