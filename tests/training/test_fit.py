"""`fit` and `train_step`: updates, validations, stop rules, and divergence."""

import logging
from typing import Any

import equinox as eqx
from helpers import close, identical
import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from training.problem import EASY, ENERGY, fit, make, NAN_AT_7, TASK

import ctrnn_jax as cj


def small(seed=0, **options):
    return make(jax.random.key(seed), **options)


def train(net, steps, **options):
    return fit(steps, net=net, **{"key": jax.random.key(7), **options})


def test_one_update_is_gradient_plus_optimiser():
    """`train_step` against the same update, written out with public functions."""
    net, sgd = small(train_v0=True), optax.sgd(0.5)
    params, static = eqx.partition(net, cj.trainable(net))

    @jax.jit
    def update(params, key):
        net = eqx.combine(params, static)
        after, _, metrics = cj.train_step(
            net, sgd.init(params), key=key, task=TASK, optimiser=sgd, batch_size=4
        )
        return eqx.filter(after, cj.trainable(after)), metrics

    @jax.jit
    def written_out(params, key):
        trial_key, noise_key = jax.random.split(key)
        trials = TASK.batch(trial_key, 4)

        def objective(params):
            net = eqx.combine(params, static)
            outputs = cj.rollout(net, trials.inputs, key=noise_key).outputs
            error = (outputs - trials.targets) ** 2 * trials.mask
            return error.sum() / trials.mask.sum()

        return jax.value_and_grad(objective)(params)

    after, metrics = update(params, jax.random.key(3))
    value, grads = written_out(params, jax.random.key(3))
    close(metrics.loss, value)
    close(metrics.terms["task"], value)
    norm = np.sqrt(sum(np.sum(np.square(g)) for g in jax.tree.leaves(grads)))
    close(metrics.gradient_norm, norm)
    close(after, jax.tree.map(lambda p, g: p - 0.5 * np.asarray(g), params, grads))
    assert not np.allclose(after.raw.v0, net.raw.v0)  # it trains here


def test_fit_changes_only_trained_parameters_and_keeps_every_constraint():
    net = small(v0=cj.initialisers.Constant(0.1))
    result = train(net, 40)
    has_moved = jax.tree.map(lambda a, b: not identical(a, b), net, result.network)
    assert jax.tree.leaves(has_moved.raw) == [True] * 5 + [False] * 2  # not v0 and tau
    before, after = (
        eqx.tree_at(lambda n: n.raw, n, None) for n in (net, result.network)
    )
    assert identical(before, after)
    assert int(cj.violations(result.network)) == 0


def test_training_in_two_parts_has_the_same_bits_as_in_one():
    """Also if the first part ends between two validations."""
    net = small()
    whole = train(net, 23)
    part = train(net, 8)
    rest = train(part.network, 15, state=part.state, key=None)
    assert identical(whole.network, rest.network)
    assert identical(whole.state.opt_state, rest.state.opt_state)
    assert identical(whole.history, rest.history)
    assert rest.state.step == 23


def test_continuing_does_not_start_over():
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
    assert [len(r.metrics.loss) for r in reports] == [5, 5, 2]
    assert [r.performance is None for r in reports] == [False, False, True]
    np.testing.assert_array_equal(
        np.concatenate([r.metrics.loss for r in reports]), result.history.loss
    )
    np.testing.assert_array_equal(result.history.terms["task"], result.history.loss)
    assert result.history.gradient_norm.shape == (12,)


def test_stop_rule_ends_training():
    calls = []

    def rule(performances):
        calls.append(list(performances))
        return len(performances) == 2

    result = train(small(), 100, stop_when=rule)
    assert (result.stopped, result.state.step) == ("criterion", 10)
    assert [len(past) for past in calls] == [1, 2]


def test_resume_without_checkpoints_is_an_error():
    with pytest.raises(ValueError, match="`resume` must come with `checkpoints`; got"):
        train(small(), 5, resume=True)


