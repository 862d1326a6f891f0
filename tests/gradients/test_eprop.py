"""e-prop: exact without recurrent weights, and otherwise without recurrent paths."""

import functools

import equinox as eqx
from helpers import close, has_float64, STANDARD_ERRORS
import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import ctrnn_jax as cj
from ctrnn_jax import Loss
from ctrnn_jax.gradients import BPTT, EProp, EvolutionStrategy, Problem, RTRL
from ctrnn_jax.penalties import AbstractPenalty
from ctrnn_jax.training._train_step import in_dtype


pytestmark = pytest.mark.usefixtures("optax_promotes")


TASK = cj.tasks.PerceptualDecision(
    fixation=40.0,
    stimulus=100.0,
    decision=60.0,
    catch=200.0,
    coherences=(25.6, 51.2),
    sigma_in=0.1,
)
N, TRIALS = 8, 3
TAUS = np.linspace(25.0, 120.0, N)


def curved(outputs, targets, mask):
    """A loss that is not quadratic and that couples the outputs."""
    return jnp.mean(mask * jnp.cosh(2 * outputs[..., ::-1] * outputs - targets))


def small(kind=cj.CTRNN, **options):
    settings = {
        "dt": 20.0,
        "tau": TAUS,
        "train_v0": True,
        "v0": np.linspace(-0.5, 0.8, N),
        "b_hid": np.linspace(-0.3, 0.4, N),
        "key": jax.random.key(0),
    }
    return kind(2, N, 2, **settings | options)


@functools.cache
def draw_trials():
    return jax.jit(lambda: TASK.batch(jax.random.key(1), TRIALS))()


def problem_of(net, loss=curved):
    loss = loss if isinstance(loss, Loss) else Loss(loss)
    trials = in_dtype(draw_trials(), net)
    return Problem(trials, jax.random.key(2), TASK, loss)


@eqx.filter_jit
def run(estimators, net, problem):
    params, static = eqx.partition(net, cj.trainable(net))
    return [estimator(params, static, problem) for estimator in estimators]


def gradients_of(estimators, net, **options):
    """Return losses, terms and gradients of every estimator, from one program."""
    return run(estimators, net, problem_of(net, **options))


def gradient_of(estimator, net, **options):
    return gradients_of([estimator], net, **options)[0]


@pytest.mark.parametrize(
    "method",
    [cj.Euler(), pytest.param(cj.ExponentialEuler(), marks=pytest.mark.slow)],
    ids=lambda method: type(method).__name__,
)
def test_it_is_exact_without_recurrent_weights(method):
    """Loss, terms and the gradient of every weight, with all kinds of noise."""
    noise = cj.StepNoise(0.1, 0.2, 0.3)
    net = small(method=method, noise=noise, w_hid=np.zeros((N, N)))
    exact, local = gradients_of([BPTT(), EProp()], net)
    close(local, exact, scale=10)
    raw = exact[2].raw
    trained = (raw.w_in, raw.w_hid, raw.b_hid, raw.w_out, raw.b_out, raw.v0)
    assert all(np.abs(np.asarray(g)).max() > 1e-4 for g in trained)
    assert raw.tau is None


def loss_without_recurrent_paths(params, static, problem, feedback=None):
    """The loss of the equation step by step, without gradients through other units.

    Units receive each other's rates as constants. With feedback, the gradient of the
    loss reaches the units through it instead of the readout.
    """
    net = eqx.combine(params, static)
    w, constant = cj.effective(net), jax.lax.stop_gradient
    v = jnp.broadcast_to(w.v0, (TRIALS, N))
    gain = jnp.broadcast_to(net.method.gain(net.dt, net.tau), v.shape)
    bias = jnp.broadcast_to(w.b_hid, v.shape)

    def step(v, u):
        current = constant(net.activation(v)) @ w.w_hid.T + u @ w.w_in.T + bias
        v = v + gain * (-v + current)
        r = net.activation(v)
        y = r @ w.w_out.T
        if feedback is not None:
            y = constant(r) @ w.w_out.T + (r - constant(r)) @ feedback
        return v, y + jnp.broadcast_to(w.b_out, y.shape)

    _, outputs = jax.lax.scan(step, v, jnp.moveaxis(problem.trials.inputs, 1, 0))
    return problem.of_outputs(jnp.moveaxis(outputs, 0, 1))


@pytest.mark.parametrize(
    ("kind", "symmetric", "method"),
    [
        pytest.param(cj.CTRNN, True, cj.Euler(), marks=pytest.mark.slow),
        (cj.CTRNN, False, cj.ExponentialEuler()),
        (cj.EIRNN, True, cj.ExponentialEuler()),
        pytest.param(cj.EIRNN, False, cj.Euler(), marks=pytest.mark.slow),
    ],
)
def test_it_is_the_gradient_without_recurrent_paths(kind, symmetric, method):
    """By the raw parameters, with constraints, and also for rates that are not tanh."""
    activation = "tanh" if kind is cj.CTRNN else "softplus"
    net = small(kind, method=method, activation=activation)
    eprop = EProp() if symmetric else EProp.random(net, key=jax.random.key(3))
    params, static = eqx.partition(net, cj.trainable(net))
    problem = problem_of(net)
    expected = jax.jit(jax.value_and_grad(loss_without_recurrent_paths))
    expected_loss, expected_grads = expected(params, static, problem, eprop.feedback)
    loss, terms, grads = gradient_of(eprop, net)
    close(loss, expected_loss)
    close(terms, {"task": expected_loss})
    close(grads, expected_grads, scale=10)


