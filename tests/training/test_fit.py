import equinox as eqx
from helpers import close, identical
import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import ctrnn_jax as cj


@pytest.fixture(autouse=True)
def optax_promotes():
    """Adam's bias correction is `float ** int32`, which strict promotion refuses."""
    with jax.numpy_dtype_promotion("standard"):
        yield


TASK = cj.tasks.PerceptualDecision(
    fixation=40.0, stimulus=100.0, decision=60.0, catch=200.0
)


def small(seed=0, **options):
    options = {"noise": cj.DiffusionNoise(0.1), **options}
    return cj.EIRNN(2, 12, 2, dt=20.0, tau=100.0, key=jax.random.key(seed), **options)


def train(net, steps, **options):
    options = {"key": jax.random.key(7), **options}
    return cj.fit(
        net,
        TASK,
        OPTIMISER,
        steps=steps,
        batch_size=4,
        validate_every=5,
        validation_size=11,
        **options,
    )


OPTIMISER = optax.adamw(1e-2, weight_decay=0.1)


def test_one_update_is_gradient_plus_optimiser():
    """`train_step` against the same update written out from public parts."""
    net, key = small(), jax.random.key(3)
    sgd = optax.sgd(0.5)
    params, static = eqx.partition(net, cj.trainable(net))
    after, _, loss = cj.train_step(
        net, sgd.init(params), key, task=TASK, optimiser=sgd, batch_size=4
    )
    trial_key, noise_key = jax.random.split(key)
    trials = TASK.batch(trial_key, 4)

    def objective(params):
        traj = cj.rollout(eqx.combine(params, static), trials.inputs, key=noise_key)
        error = (traj.outputs - trials.targets) ** 2 * trials.mask
        return error.sum() / trials.mask.sum()

    value, grads = jax.value_and_grad(objective)(params)
    close(loss, value)
    stepped = jax.tree.map(lambda p, g: p - 0.5 * g, params, grads)
    close(after, eqx.combine(stepped, static))


def test_fit_moves_only_what_trains_and_keeps_every_constraint():
    net = small(v0=cj.Constant(0.1))
    result = train(net, 40)
    moved = jax.tree.map(lambda a, b: not identical(a, b), net, result.network)
    assert jax.tree.leaves(moved.raw) == [True] * 5 + [False] * 2  # not v0 and tau
    constants = lambda n: eqx.tree_at(lambda n: n.raw, n, None)
    assert identical(constants(net), constants(result.network))
    assert int(cj.violations(result.network)) == 0


def test_trained_initial_state_moves():
    net = small(train_v0=True)
    assert not np.allclose(train(net, 3).network.raw.v0, net.raw.v0)


def test_going_on_equals_not_stopping_bit_for_bit():
    """Also when the first part ends between two validations."""
    net = small()
    whole = train(net, 23)
    part = train(net, 8)
    rest = train(part.network, 15, state=part.state, key=None)
    assert identical(whole.network, rest.network)
    assert identical(whole.state.opt_state, rest.state.opt_state)
    assert identical(whole.history, rest.history)
    assert rest.state.step == 23


def test_going_on_does_not_start_over():
    part = train(small(), 8)
    again = train(small(seed=1), 0, state=part.state, key=None)
    assert identical(again.network, part.network)


def test_history_and_reports():
    reports = []
    result = train(small(), 12, callback=reports.append)
    assert result.stopped == "steps"
    assert result.history.loss.shape == (12,)
    np.testing.assert_array_equal(result.history.validation_step, [5, 10])
    assert result.history.performance.shape == (2,)
    assert [r.state.step for r in reports] == [5, 10, 12]
    assert [len(r.losses) for r in reports] == [5, 5, 2]
    assert [r.performance is None for r in reports] == [False, False, True]
    np.testing.assert_array_equal(
        np.concatenate([r.losses for r in reports]), result.history.loss
    )


def test_stop_rule_ends_training():
    seen = []

    def rule(performances):
        seen.append(list(performances))
        return len(performances) == 2

    result = train(small(), 100, stop_when=rule)
    assert (result.stopped, result.state.step) == ("criterion", 10)
    assert [len(s) for s in seen] == [1, 2]


def test_a_loss_that_is_not_finite_keeps_the_last_good_network():
    def breaks(outputs, targets, mask):
        return jnp.log(-jnp.abs(cj.masked_mse(outputs, targets, mask)))

    net = small()
    result = train(net, 20, loss=breaks)
    assert result.stopped == "diverged"
    assert identical(result.network, net)


def test_learning_lowers_the_loss():
    net = small(noise=None)
    result = cj.fit(
        net, TASK, optax.adam(1e-2), steps=300, batch_size=8, key=jax.random.key(0)
    )
    assert result.history.loss[-20:].mean() < 0.5 * result.history.loss[:20].mean()


def test_fit_compiles_once_whatever_the_numbers(caplog):
    """Other weights, dt, tau, noise, keys, and a shorter last call: no new program."""
    train(small(), 7)
    with jax.log_compiles():
        net = small(seed=5, noise=cj.DiffusionNoise(0.3))
        train(cj.replace(net, tau=80.0), 13, key=jax.random.key(99))
    programs = [r.message for r in caplog.records if "_updates" in r.message]
    programs += [r.message for r in caplog.records if "_validate" in r.message]
    assert programs == []


def test_float32_training_stays_float32():
    task = jax.tree.map(lambda x: x.astype(jnp.float32), TASK)
    net = small(dtype=jnp.float32)
    net = eqx.tree_at(lambda n: n.noise.sigma, net, jnp.float32(0.1))
    result = cj.fit(
        net,
        task,
        optax.adam(1e-2),
        steps=3,
        batch_size=2,
        validate_every=2,
        validation_size=11,
        key=jax.random.key(0),
    )
    dtypes = {x.dtype for x in jax.tree.leaves(result.network) if x.dtype.kind == "f"}
    assert dtypes == {np.dtype("float32")}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"key": None}, "`key` must be given"),
        ({"validate_every": 0}, "`validate_every` must be a whole number"),
        ({"validation_size": 10}, "multiple of the 11 conditions"),
        ({"batch_size": 0}, "`batch_size` must be a whole number"),
        ({"steps": -1}, "`steps` must be a whole number"),
    ],
)
def test_bad_arguments_are_refused(options, message):
    settings = {"steps": 5, "batch_size": 2, "validate_every": 5, "validation_size": 11}
    settings |= {"key": jax.random.key(0), **options}
    with pytest.raises(ValueError, match=message):
        cj.fit(small(), TASK, OPTIMISER, **settings)


def test_network_and_task_must_fit_each_other():
    settings = {"steps": 1, "batch_size": 1, "key": jax.random.key(0)}
    with pytest.raises(ValueError, match="network's dt of 10 ms; got dt = 20 ms"):
        cj.fit(cj.replace(small(), dt=10.0), TASK, OPTIMISER, **settings)
    net = cj.CTRNN(3, 5, 2, dt=20.0, tau=100.0, key=jax.random.key(0))
    with pytest.raises(ValueError, match="3 inputs and 2 outputs; got 2 and 2"):
        cj.fit(net, TASK, OPTIMISER, **settings)


def test_state_must_belong_to_the_network():
    part = train(small(), 1)
    other = cj.EIRNN(2, 20, 2, dt=20.0, tau=100.0, key=jax.random.key(0))
    with pytest.raises(ValueError, match=r"structure of `state.network`"):
        train(other, 1, state=part.state, key=None)
    with pytest.raises(ValueError, match="`key` must be left out"):
        train(small(), 1, state=part.state)
