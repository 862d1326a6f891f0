"""The training loop: many updates per compiled call, validation in between."""

from collections.abc import Callable, Sequence
import dataclasses
from typing import Any, Literal

import jax
import jax.numpy as jnp
from jax.sharding import Mesh
import numpy as np
import optax

from .._checks import check_choice, check_count
from .._types import KeyArray
from ..gradients import AbstractGradient, BPTT
from ..network import AbstractNetwork
from ..penalties import as_loss, Loss, OutputLoss
from ..tasks import AbstractTask
from ._arguments import (
    check_first,
    check_folder,
    check_validated,
    first_state,
    next_multiple,
    replicated,
    stages_of,
)
from ._curriculum import Curriculum, Rule
from ._diagnose import diagnose
from ._loop import Settings, updates_compiled, validate_compiled
from ._saved_state import restore_state, save_state
from ._state import Best, FitResult, FitState, no_best, with_updates, with_validation
from ._step import Metrics, problem_of
from .checkpoints import Checkpoints


@dataclasses.dataclass(frozen=True)
class Report:
    """What a callback of `fit` gets after each compiled call.

    **Attributes:** `state` (a `FitState`), `metrics` (see `cj.training.Metrics`) of the
    updates since the last report as arrays `(updates,)`, `performance` and
    `validation_loss` if there was a validation, else `None`.
    """

    state: FitState
    metrics: Metrics
    performance: float | None
    validation_loss: float | None


Callback = Callable[[Report], Any]


