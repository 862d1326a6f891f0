"""`fit`: train a network, with validations between the compiled calls."""

from collections.abc import Sequence
from functools import partial
from typing import Literal

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
from jax.sharding import Mesh
import numpy as np
import optax

from .._arguments import checks_arguments
from .._checks import check, check_count, describe, invalid
from .._random import one_key, split_keys
from .._tree import same_structure, with_fields
from .._types import KeyArray
from ..gradients import AbstractGradient, BPTT
from ..network import AbstractNetwork, check_network, trainable
from ..penalties import as_loss, Loss, OutputLoss
from ..sharding import replicate
from ..tasks import AbstractTask, Batches
from ._check_arguments import check_first_update, check_optimiser_state, stages_of
from ._compiled_updates import Settings, Updated, updates_compiled, validate_compiled
from ._curriculum import Curriculum
from ._divergence import diagnose, Divergence
from ._loop import AbstractMembers, Loop
from ._state import (
    Callbacks,
    EnsembleState,
    FitResult,
    FitState,
    new_state,
    Report,
    result_of,
    state_of_member,
    state_of_one,
)
from ._state_checkpoint import describe_run, Resume
from ._stop_rules import StopRule
from ._train_step import init_optimiser
from .checkpoints import Checkpoints
from .optimisers import describe_optimiser, traced