def test_apply_if_finite_skips_gradients_that_are_not_finite(optax_promotes):
    """The network stays the same, and training continues, where the loss is finite."""

    def loss(outputs, targets, mask):
        # the square root has the value 0 and an infinite slope
        return jnp.sqrt(0.0 * jnp.sum(outputs)) + jnp.sum(mask) - jnp.sum(mask)

    net, sgd = small(), optax.sgd(0.1)
    skips = optax.apply_if_finite(sgd, max_consecutive_errors=10)
    result = train(net, 5, optimiser=skips, loss=loss)
    assert (result.stopped, result.state.step) == ("steps", 5)
    assert identical(result.network, net)
    skipped: Any = result.state.opt_state
    assert int(skipped.total_notfinite) == 5


def test_divergence_names_step_and_parameter_and_keeps_the_last_finite_state():
    """Within a compiled call; the state is that after the last finite update."""
    net, optimiser = small(), NAN_AT_7
    result = train(net, 20, optimiser=optimiser)
    assert (result.stopped, result.state.step) == ("diverged", 7)
    divergence = result.divergence
    assert divergence is not None
    assert divergence.step == 7
    assert divergence.parameters == {"w_in": 10}
    assert divergence.gradients == divergence.values == {}
    assert "the update would make w_in (10 entries) not finite" in str(divergence)
    # the diagnosis repeats the update with its trials and noise
    train_key, _ = jax.random.split(result.state.key)
    loss = cj.train_step(
        result.network, result.state.opt_state, task=TASK, optimiser=optimiser,
        batch_size=4, key=jax.random.fold_in(train_key, 7),
    )[2].loss  # fmt: skip
    np.testing.assert_allclose(divergence.loss, loss, rtol=1e-12)
    good = train(net, 7, optimiser=optimiser)
    assert identical(result.network, good.network)
    assert identical(result.history, good.history)
    assert identical(result.state.opt_state, good.state.opt_state)


def test_the_best_network_is_returned():
    """Compared with the networks of all reports, by performance and by loss."""
    for by in ("performance", "loss"):
        reports = []
        result = train(
            small(), 30, callback=reports.append, best_by=by, restore_best=True
        )
        networks = {report.state.step: report.state.network for report in reports}
        history = result.history
        scores = (
            history.performance if by == "performance" else -history.validation_loss
        )
        step = int(history.validation_step[np.argmax(scores)])
        assert result.best.step == step
        assert identical(result.network, networks[step])
        assert identical(result.best.network, networks[step])
        assert identical(result.state.network, networks[30])
        close(result.best.performance, history.performance[np.argmax(scores)])


def test_the_last_network_is_returned_before_any_validation(tmp_path):
    """The untrained network is never taken for the best one."""

    def end(report):
        return True

    with cj.Checkpoints(tmp_path, every=3) as store:
        result = train(small(), 10, restore_best=True, checkpoints=store, callback=end)
    assert (result.stopped, result.state.step) == ("callback", 3)
    assert identical(result.network, train(small(), 3).network)
    assert np.isnan(result.best.performance)


def test_the_best_network_may_be_that_of_an_earlier_part():
    part = train(small(), 10)
    rest = train(
        part.network, 2, state=part.state, key=None, restore_best=True, best_by="loss"
    )
    assert identical(rest.network, part.best.network)


def test_patience_ends_training():
    result = train(small(), 500, patience=3)
    assert result.stopped == "patience"
    assert result.state.step == result.best.step + 15


def test_callbacks_are_all_called_and_end_training():
    reports = []

    def end(report):
        return report.state.step >= 10

    result = train(small(), 50, callback=[reports.append, end])
    assert (result.stopped, result.state.step) == ("callback", 10)
    assert [report.state.step for report in reports] == [5, 10]


