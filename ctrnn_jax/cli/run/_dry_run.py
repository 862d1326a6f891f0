"""`--dry-run`: measure what a run would need on this machine; write nothing."""

from collections.abc import Callable
import functools
import time

import jax
import jax.numpy as jnp
import numpy as np
from rich.console import Console

from ..._progress import duration
from ..._show import text
from ...network import AbstractNetwork, trainable
from ...training import init_optimiser, train_step, validate_compiled
from ._build import Setup
from ._folder import check_folder
from ._progress import print_rows


_SECONDS = 2.0
"""Time spent on timing updates and validations, in s."""


def dry_run(setup: Setup, net: AbstractNetwork, console: Console) -> int:
    """Print sizes, memory and time; return the exit status.

    Memory is that of the compiled update, as the compiler reports it. An update and a
    validation of one network are timed, and multiplied by the number of networks.
    """
    config, task, members = setup.config, setup.task, len(setup.members)
    check_folder(config.out, overwrite=config.overwrite)
    optimiser = setup.recipe.transform(setup.learning_rate)

    update = functools.partial(
        train_step,
        task=task,
        optimiser=optimiser,
        batch_size=config.batch_size,
        loss=setup.recipe.loss,
    )
    key = jax.random.key(0)
    opt_state = init_optimiser(net, optimiser)
    start = time.perf_counter()
    compiled = jax.jit(update).lower(net, opt_state, key=key).compile()
    validation, first = setup.validation(task), jnp.zeros((), jnp.int32)
    jax.block_until_ready(validate_compiled(net, key, first, validation))
    compile_seconds = time.perf_counter() - start
    update_seconds = _timed(lambda: compiled(net, opt_state, key=key))
    validation_seconds = _timed(lambda: validate_compiled(net, key, first, validation))
    num_validations = config.steps // config.validate_every
    seconds = config.steps * update_seconds + num_validations * validation_seconds

    leaves = zip(jax.tree.leaves(net), jax.tree.leaves(trainable(net)), strict=True)
    parameters = sum(int(np.size(x)) for x, train in leaves if train)
    about = f"{members}; the rows below are for one network, except the time in all"
    rows = {
        "network": f"{type(net).__name__} {config.network}",
        "units": f"{net.n_hidden}, {task.n_in} inputs, {task.n_out} outputs",
        "parameters that train": parameters,
        "steps of a trial": f"at most {task.n_steps} of {task.dt:g} ms",
        "trials an update": config.batch_size,
        "updates": f"at most {config.steps}, validated every {config.validate_every}",
        "learning rate": _listed(config.learning_rate),
        "noise": _listed(config.noise) or text(net.noise),
        "criterion": f"{config.criterion:g}{'' if config.stop else ', without a stop'}",
        "networks": about if members > 1 else None,
        "memory of an update": _memory(compiled),
        "compiling": f"{compile_seconds:.1f} s",
        "an update": f"{1000 * update_seconds:.3g} ms",
        "a validation": f"{1000 * validation_seconds:.3g} ms",
        "time in all": f"at most {duration(compile_seconds + members * seconds)}",
    }
    print_rows(console, rows)
    console.print("nothing was written", highlight=False)
    return 0


def _listed(values: float | tuple[float, ...] | None) -> str:
    """Return the number, or the numbers of a sweep, as text; "" for none."""
    numbers = values if isinstance(values, tuple) else (values,)
    return ", ".join(f"{number:g}" for number in numbers if number is not None)


def _timed(fn: Callable[[], object]) -> float:
    """Return the median seconds of 3 to 50 calls."""
    times: list[float] = []
    start = time.perf_counter()
    while len(times) < 3 or (
        len(times) < 50 and time.perf_counter() - start < _SECONDS / 2
    ):
        before = time.perf_counter()
        jax.block_until_ready(fn())
        times.append(time.perf_counter() - before)
    return float(np.median(times))


def _memory(compiled: jax.stages.Compiled) -> str:
    """Describe the memory of a compiled program, or say that it is unknown."""
    analysis = compiled.memory_analysis()
    if analysis is None:
        return "unknown on this platform"
    state = analysis.argument_size_in_bytes + analysis.output_size_in_bytes
    temporary = analysis.temp_size_in_bytes
    total = (state + temporary - analysis.alias_size_in_bytes) / 2**20
    activity = temporary / 2**20
    return f"{total:.1f} MiB, {activity:.1f} of it for activity and gradients"
