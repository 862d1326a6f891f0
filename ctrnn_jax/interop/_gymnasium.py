"""Environments: how they are made, copied and seeded, and networks that play them."""

from collections.abc import Callable, Mapping, Sequence
import copy
import importlib
import math
import types
from typing import Any

import equinox as eqx
from jax import Array
import jax.numpy as jnp
import jax.random as jr
import numpy as np

from .._checks import check_choice, check_count, describe, invalid, suggestion
from .._types import KeyArray
from ..network import AbstractNetwork, State
from ..perturbations import Perturbed
from ..simulation import step


Policy = Callable[[np.ndarray, KeyArray], Any]


class Played(eqx.Module):
    """What happened in some episodes, as NumPy arrays; 0 past the end of an episode.

    **Attributes:** all begin with `(episodes, time)`, the last three are `(episodes,)`.

    - `observations`: what the network saw before each action, `(..., n_in)`.
    - `outputs`, `rates`: its answer, `(..., n_out)`, and r then, `(..., n_hidden)`.
    - `actions`, `rewards`: what was done, and what for.
    - `lengths`: steps of each episode.
    - `terminated`, `truncated`: whether the environment ended the episode, and whether
      it cut it short; both false where `max_steps` ran out.
    """

    observations: np.ndarray
    outputs: np.ndarray
    rates: np.ndarray
    actions: np.ndarray
    rewards: np.ndarray
    lengths: np.ndarray
    terminated: np.ndarray
    truncated: np.ndarray

    @property
    def returns(self) -> np.ndarray:
        """The sum of the rewards of each episode, `(episodes,)`."""
        return self.rewards.sum(axis=1)


def play(
    net: AbstractNetwork | Perturbed,
    env: Any,
    *,
    key: KeyArray,
    episodes: int = 1,
    max_steps: int = 1000,
    policy: str | Policy | None = None,
) -> Played:
    """Let a network act in an environment, which answers each of its outputs.

    Every observation is one step of the network, whose state starts anew with each
    episode, not with each trial inside one. Episode i depends on `fold_in(key, i)`
    only: the environment's seed, the network's noise and the policy's draws.

    **Main arguments:**

    - `net`: a network with an input for each number of an observation (a discrete
      observation is one-hot) and an output for each action, or, where actions are
      arrays, for each of their numbers.
    - `env`: an environment of gymnasium, or of neurogym at the network's dt, or an id.

    **Other arguments:**

    - `key`: for all that is random.
    - `episodes`: how many, of at most `max_steps` each (those of neurogym do not end).
    - `policy`: "argmax" (the largest output, the default for discrete actions),
      "softmax" (outputs are log-odds to draw from), "clip" (outputs are the action, cut
      to its bounds; the default for actions that are arrays), or a function of (outputs
      `(n_out,)`, a key) that returns an action.

    **Returns:** a `Played`. **Raises:** `ValueError` for an unknown id or a network
    that does not fit; `ModuleNotFoundError` for an id without gymnasium.
    """
    inner = net.network if isinstance(net, Perturbed) else net
    if not isinstance(inner, AbstractNetwork):
        raise invalid("net", "be a network", describe(net), "Pass a CTRNN or EIRNN.")
    check_count("episodes", episodes, at_least=1)
    check_count("max_steps", max_steps, at_least=1)
    world = make_environment(env, {}) if isinstance(env, str) else env
    try:
        _check_dt(world, inner)
        read = _reader(world.observation_space, inner.n_in)
        act = _actor(world.action_space, inner.n_out, policy)
        keys = [jr.fold_in(key, i) for i in range(episodes)]
        played = [_episode(net, inner, world, read, act, max_steps, k) for k in keys]
    finally:
        if world is not env:
            world.close()
    columns, ends = zip(*played, strict=True)
    ends = [np.asarray(x) for x in zip(*ends, strict=True)]
    parts = (padded(x, int(ends[0].max())) for x in zip(*columns, strict=True))
    return Played(*parts, *ends)


