"""Where a command gets its task and its recipe: the package, or a file of the user."""

from collections.abc import Callable
import dataclasses
import functools
import inspect
from typing import final

from ..._checks import check, check_choice, check_instance, invalid
from ..._types import KeyArray
from ...network import AbstractNetwork
from ...tasks import AbstractTask, make, names, option_names
from ...training import Recipe, recipe
from ..options import Sweep, Train
from ..user_code import explained, is_file, Loaded
from ._code import Code


_TASK = "A task is a subclass of cj.tasks.AbstractTask, or a function that returns one."
_NETWORK = "Return a cj.CTRNN(...), for example."
_OURS = "a tanh network without constraints; all settings are those of ctrnn_jax"
_OPTIONS = {"n_hidden": "hidden", "sigma_rec": "noise"}
"""Arguments of a function that returns a network, and their flags."""


@final
@dataclasses.dataclass(frozen=True)
class Source:
    """What makes the task of a command: `make(**options)`, and names of the options.

    The docstring of `documented`, or that of the class of the task, describes them.
    """

    make: Callable[..., AbstractTask]
    options: tuple[str, ...]
    documented: object

    def default(self) -> AbstractTask | None:
        """Return the task without options; `None` if it needs some."""
        try:
            return self.make()
        except ValueError:
            return None


def source_of(name: str, own: Loaded | None, defaults: Recipe) -> Source:
    """Return what makes the task of this name, or that of a file.

    Tasks of the package have the options of their recipe. Raises `ValueError` if the
    part of a file is no task.
    """
    if own is None:
        made = functools.partial(make, name, **defaults.task_options)
        return Source(made, option_names(name), None)
    part, rule = own.part, "name a task"
    if isinstance(part, AbstractTask):
        return Source(lambda: part, (), None)
    is_class = inspect.isclass(part)
    is_task = issubclass(part, AbstractTask) if is_class else callable(part)
    if not (is_task and callable(part)):
        raise invalid("task", rule, f"{own.text}, which is {_kind(part)}", _TASK)
    parameters = tuple(inspect.signature(part).parameters)
    return Source(functools.partial(_made, own, part), parameters, part)


def _made(own: Loaded, part: Callable[..., object], **options: object) -> AbstractTask:
    """Call a class or function of a file; return the task."""
    try:
        task = part(**options)
    except TypeError as error:
        if explained(error) is not None:
            raise
        raise ValueError(f"{own.text}: {error}. Give options with --set.") from error
    return check_instance("task", task, AbstractTask, f"be made by {own.text}", _TASK)


def _kind(part: object) -> str:
    """Describe a part of a file that cannot be used."""
    is_class = inspect.isclass(part)
    return "another class" if is_class else f"of the type {type(part).__name__}"


def _check_is_no_file(flag: str, text: str) -> None:
    """Validate that text names a part of the package: no file is run for it."""
    remedy = f"Write --{flag} PATH/FILE.py:NAME on the command line."
    rule = "be named by this command, since it is code of a file"
    check(not is_file(text), flag, rule, repr(text), remedy)


def _check_named(name: str) -> None:
    """Validate that a task is one of the package."""
    _check_is_no_file("task", name)
    rule, remedy = "be a known name", "For a task in a file write PATH/FILE.py:NAME."
    check("." not in name, "task", rule, repr(name), remedy)
    check_choice("task", name, names())


def recipe_of_task(name: str, own: Loaded | None, *, published: bool) -> Recipe:
    """Return the recipe of the task of this name, or that of every custom task.

    A custom task has a tanh network without constraints. Raises `ValueError` for an
    unknown name (with a suggestion).
    """
    if own is None:
        _check_named(name)
        return recipe(name, published=published)
    rule, remedy = "be left out for a custom task", "Drop it."
    check(not published, "published", rule, True, remedy)
    return dataclasses.replace(recipe("integrator"), source=_OURS)


def recipe_of(command: Train | Sweep, code: Code) -> Recipe:
    """Return the recipe of the task, with the network of a file if one is named."""
    chosen = recipe_of_task(command.task, code.task, published=command.published)
    if code.network is not None:
        build = functools.partial(_built, code.network)
        return dataclasses.replace(
            chosen, variants=(str(command.network),), build=build
        )
    if command.network is not None:
        _check_is_no_file("network", command.network)
        check_choice("network", command.network, chosen.variants)
    return chosen


def _built(
    own: Loaded, task: AbstractTask, variant: str, *, key: KeyArray, **given: object
) -> AbstractNetwork:
    """Call the function of a file that returns a network."""
    del variant
    part = own.part
    if not callable(part):
        remedy = "It is a function make(task, *, key) that returns a network."
        raise invalid(
            "network", "name a function", f"{own.text}, {_kind(part)}", remedy
        )
    accepted = inspect.signature(part).parameters
    for name in given:
        rule = f"be left out with {own.text}, which has no argument `{name}`"
        flag, remedy = _OPTIONS[name], "Add the argument to your function, or drop it."
        check(name in accepted, flag, rule, given[name], remedy)
    net = part(task, key=key, **given)
    rule = f"be returned by {own.text}"
    return check_instance("network", net, AbstractNetwork, rule, _NETWORK)
