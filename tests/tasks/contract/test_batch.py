"""Trials and trajectories are indexed, counted and iterated as arrays of trials."""

import canonical
import equinox as eqx
from helpers import identical
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from tasks.judged import as_numpy

import ctrnn_jax as cj


TRIALS = canonical.TASK.batch(jax.random.key(0), 5)
MASK = np.asarray([True, False, True, True, False])
INDICES = [0, -1, 3, slice(1, 3), slice(None, None, -2), [0, 4], MASK, MASK.tolist()]


@pytest.mark.parametrize("index", INDICES, ids=str)
def test_trials_are_indexed_as_each_of_their_arrays(index):
    arrays = jax.tree.map(np.asarray, TRIALS)
    wanted = index if not isinstance(index, list) else np.asarray(index)
    expected = jax.tree.map(lambda x: np.asarray(x[wanted]), arrays)
    assert identical(as_numpy(TRIALS[index]), expected)
    assert identical(as_numpy(arrays[index]), expected)  # also of NumPy


def test_trials_are_counted_and_iterated():
    assert len(TRIALS) == 5
    assert TRIALS.batch_shape == (5,)
    one_by_one = list(TRIALS)
    assert [trial.batch_shape for trial in one_by_one] == [()] * 5
    for i, trial in enumerate(one_by_one):
        assert identical(as_numpy(trial.inputs), np.asarray(TRIALS.inputs)[i])
    pairs = list(zip(TRIALS, TRIALS[::-1], strict=True))
    assert identical(as_numpy(pairs[0][1]), as_numpy(TRIALS[4]))
    assert len(TRIALS[[]]) == 0
    assert bool(TRIALS[[]])
    assert bool(TRIALS[0])


def test_several_batch_axes_are_indexed_together():
    grid = jax.tree.map(lambda x: np.asarray(x)[:4].reshape(2, 2, *x.shape[1:]), TRIALS)
    assert (grid.batch_shape, len(grid)) == ((2, 2), 2)
    assert identical(as_numpy(grid[1, 0]), as_numpy(TRIALS[2]))
    assert identical(as_numpy(grid[:, 1]), as_numpy(TRIALS[[1, 3]]))


def test_jax_sees_a_pytree_and_no_array():
    doubled = jax.vmap(lambda trial: trial.inputs * 2.0)(TRIALS)
    assert identical(np.asarray(doubled), 2 * np.asarray(TRIALS.inputs))
    first = jax.jit(lambda trials, i: trials[i].targets)(TRIALS, 3)
    assert identical(np.asarray(first), np.asarray(TRIALS.targets)[3])
    with pytest.raises(TypeError):
        jnp.asarray(TRIALS)
    changed = eqx.tree_at(lambda t: t.mask, TRIALS, np.zeros_like(TRIALS.mask))
    assert not changed[1:].mask.any()


@pytest.mark.parametrize(
    ("index", "error", "message"),
    [
        (5, IndexError, "index 5 is out of bounds for axis 0 with size 5"),
        (-6, IndexError, "out of bounds"),
        ([0, 9], IndexError, "out of bounds"),
        (MASK[:3], IndexError, "boolean index did not match"),
        ((0, 0), IndexError, r"too many indices for batch axes of shape \(5,\); got 2"),
        ("inputs", TypeError, "a list or mask of one axis; got 'inputs'"),
        (0.5, TypeError, "an index must be a whole number, a slice, or"),
        (True, TypeError, "got True"),
        (None, TypeError, "got None"),
        (..., TypeError, "got an ellipsis"),
        (np.ones((5, 2), bool), TypeError, r"got bool of shape \(5, 2\)"),
    ],
    ids=str,
)
def test_wrong_indices_are_errors(index, error, message):
    with pytest.raises(error, match=message):
        TRIALS[index]


def test_one_trial_has_no_entries():
    trial = TRIALS[0]
    message = "a Trial without batch axes has no length and no entries"
    for call in (len, iter, lambda trial: trial[0]):
        with pytest.raises(TypeError, match=message):
            call(trial)


PLASTIC = cj.dynamics.ShortTermPlasticity(200.0, 1500.0, 0.15)
RECORD = cj.Record(synapses=True)
U = canonical.inputs(3, 2)


def rolled_out(u, **options):
    net = canonical.ctrnn(synapses=PLASTIC)
    return cj.rollout(net, u, record=RECORD, **options)


@pytest.mark.parametrize("index", [1, slice(0, 2), [2, 0], (1, 1), (slice(None), 0)])
def test_trajectories_are_those_of_the_trials(index):
    """With time first and last; the final state is that of the trials, too."""
    traj = rolled_out(U)
    selected = traj[index]
    part = U[index]
    alone = rolled_out(part)
    assert selected.batch_shape == part.shape[:-2]
    for name in ("potentials", "rates", "outputs"):
        found, wanted = getattr(selected, name), getattr(alone, name)
        np.testing.assert_allclose(found, wanted, rtol=1e-10)
    np.testing.assert_allclose(
        selected.final_state.potentials, alone.final_state.potentials, rtol=1e-10
    )
    assert int(selected.final_state.step) == canonical.STEPS
    assert jax.tree.structure(selected) == jax.tree.structure(alone)
    first = rolled_out(np.moveaxis(U, -2, 0), time_major=True)[index]
    expected = jax.tree.map(
        lambda x: np.moveaxis(np.asarray(x), -2, 0),
        (selected.rates, selected.synapses, selected.outputs),
    )
    assert identical(as_numpy((first.rates, first.synapses, first.outputs)), expected)
    assert first.batch_shape == selected.batch_shape
    alone = rolled_out(np.moveaxis(part, -2, 0), time_major=True)
    assert jax.tree.structure(first) == jax.tree.structure(alone)


def test_trajectories_of_networks_are_indexed_by_network_first():
    nets = cj.stack([canonical.ctrnn(seed=seed) for seed in range(4)])
    u = np.moveaxis(canonical.inputs(3), -2, 0)
    run = jax.vmap(lambda net: cj.rollout(net, u, time_major=True))
    traj = run(nets)
    assert traj.batch_shape == (4, 3)
    one = traj[2]
    assert one.final_state.step.shape == ()
    assert identical(np.asarray(one.rates), np.asarray(traj.rates)[2])
    of_trial = traj[2, 1]
    assert identical(np.asarray(of_trial.rates), np.asarray(traj.rates)[2, :, 1])
    trials = traj[1:3, [0, 2]]
    assert trials.rates.shape == (2, canonical.STEPS, 2, canonical.UNITS)


def test_a_step_has_no_time_axis():
    net = canonical.ctrnn()
    step = cj.step(net, net.initial_state((3,)), canonical.inputs(3)[:, 0])
    assert len(step) == 3
    assert identical(np.asarray(step[1].rates), np.asarray(step.rates)[1])
    assert step[1].final_state.potentials.shape == (canonical.UNITS,)


def test_named_groups_and_missing_records_survive():
    areas = cj.connectivity.MultiAreaEI(
        {"sensory": 4, "motor": 4}, frac_excitatory=0.5, key=jax.random.key(0)
    )
    net = cj.EIRNN(
        *areas.sizes, connectivity=areas, dt=20.0, tau=100.0, key=jax.random.key(1)
    )
    u = np.ones((3, 4, net.n_in))
    traj = cj.rollout(net, u, record=cj.Record(potentials=False))
    assert traj[0].potentials is None
    found = traj[0].rates_of("motor", "inhibitory")
    assert identical(as_numpy(found), as_numpy(traj.rates_of("motor", "inhibitory"))[0])
