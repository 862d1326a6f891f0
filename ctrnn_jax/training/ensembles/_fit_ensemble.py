"""`fit_ensemble`: train many networks, seeds times settings, in one program."""

from collections.abc import Callable, Sequence
from typing import final, Literal

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
from jax.sharding import Mesh
from jaxtyping import PyTree
import numpy as np
import optax

from ..._arguments import checks_arguments
from ..._checks import check, check_count
from ..._tree import same_structure
from ..._types import KeyArray
from ...gradients import AbstractGradient, BPTT
from ...network import AbstractNetwork, trainable
from ...penalties import as_loss, Loss, OutputLoss
from ...sharding import place_networks
from ...simulation import map_networks
from ...tasks import AbstractTask
from .._check_arguments import check_optimiser_state, stages_of
from .._compiled_updates import Settings, Updated, updates, validate
from .._curriculum import Curriculum
from .._loop import AbstractMembers, Loop
from .._state import Callbacks, EnsembleState, new_state
from .._state_checkpoint import describe_run, Resume
from .._stop_rules import StopRule
from .._train_step import init_optimiser
from ..checkpoints import Checkpoints
from ..optimisers import (
    adapted,
    AdaptedOptimiser,
    describe_optimiser,
    traced,
    traced_for_rates,
)
from ._result import EnsembleResult, select
from ._sweep import (
    check_optimiser,
    keys_of_member,
    LEARNING_RATE,
    members_of,
    networks_of,
    Optimiser,
    optimiser_of,
    selected,
    settings_of,
    Sweep,
    values_of,
)


_NO_OPTIMISER = optax.identity()
"""The optimiser of settings that all members share, if `settings_of` replaces it."""


