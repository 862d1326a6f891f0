"""`ctrnn-jax train`: train a network on a task and write it to a folder."""

import time

import jax
from rich.console import Console

from ..options import Train
from ._build import keys_of, set_up, Setup
from ._dry_run import dry_run
from ._finish import finish, STATUS
from ._folder import CONFIG, RunFolder, SUMMARY, write_json
from ._processes import check_batch, claimed, is_first, joined
from ._settings import config_json, TrainSettings
from ._training import trained


_COMPILING = (
    "/jax/core/compile/jaxpr_to_mlir_module_duration",
    "/jax/core/compile/backend_compile_duration",
)


class CompileClock:
    """The seconds that JAX has spent on lowering and compiling."""

    def __init__(self) -> None:
        """Register a listener; JAX has no way to remove it."""
        self.seconds = 0.0
        self.started = time.perf_counter()
        jax.monitoring.register_event_duration_secs_listener(self._on_event)

    def _on_event(self, event: str, duration_secs: float, **_: object) -> None:
        if event in _COMPILING:
            self.seconds += duration_secs


def train(command: Train, console: Console) -> int:
    """Run the command; return its exit status (1: diverged, 130: Ctrl-C)."""
    console = joined(command, console)
    clock = CompileClock()
    setup = set_up(command)
    config: TrainSettings = setup.config
    if config.distributed:
        check_batch(config.batch_size)
    net = setup.make(keys_of(config.seed)[0], sigma=config.noise)
    if command.dry_run:
        return dry_run(command, setup, net, console, members=1)
    # almost every error has been raised by now: from here on files are written
    with claimed(config.out, new=True, overwrite=command.overwrite) as run:
        if is_first():
            write_json(run.path / CONFIG, config_json(config))
        console.print(
            f"{config.task}: {type(net).__name__} {config.network}, {net.n_hidden} "
            f"units, learning rate {config.learning_rate:g}, {config.batch_size} "
            "trials an update",
            highlight=False,
            soft_wrap=True,
        )
        return train_in(run, setup, console, clock)


def train_in(
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
    if after is not None and is_first():
        (run.path / SUMMARY).unlink(missing_ok=True)  # that of the earlier part
    outcome = trained(setup, run, console, after=after)
    if outcome is None:
        effect = "nothing was saved" if after is None else "the run is unchanged"
        console.print(f"Interrupted before the first update: {effect}.")
        return 130
    if not is_first():
        return STATUS.get(outcome.stopped, 0)
    return finish(
        setup,
        outcome,
        console,
        seconds=outcome.seconds + time.perf_counter() - clock.started,
        compile_seconds=clock.seconds,
    )
