"""`ctrnn-jax sweep`: train many networks at once, over seeds and settings."""

import time

from rich.console import Console

from ...training import EnsembleReport, EnsembleResult, EnsembleState, fit_ensemble
from ..options import Sweep
from ._build import checkpoints_of, keys_of, set_up, Setup
from ._dry_run import dry_run
from ._folder import CONFIG, HISTORY, RunFolder, SUMMARY, write_json
from ._history import HistoryFile, Stopwatch
from ._processes import claimed, Interrupt
from ._progress import TrainingProgress
from ._settings import config_json, SweepSettings
from ._sweep_finish import finish_sweep
from ._sweep_members import combinations, member_lines, Plan, plan_of, progress_texts
from ._train import CompileClock


def sweep(command: Sweep, console: Console) -> int:
    """Run the command; return its exit status (1: all diverged, 130: Ctrl-C)."""
    clock = CompileClock()
    setup = set_up(command)
    config: SweepSettings = setup.config
    count = len(combinations(config)) * len(config.seeds)
    plan = plan_of(setup)
    if command.dry_run:
        net = plan.make(keys_of(config.seeds[0])[0])
        return dry_run(command, setup, net, console, members=count)
    with claimed(config.out, new=True, overwrite=command.overwrite) as run:
        write_json(run.path / CONFIG, config_json(config))
        console.print(
            f"{config.task}: {count} networks {config.network}, "
            f"{config.batch_size} trials an update",
            highlight=False,
            soft_wrap=True,
        )
        return sweep_in(run, setup, console, clock)


class _Log:
    """Write each report of `fit_ensemble` to the history file and the display."""

    def __init__(
        self,
        setup: Setup,
        plan: Plan,
        run: RunFolder,
        progress: TrainingProgress,
        after: int | None,
    ) -> None:
        config: SweepSettings = setup.config
        self._seeds = [member.seed for member in plan.members(config.seeds)]
        self._run = run
        self._progress = progress
        self._file = HistoryFile(config.out / HISTORY, after=after)
        self._watch = Stopwatch()
        self._after = after or 0
        self._done = self._after
        self.last: EnsembleState | None = None
        self.earlier = 0.0

    def begin(self, state: EnsembleState) -> None:
        """Keep the run from now on; continue the history file of an earlier part."""
        if self.last is None:
            self._run.begin()
            last_line = self._file.begin() or {"step": 0, "seconds": 0.0}
            self.earlier = float(last_line.get("seconds") or 0.0)
            self._watch.add(self.earlier)
        self.last = state

    def add(self, state: EnsembleState) -> None:
        """Log the updates since the last call."""
        self.begin(state)
        measured = self._watch.read(state.step)
        lines = member_lines(state, self._seeds, self._done)
        had_failed = self._file.failure is not None
        self._file.add([line | measured for line in lines])
        if self._file.failure is not None and not had_failed:
            self._progress.say(f"warning: {HISTORY}: {self._file.failure.strerror}")
        self._done = state.step
        self._progress.show(state.step, progress_texts(state, lines))

    @property
    def failures(self) -> tuple[str, ...]:
        """The files that could not be written."""
        failure = self._file.failure
        return () if failure is None else (f"{HISTORY} ({failure.strerror})",)


def sweep_in(
    run: RunFolder,
    setup: Setup,
    console: Console,
    clock: CompileClock,
    *,
    after: int | None = None,
) -> int:
    """Train in a claimed folder and finish; return the exit status.

    `after` is the step of the checkpoint to resume from, or 0 to resume without one;
    `None` starts a new run.
    """
    config: SweepSettings = setup.config
    plan = plan_of(setup)
    if after is not None:
        (run.path / SUMMARY).unlink(missing_ok=True)  # that of the earlier part
    with (
        TrainingProgress(console, steps=config.steps) as progress,
        checkpoints_of(config, progress.say) as checkpoints,
        Interrupt(progress.say) as interrupt,
    ):
        log = _Log(setup, plan, run, progress, after)

        def report(now: EnsembleReport) -> bool:
            log.add(now.state)
            interrupt.begun = True
            return interrupt.requested()

        try:
            result = fit_ensemble(
                plan.make,
                setup.task,
                plan.optimiser,
                seeds=config.seeds,
                sweep=plan.sweep,
                num_updates=config.steps,
                batch_size=config.batch_size,
                stop_when=setup.rule if config.stop else None,
                loss=setup.recipe.loss,
                validate_every=config.validate_every,
                validation_size=config.validation_size,
                callback=report,
                checkpoints=checkpoints,
                resume=checkpoints is not None and after is not None,
                at_once=config.at_once,
            )
            log.begin(result.state)
            state = result.state
            interrupted = bool(state.running.any()) and state.step < config.steps
        except KeyboardInterrupt:
            if log.last is None:
                effect = (
                    "nothing was saved" if after is None else "the run is unchanged"
                )
                progress.say(f"Interrupted before the first update: {effect}.")
                return 130
            state, interrupted = log.last, True
    if checkpoints is not None and checkpoints.failure is not None:
        progress.say(f"warning: {checkpoints.failure}")
    return finish_sweep(
        setup,
        plan,
        EnsembleResult(plan.members(config.seeds), state),
        console,
        interrupted=interrupted,
        failures=log.failures,
        seconds=log.earlier + time.perf_counter() - clock.started,
        compile_seconds=clock.seconds,
    )
