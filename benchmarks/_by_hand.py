"""Hand-written scans of the equation, and gradients written out in blocks.

The scans are what one would write for a paper, in the ways that compete with each
other; benchmarks compare with the fastest. `weights` are by our names. The initial
potentials are 0, and gamma is 0.2, as in the networks of `_problem.py`.
"""

from collections.abc import Callable
from typing import Any

import jax
from jax import Array
import jax.numpy as jnp


GAMMA = 0.2

KINDS = ("potentials carried", "rates carried", "inputs hoisted")
"""What a scan carries, or that it computes the products of inputs before the loop."""

NAMES = ("w_in", "w_hid", "w_out", "b_hid", "b_out")
"""The weights by which every contender differentiates."""

Weights = dict[str, Array]

Loss = Callable[[Array, Array, Array], Array]
"""A function of potentials, rates and outputs that returns a scalar."""


def weights_of(weights: Any) -> Weights:
    """Return effective weights as a dictionary."""
    return {name: getattr(weights, name) for name in NAMES}


def swapped(arrays: Any) -> Any:
    """Return arrays with their first two axes, of time and trials, swapped."""
    return jax.tree.map(lambda x: jnp.swapaxes(x, 0, 1), arrays)


def scan(
    weights: Weights,
    u: Array,
    *,
    kind: str,
    f: Callable = jnp.tanh,
    noise: tuple[Callable, Array] | None = None,
    synapses: tuple[Any, Callable] | None = None,
    unroll: int = 1,
) -> tuple[Array, Array]:
    """Return potentials and rates, both with the time axis first, as the inputs have.

    `noise` is a function that returns what a step adds to the potentials, and its
    argument at each step. `synapses` are their initial state, and a function of state
    and rates that returns the next state and what the units send.
    """
    carries_rates, is_hoisted = kind == "rates carried", kind == "inputs hoisted"

    def drive(x: Array) -> Array:
        return x @ weights["w_in"].T + weights["b_hid"]

    def step(carry: tuple, of_step: tuple) -> tuple[tuple, Any]:
        (v, r, state), (x, draw) = carry, of_step
        sent = r if carries_rates else f(v)
        if synapses is not None:
            state, sent = synapses[1](state, sent)
        x = x if is_hoisted else drive(x)
        v = v + GAMMA * (-v + sent @ weights["w_hid"].T + x)
        if noise is not None:
            v = v + noise[0](draw)
        r = f(v) if carries_rates else None
        return (v, r, state), (v, r)

    v0 = jnp.zeros((u.shape[1], weights["w_hid"].shape[0]), u.dtype)
    r0 = f(v0) if carries_rates else None
    start = (v0, r0, None if synapses is None else synapses[0])
    xs = (drive(u) if is_hoisted else u, None if noise is None else noise[1])
    v, r = jax.lax.scan(step, start, xs, unroll=unroll)[1]
    return v, r if carries_rates else f(v)


def forward(
    weights: Weights, u: Array, *, time_major: bool = False, **options: Any
) -> tuple[Array, Array, Array]:
    """Return potentials, rates and outputs, in the order of axes of the inputs.

    The options are those of `scan`.
    """
    v, r = scan(weights, u if time_major else swapped(u), **options)
    arrays = v, r, r @ weights["w_out"].T + weights["b_out"]
    return arrays if time_major else swapped(arrays)


def gradient(
    weights: Weights, u: Array, *, loss: Loss, **options: Any
) -> tuple[Array, Weights]:
    """Return the value and the gradient of a loss; options as those of `forward`."""
    return jax.value_and_grad(lambda w: loss(*forward(w, u, **options)))(weights)


# What follows is no rollout that one would write: it bounds how fast a gradient can be.
# Both write the reverse pass out, store only the potentials, and have recurrent, input
# and bias weights in one matrix, so that a step is one product. The loss is a mean over
# steps, so each block has its share of it.


def _joined(weights: Weights, u: Array) -> tuple[Array, Array]:
    """Return [W, W_in, b] and [u, 1]."""
    matrix = [weights["w_hid"], weights["w_in"], weights["b_hid"][:, None]]
    ones = jnp.ones((*u.shape[:-1], 1), u.dtype)
    return jnp.concatenate(matrix, 1), jnp.concatenate([u, ones], -1)


def _of_loss(loss: Loss, weights: Weights, share: float) -> Callable:
    """Return the function that differentiates the loss of potentials of a block.

    It returns the block's share of the loss, and its derivatives by the potentials and
    by the weights of the readout.
    """

    def value(v: Array, readout: tuple[Array, Array]) -> Array:
        r = jnp.tanh(v)
        return share * loss(v, r, r @ readout[0].T + readout[1])

    readout = weights["w_out"], weights["b_out"]
    of_potentials = jax.value_and_grad(value, (0, 1))
    return lambda v: of_potentials(v, readout)


