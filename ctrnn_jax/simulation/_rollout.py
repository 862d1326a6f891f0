"""The front door: `rollout`, and `step` for closed loops."""

from collections.abc import Mapping
from typing import Any

import jax.numpy as jnp

from .._checks import invalid
from .._types import KeyArray
from ..network import AbstractNetwork, State
from ..perturbations import Perturbed
from ._adjoint import AbstractAdjoint, HoistedAdjoint
from ._arguments import (
    batch_of,
    check_kinds,
    finite,
    keys_of,
    start_of,
    weight_dtype_of,
)
from ._compiled import run
from ._trajectory import Record, Trajectory
from ._vmap_size import mapped_over


def rollout(
    net: AbstractNetwork | Perturbed,
    inputs: Any = None,
    *,
    steps: int | None = None,
    state: State | None = None,
    key: KeyArray | None = None,
    record: Record = Record(),
    adjoint: AbstractAdjoint = HoistedAdjoint(),
    weight_dtype: Any = None,
    check_finite: bool = False,
) -> Trajectory:
    """Simulate a network over time, in one trial or a batch of them.

    Compiled inside: a second call with the same shapes does not trace again, whatever
    the weights, dt, tau, noise levels and key. Use `jax.vmap` for many networks.

    **Main arguments:**

    - `net`: a `CTRNN` or `EIRNN`, or what `perturb` makes of one.
    - `inputs`: u, shape `(*batch, time, n_in)`, of the network's dtype. Step t
        consumes `inputs[..., t, :]`. Or, for a network with named inputs, `{"name":
        array}` with an array `(*batch, time, channels)` for each group.

    **Other arguments:**

    - `steps`: how many steps to take, for runs without input (`inputs` left out).
    - `state`: where to start, with potentials `(*batch, n_hidden)`, or `(n_hidden,)`
        for all trials; by default v0. The `final_state` of an earlier rollout carries
        that on, with the same key.
    - `key`: for the noise: one key, from which trial i of the batch gets
        `jax.random.fold_in(key, i)`, or an array of keys of the batch's shape, one for
        each trial. A network without noise needs none.
    - `record`: what to keep; see `Record`.
    - `adjoint`: how gradients are taken; see `HoistedAdjoint`.
    - `weight_dtype`: a dtype of lower precision for products with weights, such as
        `jnp.bfloat16`: weights and what they multiply are rounded to it, sums, state
        and gradients stay in the network's dtype (its cost in accuracy is measured in
        `benchmarks/precision.py`). Else `jax.default_matmul_precision` decides how
        products are taken, as everywhere in JAX.
    - `check_finite`: refuse inputs that are NaN or infinite. Outside `jit` they are
        looked at; inside it adds a runtime check, a host callback that cannot be
        exported.

    **Returns:** a `Trajectory`.

    **Raises:** `ValueError` for wrong shapes or dtypes, for noise without a key, and
    for inputs that are not finite (if asked).
    """
    net, effects = check_kinds(net, state, record, adjoint)
    u, batch = batch_of(net, inputs, steps, state, key)
    if check_finite and u is not None:
        u = finite(u)
    start = start_of(net, state, batch)
    keys = keys_of(net, key, batch)
    return run(
        net,
        effects,
        u,
        start,
        keys,
        length=u.shape[-2] if u is not None else steps,
        record=record,
        adjoint=adjoint,
        weight_dtype=weight_dtype_of(net, weight_dtype),
        mapped=mapped_over((net, u, start, keys)),
    )


def step(
    net: AbstractNetwork | Perturbed,
    state: State,
    u: Any = None,
    *,
    key: KeyArray | None = None,
) -> Trajectory:
    """One step, for loops that are closed outside: the world answers each output.

    `rollout` is this under `lax.scan`: for the same key the same noise, and the same
    numbers up to rounding. The state counts the steps: give every step the same key.

    **Arguments:**

    - `net`: the network.
    - `state`: `net.initial_state(batch_shape)` at first, then the last `final_state`.
    - `u`: input, `(*batch, n_in)`, or by name; may be left out where `n_in` is 0.
    - `key`: as in `rollout`.

    **Returns:** a `Trajectory` without the time axis: `outputs (*batch, n_out)` and so
    on, and `final_state`. **Raises:** as `rollout`.
    """
    if state is None:
        raise invalid("state", "be given", None, "Start from net.initial_state().")
    in_time = lambda x: jnp.expand_dims(jnp.asarray(x), -2)
    if isinstance(u, Mapping):
        inputs = {name: in_time(part) for name, part in u.items()}
    else:
        inputs = None if u is None else in_time(u)
    traj = rollout(net, inputs, steps=1 if u is None else None, state=state, key=key)
    now = lambda x: jnp.squeeze(x, -2)
    return Trajectory(
        now(traj.potentials),
        now(traj.rates),
        now(traj.outputs),
        traj.final_state,
        layout=traj.layout,
    )
