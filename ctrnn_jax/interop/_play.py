"""Episodes of a network in an environment of gymnasium or neurogym."""

from collections.abc import Callable
from typing import Any, NamedTuple

import equinox as eqx
from jax import Array
import jax.numpy as jnp
import jax.random as jr
import numpy as np

from .._checks import check, check_choice, check_count, check_instance
from .._types import ArrayLike, KeyArray
from ..network import AbstractNetwork, State
from ..perturbations import Perturbed
from ..simulation import step
from ._environment import (
    check_space,
    discrete_size,
    make_environment,
    method_of,
    padded,
    seed_trials,
    unwrapped,
)


Policy = Callable[[np.ndarray, KeyArray], ArrayLike]
"""A function of outputs `(n_out,)` and a key that returns an action."""


class Played(eqx.Module):
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

    @property
    def returns(self) -> np.ndarray:
        """Sum of the rewards of each episode, `(episodes,)`."""
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
    """Run episodes in which the outputs of a network act on an environment.

    Every observation is one step of the network. The state of the network is reset at
    the start of each episode, but not at each trial inside an episode. Episode i
    depends on `fold_in(key, i)` only: the seed of the environment, the noise of the
    network and the draws of the policy.

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

    **Returns:** a `Played`. **Raises:** `ValueError` for an unknown id or a network
    that does not fit; `ModuleNotFoundError` for an id without gymnasium.
    """
    inner = net.network if isinstance(net, Perturbed) else net
    remedy = "Pass a CTRNN or EIRNN."
    check_instance("net", inner, AbstractNetwork, "be a network", remedy)
    check_count("episodes", episodes, at_least=1)
    check_count("max_steps", max_steps, at_least=1)
    # An environment that is made here is closed here, also after an error.
    is_id = isinstance(env, str)
    world = make_environment(env, {}) if is_id else env
    try:
        _check_dt(world, inner)
        read = _reader(world.observation_space, inner.n_in)
        act = _actor(world.action_space, inner.n_out, policy)
        keys = [jr.fold_in(key, i) for i in range(episodes)]
        played = [_episode(net, inner, world, read, act, max_steps, k) for k in keys]
    finally:
        if is_id:
            world.close()
    # Stack the episodes, padded to the longest: (episodes, time, ...).
    longest = max(episode.length for episode in played)
    return Played(
        observations=padded([episode.observations for episode in played], longest),
        outputs=padded([episode.outputs for episode in played], longest),
        rates=padded([episode.rates for episode in played], longest),
        actions=padded([episode.actions for episode in played], longest),
        rewards=padded([episode.rewards for episode in played], longest),
        lengths=np.asarray([episode.length for episode in played]),
        terminated=np.asarray([episode.terminated for episode in played]),
        truncated=np.asarray([episode.truncated for episode in played]),
    )


class _Episode(NamedTuple):
    """The fields of `Played` for one episode, `(time, ...)`."""

    observations: np.ndarray
    outputs: np.ndarray
    rates: np.ndarray
    actions: np.ndarray
    rewards: np.ndarray
    length: int
    terminated: bool
    truncated: bool


def _episode(
    net: AbstractNetwork | Perturbed,
    inner: AbstractNetwork,
    env: Any,
    read: Callable[[object], np.ndarray],
    act: Policy,
    max_steps: int,
    key: KeyArray,
) -> _Episode:
    """Run one episode; `inner` is the network without its perturbations."""
    seed_key, noise_key, policy_key = jr.split(key, 3)
    seed = int(jr.randint(seed_key, (), 0, 2**31 - 1, jnp.int32))
    if method_of(env, "new_trial") is not None:
        seed_trials(env, seed)  # `reset` does not seed the trials of neurogym
    observation, _ = env.reset(seed=seed)
    state, rows = inner.initial_state(), []
    terminated = truncated = False
    # One row for each step: the observation, the answer of the network, the action and
    # its reward.
    while len(rows) < max_steps and not (terminated or truncated):
        inputs = read(observation).astype(inner.dtype)
        outputs, rates, state = _advance(net, state, jnp.asarray(inputs), noise_key)
        outputs = np.asarray(outputs)
        action = act(outputs, jr.fold_in(policy_key, len(rows)))
        observation, reward, terminated, truncated, _ = env.step(action)
        rows.append((inputs, outputs, np.asarray(rates), action, float(reward)))
    # Columns of the rows, (time, ...).
    observations, outputs, rates, actions, rewards = (
        np.stack(values) for values in zip(*rows, strict=True)
    )
    return _Episode(
        observations=observations,
        outputs=outputs,
        rates=rates,
        actions=actions,
        rewards=rewards,
        length=len(rows),
        terminated=bool(terminated),
        truncated=bool(truncated),
    )


@eqx.filter_jit
def _advance(
    net: AbstractNetwork | Perturbed, state: State, inputs: Array, key: KeyArray
) -> tuple[Array, Array, State]:
    """Return the outputs, the rates and the state after one step of the network."""
    traj = step(net, state, inputs, key=key)
    return traj.outputs, traj.rates, traj.final_state


def _reader(space: object, n_in: int) -> Callable[[object], np.ndarray]:
    """Return a function from an observation to the network's inputs, `(n_in,)`."""
    count = check_space("observations", space)
    _check_size(f"an input for each of {count} numbers observed", n_in, count)

    def flatten(observation: object) -> np.ndarray:
        return np.asarray(observation).reshape(-1)

    if discrete_size(space) is None:
        return flatten
    values = np.arange(count) + int(getattr(space, "start", 0))

    def one_hot(observation: object) -> np.ndarray:
        return np.asarray(values == observation)

    return one_hot


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
    named: dict[str, Policy] = {"clip": clip}
    if is_discrete:
        named = {"argmax": argmax, "softmax": softmax}
    if callable(policy):
        chosen = policy
    else:
        kind = "actions" if is_discrete else "numbers of an action"
        _check_size(f"an output for each of {count} {kind}", n_out, count)
        default = next(iter(named))
        chosen = named[check_choice("policy", policy or default, named)]

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


def _check_dt(env: object, net: AbstractNetwork) -> None:
    """Validate that a neurogym environment has the dt of the network."""
    dt, net_dt = getattr(unwrapped(env), "dt", None), float(net.dt)
    if method_of(env, "new_trial") is None or not dt:
        return
    rule = f"have the network's dt of {net_dt:g} ms"
    is_same = np.isclose(net_dt, dt, rtol=1e-6)
    check(is_same, "env", rule, f"{dt:g} ms", "Make it with that dt.")
