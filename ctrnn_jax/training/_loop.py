"""The loop over compiled updates, validations, stop rules, callbacks and checkpoints.

It trains one network or a stack of networks. Every array of numbers has a leading axis
of members, which is 1 for one network.
"""

import abc
from collections.abc import Callable, Mapping, Sequence
import dataclasses
import logging
import warnings

import jax
from jax import Array
import numpy as np

from .._checks import check, check_choice, check_count
from .._progress import Display, reporting, texts_of_many, texts_of_one
from .._tree import with_fields
from ..network import AbstractNetwork
from ._check_arguments import (
    check_folder,
    check_has_validation,
    check_resume,
    decision,
    functions_of,
    is_flag,
)
from ._compiled_updates import next_multiple, Updated
from ._history import GrowingHistory, means_since
from ._state import (
    Best,
    CALLBACK,
    Callbacks,
    CRITERION,
    DIVERGED,
    EnsembleState,
    INTERRUPTED,
    NO_DATA,
    PATIENCE,
    Report,
    RUNNING,
    STOPPED,
)
from ._state_checkpoint import restore_state, Resume, save_state
from ._stop_rules import criterion_step, MeanAbove, StopRule
from ._train_step import Metrics
from .checkpoints import Checkpoints, CheckpointWarning
from .optimisers import evaluation_network


_LOGGER = logging.getLogger("ctrnn_jax")


class AbstractMembers(abc.ABC):
    """The members of a training: one network, or a stack of networks.

    `stage` is the index of a stage of the curriculum.
    """

    @abc.abstractmethod
    def update(self, state: EnsembleState, stage: int, counts: np.ndarray) -> Updated:
        """Make `counts` updates of each member, `(members,)`, from `state.step` on."""

    @abc.abstractmethod
    def validate(
        self, net: AbstractNetwork, state: EnsembleState, stage: int
    ) -> tuple[Array, Array]:
        """Return performance and output loss of each member, of these networks."""

    @abc.abstractmethod
    def on_host(self, values: Array) -> np.ndarray:
        """Return results of the two methods above, with a leading axis of members."""

    @abc.abstractmethod
    def select(
        self, mask: np.ndarray, new: AbstractNetwork, old: AbstractNetwork
    ) -> AbstractNetwork:
        """Return the new network of each member where `mask`, else the old one."""

    def has_ended(self) -> bool:
        """Return whether there are no more trials to train on."""
        return False

    def report(self, report: Report[EnsembleState]) -> Report:
        """Return the report for the callbacks, by default with the axis of members."""
        return report


