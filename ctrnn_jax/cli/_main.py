"""The entry point of `ctrnn-jax`: parse the arguments and run one command."""

from collections import Counter
from collections.abc import Sequence
import functools
import importlib
import importlib.util
import io
import operator
import os
import sys
from typing import Annotated, Any

from rich.console import Console
import tyro

from .._checks import check, check_choice, invalid
from ._console import console as console_of_process
from .options import (
    Analyse,
    CONSTRUCTORS,
    defaults_from,
    file_in,
    Resume,
    Status,
    Sweep,
    Tasks,
    Train,
)


_COMMANDS = {
    "train": (Train, ".run"),
    "resume": (Resume, ".run"),
    "sweep": (Sweep, ".run"),
    "status": (Status, ".run"),
    "analyse": (Analyse, ".analyse"),
    "tasks": (Tasks, "._tasks"),
}
"""The options of each command, and the module of the function of the same name.

A module is imported only when its command is used.
"""

_REPEATABLE = ("--set",)


def run(arguments: Sequence[str] | None = None) -> int:
    """Parse the arguments and run the command; return the exit status."""
    console = console_of_process()
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    try:
        return _run(_parsed(arguments), console)
    except (ValueError, OSError, ImportError) as error:
        return _failed(str(error))
    except (MemoryError, RuntimeError) as error:
        # of NumPy, and of JAX, which is not imported by all commands
        is_memory = isinstance(error, MemoryError) or "RESOURCE_EXHAUSTED" in str(error)
        if not is_memory:
            raise
        remedy = "Choose a smaller --hidden or --batch-size"
        return _failed(f"out of memory: {str(error).splitlines()[0]}. {remedy}.")
    except KeyboardInterrupt:
        console.print("Interrupted.")
        return 130


def _failed(text: str) -> int:
    """Print an error; return the exit status."""
    message = f"[bold red]error:[/] {_plain(text)}"
    console_of_process(stderr=True).print(message, highlight=False, soft_wrap=True)
    return 2


def _parsed(arguments: list[str]) -> Any:
    """Parse the arguments; return the command with all its settings.

    Flags override the settings in the file of `--config`.
    """
    names = Counter(a.split("=")[0] for a in arguments if a.startswith("--"))
    for name, count in names.items():
        is_legal = count == 1 or name in _REPEATABLE
        check(is_legal, name, "be given once", f"it {count} times", "Drop the others.")
    file, chosen = file_in(arguments), arguments[0] if arguments else None
    if chosen is not None and not chosen.startswith("-"):
        check_choice("command", chosen, _COMMANDS)
    defaults = None
    if file is not None and chosen in ("train", "sweep"):
        defaults = defaults_from(file, _COMMANDS[chosen][0])
    # `subcommand` has no value that stands for no default
    options = {} if defaults is None else {chosen: {"default": defaults}}
    commands: list[Any] = [
        Annotated[kind, tyro.conf.subcommand(name, **options.get(name, {}))]
        for name, (kind, _) in _COMMANDS.items()
    ]
    union: Any = functools.reduce(operator.or_, commands)
    kind: Any = tyro.conf.OmitSubcommandPrefixes[union]
    with CONSTRUCTORS:
        return tyro.cli(kind, args=arguments, prog="ctrnn-jax")


def _run(command: Any, console: Console) -> int:
    """Run a command; return the exit status."""
    is_list = isinstance(command, Tasks) and command.name is None
    draws = not is_list and not isinstance(command, Status)
    if draws and importlib.util.find_spec("matplotlib") is None:
        raise ValueError(
            "Pictures need matplotlib. Install it with pip install 'ctrnn-jax[plot]'."
        )
    # processes must find each other before JAX starts
    if draws and not getattr(command, "distributed", False):
        _check_platform()
    if getattr(command, "cache", False):
        # imports jax, which other commands do not need
        importlib.import_module("._compilation_cache", __package__).use(console)
    name = next(n for n, (kind, _) in _COMMANDS.items() if type(command) is kind)
    module = importlib.import_module(_COMMANDS[name][1], __package__)
    return getattr(module, name)(command, console)


def _check_platform() -> None:
    """Raise `ValueError` if JAX cannot start on the platforms that the user named."""
    named = os.environ.get("JAX_PLATFORMS")
    if not named:
        return
    import jax  # which other commands do not need

    try:
        jax.devices()
    except (RuntimeError, AssertionError) as error:  # the latter for CUDA without it
        rule = "name platforms that JAX can use on this machine"
        remedy = "For an NVIDIA GPU install jax[cuda13]; or unset it to use the CPU."
        raise invalid("JAX_PLATFORMS", rule, repr(named), remedy) from error


def _plain(text: str) -> str:
    return text.replace("[", r"\[")


def main() -> None:
    """Run `ctrnn-jax` with the arguments of the process.

    Characters that the terminal's encoding lacks are printed as escapes.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    sys.exit(run())
