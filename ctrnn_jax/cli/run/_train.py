"""`ctrnn-jax train` and `resume`: train one network or many in a folder."""

from collections.abc import Callable, Mapping
import dataclasses
import functools
from pathlib import Path
import time
from typing import Any

import jax
from rich.console import Console

from ... import sharding
from ..._checks import check, invalid
from ...training import (
    ChangedRunError,
    EnsembleResult,
    fit,
    fit_ensemble,
    FitResult,
    Report,
)
from ..experiment import check_unchanged, code_again, code_of, digests_in
from ..options import Resume, Sweep
from ._build import checkpoints_in, checkpoints_of, keys_of, set_up, Setup
from ._dry_run import dry_run
from ._finish import end_in_words, exit_status, finish, Outcome
from ._folder import CHECKPOINTS, CONFIG, RunFolder, SUMMARY, write_json
from ._history import Log
from ._processes import (
    check_batch,
    check_same,
    ending_with_the_others,
    Interrupt,
    is_first,
    joined,
)
from ._progress import printer, TrainingProgress
from ._settings import (
    changes_since,
    check_has_run,
    check_settings,
    config_json,
    config_of,
    read_json,
    Settings,
    settings_from,
)
from ._status import missing_report


WriteReport = Callable[[Path, Console, Setup | None], None]
"""A function that writes the report of a run into its folder.

Its last argument is the setup of the run, if that is known.
"""


_COMPILING = (
    "/jax/core/compile/jaxpr_to_mlir_module_duration",
    "/jax/core/compile/backend_compile_duration",
)


@functools.cache
def _compile_seconds() -> list[float]:
    """Return the seconds of compiling in this process, as a list that JAX updates.

    It is cached, so that a process registers one listener however many runs it makes.
    """
    total = [0.0]

    def on_event(event: str, duration_secs: float, **_: object) -> None:
        if event in _COMPILING:
            total[0] += duration_secs

    jax.monitoring.register_event_duration_secs_listener(on_event)
    return total


def _clock() -> Callable[[], tuple[float, float]]:
    """Return a function that returns the seconds since now, and those of compiling."""
    start, total = time.perf_counter(), _compile_seconds()
    before = total[0]
    return lambda: (time.perf_counter() - start, total[0] - before)


def train(
    command: Settings, console: Console, write_report: WriteReport | None = None
) -> int:
    """Train one network or many; return the exit status.

    `write_report` is called when all other files have been written. The status is that
    of `exit_status`, 2 if a file could not be written, and 128 + N after signal N: 130
    after Ctrl-C, 143 after SIGTERM, 129 after SIGHUP.
    """
    console = joined(command, console)
    clock = _clock()
    setup = set_up(command, code_of(command))
    config, members = setup.config, setup.members
    content = config_json(config, setup.code.digests)
    with ending_with_the_others(config):
        check_same(content)
    if not setup.is_sweep and config.distributed:
        check_batch(config.batch_size)
    net = setup.make(keys_of(members[0].seed)[0])
    if command.dry_run:
        return dry_run(setup, net, console)
    networks = f"{len(members)} networks {config.network}"
    if not setup.is_sweep:
        networks = f"{type(net).__name__} {config.network}, {net.n_hidden} units, "
        networks += f"learning rate {setup.learning_rate:g}"
    # almost every error has been raised by now: from here on files are written
    with RunFolder(config.out, new=True, overwrite=command.overwrite) as run:
        if is_first():
            write_json(run.path / CONFIG, content)
            if config.saves:
                _store_settings(run.path, content)
        size = f"{config.batch_size} trials an update"
        printer(console)(f"{config.task}: {networks}, {size}")
        return _train_in(run, setup, console, clock, write_report, after=None)


def _train_in(
    run: RunFolder,
    setup: Setup,
    console: Console,
    clock: Callable[[], tuple[float, float]],
    write_report: WriteReport | None,
    after: int | None,
    changed: bool = False,
) -> int:
    """Train in a claimed folder and finish; return the exit status.

    `after` is the step of the checkpoint to resume from, or 0 to resume without one;
    `None` starts a new run. `changed` is whether the settings may be others than those
    of the checkpoint.
    """
    with Interrupt(printer(console)) as interrupt:
        outcome = _trained(run, setup, console, after, changed, interrupt)
        if outcome is None:
            effect = "nothing was saved" if after is None else "the run is unchanged"
            console.print(f"Interrupted before the first update: {effect}.")
            return interrupt.status
        if not is_first():
            return outcome.status
        try:
            status = finish(outcome, console, clock)
            if write_report is not None and (run.path / SUMMARY).exists():
                write_report(run.path, console, setup)
            return status
        except KeyboardInterrupt:
            console.print("Interrupted before all files were written.")
            return interrupt.status