@dataclasses.dataclass(kw_only=True)
class Loop:
    """A training: `run` returns its last state. Most fields are arguments of `fit`.

    **Attributes:**

    - `members`: one network or a stack.
    - `describe`: returns the description of this run, for checkpoints; see
      `describe_run`.
    - `rules`: the stop rules of the stages.
    - `state`: to start from, then the present one. It is replaced as a whole, after
      the validation, so that it is valid whenever Ctrl-C ends the run.
    """

    members: AbstractMembers
    describe: Callable[[], Mapping[str, str]]
    rules: Sequence[StopRule | None]
    state: EnsembleState
    num_updates: int
    validate_every: int
    patience: int | None
    best_by: str
    restore_best: bool
    callback: Callbacks
    checkpoints: Checkpoints | None
    resume: Resume
    progress: bool | None

    def __post_init__(self) -> None:
        """Validate the arguments, and restore the newest checkpoint if `resume`."""
        check_count("num_updates", self.num_updates, at_least=0)
        check_count("validate_every", self.validate_every, at_least=1)
        check_choice("best_by", self.best_by, ("performance", "loss"))
        if self.patience is not None:
            check_count("patience", self.patience, at_least=1)
        self._callbacks = functions_of(self.callback)
        step, store = self.state.step, self.checkpoints
        remedy = "Pass the folder of the run as checkpoints=cj.Checkpoints(...)."
        can_resume = store is not None or not self.resume
        check_resume(self.resume)
        check(can_resume, "resume", "come with `checkpoints`", self.resume, remedy)
        self._end = step + self.num_updates
        needs_best = self.restore_best and not np.all(self.state.best.exists)
        if self.rules[-1] is not None or self.patience is not None or needs_best:
            check_has_validation(step, self._end, self.validate_every)
        # Calls end at multiples of both periods, counted from update 0: a run in two
        # parts then validates at the same updates as a run in one part.
        self._periods = [self.validate_every]
        if store is not None:
            check_folder(store, self.resume)
            self._periods += [store.every] if store.every else []
        self._description = {} if store is None else self.describe()
        if store is not None and self.resume:
            self.state = restore_state(
                store, self.state, self._description, self.resume
            )
        # Members that ended by themselves stay ended; the others continue.
        for code in (CALLBACK, INTERRUPTED, NO_DATA):
            self._end_members(code, RUNNING)
        history = self.state.history
        self._history = GrowingHistory(history)
        # the performances of the present stage of each member
        self._past = [
            history.performance[i, history.stage[i] == stage].tolist()
            for i, stage in enumerate(self.state.stage)
        ]

    def run(self) -> EnsembleState:
        """Train until the last update, or until all members have ended.

        Ctrl-C ends all members. Before the first updates of this run it is raised.
        """
        with reporting(
            self.progress, "", "updates", self._end, can_end_early=True
        ) as self._display:
            self._train(_Lines(self, self._display))
        return self.state

    def _train(self, lines: "_Lines") -> None:
        store, start = self.checkpoints, self.state
        display = self._display
        if store is not None and self._is_running:
            store.__enter__()  # raises an error for a folder in use before training
        try:
            while self._is_running:
                report = self._advance()
                if self._callbacks:
                    display.clear()
                # every callback is called, also after one that ends training
                answers = [function(report) for function in self._callbacks]
                if any(is_flag(answer) and answer for answer in answers):
                    self._end_members(RUNNING, CALLBACK)
                lines.show(self.state)
                step = self.state.step
                if store is not None and self._is_running and store.due(step):
                    self._save(store)
        except KeyboardInterrupt:
            if self.state is start:
                raise
            if self._is_running:
                self._end_members(RUNNING, INTERRUPTED)
                display.clear()
                message = "training was interrupted after %d updates"
                _LOGGER.warning(message, self.state.step)
        display.clear()
        if store is not None and self.state is not start:
            self._save(store, wait=True)
        lines.close(self.state)

    def _save(self, store: Checkpoints, *, wait: bool = False) -> None:
        """Save the state. An error is a warning: the networks must not be lost.

        With `wait=True` this is the last save, and Ctrl-C ends only the save.
        """
        try:
            save_state(store, self.state, self._description)
            if wait:
                store.wait()
        except ValueError as error:
            failure = str(error)
        except KeyboardInterrupt:
            if not wait:
                raise
            failure = f"Ctrl-C ended the save of step {self.state.step}"
        else:
            return
        self._display.clear()
        warnings.warn(failure, CheckpointWarning, stacklevel=6)

    @property
    def _is_running(self) -> bool:
        return self.state.step < self._end and bool(self.state.running.any())

    def _end_members(self, old: int, new: int) -> None:
        """Replace a code of the state."""
        codes = np.where(self.state.codes == old, new, self.state.codes)
        self.state = with_fields(self.state, codes=codes)

    def _advance(self) -> Report:
        """Make the updates up to the next validation, checkpoint or end; validate."""
        state, metrics = self._update(self.state)
        performance = validation_loss = None
        if state.step % self.validate_every == 0 and state.running.any():
            net = evaluation_network(state.network, state.opt_state)
            performance, validation_loss = self._validate(net, state)
            latest = Best(net, state.step, performance, validation_loss)
            state = self._after_validation(state, latest)
        self.state = state
        if self.members.has_ended():
            self._end_members(RUNNING, NO_DATA)
        report = Report(self.state, metrics, performance, validation_loss)
        return self.members.report(report)

    def _update(self, state: EnsembleState) -> tuple[EnsembleState, Metrics]:
        """Return the state after a compiled call for each stage, and the metrics.

        Metrics are `(members, updates)`, NaN for updates that a member did not make.
        """
        on_host, running, start = self.members.on_host, state.running, state.step
        end = min(self._end, *(next_multiple(start, n) for n in self._periods))
        steps, codes = state.steps, state.codes
        is_done, metrics = [], []
        for stage in _stages(state):
            # members of other stages, and those that ended, make no updates
            counts = np.where(running & (state.stage == stage), end - start, 0)
            new = self.members.update(state, stage, counts)
            state = with_fields(state, network=new.network, opt_state=new.opt_state)
            done = on_host(new.done)
            steps = steps + done
            codes = np.where(on_host(new.finite), codes, DIVERGED)
            is_done.append(np.arange(self.validate_every) < done[:, None])
            metrics.append(jax.tree.map(on_host, new.metrics))
        num_updates = int(np.max(steps)) - start

        def joined(*values: np.ndarray) -> np.ndarray:
            return np.select(is_done, values, np.nan)[:, :num_updates]

        metrics = jax.tree.map(joined, *metrics)
        history = self._history.add_updates(metrics)
        state = with_fields(state, steps=steps, codes=codes, history=history)
        return state, metrics

    def _validate(
        self, net: AbstractNetwork, state: EnsembleState
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return performance and loss, `(members,)`, NaN for members that ended."""
        values = np.full((2, len(state.steps)), np.nan)
        for stage in _stages(state):
            results = self.members.validate(net, state, stage)
            new = [self.members.on_host(x) for x in results]
            values = np.where(state.running & (state.stage == stage), new, values)
        return values[0], values[1]

    def _after_validation(self, state: EnsembleState, latest: Best) -> EnsembleState:
        """Return the state with a validation, the best networks, and the next stages.

        The stop rule of the last stage, and patience, end a member.
        """
        step, best, by = state.step, state.best, self.best_by
        performance, loss = latest.values
        history = self._history.add_validation(step, performance, loss, state.stage)
        codes, stages = state.codes.copy(), state.stage.copy()
        for i in np.flatnonzero(state.running):
            self._past[i].append(float(performance[i]))
            rule = self.rules[stages[i]]
            if rule is None or not decision(rule, self._past[i]):
                continue
            if stages[i] + 1 == len(self.rules):
                codes[i] = CRITERION
            else:
                stages[i] += 1
                self._past[i] = []
        old, new = best.score(by), latest.score(by)
        # any number is better than the NaN before the first validation
        is_better = (np.isnan(old) & ~np.isnan(new)) | (new > old)
        # performances of different tasks do not compare
        begins = stages != state.stage
        values = np.where(is_better, latest.values, best.values)
        best = Best(
            self.members.select(is_better | begins, latest.network, best.network),
            np.where(is_better | begins, step, best.step),
            *np.where(begins, np.nan, values),
        )
        if self.patience is not None:
            validations = history.validation_step
            since_best = len(validations) - np.searchsorted(
                validations, best.step, side="right"
            )
            is_over = (codes == RUNNING) & (since_best >= self.patience)
            codes = np.where(is_over, PATIENCE, codes)
        return with_fields(state, history=history, best=best, codes=codes, stage=stages)


class _Lines:
    """The lines about a training: what they say of its present state."""

    def __init__(self, loop: Loop, display: Display) -> None:
        """The run starts at the present step of the loop."""
        self._loop, self._display = loop, display
        self._start = self._since = loop.state.step

    def show(self, state: EnsembleState) -> None:
        """Show a line, if it is due. Losses are means since the last line."""
        if not self._display.is_due:
            return
        history, since, self._since = state.history, self._since, state.step
        means = [
            means_since(history, i, since, step)
            for i, step in enumerate(state.steps.tolist())
            if step > since
        ]
        best = np.asarray(state.best.performance)
        if len(state.steps) == 1:
            past, rule = history.performance[0], self._loop.rules[state.stage[0]]
            mean = rule.mean(past) if isinstance(rule, MeanAbove) else None
            recent = None if mean is None else (rule.last, mean)
            texts = texts_of_one(past, recent, means)
        else:
            losses = [mean["loss"] for mean in means]
            texts = texts_of_many(state.codes, best, losses)
        self._display.show(state.step, *texts, until=self._criterion_step(state))

    def _criterion_step(self, state: EnsembleState) -> int | None:
        """Return the estimated update at which the criterion of every network holds."""
        loop, members = self._loop, np.flatnonzero(state.running)
        if np.any(state.stage[members] != len(loop.rules) - 1):
            return None
        at = {"step": state.step, "validate_every": loop.validate_every}
        ends = [criterion_step(loop._past[i], loop.rules[-1], **at) for i in members]
        known = [end for end in ends if end is not None]
        return max(known) if known and len(known) == len(ends) else None

    def close(self, state: EnsembleState) -> None:
        """Show the last line: updates, time, performance, and why training ended."""
        if not self._display.is_on:
            return
        count, past = len(state.steps), state.history.performance
        step, best, _ = map(np.asarray, state.best.numbers)
        made = f"{state.step - self._start} updates in {self._display.seconds}"
        if count == 1:
            texts = texts_of_one(past[0], None, ())
            if not np.isnan(best[0]):
                texts.append(f"best {best[0]:.3f} after {step[0]}")
            texts.append(f"stopped: {STOPPED[state.codes[0]]}")
        else:
            made += f" of {count} networks"
            texts = texts_of_many(state.codes, best, ())
        self._display.close("  ".join((made, *texts)))


def _stages(state: EnsembleState) -> list[int]:
    """Return the stages in which members train."""
    return np.unique(state.stage[state.running]).tolist()
