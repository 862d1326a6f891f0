"""Construction, copies, seeds and spaces of environments of gymnasium and neurogym."""

from collections.abc import Callable, Mapping, Sequence
import copy
import importlib
import math
import types
from typing import Any, TypeVar

from jax import Array
import numpy as np

from .._checks import check, invalid, suggestion


E = TypeVar("E")


def make_environment(
    env_id: str, options: Mapping[str, object], library: str = "gymnasium"
) -> Any:
    """Return the environment with this id; "module:id" imports the module first.

    Raises `ModuleNotFoundError` if `library` is not installed, and `ValueError` for an
    unknown id.
    """
    # Importing a library registers the ids of its environments.
    module, _, name = env_id.rpartition(":")
    for required in filter(None, (module, library, "gymnasium")):
        try:
            importlib.import_module(required)
        except ModuleNotFoundError as error:
            extra = "'ctrnn-jax[neurogym]'" if required == "neurogym" else required
            raise ModuleNotFoundError(
                f"The environment {env_id!r} needs {error.name}. Install it with "
                f"pip install {extra}.",
                name=error.name,
            ) from error
    gymnasium = importlib.import_module("gymnasium")
    if name not in gymnasium.registry:
        specs = gymnasium.registry.items()
        ids = [i for i, spec in specs if str(spec.entry_point).startswith(library)]
        raise invalid("env", "be a registered id", repr(name), suggestion(name, ids))
    return gymnasium.make(name, disable_env_checker=True, **options)


def method_of(env: object, name: str) -> Callable[..., Any] | None:
    """Return a method of the outermost layer whose class defines it, or `None`.

    Looks at the class, because wrappers of gymnasium 0.29 forward attributes of the
    environment inside them; those of 1.0 do not.
    """
    while not callable(getattr(type(env), name, None)):
        if "env" not in vars(env):
            return None
        env = vars(env)["env"]
    return getattr(env, name)


def trial_method(env: object) -> Callable[[], Any]:
    """Return `new_trial` of a neurogym environment; `ValueError` if there is none."""
    new_trial = method_of(env, "new_trial")
    if new_trial is None:
        raise invalid("env", "have new_trial", repr(env), "Use cj.interop.play.")
    return new_trial


def innermost(env: object) -> list[Any]:
    """Return the environments inside all wrappers.

    There are several if a wrapper switches between environments.
    """
    while "env" in vars(env) and "envs" not in vars(env):
        env = vars(env)["env"]
    return [inner.unwrapped for inner in vars(env).get("envs", [env])]


def seed_trials(env: object, seed: int) -> None:
    """Seed the random parts of a neurogym environment, each with a different seed.

    `reset(seed=...)` does not seed the parts that draw trials. `env.seed` gives the
    same seed to all parts: the trials of all sub-tasks are then equal, and periods
    share their random numbers.
    """
    seeds = np.random.default_rng(seed)

    def draw() -> int:
        return int(seeds.integers(2**32))

    # First the environment's method, which may seed parts that are not found below.
    set_seed = method_of(env, "seed")
    if set_seed is not None:
        set_seed(draw())
    # Then replace every generator of the environments and of their timings.
    generators = (np.random.RandomState, np.random.Generator)
    for base in innermost(env):
        for part in (base, *getattr(base, "timing", {}).values()):
            for name, value in [*getattr(part, "__dict__", {}).items()]:
                if isinstance(value, generators):
                    setattr(part, name, type(value)(np.random.PCG64(draw())))
        if type(base).__name__ == "HierarchicalReasoning":
            # Its constructor drew a block of random length with another generator.
            base.new_block()


def copy_of(env: E) -> E:
    """Return a copy that shares no random generator with the original.

    `copy.deepcopy` does not copy functions. A timing such as `lambda:
    self.rng.uniform(200, 500)` would still draw from the original, so the copy gets
    functions whose closures refer to the copy.
    """
    new = copy.deepcopy(env)
    for old_base, new_base in zip(innermost(env), innermost(new), strict=True):
        new_cell = types.CellType(new_base)
        for name, f in getattr(new_base, "timing", {}).items():
            if isinstance(f, types.FunctionType) and f.__closure__:
                # The same function with the copy in place of the original.
                closure = tuple(
                    new_cell if cell.cell_contents is old_base else cell
                    for cell in f.__closure__
                )
                parts = (f.__code__, f.__globals__, f.__name__, f.__defaults__)
                new_base.timing[name] = types.FunctionType(*parts, closure)
    return new


def discrete_size(space: object) -> int | None:
    """Return the number of values of a discrete space; `None` for any other space."""
    n, shape = getattr(space, "n", None), getattr(space, "shape", None)
    return int(n) if isinstance(n, (int, np.integer)) and shape == () else None


def check_space(kind: str, space: object) -> int:
    """Validate that a space is discrete or one array.

    Return the number of its values if it is discrete, or of the entries of its array.
    """
    n_values = discrete_size(space)
    is_array = all(hasattr(space, name) for name in ("low", "high", "shape"))
    rule = f"have {kind} that are discrete or one array (Discrete, Box)"
    remedy = "Wrap it in an environment that flattens them."
    check(is_array or n_values is not None, "env", rule, repr(space), remedy)
    return math.prod(getattr(space, "shape", ())) if n_values is None else n_values


def channel_names(kind: str, space: object, values: Array) -> tuple[str, ...]:
    """Return the names that a neurogym space gives its channels, else their numbers.

    `values` has the channels on its last axis.
    """
    names = [f"{kind} {i + 1}" for i in range(values.shape[-1])]
    for name, index in (getattr(space, "name", None) or {}).items():
        channels = np.atleast_1d(np.arange(len(names))[index])
        for i, channel in enumerate(channels):
            names[channel] = name if len(channels) == 1 else f"{name} {i + 1}"
    return tuple(names)


def padded(arrays: Sequence[np.ndarray], length: int) -> np.ndarray:
    """Stack arrays `(time, ...)` to `(arrays, length, ...)`, 0 past the end of each."""
    stack = np.zeros((len(arrays), length, *arrays[0].shape[1:]), arrays[0].dtype)
    for row, array in zip(stack, arrays, strict=True):
        row[: len(array)] = array
    return stack