def _trained(
    run: RunFolder,
    setup: Setup,
    console: Console,
    after: int | None,
    changed: bool,
    interrupt: Interrupt,
) -> Outcome | None:
    """Train to the end or to a signal; return `None` if no update was done."""
    config = setup.config
    can_resume = config.saves and after is not None
    with (
        TrainingProgress(console, steps=config.steps) as progress,
        checkpoints_of(config, progress.say) as checkpoints,
    ):
        log = Log(setup, run, progress, after)

        def report(now: Report) -> None:
            log.add(now.state)
            if interrupt.requested():
                raise KeyboardInterrupt

        options: dict[str, Any] = {
            "num_updates": config.steps,
            "batch_size": config.batch_size,
            "stop_when": setup.rule if config.stop else None,
            "patience": config.patience,
            "loss": setup.recipe.loss,
            "validate_every": config.validate_every,
            "validation_size": config.validation_size,
            "callback": report,
            "progress": False,
            "checkpoints": checkpoints,
            "resume": "changed" if can_resume and changed else can_resume,
        }
        try:
            with ending_with_the_others(config):
                result = _fitted(setup, options)
        except KeyboardInterrupt:  # before the first updates
            return None
        log.begin(result.state)
    return Outcome(setup, result, log.earlier, log.failures, interrupt.status)


def _fitted(setup: Setup, options: Mapping[str, Any]) -> FitResult | EnsembleResult:
    """Train one network, or many."""
    config, task, optimiser = setup.config, setup.task, setup.optimiser
    if setup.is_sweep:
        return fit_ensemble(
            setup.make,
            task,
            optimiser,
            seeds=config.seeds,
            sweep=setup.sweep(),
            only=setup.indices,
            at_once=config.at_once,
            **options,
        )
    net_key, fit_key, _ = keys_of(config.seed)
    return fit(
        setup.make(net_key),
        task,
        optimiser,
        mesh=sharding.mesh(trials=jax.device_count()) if config.distributed else None,
        key=fit_key,
        **options,
    )


def resume(
    command: Resume, console: Console, write_report: WriteReport | None = None
) -> int:
    """Run the command; return the exit status of the run that it continues.

    `write_report` is called as by `train`.
    """
    console = joined(command, console)
    say = printer(console)
    clock = _clock()
    folder = command.folder
    check_has_run(folder)
    with RunFolder(folder, new=False) as run:
        content = config_of(folder)
        config: Any = settings_from(folder, content)
        if not isinstance(config, Sweep):
            config = dataclasses.replace(config, distributed=command.distributed)
        elif command.distributed:
            raise invalid("distributed", "be left out for a sweep", True, "Drop it.")
        summary = read_json(folder / SUMMARY) or {"stopped": "interrupted"}
        ended = _finished(config, summary, command.steps)
        if ended is not None:
            say(f"{folder}: {ended}. There is nothing to continue.")
            if (missing := missing_report(folder, "finished")) is not None:
                say(f"report: {missing}")
            ends = summary.get("ends", {summary["stopped"]})
            return exit_status(ends, has_criterion=config.stop)
        after = _last_checkpoint(config)
        if command.steps is not None:
            rule = f"be at least the {after} updates that are done"
            remedy = "It counts the updates of the whole run."
            check(command.steps >= after, "steps", rule, command.steps, remedy)
            config = dataclasses.replace(config, steps=command.steps)
        if command.format is not None:
            config = dataclasses.replace(config, format=command.format)
        digests = digests_in(content)
        code = code_again(config, task=command.task, network=command.network)
        if not command.changed:
            check_unchanged(code, digests)
        if after:
            check_settings(folder, content, changed=command.changed)
        setup = set_up(config, code)
        settings = config_json(setup.config, code.digests)
        with ending_with_the_others(setup.config):
            check_same(settings | {"checkpoint": after})
        if command.distributed:
            check_batch(setup.config.batch_size)
        if changed := ", ".join(changes_since(content)):
            effect = "the numbers from here on may differ in their last digits"
            say(f"warning: {changed} since the run began; {effect}")
        has_option = command.steps is not None or command.format is not None
        of_the_run = ("versions", "machine", "out")
        settings |= {name: content[name] for name in of_the_run if name in content}
        if (has_option or code.digests != digests) and is_first():
            write_json(folder / CONFIG, settings)
        if command.changed and is_first():
            _store_settings(folder, settings)
        say(f"{config.task}: resuming from update {after} of {config.steps}")
        try:
            return _train_in(
                run,
                setup,
                console,
                clock,
                write_report,
                after=after,
                changed=command.changed,
            )
        except ChangedRunError as error:
            rule = "hold checkpoints of a run with the settings in config.json"
            remedy = "Restore config.json, or add --changed to continue with it."
            raise invalid("folder", rule, error.differences, remedy) from error


def _store_settings(folder: Path, content: Mapping[str, object]) -> None:
    """Write config.json beside the checkpoints too, for `check_settings`."""
    (folder / CHECKPOINTS).mkdir(exist_ok=True)
    write_json(folder / CHECKPOINTS / CONFIG, content)


def _finished(config: Any, summary: Mapping[str, Any], steps: int | None) -> str | None:
    """Return how the run ended; `None` if it can continue."""
    stopped, done = str(summary.get("stopped")), summary.get("steps", 0)
    if stopped == "interrupted":
        return None
    if stopped in ("steps", "finished") and steps is not None and steps > config.steps:
        return None
    if stopped == "diverged":
        return f"diverged: {summary.get('divergence')}"
    return f"{end_in_words(stopped, config.criterion)} after {done} updates"


def _last_checkpoint(config: Settings) -> int:
    """Return the step to resume from; 0 if there is no checkpoint yet."""
    got = f"{config.out} without any"
    remedy = "Start the run again with --checkpoint-every."
    check(config.saves, "folder", "hold a checkpoint", got, remedy)
    return checkpoints_in(config).latest or 0
