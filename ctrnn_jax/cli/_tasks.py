"""`ctrnn-jax tasks`: what there is to train on, and what one of them looks like."""

from pathlib import Path

import equinox as eqx
import jax
import numpy as np
from rich.console import Console
from rich.table import Table

from .._checks import invalid
from ..tasks import AbstractTask, describe, families, Trial
from ..training import recipe
from .options import Tasks


def list_tasks(console: Console) -> int:
    """A line for each task, by where it is from; returns the exit status."""
    width = max(len(name) for names in families().values() for name in names)
    for family, names in families().items():
        console.print(f"[bold]{family}[/]", highlight=False)
        for name in names:
            line = f"  {name:{width}}  {describe(name)}"
            console.print(line, highlight=False, soft_wrap=True, markup=False)
    return 0


def show_task(command: Tasks, console: Console) -> int:
    """Channels, epochs, conditions, the usual training, and a picture of trials."""
    name = str(command.name)
    usual = recipe(name)
    task = usual.task(name)
    out = Path(f"{name}.png") if command.out is None else command.out
    if out.suffix != ".png":
        raise invalid("out", "end in .png", str(out), "It is a picture.")
    trials = eqx.filter_jit(task.validation)(jax.random.key(0))
    say = lambda text: console.print(text, highlight=False, markup=False)
    say(f"{name}: {describe(name)}\n")
    console.print(_channels(task))
    console.print(_epochs(task, trials))
    seconds = task.n_steps * task.dt / 1000
    console.print(_conditions(trials))
    if task.n_conditions > 1:
        say(f"{task.n_conditions} conditions, balanced in validation")
    say(f"at most {task.n_steps} steps of {task.dt:g} ms ({seconds:g} s)")
    say(f"performance: {task.performance_name}")
    say(
        f"trained with: {' or '.join(usual.variants)}; {usual.batch_size} trials an "
        f"update, learning rate {usual.learning_rate:g}, until performance, the mean "
        f"of the last {usual.stop_when.last}, exceeds {usual.stop_when.threshold:g} "
        f"({usual.source})"
    )
    # imported late: the list needs no pictures
    from matplotlib.figure import Figure

    from ..plotting import example_trials, plot_trials
    from .run import save

    few, titles = example_trials(task, trials)
    save(out, plot_trials(Figure(), task, few, titles=titles))
    say(f"example trials drawn to {out}")
    return 0


def _ranges(names: tuple[str, ...]) -> list[str]:
    """Names one by one, or the first and the last of many."""
    return list(names) if len(names) <= 12 else [names[0], "...", names[-1]]


def _channels(task: AbstractTask) -> Table:
    table = Table("", "number", "channels", "unit", box=None, pad_edge=False)
    for what, names in (("inputs", task.input_names), ("outputs", task.output_names)):
        units = ", ".join(sorted({task.units[name] for name in names}))
        table.add_row(what, str(len(names)), ", ".join(_ranges(names)), units)
    return table


def _epochs(task: AbstractTask, trials: Trial) -> Table:
    table = Table("epoch", "from (ms)", "to (ms)", box=None, pad_edge=False)
    starts = lambda item: float(np.mean(np.asarray(item[1])[:, 0]))
    for name, steps in sorted(trials.epochs.items(), key=starts):
        edges = np.asarray(steps)
        here = edges[edges[:, 1] > edges[:, 0]] * task.dt
        if len(here):
            table.add_row(name, _span(here[:, 0]), _span(here[:, 1]))
    return table


def _conditions(trials: Trial) -> Table:
    table = Table("condition", "from", "to", box=None, pad_edge=False)
    for name, values in trials.conditions.items():
        found = np.asarray(values).astype(float)
        table.add_row(name, f"{found.min():.4g}", f"{found.max():.4g}")
    return table


def _span(times: np.ndarray) -> str:
    low, high = times.min(), times.max()
    return f"{low:g}" if low == high else f"{low:g} to {high:g}"