@checks_arguments
def fit(
    net: AbstractNetwork,
    task: AbstractTask | Curriculum | Batches,
    optimiser: optax.GradientTransformation,
    *,
    num_updates: int,
    batch_size: int | None = None,
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
    state: FitState | None = None,
    mesh: Mesh | None = None,
    progress: bool | None = None,
    key: KeyArray | None = None,
) -> FitResult:
    """Train a network on a task.

    Trials are drawn on the device inside the compiled step, and the updates between
    two validations are one compiled call. Update i draws with `fold_in(train_key, i)`,
    where `train_key, validation_key = jax.random.split(key)`, so training in two parts
    gives the same bits as in one. Before JAX compiles updates or the validation,
    `progress` shows a line, and the logger "ctrnn_jax" of `logging` has a message at
    level INFO.

    **Main arguments:**

    - `net`: the initial network. With `state` it only determines what is trained; the
      weights are those of the state.
    - `task`: of the network's dt and sizes, a `Curriculum` of such tasks, or `Batches`
      of data (`cj.tasks.from_batches`).
    - `optimiser`: any optax optimiser. It gets the parameters that `cj.trainable(net)`
      selects, and the loss if it needs it. Learning-rate schedules and gradient
      clipping are part of it: `optax.chain(optax.clip_by_global_norm(1.0),
      optax.adam(schedule))`. Weight decay acts on raw parameters; see
      `cj.training.decay_mask`. Another optimiser that differs in numbers only does not
      compile again. If the optimiser evaluates elsewhere than it trains, as
      `optax.contrib.schedule_free`, so do validations; see `FitResult`. Training ends
      at a loss that is not finite, before the optimiser: `optax.apply_if_finite` skips
      only gradients that are not finite where the loss is.

    **Other arguments:**

    - `num_updates`: the number of updates of this run, after those of `state`. A
      resumed run counts the updates that it made before it was interrupted.
    - `batch_size`: trials per update; left out with `Batches`, which have a size.
    - `stop_when`: a function of the performances at all validations so far that returns
      True to end training; see `MeanAbove`.
    - `patience`: stop after this number of successive validations without a better one.
    - `best_by`: what makes a validation better, "performance" or "loss".
    - `restore_best`: whether to return the best network by validation instead of the
      last one.
    - `loss`: a `Loss`, or a function of (outputs, targets, mask); by default the output
      loss of the task.
    - `gradient`: the method that computes the gradient; `BPTT()` is exact.
    - `validate_every`: updates between validations, which come at its multiples.
    - `validation_size`: trials per validation, a multiple of the task's conditions; by
      default the task's `validation_size`.
    - `callback`: one function or several, called with a `Report` after each compiled
      call; one that returns True ends training.
    - `checkpoints`: where to save the state, and how often; see `Checkpoints`.
    - `resume`: whether to continue from the state of this run in `checkpoints`, if
      there is one. The run ends at the same update, and with the same bits, as without
      interruption (on the same devices). A run with another network, task, optimiser,
      loss, stop rule or other setting is an error that names both values; only
      `num_updates`, `restore_best`, `callback`, `checkpoints`, `progress` and `mesh`
      may differ. Functions of yours are compared by their compiled code and the values
      that they use. "changed" continues with the settings of this call: the checkpoint
      gives the weights and the optimiser's state, and the numbers in it
      (`optax.inject_hyperparams`). Other versions of libraries are a
      `CheckpointWarning`.
    - `state`: of an earlier `fit`, to continue from, or of `cj.FitState.start`.
    - `mesh`: from `cj.sharding.mesh`, to divide the trials over its axis `trials`.
    - `progress`: whether to write lines to standard error: updates, performance, loss,
      and the time left. By default only in a terminal, where one line is rewritten, and
      in a notebook. It changes no number and compiles nothing.
    - `key`: for trials and noise. Leave it out with `state`, which has a key.

    **Interruption:** Ctrl-C (interrupting the cell of a notebook) ends training, and at
    most `validate_every` updates are lost. `fit` saves the state in `checkpoints`, logs
    a warning, and returns the result with `stopped="interrupted"`. Before the first
    validation or callback of a call it raises `KeyboardInterrupt`. A script that calls
    `fit` in a loop should end the loop if `result.stopped == "interrupted"`.

    **Returns:** a `FitResult`. A checkpoint that could not be saved is a
    `CheckpointWarning`; the result is returned.

    **Raises:** `ValueError` if network and task differ in dt or sizes, if an argument
    is out of range, if the optimiser raises an error (such as those that need the
    gradient of each trial), if `stop_when`, `patience` or `restore_best` would get no
    validation, if `checkpoints` holds another run or cannot be written, if `state` is
    that of another optimiser, and if the loss is NaN or infinite at the very first
    update.

    **Example:**

    >>> task = cj.tasks.PerceptualDecision(dt=100.0)
    >>> net = cj.EIRNN(2, 10, 2, dt=100.0, tau=100.0, key=jax.random.key(0))
    >>> result = cj.fit(
    ...     net, task, optax.adam(1e-2), num_updates=4, batch_size=8,
    ...     key=jax.random.key(1),
    ... )
    >>> result.history.loss.shape
    (4,)
    """
    check_network(net, "Train many networks with cj.fit_ensemble.")
    batches = None
    if isinstance(task, Batches):
        rule, remedy = "be left out with batches", "They have a size."
        check(batch_size is None, "batch_size", rule, batch_size, remedy)
        batches, task, batch_size = task, task.task, 1
    stages = stages_of(net, task, stop_when, validation_size=validation_size, mesh=mesh)
    batch_size = check_count("batch_size", batch_size, at_least=1)
    start = _initial_state(net, optimiser, state, key)
    params = eqx.filter(start.network, trainable(start.network))
    update = traced(optimiser, params, start.opt_state)
    shared = (as_loss(loss), gradient, update, batch_size, validate_every)
    settings = [Settings(one, *shared, validation_size, mesh) for one, _ in stages]

    def describe() -> dict[str, str]:
        return describe_run(
            "net",
            start.network,
            describe_optimiser(update, init_optimiser(net, optimiser)),
            settings,
            task=task,
            stop_when=stop_when,
            patience=patience,
            best_by=best_by,
        )

    if mesh is not None:
        start = _replicated(start, mesh)
    member = _OneNetwork(settings, start, batches)
    last = Loop(
        members=member,
        describe=describe,
        rules=[rule for _, rule in stages],
        state=start,
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
    has_diverged = last.stopped[0] == "diverged"
    divergence = member.diagnosis(last) if has_diverged else None
    return result_of(_without_axis(last), last.stopped[0], restore_best, divergence)


class _OneNetwork(AbstractMembers):
    """One network."""

    def __init__(
        self,
        settings: Sequence[Settings],
        start: EnsembleState,
        batches: Batches | None,
    ) -> None:
        """`settings` are those of each stage; `start` is the state before training."""
        self._settings = list(settings)
        self._validations = [one.validation for one in settings]
        self._batches = batches
        self._num_read = start.step  # updates of which the batches were read
        self._train_key, self._validation_key = split_keys(start.key, 2)

    def update(self, state: EnsembleState, stage: int, counts: np.ndarray) -> Updated:
        if self._batches is not None:
            counts = self._read(self._batches, state.step, counts)
        settings, key = self._settings[stage], self._train_key
        first = jnp.asarray(state.step, jnp.int32)
        count = jnp.asarray(counts[0], jnp.int32)
        net, opt_state = state.network, state.opt_state
        new = updates_compiled(net, opt_state, key, first, count, settings)
        if state.step == 0 and not new.finite and new.done == 0:
            check_first_update(self.diagnosis(state))
        return new

    def _read(self, batches: Batches, step: int, counts: np.ndarray) -> np.ndarray:
        """Read the next batches into the task; return the number of their updates."""
        batches.skip(step - self._num_read)  # those of a run that is resumed
        settings = self._settings[0]
        task, num_batches, size = batches.take(step, int(counts[0]), settings.capacity)
        self._num_read = step + num_batches
        self._settings[0] = with_fields(settings, task=task, batch_size=size)
        return np.full_like(counts, num_batches)

    def has_ended(self) -> bool:
        return self._batches is not None and self._batches.has_ended

    def diagnosis(self, state: EnsembleState) -> Divergence:
        """Return what is not finite in the next update of this state."""
        settings = self._settings[state.stage[0]]
        net, opt_state = state.network, state.opt_state
        return diagnose(net, opt_state, self._train_key, state.step, settings)

    def validate(
        self, net: AbstractNetwork, state: EnsembleState, stage: int
    ) -> tuple[Array, Array]:
        step = jnp.asarray(state.step, jnp.int32)
        validation = self._validations[stage]
        new = validate_compiled(net, self._validation_key, step, validation)
        return new.performance, new.loss

    def on_host(self, values: Array) -> np.ndarray:
        return np.asarray(values)[None]

    def select(
        self, mask: np.ndarray, new: AbstractNetwork, old: AbstractNetwork
    ) -> AbstractNetwork:
        return new if mask[0] else old

    def report(self, report: Report[EnsembleState]) -> Report[FitState]:
        parts = (report.metrics, report.performance, report.validation_loss)
        return Report(_without_axis(report.state), *jax.tree.map(lambda x: x[0], parts))


def _without_axis(state: EnsembleState) -> FitState:
    """Return the state of the one member of an ensemble."""
    return state_of_member(state, 0, lambda tree: tree)


def _initial_state(
    net: AbstractNetwork,
    optimiser: optax.GradientTransformation,
    state: FitState | None,
    key: KeyArray | None,
) -> EnsembleState:
    """Return the state that training starts from: `state`, or that of a new run.

    Raises `ValueError` for no key in a new run, a key along with a state, and a network
    of another structure than that of the state.
    """
    if state is None:
        if key is None:
            remedy = "Pass key=jax.random.key(0), for example."
            raise invalid("key", "be given", None, remedy)
        return new_state(net, init_optimiser(net, optimiser), one_key(key), 1)
    remedy = "The state has its key."
    check(key is None, "key", "be left out with `state`", lambda: describe(key), remedy)
    remedy = "Pass result.network along with state=result.state."
    is_same = same_structure(net, state.network)
    rule = "have the structure of `state.network`"
    check(is_same, "net", rule, "another network", remedy)
    check_optimiser_state(
        jax.eval_shape(partial(init_optimiser, optimiser=optimiser), net),
        state.opt_state,
    )
    return state_of_one(state)


def _replicated(state: EnsembleState, mesh: Mesh) -> EnsembleState:
    """Return the state with all of its arrays on every device of a mesh."""
    names = ("network", "opt_state", "key")
    arrays = {name: getattr(state, name) for name in names}
    best = with_fields(state.best, network=replicate(state.best.network, mesh))
    return with_fields(state, **replicate(arrays, mesh), best=best)
