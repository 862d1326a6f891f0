"""Finish a run: test on new trials, draw, write the summary, report failed writes."""

from collections.abc import Iterator
import contextlib

import equinox as eqx
import jax
from jax import Array
import numpy as np
from rich.console import Console

from ..._types import KeyArray
from ...initialisers import spectral_radius
from ...network import AbstractNetwork, dead_synapses, effective, save, violations
from ...simulation import Record, rollout
from ...tasks import AbstractTask, Trial
from ._build import keys_of, Setup
from ._folder import NETWORK, SUMMARY, write_json
from ._progress import printer
from ._settings import TrainSettings, versions
from ._training import Outcome


_TESTED = 1000
"""About how many new trials the trained network is tested on."""


def tested_size(task: AbstractTask) -> int:
    """Return the number of test trials, with every condition equally often."""
    return task.n_conditions * max(1, round(_TESTED / task.n_conditions))


@eqx.filter_jit
def tested(
    net: AbstractNetwork, task: AbstractTask, key: KeyArray, size: int
) -> tuple[Trial, Array, Array]:
    """Return new balanced trials, the outputs, and the performance."""
    trial_key, noise_key = jax.random.split(key)
    trials = task.validation(trial_key, size)
    record = Record(potentials=False, rates=False)
    outputs = rollout(net, trials.inputs, key=noise_key, record=record).outputs
    return trials, outputs, task.performance(outputs, trials)


class Attempts:
    """Independent writes: a failed write is noted and does not prevent the others."""

    def __init__(self, *failures: str) -> None:
        """`failures` are those of earlier writes."""
        self.failures = list(failures)

    @contextlib.contextmanager
    def writing(self, name: str) -> Iterator[None]:
        """Note an `OSError` in this context, such as that of a full disk."""
        try:
            yield
        except OSError as error:
            self.failures.append(f"{name} ({error.strerror or error})")

    def status(self, console: Console, again: str | None) -> int:
        """Print failed writes and how to repeat them; return the exit status."""
        if not self.failures:
            return 0
        say = printer(console)
        remedy = "Make room"
        if again is not None:
            remedy += f" and write it with: {again}"
        for failure in self.failures:
            say(f"error: not written: {failure}")
        say(f"{remedy}.")
        return 2


ENDS = {
    "criterion": "Reached the criterion",
    "steps": "Used up the steps",
    "patience": "Validation stopped improving",
    "diverged": "Kept the last good network,",
    "interrupted": "Interrupted",
}
STATUS = {"diverged": 1, "interrupted": 130}


def finish(
    setup: Setup,
    outcome: Outcome,
    console: Console,
    *,
    seconds: float,
    compile_seconds: float,
) -> int:
    """Test the network and write all results; return the exit status."""
    config: TrainSettings = setup.config
    task, net, stopped = setup.task, outcome.network, outcome.stopped
    folder, best = config.out, outcome.best
    say = printer(console)
    if outcome.divergence is not None:
        say(f"Diverged: {outcome.divergence} (try a smaller --learning-rate)")
    if outcome.unsaved is not None:
        say(f"warning: {outcome.unsaved}")
    attempts = Attempts(*outcome.failures)
    with attempts.writing(NETWORK):
        save(folder / NETWORK, net)
    say(f"{ENDS[stopped]} after {outcome.step} updates; testing and drawing")
    test_key = keys_of(config.seed)[2]
    trials, outputs, performance = tested(net, task, test_key, tested_size(task))
    num_trials = int(np.sum(~np.asarray(trials.conditions["is_catch"])))
    # imported here, since matplotlib takes a second and training does not need it
    from ._pictures import draw_all

    with attempts.writing("pictures"):
        draw_all(
            folder,
            net,
            task,
            trials,
            outputs,
            history=outcome.history,
            criterion=config.criterion,
            key=test_key,
        )
    summary = {
        "task": config.task,
        "stopped": stopped,
        "divergence": outcome.divergence,
        "performance": float(performance),
        "performance_name": task.performance_name,
        "validation_performance": setup.rule.mean(outcome.history.performance),
        "best_performance": float(best.performance),
        "best_step": int(best.step),
        "steps": outcome.step,
        "seconds": round(seconds, 3),
        "compile_seconds": round(compile_seconds, 3),
        "violations": int(violations(net)),
        "dead_synapses": int(dead_synapses(net)),
        "spectral_radius": float(spectral_radius(effective(net).w_hid)),
        "versions": versions(),
    }
    if not attempts.failures:  # a summary means that all other files exist
        with attempts.writing(SUMMARY):
            write_json(folder / SUMMARY, summary)
    say(
        f"{task.performance_name} {float(performance):.3f} on {num_trials} new trials, "
        f"{outcome.step} updates in {seconds:.1f} s "
        f"({compile_seconds:.1f} s of it compiling), "
        f"{summary['violations']} violations"
    )
    again = f"ctrnn-jax resume {folder}" if config.saves else None
    status = attempts.status(console, again)
    if not status:
        say(f"written to {folder}")
    return status or STATUS.get(stopped, 0)
