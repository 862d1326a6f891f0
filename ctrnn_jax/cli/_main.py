"""The entry point of `ctrnn-jax`: parse the arguments and run one command."""

from collections import Counter
from collections.abc import Mapping, Sequence
import contextlib
import functools
import importlib
import importlib.util
import io
import operator
import os
from pathlib import Path
import re
import sys
from types import MappingProxyType
from typing import Annotated, Any

from rich.console import Console
import tyro

from .._checks import check, check_choice, closest, invalid
from .options import (
    Analyse,
    command_of,
    Completion,
    CONSTRUCTORS,
    defaults_from,
    description_of,
    Doctor,
    file_in,
    flag_names,
    flags_of,
    form_of,
    Join,
    Report,
    Resume,
    Status,
    Summary,
    Sweep,
    Tasks,
    Train,
)
from .output import console as console_of_process, forgiving_streams
from .user_code import explained


_COMMANDS = {
    "train": (Train, ".run"),
    "resume": (Resume, ".shares"),
    "sweep": (Sweep, ".shares"),
    "join": (Join, ".shares"),
    "status": (Status, ".shares"),
    "summary": (Summary, "._summary"),
    "analyse": (Analyse, ".analyse"),
    "report": (Report, ".report"),
    "tasks": (Tasks, "._tasks"),
    "doctor": (Doctor, ".doctor"),
    "completion": (Completion, "._main"),
}
"""The options of each command, and the module of the function of the same name.

A module is imported only when its command is used.
"""

_EXAMPLES = {
    "train": "ctrnn-jax train perceptual_decision --out runs/first --steps 2000",
    "resume": "ctrnn-jax resume runs/first --steps 4000",
    "sweep": "ctrnn-jax sweep flip_flop --out runs/many --seeds 0 1 2 --noise 0.02 0.1",
    "join": "ctrnn-jax join runs/many",
    "status": "ctrnn-jax status runs/first",
    "summary": "ctrnn-jax summary runs/first --json",
    "analyse": "ctrnn-jax analyse runs/first --fixed-points --epoch decision",
    "report": "ctrnn-jax report runs/first runs/second --out both.html",
    "tasks": "ctrnn-jax tasks flip_flop --picture flip_flop.png",
    "doctor": "ctrnn-jax doctor",
    "completion": "ctrnn-jax completion bash "
    "> ~/.local/share/bash-completion/completions/ctrnn-jax",
}
"""The last line of the help of each command."""

_FLAG = re.compile("--|-[A-Za-z]$")  # not -1 or -inf
_NUMBER = re.compile("[-+]?[0-9.]+(e[-+]?[0-9]+)?")
_ONE_NUMBER = ("--seed", "--learning-rate", "--noise", "--tau")
_REPEATABLE = ("--set",)
_REPEATABLE_IN = {"report": ("--task", "--network")}
_HELP = ("-h", "--help")
_ABOUT = "Train networks on tasks, analyse them, and report what they learned."
_BELOW_COMMANDS = """\
ctrnn-jax COMMAND --help prints the options of a command.
ctrnn-jax --version prints the versions and the devices.\
"""
_OTHER_FLAGS = {
    "-o": "--out",
    "--batch": "--batch-size",
    "--epochs": "--steps",
    "--iterations": "--steps",
    "--lr": "--learning-rate",
    "--n-hidden": "--hidden",
    "--num-updates": "--steps",
    "--output": "--out",
    "--sigma": "--noise",
    "--sigma-rec": "--noise",
    "--units": "--hidden",
}
"""Names of other packages, and our flags for the same thing."""


def run(arguments: Sequence[str] | None = None) -> int:
    """Parse the arguments and run the command; return the exit status."""
    console = console_of_process()
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    try:
        if arguments == ["--version"]:
            _check_platform()
            return importlib.import_module("._version", __package__).print_version(
                console
            )
        return _run(_parsed(arguments), console)
    except KeyboardInterrupt:
        console.print("Interrupted.")
        return 130
    except Exception as error:
        text = _text_of(error)
        if text is None:
            raise
        return _failed(_with_flags(text, arguments))


