"""`HoistedAdjoint`: the scan over time whose weight gradients are outside the loop.

Reverse-mode autodiff of a plain scan adds an N x N product to a carry at every step
for the gradient of the recurrent weights. The derivative in this module has another
form. Its tangent program runs in chunks of steps. It computes the effect of perturbed
parameters on all steps of a chunk at once, and only the perturbation of the state is
carried from step to step. In the transpose, a chunk carries the state's sensitivity
alone, and then adds one large matrix product over its steps and trials to the weight
gradient. The derivative is a custom JVP only, so reverse mode, forward mode,
Hessian-vector products and `vmap` in any nesting all follow: JAX transposes and batches
a linear program.
"""

import functools
from typing import final

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
from jaxtyping import PyTree

from .._checks import check_count
from ._adjoint import AbstractAdjoint
from ._pieces import in_pieces
from ._scan import (
    at_strides,
    Cell,
    keeping_scan,
    StepInputs,
    Steps,
    with_time_axis,
)


@final
class HoistedAdjoint(AbstractAdjoint):
    """Weight gradients as large matrix products, outside the loop over time.

    The default. It stores the states of all steps and carries only the sensitivity of
    the state backwards. Weight gradients are one product over all trials and the steps
    of a chunk. A chunk is as long as its arrays fit a processor's cache (about 1 MiB
    each), so short runs and small networks are one chunk. The gradients are exact in
    every mode: `grad`, `jvp`, `jacfwd`, Hessian-vector products, under `vmap` over
    trials (no weight gradient per trial) and over networks.

    A custom activation must not close over an array that is differentiated.

    **Arguments:**

    - `chunk_bytes`: about how large the states of a chunk may be, counting all rollouts
        that `jax.vmap` maps over together. The default is the fastest that was measured
        on CPUs; none has been measured on a GPU (`benchmarks/accelerator.py` does it).
    - `unroll`: how many steps an iteration of the loop over steps takes, as in
        `jax.lax.scan`. More steps compile for longer, and a GPU may run them with less
        time between kernels. The results are the same up to rounding.

    Raises `ValueError` for less than one byte or less than one step.

    **Example:**

    >>> net = cj.CTRNN(2, 8, 1, dt=10.0, tau=50.0, key=jax.random.key(0))
    >>> def loss(net):
    ...     traj = cj.rollout(net, jnp.ones((20, 2)), adjoint=cj.HoistedAdjoint())
    ...     return jnp.mean(traj.outputs**2)
    >>> jax.grad(loss)(net).raw.w_hid.shape
    (8, 8)
    """

    chunk_bytes: int = eqx.field(static=True, default=2**20)
    unroll: int = eqx.field(static=True, default=1)

    def __check_init__(self) -> None:
        """Validate the size of chunks and the steps of an iteration."""
        check_count("chunk_bytes", self.chunk_bytes, at_least=1)
        check_count("unroll", self.unroll, at_least=1)

    def chunk(self, length: int, step_bytes: int, stride: int) -> int:
        """Return about `chunk_bytes` of states, dividing the length if possible.

        `step_bytes` is the size of the states of all trials.
        """
        # as many steps as fit, then the nearest whole number of strides
        max_steps = max(1, self.chunk_bytes // max(step_bytes, 1))
        n_strides, target = length // stride, max(1, max_steps // stride)
        if length <= max_steps or n_strides <= target:
            return length
        return stride * nearest_divisor(n_strides, target)

    def scan(
        self, theta: PyTree, state: PyTree, xs: Steps, *, cell: Cell, stride: int
    ) -> tuple[PyTree, PyTree]:
        """Run the scan whose parameter derivative is outside the loop."""
        step_bytes = sum(x.size * x.dtype.itemsize for x in jax.tree.leaves(state))
        size = self.chunk(xs.times.shape[0], step_bytes * cell.mapped, stride)
        cell = cell._replace(unroll=self.unroll)
        state, recorded, _ = hoisted_scan(
            theta, state, xs, cell=cell, stride=stride, size=size, keeps=False
        )
        return state, recorded


def nearest_divisor(total: int, target: int) -> int:
    """Return the divisor of `total` nearest to `target`, within a factor of two.

    Without such a divisor, return `target`: the last piece is then shorter and is
    compiled separately.
    """
    candidates = range(max(1, target // 2), 2 * target + 1)
    divisors = [d for d in candidates if total % d == 0]
    return min(divisors, key=lambda d: abs(d - target), default=target)


@eqx.filter_custom_jvp
def hoisted_scan(
    theta: PyTree,
    state: PyTree,
    xs: Steps,
    *,
    cell: Cell,
    stride: int,
    size: int,
    keeps: bool,
) -> tuple[PyTree, PyTree, PyTree]:
    """Return as `keeping_scan`, in chunks of `size` steps, with another derivative.

    A cell must not close over anything that is differentiated: pass it in `theta`,
    `state` or `xs`.
    """
    # states with time first are recorded as they are kept, without another array
    selects_later = keeps and cell.time_axis == 0
    chunk_cell = cell._replace(select=_nothing) if selects_later else cell

    def run(state: PyTree, steps: PyTree, index: PyTree) -> tuple:
        del index
        chunk = xs._replace(u=steps[0], times=steps[1])
        return keeping_scan(
            theta, state, chunk, cell=chunk_cell, stride=stride, keeps=keeps
        )

    state, (selected, finished), kept = in_pieces(
        run, state, (xs.u, xs.times), xs.times.shape[0], size, axis=cell.time_axis
    )
    if selects_later:
        selected = cell.select(at_strides(kept[0], stride))
    results = state, (selected, finished), kept
    return jax.tree.map(_with_mapped_axis_first, results)


def _with_mapped_axis_first(x: Array) -> Array:
    """Return x; where `jax.vmap` maps over it, its mapped axis is the first.

    A function and its JVP rule must have their mapped axes in the same places. JAX does
    not check it, and takes wrong axes where they differ. The rule that batches a
    reshape puts the mapped axis first; other operations leave it where it is.
    """
    return jnp.squeeze(jax.lax.reshape(x, (*x.shape, 1)), axis=-1)


def _nothing(state: PyTree) -> None:
    """Select nothing of a state."""
    del state


def _dense(tangent: PyTree, primal: PyTree) -> PyTree:
    """Replace missing tangents (`None`) of floating-point primals by zeros.

    For other primals, such as integers, the tangent stays `None`.
    """

    def dense(d: PyTree, p: PyTree) -> PyTree:
        if not eqx.is_inexact_array(p):
            return None
        return jnp.zeros_like(p) if d is None else d

    return jax.tree.map(dense, tangent, primal, is_leaf=lambda d: d is None)


@hoisted_scan.def_jvp
def _hoisted_jvp(
    primals: tuple,
    tangents: tuple,
    *,
    cell: Cell,
    stride: int,
    size: int,
    keeps: bool,
) -> tuple[PyTree, PyTree]:
    """Differentiate the scan, with the perturbed parameters outside the loop.

    For a step s[t] = step(theta, s[t - 1], x[t]), the tangents are

        ds[t] = (d step / d s) ds[t - 1] + pushed[t]
        pushed[t] = (d step / d theta) dtheta + (d step / d x) dx[t]

    `pushed` does not depend on ds, so it is computed for all steps of a chunk at once.
    Only the first line is a loop over steps. The transpose of `pushed` is a product
    over the steps and the trials of a chunk, which is added to that of later chunks.

    Of the forward pass, only the states are stored (and the currents that f acts on).
    Each chunk computes all else again from them: its arrays fit the cache, and arrays
    of all steps do not, which takes longer than computing.
    """
    theta, state0, xs = primals
    dtheta, dstate0, dxs = tangents
    state, recorded, kept = hoisted_scan(
        theta, state0, xs, cell=cell, stride=stride, size=size, keeps=True
    )
    tangent = functools.partial(_tangent_of_chunk, cell, stride)
    # the reverse pass runs the chunk again, instead of storing its arrays
    tangent = jax.checkpoint(tangent, prevent_cse=False)

    def run(carry: PyTree, steps: PyTree, index: PyTree) -> tuple:
        """Return the tangents of a chunk; the carry holds the state before it, too."""
        del index
        first, dstate = carry
        kept, (u, times), du = steps
        chunk, dchunk = xs._replace(u=u, times=times), dxs._replace(u=du)
        dstate, *tangents = tangent(theta, first, kept, chunk, dtheta, dstate, dchunk)
        return (jax.tree.map(lambda x: x[-1], kept[0]), dstate), *tangents

    # The results are joined at the end: the transpose of writing them into an array
    # would make whole arrays of zeros for those that a loss does not use.
    (_, dstate), drecorded, dkept = in_pieces(
        run,
        (state0, _dense(dstate0, state0)),
        (kept, (xs.u, xs.times), dxs.u),
        xs.times.shape[0],
        size,
        axis=cell.time_axis,
        in_place=False,
    )
    if not keeps:
        kept, dkept = None, None
    return (state, recorded, kept), (dstate, drecorded, dkept)


def _tangent_of_chunk(
    cell: Cell,
    stride: int,
    theta: PyTree,
    first: PyTree,
    kept: tuple[PyTree, PyTree],
    xs: Steps,
    dtheta: PyTree,
    dstate: PyTree,
    dxs: Steps,
) -> tuple[PyTree, PyTree, PyTree]:
    """Return tangents of a chunk: of its last state, recorded values and kept values.

    `first` is the state before the chunk; `kept` has the state and residual of each
    step.
    """
    # Step 1: what each step starts from: the state before it, and its inputs.
    after, residual = kept
    states = jax.tree.map(lambda x, xs: jnp.concatenate([x[None], xs]), first, after)
    states = states, cell.cache(states)
    before = jax.tree.map(lambda x: x[:-1], states)
    inputs = StepInputs(xs.u, cell.disturb(xs.times, xs.shared))
    dinputs = StepInputs(dxs.u, _tangent_of_disturbance(cell, inputs, xs, dxs))

    # Step 2: push the perturbed parameters and inputs through all steps at once.
    def push(theta: PyTree, inputs: StepInputs) -> PyTree:
        state, cached = before
        return cell.step(theta, state, cached, inputs, residual)[0]

    pushed = eqx.filter_jvp(push, (theta, inputs), (dtheta, dinputs))[1]

    # Step 3: carry the perturbed state through the steps.
    def carry(dstate: PyTree, step: PyTree) -> tuple[PyTree, PyTree]:
        before, inputs, residual, pushed = step

        # Compute the step again in the reverse pass, instead of storing its arrays.
        # JAX 0.12 cannot transpose a checkpoint with an output that does not depend on
        # the state, so the sum with `pushed` stays outside.
        @functools.partial(jax.checkpoint, prevent_cse=False)
        def advance(state: PyTree) -> PyTree:
            return cell.step(theta, state, before[1], inputs, residual)[0]

        carried = eqx.filter_jvp(advance, (before[0],), (dstate,))[1]
        dstate = jax.tree.map(jnp.add, _dense(carried, before[0]), pushed)
        return dstate, dstate

    pushed = _dense(pushed, before[0])
    steps = (before, inputs, residual, pushed)
    dstate, dafter = jax.lax.scan(carry, dstate, steps, unroll=cell.unroll)

    # Step 4: the tangents of the recorded values, after each stride.
    state, cached = at_strides(jax.tree.map(lambda x: x[1:], states), stride)

    def finished(theta: PyTree, state: PyTree) -> PyTree:
        return cell.finish(theta, cell.emit(theta, state, cached))

    dstates = at_strides(dafter, stride)
    dfinished = eqx.filter_jvp(finished, (theta, state), (dtheta, dstates))[1]
    drecorded = with_time_axis((cell.select(dstates), dfinished), cell.time_axis)
    # the derivative of a residual is that of its computation, so it has no tangent
    return dstate, drecorded, (dafter, jax.tree.map(lambda _: None, residual))


def _tangent_of_disturbance(
    cell: Cell, inputs: StepInputs, xs: Steps, dxs: Steps
) -> PyTree:
    """Return the tangent of noise and perturbations, without those that are fixed."""
    if not jax.tree.leaves(dxs.shared):
        return jax.tree.map(lambda _: None, inputs.disturbance)

    def disturb(shared: PyTree) -> PyTree:
        return cell.disturb(xs.times, shared)

    return eqx.filter_jvp(disturb, (xs.shared,), (dxs.shared,))[1]
