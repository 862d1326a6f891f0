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
from ctrnn_jax.penalties import AbstractPenalty, penalty_weight
from ctrnn_jax.training._train_step import in_dtype


TASK = cj.tasks.PerceptualDecision(
    fixation=20.0, stimulus=40.0, decision=40.0, catch=100.0
)


def small(**options):
    settings = {"dt": 20.0, "tau": 40.0, "key": jax.random.key(0), **options}
    return cj.CTRNN(2, 3, 2, **settings)


KEY = jax.random.key(2)


@eqx.filter_jit
def run(way, net, trials, key, loss):
    """(loss, terms, gradient), the gradient as one flat array; of many keys."""
    params, static = eqx.partition(net, cj.trainable(net))

    def with_key(key):
        value, terms, grads = way(params, static, Problem(trials, key, TASK, loss))
        return (
            value,
            terms,
            jnp.concatenate([x.ravel() for x in jax.tree.leaves(grads)]),
        )

    return jax.vmap(with_key)(key) if key.ndim else with_key(key)


def estimate(way, net, loss, key=KEY):
    return run(way, net, in_dtype(TASK.batch(jax.random.key(1), 2), net), key, loss)


def nothing(outputs, targets, mask):
    return jnp.asarray(0.0, outputs.dtype)


class OfWeights(AbstractPenalty):
    """A function of raw parameters x alone: `x' A x / 2 + b' x`, through another."""

    weight: jax.Array
    matrix: jax.Array
    vector: jax.Array
    through: object = eqx.field(static=True, default=None)

    def __call__(self, net, traj, trials, cost):
        raw = jax.tree.leaves(eqx.filter(net, cj.trainable(net)))
        x = jnp.concatenate([part.ravel() for part in raw])
        value = 0.5 * x @ self.matrix @ x + self.vector @ x
        return value if self.through is None else self.through(value)


P = 2 * 3 + 3 * 3 + 3 + 2 * 3 + 2  # parameters of `small`


def quadratic(seed=0, curvature=1.0, through=None):
    rng = np.random.default_rng(seed)
    a = rng.normal(size=(P, P))
    matrix = jnp.asarray(curvature * (a + a.T) / 2)
    cost = OfWeights(
        penalty_weight(1.0), matrix, jnp.asarray(rng.normal(size=P)), through
    )
    return Loss(nothing, weights=cost)


def test_it_is_unbiased_for_a_quadratic():
    """The mean of many estimates, to 5 of its standard errors, at any sigma."""
    net, loss = small(), quadratic()
    exact = estimate(BPTT(), net, loss)[2]
    keys = jax.random.split(jax.random.key(3), 4000)
    found = np.asarray(estimate(EvolutionStrategy(0.7, 2), net, loss, keys)[2])
    error = found.std(axis=0) / np.sqrt(len(keys))
    assert np.all(np.abs(found.mean(axis=0) - exact) < STANDARD_ERRORS * error)
    assert np.linalg.norm(error) < 0.1 * np.linalg.norm(exact)  # it would be seen


def test_small_perturbations_of_many_pairs_give_the_gradient():
    """Of the task's loss of a noisy network: cosine 1 / sqrt(1 + P / K)."""
    net = small(noise=cj.DiffusionNoise(0.1))
    value, terms, exact = estimate(BPTT(), net, Loss())
    got = estimate(EvolutionStrategy(1e-4, 4000, batch_size=500), net, Loss())
    close(got[:2], (value, terms))  # of the network as it is
    cosine = lambda a, b: a @ b / np.linalg.norm(a) / np.linalg.norm(b)
    assert cosine(exact, got[2]) > 0.99
    ratio = np.linalg.norm(got[2]) / np.linalg.norm(exact)
    assert abs(ratio - 1) < 0.1


