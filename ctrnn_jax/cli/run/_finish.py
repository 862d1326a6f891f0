"""Finish a run: test on new trials, draw, write the summary, report failed writes."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
import contextlib
import dataclasses
from pathlib import Path
from typing import Any

import jax
from jax import Array
import jax.numpy as jnp
import numpy as np
from rich.console import Console

from ..._files import write_atomically
from ..._quick_compilation import quickly_compiled
from ..._tables import csv_of
from ..._types import KeyArray
from ...network import AbstractNetwork, dead_synapses, save, violations
from ...tasks import AbstractTask, Trial
from ...training import (
    EnsembleResult,
    FitResult,
    History,
    validate_compiled,
    Validation,
)
from ..options import PictureFormat
from ._build import keys_of, Setup, task_of
from ._folder import (
    CURVES,
    HISTORY_TABLE,
    MEMBERS,
    MEMBERS_TABLE,
    NETWORK,
    NETWORKS,
    SUMMARY,
    write_json,
)
from ._history import plain, save_curves, spectral_radius_of
from ._processes import local
from ._progress import printer
from ._settings import Entry, versions
from ._units import count_silent, count_uninhibited, describe_units


_TESTED = 1000
"""About how many new trials the trained network is tested on: full validation sets."""

ENDS = {
    "criterion": ("Reached the criterion", "at the criterion"),
    "steps": ("Reached the limit", "not at the criterion"),
    "patience": ("Validation stopped improving", "no longer improving"),
    "diverged": ("Kept the last good network,", "diverged"),
    "interrupted": ("Interrupted", "interrupted"),
    "finished": ("Finished", ""),
}
"""Why a run stopped, in words; and a network of several, after their number."""


def end_in_words(stopped: str, criterion: float, *, of_many: bool = False) -> str:
    """Return why a run stopped, or networks of several, with the criterion."""
    text = ENDS.get(stopped, ENDS["finished"])[of_many]
    return text.replace("criterion", f"criterion {criterion:g}")


@dataclasses.dataclass(frozen=True)
class Outcome:
    """The outcome of training one network or many.

    `earlier` are the seconds of earlier parts of the run, `failures` names files that
    could not be written completely, and `status_if_interrupted` is the exit status if a
    signal ended training.
    """

    setup: Setup
    result: FitResult | EnsembleResult
    earlier: float
    failures: tuple[str, ...]
    status_if_interrupted: int

    def member(self, index: int) -> FitResult:
        """Return the result of one network."""
        if isinstance(self.result, FitResult):
            return self.result
        return self.result.member(index)

    @property
    def ends(self) -> tuple[str, ...]:
        """Why each network stopped."""
        stopped = self.result.stopped
        return (stopped,) if isinstance(stopped, str) else stopped

    @property
    def stopped(self) -> str:
        """Why the run stopped: a key of `ENDS`."""
        if "interrupted" in self.ends:
            return "interrupted"
        return "finished" if self.setup.is_sweep else self.ends[0]

    @property
    def status(self) -> int:
        """The exit status: see `exit_status`, or that after a signal."""
        if self.stopped == "interrupted":
            return self.status_if_interrupted
        return exit_status(self.ends, has_criterion=self.setup.config.stop)


def exit_status(ends: Collection[str], *, has_criterion: bool) -> int:
    """Return the exit status of a run whose networks ended in these ways.

    It is 1 if every network diverged, and 3 if training stops at a criterion and no
    network reached it.
    """
    if set(ends) == {"diverged"}:
        return 1
    return 3 if has_criterion and "criterion" not in ends else 0


def balanced_size(task: AbstractTask, size: int) -> int:
    """Return about this number of trials, with every condition equally often."""
    return task.n_conditions * max(1, round(size / task.n_conditions))


def tested(
    net: AbstractNetwork, validation: Validation, key: KeyArray
) -> tuple[Trial, Array, Array]:
    """Return new balanced trials, the outputs, and the performance.

    The trials are several validation sets, which are simulated by the program that
    training has compiled.
    """
    task, size = validation.task, validation.size
    size = task.validation_size if size is None else size
    sets = [
        validate_compiled(net, key, jnp.asarray(index, jnp.int32), validation)
        for index in range(max(1, round(_TESTED / size)))
    ]
    trials, outputs = jax.tree.map(
        lambda *parts: jnp.asarray(np.concatenate(parts)),
        *((new.trials, new.outputs) for new in sets),
    )
    return trials, outputs, _performance(task, outputs, trials)


@quickly_compiled
def _performance(task: AbstractTask, outputs: Array, trials: Trial) -> Array:
    return task.performance(outputs, trials)


@contextlib.contextmanager
def writing(name: str, failures: list[str]) -> Iterator[None]:
    """Add an `OSError` in this context, such as that of a full disk, to the failures.

    It does not prevent other writes.
    """
    try:
        yield
    except OSError as error:
        failures.append(f"{name} ({error.strerror or error})")


def finish(
    outcome: Outcome, console: Console, clock: Callable[[], tuple[float, float]]
) -> int:
    """Test the networks and write all results; return the exit status.

    `clock` returns the seconds since the command began, and those of compiling.
    """
    setup, result, stopped = outcome.setup, outcome.result, outcome.stopped
    config, step = setup.config, result.state.step
    say = printer(console)
    if isinstance(result, FitResult) and result.divergence is not None:
        say(f"Diverged: {result.divergence} (try a smaller --learning-rate)")
    criterion, counts = config.criterion, sorted(Counter(outcome.ends).items())
    ends = [f"{n} {end_in_words(end, criterion, of_many=True)}" for end, n in counts]
    of_members = f" ({', '.join(ends)})" if setup.is_sweep else ""
    text = end_in_words(stopped, criterion)
    say(f"{text} after {step} updates{of_members}; testing and drawing")
    failures = list(outcome.failures)
    write = _write_many if setup.is_sweep else _write_one
    results, tested_text = write(outcome, failures)
    seconds, compile_seconds = clock()
    seconds += outcome.earlier
    summary = {
        "task": config.task,
        **results,
        "stopped": stopped,
        "performance_name": setup.task.performance_name,
        "steps": step,
        "seconds": round(seconds, 3),
        "compile_seconds": round(compile_seconds, 3),
        "versions": versions(),
    }
    if not failures:  # a summary means that all other files exist
        with writing(SUMMARY, failures):
            write_json(config.out / SUMMARY, summary)
    say(
        f"{tested_text} in {seconds:.1f} s ({compile_seconds:.1f} s of it compiling), "
        f"{results['violations']} violations"
    )
    if not setup.is_sweep:
        counts = results["silent_units"], results["uninhibited_units"]
        units = describe_units(outcome.member(0).network.n_hidden, *counts)
        if units is not None:
            say(units)
    for failure in failures:
        say(f"error: not written: {failure}")
    if failures:
        again = f" and write it with: ctrnn-jax resume {config.out}"
        say(f"Make room{again if config.saves else ''}.")
        return 2
    say(f"written to {config.out}")
    return outcome.status


def _write_network(
    outcome: Outcome, index: int, name: str, failures: list[str]
) -> tuple[dict[str, Any], AbstractNetwork, Trial, Array]:
    """Write and test a network; return its results, and the trials of the test."""
    setup, trained = outcome.setup, outcome.member(index)
    best, member = trained.best, setup.members[index]
    has_best = setup.config.restore_best and best.exists
    net = local(best.network if has_best else trained.network)
    with writing(name, failures):
        path = setup.config.out / name
        path.parent.mkdir(exist_ok=True)
        save(path, net)
    validation = setup.validation(task_of(setup.task, member.settings))
    key = keys_of(member.seed)[2]
    trials, outputs, performance = tested(net, validation, key)
    loss, recent = trained.history.loss, setup.rule.mean(trained.history.performance)
    results = {
        "performance": plain(performance, net.dtype),
        "stopped": outcome.ends[index],
        "steps": trained.state.step,
        "loss": plain(loss[-1], net.dtype) if len(loss) else None,
        "validation_performance": None if recent is None else plain(recent, net.dtype),
        "best_performance": plain(best.performance, net.dtype),
        "best_step": int(best.step),
        "violations": int(violations(net)),
        "silent_units": count_silent(net, validation.task, trials),
        "uninhibited_units": count_uninhibited(net),
    }
    return results, net, trials, outputs


def _write_one(outcome: Outcome, failures: list[str]) -> tuple[dict[str, Any], str]:
    """Write the files of one network; return results, and the test as text."""
    # imported here, since matplotlib takes a second and training does not need it
    from ._pictures import draw_all

    setup, trained = outcome.setup, outcome.member(0)
    results, net, trials, outputs = _write_network(outcome, 0, NETWORK, failures)
    with writing(HISTORY_TABLE, failures):
        columns = trained.history.table().items()
        # the history has the network's numbers in float64
        table = {n: x.astype(net.dtype) if x.dtype == float else x for n, x in columns}
        data = csv_of(table)
        write_atomically(setup.config.out / HISTORY_TABLE, data)
    with writing("pictures", failures):
        draw_all(setup, net, trials, outputs, trained.history)
    divergence = trained.divergence
    results |= {
        "divergence": None if divergence is None else str(divergence),
        "dead_synapses": int(dead_synapses(net)),
        "spectral_radius": spectral_radius_of(net),
    }
    num_trials = int(np.sum(~np.asarray(trials.conditions["is_catch"])))
    return results, (
        f"{setup.task.performance_name} {results['performance']:.3f} on {num_trials} "
        f"new trials, {results['steps']} updates"
    )


def _write_many(outcome: Outcome, failures: list[str]) -> tuple[dict[str, Any], str]:
    """Write the files of many networks; return their spread, and the test as text."""
    setup, result = outcome.setup, outcome.result
    config = setup.config
    entries = []
    for i, (index, member) in enumerate(zip(setup.indices, setup.members, strict=True)):
        file = f"{NETWORKS}/{setup.file_names[i]}"
        results = _write_network(outcome, i, file, failures)[0]
        about = {"member": index, "seed": member.seed, "settings": member.settings}
        entries.append(about | results | {"file": file})
    if config.share is not None:  # its pictures are drawn when the shares are joined
        with writing(CURVES, failures):
            save_curves(config.out / CURVES, result.history)
        with writing(MEMBERS, failures):
            write_json(config.out / MEMBERS, entries)
    else:
        write_sweep(
            config.out,
            entries,
            result.history,
            criterion=config.criterion,
            performance_name=setup.task.performance_name,
            picture_format=config.format,
            failures=failures,
        )
    return summary_of_sweep(entries, setup.task.performance_name)


def write_sweep(
    folder: Path,
    entries: Sequence[Entry],
    history: History,
    *,
    criterion: float,
    performance_name: str,
    picture_format: PictureFormat,
    failures: list[str],
) -> None:
    """Write the files of a sweep that are about all of its networks.

    Pictures are the last: `status` sees by the table that they are drawn.
    """
    # imported here, since matplotlib takes a second and training does not need it
    from ._pictures import draw_spread

    settings = [entry["settings"] for entry in entries]
    labels = [", ".join(f"{n} {x:g}" for n, x in one.items()) for one in settings]
    labels = [label.replace("learning_rate", "learning rate") for label in labels]
    with writing(MEMBERS, failures):
        write_json(folder / MEMBERS, entries)
    with writing(MEMBERS_TABLE, failures):
        write_atomically(folder / MEMBERS_TABLE, _csv_of_members(entries))
    with writing("pictures", failures):
        draw_spread(
            folder,
            history,
            tuple(dict.fromkeys(labels)),
            criterion=criterion,
            performance_name=performance_name,
            picture_format=picture_format,
        )


def summary_of_sweep(
    entries: Sequence[Entry], performance_name: str
) -> tuple[dict[str, Any], str]:
    """Return the part of the summary about all networks, and the test as text."""
    ends = Counter(entry["stopped"] for entry in entries)
    tests = _column(entries, "performance")
    is_intact = np.asarray([entry["stopped"] != "diverged" for entry in entries])
    ranks = np.where(is_intact & ~np.isnan(tests), tests, -np.inf)
    best = entries[int(np.argmax(ranks))] if is_intact.any() else {}
    columns = {
        "tested": "performance",
        "performance": "best_performance",
        "loss": "loss",
        "steps": "steps",
    }
    summary = {
        "members": len(entries),
        "ends": dict(ends),
        "best_member": best.get("member"),
        "best_performance": best.get("performance"),
        "spread": {
            name: _spread(_column(entries, column)) for name, column in columns.items()
        },
        "violations": sum(entry["violations"] for entry in entries),
    }
    return summary, (
        f"{performance_name} on new trials: median {np.median(tests):.3f}, "
        f"{np.min(tests):.3f} to {np.max(tests):.3f}; {len(entries)} networks"
    )


def _csv_of_members(entries: Sequence[Entry]) -> bytes:
    """Return a CSV table with a row for each member; its settings are columns."""
    rows = [
        {"member": entry["member"], **entry["settings"], **entry} for entry in entries
    ]
    names = [name for name in rows[0] if name != "settings"]
    return csv_of({n: np.asarray([row[n] for row in rows], object) for n in names})


def _column(entries: Sequence[Entry], name: str) -> np.ndarray:
    """Return a result of each network, NaN for `None`, as which JSON has it."""
    values = (entry[name] for entry in entries)
    return np.asarray([np.nan if x is None else x for x in values], float)


def _spread(column: np.ndarray) -> dict[str, float]:
    """Return statistics of the values that are finite numbers."""
    column = column[np.isfinite(column)]
    if not column.size:
        column = np.full(1, np.nan)
    statistics = {"mean": np.mean, "sd": np.std, "min": np.min, "max": np.max}
    return {name: float(fn(column)) for name, fn in statistics.items()}
