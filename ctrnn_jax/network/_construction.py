"""Validated arrays from the arguments of a constructor, for every network class."""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import jax
from jax import Array
import jax.numpy as jnp
from jax.typing import DTypeLike
from jaxtyping import PyTree
import numpy as np

from .._checks import (
    check,
    check_choice,
    check_count,
    check_instance,
    check_positive,
    check_scalar,
    describe,
    invalid,
)
from .._tree import strong, with_fields
from .._types import ArrayLike
from ..connectivity import AbstractConnectivity, Connectivity, Layout, unnamed
from ..constraints import AbstractConstraint, chain, check_constraint, Free, Masked
from ..dynamics import (
    AbstractForm,
    AbstractMethod,
    AbstractNoise,
    as_activation,
    ShortTermPlasticity,
)
from ..initialisers import Constant
from ._abstract import AbstractNetwork
from ._from_effective import build_raw
from ._weights import NAMES, shapes, Weights


MASKS = ("w_in", "w_hid", "w_out")
"""Weights that a connectivity has a mask of."""


def check_sizes(n_in: object, n_hidden: object, n_out: object) -> tuple[int, int, int]:
    """Validate the sizes, with at least one unit; return them as ints."""
    return (
        check_count("n_in", n_in, at_least=0),
        check_count("n_hidden", n_hidden, at_least=1),
        check_count("n_out", n_out, at_least=0),
    )


def build(
    net: AbstractNetwork,
    arguments: Mapping[str, Any],
    *,
    default_weights: Weights,
    class_constraints: Mapping[str, AbstractConstraint],
    layout: Layout | None = None,
) -> None:
    """Set the fields of a network from the arguments of its constructor.

    **Arguments:**

    - `arguments`: those of the constructor by name, the `locals()` of `__init__`.
    - `default_weights`: the initialisers of `w_in`, `w_hid` and `w_out`.
    - `class_constraints`: the constraints of the network class.
    - `layout`: names; by default those of the connectivity.

    Raises `ValueError` as the constructors do.
    """
    given = SimpleNamespace(**arguments)
    sizes = check_sizes(given.n_in, given.n_hidden, given.n_out)
    connectivity = complete(sizes, given.connectivity)
    # constants and dynamics
    dtype = float_dtype(given.dtype)
    dt, tau, noise = build_constants(
        sizes[1], given.dt, given.tau, given.noise, given.method, dtype
    )
    synapses = build_dynamics(sizes[1], given.form, given.synapses, dtype)
    # constraints come before weights, as initialisers draw feasible weights
    shape_of = shapes(*sizes, tau=tau.shape)
    constraint_of = build_constraints(
        class_constraints, connectivity, given.constraints, shape_of
    )
    zero = Constant(0.0)
    default_weights = with_fields(
        default_weights,
        b_hid=zero if given.use_bias_hid else None,
        b_out=zero if given.use_bias_out else None,
        v0=zero,
        tau=tau,
    )
    values = Weights(**{name: arguments[name] for name in NAMES if name != "tau"})
    raw = build_raw(
        values,
        default_weights,
        constraint_of,
        shape_of,
        dtype,
        given.key,
        net.switches,
    )
    # a bias that the network lacks has no constraint either
    existing = {n: constraint_of[n] for n in NAMES if getattr(raw, n) is not None}
    trains = {"v0": given.train_v0, "tau": given.train_tau}
    fields = {
        "raw": raw,
        # bounds and fixed values in the network's dtype
        "constraints": strong(Weights(**existing), dtype),
        "dt": dt,
        "noise": noise,
        "method": given.method,
        "form": given.form,
        "synapses": synapses,
        "activation": as_activation(
            given.activation, jax.ShapeDtypeStruct(sizes[1:2], dtype)
        ),
        "fixed": tuple(name for name, is_trained in trains.items() if not is_trained),
        "layout": layout or connectivity.layout,
    }
    for name, value in fields.items():
        setattr(net, name, value)


def build_dynamics(
    n_hidden: int,
    form: AbstractForm,
    synapses: ShortTermPlasticity | None,
    dtype: jnp.dtype,
) -> ShortTermPlasticity | None:
    """Validate the form; return short-term plasticity as arrays of this dtype.

    Raises `ValueError` for objects of other classes, and for plasticity of another
    number of units.
    """
    rule = "be CurrentForm(), RateForm() or RectifiedLeakForm()"
    check_instance("form", form, AbstractForm, rule, "CurrentForm() is the default.")
    if synapses is None:
        return None
    rule = "be a ShortTermPlasticity"
    check_instance("synapses", synapses, ShortTermPlasticity, rule, "Or None.")
    _check_per_unit("synapses", "value", synapses, n_hidden)
    return strong(synapses, dtype)