def test_error_of_a_finite_sigma_falls_with_its_square():
    """Against the slopes in the same directions, from a loss that is linear."""
    net = small()
    slope = estimate(BPTT(), net, Loss())[2]
    linear = quadratic(curvature=0.0)
    cost = eqx.tree_at(lambda c: c.vector, linear.penalties["weights"], slope)
    linear = Loss(linear.task, weights=cost)
    errors = []
    for sigma in (0.02, 0.01):
        slopes = estimate(EvolutionStrategy(sigma, 40), net, linear)[2]
        found = estimate(EvolutionStrategy(sigma, 40), net, Loss())[2]
        errors.append(np.abs(found - slopes).max())
    assert 3.5 < errors[0] / errors[1] < 4.5
    assert errors[1] < 1e-3 * np.abs(slope).max()


def test_pairs_side_by_side_or_in_turn_are_the_same():
    net = small(noise=cj.DiffusionNoise(0.1))
    ways = [EvolutionStrategy(0.1, 10, batch_size=b) for b in (None, 4)]
    close(*[estimate(way, net, Loss()) for way in ways])


def test_members_share_trials_and_noise():
    """Without it, losses differ for vanishing perturbations, and estimates explode."""
    net = small(noise=cj.DiffusionNoise(2.0))
    exact = estimate(BPTT(), net, Loss())[2]
    found = estimate(EvolutionStrategy(1e-6, 10), net, Loss())[2]
    assert np.linalg.norm(found) < 10 * np.linalg.norm(exact)


def test_perturbations_are_not_the_noise():
    """Keys of perturbations are none of a trial: no draw of theirs is one of noise."""
    key, seen = jax.random.key(2), {}
    for i in (*range(100), 2**32 - 1):
        words = jax.random.key_data(jax.random.fold_in(key, np.uint32(i)))
        seen[tuple(np.asarray(words).tolist())] = i
    assert len(seen) == 101


def cubed(x):
    return x**3


def exponential(x):
    return 7.0 * jnp.exp(x / 5) - 100.0


def test_ranks_do_not_depend_on_the_scale_of_the_loss():
    net, way = small(), EvolutionStrategy(0.3, 12, shaping="ranks")
    found = estimate(way, net, quadratic())[2]
    for through in (cubed, exponential):
        close(estimate(way, net, quadratic(through=through))[2], found)
    # and they point where the gradient does
    assert found @ estimate(BPTT(), net, quadratic())[2] > 0


def test_ranks_by_hand():
    ranks = centred_ranks(jnp.array([[3.0, -1.0], [7.0, 3.0], [3.0, jnp.inf]]))
    close(ranks, jnp.array([[-0.1, -0.5], [0.3, -0.1], [-0.1, 0.5]]))


def test_losses_need_no_derivative():
    """The fraction of wrong choices: its gradient vanishes, its estimate does not."""

    def mistakes(outputs, targets, mask):
        chosen = jnp.argmax(outputs, axis=-1)
        wrong = chosen != jnp.argmax(targets, axis=-1)
        return jnp.mean(wrong.astype(outputs.dtype))

    net = small()
    assert not np.any(estimate(BPTT(), net, Loss(mistakes))[2])
    assert np.any(estimate(EvolutionStrategy(0.5, 50), net, Loss(mistakes))[2])


def test_members_that_do_not_differ_move_nothing():
    way = EvolutionStrategy(0.5, 12, shaping="ranks")
    assert not np.any(estimate(way, small(), Loss(nothing))[2])


def test_float32_stays_float32():
    way = EvolutionStrategy(0.1, 3, shaping="ranks")
    net = small(dtype=jnp.float32)
    result = estimate(way, net, Loss())
    assert not has_float64(result)
    assert identical(result, estimate(way, net, Loss()))


@pytest.mark.parametrize(
    ("sigma", "pairs", "options", "message"),
    [
        (0.0, 2, {}, "`sigma` must be positive"),
        (0.1, 0, {}, "`pairs` must be a whole number, at least 1"),
        (0.1, 2, {"shaping": "rank"}, "Did you mean 'ranks'"),
        (0.1, 2, {"batch_size": 0}, "`batch_size` must be a whole number"),
    ],
)
def test_bad_arguments_are_refused(sigma, pairs, options, message):
    with pytest.raises(ValueError, match=message):
        EvolutionStrategy(sigma, pairs, **options)