def _text_of(error: Exception) -> str | None:
    """Return the text of an error that a user can mend, else `None`."""
    if (text := explained(error)) is not None:
        return text
    if isinstance(error, (ValueError, OSError, ImportError)):
        return str(error)
    # of NumPy, and of JAX, which is not imported by all commands
    is_memory = isinstance(error, MemoryError) or (
        isinstance(error, RuntimeError) and "RESOURCE_EXHAUSTED" in str(error)
    )
    if not is_memory:
        return None
    remedy = "Choose a smaller --hidden or --batch-size"
    return f"out of memory: {str(error).splitlines()[0]}. {remedy}."


def _failed(text: str) -> int:
    """Print an error; return the exit status."""
    message = f"[bold red]error:[/] {_plain(text)}"
    console_of_process(stderr=True).print(message, highlight=False, soft_wrap=True)
    return 2


def _with_flags(text: str, arguments: Sequence[str]) -> str:
    """Return an error that names an option as it is typed: `--batch-size`."""
    chosen = arguments[0] if arguments else ""
    named = re.match("`[^`]+`", text)
    if chosen not in _COMMANDS or named is None:
        return text
    flags = flag_names(_COMMANDS[chosen][0])
    name = re.sub(
        "(?<![-a-z_.])[a-z_]+", lambda word: flags.get(word[0], word[0]), named[0]
    )
    return name + text[named.end() :]


def _parsed(arguments: list[str]) -> Any:
    """Parse the arguments; return the command with all its settings.

    Flags override the settings in the file of `--config`.
    """
    chosen = arguments[0] if arguments else ""
    repeatable = _REPEATABLE + _REPEATABLE_IN.get(chosen, ())
    names = Counter(a.split("=")[0] for a in arguments if _FLAG.match(a))
    for name, count in names.items():
        is_legal = count == 1 or name in repeatable
        check(is_legal, name, "be given once", f"it {count} times", "Drop the others.")
    file = file_in(arguments)
    if chosen and not chosen.startswith("-"):
        check_choice("command", chosen, _COMMANDS)
        _check_flags(chosen, names)
        _check_settings(arguments)
    if chosen == "train":
        _check_single(arguments)
    defaults = None
    if file is not None and chosen in ("train", "sweep"):
        defaults = defaults_from(file, _COMMANDS[chosen][0])
    is_help = any(argument in _HELP for argument in arguments)
    published = _published(arguments) if is_help else {}
    try:
        form = _form(arguments, defaults, published)
    except SystemExit as end:
        if is_help and not end.code:
            text = _plain(_below_options(chosen))
            console_of_process().print(text, highlight=False, soft_wrap=True)
        raise
    return command_of(_COMMANDS[chosen][0], form)


def _below_options(name: str) -> str:
    """Return the end of the help of a command, or of that of all commands."""
    if name not in _COMMANDS:
        return _BELOW_COMMANDS
    text = description_of(_COMMANDS[name][0])[1]
    example = f"example: {_EXAMPLES[name]}"
    return f"\n{text}\n\n{example}" if text else example


def _form(
    arguments: Sequence[str],
    default: object = None,
    published: Mapping[str, str] = MappingProxyType({}),
) -> object:
    """Let tyro parse the arguments; return the form of the command.

    Without the name of a command, its help and errors are those of all commands.
    """
    name = arguments[0] if arguments else ""
    if name in _COMMANDS:
        kind = _COMMANDS[name][0]
        form: Any = form_of(kind, default, published)
        prog, words, about = f"ctrnn-jax {name}", arguments[1:], description_of(kind)[0]
    else:
        form, prog, words, about = _form_of_all(), "ctrnn-jax", arguments, _ABOUT
    with CONSTRUCTORS, forgiving_streams():
        return tyro.cli(
            form,
            args=words,
            prog=prog,
            description=about,
            config=(tyro.conf.PositionalMetavarFromFieldName,),
        )


def _form_of_all() -> object:
    """Return the form of which each command is one, described by its first line."""
    commands: list[Any] = [
        Annotated[
            form_of(kind, None, {}),
            tyro.conf.subcommand(name, description=description_of(kind)[0]),
        ]
        for name, (kind, _) in _COMMANDS.items()
    ]
    return tyro.conf.OmitSubcommandPrefixes[functools.reduce(operator.or_, commands)]


