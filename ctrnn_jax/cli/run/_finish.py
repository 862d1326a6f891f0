"""Finish a run: test on new trials, draw, write the summary, report failed writes."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
import contextlib
import dataclasses
from typing import Any, cast

import equinox as eqx
import jax
from jax import Array
import numpy as np
from rich.console import Console

from ..._types import KeyArray
from ...network import AbstractNetwork, dead_synapses, save, violations
from ...simulation import Record, rollout
from ...tasks import AbstractTask, Trial
from ...training import EnsembleResult, FitResult
from ._build import keys_of, Setup, task_of
from ._folder import MEMBERS, NETWORK, NETWORKS, SUMMARY, write_json
from ._history import spectral_radius_of
from ._processes import local
from ._progress import printer
from ._settings import versions


_TESTED = 1000
"""About how many new trials the trained network is tested on."""

ENDS = {
    "criterion": "Reached the criterion",
    "steps": "Used up the steps",
    "patience": "Validation stopped improving",
    "diverged": "Kept the last good network,",
    "interrupted": "Interrupted",
    "finished": "Finished",
}
_ENDS_OF_MEMBERS = {
    "criterion": "at the criterion",
    "steps": "not at the criterion",
    "diverged": "diverged",
}


@dataclasses.dataclass(frozen=True)
class Outcome:
    """The outcome of training one network or many.

    `earlier` are the seconds of earlier parts of the run, `failures` names files that
    could not be written completely, and `unsaved` is the error of the last checkpoint.
    """

    setup: Setup
    result: FitResult | EnsembleResult
    earlier: float
    failures: tuple[str, ...]
    unsaved: str | None

    def member(self, index: int) -> FitResult:
        """Return the result of one network."""
        if isinstance(self.result, FitResult):
            return self.result
        return self.result.member(index)

    @property
    def ends(self) -> Counter[str]:
        """How many networks stopped for each reason; "steps" includes Ctrl-C."""
        stopped = self.result.stopped
        words = (stopped,) if isinstance(stopped, str) else stopped
        return Counter("steps" if word == "callback" else word for word in words)

    @property
    def stopped(self) -> str:
        """Why the run stopped: a key of `ENDS`."""
        if "steps" in self.ends and self.result.state.step < self.setup.config.steps:
            return "interrupted"
        return "finished" if self.setup.is_sweep else next(iter(self.ends))

    @property
    def status(self) -> int:
        """The exit status: 1 if every network diverged, 130 after Ctrl-C."""
        if self.stopped == "interrupted":
            return 130
        return int(self.ends.keys() == {"diverged"})


def balanced_size(task: AbstractTask, size: int) -> int:
    """Return about this number of trials, with every condition equally often."""
    return task.n_conditions * max(1, round(size / task.n_conditions))


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


def finish(
    outcome: Outcome, console: Console, clock: Callable[[], tuple[float, float]]
) -> int:
    """Test the networks and write all results; return the exit status.

    `clock` returns the seconds since the command began, and those of compiling.
    """
    setup, result = outcome.setup, outcome.result
    config, step = setup.config, result.state.step
    say = printer(console)
    if isinstance(result, FitResult) and result.divergence is not None:
        say(f"Diverged: {result.divergence} (try a smaller --learning-rate)")
    if outcome.unsaved is not None:
        say(f"warning: {outcome.unsaved}")
    numbers = [f"{n} {_ENDS_OF_MEMBERS[x]}" for x, n in sorted(outcome.ends.items())]
    of_members = f" ({', '.join(numbers)})" if setup.is_sweep else ""
    say(
        f"{ENDS[outcome.stopped]} after {step} updates{of_members}; testing and drawing"
    )
    attempts = Attempts(*outcome.failures)
    write = _write_many if setup.is_sweep else _write_one
    results, tested_text = write(outcome, attempts)
    seconds, compile_seconds = clock()
    seconds += outcome.earlier
    summary = {
        "task": config.task,
        **results,
        "stopped": outcome.stopped,
        "performance_name": setup.task.performance_name,
        "steps": step,
        "seconds": round(seconds, 3),
        "compile_seconds": round(compile_seconds, 3),
        "versions": versions(),
    }
    if not attempts.failures:  # a summary means that all other files exist
        with attempts.writing(SUMMARY):
            write_json(config.out / SUMMARY, summary)
    say(
        f"{tested_text} in {seconds:.1f} s ({compile_seconds:.1f} s of it compiling), "
        f"{results['violations']} violations"
    )
    again = f"ctrnn-jax resume {config.out}" if config.saves else None
    status = attempts.status(console, again)
    if not status:
        say(f"written to {config.out}")
    return status or outcome.status


def _write_network(
    outcome: Outcome, index: int, name: str, attempts: Attempts
) -> tuple[dict[str, Any], AbstractNetwork, Trial, Array]:
    """Write and test a network; return its results, and the trials of the test."""
    setup, trained = outcome.setup, outcome.member(index)
    best, member = trained.best, setup.members[index]
    has_best = setup.config.restore_best and not np.isnan(best.performance)
    net = local(best.network if has_best else trained.state.network)
    with attempts.writing(name):
        path = setup.config.out / name
        path.parent.mkdir(exist_ok=True)
        save(path, net)
    task = task_of(setup.task, member.settings)
    key, size = keys_of(member.seed)[2], balanced_size(task, _TESTED)
    trials, outputs, performance = tested(net, task, key, size)
    loss = trained.history.loss
    results = {
        "performance": float(performance),
        "stopped": trained.stopped,
        "steps": trained.state.step,
        "loss": float(loss[-1]) if len(loss) else None,
        "validation_performance": setup.rule.mean(trained.history.performance),
        "best_performance": float(best.performance),
        "best_step": int(best.step),
        "violations": int(violations(net)),
    }
    return results, net, trials, outputs


def _write_one(outcome: Outcome, attempts: Attempts) -> tuple[dict[str, Any], str]:
    """Write the files of one network; return results, and the test as text."""
    # imported here, since matplotlib takes a second and training does not need it
    from ._pictures import draw_all

    setup, trained = outcome.setup, outcome.member(0)
    config, task = setup.config, setup.task
    results, net, trials, outputs = _write_network(outcome, 0, NETWORK, attempts)
    with attempts.writing("pictures"):
        draw_all(
            config.out,
            net,
            task,
            trials,
            outputs,
            history=trained.history,
            criterion=config.criterion,
            key=keys_of(config.seed)[2],
        )
    divergence = trained.divergence
    results |= {
        "divergence": None if divergence is None else str(divergence),
        "dead_synapses": int(dead_synapses(net)),
        "spectral_radius": spectral_radius_of(net),
    }
    num_trials = int(np.sum(~np.asarray(trials.conditions["is_catch"])))
    return results, (
        f"{task.performance_name} {results['performance']:.3f} on {num_trials} new "
        f"trials, {results['steps']} updates"
    )


def _write_many(outcome: Outcome, attempts: Attempts) -> tuple[dict[str, Any], str]:
    """Write the files of many networks; return their spread, and the test as text."""
    from ._pictures import draw_spread

    setup, result = outcome.setup, cast(EnsembleResult, outcome.result)
    config, name = setup.config, setup.task.performance_name
    entries = []
    width = max(3, len(str(len(setup.members) - 1)))
    for i, member in enumerate(setup.members):
        file = f"{NETWORKS}/{i:0{width}d}.safetensors"
        results = _write_network(outcome, i, file, attempts)[0]
        about = {"member": i, "seed": member.seed, "settings": member.settings}
        entries.append(about | results | {"file": file})
    with attempts.writing("pictures"):
        draw_spread(
            config.out,
            result.history,
            [_label(settings) for settings in setup.combinations],
            criterion=config.criterion,
            performance_name=name,
        )
    with attempts.writing(MEMBERS):
        write_json(config.out / MEMBERS, entries)
    tests = [entry["performance"] for entry in entries]
    statistics = {"mean": np.mean, "sd": np.std, "min": np.min, "max": np.max}
    of_tests = {what: float(fn(tests)) for what, fn in statistics.items()}
    intact = [entry for entry in entries if entry["stopped"] != "diverged"]
    best = max(intact, key=lambda entry: entry["performance"], default=None)
    summary = {
        "members": len(entries),
        "ends": dict(outcome.ends),
        "best_member": None if best is None else best["member"],
        "best_performance": None if best is None else best["performance"],
        "spread": {"tested": of_tests, **result.spread()},
        "violations": sum(entry["violations"] for entry in entries),
    }
    return summary, (
        f"{name} on new trials: median {np.median(tests):.3f}, {min(tests):.3f} to "
        f"{max(tests):.3f}; {len(entries)} networks"
    )


def _label(settings: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {value:g}" for name, value in settings.items())