def test_recurrent_paths_are_left_out():
    net = small()
    exact, local = (each[2].raw for each in gradients_of([BPTT(), EProp()], net))
    difference = np.abs(exact.w_hid - local.w_hid).max()
    assert difference > 0.02 * np.abs(exact.w_hid).max()
    close(local.w_out, exact.w_out)


def test_weights_that_do_not_train_or_exist_have_no_gradient():
    net = small(train_v0=False, use_bias_hid=False, use_bias_out=False, b_hid=None)
    grads = gradient_of(EProp(), net)[2]
    params = eqx.filter(net, cj.trainable(net))
    assert jax.tree.structure(grads) == jax.tree.structure(params)
    assert grads.raw.v0 is None
    assert grads.raw.b_hid is None


def test_random_feedback_is_as_large_as_a_readout():
    net = cj.CTRNN(1, 400, 50, dt=1.0, tau=2.0, key=jax.random.key(0))
    feedback = EProp.random(net, key=jax.random.key(1)).feedback
    assert feedback is not None
    assert feedback.shape == (400, 50)
    spread = 1 / np.sqrt(2 * feedback.size)  # relative, of a standard deviation
    assert abs(np.std(feedback) * 20.0 - 1) < STANDARD_ERRORS * spread
    assert not np.allclose(feedback, EProp.random(net, key=jax.random.key(2)).feedback)


def test_float32_stays_float32():
    net = small(dtype=jnp.float32)
    feedback = EProp.random(net, key=jax.random.key(0)).feedback
    assert feedback is not None
    assert feedback.dtype == jnp.float32
    assert not has_float64(gradient_of(EProp(np.ones((N, 2))), net))


class Square(AbstractPenalty):
    def __call__(self, net, traj, trials, output_loss):
        return jnp.sum(traj.outputs**2)


PLASTIC = cj.dynamics.ShortTermPlasticity(200.0, 1500.0, 0.45)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"form": cj.dynamics.RateForm()}, r"`form` must be CurrentForm\(\)"),
        ({"synapses": PLASTIC}, "`synapses` must be None"),
        ({"train_tau": True}, "`tau` must be fixed"),
    ],
)
def test_networks_that_eprop_does_not_describe_are_errors(options, message):
    with pytest.raises(ValueError, match=message):
        gradient_of(EProp(), small(**options))


def test_other_invalid_arguments_are_errors():
    loss = Loss(square=Square(1.0))
    with pytest.raises(ValueError, match="`loss` must have no penalties"):
        gradient_of(EProp(), small(), loss=loss)
    with pytest.raises(ValueError, match=r"`feedback` must have shape \(8, 2\)"):
        gradient_of(EProp(np.ones((2, N))), small())
    with pytest.raises(ValueError, match="`feedback` must be floats of shape"):
        EProp(np.ones(3))
    with pytest.raises(ValueError, match="`feedback` must be finite"):
        EProp(np.full((N, 2), np.nan))


ESTIMATORS = {
    "truncated": (10, lambda net: BPTT(cj.Truncated(5))),
    "e-prop": (10, lambda net: EProp()),
    "random feedback": (10, lambda net: EProp.random(net, key=jax.random.key(9))),
    "real-time recurrent learning": (6, lambda net: RTRL()),
    "evolution": (10, lambda net: EvolutionStrategy(0.05, 16)),
}


@pytest.mark.parametrize(
    "name",
    [
        n if n == "random feedback" else pytest.param(n, marks=pytest.mark.slow)
        for n in ESTIMATORS
    ],
)
def test_every_gradient_estimator_trains(name):
    """An easy decision, to nearly no mistakes, in a custom optax loop."""
    units, build = ESTIMATORS[name]
    task = eqx.tree_at(lambda t: t.sigma_in, TASK, jnp.asarray(0.01))
    noise = cj.DiffusionNoise(0.05)
    net = cj.CTRNN(2, units, 2, dt=20.0, tau=40.0, noise=noise, key=jax.random.key(0))
    optimiser, gradient = optax.adam(2e-2), build(net)

    def update(carry, key):
        net, opt_state, metrics = cj.train_step(
            *carry,
            task=task,
            optimiser=optimiser,
            batch_size=8,
            gradient=gradient,
            key=key,
        )
        return (net, opt_state), metrics.loss

    @jax.jit
    def train(net):
        start = net, optimiser.init(eqx.filter(net, cj.trainable(net)))
        keys = jax.random.split(jax.random.key(1), 100)
        (learned, _), losses = jax.lax.scan(update, start, keys)
        trials = task.validation(jax.random.key(3), 250)
        outputs = cj.rollout(learned, trials.inputs, key=jax.random.key(5)).outputs
        return losses, task.performance(outputs, trials)

    losses, performance = train(net)
    losses = np.asarray(losses)
    assert losses[-10:].mean() < 0.4 * losses[:5].mean()
    assert performance > 0.9