def _episode(
    net: AbstractNetwork | Perturbed,
    inner: AbstractNetwork,
    env: Any,
    read: Callable[[Any], np.ndarray],
    act: Policy,
    max_steps: int,
    key: KeyArray,
) -> tuple[list[np.ndarray], tuple[int, bool, bool]]:
    """The first five columns of `Played`, and the last three."""
    seed_key, noise_key, policy_key = jr.split(key, 3)
    seed = int(jr.randint(seed_key, (), 0, 2**31 - 1, jnp.int32))
    if layer_with(env, "new_trial") is not None:
        seed_trials(env, seed)
    observation, _ = env.reset(seed=seed)
    state, rows = inner.initial_state(), []
    terminated = truncated = False
    while len(rows) < max_steps and not (terminated or truncated):
        seen = read(observation).astype(inner.dtype)
        out, rates, state = _advance(net, state, jnp.asarray(seen), noise_key)
        out = np.asarray(out)
        action = act(out, jr.fold_in(policy_key, len(rows)))
        observation, reward, terminated, truncated, _ = env.step(action)
        rows.append((seen, out, np.asarray(rates), action, float(reward)))
    columns = [np.stack(values) for values in zip(*rows, strict=True)]
    return columns, (len(rows), bool(terminated), bool(truncated))


@eqx.filter_jit
def _advance(
    net: AbstractNetwork | Perturbed, state: State, seen: Array, key: KeyArray
) -> tuple[Array, Array, State]:
    now = step(net, state, seen, key=key)
    return now.outputs, now.rates, now.final_state


def padded(arrays: Sequence[np.ndarray], length: int) -> np.ndarray:
    """Arrays `(time, ...)` as one `(arrays, length, ...)`, 0 past the end of each."""
    whole = np.zeros((len(arrays), length, *arrays[0].shape[1:]), arrays[0].dtype)
    for row, array in zip(whole, arrays, strict=True):
        row[: len(array)] = array
    return whole


def _reader(space: Any, n_in: int) -> Callable[[Any], np.ndarray]:
    """An observation as the network's input."""
    count = _size("observations", space)
    _check_size(f"an input for each of {count} numbers observed", n_in, count)
    if discrete_size(space) is None:
        return lambda observation: np.asarray(observation).reshape(-1)
    values = np.arange(count) + int(getattr(space, "start", 0))
    return lambda observation: values == observation


def _actor(space: Any, n_out: int, policy: str | Policy | None) -> Policy:
    """What makes an action of the space out of the outputs."""
    count, first = _size("actions", space), int(getattr(space, "start", 0))
    discrete = discrete_size(space) is not None
    named: dict[str, Policy] = {
        "argmax": lambda outputs, key: first + np.argmax(outputs),
        "softmax": lambda outputs, key: first + jr.categorical(key, outputs),
    }
    if not discrete:
        bounded = lambda x, key: np.clip(x.reshape(space.shape), space.low, space.high)
        named = {"clip": bounded}
    if not callable(policy):
        each = "actions" if discrete else "numbers of an action"
        _check_size(f"an output for each of {count} {each}", n_out, count)
        policy = named[check_choice("policy", policy or next(iter(named)), named)]

    def act(outputs: np.ndarray, key: KeyArray) -> Any:
        action = policy(outputs, key)
        action = int(action) if discrete else np.asarray(action, space.dtype)
        if not space.contains(action):
            raise invalid("policy", f"act within {space}", repr(action), "Clip it.")
        return action

    return act


def discrete_size(space: Any) -> int | None:
    """How many values a discrete space has; `None` for any other space."""
    n = getattr(space, "n", None)
    return int(n) if isinstance(n, (int, np.integer)) and space.shape == () else None