def _zero_total(weights: Weights, matrix: Array) -> tuple:
    """Return zeros: the value, and derivatives by [W, W_in, b] and the readout."""
    readout = weights["w_out"], weights["b_out"]
    return jax.tree.map(jnp.zeros_like, (matrix[0, 0], matrix, readout))


def _named(joint: Array, readout: tuple[Array, Array], units: int) -> Weights:
    """Return the gradient by each weight from that by [W, W_in, b] and the readout."""
    recurrent = joint[:, :units], joint[:, units:-1], joint[:, -1]
    names = ("w_hid", "w_in", "b_hid", "w_out", "b_out")
    return dict(zip(names, (*recurrent, *readout), strict=True))


def gradient_in_blocks(
    weights: Weights, u: Array, *, loss: Loss, size: int
) -> tuple[Array, Weights]:
    """Return value and gradient of `size` steps at a time; u has the time axis first.

    The arrays of a block stay in the cache. The weight gradient is one product a block.
    """
    (steps, batch, _), units = u.shape, weights["w_hid"].shape[0]
    matrix, u = _joined(weights, u)
    blocks = u.reshape(steps // size, size, batch, -1)
    of_loss = _of_loss(loss, weights, size / steps)

    def step(v: Array, x: Array) -> tuple[Array, Array]:
        received = jnp.concatenate([jnp.tanh(v), x], -1)
        return v + GAMMA * (received @ matrix.T - v), v

    def simulate(v: Array, x: Array) -> tuple[Array, Array]:
        return jax.lax.scan(step, v, x)

    def step_back(a: Array, of_step: tuple) -> tuple[Array, Array]:
        r, from_loss = of_step
        a = a + from_loss
        return (1 - GAMMA) * a + GAMMA * (a @ weights["w_hid"]) * (1 - r * r), a

    def differentiate(carry: tuple, of_block: tuple) -> tuple[tuple, None]:
        a, after_block, total = carry
        before, x = of_block
        after = jnp.concatenate([before[1:], after_block[None]])
        value, (from_loss, readout) = of_loss(after)
        r = jnp.tanh(before)
        a, all_a = jax.lax.scan(step_back, a, (r, from_loss), reverse=True)
        received = jnp.concatenate([r, x], -1).reshape(size * batch, -1)
        joint = all_a.reshape(size * batch, units).T @ received
        total = jax.tree.map(jnp.add, total, (value, joint, readout))
        return (a, before[0], total), None

    zeros = jnp.zeros((batch, units), u.dtype)
    last, before = jax.lax.scan(simulate, zeros, blocks)
    start = (zeros, last, _zero_total(weights, matrix))
    xs = (before, blocks)
    (_, _, total), _ = jax.lax.scan(differentiate, start, xs, reverse=True)
    value, joint, readout = total
    return value, _named(GAMMA * joint, readout, units)


def gradient_units_first(
    weights: Weights, u: Array, *, loss: Loss
) -> tuple[Array, Weights]:
    """Return value and gradient with (units, trials) in the loops, unrolled four times.

    The weight gradient is one product a step. Inputs have the time axis first.
    """
    (steps, batch, _), units = u.shape, weights["w_hid"].shape[0]
    matrix, u = _joined(weights, u)
    columns = jnp.swapaxes(u, 1, 2)
    of_loss = _of_loss(loss, weights, 1 / steps)

    def step(v: Array, x: Array) -> tuple[Array, Array]:
        received = jnp.concatenate([jnp.tanh(v), x])
        return v + GAMMA * (matrix @ received - v), v

    def step_back(carry: tuple, of_step: tuple) -> tuple[tuple, None]:
        a, after, total = carry
        v, x = of_step
        value, (from_loss, readout) = of_loss(after.T)
        a, r = a + from_loss.T, jnp.tanh(v)
        joint = a @ jnp.concatenate([r, x]).T
        total = jax.tree.map(jnp.add, total, (value, joint, readout))
        a = (1 - GAMMA) * a + GAMMA * (weights["w_hid"].T @ a) * (1 - r * r)
        return (a, v, total), None

    zeros = jnp.zeros((units, batch), u.dtype)
    last, before = jax.lax.scan(step, zeros, columns, unroll=4)
    start = (zeros, last, _zero_total(weights, matrix))
    xs = (before, columns)
    (_, _, total), _ = jax.lax.scan(step_back, start, xs, reverse=True, unroll=4)
    value, joint, readout = total
    return value, _named(GAMMA * joint, readout, units)