def _check_flags(chosen: str, given: Counter[str]) -> None:
    """Validate that a command has the flags; the error suggests the closest."""
    known = flags_of(_COMMANDS[chosen][0])
    for flag in given:
        name = flag.replace("_", "-")
        if name in known or name in _HELP:
            continue
        meant = _OTHER_FLAGS.get(name)
        ours = name if meant in known else meant or name
        others = [n for n, (kind, _) in _COMMANDS.items() if ours in flags_of(kind)]
        if meant not in known:
            # without the dashes, which all options share
            word = closest(name.lstrip("-"), [option[2:] for option in known])
            meant = None if word is None else f"--{word}"
        hint = "" if meant is None else f"Did you mean {meant}? "
        elsewhere = f"It is one of: {', '.join(others)}. " if others else ""
        remedy = f"{hint}{elsewhere}See ctrnn-jax {chosen} --help."
        raise invalid(flag, f"be an option of {chosen}", "an unknown name", remedy)


def _check_single(arguments: Sequence[str]) -> None:
    """Validate that no option of `train` has several numbers, as those of `sweep`."""
    following = zip(arguments, arguments[1:], arguments[2:], strict=False)
    for flag, *values in following:
        is_several = flag in _ONE_NUMBER and all(map(_NUMBER.fullmatch, values))
        remedy = "Train several networks with ctrnn-jax sweep."
        rule, got = "have one number in train", " ".join(values)
        check(not is_several, flag, rule, got, remedy)


def _check_settings(arguments: Sequence[str]) -> None:
    """Validate that the value of `--set` is one word, with `=`."""
    following = zip(arguments, arguments[1:], arguments[2:], strict=False)
    for flag, name, value in following:
        is_apart = flag == "--set" and "=" not in name and not _FLAG.match(value)
        rule, got = "be NAME=VALUE without a space", repr(f"{name} {value}")
        check(not is_apart, flag, rule, got, f"Write --set {name}={value}.")


def _published(arguments: Sequence[str]) -> dict[str, str]:
    """Return the published settings of the task in the arguments, if they name one."""
    if arguments[0] not in ("train", "sweep"):
        return {}
    # imports jax, which the help without a task does not need
    from ..tasks import names
    from .experiment import published_texts

    named = [argument for argument in arguments[1:] if argument in names()]
    is_published = "--published" in arguments
    return published_texts(named[0], published=is_published) if named else {}


def completion(command: Completion, console: Console) -> int:
    """Print the script of a shell; return the exit status."""
    of_tyro = io.StringIO()
    with contextlib.redirect_stdout(of_tyro), contextlib.suppress(SystemExit):
        _form(["--tyro-write-completion", command.shell, "-"])
    # imports jax, which other commands do not need
    module = importlib.import_module("._completion", __package__)
    console.out(module.with_names(of_tyro.getvalue()), highlight=False, end="")
    return 0


def _run(command: object, console: Console) -> int:
    """Run a command; return the exit status."""
    draws = not isinstance(command, (Status, Summary, Doctor, Completion))
    if isinstance(command, Tasks):
        draws = command.picture is not None
    if draws and importlib.util.find_spec("matplotlib") is None:
        raise ValueError(
            "Pictures need matplotlib. Install it with pip install 'ctrnn-jax[plot]'."
        )
    # processes must find each other before JAX starts
    uses_jax = (
        draws
        or isinstance(command, (Completion, Doctor, Summary))
        or getattr(command, "name", None)
    )
    if uses_jax and not getattr(command, "distributed", False):
        _check_platform()
    prints_script = getattr(command, "job_script", None) is not None
    if getattr(command, "cache", False) and not prints_script:
        # imports jax, which other commands do not need
        importlib.import_module("._compilation_cache", __package__).use(console)
    name = next(n for n, (kind, _) in _COMMANDS.items() if type(command) is kind)
    module = importlib.import_module(_COMMANDS[name][1], __package__)
    arguments = (command, console)
    if getattr(command, "report", False):
        arguments += (_write_report,)
    return getattr(module, name)(*arguments)


def _write_report(folder: Path, console: Console, setup: object) -> None:
    """Write the report of a run that has ended."""
    # imported when the run has ended: Jinja and matplotlib take a second
    module = importlib.import_module(".report", __package__)
    module.write_at_end(folder, console, setup)


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
