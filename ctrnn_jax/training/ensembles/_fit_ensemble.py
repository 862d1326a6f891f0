"""`fit_ensemble`: train many networks, seeds times settings, in one program."""

from collections.abc import Callable, Sequence
import dataclasses
from typing import Literal

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
from jax.sharding import Mesh
from jaxtyping import PyTree
import numpy as np
import optax

from ..._checks import check_choice, check_count
from ..._types import KeyArray
from ...gradients import AbstractGradient, BPTT
from ...network import AbstractNetwork
from ...penalties import as_loss, Loss, OutputLoss
from ...sharding import place_networks
from ...simulation import map_networks
from ...tasks import AbstractTask
from .._check_arguments import check_folder, check_has_validation, check_match
from .._compiled_updates import next_multiple, Settings, Updated, updates, validate
from .._stop_rules import StopRule
from .._train_step import init_optimiser
from ..checkpoints import Checkpoints
from ._ensemble_checkpoint import restore_ensemble, save_ensemble
from ._ensemble_state import (
    after_updates,
    after_validation,
    EnsembleResult,
    EnsembleState,
    initial_ensemble,
    on_host,
)
from ._sweep import (
    check_optimiser,
    members_of,
    names_to_sweep,
    networks_of,
    Optimiser,
    optimiser_of,
    settings_of,
    Sweep,
    values_of,
)


@dataclasses.dataclass(frozen=True)
class EnsembleReport:
    """The argument of a callback of `fit_ensemble`, called after each compiled call.

    **Attributes:** `state` (an `EnsembleState`), `performance` and `validation_loss`,
    `(members,)`, which are `None` if there was no validation.
    """

    state: EnsembleState
    performance: np.ndarray | None
    validation_loss: np.ndarray | None


_NO_OPTIMISER = optax.identity()
"""The optimiser of settings that all members share; `settings_of` replaces it."""


class _Updates(eqx.Module):
    """The updates of one member.

    It is a module, not a closure, so that equal ones are one compiled program.
    """

    settings: Settings
    optimiser: Optimiser = eqx.field(static=True)
    capacity: int = eqx.field(static=True)

    def __call__(
        self,
        net: AbstractNetwork,
        opt_state: optax.OptState,
        key: KeyArray,
        first: Array,
        count: Array,
        values: dict[str, Array],
    ) -> Updated:
        """Make `count` updates with the swept values of this member."""
        settings = settings_of(self.settings, self.optimiser, values)
        train_key = jax.random.split(key)[0]
        return updates(net, opt_state, train_key, first, count, settings, self.capacity)


class _Validation(eqx.Module):
    """The validation of one member."""

    settings: Settings
    optimiser: Optimiser = eqx.field(static=True)
    size: int = eqx.field(static=True)

    def __call__(
        self, net: AbstractNetwork, key: KeyArray, step: Array, values: dict[str, Array]
    ) -> tuple[Array, Array]:
        """Return performance and output loss on the validation set of this step.

        `values` are the swept settings of this member.
        """
        settings = settings_of(self.settings, self.optimiser, values)
        validation_key = jax.random.split(key)[1]
        key_of_step = jax.random.fold_in(validation_key, step)
        return validate(net, key_of_step, settings, self.size)


class _InitOptimiser(eqx.Module):
    """The initial state of the optimiser of one member."""

    optimiser: Optimiser = eqx.field(static=True)

    def __call__(
        self, net: AbstractNetwork, values: dict[str, Array]
    ) -> optax.OptState:
        """Return the state."""
        return init_optimiser(net, optimiser_of(self.optimiser, values))


