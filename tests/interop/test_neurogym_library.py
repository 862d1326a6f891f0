"""Tasks from the environments of neurogym; skipped if it is not installed."""

from helpers import close, identical, STANDARD_ERRORS
import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import ctrnn_jax as cj
from ctrnn_jax.interop import from_neurogym, play


# gymnasium 0.29 warns when neurogym uses it
pytestmark = pytest.mark.filterwarnings("ignore:.*WARN")


@pytest.fixture(scope="module")
def neurogym():
    return pytest.importorskip("neurogym")


SAFE = {
    "PerceptualDecisionMaking-v0": (3, 3, 22),
    "ContextDecisionMaking-v0": (5, 3, 41),
    "DelayMatchSample-v0": (3, 3, 32),
    "DelayComparison-v0": (2, 3, 26),
    "DelayMatchCategory-v0": (3, 3, 27),
    "GoNogo-v0": (3, 2, 15),
    "MultiSensoryIntegration-v0": (5, 3, 11),
    "ReachingDelayResponse-v0": (2, 2, 30),
    "IntervalDiscrimination-v0": (3, 3, 44),
    "HierarchicalReasoning-v0": (5, 5, 47),
    "yang19.go-v0": (33, 17, 15),
    "yang19.dm1-v0": (33, 17, 13),
}


@pytest.mark.parametrize("name", SAFE)
def test_environments_of_the_library(neurogym, name):
    task = from_neurogym(name, bank=40, held_out=20, seed=4)
    assert (task.n_in, task.n_out, task.n_steps) == SAFE[name]
    trials = task.validation(jax.random.key(0))
    close(task.performance(trials.targets, trials), np.float64(1.0))
    same = from_neurogym(name, bank=40, held_out=20, seed=4)
    assert identical((same.bank, same.held_out), (task.bank, task.held_out))
    assert not np.array_equal(task.redraw(5).bank.inputs, task.bank.inputs)


def test_reset_does_not_seed_the_trials(neurogym):
    def inputs(seed):
        env = neurogym.make("PerceptualDecisionMaking-v0")
        env.reset(seed=seed)
        env.unwrapped.new_trial()
        return env.unwrapped.ob

    assert not np.array_equal(inputs(1), inputs(1))


def test_most_steps_of_perceptual_decision_making_require_fixation(neurogym):
    task = from_neurogym("PerceptualDecisionMaking-v0", bank=20, held_out=20)
    label = np.argmax(task.bank.targets, -1)
    assert np.mean(label == 0) == pytest.approx(21 / 22)
    fixate = jnp.zeros_like(task.held_out.targets).at[..., 0].set(1.0)
    assert float(task.performance(fixate, task.held_out)) == 0.0
    close(task.bank.mask[:, :, 0].sum(1), np.full(20, 21 * 0.05 + 1.0))
    assert task.input_names == ("fixation", "stimulus 1", "stimulus 2")
    of = task.bank.conditions  # the environment's ground truth indexes the choices
    close(of["trial_ground_truth"] + 1, of["ground_truth"])


def test_an_ideal_observer_reaches_the_known_ceiling(neurogym):
    """The sum of the evidence is correct in .896 of trials, by the coherences."""
    task = from_neurogym("PerceptualDecisionMaking-v0", bank=4000, held_out=1)
    evidence = np.asarray(task.bank.inputs)[:, 1:21].sum(1)
    truth = np.asarray(task.bank.conditions["ground_truth"])
    is_correct = 1 + (evidence[:, 2] > evidence[:, 1]) == truth
    error = np.sqrt(0.896 * 0.104 / 4000)
    assert abs(np.mean(is_correct) - 0.896) < STANDARD_ERRORS * error + 0.0005


def test_two_units_do_not_distinguish_the_categories(neurogym):
    """With dim_ring = 2 the inputs are cos(angle) and its negative, of rank 1."""
    name, options = "DelayMatchCategory-v0", {"bank": 100, "held_out": 1, "sigma": 0.0}

    def inputs(task):
        return np.asarray(task.bank.inputs)[:, 6, 1:]

    def rank(x):
        return np.linalg.matrix_rank(x - x.mean(0), tol=1e-4)

    two = inputs(from_neurogym(name, **options))
    many = inputs(from_neurogym(name, dim_ring=16, **options))
    assert (rank(two), rank(many)) == (1, 2)


def test_modalities_of_a_schedule_alternate_and_no_trial_is_repeated(neurogym):
    task = from_neurogym("yang19.go-v0", bank=200, held_out=1)
    stimulus = np.asarray(task.bank.inputs)[:, 6, 1:].reshape(200, 2, 16)
    modality = np.argmax(stimulus.max(-1), -1)
    np.testing.assert_array_equal(modality, np.arange(200) % 2)
    truth = np.asarray(task.bank.conditions["ground_truth"])
    same = np.mean(truth[::2] == truth[1::2])
    assert same < 1 / 16 + STANDARD_ERRORS * np.sqrt(1 / 16 * 15 / 16 / 100)


def test_the_dt_of_an_environment_is_an_option(neurogym):
    task = from_neurogym("PerceptualDecisionMaking-v0", bank=10, held_out=5)
    fine = task.at(20.0)
    assert (fine.dt, fine.n_steps, fine.n_conditions) == (20.0, 110, 5)
    assert identical(fine.at(100.0).bank, task.bank)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("EconomicDecisionMaking-v0", "have a ground truth"),
        ("Bandit-v0", "have a ground truth"),
        ("DawTwoStep-v0", "have a ground truth"),
        ("Null-v0", "have a ground truth"),
        ("Reaching1D-v0", "labels below its 3 actions"),
        ("Reaching1DWithSelfDistraction-v0", "labels below its 3 actions"),
        ("CartPole-v1", "`env` must have new_trial"),
        ("PerceptualDecisonMaking-v0", "Did you mean 'PerceptualDecisionMaking-v0'"),
        ("GoNogo", "Did you mean 'GoNogo-v0'"),
    ],
)
def test_environments_without_ground_truth_raise(neurogym, name, message):
    with pytest.raises(ValueError, match=message):
        from_neurogym(name)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["DelayMatchSample-v0", "GoNogo-v0", "ReadySetGo-v0"])
@pytest.mark.usefixtures("optax_promotes")
def test_networks_learn_with_the_default_loss_and_then_play(neurogym, name):
    """Performance in the environment's own loop is that of validation.

    In that loop a network that is not reset at each trial fails.
    """
    task = from_neurogym(name, bank=500, held_out=200)
    key = jax.random.key(0)
    net = cj.CTRNN(task.n_in, 32, task.n_out, dt=task.dt, tau=2 * task.dt, key=key)
    result = cj.fit(
        net, task, optax.adam(5e-3), num_updates=400, batch_size=32,
        validate_every=400, validation_size=200, key=key,
    )  # fmt: skip
    assert result.history.performance[-1] > 0.97

    def rewarded(reset):
        env = neurogym.make(name, rewards={"abort": -5.0, "miss": -1.0})
        env.unwrapped.abort = True
        played = play(result.network, env, key=key, max_steps=1000, reset=reset)
        return np.mean(np.sign(played.rewards[played.rewards != 0]) > 0)

    # after the first trial, of which the environment skips a step
    assert rewarded("trial") > 0.95
    assert rewarded("episode") < 0.9
