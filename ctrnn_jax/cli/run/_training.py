"""Train one network with a live display, a history file and checkpoints."""

import contextlib
import dataclasses

import jax
import numpy as np
from rich.console import Console

from ... import sharding
from ...network import AbstractNetwork
from ...training import Best, fit, FitState, History, Report
from ._build import checkpoints_of, keys_of, Setup
from ._folder import HISTORY, RunFolder
from ._history import (
    HistoryFile,
    Line,
    line_of,
    progress_texts,
    radius_every,
    spectral_radius_of,
    Stopwatch,
)
from ._processes import Interrupt, is_first, local
from ._progress import TrainingProgress
from ._settings import TrainSettings


@dataclasses.dataclass(frozen=True)
class Outcome:
    """The outcome of training.

    `seconds` are those of earlier parts of the run, `failures` names files that could
    not be written completely, and `unsaved` is the error of the last checkpoint.
    """

    network: AbstractNetwork
    history: History
    best: Best
    step: int
    stopped: str
    divergence: str | None
    seconds: float
    failures: tuple[str, ...]
    unsaved: str | None


class _Log:
    """Write each report of `fit` to the history file and the display."""

    def __init__(
        self,
        setup: Setup,
        run: RunFolder,
        progress: TrainingProgress,
        after: int | None,
        every: int,
    ) -> None:
        config: TrainSettings = setup.config
        self._rule = setup.rule
        self._run = run
        self._progress = progress
        self._file = HistoryFile(config.out / HISTORY, after=after)
        self._watch = Stopwatch()
        self._every = every
        self._after = after or 0
        self._done = self._after
        self._radius: float | None = None
        self.last: FitState | None = None
        self.earlier = 0.0

    def begin(self, state: FitState) -> None:
        """Keep the run from now on; continue the history file of an earlier part."""
        if self.last is None and is_first():
            self._run.begin()
            last_line = self._file.begin() or {"step": 0, "seconds": 0.0}
            self.earlier = float(last_line.get("seconds") or 0.0)
            self._watch.add(self.earlier)
            # the run was interrupted after a checkpoint but before its line
            if last_line["step"] < self._after:
                self._add(state, last_line["step"], self._after, None)
        self.last = state

    def add(self, state: FitState) -> None:
        """Log the updates since the last call."""
        self.begin(state)
        if not is_first() or state.step == self._done:
            return
        radius = None
        if state.step % self._every == 0:
            radius = spectral_radius_of(local(state.network))
        line = self._add(state, self._done, state.step, radius)
        self._done = state.step
        self._radius = self._radius if radius is None else radius
        shown = line | {"spectral_radius": self._radius}
        self._progress.show(
            state.step, [self._performance(state), *progress_texts(shown)]
        )

    def _add(
        self, state: FitState, since: int, step: int, radius: float | None
    ) -> Line:
        line = line_of(state.history, since, step, spectral_radius=radius)
        had_failed = self._file.failure is not None
        self._file.add([line | self._watch.read(step)])
        if self._file.failure is not None and not had_failed:
            self._progress.say(f"warning: {HISTORY}: {self._file.failure.strerror}")
        return line

    def _performance(self, state: FitState) -> str:
        past = state.history.performance
        if not len(past):
            return "performance --"
        text = f"performance {past[-1]:.3f}"
        if self._rule.last > 1:
            text += f" (last {self._rule.last}: {self._rule.mean(past):.3f})"
        return text

    @property
    def failures(self) -> tuple[str, ...]:
        """The files that could not be written."""
        failure = self._file.failure
        return () if failure is None else (f"{HISTORY} ({failure.strerror})",)


def trained(
    setup: Setup, run: RunFolder, console: Console, *, after: int | None = None
) -> Outcome | None:
    """Train to the end or to Ctrl-C; return `None` if no update was done.

    `after` is the step of the checkpoint to resume from, or 0 to resume without one;
    `None` starts a new run.
    """
    config: TrainSettings = setup.config
    net_key, fit_key, _ = keys_of(config.seed)
    net = setup.make(net_key, sigma=config.noise)
    every = radius_every(net, setup.task, config.batch_size, config.validate_every)
    mesh = sharding.mesh(trials=jax.device_count()) if config.distributed else None
    divergence = None
    with (
        TrainingProgress(console, steps=config.steps) as progress,
        checkpoints_of(config, progress.say) as checkpoints,
    ):
        log = _Log(setup, run, progress, after, every)
        interrupt = Interrupt(progress.say)

        def report(now: Report) -> bool:
            log.add(now.state)
            return config.distributed and interrupt.requested()

        try:
            with interrupt if config.distributed else contextlib.nullcontext():
                result = fit(
                    net,
                    setup.task,
                    setup.optimiser(config.learning_rate),
                    num_updates=config.steps,
                    batch_size=config.batch_size,
                    stop_when=setup.rule if config.stop else None,
                    patience=config.patience,
                    loss=setup.recipe.loss,
                    validate_every=config.validate_every,
                    validation_size=config.validation_size,
                    callback=report,
                    checkpoints=checkpoints,
                    resume=checkpoints is not None and after is not None,
                    mesh=mesh,
                    key=fit_key,
                )
            stopped, divergence = result.stopped, result.divergence
            log.begin(result.state)
        except KeyboardInterrupt:
            stopped = "callback"
    state = log.last
    if state is None:
        return None
    has_best = not np.isnan(state.best.performance)
    best = dataclasses.replace(state.best, network=local(state.best.network))
    restored = best.network if config.restore_best and has_best else None
    return Outcome(
        network=local(state.network) if restored is None else restored,
        history=state.history,
        best=best,
        step=state.step,
        stopped="interrupted" if stopped == "callback" else stopped,
        divergence=None if divergence is None else str(divergence),
        seconds=log.earlier,
        failures=log.failures,
        unsaved=None if checkpoints is None else checkpoints.failure,
    )