def fit(
    net: AbstractNetwork,
    task: AbstractTask | Curriculum,
    optimiser: optax.GradientTransformation,
    *,
    num_updates: int,
    batch_size: int,
    stop_when: Rule | None = None,
    patience: int | None = None,
    best_by: Literal["performance", "loss"] = "performance",
    restore_best: bool = False,
    loss: Loss | OutputLoss | None = None,
    gradient: AbstractGradient = BPTT(),
    validate_every: int = 50,
    validation_size: int | None = None,
    callback: Callback | Sequence[Callback] = (),
    checkpoints: Checkpoints | None = None,
    resume: bool = False,
    state: FitState | None = None,
    mesh: Mesh | None = None,
    key: KeyArray | None = None,
) -> FitResult:
    """Train a network on a task.

    Trials are drawn on the device inside the compiled step, and the updates between
    two validations are one compiled call. Update i draws with `fold_in(key, i)`, so
    training in two parts gives the same bits as in one.

    **Main arguments:**

    - `net`: where to start. With `state` it only says what is trained; its weights are
      those of the state.
    - `task`: of the network's dt and sizes, or a `Curriculum` of them.
    - `optimiser`: any optax optimiser. It is given what `cj.trainable(net)` selects.
      Learning-rate schedules and gradient clipping are its business:
      `optax.chain(optax.clip_by_global_norm(1.0), optax.adam(schedule))`.

    **Other arguments:**

    - `num_updates`: the number of updates of this run, after those of `state`. A
      resumed run counts the updates that it made before it was interrupted.
    - `batch_size`: trials per update.
    - `stop_when`: of the performances at all validations so far; see `MeanAbove`.
    - `patience`: stop after so many validations in a row without a better one.
    - `best_by`: what makes a validation better, "performance" or "loss".
    - `restore_best`: return the best network by validation instead of the last one.
    - `loss`: a `Loss`, or a function of (outputs, targets, mask); by default the cost
      of the task.
    - `gradient`: how the gradient is found; `BPTT()` is exact.
    - `validate_every`: updates between validations, which come at its multiples.
    - `validation_size`: trials per validation, a multiple of the task's conditions; by
      default as the task says.
    - `callback`: called with a `Report` after each compiled call; one that returns
      True ends training. Or several of them.
    - `checkpoints`: where to save the state, and how often; see `Checkpoints`.
    - `resume`: if `checkpoints` holds a state of this run, go on from there. The run
      ends where, and with the same bits as, it would have without interruption (on the
      same devices).
    - `state`: of an earlier `fit`, to go on.
    - `mesh`: of `cj.sharding.mesh`, to divide the trials over its axis `trials`.
    - `key`: for trials and noise. Left out with `state`, which has its own.

    **Returns:** a `FitResult`.

    **Raises:** `ValueError` if network and task differ in dt or sizes, if an argument
    is out of range, if a stop rule would never be looked at, if `checkpoints` holds
    another run, and if the loss is NaN or infinite before anything was learned.
    """
    stages = stages_of(net, task, stop_when)
    check_count("num_updates", num_updates, at_least=0)
    check_count("batch_size", batch_size, at_least=1)
    check_count("validate_every", validate_every, at_least=1)
    check_choice("best_by", best_by, ("performance", "loss"))
    if patience is not None:
        check_count("patience", patience, at_least=1)
    state = first_state(net, optimiser, state, key)
    end, stopped, divergence = state.step + num_updates, "steps", None
    check_validated(state.step, end, validate_every, stages[-1][1], patience)
    if mesh is not None:
        state = replicated(state, mesh)
    if checkpoints is not None:
        check_folder(checkpoints, resume)
        found = restore_state(checkpoints, state) if resume else None
        if found is not None:
            state, before = found
            if before not in ("steps", "callback"):
                end, stopped = state.step, before
    callbacks = (callback,) if callable(callback) else tuple(callback)
    loss = as_loss(loss)
    train_key, validation_key = jax.random.split(state.key)
    every = None if checkpoints is None else checkpoints.every
    try:
        while state.step < end:
            here = state.step
            now_task, rule = stages[state.stage]
            settings = Settings(now_task, loss, gradient, optimiser, batch_size, mesh)
            until = min(next_multiple(here, n) for n in (validate_every, every) if n)
            ahead = min(until, end) - here
            new = updates_compiled(
                state.network,
                state.opt_state,
                train_key,
                jnp.asarray(here, jnp.int32),
                jnp.asarray(ahead, jnp.int32),
                settings,
                validate_every,
            )
            done = int(new.done)
            metrics = jax.tree.map(
                lambda x, done=done: np.asarray(x)[:done], new.metrics
            )
            now = here + done
            history = with_updates(state.history, metrics)
            measured: tuple[float, float] | tuple[None, None] = (None, None)
            best, stage = state.best, state.stage
            if done == ahead and now % validate_every == 0:
                key_now = jax.random.fold_in(validation_key, now)
                size = validation_size
                size = now_task.validation_size if size is None else size
                result = validate_compiled(new.network, key_now, settings, size)
                measured = (float(result[0]), float(result[1]))
                history = with_validation(history, now, *measured, stage)
                if best.beaten_by(*measured, best_by):
                    best = Best(new.network, now, *measured)
                past = history.performance[history.stage == stage].tolist()
                if rule is not None and rule(past):
                    stage += 1
                    if stage == len(stages):
                        stage, stopped = stage - 1, "criterion"
                    else:
                        best = no_best(new.network, now)
            state = FitState(
                new.network, new.opt_state, state.key, now, history, best, stage
            )
            if not new.finite:
                problem_key = jax.random.fold_in(train_key, now)
                problem = problem_of(
                    state.network, problem_key, now_task, batch_size, loss, mesh
                )
                divergence = diagnose(
                    state.network, state.opt_state, problem, optimiser, gradient, now
                )
                check_first(divergence)
                stopped = "diverged"
            elif stopped == "steps" and _out_of_patience(state, patience):
                stopped = "patience"
            report = Report(state, metrics, *measured)
            asked = [function(report) for function in callbacks]
            if stopped == "steps" and any(answer is True for answer in asked):
                stopped = "callback"
            last = stopped != "steps" or now == end
            if checkpoints is not None and (last or checkpoints.due(now)):
                save_state(checkpoints, state, stopped)
            if stopped != "steps":
                break
    except KeyboardInterrupt:
        if checkpoints is not None:
            save_state(checkpoints, state, "steps")
            checkpoints.wait()
        raise
    if checkpoints is not None:
        checkpoints.wait()
    network = state.best.network if restore_best else state.network
    return FitResult(network, state.history, state.best, state, stopped, divergence)


def _out_of_patience(state: FitState, patience: int | None) -> bool:
    """Whether the last validations of this stage were all worse than an earlier one."""
    if patience is None:
        return False
    history = state.history
    here = history.validation_step[history.stage == state.stage]
    return int(np.sum(here > state.best.step)) >= patience
