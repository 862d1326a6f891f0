"""Stand-ins with the interface of neurogym environments."""

import numpy as np

from ctrnn_jax.interop._environment import copy_of


class Space:
    """The attributes of Discrete and Box that are used."""

    def __init__(self, shape=(), n=None, name=None):
        self.shape, self.low, self.high = shape, -np.inf, np.inf
        if n is not None:
            self.n = n
        if name is not None:
            self.name = name


class Duration:
    """A random duration with a separate generator, like neurogym's TruncExp."""

    def __init__(self, high):
        self.vmax, self.rng = high, np.random.RandomState()

    def seed(self, seed=None):
        self.rng = np.random.RandomState(seed)

    def __call__(self):
        return self.rng.uniform(20, self.vmax)


class UnboundedDuration(Duration):
    """A random duration without an upper bound."""

    def __init__(self):
        super().__init__(np.inf)

    def __call__(self):
        return self.rng.exponential(50)


class Dots:
    """Trials of random length, with a delay in half of them, in one reused buffer."""

    def __init__(self, *, box=False, wrong=0, gt=True, dt=20):
        self.dt, self.box, self.wrong, self.has_gt = dt, box, wrong, gt
        self.observation_space = Space((3,), name={"cue": 0, "dots": range(1, 3)})
        self.action_space = Space(n=3, name={"fixate": 0, "choice": [1, 2]})
        if box:
            self.action_space = Space((2,))
        self.start_ind, self.end_ind = {}, {}
        self.rng = np.random.RandomState()
        self.timing = {
            "fixation": 40,
            "stimulus": lambda: self.rng.uniform(60, 200),
            "delay": Duration(100),
            "decision": ("choice", [40, 60]),
        }
        self.buffer = np.zeros((100, 3), np.float32)

    @property
    def unwrapped(self):
        return self

    def seed(self, seed=None):
        """Give all parts the same seed, as neurogym does."""
        self.rng = np.random.RandomState(seed)
        self.timing["delay"].seed(seed)

    def new_trial(self):
        choice = self.rng.randint(1, 3)
        lengths = {"fixation": 40, "stimulus": self.timing["stimulus"]()}
        if self.rng.rand() < 0.5:
            lengths["delay"] = self.timing["delay"]()
        lengths["decision"] = self.rng.choice([40, 60])
        start = 0
        for name, length in lengths.items():
            stop = start + int(length // self.dt)
            self.start_ind[name], self.end_ind[name] = start, stop
            start = stop
        self.ob = self.buffer[:start]
        self.ob[:] = 0
        self.ob[: self.end_ind["fixation"], 0] = 1
        on = slice(self.start_ind["stimulus"], self.end_ind["stimulus"])
        self.ob[on, 1:] = self.rng.randn(on.stop - on.start, 2)
        self.ob[on, choice] += 1
        decision = slice(self.start_ind["decision"], start)
        if not self.has_gt:
            return {}
        self.gt = np.zeros(
            (start, 2) if self.box else start, float if self.box else int
        )
        self.gt[decision] = [0.5, choice] if self.box else choice + self.wrong
        self.end_ind["decision"] += 7  # a period may end after the trial
        info = {"ground_truth": choice, "coh": 0.5 * choice, "pair": (choice, 7)}
        if "delay" in lengths:
            info["delay"] = 1.0
        return info | {"side": "left", "many": list(range(choice)), "on": choice == 1}


class Brief(Dots):
    """Trials of 1 to 3 steps, independent of the timing."""

    highest = 4

    def new_trial(self):
        steps = self.rng.randint(1, self.highest)
        self.ob, self.gt = np.zeros((steps, 3)), np.zeros(steps, int)


class NoGo(Dots):
    """An environment with only one trial."""

    def new_trial(self):
        self.ob, self.gt = np.zeros((4, 3)), np.array([0, 2, 0, 0])
        self.start_ind["decision"], self.end_ind["decision"] = 3, 4


class Wrapper:
    """A wrapper that forwards attributes, like those of gymnasium 0.29."""

    def __init__(self, env):
        self.env = env

    def __getattr__(self, name):
        if name.startswith("_") or name == "env":
            raise AttributeError(name)
        return getattr(self.env, name)

    @property
    def unwrapped(self):
        return self.env.unwrapped


class Alternating(Wrapper):
    """A wrapper that alternates between environments, with a cue; like ScheduleEnvs."""

    def __init__(self, envs):
        super().__init__(envs[0])
        self.envs, self.turn = envs, 0

    def seed(self, seed=None):
        for env in self.envs:
            env.seed(seed)

    def new_trial(self):
        self.env = self.envs[self.turn % 2]
        info = self.env.new_trial()
        self.env.ob[:, 0] = 10 + self.turn % 2
        self.turn += 1
        return info | {"which": self.turn % 2}


class Judge(Dots):
    """Trials whose steps judge actions as those of neurogym: an answer in time.

    An action before step 4 breaks fixation. The first one after it ends the trial, and
    is right if it is 1, in steps 5 to 7. A trial of a catch requires no action.
    """

    rewards, abort, steps = {"abort": -0.1, "correct": 1.0, "fail": 0.0}, False, 10

    def __init__(self, *, catch=0.0):
        super().__init__()
        self.catch, self.performance, self._top = catch, 0, self

    def set_top(self, top):
        self._top = top

    def new_trial(self):
        self.is_catch = self.rng.rand() < self.catch
        if self.is_catch:
            self.performance = 1
        self.start_ind["fixation"], self.end_ind["fixation"] = 0, 4
        self.ob, self.gt = np.zeros((self.steps, 3)), np.zeros(self.steps, int)
        self.gt[6] = not self.is_catch
        return {}

    def judge(self, action):
        """Return the reward, and whether the trial ends."""
        if action == 0 or self.t_ind < 4:
            return (self.rewards["abort"] if action else 0.0), False
        self.performance = int(
            not self.is_catch and action == 1 and 5 <= self.t_ind <= 7
        )
        return float(self.performance), True

    def step(self, action):
        reward, ends = self.judge(action)
        self.t, self.t_ind = self.t + self.dt, self.t_ind + 1
        info = {"new_trial": ends or self.t_ind == self.steps}
        if info["new_trial"]:
            info["performance"] = self.performance
            self.t = self.t_ind = 0
            self._top.new_trial()
            self.performance = 0
        return self.ob[self.t_ind], reward, False, False, info


class Recalling(Judge):
    """Trials of two actions: the last one before step 3 must be that of step 8."""

    chosen = 0

    def __init__(self):
        super().__init__()
        self.chosen = 0

    def new_trial(self):
        super().new_trial()
        self.gt[:], self.gt[2] = 0, 2
        self.gt[8] = 2
        return {}

    def judge(self, action):
        if self.t_ind < 3:
            self.chosen = action
        elif self.t_ind == 8:
            self.performance = int(action == self.chosen > 0)
        return 0.0, self.t_ind == 8


class Counting(Judge):
    """Trials with as many states as there are sums of the actions."""

    def __init__(self):
        super().__init__()
        self.sum = 0

    def judge(self, action):
        self.sum += 3 * self.sum + action
        return 0.0, False


class Silent(Judge):
    """Trials that judge no action."""

    def judge(self, action):
        raise NotImplementedError


def driven(env, actions):
    """Return the performance that a copy of an environment reports for actions.

    Actions that break fixation, and so give the reward "abort", have performance 0. The
    second result is the number of steps of the trial.
    """
    base = copy_of(env).unwrapped
    base.t = base.t_ind = 0
    for step, action in enumerate(actions, start=1):
        _, reward, *_, info = base.step(int(action))
        if reward == base.rewards["abort"]:
            return 0, step
        if info["new_trial"]:
            return info["performance"], step
    raise AssertionError("the trial did not end")


def sequences(truth, n_actions, rng):
    """Return actions: none, at once, the ground truth, late, random; `(5, time)`."""
    late = np.roll(truth, len(truth) // 3)
    late[: len(truth) // 3] = 0
    early = np.zeros_like(truth)
    early[0] = 1
    random = np.where(rng.random(len(truth)) < 0.1, rng.integers(n_actions), truth)
    return np.stack([np.zeros_like(truth), early, truth, late, random])