def _check_per_unit(name: str, what: str, tree: PyTree, n_hidden: int) -> None:
    """Validate that each leaf is one number or has one number for each unit."""
    for leaf in jax.tree.leaves(tree):
        rule = f"have one {what}, or one per unit"
        got = f"{what}s of shape {leaf.shape} for {n_hidden} units"
        remedy = "Give a number or an array of that length."
        check(leaf.shape in [(), (n_hidden,)], name, rule, got, remedy)


def complete(
    sizes: tuple[int, int, int], connectivity: AbstractConnectivity | None
) -> Connectivity:
    """Return a connectivity of these sizes with the names of inputs and outputs.

    Without a connectivity, all synapses exist and nothing has a name. Raises
    `ValueError` for a connectivity of other sizes.
    """
    if connectivity is None:
        return Connectivity(layout=unnamed(*sizes))
    # a size of None fits any number
    pairs = zip(sizes, connectivity.sizes, strict=True)
    fits = all(required in (None, size) for size, required in pairs)
    rule = f"be for the sizes {sizes} of the network"
    remedy = "Build the network with cj.EIRNN(*connectivity.sizes, ...)."
    check(fits, "connectivity", rule, connectivity.sizes, remedy)
    fields = {name: getattr(connectivity, name) for name in (*MASKS, "signs")}
    return Connectivity(layout=connectivity.layout.complete(*sizes[::2]), **fields)


def float_dtype(dtype: DTypeLike | None) -> jnp.dtype:
    """Return the dtype, by default JAX's float.

    Raises `ValueError` for a type that is no float, and for float64 without x64.
    """
    rule, remedy = "be a floating point type", "Use jnp.float32."
    try:
        chosen = jnp.dtype(jnp.asarray(0.0).dtype if dtype is None else dtype)
    except TypeError as error:
        raise invalid("dtype", rule, describe(dtype), remedy) from error
    check(jnp.issubdtype(chosen, jnp.floating), "dtype", rule, chosen, remedy)
    is_enabled = jax.dtypes.canonicalize_dtype(chosen) == chosen
    remedy = "Set jax_enable_x64 before using float64."
    check(is_enabled, "dtype", "be enabled", chosen, remedy)
    return chosen


def build_constants(
    n_hidden: int,
    dt: ArrayLike,
    tau: ArrayLike,
    noise: AbstractNoise | None,
    method: AbstractMethod,
    dtype: jnp.dtype,
) -> tuple[Array, Array, AbstractNoise | None]:
    """Return validated dt, tau and noise as strongly typed arrays of this dtype.

    Raises `ValueError` for times that are not positive, other shapes, objects of other
    classes, and a dt that the method does not allow.
    """
    check_positive("dt", dt, "It is the step in ms.")
    check_positive("tau", tau, "It is the time constant in ms.")
    check_scalar("dt", dt)
    got = f"shape {np.shape(tau)} for {n_hidden} units"
    is_per_unit = np.shape(tau) in [(), (n_hidden,)]
    check(is_per_unit, "tau", "be one number or one per unit", got, "Units are ms.")
    rule = "be Euler() or ExponentialEuler()"
    check_instance("method", method, AbstractMethod, rule, "Pass one.")
    method.check(dt, tau)
    if noise is not None:
        rule = "be None, StepNoise(...) or DiffusionNoise(...)"
        remedy = "A bare number would not say whether it scales with dt."
        check_instance("noise", noise, AbstractNoise, rule, remedy)
    _check_per_unit("noise", "level", noise, n_hidden)
    return (
        strong(jnp.asarray(dt, dtype), dtype),
        strong(jnp.asarray(tau, dtype), dtype),
        strong(noise, dtype),
    )


def build_constraints(
    class_constraints: Mapping[str, AbstractConstraint],
    connectivity: AbstractConnectivity,
    user_constraints: Mapping[str, AbstractConstraint] | None,
    shape_of: Mapping[str, tuple[int, ...]],
) -> dict[str, AbstractConstraint]:
    """Chain the constraints of the class, the masks and those of the user.

    Raises `ValueError` for unknown names (with a suggestion), objects that are no
    constraint, constraints of another shape, and chains that are not valid.
    """
    user_constraints = user_constraints or {}
    for name, constraint in user_constraints.items():
        check_choice("constraints", name, NAMES)
        check_constraint(f"constraints[{name!r}]", constraint)
    masks = {name: getattr(connectivity, name) for name in MASKS}
    masks = {name: Masked(mask) for name, mask in masks.items() if mask is not None}
    sources = (class_constraints, masks, user_constraints)
    chained = {
        name: chain(*(source.get(name, Free()) for source in sources)) for name in NAMES
    }
    for name, constraint in chained.items():
        constraint.check(shape_of[name])
    return chained
