"""`ctrnn-jax tasks`: the list of tasks, and the details of one task."""

from collections.abc import Iterator
import json
from pathlib import Path
import re
import textwrap

import jax
from rich.console import Console
from rich.table import Table

from .._checks import check
from .._quick_compilation import quickly_compiled
from .._tree import with_fields
from .._types import KeyArray
from ..tasks import (
    AbstractTask,
    AbstractTwoChoice,
    describe,
    families,
    names,
    Trial,
)
from ..training import Recipe
from ._task_facts import condition_ranges, epoch_times, facts_of, facts_of_all
from .experiment import Option, options_of, recipe_of_task, source_of
from .options import Tasks
from .user_code import is_file, load


def tasks(command: Tasks, console: Console) -> int:
    """List the tasks or show one; return the exit status."""
    if command.name is None:
        rule, remedy = "be given with the name of a task", "Add the name."
        got = str(command.picture)
        check(command.picture is None, "picture", rule, got, remedy)
        if command.json:
            _print_json(facts_of_all(), console)
        else:
            _list_tasks(console)
        return 0
    if command.picture is not None:
        _check_picture(command.picture)
    _show_task(command.name, command, console)
    return 0


def _print_json(facts: dict[str, object], console: Console) -> None:
    # imported here, since the list of tasks needs no training
    from .run import finite

    console.print_json(json.dumps(finite(facts)))


def _check_picture(path: Path) -> None:
    """Validate the path of a picture before the task is made."""
    check(path.suffix == ".png", "picture", "end in .png", path, "Name a PNG file.")
    rule, remedy = "be in a folder that exists", "Make the folder first."
    check(path.parent.is_dir(), "picture", rule, path, remedy)


def _list_tasks(console: Console) -> None:
    """Print one line per task, grouped by source; two if a terminal is narrow."""
    width = max(map(len, names()))
    for family, members in families().items():
        console.print(f"[bold]{family}[/]", highlight=False)
        for name in members:
            line = f"  {name:{width}}  {describe(name)}"
            if console.is_terminal:
                line = _wrapped(line, width + 4, console)
            console.print(line, highlight=False, soft_wrap=True, markup=False)


def _wrapped(text: str, indent: int, console: Console) -> str:
    """Return lines no wider than the console; all but the first are indented."""
    spaces = " " * indent
    return textwrap.fill(text, max(console.width, 2 * indent), subsequent_indent=spaces)


def _show_task(name: str, command: Tasks, console: Console) -> None:
    """Print what is known of a task, as text or JSON; draw example trials."""
    own = load("task", name) if is_file(name) else None
    task_recipe = recipe_of_task(name, own, published=False)
    source = source_of(name, own, task_recipe)
    task = source.make()
    trials = _epochs_and_conditions(task, jax.random.key(0))
    about = (type(task).__doc__ or name).partition("\n")[0]
    about = describe(name) if own is None else about
    options = options_of(task, source)
    if command.json:
        facts = facts_of(name, about, task, trials, options, task_recipe)
        _print_json(facts, console)
    else:
        _say_task(f"{name}: {about}\n", task, trials, options, task_recipe, console)
    if command.picture is None:
        return
    # imported here, since the list of tasks needs no matplotlib
    from matplotlib.figure import Figure

    from ..plotting import example_trials, plot_trials
    from .run import printer, save_picture

    few, titles = example_trials(task, task.validation(jax.random.key(0)))
    figure = Figure(figsize=(3.1 * len(titles) + 1.2, 4.4))
    drawn = plot_trials(task, few, figure=figure, titles=titles)
    save_picture(command.picture, drawn)
    if not command.json:
        printer(console)(f"example trials drawn to {command.picture}")


@quickly_compiled
def _epochs_and_conditions(task: AbstractTask, key: KeyArray) -> Trial:
    """Return trials without time steps: most of a program draws noise of inputs."""
    trials = task.validation(key)
    steps = {name: getattr(trials, name) for name in ("inputs", "targets", "mask")}
    return with_fields(trials, **{name: x[:, :0] for name, x in steps.items()})


def _say_task(
    title: str,
    task: AbstractTask,
    trials: Trial,
    options: tuple[Option, ...],
    task_recipe: Recipe,
    console: Console,
) -> None:
    """Print options, channels, epochs, conditions and training."""
    # imported here, since the list of tasks needs no training
    from .run import printer

    say = printer(console, soft_wrap=False)
    say(title)
    if options:
        say("options: --set task.NAME=VALUE, but --dt for dt; + may differ in a sweep")
        for option in options:
            for line in _described(option):
                say(_wrapped(line, 6, console))
        say("")
    for table in (_channels(task), _epochs(task, trials), _conditions(task, trials)):
        if table.row_count:
            console.print(table, "")
    seconds = task.n_steps * task.dt / 1000
    if task.n_conditions > 1:
        say(f"{task.n_conditions} conditions, balanced in validation")
    say(f"at most {task.n_steps} steps of {task.dt:g} ms ({seconds:g} s)")
    say(f"performance: {task.performance_name}")
    say(_training(task_recipe))


def _described(option: Option) -> Iterator[str]:
    """Yield the name and default of an option, then what it means and must be."""
    yield f"{'+' if option.is_swept else ' '} {option.name} = {option.default}"
    meaning = re.split(r"\. (?=[A-Z`])", option.meaning)[0].rstrip(".")
    # without the rules that the meaning has
    known = f"{meaning} not be negative" if "may be 0" in meaning else meaning
    rules = [rule for rule in option.rules if _core(rule) not in known]
    texts = (meaning, f"must {', '.join(rules)}" if rules else "")
    text = "; ".join(filter(None, texts)) or option.kind
    if text:
        yield " " * 6 + text


def _core(rule: str) -> str:
    """Return a rule without verb, and without the number of dt."""
    return re.sub(r"^(be|lie) | = [^ ]+ ms$", "", rule)


def _training(chosen: Recipe) -> str:
    """Describe the recipe of a task."""
    stop_rule = chosen.stop_when
    mean = f", the mean of the last {stop_rule.last}," if stop_rule.last > 1 else ""
    verb = "reaches" if stop_rule.inclusive else "exceeds"
    return (
        f"trained with: {' or '.join(chosen.variants)}; "
        f"{chosen.batch_size} trials an update, "
        f"learning rate {chosen.learning_rate:g}, until performance{mean} "
        f"{verb} {stop_rule.threshold:g} ({chosen.source})"
    )


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
    for name, (starts, ends) in epoch_times(task, trials).items():
        table.add_row(name, _span(*starts), _span(*ends))
    return table


def _conditions(task: AbstractTask, trials: Trial) -> Table:
    """Return the range of each condition, and what its numbers are if it is known."""
    meanings: dict[str, str] = {}
    if isinstance(task, AbstractTwoChoice):
        names = enumerate(task.output_names)
        meanings["choice"] = ", ".join(f"{i} is {name}" for i, name in names)
        meanings["evidence"] = task.evidence_name
    table = Table("condition", "from", "to", "", box=None, pad_edge=False)
    for name, (low, high) in condition_ranges(trials).items():
        table.add_row(name, f"{low:.4g}", f"{high:.4g}", meanings.get(name, ""))
    return table


def _span(low: float, high: float) -> str:
    return f"{low:g}" if low == high else f"{low:g} to {high:g}"