@checks_arguments
def fit_ensemble(
    make: Callable[[KeyArray], AbstractNetwork],
    task: AbstractTask | Curriculum,
    optimiser: Optimiser,
    *,
    seeds: Sequence[int],
    sweep: Sweep = (),
    only: Sequence[int] | None = None,
    num_updates: int,
    batch_size: int,
    stop_when: StopRule | None = None,
    patience: int | None = None,
    best_by: Literal["performance", "loss"] = "performance",
    restore_best: bool = False,
    loss: Loss | OutputLoss | None = None,
    gradient: AbstractGradient = BPTT(),
    validate_every: int = 50,
    validation_size: int | None = None,
    callback: Callbacks = (),
    checkpoints: Checkpoints | None = None,
    resume: Resume = False,
    state: EnsembleState | None = None,
    at_once: int | None = None,
    mesh: Mesh | None = None,
    progress: bool | None = None,
) -> EnsembleResult:
    """Train many networks on a task in one compiled program.

    Each member has the numbers that it would have alone: a member with seed s is
    `fit(make(net_key), ..., key=fit_key)` with `net_key, fit_key =
    jax.random.split(jax.random.key(s))`, up to rounding. A member ends when its stop
    rule holds, when its patience is used up, or when it diverges; its network and state
    no longer change. Training ends when all members have ended. In a curriculum each
    member has a separate stage, and each compiled call is made once for every stage in
    which members train.

        cj.fit_ensemble(
            make, task, optax.adam, seeds=range(8),
            sweep={"learning_rate": [1e-3, 1e-2], "noise": [0.1, 0.2]},
            num_updates=2000, batch_size=20, stop_when=cj.MeanAbove(0.85),
        )  # 32 networks

    **Main arguments:**

    - `make`: a function of a key that returns a network.
    - `task`: of the networks' dt and sizes, or a `Curriculum` of such tasks.
    - `optimiser`: any optax optimiser; if the learning rate is swept, a function of it,
      such as `optax.adam`.

    **Other arguments:**

    - `seeds`: whole numbers; every setting of the sweep is trained with each.
    - `sweep`: values by name, of which every combination is trained; or a list of
      settings, `[{"noise": 0.1, "tau": 50.0}, ...]`. Names: "noise" (sigma of
      `DiffusionNoise`, or noise objects), "tau", "learning_rate", "loss.NAME" (the
      weight of a penalty of the `Loss`), "task.NAME" (a number of the task, in a
      curriculum of every task; see `cj.tasks.AbstractTask` for custom tasks).
    - `only`: indices of the members to train, for several processes that share an
      ensemble. Members count from 0; all seeds of the first setting come first.
    - `num_updates`, `batch_size`, `stop_when`, `patience`, `best_by`, `restore_best`,
      `loss`, `gradient`, `validate_every`, `validation_size`: as in `fit`, the same for
      all members.
    - `callback`, `checkpoints`, `resume`: as in `fit`. The `Report` has arrays with a
      leading axis of members. A callback that returns True ends all members.
    - `state`: of an earlier `fit_ensemble` with the same seeds and number of settings,
      to continue from. Members that ended by themselves stay as they are; to train one
      of them further, pass the state of `result.member(i)` to `fit`.
    - `at_once`: the number of networks that a device trains at the same time; fewer
      need less memory. The default is that of `map_networks`.
    - `mesh`: from `cj.sharding.mesh`, to divide the networks over its axis `networks`.
    - `progress`: as in `fit`; the line has the medians over the networks that train.

    **Interruption:** Ctrl-C ends all members and returns the result, as in `fit`:
    "interrupted" is in `result.stopped`.

    **Returns:** an `EnsembleResult`. Its `best()` is the network that was best; its
    `table()` and `to_dataframe()` have a row for each member.

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
    tasks = [t for t, _ in task.stages] if isinstance(task, Curriculum) else [task]
    loss = as_loss(loss)
    members = members_of(seeds, sweep, tasks, loss)
    if only is not None:
        members = selected(members, only)
    check_optimiser(optimiser, tuple(members[0].settings))
    nets = networks_of(make, members)
    stages = stages_of(
        nets, task, stop_when, validation_size=validation_size, mesh=mesh
    )
    check_count("batch_size", batch_size, at_least=1)
    if at_once is not None:
        check_count("at_once", at_once, at_least=1)
    values = values_of(members, tasks, nets.dtype)
    opt_states = jax.vmap(
        lambda net, values: init_optimiser(net, optimiser_of(optimiser, values))
    )(nets, values)
    # one program for all optimisers that differ in numbers only, see `traced`
    make_optimiser = None
    update = _traced(optimiser, nets, opt_states, values)
    if update is None:
        update, make_optimiser = _NO_OPTIMISER, optimiser
    shared = (loss, gradient, update, batch_size, validate_every)
    settings = [Settings(one, *shared, validation_size) for one in tasks]
    programs = [_Program(one, make_optimiser) for one in settings]
    stack = _Stack(programs, values, at_once, mesh)

    # 2. Find the state to start from, and train.
    keys = jnp.stack([keys_of_member(member.seed)[1] for member in members])
    if state is None:
        state = new_state(nets, opt_states, keys, len(members))
    is_same = same_structure(nets, state.network)
    rule = "return networks of the structure of `state.network`"
    remedy = "Pass the same `make` and as many seeds and settings."
    check(is_same, "make", rule, "others", remedy)
    check_optimiser_state(opt_states, state.opt_state)
    is_same = np.array_equal(jax.random.key_data(keys), jax.random.key_data(state.key))
    rule, remedy = "be those of `state`", "Pass the same seeds, or leave out `state`."
    check(is_same, "seeds", rule, [member.seed for member in members], remedy)

    def describe() -> dict[str, str]:
        first_values = {name: x[0] for name, x in values.items()}
        first = (
            update if make_optimiser is None else optimiser_of(optimiser, first_values)
        )
        return describe_run(
            "make(key)",
            state.network,
            describe_optimiser(adapted(first), opt_states, axes=1),
            settings,
            seeds=[member.seed for member in members],
            sweep=[member.settings for member in members],
            task=task,
            stop_when=stop_when,
            patience=patience,
            best_by=best_by,
        )

    last = Loop(
        members=stack,
        describe=describe,
        rules=[rule for _, rule in stages],
        state=state,
        num_updates=num_updates,
        validate_every=validate_every,
        patience=patience,
        best_by=best_by,
        restore_best=restore_best,
        callback=callback,
        checkpoints=checkpoints,
        resume=resume,
        progress=progress,
    ).run()
    return EnsembleResult(members, last, best_by, restore_best)


def _traced(
    optimiser: Optimiser,
    nets: AbstractNetwork,
    opt_states: optax.OptState,
    values: dict[str, Array],
) -> AdaptedOptimiser | None:
    """Return the optimiser, traced for one member of a stack.

    `None` if it is a function of the learning rate and evaluates the loss.
    """

    def of_member(tree: PyTree) -> PyTree:
        return jax.tree.map(lambda x: x[0], tree)

    nets, opt_states = jax.eval_shape(of_member, (nets, opt_states))
    params = eqx.filter(nets, trainable(nets))
    if not callable(optimiser):
        return traced(optimiser, params, opt_states)
    rate = of_member(values)[LEARNING_RATE]
    return traced_for_rates(optimiser, rate, params, opt_states)


@final
class _Program(eqx.Module):
    """The functions of one member, which `map_networks` compiles.

    `values` are the swept settings of the member, scalars by name. `make_optimiser` is
    a function of the learning rate, if that is swept and its optimiser is not traced.
    """

    settings: Settings
    make_optimiser: Optimiser | None = eqx.field(static=True)

    def update(
        self,
        net: AbstractNetwork,
        opt_state: optax.OptState,
        key: KeyArray,
        first: Array,
        count: Array,
        values: dict[str, Array],
    ) -> Updated:
        """Make `count` updates."""
        settings = settings_of(self.settings, self.make_optimiser, values)
        train_key = jax.random.split(key)[0]
        return updates(net, opt_state, train_key, first, count, settings)

    def validate(
        self, net: AbstractNetwork, key: KeyArray, step: Array, values: dict[str, Array]
    ) -> tuple[Array, Array]:
        """Return performance and output loss on the validation set of this step."""
        settings = settings_of(self.settings, self.make_optimiser, values)
        validation_key = jax.random.split(key)[1]
        new = validate(net, validation_key, step, settings.validation)
        return new.performance, new.loss


class _Stack(AbstractMembers):
    """A stack of networks."""

    def __init__(
        self,
        programs: Sequence[_Program],
        values: dict[str, Array],
        at_once: int | None,
        mesh: Mesh | None,
    ) -> None:
        """`programs` are those of each stage; `values` are `(members,)`."""
        self._programs = programs
        self._values = values
        self._at_once = at_once
        self._mesh = mesh

    def update(self, state: EnsembleState, stage: int, counts: np.ndarray) -> Updated:
        return self._map(
            self._programs[stage].update,
            state.network,
            state.opt_state,
            state.key,
            jnp.full(counts.shape, state.step, jnp.int32),
            jnp.asarray(counts, jnp.int32),
        )

    def validate(
        self, net: AbstractNetwork, state: EnsembleState, stage: int
    ) -> tuple[Array, Array]:
        steps = jnp.full(state.steps.shape, state.step, jnp.int32)
        program = self._programs[stage]
        return self._map(program.validate, net, state.key, steps)

    def on_host(self, values: Array) -> np.ndarray:
        if not values.is_fully_addressable:  # other processes have parts of it
            from jax.experimental import multihost_utils

            return np.asarray(multihost_utils.process_allgather(values, tiled=True))
        return np.asarray(values)

    def select(
        self, mask: np.ndarray, new: AbstractNetwork, old: AbstractNetwork
    ) -> AbstractNetwork:
        return select(mask, new, old)

    def _map(self, fn: Callable[..., PyTree], *args: PyTree) -> PyTree:
        """Return the results of a function of each member and its swept settings."""
        args = (*args, self._values)
        if self._mesh is not None:
            args = place_networks(args, self._mesh)
        return map_networks(fn, *args, batch_size=self._at_once, mesh=self._mesh)
