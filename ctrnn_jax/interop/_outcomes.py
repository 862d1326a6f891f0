"""The performance that an environment gives every sequence of actions in a trial."""

import operator
from typing import Any, NamedTuple

import numpy as np


_MOST_STATES = 16
"""An environment with more states in one step is not judged by its own `step`."""


class Outcomes(NamedTuple):
    """What follows from each action, for each step and state of an environment.

    A trial begins in state 0. An environment has several states in one step if the
    outcome depends on earlier actions that have not ended the trial.

    - `state_after`: the state in the next step, or -1 where the action ends the trial,
      `(time, states, actions)`.
    - `outcome`: the performance if the action ends the trial, else 0; same shape.
    """

    state_after: np.ndarray
    outcome: np.ndarray


class _NoNextTrial:
    """Takes the place of the environment that draws the next trial."""

    @staticmethod
    def new_trial() -> dict[str, object]:
        """Return the description of a trial, which is empty."""
        return {}


def outcomes(env: Any, truth: np.ndarray, n_actions: int) -> Outcomes:
    """Return the outcomes of the current trial of an environment without wrappers.

    `truth` is the ground truth, `(time,)`. The outcomes are those of the environment's
    `step`, except for two cases. An action with a negative reward, below that of action
    0 (fixation), ends the trial with performance 0. If the environment gives the ground
    truth no performance, or does not judge actions, a trial that no action ends has
    performance 1 if the last action is that of the ground truth.
    """
    at_last_step = (np.arange(n_actions) == truth[-1]).astype(float)
    judged = _tried(env, len(truth), n_actions)
    if judged is None:
        shape = (len(truth), 1, n_actions)
        judged = Outcomes(np.zeros(shape, np.int8), np.zeros(shape))
        judged.state_after[-1] = -1
        judged.outcome[-1] = at_last_step
    elif _performance(judged, truth) == 0:
        judged.outcome[-1] = at_last_step
    return judged


def _performance(judged: Outcomes, actions: np.ndarray) -> float:
    """Return the performance of a sequence of actions."""
    t, last, state = -1, 0, 0
    while state >= 0:
        t, last = t + 1, state
        state = int(judged.state_after[t, last, actions[t]])
    return float(judged.outcome[t, last, actions[t]])


def _tried(env: Any, steps: int, n_actions: int) -> Outcomes | None:
    """Return the result of each action in each state; `None` if that is impossible.

    That is so for environments without neurogym's methods, and for those with too many
    states.
    """
    if not all(hasattr(type(env), name) for name in ("step", "set_top")):
        return None
    before = dict(vars(env))
    env.set_top(_NoNextTrial())
    try:
        return _explored(env, steps, n_actions)
    except NotImplementedError:  # an environment of trials without actions
        return None
    finally:
        vars(env).clear()
        vars(env).update(before)


def _explored(env: Any, steps: int, n_actions: int) -> Outcomes | None:
    """Try each action in each state of each step, as `_tried`.

    Two states are the same if all attributes of the environment that are numbers when
    the trial begins are equal.
    """
    kinds = (int, float, np.generic)
    names = [name for name, value in vars(env).items() if isinstance(value, kinds)]
    read_numbers = operator.itemgetter(*names)
    shape = (steps, _MOST_STATES, n_actions)
    judged = Outcomes(np.full(shape, -1, np.int8), np.zeros(shape))
    states, most, dt = [dict(vars(env))], 1, env.dt
    for t in range(steps):
        next_states: dict[tuple[float, ...], dict[str, object]] = {}
        for i, state in enumerate(states):
            fixation_reward = 0.0
            for action in range(n_actions):
                vars(env).clear()
                vars(env).update(state, t=t * dt, t_ind=t)
                _, reward, terminated, truncated, info = env.step(action)
                if action == 0:
                    fixation_reward = reward
                if reward < min(fixation_reward, 0.0):
                    continue
                ends = info.get("new_trial") or terminated or truncated
                if ends or t == steps - 1:
                    performance = info.get("performance", env.performance)
                    judged.outcome[t, i, action] = performance
                    continue
                numbers = read_numbers(vars(env))
                if numbers not in next_states:
                    if len(next_states) == _MOST_STATES:
                        return None
                    next_states[numbers] = dict(vars(env))
                judged.state_after[t, i, action] = list(next_states).index(numbers)
        states = list(next_states.values())
        most = max(most, len(states))
    return Outcomes(*(table[:, :most] for table in judged))
