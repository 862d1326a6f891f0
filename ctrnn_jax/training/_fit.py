"""`fit`: train a network, with validations between the compiled calls."""

from collections.abc import Callable, Sequence
import dataclasses
from typing import Literal

import jax
import jax.numpy as jnp
from jax.sharding import Mesh
import numpy as np
import optax

from .._checks import check_choice, check_count
from .._tree import with_fields
from .._types import KeyArray
from ..gradients import AbstractGradient, BPTT
from ..network import AbstractNetwork
from ..penalties import as_loss, Loss, OutputLoss
from ..tasks import AbstractTask
from ._check_arguments import (
    check_first_update,
    check_folder,
    check_has_validation,
    stages_of,
)
from ._compiled_updates import (
    next_multiple,
    Settings,
    updates_compiled,
    validate_compiled,
)
from ._curriculum import Curriculum
from ._divergence import diagnose, Divergence
from ._fit_checkpoint import restore_state, save_state
from ._fit_state import (
    Best,
    FitResult,
    FitState,
    initial_state,
    no_best,
    replicate_state,
    Stopped,
    with_updates,
    with_validation,
)
from ._stop_rules import StopRule
from ._train_step import Metrics, problem_of
from .checkpoints import Checkpoints


@dataclasses.dataclass(frozen=True)
class Report:
    """The argument of a callback of `fit`, which is called after each compiled call.

    **Attributes:** `state` (a `FitState`), `metrics` (see `cj.training.Metrics`) of the
    updates since the last report as arrays `(updates,)`, `performance` and
    `validation_loss`, which are `None` if there was no validation.
    """

    state: FitState
    metrics: Metrics
    performance: float | None
    validation_loss: float | None


Callback = Callable[[Report], object]


