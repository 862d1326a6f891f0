"""`ctrnn-jax tasks`: the list of tasks, and the details of one task."""

from pathlib import Path

import jax
from jax import Array
import numpy as np
from rich.console import Console
from rich.table import Table

from .._checks import check, check_choice
from ..tasks import AbstractTask, describe, families, names, Trial
from ..training import recipe
from .options import Tasks


def tasks(command: Tasks, console: Console) -> int:
    """List the tasks or show one; return the exit status."""
    if command.name is None:
        _list_tasks(console)
    else:
        _show_task(command.name, command.out or Path(f"{command.name}.png"), console)
    return 0


def _list_tasks(console: Console) -> None:
    """Print one line per task, grouped by source."""
    width = max(map(len, names()))
    for family, members in families().items():
        console.print(f"[bold]{family}[/]", highlight=False)
        for name in members:
            line = f"  {name:{width}}  {describe(name)}"
            console.print(line, highlight=False, soft_wrap=True, markup=False)


def _show_task(name: str, out: Path, console: Console) -> None:
    """Print channels, epochs, conditions and training; draw example trials."""
    check_choice("task", name, names())
    task_recipe = recipe(name)
    task = task_recipe.task(name)
    check(out.suffix == ".png", "out", "end in .png", str(out), "Name a PNG file.")
    rule = "be in a folder that exists"
    check(out.parent.is_dir(), "out", rule, str(out), "Make the folder first.")
    trials = task.validation(jax.random.key(0))
    # imported here, since the list of tasks needs neither training nor matplotlib
    from .run import printer, save_picture

    say = printer(console, soft_wrap=False)
    say(f"{name}: {describe(name)}\n")
    for table in (_channels(task), _epochs(task, trials), _conditions(trials)):
        console.print(table)
    seconds = task.n_steps * task.dt / 1000
    if task.n_conditions > 1:
        say(f"{task.n_conditions} conditions, balanced in validation")
    say(f"at most {task.n_steps} steps of {task.dt:g} ms ({seconds:g} s)")
    say(f"performance: {task.performance_name}")
    stop_rule = task_recipe.stop_when
    say(
        f"trained with: {' or '.join(task_recipe.variants)}; "
        f"{task_recipe.batch_size} trials an update, "
        f"learning rate {task_recipe.learning_rate:g}, until performance, the mean "
        f"of the last {stop_rule.last}, exceeds {stop_rule.threshold:g} "
        f"({task_recipe.source})"
    )
    # imported here, since the list of tasks needs no matplotlib
    from matplotlib.figure import Figure

    from ..plotting import example_trials, plot_trials

    few, titles = example_trials(task, trials)
    save_picture(out, plot_trials(Figure(), task, few, titles=titles))
    say(f"example trials drawn to {out}")


def _ranges(names: tuple[str, ...]) -> list[str]:
    """Return all names, or the first and the last of many."""
    return list(names) if len(names) <= 12 else [names[0], "...", names[-1]]


def _channels(task: AbstractTask) -> Table:
    table = Table("", "number", "channels", "unit", box=None, pad_edge=False)
    for what, channels in (
        ("inputs", task.input_names),
        ("outputs", task.output_names),
    ):
        units = ", ".join(sorted({task.units[name] for name in channels}))
        table.add_row(what, str(len(channels)), ", ".join(_ranges(channels)), units)
    return table


def _epochs(task: AbstractTask, trials: Trial) -> Table:
    table = Table("epoch", "from (ms)", "to (ms)", box=None, pad_edge=False)

    def mean_start(item: tuple[str, Array]) -> float:
        return float(np.mean(np.asarray(item[1])[:, 0]))

    for name, steps in sorted(trials.epochs.items(), key=mean_start):
        edges = np.asarray(steps)
        times = edges[edges[:, 1] > edges[:, 0]] * task.dt  # of trials that have it
        if len(times):
            table.add_row(name, _span(times[:, 0]), _span(times[:, 1]))
    return table


def _conditions(trials: Trial) -> Table:
    table = Table("condition", "from", "to", box=None, pad_edge=False)
    for name, values in trials.conditions.items():
        numbers = np.asarray(values).astype(float)
        table.add_row(name, f"{numbers.min():.4g}", f"{numbers.max():.4g}")
    return table


def _span(times: np.ndarray) -> str:
    low, high = times.min(), times.max()
    return f"{low:g}" if low == high else f"{low:g} to {high:g}"
