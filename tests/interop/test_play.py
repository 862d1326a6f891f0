"""Episodes of networks in stand-ins of gymnasium environments and in the library."""

import sys
from types import SimpleNamespace

from helpers import close, identical
import jax
import jax.numpy as jnp
import numpy as np
import pytest

import ctrnn_jax as cj
from ctrnn_jax import _progress
from ctrnn_jax.interop import play
from ctrnn_jax.interop._environment import make_environment


# gymnasium 0.29 warns when neurogym uses it
pytestmark = pytest.mark.filterwarnings("ignore:.*WARN")
KEY = jax.random.key(3)


class Discrete:
    def __init__(self, n, start=0):
        self.n, self.start, self.shape = n, start, ()

    def contains(self, x):
        return self.start <= x < self.start + self.n

    def __repr__(self):
        return f"Discrete({self.n})"


class Box:
    dtype = np.dtype("float32")

    def __init__(self, low, high, shape):
        self.low, self.high = np.full(shape, low), np.full(shape, high)
        self.shape = shape

    def contains(self, x):
        return x.shape == self.shape and bool(
            np.all((x >= self.low) & (x <= self.high))
        )

    def __repr__(self):
        return f"Box{self.shape}"


class Dict:
    shape, spaces = None, {}

    def __repr__(self):
        return "Dict()"


class World:
    """An environment whose observation is a place that actions move.

    Episodes have `length` steps, and one more for each 100 actions before.
    """

    def __init__(self, observed=None, acts=None, length=5, truncates=False):
        self.observation_space = observed or Box(-np.inf, np.inf, (2,))
        self.action_space = acts or Discrete(3)
        self.length, self.truncates, self.actions = length, truncates, []

    @property
    def unwrapped(self):
        return self

    def reset(self, *, seed=None, options=None):
        self.rng, self.t = np.random.default_rng(seed), 0
        self.place = self.rng.normal(size=self.observation_space.shape)
        self.place = np.asarray(self.place, np.float32)
        return self.look(), {}

    def look(self):
        space = self.observation_space
        if isinstance(space, Discrete):
            return space.start + self.t % space.n
        return self.place  # the same array at every step

    def step(self, action):
        assert self.action_space.contains(action)
        self.actions.append(action)
        self.t += 1
        self.place += np.float32(np.sum(action))
        over = self.t == self.length + len(self.actions) // 100
        ended, cut = over and not self.truncates, over and self.truncates
        return self.look(), float(np.sum(action)), ended, cut, {}


def network(n_in=2, n_out=3, noise=0.1, **options):
    noise = cj.DiffusionNoise(noise) if noise else None
    key = jax.random.key(0)
    return cj.CTRNN(n_in, 8, n_out, dt=20.0, tau=60.0, noise=noise, key=key, **options)


def test_the_record_is_that_of_the_environment():
    env = World()
    played = play(network(), env, key=KEY, episodes=2)
    assert played.observations.shape == (2, 5, 2)
    assert played.rates.shape == (2, 5, 8)
    np.testing.assert_array_equal(played.actions.reshape(-1), env.actions)
    np.testing.assert_array_equal(played.actions, np.argmax(played.outputs, -1))
    np.testing.assert_array_equal(played.rewards, played.actions)
    np.testing.assert_array_equal(played.returns, played.actions.sum(1))
    # Observations are copied: the environment changes its array in place.
    moved = np.diff(played.observations, axis=1)
    close(moved, np.tile(played.actions[:, :-1, None], 2) * 1.0, dtype="float32")
    assert played.terminated.tolist() == [True, True]
    assert played.truncated.tolist() == [False, False]
    assert all(isinstance(x, np.ndarray) for x in jax.tree.leaves(played))


def test_an_episode_equals_a_rollout():
    """The state is carried through an episode, with the noise of its steps."""
    net = network()
    played = play(net, World(length=9), key=KEY, episodes=2)
    for i in range(2):
        noise_key = jax.random.split(jax.random.fold_in(KEY, i), 3)[1]
        traj = cj.rollout(net, jnp.asarray(played.observations[i]), key=noise_key)
        close(played.outputs[i], traj.outputs)
        close(played.rates[i], traj.rates)


class Sequence(World):
    """An episode of trials of 3 steps."""

    def step(self, action):
        *result, _ = super().step(action)
        return *result, {"new_trial": self.t % 3 == 0}


def test_the_state_is_reset_at_each_trial_as_in_training():
    """Noise is not repeated: it is that of the step in the episode."""
    v0 = np.linspace(-1.0, 1.0, 8)
    net = network(v0=v0)
    noise_key = jax.random.split(jax.random.fold_in(KEY, 0), 3)[1]
    played = play(net, Sequence(length=7), key=KEY)
    for first in (0, 3, 6):
        inputs = jnp.asarray(played.observations[0, first : first + 3])
        start = cj.State(jnp.asarray(v0), step=first)
        traj = cj.rollout(net, inputs, state=start, key=noise_key)
        close(played.outputs[0, first : first + 3], traj.outputs)
    on = play(net, Sequence(length=7), key=KEY, reset="episode")
    inputs = jnp.asarray(on.observations[0])
    close(on.outputs[0], cj.rollout(net, inputs, key=noise_key).outputs)
    assert identical(on, play(net, World(length=7), key=KEY))