def test_schedule_and_clipping_of_the_optimiser_continue_after_a_pause():
    options, net = {"optimiser": NAN_AT_7}, small()
    whole, part = train(net, 7, **options), train(net, 3, **options)
    rest = train(net, 4, state=part.state, key=None, **options)
    assert identical(whole.network, rest.network)
    after = eqx.filter(whole.network, cj.trainable(net)).raw
    before = eqx.filter(net, cj.trainable(net)).raw
    pairs = zip(jax.tree.leaves(after), jax.tree.leaves(before), strict=True)
    change = np.sqrt(sum(np.sum((np.asarray(a) - b) ** 2) for a, b in pairs))
    max_change = sum(0.1 / (1 + i) for i in range(7)) * 0.01
    assert change <= max_change * (1 + 1e-12)
    assert np.all(whole.history.gradient_norm > 0.01)  # before clipping


def test_a_curriculum_trains_one_task_after_the_other():
    """Each stop rule gets the validations of its stage only."""
    counts = []

    def after(count):
        def rule(performances):
            counts.append(len(performances))
            return len(performances) == count

        return rule

    stages = cj.training.Curriculum((EASY, after(2)), (TASK, after(3)))
    net = small()
    whole = train(net, 100, task=stages)
    assert (whole.stopped, whole.state.step) == ("criterion", 25)
    np.testing.assert_array_equal(whole.history.stage, [0, 0, 1, 1, 1])
    assert counts == [1, 2, 1, 2, 3]
    assert whole.best.step > 10  # of the last stage
    part = train(net, 13, task=stages)
    rest = train(net, 87, task=stages, state=part.state, key=None)
    assert identical(whole.network, rest.network)
    assert identical(whole.history, rest.history)


@pytest.mark.parametrize(
    ("stages", "message"),
    [
        ([], "at least one stage"),
        ([(TASK, max), (cj.tasks.PerceptualDecision(dt=10.0), max)], "dt, inputs"),
    ],
)
def test_invalid_curricula_are_errors(stages, message):
    with pytest.raises(ValueError, match=message):
        cj.training.Curriculum(*stages)


@pytest.mark.slow
def test_tasks_of_a_curriculum_may_have_other_durations():
    short = cj.tasks.PerceptualDecision(
        dt=20.0, fixation=40.0, stimulus=60.0, decision=60.0, catch=160.0
    )
    stages = cj.training.Curriculum((short, any), (TASK, any))
    whole = train(small(), 20, task=stages)
    assert (whole.stopped, whole.state.step) == ("criterion", 10)
    first = train(small(), 5, task=short)
    last = train(small(), 5, state=first.state, key=None)
    assert identical(whole.network, last.network)


def test_terms_of_the_loss_are_logged_and_add_up():
    history = train(small(), 7, loss=ENERGY).history
    assert history.terms.keys() == {"task", "energy"}
    close(history.terms["task"] + history.terms["energy"], history.loss)
    plain = train(small(), 7).history
    close(history.terms["task"][0], plain.loss[0])
    assert not np.allclose(history.loss, plain.loss)
    # validations report the output loss alone, to compare runs of other weights
    assert history.validation_loss[0] < history.loss.max()


def test_learning_lowers_the_loss():
    losses = train(small(), 300).history.loss
    assert losses[-100:].mean() < 0.8 * losses[:20].mean()


@pytest.mark.slow
@pytest.mark.usefixtures("optax_promotes")
def test_learning_halves_the_loss():
    key = jax.random.key(0)
    net = cj.EIRNN(2, 12, 2, dt=20.0, tau=100.0, key=key)
    options = {"optimiser": optax.adam(1e-2), "batch_size": 8, "key": key}
    losses = train(net, 300, **options).history.loss
    assert losses[-20:].mean() < 0.5 * losses[:20].mean()