def fit(
    net: AbstractNetwork,
    task: AbstractTask | Curriculum,
    optimiser: optax.GradientTransformation,
    *,
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

    - `net`: the initial network. With `state` it only determines what is trained; the
      weights are those of the state.
    - `task`: of the network's dt and sizes, or a `Curriculum` of such tasks.
    - `optimiser`: any optax optimiser. It gets the parameters that `cj.trainable(net)`
      selects. Learning-rate schedules and gradient clipping are part of it:
      `optax.chain(optax.clip_by_global_norm(1.0), optax.adam(schedule))`.

    **Other arguments:**

    - `num_updates`: the number of updates of this run, after those of `state`. A
      resumed run counts the updates that it made before it was interrupted.
    - `batch_size`: trials per update.
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
      interruption (on the same devices).
    - `state`: of an earlier `fit`, to continue from.
    - `mesh`: from `cj.sharding.mesh`, to divide the trials over its axis `trials`.
    - `key`: for trials and noise. Leave it out with `state`, which has a key.

    **Returns:** a `FitResult`.

    **Raises:** `ValueError` if network and task differ in dt or sizes, if an argument
    is out of range, if a stop rule would never be evaluated, if `checkpoints` holds
    another run, and if the loss is NaN or infinite at the very first update.

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
    # 1. Validate the arguments.
    stages = stages_of(net, task, stop_when)
    check_count("num_updates", num_updates, at_least=0)
    check_count("batch_size", batch_size, at_least=1)
    check_count("validate_every", validate_every, at_least=1)
    check_choice("best_by", best_by, ("performance", "loss"))
    if patience is not None:
        check_count("patience", patience, at_least=1)

    # 2. Find the state to start from: a new one, `state`, or the newest checkpoint.
    state = initial_state(net, optimiser, state, key)
    end = state.step + num_updates
    check_has_validation(state.step, end, validate_every, stages[-1][1], patience)
    if mesh is not None:
        state = replicate_state(state, mesh)
    stopped: Stopped = "steps"
    if checkpoints is not None:
        check_folder(checkpoints, resume)
        restored = restore_state(checkpoints, state) if resume else None
        if restored is not None:
            state, saved_stopped = restored
            # A run that ended by itself stays ended. One that used up its updates, or
            # that a callback ended, continues to the present `num_updates`.
            if saved_stopped not in ("steps", "callback"):
                end, stopped = state.step, saved_stopped

    # 3. Alternate between compiled updates and validations, callbacks, checkpoints.
    train_key, validation_key = jax.random.split(state.key)
    run = _Run(
        stages=stages,
        optimiser=optimiser,
        loss=as_loss(loss),
        gradient=gradient,
        batch_size=batch_size,
        mesh=mesh,
        patience=patience,
        best_by=best_by,
        validate_every=validate_every,
        validation_size=validation_size,
        save_every=None if checkpoints is None else checkpoints.every,
        train_key=train_key,
        validation_key=validation_key,
        end=end,
        state=state,
        stopped=stopped,
    )
    callbacks = (callback,) if callable(callback) else tuple(callback)
    try:
        while run.state.step < end and run.stopped == "steps":
            report = run.advance()
            # every callback is called, also after one that ends training
            answers = [function(report) for function in callbacks]
            if run.stopped == "steps" and any(answer is True for answer in answers):
                run.stopped = "callback"
            is_last = run.stopped != "steps" or run.state.step == end
            if checkpoints is not None and (is_last or checkpoints.due(run.state.step)):
                save_state(checkpoints, run.state, run.stopped)
    except KeyboardInterrupt:
        if checkpoints is not None:
            save_state(checkpoints, run.state, "steps")
            checkpoints.wait()
        raise
    if checkpoints is not None:
        checkpoints.wait()

    state = run.state
    return FitResult(
        network=state.best.network if restore_best else state.network,
        history=state.history,
        best=state.best,
        state=state,
        stopped=run.stopped,
        divergence=run.divergence,
    )


@dataclasses.dataclass
class _Run:
    """The options of one call of `fit`, its state, and why it stopped.

    `state`, `stopped` ("steps" until training ends) and `divergence` change during the
    run; all other fields are constant.
    """

    stages: tuple[tuple[AbstractTask, StopRule | None], ...]
    optimiser: optax.GradientTransformation
    loss: Loss
    gradient: AbstractGradient
    batch_size: int
    mesh: Mesh | None
    patience: int | None
    best_by: str
    validate_every: int
    validation_size: int | None
    save_every: int | None
    train_key: KeyArray
    validation_key: KeyArray
    end: int
    state: FitState
    stopped: Stopped
    divergence: Divergence | None = None

    def advance(self) -> Report:
        """Make the updates up to the next validation, checkpoint or end; validate."""
        start = self.state.step
        task, rule = self.stages[self.state.stage]
        settings = Settings(
            task=task,
            loss=self.loss,
            gradient=self.gradient,
            optimiser=self.optimiser,
            batch_size=self.batch_size,
            mesh=self.mesh,
        )

        # Calls end at multiples of both periods, counted from update 0: a run in two
        # parts then validates at the same updates as a run in one part.
        periods = [n for n in (self.validate_every, self.save_every) if n]
        count = min(self.end, *(next_multiple(start, n) for n in periods)) - start
        new = updates_compiled(
            self.state.network,
            self.state.opt_state,
            self.train_key,
            jnp.asarray(start, jnp.int32),
            jnp.asarray(count, jnp.int32),
            settings,
            self.validate_every,
        )
        done = int(new.done)
        metrics = jax.tree.map(lambda x: np.asarray(x)[:done], new.metrics)
        state = with_fields(
            self.state,
            network=new.network,
            opt_state=new.opt_state,
            step=start + done,
            history=with_updates(self.state.history, metrics),
        )

        performance, validation_loss = None, None
        if done == count and state.step % self.validate_every == 0:
            performance, validation_loss = self._validate(state, settings)
            state = self._after_validation(state, performance, validation_loss, rule)
        self.state = state
        if not new.finite:
            self._diverge(task)
        elif self.stopped == "steps" and self._is_out_of_patience():
            self.stopped = "patience"
        return Report(state, metrics, performance, validation_loss)

    def _validate(self, state: FitState, settings: Settings) -> tuple[float, float]:
        """Return performance and output loss of the network of a state."""
        key = jax.random.fold_in(self.validation_key, state.step)
        size = self.validation_size
        size = settings.task.validation_size if size is None else size
        performance, loss = validate_compiled(state.network, key, settings, size)
        return float(performance), float(loss)

    def _after_validation(
        self, state: FitState, performance: float, loss: float, rule: StopRule | None
    ) -> FitState:
        """Return the state with a validation, its best network, and its next stage.

        The stop rule of the last stage sets `stopped`.
        """
        history = with_validation(
            state.history, state.step, performance, loss, state.stage
        )
        best, stage = state.best, state.stage
        if best.beaten_by(performance, loss, self.best_by):
            best = Best(state.network, state.step, performance, loss)
        past = history.performance[history.stage == stage].tolist()
        if rule is not None and rule(past):
            if stage + 1 == len(self.stages):
                self.stopped = "criterion"
            else:
                # performances of different tasks do not compare
                stage, best = stage + 1, no_best(state.network, state.step)
        return with_fields(state, history=history, best=best, stage=stage)

    def _diverge(self, task: AbstractTask) -> None:
        """Diagnose the update after the present state, which was not finite."""
        state = self.state
        key = jax.random.fold_in(self.train_key, state.step)
        problem = problem_of(
            state.network, key, task, self.batch_size, self.loss, self.mesh
        )
        self.divergence = diagnose(
            state.network,
            state.opt_state,
            problem,
            self.optimiser,
            self.gradient,
            state.step,
        )
        check_first_update(self.divergence)
        self.stopped = "diverged"

    def _is_out_of_patience(self) -> bool:
        """Return whether `patience` validations of this stage came after the best."""
        if self.patience is None:
            return False
        history = self.state.history
        of_stage = history.validation_step[history.stage == self.state.stage]
        num_since_best = int(np.sum(of_stage > self.state.best.step))
        return num_since_best >= self.patience
