"""Gradient estimators from outside the package: values, training, and resuming."""

import equinox as eqx
from helpers import close, identical
import jax
from jax.flatten_util import ravel_pytree
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from training.problem import fit, fit_ensemble, make, TASK

import ctrnn_jax as cj


class CentralDifferences(cj.gradients.AbstractGradient):
    """Differences of the loss by each raw parameter, from forward passes alone."""

    step: jax.Array = eqx.field(default=1e-5, converter=jnp.asarray)

    def __call__(self, params, static, problem):
        value, terms = problem.value(eqx.combine(params, static))
        x, unravel = ravel_pytree(params)

        def loss(x):
            return problem.value(eqx.combine(unravel(x), static))[0]

        moves = self.step * jnp.eye(x.size)
        above, below = (jax.vmap(loss)(x[None] + sign * moves) for sign in (1, -1))
        return value, terms, unravel((above - below) / (2 * self.step))


class Clipped(cj.gradients.AbstractGradient):
    """Another estimator's gradient, with every number clipped to a limit."""

    limit: float
    inner: cj.gradients.AbstractGradient = cj.gradients.BPTT()

    def __call__(self, params, static, problem):
        value, terms, grads = self.inner(params, static, problem)
        clip = lambda g: jnp.clip(g, -self.limit, self.limit)  # noqa: E731
        return value, terms, jax.tree.map(clip, grads)


LOSS = cj.Loss(rates=cj.penalties.RateL2(0.1))
SGD, SLOW_SGD = optax.sgd(0.1), optax.sgd(0.02)
SETTINGS = {"loss": LOSS, "validate_every": 20}  # never


def train(gradient, optimiser=SGD, num_updates=12, **options):
    options = {"gradient": gradient, **SETTINGS, **options}
    return fit(num_updates, optimiser=optimiser, **options)


def problem_and_parts(net):
    trials = TASK.batch(jax.random.key(5), 4)
    problem = cj.gradients.Problem(trials, jax.random.key(6), TASK, LOSS)
    return problem, *eqx.partition(net, cj.trainable(net))


@pytest.fixture(scope="module")
def nets():
    return [make(key) for key in jax.random.split(jax.random.key(1), 3)]


@pytest.fixture(scope="module")
def gradients(nets):
    """Differences and the exact gradient of each network, from one program."""

    @eqx.filter_jit
    @eqx.filter_vmap
    def estimate(net):
        problem, params, static = problem_and_parts(net)
        estimators = CentralDifferences(), cj.gradients.BPTT()
        return [estimator(params, static, problem) for estimator in estimators]

    return estimate(cj.stack(nets))


def test_its_gradient_is_that_of_a_loop_of_differences(nets, gradients):
    net = nets[1]

    @eqx.filter_jit
    def loss(w_hid):
        problem = problem_and_parts(net)[0]
        return problem.value(eqx.tree_at(lambda n: n.raw.w_hid, net, w_hid))[0]

    value, terms, grads = jax.tree.map(lambda x: np.asarray(x)[1], gradients[0])
    x, h = np.asarray(net.raw.w_hid), 1e-5
    close(value, loss(x))
    close(sum(terms.values()), value)
    assert jax.tree.structure(grads) == jax.tree.structure(
        eqx.filter(net, cj.trainable(net))
    )
    for post, pre in np.ndindex(x.shape):
        move = np.zeros_like(x)
        move[post, pre] = h
        slope = (float(loss(x + move)) - float(loss(x - move))) / (2 * h)
        np.testing.assert_allclose(
            grads.raw.w_hid[post, pre], slope, rtol=1e-6, atol=1e-12
        )


def test_it_agrees_with_backpropagation_also_over_a_stack(gradients):
    ours, exact = gradients
    for a, b in zip(jax.tree.leaves(ours), jax.tree.leaves(exact), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-8)


@pytest.mark.slow
def test_fit_trains_with_it_as_with_backpropagation():
    ours, exact = train(CentralDifferences()), train(cj.gradients.BPTT())
    for a, b in zip(
        jax.tree.leaves((ours.network, ours.history)),
        jax.tree.leaves((exact.network, exact.history)),
        strict=True,
    ):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-7)


LIMIT = 0.02


@pytest.fixture(scope="module")
def clipped():
    return train(Clipped(LIMIT))


@pytest.mark.slow
def test_an_estimator_may_change_the_gradient_of_another(clipped):
    """Clipping in the estimator or in the optimiser: the same weights."""
    of_optax = optax.chain(optax.clip(LIMIT), optax.sgd(0.1))
    close(clipped.network, train(cj.gradients.BPTT(), of_optax).network)
    plain = train(cj.gradients.BPTT())
    assert not np.allclose(clipped.network.raw.w_out, plain.network.raw.w_out)
    # the reported norm is that of the estimate
    size = sum(x.size for x in jax.tree.leaves(clipped.network.raw))
    assert (clipped.history.gradient_norm <= LIMIT * np.sqrt(size)).all()
    assert (plain.history.gradient_norm > clipped.history.gradient_norm).any()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("gradient", "sweep"),
    [
        (Clipped(LIMIT), {}),
        pytest.param(
            CentralDifferences(), {"learning_rate": [0.1, 0.02]}, marks=pytest.mark.slow
        ),
    ],
)
def test_members_of_an_ensemble_have_the_numbers_they_have_alone(gradient, sweep):
    ensemble = fit_ensemble(
        12, seeds=[0, 3], optimiser=optax.sgd if sweep else SGD, sweep=sweep,
        gradient=gradient, **SETTINGS,
    )  # fmt: skip
    for index, member in enumerate(ensemble.members):
        is_slow = member.settings.get("learning_rate") == 0.02
        optimiser = SLOW_SGD if is_slow else SGD
        alone = train(gradient, optimiser, seed=member.seed)
        for a, b in zip(
            jax.tree.leaves(ensemble.member(index).network),
            jax.tree.leaves(alone.network),
            strict=True,
        ):
            # differences of losses divide rounding by the step
            np.testing.assert_allclose(a, b, rtol=1e-8, atol=1e-9)


@pytest.mark.slow
def test_a_resumed_run_has_the_same_bits(tmp_path, clipped):
    def end(report):
        return report.state.step >= 7

    with cj.Checkpoints(tmp_path, every=7) as store:
        first = train(Clipped(LIMIT), checkpoints=store, callback=end)
    assert first.stopped == "callback"
    with cj.Checkpoints(tmp_path, every=7) as store:
        rest = train(Clipped(LIMIT), checkpoints=store, resume=True)
    assert identical(rest.network, clipped.network)
    assert identical(rest.history, clipped.history)
