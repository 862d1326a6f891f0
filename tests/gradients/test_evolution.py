"""Evolution strategies: unbiased estimates from values of the loss alone."""

import functools

import equinox as eqx
from helpers import close, has_float64, identical, STANDARD_ERRORS
import jax
import jax.numpy as jnp
import numpy as np
import pytest

import ctrnn_jax as cj
from ctrnn_jax import Loss
from ctrnn_jax.gradients import BPTT, EvolutionStrategy, Problem
from ctrnn_jax.gradients._evolution import centred_ranks
from ctrnn_jax.penalties import AbstractPenalty
from ctrnn_jax.training._train_step import in_dtype


TASK = cj.tasks.PerceptualDecision(
    fixation=20.0, stimulus=40.0, decision=40.0, catch=100.0
)


def small(**options):
    settings = {"dt": 20.0, "tau": 40.0, "key": jax.random.key(0), **options}
    return cj.CTRNN(2, 3, 2, **settings)


KEY = jax.random.key(2)


@eqx.filter_jit
def run(estimator, net, trials, key, loss):
    """Loss, terms, and the gradient as one flat array; for one key or many."""
    params, static = eqx.partition(net, cj.trainable(net))

    def with_key(key):
        value, terms, grads = estimator(
            params, static, Problem(trials, key, TASK, loss)
        )
        return (
            value,
            terms,
            jnp.concatenate([x.ravel() for x in jax.tree.leaves(grads)]),
        )

    return jax.vmap(with_key)(key) if key.ndim else with_key(key)


@functools.cache
def draw_trials():
    return jax.jit(lambda: TASK.batch(jax.random.key(1), 2))()


def estimate(estimator, net, loss, key=KEY):
    trials = in_dtype(draw_trials(), net)
    return run(estimator, net, trials, key, loss)


def zero_loss(outputs, targets, mask):
    return jnp.asarray(0.0, outputs.dtype)


class OfWeights(AbstractPenalty):
    """A function of raw parameters x alone: `x' A x / 2 + b' x`.

    `through` is an optional function to apply to it.
    """

    matrix: jax.Array
    vector: jax.Array
    through: object = eqx.field(static=True, default=None)

    def __call__(self, net, traj, trials, output_loss):
        raw = jax.tree.leaves(eqx.filter(net, cj.trainable(net)))
        x = jnp.concatenate([part.ravel() for part in raw])
        value = 0.5 * x @ self.matrix @ x + self.vector @ x
        return value if self.through is None else self.through(value)


P = 2 * 3 + 3 * 3 + 3 + 2 * 3 + 2  # parameters of `small`


def quadratic(seed=0, curvature=1.0, through=None):
    rng = np.random.default_rng(seed)
    a = rng.normal(size=(P, P))
    matrix = jnp.asarray(curvature * (a + a.T) / 2)
    vector = jnp.asarray(rng.normal(size=P))
    penalty = OfWeights(1.0, matrix, vector, through)
    return Loss(zero_loss, weights=penalty)


def test_it_is_unbiased_for_a_quadratic():
    """The mean of many estimates, to 5 of its standard errors, at any sigma."""
    net, loss = small(), quadratic()
    exact = estimate(BPTT(), net, loss)[2]
    keys = jax.random.split(jax.random.key(3), 4000)
    estimates = np.asarray(estimate(EvolutionStrategy(0.7, 2), net, loss, keys)[2])
    error = estimates.std(axis=0) / np.sqrt(len(keys))
    assert np.all(np.abs(estimates.mean(axis=0) - exact) < STANDARD_ERRORS * error)
    # the errors are small enough to show a bias
    assert np.linalg.norm(error) < 0.1 * np.linalg.norm(exact)


def test_each_pair_has_another_direction():
    loss = quadratic(curvature=0.0)
    one, two = (estimate(EvolutionStrategy(0.1, n), small(), loss)[2] for n in (1, 2))
    # of a linear loss, one pair gives a multiple of its direction
    cosine = one @ two / jnp.sqrt((one @ one) * (two @ two))
    assert abs(cosine) < 0.99


@pytest.mark.slow
def test_small_perturbations_of_many_pairs_give_the_gradient():
    """Of the task's loss of a noisy network: cosine 1 / sqrt(1 + P / K)."""
    net = small(noise=cj.DiffusionNoise(0.1))
    value, terms, exact = estimate(BPTT(), net, Loss())
    result = estimate(EvolutionStrategy(1e-4, 4000, batch_size=500), net, Loss())
    close(result[:2], (value, terms))  # those of the unperturbed network
    estimated = result[2]
    norm, exact_norm = np.linalg.norm(estimated), np.linalg.norm(exact)
    assert exact @ estimated / exact_norm / norm > 0.99
    assert abs(norm / exact_norm - 1) < 0.1


