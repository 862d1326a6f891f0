"""Episodes of a network in an environment of gymnasium or neurogym."""

from collections.abc import Callable
from functools import partial
from typing import Any, final

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
import jax.random as jr
import numpy as np

from .._arguments import checks_arguments
from .._checks import check, check_choice, check_count, describe
from .._progress import compiling, reporting
from .._show import AbstractShown, counted, quantities, Table
from .._types import ArrayLike, KeyArray
from ..network import AbstractNetwork, check_network, State
from ..perturbations import Perturbed
from ..simulation import step, Trajectory
from ._environment import (
    check_space,
    discrete_size,
    make_environment,
    method_of,
    padded,
    seed_trials,
)


Policy = Callable[[np.ndarray, KeyArray], ArrayLike]
"""A function of outputs `(n_out,)` and a key that returns an action."""


@eqx.filter_jit
def _step(
    net: AbstractNetwork | Perturbed, state: State, u: Array, *, key: KeyArray
) -> Trajectory:
    compiling("the step of the network")
    return step(net, state, u, key=key)


@final
class Played(AbstractShown, eqx.Module):
    """The record of some episodes, as NumPy arrays; 0 past the end of an episode.

    **Attributes:** all begin with `(episodes, time)`, the last three are `(episodes,)`.

    - `observations`: inputs of the network before each action, `(..., n_in)`.
    - `outputs`, `rates`: its outputs, `(..., n_out)`, and rates, `(..., n_hidden)`.
    - `actions`, `rewards`: action and reward of each step.
    - `lengths`: number of steps of each episode.
    - `terminated`, `truncated`: whether the environment ended the episode, and whether
      it cut the episode short; both are false if `max_steps` was reached.
    """

    observations: np.ndarray
    outputs: np.ndarray
    rates: np.ndarray
    actions: np.ndarray
    rewards: np.ndarray
    lengths: np.ndarray
    terminated: np.ndarray
    truncated: np.ndarray

    def _table(self) -> Table:
        lengths = np.asarray(self.lengths)
        return quantities(self, f"{counted(lengths.size, 'episode')}")

    @property
    def returns(self) -> np.ndarray:
        """Sum of the rewards of each episode, `(episodes,)`."""
        return self.rewards.sum(axis=1)


@checks_arguments
def play(
    net: AbstractNetwork | Perturbed,
    env: Any,
    *,
    key: KeyArray,
    episodes: int = 1,
    max_steps: int = 1000,
    policy: str | Policy | None = None,
    reset: str = "trial",
    progress: bool | None = None,
) -> Played:
    """Run episodes in which the outputs of a network act on an environment.

    Every observation is one step of the network. Episode i depends on `fold_in(key, i)`
    only: the seed of the environment, the noise of the network and the draws of the
    policy. neurogym takes a random action when it is reset, so that an episode begins
    with the second step of a trial.

    **Main arguments:**

    - `net`: a network with an input for each number of an observation (a discrete
      observation is one-hot). It has an output for each action or, if actions are
      arrays, for each number of an action.
    - `env`: an environment of gymnasium, or of neurogym at the network's dt, or an id.

    **Other arguments:**

    - `key`: for all random numbers.
    - `episodes`: number of episodes.
    - `max_steps`: largest number of steps of an episode (those of neurogym do not end).
    - `policy`: "argmax" (the largest output, the default for discrete actions),
      "softmax" (a draw with the outputs as log-odds), "clip" (the outputs are the
      action, clipped to its bounds; the default for actions that are arrays), or a
      function of (outputs `(n_out,)`, a key) that returns an action.
    - `reset`: when the state of the network is reset. "trial": at each trial of an
      episode (where the environment's `info["new_trial"]` is true), as in training on
      `from_neurogym`. "episode": only at the start of an episode.
    - `progress`: whether to report the progress; see `cj.fit`.

    **Returns:** a `Played`. **Raises:** `ValueError` for an unknown id or a network
    that does not fit; `ModuleNotFoundError` for an id without gymnasium.
    """
    inner = check_network(net.network if isinstance(net, Perturbed) else net)
    check_count("episodes", episodes, at_least=1)
    check_count("max_steps", max_steps, at_least=1)
    is_by_trial = check_choice("reset", reset, ("trial", "episode")) == "trial"
    # An environment that is made here is closed here, also after an error.
    is_id = isinstance(env, str)
    is_environment = is_id or (hasattr(env, "step") and hasattr(env, "reset"))
    rule, remedy = "be an environment or an id", "Use gym.make(...), for example."
    check(is_environment, "env", rule, lambda: describe(env), remedy)
    world = make_environment(env, {}) if is_id else env
    try:
        _check_dt(world, inner)
        read = _reader(world.observation_space, inner.n_in)
        act = _actor(world.action_space, inner.n_out, policy)
        keys = [jr.fold_in(key, i) for i in range(episodes)]
        run = partial(_episode, net, inner, world, read, act, max_steps, is_by_trial)
        played: list[Played] = []
        with reporting(progress, "play", "episodes", episodes) as display:
            for key in keys:
                display.show(len(played))
                played.append(run(key))
            mean = np.mean([episode.rewards.sum() for episode in played])
            made = f"{episodes} episodes in {display.seconds}"
            display.close(f"{made}, mean return {mean:.4g}")
    finally:
        if is_id:
            world.close()
    longest = max(int(episode.lengths) for episode in played)

    def stack(*parts: np.ndarray) -> np.ndarray:
        """Stack numbers, or arrays (time, ...) padded to the longest episode."""
        return padded(parts, longest) if parts[0].ndim else np.stack(parts)

    return jax.tree.map(stack, *played)