def fit_ensemble(
    make: Callable[[KeyArray], AbstractNetwork],
    task: AbstractTask,
    optimiser: Optimiser,
    *,
    seeds: Sequence[int],
    sweep: Sweep = (),
    num_updates: int,
    batch_size: int,
    stop_when: StopRule | None = None,
    best_by: Literal["performance", "loss"] = "performance",
    loss: Loss | OutputLoss | None = None,
    gradient: AbstractGradient = BPTT(),
    validate_every: int = 50,
    validation_size: int | None = None,
    callback: Callable[[EnsembleReport], object] | None = None,
    checkpoints: Checkpoints | None = None,
    resume: bool = False,
    at_once: int | None = None,
    mesh: Mesh | None = None,
) -> EnsembleResult:
    """Train many networks on a task in one compiled program.

    Each member has the numbers that it would have alone: a member with seed s is
    `fit(make(net_key), ..., key=fit_key)` with `net_key, fit_key =
    jax.random.split(jax.random.key(s))`, up to rounding. A member freezes when its stop
    rule holds; training ends when all members are frozen.

        cj.fit_ensemble(
            make, task, optax.adam, seeds=range(8),
            sweep={"learning_rate": [1e-3, 1e-2], "noise": [0.1, 0.2]},
            num_updates=2000, batch_size=20, stop_when=cj.MeanAbove(0.85),
        )  # 32 networks

    **Main arguments:**

    - `make`: a function of a key that returns a network.
    - `task`: of the networks' dt and sizes.
    - `optimiser`: any optax optimiser; if the learning rate is swept, a function of it,
      such as `optax.adam`.

    **Other arguments:**

    - `seeds`: whole numbers; every setting of the sweep is trained with each.
    - `sweep`: values by name, of which every combination is trained; or a list of
      settings, `[{"noise": 0.1, "tau": 50.0}, ...]`. Names: "noise" (sigma of
      `DiffusionNoise`, or noise objects), "tau", "learning_rate", "loss.NAME" (the
      weight of a penalty of the `Loss`), "task.NAME" (a number of the task).
    - `num_updates`, `batch_size`, `stop_when`, `best_by`, `loss`, `gradient`,
      `validate_every`, `validation_size`: as in `fit`, the same for all members.
    - `callback`: called with an `EnsembleReport` after each compiled call; one that
      returns True ends training.
    - `checkpoints`, `resume`: as in `fit`.
    - `at_once`: the number of networks that a device trains at the same time; fewer
      need less memory. The default is that of `map_networks`.
    - `mesh`: from `cj.sharding.mesh`, to divide the networks over its axis `networks`.

    **Returns:** an `EnsembleResult`.

    **Raises:** `ValueError` as `fit`, and for names that cannot be swept (with a
    suggestion).

    **Example:**

    >>> task = cj.tasks.PerceptualDecision(dt=100.0)
    >>> def make(key):
    ...     return cj.EIRNN(2, 10, 2, dt=100.0, tau=100.0, key=key)
    >>> result = cj.fit_ensemble(
    ...     make, task, optax.adam(1e-2), seeds=range(3), num_updates=4, batch_size=8
    ... )
    >>> len(result.members)
    3
    """
    # 1. Validate the arguments, and build all networks.
    check_count("num_updates", num_updates, at_least=0)
    check_count("batch_size", batch_size, at_least=1)
    check_count("validate_every", validate_every, at_least=1)
    check_choice("best_by", best_by, ("performance", "loss"))
    loss = as_loss(loss)
    members = members_of(seeds, sweep, names_to_sweep(task, loss))
    check_optimiser(optimiser, tuple(members[0].settings))
    nets = networks_of(make, members)
    check_match(nets, task)
    values = values_of(members, nets.dtype)
    check_has_validation(0, num_updates, validate_every, stop_when, None)
    size = task.validation_size if validation_size is None else validation_size
    shared = Settings(task, loss, gradient, _NO_OPTIMISER, batch_size)
    make_updates = _Updates(shared, optimiser, capacity=validate_every)
    run_validation = _Validation(shared, optimiser, size)

    def for_each_member(fn: Callable[..., PyTree], *args: PyTree) -> PyTree:
        if mesh is not None:
            args = place_networks(args, mesh)
        return map_networks(fn, *args, batch_size=at_once, mesh=mesh)

    # 2. Find the state to start from: a new one, or the newest checkpoint.
    opt_states = for_each_member(_InitOptimiser(optimiser), nets, values)
    state = initial_ensemble(nets, opt_states, members)
    periods = [validate_every]
    if checkpoints is not None:
        check_folder(checkpoints, resume)
        restored = restore_ensemble(checkpoints, state, members) if resume else None
        state = state if restored is None else restored
        if checkpoints.every is not None:
            periods.append(checkpoints.every)

    # 3. Alternate between compiled updates and validations, callbacks, checkpoints.
    def per_member(number: int) -> Array:
        return jnp.full(len(members), number, jnp.int32)

    while state.step < num_updates and state.running.any():
        start = state.step
        count = min(num_updates, *(next_multiple(start, n) for n in periods)) - start
        # a frozen member makes no updates
        counts = jnp.asarray(np.where(state.running, count, 0), jnp.int32)
        new = for_each_member(
            make_updates,
            state.networks,
            state.opt_states,
            state.keys,
            per_member(start),
            counts,
            values,
        )
        state = after_updates(state, new, count)
        performance, validation_loss = None, None
        if state.step % validate_every == 0:
            validated = for_each_member(
                run_validation,
                state.networks,
                state.keys,
                per_member(state.step),
                values,
            )
            performance, validation_loss = map(on_host, validated)
            state = after_validation(
                state, performance, validation_loss, best_by, stop_when
            )
        report = EnsembleReport(state, performance, validation_loss)
        is_ended = callback is not None and callback(report) is True
        is_last = state.step >= num_updates or not state.running.any() or is_ended
        if checkpoints is not None and (is_last or checkpoints.due(state.step)):
            save_ensemble(checkpoints, state, members)
        if is_ended:
            break
    if checkpoints is not None:
        checkpoints.wait()
    return EnsembleResult(members, state)
