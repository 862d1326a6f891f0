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
from ctrnn_jax.penalties import AbstractPenalty, penalty_weight
from ctrnn_jax.training import train_step
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
    """Not quadratic, and of each output within its neighbours."""
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


def problem_of(net, loss=curved):
    loss = loss if isinstance(loss, Loss) else Loss(loss)
    trials = in_dtype(TASK.batch(jax.random.key(1), TRIALS), net)
    return Problem(trials, jax.random.key(2), TASK, loss)


@eqx.filter_jit
def run(way, net, problem):
    params, static = eqx.partition(net, cj.trainable(net))
    return way(params, static, problem)


def gradient_of(way, net, **options):
    return run(way, net, problem_of(net, **options))


METHODS = [cj.Euler(), cj.ExponentialEuler()]
methods = pytest.mark.parametrize("method", METHODS, ids=lambda m: type(m).__name__)


@methods
def test_without_recurrence_it_is_exact(method):
    """Loss, terms and the gradient of every weight, with all kinds of noise."""
    noise = cj.StepNoise(0.1, 0.2, 0.3)
    net = small(method=method, noise=noise, w_hid=np.zeros((N, N)))
    exact, local = gradient_of(BPTT(), net), gradient_of(EProp(), net)
    close(local, exact, scale=10)
    raw = exact[2].raw
    moving = (raw.w_in, raw.w_hid, raw.b_hid, raw.w_out, raw.b_out, raw.v0)
    assert all(np.abs(np.asarray(g)).max() > 1e-4 for g in moving)
    assert raw.tau is None


def program(params, static, problem, feedback=None):
    """The loss of the equation step by step, with the recurrent paths cut.

    Units hear each other's rates as if no weight could change them. With feedback,
    units hear of errors through it, as if it were the readout.
    """
    net = eqx.combine(params, static)
    w, cut = cj.effective(net), jax.lax.stop_gradient
    v = jnp.broadcast_to(w.v0, (TRIALS, N))
    gain = jnp.broadcast_to(net.method.gain(net.dt, net.tau), v.shape)
    bias = jnp.broadcast_to(w.b_hid, v.shape)

    def step(v, u):
        current = cut(net.activation(v)) @ w.w_hid.T + u @ w.w_in.T + bias
        v = v + gain * (-v + current)
        r = net.activation(v)
        y = r @ w.w_out.T
        if feedback is not None:
            y = cut(r) @ w.w_out.T + (r - cut(r)) @ feedback
        return v, y + jnp.broadcast_to(w.b_out, y.shape)

    _, outputs = jax.lax.scan(step, v, jnp.moveaxis(problem.trials.inputs, 1, 0))
    return problem.of_outputs(jnp.moveaxis(outputs, 0, 1))


@pytest.mark.parametrize(
    ("kind", "symmetric", "method"),
    [
        (cj.CTRNN, True, cj.Euler()),
        (cj.CTRNN, False, cj.ExponentialEuler()),
        (cj.EIRNN, True, cj.ExponentialEuler()),
        (cj.EIRNN, False, cj.Euler()),
    ],
)
def test_it_is_the_gradient_of_the_program_without_recurrent_paths(
    kind, symmetric, method
):
    """Through the constraints to the raw parameters; rates that are not tanh too."""
    activation = "tanh" if kind is cj.CTRNN else "softplus"
    net = small(kind, method=method, activation=activation)
    way = EProp() if symmetric else EProp.random(net, key=jax.random.key(3))
    params, static = eqx.partition(net, cj.trainable(net))
    problem = problem_of(net)
    expected = jax.jit(jax.value_and_grad(program))
    value, grads = expected(params, static, problem, way.feedback)
    found, terms, local = gradient_of(way, net)
    close(found, value)
    close(terms, {"task": value})
    close(local, grads, scale=10)