def _episode(
    net: AbstractNetwork | Perturbed,
    inner: AbstractNetwork,
    env: Any,
    read: Callable[[object], np.ndarray],
    act: Policy,
    max_steps: int,
    is_by_trial: bool,
    key: KeyArray,
) -> Played:
    """Return one episode, `(time, ...)`; `inner` is `net` without perturbations."""
    seed_key, noise_key, policy_key = jr.split(key, 3)
    seed = int(jr.randint(seed_key, (), 0, 2**31 - 1, jnp.int32))
    if method_of(env, "new_trial") is not None:
        seed_trials(env, seed)  # `reset` does not seed the trials of neurogym
    observation, _ = env.reset(seed=seed)
    start = inner.initial_state()
    state, rows = start, []
    terminated = truncated = False
    # One row for each step: the observation, the answer of the network, the action and
    # its reward.
    while len(rows) < max_steps and not (terminated or truncated):
        inputs = read(observation).astype(inner.dtype)
        traj = _step(net, state, jnp.asarray(inputs), key=noise_key)
        outputs, state = np.asarray(traj.outputs), traj.final_state
        action = act(outputs, jr.fold_in(policy_key, len(rows)))
        observation, reward, terminated, truncated, info = env.step(action)
        if is_by_trial and info.get("new_trial"):
            # the step counter continues, so that the noise of a trial is not repeated
            state = inner.state_at(start.potentials, state.step)
        rows.append((inputs, outputs, np.asarray(traj.rates), action, float(reward)))
    columns = (np.stack(values) for values in zip(*rows, strict=True))
    ends = (len(rows), bool(terminated), bool(truncated))
    return Played(*columns, *map(np.asarray, ends))


def _reader(space: object, n_in: int) -> Callable[[object], np.ndarray]:
    """Return a function from an observation to the network's inputs, `(n_in,)`."""
    count = check_space("observations", space)
    _check_size(f"an input for each of {count} numbers observed", n_in, count)

    is_discrete = discrete_size(space) is not None
    values = np.arange(count) + int(getattr(space, "start", 0))

    def read(observation: object) -> np.ndarray:
        if is_discrete:  # one-hot
            return np.asarray(values == observation)
        return np.asarray(observation).reshape(-1)

    return read


def _actor(space: Any, n_out: int, policy: str | Policy | None) -> Policy:
    """Return a function from outputs and a key to an action in the space."""
    count = check_space("actions", space)
    is_discrete = discrete_size(space) is not None
    start = int(getattr(space, "start", 0))

    def argmax(outputs: np.ndarray, key: KeyArray) -> ArrayLike:
        return start + np.argmax(outputs)

    def softmax(outputs: np.ndarray, key: KeyArray) -> ArrayLike:
        return start + jr.categorical(key, outputs)

    def clip(outputs: np.ndarray, key: KeyArray) -> ArrayLike:
        return np.clip(outputs.reshape(space.shape), space.low, space.high)

    # The first name is the default of its kind of action.
    discrete: dict[str, Policy] = {"argmax": argmax, "softmax": softmax}
    named = discrete if is_discrete else {"clip": clip}
    if callable(policy):
        chosen = policy
    else:
        kind = "actions" if is_discrete else "numbers of an action"
        _check_size(f"an output for each of {count} {kind}", n_out, count)
        chosen = named[check_choice("policy", policy or next(iter(named)), named)]

    def act(outputs: np.ndarray, key: KeyArray) -> ArrayLike:
        action = chosen(outputs, key)
        action = int(action) if is_discrete else np.asarray(action, space.dtype)
        is_legal = space.contains(action)
        check(is_legal, "policy", f"act within {space}", repr(action), "Clip it.")
        return action

    return act


def _check_size(rule: str, size: int, count: int) -> None:
    """Validate that the network has `count` inputs or outputs."""
    check(size == count, "net", f"have {rule}", size, f"Build it with {count}.")


def _check_dt(env: Any, net: AbstractNetwork) -> None:
    """Validate that a neurogym environment has the dt of the network."""
    dt, net_dt = getattr(env.unwrapped, "dt", None), float(net.dt)
    if method_of(env, "new_trial") is None or not dt:
        return
    rule = f"have the network's dt of {net_dt:g} ms"
    is_same = np.isclose(net_dt, dt, rtol=1e-6)
    check(is_same, "env", rule, f"{dt:g} ms", "Make it with that dt.")
