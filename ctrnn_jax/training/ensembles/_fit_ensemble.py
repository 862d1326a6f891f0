"""Many networks trained in one program: seeds times settings."""

from collections.abc import Callable, Sequence
import dataclasses
from typing import Any, Literal

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
from jax.sharding import Mesh
import numpy as np

from ..._checks import check_choice, check_count
from ..._types import KeyArray
from ...gradients import AbstractGradient, BPTT
from ...network import AbstractNetwork
from ...penalties import as_loss, Loss, OutputLoss
from ...sharding import place_networks
from ...simulation import map_networks
from ...tasks import AbstractTask
from .._arguments import check_folder, check_match, check_validated, next_multiple
from .._curriculum import Rule
from .._loop import Settings, Updated, updates, validate
from .._step import init_optimiser
from ..checkpoints import Checkpoints
from ._saved_state import restore_ensemble, save_ensemble
from ._state import (
    EnsembleResult,
    EnsembleState,
    first_ensemble,
    on_host,
    with_measured,
    with_metrics,
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
    """What a callback of `fit_ensemble` gets after each compiled call.

    **Attributes:** `state` (an `EnsembleState`), `performance` and `validation_loss`
    `(members,)` if there was a validation, else `None`.
    """

    state: EnsembleState
    performance: np.ndarray | None
    validation_loss: np.ndarray | None


class _Updates(eqx.Module):
    """The updates of one member; a module, so that equal ones are one program."""

    settings: Settings
    optimiser: Optimiser = eqx.field(static=True)
    capacity: int = eqx.field(static=True)

    def __call__(
        self,
        net: AbstractNetwork,
        opt_state: Any,
        key: KeyArray,
        first: Array,
        count: Array,
        values: dict[str, Array],
    ) -> Updated:
        settings = settings_of(self.settings, self.optimiser, values)
        train_key = jax.random.split(key)[0]
        return updates(net, opt_state, train_key, first, count, settings, self.capacity)


class _Validation(eqx.Module):
    settings: Settings
    optimiser: Optimiser = eqx.field(static=True)
    size: int = eqx.field(static=True)

    def __call__(
        self, net: AbstractNetwork, key: KeyArray, step: Array, values: dict[str, Array]
    ) -> tuple[Array, Array]:
        settings = settings_of(self.settings, self.optimiser, values)
        validation_key = jax.random.split(key)[1]
        now = jax.random.fold_in(validation_key, step)
        return validate(net, now, settings, self.size)


class _Start(eqx.Module):
    optimiser: Optimiser = eqx.field(static=True)

    def __call__(self, net: AbstractNetwork, values: dict[str, Array]) -> Any:
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
    stop_when: Rule | None = None,
    best_by: Literal["performance", "loss"] = "performance",
    loss: Loss | OutputLoss | None = None,
    gradient: AbstractGradient = BPTT(),
    validate_every: int = 50,
    validation_size: int | None = None,
    callback: Callable[[EnsembleReport], Any] | None = None,
    checkpoints: Checkpoints | None = None,
    resume: bool = False,
    at_once: int | None = None,
    mesh: Mesh | None = None,
) -> EnsembleResult:
    """Train many networks on a task in one compiled program.

    Each has the numbers it would have alone: a member with seed s is
    `fit(make(net_key), ..., key=fit_key)` with `net_key, fit_key =
    jax.random.split(jax.random.key(s))`, up to rounding. A member whose stop rule holds
    freezes; training ends when all have.

        cj.fit_ensemble(
            make, task, optax.adam, seeds=range(8),
            sweep={"learning_rate": [1e-3, 1e-2], "noise": [0.1, 0.2]},
            num_updates=2000, batch_size=20, stop_when=cj.MeanAbove(0.85),
        )  # 32 networks

    **Main arguments:**

    - `make`: a network of a key.
    - `task`: of the networks' dt and sizes.
    - `optimiser`: any optax optimiser; a function of the learning rate, such as
      `optax.adam`, if that is swept.

    **Other arguments:**

    - `seeds`: whole numbers; every setting of the sweep is trained with each.
    - `sweep`: values by name, of which every combination is trained; or a list of
      settings, `[{"noise": 0.1, "tau": 50.0}, ...]`. Names: "noise" (sigma of
      `DiffusionNoise`, or noise objects), "tau", "learning_rate", "loss.NAME" (the
      weight of a term of the `Loss`), "task.NAME" (a number of the task).
    - `num_updates`, `batch_size`, `stop_when`, `best_by`, `loss`, `gradient`,
      `validate_every`, `validation_size`: as of `fit`, the same for all.
    - `callback`: called with an `EnsembleReport` after each compiled call; one that
      returns True ends training.
    - `checkpoints`, `resume`: as of `fit`.
    - `at_once`: how many networks go side by side on a device; less needs less memory.
      By default as `map_networks` finds best.
    - `mesh`: of `cj.sharding.mesh`, to divide the networks over its axis `networks`.

    **Returns:** an `EnsembleResult`.

    **Raises:** `ValueError` as `fit`, and for what cannot be swept (with a suggestion).
    """
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
    check_validated(0, num_updates, validate_every, stop_when, None)
    size = task.validation_size if validation_size is None else validation_size
    # the member's optimiser takes its place
    shared = Settings(task, loss, gradient, None, batch_size)
    run = _Updates(shared, optimiser, validate_every)
    check = _Validation(shared, optimiser, size)

    def each(fn: Any, *args: Any) -> Any:
        if mesh is not None:
            args = place_networks(args, mesh)
        return map_networks(fn, *args, batch_size=at_once, mesh=mesh)

    opt_states = each(_Start(optimiser), nets, values)
    state = first_ensemble(nets, opt_states, members)
    if checkpoints is not None:
        check_folder(checkpoints, resume)
        found = restore_ensemble(checkpoints, state, members) if resume else None
        state = state if found is None else found
    every = None if checkpoints is None else checkpoints.every
    while state.step < num_updates and state.running.any():
        here = state.step
        until = min(next_multiple(here, n) for n in (validate_every, every) if n)
        ahead = min(until, num_updates) - here
        counts = jnp.asarray(np.where(state.running, ahead, 0), jnp.int32)
        firsts = jnp.full(len(members), here, jnp.int32)
        new = each(
            run, state.networks, state.opt_states, state.keys, firsts, counts, values
        )
        state = with_metrics(state, new, ahead)
        measured: tuple[np.ndarray, np.ndarray] | tuple[None, None] = (None, None)
        if state.step % validate_every == 0:
            at = jnp.full(len(members), state.step, jnp.int32)
            found = each(check, state.networks, state.keys, at, values)
            measured = (on_host(found[0]), on_host(found[1]))
            state = with_measured(state, *measured, best_by, stop_when)
        report = EnsembleReport(state, *measured)
        ended = callback is not None and callback(report) is True
        last = state.step >= num_updates or not state.running.any() or ended
        if checkpoints is not None and (last or checkpoints.due(state.step)):
            save_ensemble(checkpoints, state, members)
        if ended:
            break
    if checkpoints is not None:
        checkpoints.wait()
    return EnsembleResult(members, state)
