"""`ctrnn-jax train`: from a task's name to a folder with a trained network."""

import dataclasses
import importlib.metadata
import platform
import time
from typing import Any

import equinox as eqx
import jax
from jax import Array
import numpy as np
from rich.console import Console

from ..constraints import spectral_radius
from ..network import AbstractNetwork, dead_synapses, effective, save, violations
from ..simulation import Record, rollout
from ..tasks import AbstractTask, Trial
from ..training import fit, FitState, MeanAbove, Recipe, recipe, Report
from ._config import Settings, Train
from ._folder import append_line, claim, plain, write_json
from ._progress import TrainingProgress


_COMPILING = (
    "/jax/core/compile/jaxpr_to_mlir_module_duration",
    "/jax/core/compile/backend_compile_duration",
)


class _CompileClock:
    """Adds up the seconds that JAX spends on lowering and compiling."""

    def __init__(self) -> None:
        self.seconds = 0.0
        jax.monitoring.register_event_duration_secs_listener(self._hear)

    def _hear(self, event: str, duration_secs: float, **_: Any) -> None:
        if event in _COMPILING:
            self.seconds += duration_secs


def train(given: Train, console: Console) -> int:
    """Run the command; returns its exit status (1: diverged, 130: Ctrl-C)."""
    started = time.perf_counter()
    clock = _CompileClock()
    usual = recipe(given.task)
    task = usual.task(given.task)
    config = _resolved(given, task, usual)
    _check_validation(task, config.validation_size)
    net_key, fit_key, test_key = jax.random.split(jax.random.key(config.seed), 3)
    net = usual.network(
        task, config.network, n_hidden=config.hidden, sigma=config.noise, key=net_key
    )
    # all that can be refused has been: from here on files are written
    folder = claim(config.out, overwrite=config.overwrite)
    write_json(folder / "config.json", plain(config))
    console.print(
        f"{config.task}: {type(net).__name__} {config.network}, {net.n_hidden} units, "
        f"learning rate {config.learning_rate:g}, {config.batch_size} trials an update",
        highlight=False,
        soft_wrap=True,
    )
    rule = dataclasses.replace(usual.stop_when, threshold=config.criterion)
    state, stopped = _train(net, task, config, usual, rule, fit_key, console)
    if state is None:
        console.print("Interrupted before the first update: nothing to keep.")
        return 130
    seconds, compile_seconds = time.perf_counter() - started, clock.seconds
    net = state.network
    save(folder / "network.safetensors", net)
    console.print(
        f"{_ENDS[stopped]} after {state.step} updates; testing and drawing",
        soft_wrap=True,
    )
    trials, outputs, performance = _test(net, task, test_key)
    tested = int(np.sum(~np.asarray(trials.conditions["is_catch"])))
    summary = {
        "task": config.task,
        "stopped": stopped,
        "performance": float(performance),
        "performance_name": task.performance_name,
        "validation_performance": rule.mean(state.history.performance),
        "steps": state.step,
        "seconds": round(seconds, 3),
        "compile_seconds": round(compile_seconds, 3),
        "violations": int(violations(net)),
        "dead_synapses": int(dead_synapses(net)),
        "spectral_radius": float(spectral_radius(effective(net).w_hid)),
        "versions": _versions(),
    }
    # imported late: pictures cost a second that training should not wait for
    from ._pictures import draw_all

    draw_all(
        folder,
        net,
        task,
        trials,
        outputs,
        history=state.history,
        criterion=config.criterion,
        key=test_key,
    )
    write_json(folder / "summary.json", summary)
    console.print(
        f"{task.performance_name} {performance:.3f} on {tested} new trials, "
        f"{state.step} updates in {seconds:.1f} s "
        f"({compile_seconds:.1f} s of it compiling), "
        f"{summary['violations']} violations",
        highlight=False,
        soft_wrap=True,
    )
    console.print(f"written to {folder}", highlight=False, soft_wrap=True)
    return _STATUS.get(stopped, 0)


_ENDS = {
    "criterion": "Reached the criterion",
    "steps": "Used up the steps",
    "diverged": "The loss became infinite or NaN (try a smaller --learning-rate); kept "
    "the last good network,",
    "interrupted": "Interrupted",
}
_STATUS = {"diverged": 1, "interrupted": 130}


def _resolved(given: Train, task: AbstractTask, usual: Recipe) -> Settings:
    """The settings with the recipe's for those that were left out."""
    published = {
        "steps": usual.steps,
        "batch_size": usual.batch_size,
        "learning_rate": usual.learning_rate,
        "network": usual.variants[0],
        "validate_every": usual.validate_every,
        "validation_size": usual.validation_size or task.validation_size,
        "criterion": usual.stop_when.threshold,
    }
    missing = {n: x for n, x in published.items() if getattr(given, n) is None}
    return Settings(**(dataclasses.asdict(given) | missing))


def _check_validation(task: AbstractTask, size: int) -> None:
    """Refuse a validation set that does not balance, before any folder is made."""
    jax.eval_shape(lambda: task.validation(jax.random.key(0), size))


def _train(
    net: AbstractNetwork,
    task: AbstractTask,
    config: Settings,
    usual: Recipe,
    rule: MeanAbove,
    key: Any,
    console: Console,
) -> tuple[FitState | None, str]:
    """Train with a live display; the last state survives Ctrl-C."""
    last: FitState | None = None
    begun = time.perf_counter()
    optimiser = usual.transform(config.learning_rate)
    with (
        open(config.out / "history.jsonl", "w") as log,
        TrainingProgress(console, steps=config.steps, rule=rule) as progress,
    ):

        def report(now: Report) -> None:
            nonlocal last
            last = now.state
            line = {
                "step": now.state.step,
                "loss": float(np.mean(now.losses)),
                "performance": now.performance,
                "validation_loss": now.validation_loss,
                "seconds": round(time.perf_counter() - begun, 3),
            }
            append_line(log, line)
            progress.show(now)

        try:
            result = fit(
                net,
                task,
                optimiser,
                steps=config.steps,
                batch_size=config.batch_size,
                stop_when=rule if config.stop else None,
                validate_every=config.validate_every,
                validation_size=config.validation_size,
                callback=report,
                key=key,
            )
        except KeyboardInterrupt:
            return last, "interrupted"
    return result.state, result.stopped


_TESTED = 1000
"""About how many new trials a network is tested on."""


@eqx.filter_jit
def _test(
    net: AbstractNetwork, task: AbstractTask, key: Any
) -> tuple[Trial, Array, Array]:
    """New trials, every condition equally often, the outputs, and the performance."""
    trial_key, noise_key = jax.random.split(key)
    size = task.n_conditions * max(1, round(_TESTED / task.n_conditions))
    trials = task.validation(trial_key, size)
    record = Record(potentials=False, rates=False)
    outputs = rollout(net, trials.inputs, key=noise_key, record=record).outputs
    return trials, outputs, task.performance(outputs, trials)


def _versions() -> dict[str, str]:
    names = ("ctrnn-jax", "jax", "jaxlib", "equinox", "optax", "numpy")
    return {
        "python": platform.python_version(),
        **{name: importlib.metadata.version(name) for name in names},
    }