def test_an_episode_depends_on_the_key_and_its_number_only():
    three = play(network(), World(), key=KEY, episodes=3, policy="softmax")
    two = play(network(), World(), key=KEY, episodes=2, policy="softmax")
    assert identical(three.observations[:2], two.observations)
    assert identical(three.actions[:2], two.actions)
    assert not np.array_equal(three.observations[0], three.observations[1])
    other = play(network(), World(), key=jax.random.key(4), policy="softmax")
    assert not np.array_equal(three.observations[0], other.observations[0])


def test_short_episodes_are_padded_and_long_ones_cut():
    env = World(length=99)
    played = play(network(), env, key=KEY, episodes=3, max_steps=100)
    assert played.lengths.tolist() == [99, 100, 100]
    assert played.actions.shape == (3, 100)
    assert played.terminated.tolist() == [True, True, False]
    assert not played.observations[0, 99:].any()
    assert played.observations[1, 99].all()
    cut = play(network(), World(truncates=True), key=KEY)
    assert (cut.terminated.tolist(), cut.truncated.tolist()) == ([False], [True])


def test_softmax_draws_from_the_outputs():
    """The outputs are biases with log-odds of 2 to 1 and to 1."""
    bias = np.log([2.0, 1.0, 1.0])
    net = network(noise=None, w_out=np.zeros((3, 8)), b_out=bias)
    played = play(net, World(length=600), key=KEY, policy="softmax")
    counts = np.bincount(played.actions[0], minlength=3)
    expected = np.array([300, 150, 150])
    assert np.all(np.abs(counts - expected) < 5 * np.sqrt([150, 112, 112]))


def test_discrete_observations_are_one_hot_and_spaces_may_have_any_start():
    env = World(observed=Discrete(2, start=5), acts=Discrete(3, start=-1), length=4)
    played = play(network(), env, key=KEY)
    np.testing.assert_array_equal(played.observations[0], np.eye(2)[[0, 1, 0, 1]])
    np.testing.assert_array_equal(
        played.actions[0], np.argmax(played.outputs[0], -1) - 1
    )


def test_arrays_are_flattened_and_clipped():
    env = World(observed=Box(-1, 1, (2, 3)), acts=Box(-0.01, 0.01, (2, 2)))
    played = play(network(6, 4), env, key=KEY)
    assert played.actions.shape == (1, 5, 2, 2)
    assert played.actions.dtype == np.float32
    expected = np.clip(played.outputs, -0.01, 0.01).reshape(1, 5, 2, 2)
    close(played.actions, expected, dtype="float32")
    assert np.any(np.abs(played.outputs) > 0.01)


def test_a_policy_may_be_a_function():
    calls = []

    def policy(outputs, key):
        calls.append((outputs, key))
        return 2 if outputs[0] > 0 else 0

    played = play(network(n_out=1), World(), key=KEY, policy=policy)
    expected = np.where(played.outputs[..., 0] > 0, 2, 0)
    np.testing.assert_array_equal(played.actions, expected)
    assert len({str(jax.random.key_data(key)) for _, key in calls}) == 5
    close(np.stack([outputs for outputs, _ in calls])[None], played.outputs)


def test_perturbed_and_float32_networks_can_play():
    net = cj.perturb(network(), cj.perturbations.Lesion(units=[0, 1]))
    played = play(net, World(), key=KEY)
    assert not played.rates[..., :2].any()
    assert played.rates[..., 2:].any()
    single = cj.astype(network(noise=None), jnp.float32)
    assert play(single, World(), key=KEY).outputs.dtype == np.float32


