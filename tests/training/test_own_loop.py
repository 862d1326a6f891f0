"""A custom loop hands over to `fit`, and back."""

import equinox as eqx
from helpers import close, identical
import jax
import numpy as np
import optax
import pytest
from tasks.judged import as_numpy
from training.problem import fit, make, OPTIMISER, TASK

import ctrnn_jax as cj


KEY = jax.random.key(7)
TRAIN_KEY, _ = jax.random.split(KEY)
NET = make(jax.random.key(0))
BATCH = 4


@eqx.filter_jit
def step(net, opt_state, key):
    return cj.train_step(
        net, opt_state, task=TASK, optimiser=OPTIMISER, batch_size=BATCH, key=key
    )


def begun():
    return NET, OPTIMISER.init(eqx.filter(NET, cj.trainable(NET)))


def loop(net, opt_state, start, stop):
    """Make updates with `train_step`; return the losses, too."""
    losses = []
    for i in range(start, stop):
        net, opt_state, metrics = step(net, opt_state, jax.random.fold_in(TRAIN_KEY, i))
        losses.append(float(metrics.loss))
    return net, opt_state, losses


def hand_written(net, opt_state, start, stop):
    """The same updates, as in the README: a loss, its gradient, and optax."""
    params, static = eqx.partition(net, cj.trainable(net))

    @jax.jit
    def update(params, opt_state, key):
        trial_key, noise_key = jax.random.split(key)
        trials = TASK.batch(trial_key, BATCH)

        def loss(params):
            net = eqx.combine(params, static)
            outputs = cj.rollout(net, trials.inputs, key=noise_key).outputs
            return cj.losses.masked_mse(outputs, trials.targets, trials.mask)

        value, grads = jax.value_and_grad(loss)(params)
        updates, opt_state = OPTIMISER.update(grads, opt_state, params)
        return eqx.apply_updates(params, updates), opt_state, value

    losses = []
    for i in range(start, stop):
        key = jax.random.fold_in(TRAIN_KEY, i)
        params, opt_state, value = update(params, opt_state, key)
        losses.append(float(value))
    return eqx.combine(params, static), opt_state, losses


@pytest.mark.parametrize("own", [loop, hand_written])
def test_a_loop_and_fit_have_the_numbers_of_one_fit(own):
    whole = fit(12, net=NET, key=KEY)
    net, opt_state, losses = own(*begun(), 0, 7)
    close(np.asarray(losses), whole.history.loss[:7])
    state = cj.FitState.start(net, opt_state=opt_state, key=KEY, step=7)
    rest = fit(5, net=net, state=state, key=None)
    assert rest.state.step == 12
    close(
        eqx.filter(rest.network, eqx.is_array), eqx.filter(whole.network, eqx.is_array)
    )
    history = rest.history
    assert np.isnan(history.loss[:7]).all()
    close(history.loss[7:], whole.history.loss[7:])
    assert history.terms["task"].shape == history.gradient_norm.shape == (12,)
    assert history.validation_step.tolist() == [10]
    close(history.performance, whole.history.performance[1:])
    # and back to the loop
    after = loop(rest.state.network, rest.state.opt_state, rest.state.step, 15)
    continued = fit(15, net=NET, key=KEY)
    close(np.asarray(after[2]), continued.history.loss[12:])


def test_a_state_at_step_0_is_a_new_training_to_the_bit():
    state = cj.FitState.start(NET, opt_state=begun()[1], key=KEY)
    assert state.step == 0
    found = fit(6, net=NET, state=state, key=None)
    new = fit(6, net=NET, key=KEY)
    assert identical(as_numpy(found.network), as_numpy(new.network))
    assert identical(as_numpy(found.state.opt_state), as_numpy(new.state.opt_state))
    assert identical(found.history, new.history)


def test_patience_and_checkpoints_count_from_the_handed_over_step(tmp_path):
    net, opt_state, _ = loop(*begun(), 0, 7)
    state = cj.FitState.start(net, opt_state=opt_state, key=KEY, step=7)
    assert (state.best.step, bool(state.best.exists)) == (7, False)
    with cj.Checkpoints(tmp_path, every=4) as store:
        part = fit(3, net=net, state=state, key=None, checkpoints=store)
    with cj.Checkpoints(tmp_path, every=4) as store:
        rest = fit(9, net=net, state=state, key=None, checkpoints=store, resume=True)
    assert part.state.step == 10
    whole = fit(9, net=net, state=state, key=None, patience=50)
    assert identical(as_numpy(rest.network), as_numpy(whole.network))
    assert whole.best.step in (10, 15)


def test_a_network_with_a_picture_of_its_history():
    net, opt_state, _ = loop(*begun(), 0, 7)
    state = cj.FitState.start(net, opt_state=opt_state, key=KEY, step=7)
    history = fit(5, net=net, state=state, key=None).history
    from matplotlib.figure import Figure

    axes = cj.plotting.plot_loss(history.loss, ax=Figure().add_subplot())
    assert axes.lines


def start(net=NET, **options):
    return lambda: cj.FitState.start(
        net, **{"opt_state": begun()[1], "key": KEY} | options
    )


ALL = OPTIMISER.init(eqx.filter(NET, eqx.is_inexact_array))


@pytest.mark.usefixtures("as_for_a_user")
@pytest.mark.parametrize(
    ("make", "message"),
    [
        (start(TASK), "`net` must be a network; got a PerceptualDecision"),
        (start(cj.stack([NET, NET])), "`net` must be one network; got a stack"),
        (start(opt_state=OPTIMISER), "`opt_state` must be the state of an optimiser; "),
        (start(opt_state=None), "`opt_state` must be the state of an optimiser; got N"),
        (
            start(opt_state=ALL),
            "that cj.trainable.net. selects, and no others; got .*raw.tau, raw.v0. Be",
        ),
        (start(key=3), "`key` must be a JAX random key; got 3"),
        (start(key=jax.random.split(KEY)), "`key` must be one key"),
        (start(step=-1), "`step` must be a whole number, at least 0; got -1"),
        (start(step=1.0), "`step` must be a whole number, at least 0; got 1.0"),
    ],
)
def test_wrong_arguments_are_errors(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_the_state_of_another_optimiser_is_an_error_of_fit():
    other = optax.sgd(0.1)
    opt_state = other.init(eqx.filter(NET, cj.trainable(NET)))
    state = cj.FitState.start(NET, opt_state=opt_state, key=KEY, step=3)
    with pytest.raises(ValueError, match="`optimiser` must be that of `state`, or one"):
        fit(1, net=NET, state=state, key=None)


def test_what_a_loop_did_is_no_part_of_the_printed_courses():
    net, opt_state = begun()
    state = cj.FitState.start(net, opt_state=opt_state, key=KEY, step=3)
    assert "unknown" in repr(state.history)
    result = fit(2, state=state, net=net, key=None)
    text = "unknown          the first 3 updates, of a custom loop\n"
    assert text + "loss             first " in repr(result)
    assert "unknown" not in repr(fit(2, net=net).history)
