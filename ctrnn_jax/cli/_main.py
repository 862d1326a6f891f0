"""Entry point of `ctrnn-jax`."""

from collections.abc import Sequence
import importlib.util
import sys
from typing import Annotated

from rich.console import Console
import tyro

from ._config import Tasks, Train


_Command = tyro.conf.OmitSubcommandPrefixes[
    Annotated[Train, tyro.conf.subcommand("train")]
    | Annotated[Tasks, tyro.conf.subcommand("tasks")]
]


def run(arguments: Sequence[str] | None = None) -> int:
    """Parse the arguments and run the command; returns the exit status."""
    console = Console()
    try:
        command = tyro.cli(_Command, args=arguments, prog="ctrnn-jax")
        if isinstance(command, Tasks) and command.name is None:
            from ._tasks import list_tasks

            return list_tasks(console)
        if importlib.util.find_spec("matplotlib") is None:
            raise ValueError(
                "Pictures need matplotlib. Install it with "
                "pip install 'ctrnn-jax[plot]'."
            )
        if isinstance(command, Tasks):
            from ._tasks import show_task

            return show_task(command, console)
        from ._train import train

        return train(command, console)
    except (ValueError, OSError) as error:
        Console(stderr=True).print(
            f"[bold red]error:[/] {_plain(str(error))}", highlight=False, soft_wrap=True
        )
        return 2


def _plain(text: str) -> str:
    return text.replace("[", r"\[")


def main() -> None:
    """Run `ctrnn-jax` with the arguments of the process."""
    sys.exit(run())
