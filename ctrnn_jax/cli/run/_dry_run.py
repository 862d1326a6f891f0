"""`--dry-run`: what a run would need, measured on this machine; nothing is written."""

import time
from typing import Any

import jax
import numpy as np
from rich.console import Console
from rich.table import Table

from ...network import AbstractNetwork, trainable
from ...training import init_optimiser, train_step
from ..options import Sweep, Train
from ._build import Setup
from ._finish import tested
from ._folder import check_folder
from ._progress import duration


_SECONDS = 2.0
"""How long updates are timed for."""


def dry_run(
    given: Train | Sweep,
    setup: Setup,
    net: AbstractNetwork,
    console: Console,
    *,
    members: int,
) -> int:
    """Print sizes, memory and time; returns the exit status.

    Memory is what the compiled update asks for. Updates and one validation are timed,
    those of one network of the `members`.
    """
    config, task = setup.config, setup.task
    check_folder(config.out, overwrite=given.overwrite)
    rates = config.learning_rate
    rate = rates[0] if isinstance(rates, tuple) else rates
    optimiser = setup.optimiser(rate)

    def update(net: AbstractNetwork, opt_state: Any, key: Any) -> Any:
        return train_step(
            net,
            opt_state,
            key=key,
            task=task,
            optimiser=optimiser,
            batch_size=config.batch_size,
            loss=setup.usual.loss,
        )

    key = jax.random.key(0)
    opt_state = init_optimiser(net, optimiser)
    begun = time.perf_counter()
    compiled = jax.jit(update).lower(net, opt_state, key).compile()
    jax.block_until_ready(tested(net, task, key, config.validation_size))
    compiling = time.perf_counter() - begun
    updating = _timed(lambda: compiled(net, opt_state, key))
    validating = _timed(lambda: tested(net, task, key, config.validation_size))
    validations = config.steps // config.validate_every
    seconds = members * (config.steps * updating + validations * validating)

    leaves = zip(jax.tree.leaves(net), jax.tree.leaves(trainable(net)), strict=True)
    parameters = sum(int(np.size(x)) for x, train in leaves if train)
    table = Table(box=None, pad_edge=False, show_header=False)
    row = table.add_row
    row("network", f"{type(net).__name__} {config.network}")
    row("units", f"{net.n_hidden}, {task.n_in} inputs, {task.n_out} outputs")
    row("parameters that train", f"{parameters}")
    row("steps of a trial", f"at most {task.n_steps} of {task.dt:g} ms")
    row("trials an update", f"{config.batch_size}")
    row("updates", f"at most {config.steps}, validated every {config.validate_every}")
    if members > 1:
        row("networks", f"{members}; what follows is of one, but for the time in all")
    row("memory of an update", _memory(compiled))
    row("compiling", f"{compiling:.1f} s")
    row("an update", f"{1000 * updating:.3g} ms")
    row("a validation", f"{1000 * validating:.3g} ms")
    row("time in all", f"at most {duration(compiling + seconds)}")
    console.print(table, highlight=False)
    console.print("nothing was written", highlight=False)
    return 0


def _timed(fn: Any) -> float:
    """Median seconds of a few calls."""
    times = []
    begun = time.perf_counter()
    while len(times) < 3 or (
        len(times) < 50 and time.perf_counter() - begun < _SECONDS / 2
    ):
        before = time.perf_counter()
        jax.block_until_ready(fn())
        times.append(time.perf_counter() - before)
    return float(np.median(times))


def _memory(compiled: Any) -> str:
    """What a compiled program asks for, where the platform says it."""
    found = compiled.memory_analysis()
    if found is None:
        return "unknown on this platform"
    state = found.argument_size_in_bytes + found.output_size_in_bytes
    total = (state + found.temp_size_in_bytes - found.alias_size_in_bytes) / 2**20
    activity = found.temp_size_in_bytes / 2**20
    return f"{total:.1f} MiB, {activity:.1f} of it for activity and gradients"