def _size(what: str, space: Any) -> int:
    n = discrete_size(space)
    if n is None and not all(hasattr(space, x) for x in ("low", "high", "shape")):
        rule = f"have {what} that are discrete or one array (Discrete, Box)"
        raise invalid("env", rule, repr(space), "Wrap it in one that flattens them.")
    return math.prod(space.shape) if n is None else n


def _check_size(what: str, found: int, count: int) -> None:
    if found != count:
        raise invalid("net", f"have {what}", found, f"Build it with {count}.")


def _check_dt(env: Any, net: AbstractNetwork) -> None:
    dt, own = getattr(env.unwrapped, "dt", None), float(net.dt)
    if layer_with(env, "new_trial") and dt and not np.isclose(own, dt, rtol=1e-6):
        rule = f"have the network's dt of {own:g} ms"
        raise invalid("env", rule, f"{dt:g} ms", "Make it with that dt.")


def layer_with(env: Any, method: str) -> Any:
    """The outermost layer of an environment whose own class has a method, or `None`.

    Wrappers of gymnasium 0.29 pretend to have what is inside them; those of 1.0 do not.
    """
    while not callable(getattr(type(env), method, None)):
        if "env" not in vars(env):
            return None
        env = env.env
    return env


def innermost(env: Any) -> list[Any]:
    """What the wrappers are around; several where one of them switches between them."""
    while "env" in vars(env) and "envs" not in vars(env):
        env = env.env
    return [one.unwrapped for one in vars(env).get("envs", [env])]


def seed_trials(env: Any, seed: int) -> None:
    """Seed what draws the trials of a neurogym environment, each part with its own.

    `reset(seed=...)` does not reach them, and `env.seed` gives one seed to all: then
    the same trial comes in each sub-task, and periods share their random numbers.
    """
    seeds = np.random.default_rng(seed)
    draw = lambda: int(seeds.integers(2**32))
    if (layer := layer_with(env, "seed")) is not None:
        layer.seed(draw())
    generators = (np.random.RandomState, np.random.Generator)
    for base in innermost(env):
        for part in (base, *getattr(base, "timing", {}).values()):
            for name, value in [*getattr(part, "__dict__", {}).items()]:
                if isinstance(value, generators):
                    setattr(part, name, type(value)(np.random.PCG64(draw())))
        if type(base).__name__ == "HierarchicalReasoning":
            base.new_block()  # as made, it has one of random length


def copy_of(env: Any) -> Any:
    """A copy that draws nothing from the original.

    A deep copy still would, by timings like `lambda: self.rng.uniform(200, 500)`.
    """
    new = copy.deepcopy(env)
    for one, other in zip(innermost(env), innermost(new), strict=True):
        for name, f in getattr(other, "timing", {}).items():
            if isinstance(f, types.FunctionType) and f.__closure__:
                there = types.CellType(other)
                cells = (there if c.cell_contents is one else c for c in f.__closure__)
                parts = (f.__code__, f.__globals__, f.__name__, f.__defaults__)
                other.timing[name] = types.FunctionType(*parts, tuple(cells))
    return new


def channel_names(kind: str, space: Any, values: Array) -> tuple[str, ...]:
    """The names that a space of neurogym gives its channels, else their numbers."""
    names = [f"{kind} {i + 1}" for i in range(values.shape[-1])]
    for name, where in (getattr(space, "name", None) or {}).items():
        channels = np.atleast_1d(np.arange(len(names))[where])
        for i, channel in enumerate(channels):
            names[channel] = name if len(channels) == 1 else f"{name} {i + 1}"
    return tuple(names)


def make_environment(
    env_id: str, options: Mapping[str, Any], library: str = "gymnasium"
) -> Any:
    """The environment of an id of this library; "module:id" imports a module first."""
    module, _, name = env_id.rpartition(":")
    for needed in filter(None, (module, library, "gymnasium")):
        try:
            importlib.import_module(needed)
        except ModuleNotFoundError as error:
            extra = "'ctrnn-jax[neurogym]'" if needed == "neurogym" else needed
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
