"""`ctrnn-jax resume`: continue a run that was interrupted or killed."""

from collections.abc import Mapping
import dataclasses
from typing import Any

from rich.console import Console

from ..._checks import check, invalid
from ..options import Resume
from ._build import checkpoints_in, set_up_again
from ._finish import ENDS, STATUS
from ._folder import CONFIG, SUMMARY, write_json
from ._processes import check_batch, claimed, is_first, joined
from ._progress import printer
from ._settings import (
    changes_since,
    config_json,
    config_of,
    read_json,
    Settings,
    settings_from,
    SweepSettings,
)
from ._sweep import sweep_in
from ._train import CompileClock, train_in


def resume(command: Resume, console: Console) -> int:
    """Run the command; return the exit status of the run that it continues."""
    console = joined(command, console)
    say = printer(console)
    clock = CompileClock()
    folder = command.folder
    content = config_of(folder)
    config = settings_from(folder, content)
    if hasattr(config, "distributed"):
        config = dataclasses.replace(config, distributed=command.distributed)
    elif command.distributed:
        raise invalid("distributed", "be left out for a sweep", True, "Drop it.")
    with claimed(folder, new=False) as run:
        summary = read_json(folder / SUMMARY)
        if summary is not None:
            ended = _finished(config, summary, command.steps)
            if ended is not None:
                say(f"{folder}: {ended}. There is nothing to continue.")
                return STATUS.get(str(summary["stopped"]), 0)
        after = _last_checkpoint(config)
        if command.steps is not None:
            check(
                command.steps >= after,
                "steps",
                f"be at least the {after} updates that are done",
                command.steps,
                "It counts the updates of the whole run.",
            )
            config = dataclasses.replace(config, steps=command.steps)
        setup = set_up_again(config)
        if command.distributed:
            check_batch(config.batch_size)
        changed = changes_since(content)
        if changed:
            say(
                f"warning: {', '.join(changed)} since the run began; the numbers from "
                "here on may differ in their last digits"
            )
        if command.steps is not None and is_first():
            new_content = config_json(config)
            unchanged = ("versions", "machine", "out")
            new_content |= {name: content[name] for name in unchanged}
            write_json(folder / CONFIG, new_content)
        say(f"{config.task}: resuming from update {after} of {config.steps}")
        if isinstance(config, SweepSettings):
            return sweep_in(run, setup, console, clock, after=after)
        return train_in(run, setup, console, clock, after=after)


def _finished(
    config: Settings, summary: Mapping[str, Any], steps: int | None
) -> str | None:
    """Return how the run ended; `None` if it can continue."""
    stopped, done = str(summary.get("stopped")), summary.get("steps", 0)
    if stopped == "interrupted":
        return None
    if stopped in ("steps", "finished") and steps is not None and steps > config.steps:
        return None
    if stopped == "diverged":
        return f"diverged: {summary.get('divergence')}"
    return f"{ENDS.get(stopped, 'Finished')} after {done} updates"


def _last_checkpoint(config: Settings) -> int:
    """Return the step to resume from; 0 if there is no checkpoint yet."""
    check(
        config.saves,
        "folder",
        "hold a checkpoint",
        f"{config.out} without any",
        "Start the run again with --checkpoint-every.",
    )
    return checkpoints_in(config).latest or 0