def test_error_of_a_finite_sigma_falls_with_its_square():
    """Compared with a linear loss of the same gradient, in the same directions."""
    net = small()
    slope = estimate(BPTT(), net, Loss())[2]
    linear = quadratic(curvature=0.0)
    penalty = eqx.tree_at(lambda p: p.vector, linear.penalties["weights"], slope)
    linear = Loss(linear.task, weights=penalty)
    errors = []
    for sigma in (0.02, 0.01):
        estimator = EvolutionStrategy(sigma, 10)
        of_linear = estimate(estimator, net, linear)[2]
        of_loss = estimate(estimator, net, Loss())[2]
        errors.append(np.abs(of_loss - of_linear).max())
    assert 3.5 < errors[0] / errors[1] < 4.5
    assert errors[1] < 1e-3 * np.abs(slope).max()


def test_the_number_of_pairs_at_the_same_time_changes_nothing():
    net = small(noise=cj.DiffusionNoise(0.1))
    estimators = [EvolutionStrategy(0.1, 10, batch_size=b) for b in (None, 4)]
    close(*[estimate(estimator, net, Loss()) for estimator in estimators])


def test_perturbed_networks_share_trials_and_noise():
    """Otherwise losses would differ for tiny perturbations, and estimates explode."""
    net = small(noise=cj.DiffusionNoise(2.0))
    exact = estimate(BPTT(), net, Loss())[2]
    estimated = estimate(EvolutionStrategy(1e-6, 10), net, Loss())[2]
    assert np.linalg.norm(estimated) < 10 * np.linalg.norm(exact)


def test_perturbations_are_not_the_noise():
    """The key of perturbations differs from that of every trial.

    The estimate of one pair is along its direction, which is drawn from a separate
    key: from that of the first trial it would be parallel to the draws of the latter.
    """
    key = jax.random.key(2)
    counts = np.array([*range(100), 2**32 - 1], np.uint32)
    keys = jax.vmap(lambda i: jax.random.key_data(jax.random.fold_in(key, i)))(counts)
    assert len(np.unique(np.asarray(keys), axis=0)) == 101
    estimated = estimate(EvolutionStrategy(0.1, 1), small(), quadratic(), key)[2]
    noise = jax.random.normal(jax.random.fold_in(key, 0), (P,))
    cosine = estimated @ noise / np.linalg.norm(estimated) / np.linalg.norm(noise)
    assert abs(cosine) < 0.9


def cubed(x):
    return x**3


def exponential(x):
    return 7.0 * jnp.exp(x / 5) - 100.0


def test_ranks_do_not_depend_on_the_scale_of_the_loss():
    net, estimator = small(), EvolutionStrategy(0.3, 12, shaping="ranks")
    direction = estimate(estimator, net, quadratic())[2]
    for through in (cubed, exponential):
        close(estimate(estimator, net, quadratic(through=through))[2], direction)
    # the direction is at an acute angle to the gradient
    assert direction @ estimate(BPTT(), net, quadratic())[2] > 0


def test_equal_values_share_their_mean_rank():
    ranks = jax.jit(centred_ranks)(jnp.array([[3.0, -1.0], [7.0, 3.0], [3.0, jnp.inf]]))
    close(ranks, jnp.array([[-0.1, -0.5], [0.3, -0.1], [-0.1, 0.5]]))


def test_the_loss_need_not_be_differentiable():
    """The gradient of the fraction of mistakes is 0, its estimate is not."""

    def mistakes(outputs, targets, mask):
        chosen = jnp.argmax(outputs, axis=-1)
        wrong = chosen != jnp.argmax(targets, axis=-1)
        return jnp.mean(wrong.astype(outputs.dtype))

    net = small()
    assert not np.any(estimate(BPTT(), net, Loss(mistakes))[2])
    assert np.any(estimate(EvolutionStrategy(0.5, 50), net, Loss(mistakes))[2])


def test_equal_losses_give_no_update():
    estimator = EvolutionStrategy(0.5, 12, shaping="ranks")
    assert not np.any(estimate(estimator, small(), Loss(zero_loss))[2])


@pytest.mark.slow
def test_float32_stays_float32():
    estimator = EvolutionStrategy(0.1, 3, shaping="ranks")
    net = small(dtype=jnp.float32)
    result = estimate(estimator, net, Loss())
    assert not has_float64(result)
    assert identical(result, estimate(estimator, net, Loss()))


@pytest.mark.usefixtures("as_for_a_user")
@pytest.mark.parametrize(
    ("sigma", "pairs", "options", "message"),
    [
        (0.0, 2, {}, "`sigma` must be positive"),
        (0.1, 0, {}, "`pairs` must be a whole number, at least 1"),
        (0.1, 2, {"shaping": "rank"}, "Did you mean 'ranks'"),
        (0.1, 2, {"batch_size": 0}, "`batch_size` must be a whole number"),
    ],
)
def test_invalid_arguments_are_errors(sigma, pairs, options, message):
    with pytest.raises(ValueError, match=message):
        EvolutionStrategy(sigma, pairs, **options)