def test_recurrent_paths_are_left_out():
    net = small()
    exact, local = gradient_of(BPTT(), net)[2].raw, gradient_of(EProp(), net)[2].raw
    difference = np.abs(exact.w_hid - local.w_hid).max()
    assert difference > 0.02 * np.abs(exact.w_hid).max()
    close(local.w_out, exact.w_out)


def test_what_does_not_train_or_is_not_there_has_no_gradient():
    net = small(train_v0=False, use_bias_hid=False, use_bias_out=False, b_hid=None)
    grads = gradient_of(EProp(), net)[2]
    params = eqx.filter(net, cj.trainable(net))
    assert jax.tree.structure(grads) == jax.tree.structure(params)
    assert grads.raw.v0 is None
    assert grads.raw.b_hid is None


def test_random_feedback_is_as_large_as_a_readout():
    net = cj.CTRNN(1, 400, 50, dt=1.0, tau=2.0, key=jax.random.key(0))
    feedback = EProp.random(net, key=jax.random.key(1)).feedback
    assert feedback.shape == (400, 50)
    spread = 1 / np.sqrt(2 * feedback.size)  # relative, of a standard deviation
    assert abs(feedback.std() * 20.0 - 1) < STANDARD_ERRORS * spread
    assert not np.allclose(feedback, EProp.random(net, key=jax.random.key(2)).feedback)


def test_float32_stays_float32():
    net = small(dtype=jnp.float32)
    assert EProp.random(net, key=jax.random.key(0)).feedback.dtype == jnp.float32
    assert not has_float64(gradient_of(EProp(np.ones((N, 2))), net))


class Square(AbstractPenalty):
    weight: jax.Array

    def __call__(self, net, traj, trials, cost):
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
def test_networks_it_does_not_describe_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        gradient_of(EProp(), small(**options))


def test_other_bad_arguments_are_refused():
    loss = Loss(square=Square(penalty_weight(1.0)))
    with pytest.raises(ValueError, match="`loss` must have no terms"):
        gradient_of(EProp(), small(), loss=loss)
    with pytest.raises(ValueError, match=r"`feedback` must have shape \(8, 2\)"):
        gradient_of(EProp(np.ones((2, N))), small())
    with pytest.raises(ValueError, match="`feedback` must be floats of shape"):
        EProp(np.ones(3))
    with pytest.raises(ValueError, match="`feedback` must be finite"):
        EProp(np.full((N, 2), np.nan))


WAYS = {
    "truncated": (10, lambda net: BPTT(cj.Truncated(5))),
    "local": (10, lambda net: EProp()),
    "random feedback": (10, lambda net: EProp.random(net, key=jax.random.key(9))),
    "forward": (6, lambda net: RTRL()),
    "evolution": (10, lambda net: EvolutionStrategy(0.05, 16)),
}


@pytest.mark.parametrize("way", WAYS)
def test_every_way_of_learning_trains(way):
    """An easy decision, to nearly no mistakes, in your own optax loop."""
    units, build = WAYS[way]
    task = eqx.tree_at(lambda t: t.sigma_in, TASK, jnp.asarray(0.01))
    noise = cj.DiffusionNoise(0.05)
    net = cj.CTRNN(2, units, 2, dt=20.0, tau=40.0, noise=noise, key=jax.random.key(0))
    optimiser, gradient = optax.adam(2e-2), build(net)

    def update(carry, key):
        net, opt_state, metrics = train_step(
            *carry, key, task=task, optimiser=optimiser, batch_size=8, gradient=gradient
        )
        return (net, opt_state), metrics.loss

    start = net, optimiser.init(eqx.filter(net, cj.trainable(net)))
    keys = jax.random.split(jax.random.key(1), 100)
    (learned, _), losses = jax.jit(lambda c, k: jax.lax.scan(update, c, k))(start, keys)
    assert losses[-10:].mean() < 0.4 * losses[:5].mean()
    trials = task.validation(jax.random.key(3), 250)
    outputs = cj.rollout(learned, trials.inputs, key=jax.random.key(5)).outputs
    assert task.performance(outputs, trials) > 0.9