BAD = {
    "n_in": (network(3), World(), {}, "an input for each of 2 numbers observed; got 3"),
    "n_out": (
        network(n_out=2),
        World(),
        {},
        "an output for each of 3 actions; got 2. Build it with 3",
    ),
    "box": (
        network(n_out=3),
        World(acts=Box(0, 1, (2,))),
        {},
        "an output for each of 2 numbers of an action; got 3",
    ),
    "seen": (
        network(),
        World(observed=Dict()),
        {},
        "`env` must have observations that are",
    ),
    "acts": (network(), World(acts=Dict()), {}, "`env` must have actions that are"),
    "policy": (
        network(),
        World(),
        {"policy": "argmin"},
        "`policy` must be a known name",
    ),
    "clip": (network(), World(), {"policy": "clip"}, "The options are 'argmax', 'soft"),
    "softmax": (
        network(n_out=2),
        World(acts=Box(0, 1, (2,))),
        {"policy": "softmax"},
        "The options are 'clip'",
    ),
    "action": (
        network(),
        World(),
        {"policy": lambda outputs, key: 7},
        r"`policy` must act within Discrete\(3\); got 7",
    ),
    "reset": (network(), World(), {"reset": "step"}, "`reset` must be a known name"),
    "episodes": (network(), World(), {"episodes": 0}, "`episodes` must be a whole"),
    "max_steps": (
        network(),
        World(),
        {"max_steps": 0},
        "`max_steps` must be a whole number",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_invalid_networks_environments_and_options_raise(case):
    net, env, options, message = BAD[case]
    with pytest.raises(ValueError, match=message):
        play(net, env, key=KEY, **options)


class Trials(World):
    """A world with trials and a dt in ms, as those of neurogym."""

    dt = 100
    seeds = ()

    def new_trial(self):
        raise NotImplementedError

    def seed(self, seed=None):
        self.seeds = (*self.seeds, seed)


def test_trials_must_have_the_dt_of_the_network_and_are_seeded():
    with pytest.raises(ValueError, match="dt of 20 ms; got 100 ms"):
        play(network(), Trials(), key=KEY)
    env, other = Trials(), Trials()
    env.dt = other.dt = 20
    play(network(), env, key=KEY, episodes=3)
    play(network(), other, key=KEY, episodes=2)
    assert len(set(env.seeds)) == 3
    assert env.seeds[:2] == other.seeds


def test_the_error_of_missing_gymnasium_has_the_command_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "gymnasium", None)
    with pytest.raises(ModuleNotFoundError, match="pip install gymnasium"):
        play(network(), "CartPole-v1", key=KEY)


# with the libraries


@pytest.fixture(scope="module")
def gymnasium():
    return pytest.importorskip("gymnasium")


def test_cart_pole(gymnasium):
    net = network(4, 2)
    played = play(net, "CartPole-v1", key=KEY, episodes=2, policy="softmax")
    assert played.observations.shape == (2, played.lengths.max(), 4)
    assert played.terminated.all()
    np.testing.assert_array_equal(played.returns, played.lengths)
    env = gymnasium.make("CartPole-v1")  # replay the actions
    for i in range(2):
        seed_key = jax.random.split(jax.random.fold_in(KEY, i), 3)[0]
        seed = jax.random.randint(seed_key, (), 0, 2**31 - 1, jnp.int32)
        observation, _ = env.reset(seed=int(seed))
        for t in range(played.lengths[i]):
            close(played.observations[i, t], observation.astype(float))
            observation, *_, _ = env.step(int(played.actions[i, t]))


def test_time_limits_truncate(gymnasium):
    env = gymnasium.make("CartPole-v1", max_episode_steps=3)
    played = play(network(4, 2), env, key=KEY)
    assert (played.lengths.tolist(), played.truncated.tolist()) == ([3], [True])


def test_continuous_actions(gymnasium):
    env = gymnasium.make("MountainCarContinuous-v0")
    played = play(network(2, 1), env, key=KEY, max_steps=20)
    assert played.actions.shape == (1, 20, 1)


def test_ids_are_those_of_the_library(monkeypatch):
    """A stand-in, for where gymnasium is not installed."""
    spec = SimpleNamespace(entry_point="gymnasium.envs:World")
    library = SimpleNamespace(registry={"World-v1": spec}, make=lambda *_, **__: 7)
    monkeypatch.setitem(sys.modules, "gymnasium", library)
    assert make_environment("World-v1", {}) == 7
    with pytest.raises(ValueError, match="Did you mean 'World-v1'"):
        play(network(), "Wrold-v1", key=KEY)


def test_unknown_ids_raise(gymnasium):
    with pytest.raises(ValueError, match="Did you mean 'CartPole-v1'"):
        play(network(), "CartPole", key=KEY)


def test_neurogym(gymnasium):
    neurogym = pytest.importorskip("neurogym")
    options = {"key": KEY, "max_steps": 60}
    net = network(3, 3)

    def make():
        return neurogym.make("PerceptualDecisionMaking-v0", dt=20)

    played = play(net, make(), **options)
    assert (played.lengths.tolist(), played.terminated.tolist()) == ([60], [False])
    assert identical(played, play(net, make(), **options))
    other = play(net, make(), key=jax.random.key(4), max_steps=60)
    assert not np.array_equal(played.observations, other.observations)
    slow = cj.replace(net, dt=100.0, tau=200.0)
    by_id = play(slow, "neurogym:GoNogo-v0", policy=lambda outputs, key: 0, **options)
    assert not by_id.actions.any()


def test_play_shows_its_episodes(capsys, monkeypatch):
    monkeypatch.setattr(_progress, "spacing", lambda elapsed: 0.0)
    plain = play(network(), World(), key=KEY, episodes=2)
    assert capsys.readouterr().err == ""
    shown = play(network(), World(), key=KEY, episodes=2, progress=True)
    assert identical(plain, shown)
    lines = capsys.readouterr().err.splitlines()
    assert [line.split("  ")[0] for line in lines[:-1]] == [
        "play: episodes 0/2", "play: episodes 1/2",
    ]  # fmt: skip
    assert lines[-1].startswith("play: 2 episodes in ")
    mean = np.mean(plain.returns)
    assert lines[-1].endswith(f" s, mean return {mean:.4g}")
