"""The entry point of `ctrnn-jax`: parse the arguments and run one command."""

from collections import Counter
from collections.abc import Sequence
import functools
import importlib.util
import operator
import sys
from typing import Annotated, Any

from rich.console import Console
import tyro

from .._checks import check
from .options import (
    Analyse,
    defaults_from,
    file_in,
    Resume,
    Status,
    Sweep,
    Tasks,
    Train,
)


_COMMANDS = {
    "train": Train,
    "resume": Resume,
    "sweep": Sweep,
    "status": Status,
    "analyse": Analyse,
    "tasks": Tasks,
}
_REPEATABLE = ("--set",)


def run(arguments: Sequence[str] | None = None) -> int:
    """Parse the arguments and run the command; return the exit status."""
    console = Console()
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    try:
        return _run(_parsed(arguments), console)
    except (ValueError, OSError, ImportError) as error:
        Console(stderr=True).print(
            f"[bold red]error:[/] {_plain(str(error))}", highlight=False, soft_wrap=True
        )
        return 2
    except KeyboardInterrupt:
        console.print("Interrupted.")
        return 130


def _parsed(arguments: list[str]) -> Any:
    """Parse the arguments; return the command with all its settings.

    Flags override the settings in the file of `--config`.
    """
    names = Counter(a.split("=")[0] for a in arguments if a.startswith("--"))
    for name, count in names.items():
        is_legal = count == 1 or name in _REPEATABLE
        check(is_legal, name, "be given once", f"it {count} times", "Drop the others.")
    file, chosen = file_in(arguments), arguments[0] if arguments else None
    defaults = None
    if file is not None and chosen in ("train", "sweep"):
        defaults = defaults_from(file, _COMMANDS[chosen])
    commands: list[Any] = [
        Annotated[kind, _named(name, defaults if name == chosen else None)]
        for name, kind in _COMMANDS.items()
    ]
    union: Any = functools.reduce(operator.or_, commands)
    kind: Any = tyro.conf.OmitSubcommandPrefixes[union]
    return tyro.cli(kind, args=arguments, prog="ctrnn-jax")


def _named(name: str, defaults: Any) -> Any:
    """Return the name of a command and the defaults of its flags, for tyro."""
    if defaults is None:
        return tyro.conf.subcommand(name)
    return tyro.conf.subcommand(name, default=defaults)


def _run(command: Any, console: Console) -> int:
    """Run a command. Each is imported only when it is used."""
    if isinstance(command, Status):
        from .run import status

        return status(command, console)
    if isinstance(command, Tasks) and command.name is None:
        from ._tasks import list_tasks

        return list_tasks(console)
    if importlib.util.find_spec("matplotlib") is None:
        raise ValueError(
            "Pictures need matplotlib. Install it with pip install 'ctrnn-jax[plot]'."
        )
    if isinstance(command, Tasks):
        from ._tasks import show_task

        return show_task(command, console)
    if isinstance(command, Analyse):
        from .analyse import analyse

        return analyse(command, console)
    from .run import resume, train

    if isinstance(command, Resume):
        return resume(command, console)
    return train(command, console)


def _plain(text: str) -> str:
    return text.replace("[", r"\[")


def main() -> None:
    """Run `ctrnn-jax` with the arguments of the process."""
    sys.exit(run())
