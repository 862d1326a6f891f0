"""`rollout` over time, and `step` for closed loops."""

from collections.abc import Mapping

from jax import Array
import jax.numpy as jnp
from jax.typing import DTypeLike

from .._checks import check
from .._types import ArrayLike, KeyArray
from ..network import AbstractNetwork, State
from ..perturbations import Perturbed
from ._adjoint import AbstractAdjoint, HoistedAdjoint
from ._arguments import (
    check_classes,
    finite,
    initial_state,
    inputs_and_batch,
    keys_of,
    weight_dtype_of,
)
from ._compiled import run
from ._trajectory import Record, Trajectory
from ._vmap_size import mapped_over


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

    **Returns:** a `Trajectory`.

    **Raises:** `ValueError` for wrong shapes or dtypes, for noise without a key, and
    for inputs that are not finite (if `check_finite=True`).

    **Example:**

    >>> net = cj.CTRNN(2, 8, 1, dt=10.0, tau=50.0, key=jax.random.key(0))
    >>> traj = cj.rollout(net, jnp.ones((16, 20, 2)))  # (batch, time, inputs)
    >>> traj.rates.shape, traj.outputs.shape
    ((16, 20, 8), (16, 20, 1))
    """
    network, effects = check_classes(net, state, record, adjoint)
    u, batch = inputs_and_batch(network, inputs, steps, state, key)
    if check_finite and u is not None:
        u = finite(u)
    start = initial_state(network, state, batch)
    keys = keys_of(network, key, batch)
    return run(
        network,
        effects,
        u,
        start,
        keys,
        length=u.shape[-2] if u is not None else steps,
        record=record,
        adjoint=adjoint,
        weight_dtype=weight_dtype_of(network, weight_dtype),
        mapped=mapped_over((network, u, start, keys)),
    )


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
    remedy = "Start from net.initial_state()."
    check(state is not None, "state", "be given", None, remedy)
    if isinstance(u, Mapping):
        inputs = {name: _add_time(part) for name, part in u.items()}
    else:
        inputs = None if u is None else _add_time(u)
    traj = rollout(net, inputs, steps=1 if u is None else None, state=state, key=key)
    return Trajectory(
        potentials=jnp.squeeze(traj.potentials, -2),
        rates=jnp.squeeze(traj.rates, -2),
        outputs=jnp.squeeze(traj.outputs, -2),
        final_state=traj.final_state,
        layout=traj.layout,
    )


def _add_time(x: ArrayLike) -> Array:
    """Return an array with a time axis of one step before the last axis."""
    return jnp.expand_dims(jnp.asarray(x), -2)