def compiled(caplog):
    """Return which programs `fit` and JAX have reported as compiled since last time."""
    ours = [r.message for r in caplog.records if r.name == "ctrnn_jax"]
    jax_compiled = " ".join(
        r.message for r in caplog.records if "Finished XLA" in r.message
    )
    caplog.clear()
    programs = ("updates", "validate")
    return ours, [name for name in programs if f"jit({name})" in jax_compiled]


def test_fit_logs_that_it_compiles_exactly_if_it_does(caplog):
    """Not with other weights, tau, noise, keys, learning rates, or a last call."""
    caplog.set_level(logging.INFO, "ctrnn_jax")
    options = {"batch_size": 3, "validation_size": 22}
    with jax.log_compiles():
        train(small(), 7, optimiser=optax.sgd(0.1), **options)
        messages = ["compiling updates", "compiling the validation"]
        assert compiled(caplog) == (messages, ["updates", "validate"])
        net = small(seed=5, noise=cj.DiffusionNoise(0.3))
        net = cj.replace(net, tau=80.0)
        train(net, 13, optimiser=optax.sgd(0.2), key=jax.random.key(99), **options)
        assert compiled(caplog) == ([], [])
        train(net, 13, optimiser=optax.sgd(0.2, momentum=0.9), **options)
        assert compiled(caplog) == (messages[:1], ["updates"])


def test_the_log_is_silent_unless_it_is_set_up(capfd):
    train(small(), 5, batch_size=5)
    assert capfd.readouterr() == ("", "")


@pytest.mark.slow
@pytest.mark.usefixtures("optax_promotes")
def test_float32_training_stays_float32():
    task = jax.tree.map(lambda x: x.astype(jnp.float32), TASK)
    net = cj.astype(small(), jnp.float32)
    result = train(net, 3, task=task, optimiser=optax.adam(1e-2))
    dtypes = {x.dtype for x in jax.tree.leaves(result.network) if x.dtype.kind == "f"}
    assert dtypes == {np.dtype("float32")}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"key": None}, "`key` must be given"),
        ({"validate_every": 0}, "`validate_every` must be a whole number"),
        ({"validation_size": 10}, "multiple of the task's 11 conditions"),
        ({"batch_size": 0}, "`batch_size` must be a whole number"),
        ({"steps": -1}, "`num_updates` must be a whole number"),
        ({"patience": 0}, "`patience` must be a whole number"),
        ({"validation_size": 0}, "`validation_size` must be a whole number, at least"),
        ({"validate_every": 6, "stop_when": max}, "at most 5, the number of updates"),
        ({"validate_every": 6, "patience": 2}, "at most 5, the number of updates"),
        ({"validate_every": 6, "restore_best": True}, "at most 5, the number of up"),
    ],
)
def test_invalid_arguments_are_errors(options, message):
    with pytest.raises(ValueError, match=message):
        train(small(), **{"steps": 5, **options})


def test_network_and_task_must_match():
    with pytest.raises(ValueError, match="network's dt of 10 ms; got dt = 20 ms"):
        train(cj.replace(small(), dt=10.0), 1)
    net = cj.CTRNN(3, 5, 2, dt=20.0, tau=100.0, key=jax.random.key(0))
    with pytest.raises(ValueError, match="3 inputs and 2 outputs; got 2 and 2"):
        train(net, 1)


def test_a_curriculum_has_the_only_stop_rules():
    stages = cj.training.Curriculum((TASK, max))
    with pytest.raises(ValueError, match="`stop_when` must be left out with a curric"):
        train(small(), 5, task=stages, stop_when=max)


def test_state_must_belong_to_the_network():
    part = train(small(), 1)
    other = cj.EIRNN(2, 20, 2, dt=20.0, tau=100.0, key=jax.random.key(0))
    with pytest.raises(ValueError, match=r"structure of `state.network`"):
        train(other, 1, state=part.state, key=None)
    with pytest.raises(ValueError, match="`key` must be left out"):
        train(small(), 1, state=part.state)
