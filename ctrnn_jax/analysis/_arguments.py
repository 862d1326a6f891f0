"""Validate the arguments that several analyses share."""

import jax
from jax import Array
import jax.numpy as jnp
import numpy as np

from .._checks import check, check_finite, check_shape, describe, numeric_array
from .._types import Numbers
from ..network import AbstractNetwork, check_network, State


def check_autonomous(net: object) -> AbstractNetwork:
    """Validate that `net` is one noise-free network whose state is v; return it."""
    net = check_network(net)
    rule = "have no noise, as its flow is deterministic"
    got = type(net.noise).__name__
    check(net.noise is None, "net", rule, got, "Use cj.noiseless(net).")
    rule = "have no short-term plasticity: its state is not v alone"
    got = type(net.synapses).__name__
    remedy = "Freeze it: cj.replace(net, synapses=None) with weights times u x."
    check(net.synapses is None, "net", rule, got, remedy)
    return net


def check_last_axis(
    name: str, array: Numbers, size: int, remedy: str, *, before: tuple[str, ...] = ()
) -> None:
    """Validate the size of the last axis; `before` names axes that come before it."""
    axes = ", ".join(["...", *before, str(size)])
    fits = array.ndim > len(before) and array.shape[-1] == size
    check(fits, name, f"have shape ({axes})", f"shape {array.shape}", remedy)


def check_vector(name: str, values: Numbers, remedy: str) -> None:
    """Validate that an array is a list of one number or more."""
    is_list = values.ndim == 1 and len(values) > 0
    check(is_list, name, "be a list of numbers", f"shape {values.shape}", remedy)


def real_array(name: str, values: object, *, finite: bool = True) -> Array:
    """Return finite real numbers as an array of JAX; tracers pass unchecked.

    If `finite=False`, they may also be NaN and infinite.
    """
    if not isinstance(values, jax.Array):
        values = jnp.asarray(numeric_array(name, values))
    is_real = not jnp.iscomplexobj(values)
    check(is_real, name, "be real", lambda: describe(values), "Pass its real part.")
    if finite:
        check_finite(name, values)
    return values


def input_array(
    net: AbstractNetwork, inputs: object, *, one: bool = False, name: str = "inputs"
) -> Array:
    """Return finite inputs `(..., n_in)` as an array of the network's dtype.

    `None` means zeros, `(n_in,)`. If `one=True`, the inputs must be one vector.
    """
    if inputs is None:
        return jnp.zeros((net.n_in,), net.dtype)
    u = real_array(name, inputs)
    if one:
        remedy = "It is constant in time; loop over several (nothing is recompiled)."
        check_shape(name, u, (net.n_in,), remedy)
    remedy = "Channels are last; one vector is a constant input."
    check_last_axis(name, u, net.n_in, remedy)
    return u.astype(net.dtype)


def one_frozen_input(net: AbstractNetwork, inputs: object) -> np.ndarray:
    """Return one frozen input `(n_in,)` in float64; a batch is an error."""
    input_array(net, inputs, one=True)
    return np.asarray(np.zeros(net.n_in) if inputs is None else inputs, np.float64)


def one_state(net: AbstractNetwork, potentials: object) -> Array:
    """Return the potentials `(n_hidden,)` of one state in the network's dtype."""
    v = real_array("potentials", potentials)
    check_shape("potentials", v, (net.n_hidden,), "Give one state.")
    return v.astype(net.dtype)


def start_state(net: AbstractNetwork, state: State | None) -> State:
    """Return the complete state of one trial to start from; v0 by default.

    Parts of `state` that are `None` (synapses, noise of the rates) are at rest.
    """
    if state is None:
        return net.initial_state()
    v = state.potentials
    remedy = "Map over many with jax.vmap."
    check_shape("state.potentials", v, (net.n_hidden,), remedy)
    rest = net.state_at(v.astype(net.dtype), state.step)
    synapses = rest.synapses if state.synapses is None else state.synapses
    rate_noise = rest.rate_noise if state.rate_noise is None else state.rate_noise
    return State(rest.potentials, state.step, synapses, rate_noise)


def check_square(
    name: str, matrix: object, rule: str = "be a square matrix"
) -> np.ndarray:
    """Validate a square matrix of finite real numbers; return it in float64."""
    m = numeric_array(name, matrix)
    is_real = m.dtype.kind != "c"
    check(is_real, name, "be real", lambda: describe(matrix), "Pass its real part.")
    m = m.astype(np.float64)
    is_square = m.ndim == 2 and m.shape[0] == m.shape[1] and m.size > 0
    remedy = "Give one matrix [post, pre]; loop over a batch."
    check(is_square, name, rule, f"shape {m.shape}", remedy)
    check_finite(name, m)
    return m
