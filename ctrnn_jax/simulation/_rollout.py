"""`rollout` over time, and `step` for closed loops."""

from collections.abc import Mapping
import functools

import jax
from jax import Array
import jax.numpy as jnp
from jax.typing import DTypeLike
from jaxtyping import PyTree
import numpy as np

from .._arguments import checks_arguments
from .._checks import check, check_numeric
from .._types import ArrayLike, KeyArray
from ..dynamics import has_slope
from ..network import AbstractNetwork, effective, State
from ..perturbations import apply_to_weights, Effects, Perturbed
from ._adjoint import AbstractAdjoint
from ._arguments import (
    finite,
    initial_state,
    inputs_and_batch,
    keys_of,
    network_and_effects,
    weight_dtype_of,
)
from ._hoisted_adjoint import HoistedAdjoint
from ._operands import (
    aligned_effect,
    disturb,
    drive_of,
    noise_at,
    noise_stds,
    Shared,
    theta_of,
)
from ._pieces import in_pieces
from ._scan import (
    add_outputs,
    advance,
    cached_rates,
    Carry,
    Cell,
    emit,
    no_cache,
    recorded_state,
    Steps,
)
from ._trajectory import Record, Trajectory
from ._vmap_size import mapped_over


@checks_arguments
def rollout(
    net: AbstractNetwork | Perturbed,
    inputs: ArrayLike | Mapping[str, ArrayLike] | None = None,
    *,
    steps: int | None = None,
    state: State | None = None,
    key: KeyArray | None = None,
    record: Record = Record(),
    adjoint: AbstractAdjoint = HoistedAdjoint(),
    weight_dtype: DTypeLike | None = None,
    check_finite: bool = False,
    time_major: bool = False,
) -> Trajectory:
    """Simulate a network over time, in one trial or a batch of them.

    The rollout is compiled inside: a second call with the same shapes does not trace
    again, for any weights, dt, tau, noise levels and key. Use `jax.vmap` for many
    networks.

    **Main arguments:**

    - `net`: a `CTRNN` or `EIRNN`, or the result of `perturb`.
    - `inputs`: u, shape `(*batch, time, n_in)`, of the network's dtype. Step t
        consumes `inputs[..., t, :]`. For a network with named inputs it may be
        `{"name": array}` with an array `(*batch, time, channels)` for each group.

    **Other arguments:**

    - `steps`: how many steps to take, for runs without input (`inputs` left out).
    - `state`: where to start, with potentials `(*batch, n_hidden)`, or `(n_hidden,)`
        for all trials; by default v0. To continue an earlier rollout, pass its
        `final_state` and the same key.
    - `key`: for the noise: one key, from which trial i of the batch gets
        `jax.random.fold_in(key, i)`, or an array of keys of the batch's shape, one for
        each trial. A network without noise needs no key.
    - `record`: which values to return; see `Record`.
    - `adjoint`: how gradients are computed; see `HoistedAdjoint`.
    - `weight_dtype`: a dtype of lower precision for products with weights, such as
        `jnp.bfloat16`: weights and the values they multiply are rounded to it; sums,
        state and gradients stay in the network's dtype (`benchmarks/precision.py`
        measures the loss of accuracy). By default `jax.default_matmul_precision`
        decides, as everywhere in JAX.
    - `check_finite`: whether to raise an error for inputs that are NaN or infinite.
        Inside `jit` this adds a runtime check, a host callback that cannot be exported.
    - `time_major`: whether inputs and recorded values have time as their first axis,
        `(time, *batch, units)`. The scan computes them in this order, so large networks
        are faster without the copy to the other order.

    **Returns:** a `Trajectory`.

    **Raises:** `ValueError` for wrong shapes or dtypes, for noise without a key, and
    for inputs that are not finite (if `check_finite=True`).

    **Example:**

    >>> net = cj.CTRNN(2, 8, 1, dt=10.0, tau=50.0, key=jax.random.key(0))
    >>> traj = cj.rollout(net, jnp.ones((16, 20, 2)))  # (batch, time, inputs)
    >>> traj.rates.shape, traj.outputs.shape
    ((16, 20, 8), (16, 20, 1))
    """
    network, effects = network_and_effects(net, record)
    u, batch = inputs_and_batch(network, inputs, steps, state, key, time_major)
    if check_finite and u is not None:
        u = finite(u)
    start = initial_state(network, state, batch)
    keys = keys_of(network, key, batch)
    return _run(
        network,
        effects,
        u,
        start,
        keys,
        length=u.shape[0 if time_major else -2] if u is not None else steps,
        record=record,
        adjoint=adjoint,
        weight_dtype=weight_dtype_of(network, weight_dtype),
        mapped=mapped_over((network, u, start, keys)),
        time_major=time_major,
    )


