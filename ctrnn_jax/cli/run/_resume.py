"""`ctrnn-jax resume`: go on with a run that was interrupted or killed."""

from collections.abc import Mapping
import dataclasses
from typing import Any

from rich.console import Console

from ..._checks import invalid
from ..options import Resume
from ._build import checkpoints_in, set_up_again
from ._finish import ENDS, STATUS
from ._folder import CONFIG, SUMMARY, write_json
from ._processes import check_batch, claimed, is_first, joined
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


def resume(given: Resume, console: Console) -> int:
    """Run the command; returns its exit status, that of the run it goes on with."""
    console = joined(given, console)
    say = lambda text: console.print(
        text, highlight=False, markup=False, soft_wrap=True
    )
    clock = CompileClock()
    folder = given.folder
    content = config_of(folder)
    config = settings_from(folder, content)
    if hasattr(config, "distributed"):
        config = dataclasses.replace(config, distributed=given.distributed)
    elif given.distributed:
        raise invalid("distributed", "be left out for a sweep", True, "Drop it.")
    with claimed(folder, new=False) as run:
        summary = read_json(folder / SUMMARY)
        if summary is not None:
            ended = _finished(config, summary, given.steps)
            if ended is not None:
                say(f"{folder}: {ended}. There is nothing to go on with.")
                return STATUS.get(str(summary["stopped"]), 0)
        after = _last_checkpoint(config)
        if given.steps is not None:
            if given.steps < after:
                raise invalid(
                    "steps",
                    f"be at least the {after} updates that are done",
                    given.steps,
                    "It is that of the whole run.",
                )
            config = dataclasses.replace(config, steps=given.steps)
        setup = set_up_again(config)
        if given.distributed:
            check_batch(config.batch_size)
        changed = changes_since(content)
        if changed:
            say(
                f"warning: {', '.join(changed)} since the run began; what comes now "
                "may differ in the last digits from what it would have been"
            )
        if given.steps is not None and is_first():
            told = config_json(config)
            told |= {name: content[name] for name in ("versions", "machine", "out")}
            write_json(folder / CONFIG, told)
        say(f"{config.task}: going on from update {after} of {config.steps}")
        if isinstance(config, SweepSettings):
            return sweep_in(run, setup, console, clock, after=after)
        return train_in(run, setup, console, clock, after=after)


def _finished(
    config: Settings, summary: Mapping[str, Any], steps: int | None
) -> str | None:
    """How the run ended, if it did and is not to be made longer."""
    stopped, done = str(summary.get("stopped")), summary.get("steps", 0)
    if stopped == "interrupted":
        return None
    if stopped in ("steps", "finished") and steps is not None and steps > config.steps:
        return None
    if stopped == "diverged":
        return f"diverged: {summary.get('divergence')}"
    return f"{ENDS.get(stopped, 'Finished')} after {done} updates"


def _last_checkpoint(config: Settings) -> int:
    """The step to go on from; 0 if a run that saves was killed before the first."""
    if not config.saves:
        raise invalid(
            "folder",
            "hold a checkpoint",
            f"{config.out} without any",
            "Start it anew with --checkpoint-every.",
        )
    return checkpoints_in(config).latest or 0
