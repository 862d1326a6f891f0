"""Options that are out of range or of a wrong type, one call for each."""

import canonical
import jax
import numpy as np
import pytest

from ctrnn_jax import analysis


KEY = jax.random.key(0)
TRIALS = np.random.default_rng(0).normal(size=(12, 3, 4))  # (trials, time, units)
SAMPLES, LABELS = TRIALS[:, 0], np.arange(12) % 2
WHOLE = "must be a whole number, at least"


def averages():
    return analysis.condition_averages(TRIALS, {"a": LABELS})


def net(**options):
    return canonical.ctrnn(**options)


def of_network(function, *args, **options):
    """Return a call of an analysis of the canonical network."""
    return lambda: function(net(), *args, **options)


PATH, STATE = np.zeros((3, canonical.N_IN)), np.zeros(canonical.UNITS)
CALLS = {
    # eigenvectors
    "modes": [
        (lambda: analysis.modes(np.eye(3) * 1j), "`jacobian` must be real; got"),
        (lambda: analysis.modes(np.ones(3)), "`jacobian` must be a square matrix"),
    ],
    # population
    "pca": [
        (lambda: analysis.pca(SAMPLES, n_components=0), f"`n_components` {WHOLE} 1"),
        (lambda: analysis.pca(np.zeros((0, 3))), "`activity` must have axes"),
        (lambda: analysis.pca(np.ones(())), "`activity` must have axes"),
        (
            lambda: analysis.pca(SAMPLES).dimensions("half"),
            "`fraction` must be a number",
        ),
    ],
    "participation_ratio": [
        (
            lambda: analysis.participation_ratio(SAMPLES, corrected="yes"),
            "`corrected` must be True or False",
        ),
        (
            lambda: analysis.participation_ratio(
                SAMPLES, corrected=True, effective_samples="many"
            ),
            "`effective_samples` must be a number",
        ),
    ],
    "cluster_units": [
        (
            lambda: analysis.cluster_units(SAMPLES, n_clusters=1),
            f"`n_clusters` {WHOLE} 2",
        ),
        (
            lambda: analysis.cluster_units(SAMPLES, max_clusters=1),
            f"`max_clusters` {WHOLE} 2",
        ),
    ],
    "decode": [
        (
            lambda: analysis.decode(TRIALS, LABELS, folds=1, key=KEY),
            f"`folds` {WHOLE} 2",
        ),
        (
            lambda: analysis.decode(TRIALS, LABELS, shuffles=-1, key=KEY),
            f"`shuffles` {WHOLE} 0",
        ),
    ],
    "axes": [
        (
            lambda: analysis.demixed_axes(averages(), "a", n_components=0),
            f"`n_components` {WHOLE} 1",
        ),
        (
            lambda: analysis.targeted_axes(TRIALS, SAMPLES[:, :1], n_components=0),
            f"`n_components` {WHOLE} 1",
        ),
    ],
    "memory_capacity": [
        (
            lambda: analysis.memory_capacity(SAMPLES, SAMPLES[:, 0], lags=0),
            f"`lags` {WHOLE} 1",
        ),
        (
            lambda: analysis.memory_capacity(
                SAMPLES, SAMPLES[:, 0], lags=2, washout=-1
            ),
            f"`washout` {WHOLE} 0",
        ),
        (
            lambda: analysis.memory_capacity(
                SAMPLES, SAMPLES[:, 0], lags=2, corrected=1
            ),
            "`corrected` must be True or False",
        ),
    ],
    "task_variances": [
        (
            lambda: analysis.task_variances({"a": TRIALS}, threshold=-1.0),
            "`threshold` must not be negative",
        ),
    ],
    "similarity": [
        (
            lambda: analysis.procrustes_distance(SAMPLES, SAMPLES, scaled="no"),
            "`scaled` must be True or False",
        ),
        (
            lambda: analysis.cka(SAMPLES, SAMPLES, debiased="no"),
            "`debiased` must be True or False",
        ),
        (lambda: analysis.delay_dynamics(TRIALS, rank=0), f"`rank` {WHOLE} 1"),
        (
            lambda: analysis.delay_dynamics(TRIALS, rank=1, delays=0),
            f"`delays` {WHOLE} 1",
        ),
        (lambda: analysis.delay_dynamics(TRIALS, rank=1, lag=0), f"`lag` {WHOLE} 1"),
        (
            lambda: analysis.align_dynamics(np.eye(2), np.eye(2), starts=0, key=KEY),
            f"`starts` {WHOLE} 1",
        ),
        (
            lambda: analysis.align_dynamics(
                np.eye(2), np.eye(2), iterations=0, key=KEY
            ),
            f"`iterations` {WHOLE} 1",
        ),
    ],
    # behaviour
    "choice_probability": [
        (
            lambda: analysis.choice_probability(SAMPLES, LABELS, at_least=0),
            f"`at_least` {WHOLE} 1",
        ),
    ],
    # networks
    "dt_check": [
        (
            of_network(analysis.dt_check, canonical.TASK, key=KEY, factors=4),
            "`factors` must be a list; got 4",
        ),
        (
            of_network(analysis.dt_check, canonical.TASK, key=KEY, factors=(1, 2.5)),
            f"`factors` {WHOLE} 1",
        ),
        (
            of_network(analysis.dt_check, canonical.TASK, key=KEY, scored=0),
            f"`scored` {WHOLE} 8",
        ),
        (of_network(analysis.dt_check, "rdm", key=KEY), "`task` must be a task"),
    ],
    "fixed_points": [
        (
            of_network(analysis.find_fixed_points, key=KEY, jitter="small"),
            "`jitter` must be a number",
        ),
        (
            of_network(analysis.find_fixed_points, key=KEY, marginal=-1.0),
            "`marginal` must not be negative",
        ),
        (
            of_network(analysis.continue_fixed_points, PATH, STATE, max_iterations=0),
            f"`max_iterations` {WHOLE} 1",
        ),
        (
            of_network(analysis.continue_fixed_points, PATH, STATE, tolerance=0.0),
            "`tolerance` must be positive",
        ),
        (
            of_network(analysis.continue_fixed_points, PATH, STATE, jump=0.0),
            "`jump` must be positive",
        ),
    ],
    "linear": [
        (of_network(analysis.selection, STATE, rank=-1), f"`rank` {WHOLE} 0"),
        (of_network(analysis.spectrum, n_vectors=0), f"`n_vectors` {WHOLE} 1"),
        (
            of_network(analysis.spectrum, growth="yes"),
            "`growth` must be True or False",
        ),
        (
            of_network(analysis.stationary, continuous="yes"),
            "`continuous` must be True or False",
        ),
    ],
    "lyapunov": [
        (
            of_network(analysis.lyapunov, steps=200, n_exponents=-1),
            f"`n_exponents` {WHOLE} 1",
        ),
        (of_network(analysis.lyapunov, steps=2.5), f"`steps` {WHOLE} 0"),
    ],
}


@pytest.mark.usefixtures("as_for_a_user")
@pytest.mark.parametrize("name", CALLS)
def test_wrong_options_raise_an_error(name):
    for call, message in CALLS[name]:
        with pytest.raises(ValueError, match=message):
            call()