@functools.partial(
    jax.jit,
    static_argnames=(
        "length",
        "record",
        "adjoint",
        "weight_dtype",
        "mapped",
        "time_major",
    ),
)
@jax.named_scope("ctrnn_jax.rollout")
def _run(
    net: AbstractNetwork,
    effects: Effects,
    u: Array | None,
    state: State,
    keys: KeyArray | None,
    *,
    length: int,
    record: Record,
    adjoint: AbstractAdjoint,
    weight_dtype: np.dtype | None,
    mapped: int,
    time_major: bool,
) -> Trajectory:
    """Run a rollout whose arguments are validated; apply constraints once.

    `mapped` is the number of rollouts like this one that `jax.vmap` maps over.
    """
    # Weights, with constraints and permanent perturbations.
    weights, changes = apply_to_weights(effective(net), effects)
    if u is None:
        changes = tuple(change for change in changes if change.weight != "w_in")
    batch = state.potentials.shape[:-1]
    effects = tuple(effect.with_batch(batch) for effect in effects)
    if u is not None and not time_major:
        u = jnp.moveaxis(u, -2, 0)
    drive, w_drive = drive_of(weights, u, batch, length)
    theta = theta_of(net, weights, w_drive, changes, weight_dtype)
    shared = Shared(noise_stds(net, weights.tau), keys, effects, changes, net.dt)
    f = net.activation
    stores_rates = net.form.rates_are_activation and has_slope(f)
    time_axis = 0 if time_major else -2
    units, dtype, ndim = net.n_hidden, net.dtype, len(batch) + 1
    cell = Cell(
        disturb=functools.partial(disturb, units, dtype, ndim),
        step=functools.partial(advance, f),
        cache=functools.partial(cached_rates, f) if stores_rates else no_cache,
        emit=functools.partial(emit, record, f),
        select=functools.partial(recorded_state, record),
        finish=functools.partial(add_outputs, record),
        activation=f,
        time_axis=time_axis,
        mapped=mapped,
    )

    def run_segment(
        carry: Carry, xs: tuple[Array, Array], index: PyTree
    ) -> tuple[Carry, PyTree]:
        """Run a segment of the steps."""
        del index
        steps = Steps(*xs, shared)
        return adjoint.scan(theta, carry, steps, cell=cell, stride=record.stride)

    run = adjoint.around(run_segment)

    # The start: perturbations and noise act on the rates of the step before, too.
    earlier = (state.step - 1)[None]
    noise_before = None if state.rate_noise is None else state.rate_noise[None]
    before = aligned_effect(shared, earlier, noise_before, ndim).rates
    rates = jax.tree.map(lambda x: x[0], before)
    carry = Carry(state.potentials, state.synapses, rates)

    # All steps, segment by segment.
    times = state.step + jnp.arange(length, dtype=jnp.int32)
    carry, ((v, synapses), (r, y)), _ = in_pieces(
        lambda *segment: (*run(*segment), None),
        carry,
        (drive, times),
        length,
        adjoint.segment(length, record.stride),
        axis=time_axis,
    )

    # The end: the state keeps the noise on the last rates, for a later rollout.
    rate_noise = state.rate_noise
    if rate_noise is not None and length > 0:
        zeta = noise_at(shared, times[-1:], "zeta", units, dtype)
        rate_noise = state.rate_noise if zeta is None else zeta[0]
    final_state = State(
        carry.v, state.step + length, synapses=carry.synapses, rate_noise=rate_noise
    )
    return Trajectory(
        potentials=v,
        rates=r,
        outputs=y,
        final_state=final_state,
        synapses=synapses,
        layout=net.layout,
        dt=net.dt,
        stride=record.stride,
        time_axis=-2 - len(batch) if time_major else -2,
    )


@checks_arguments
def step(
    net: AbstractNetwork | Perturbed,
    state: State,
    u: ArrayLike | Mapping[str, ArrayLike] | None = None,
    *,
    key: KeyArray | None = None,
) -> Trajectory:
    """Simulate one step, for closed loops: the next input may depend on the output.

    Steps in a loop give the numbers of `rollout` up to rounding, with the same noise
    for the same key. The state counts the steps, so pass the same key to every step.

    **Arguments:**

    - `net`: the network.
    - `state`: `net.initial_state(batch_shape)` at first, then the last `final_state`.
    - `u`: input, `(*batch, n_in)`, or arrays by name; may be left out if `n_in` is 0.
    - `key`: as in `rollout`.

    **Returns:** a `Trajectory` without the time axis: `outputs (*batch, n_out)` and so
    on, and `final_state`. **Raises:** as `rollout`.

    **Example:**

    >>> net = cj.CTRNN(2, 8, 1, dt=10.0, tau=50.0, key=jax.random.key(0))
    >>> state = net.initial_state()
    >>> for u in jnp.ones((3, 2)):
    ...     state = cj.step(net, state, u).final_state
    >>> int(state.step)
    3
    """
    n_in = (net.network if isinstance(net, Perturbed) else net).n_in
    rule = f"be given to a network with {n_in} inputs"
    check(u is not None or n_in == 0, "u", rule, None, "Pass zeros for no input.")
    if isinstance(u, Mapping):
        inputs = {name: _add_time(f"u[{name!r}]", part) for name, part in u.items()}
    else:
        inputs = None if u is None else _add_time("u", u, n_in)
    traj = rollout(net, inputs, steps=1 if u is None else None, state=state, key=key)
    return Trajectory(
        potentials=jnp.squeeze(traj.potentials, -2),
        rates=jnp.squeeze(traj.rates, -2),
        outputs=jnp.squeeze(traj.outputs, -2),
        final_state=traj.final_state,
        layout=traj.layout,
    )


def _add_time(name: str, x: ArrayLike, channels: int | None = None) -> Array:
    """Return an array with a time axis of one step before the last axis.

    Raises `ValueError` for arrays without channels, or with another number of them.
    """
    check_numeric(name, x)
    u = jnp.asarray(x)
    fits = u.ndim > 0 and channels in (None, u.shape[-1])
    rule = f"have shape (*batch, {'channels' if channels is None else channels})"
    check(fits, name, rule, f"shape {u.shape}", "The last axis is channels.")
    return jnp.expand_dims(u, -2)
