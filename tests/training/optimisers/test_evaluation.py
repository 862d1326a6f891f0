"""Optimisers that evaluate elsewhere than they train, and optimisers that cannot work.

`optax.contrib.schedule_free`, `optax.lookahead`, `optax.contrib.sam`.
"""

from typing import Any

import canonical
import equinox as eqx
from helpers import close, identical
import jax
import numpy as np
import optax
import pytest
from training.problem import fit, fit_ensemble, keys_of, make, SETTINGS, TASK

import ctrnn_jax as cj
from ctrnn_jax.training._compiled_updates import validate_compiled, Validation


pytestmark = pytest.mark.usefixtures("optax_promotes")
RATE = 0.3
FREE = optax.contrib.schedule_free_sgd(RATE, b1=0.8)
CHAINED = optax.chain(optax.clip_by_global_norm(1e3), FREE)


def raw(net):
    return jax.tree.leaves(eqx.filter(net, cj.trainable(net)))


def points(optimiser, count, seed=0):
    """Return the state of the optimiser after each update of `fit`, and gradients."""
    net_key, key = keys_of(seed)
    net, key = make(net_key), jax.random.split(key)[0]
    opt_state: Any = cj.training.init_optimiser(net, optimiser)
    update = eqx.filter_jit(cj.train_step)
    for i in range(count):
        net, opt_state, _ = update(
            net, opt_state, task=TASK, optimiser=optimiser, batch_size=4,
            key=jax.random.fold_in(key, i),
        )  # fmt: skip
        yield net, opt_state


@pytest.fixture(scope="module")
def whole():
    with jax.numpy_dtype_promotion("standard"):
        return fit(7, optimiser=CHAINED)


def test_schedule_free_returns_the_mean_of_its_steps(whole):
    """Defazio et al. (2024), eqs. 3-5: x_t = mean(z_1 ... z_t), y = 0.2 z + 0.8 x."""
    steps = [jax.tree.leaves(state[1].z) for _, state in points(CHAINED, 7)]
    mean = [np.mean(x, axis=0) for x in zip(*steps, strict=True)]
    close(raw(whole.network), mean, scale=100)
    point = [0.2 * z + 0.8 * x for z, x in zip(steps[-1], mean, strict=True)]
    close(raw(whole.state.network), point, scale=100)
    assert not identical(raw(whole.network), raw(whole.state.network))
    assert int(cj.violations(whole.network)) == 0


def test_validations_and_the_best_network_are_at_the_evaluation_point(whole):
    part = fit(5, optimiser=CHAINED)
    assert identical(part.best.network, part.network)
    assert identical(whole.best.network, part.network)
    key = jax.random.split(keys_of(0)[1])[1]
    settings = Validation(TASK, cj.Loss(), SETTINGS["validation_size"])
    step = np.asarray(5, np.int32)
    loss = validate_compiled(part.network, key, step, settings).loss
    assert float(loss) == part.history.validation_loss[0]


def test_training_continues_from_the_training_point_bit_for_bit(tmp_path, whole):
    part = fit(4, optimiser=CHAINED)
    rest = fit(3, net=part.network, optimiser=CHAINED, state=part.state, key=None)
    assert identical(rest.network, whole.network)
    assert identical(rest.state, whole.state)
    with cj.Checkpoints(tmp_path, every=2) as store:
        fit(
            7, optimiser=CHAINED, checkpoints=store,
            callback=lambda report: report.state.step >= 4,
        )  # fmt: skip
    with cj.Checkpoints(tmp_path, every=2) as store:
        resumed = fit(7, optimiser=CHAINED, checkpoints=store, resume=True)
    assert identical(resumed.network, whole.network)
    assert identical(resumed.state, whole.state)


def test_only_a_part_of_the_parameters_may_be_schedule_free():
    def labels(params):
        return jax.tree.map(lambda x: "free" if x.ndim > 1 else "sgd", params)

    optimiser = optax.partition({"free": FREE, "sgd": optax.sgd(RATE)}, labels)
    result = fit(3, optimiser=optimiser)
    same = [
        identical(a, b)
        for a, b in zip(raw(result.network), raw(result.state.network), strict=True)
    ]
    assert same == [x.ndim < 2 for x in raw(result.network)]


@pytest.mark.slow
def test_members_of_an_ensemble_are_at_the_evaluation_point(whole):
    ensemble = fit_ensemble(7, seeds=(0, 1), optimiser=CHAINED)
    close(raw(ensemble.member(0).network), raw(whole.network), scale=100)
    first = jax.tree.map(lambda x: x[0], ensemble.networks)
    close(raw(first), raw(ensemble.member(0).network), scale=100)
    best = jax.tree.map(lambda x: x[0], ensemble.state.best.network)
    close(raw(best), raw(whole.best.network), scale=100)


def test_lookahead_returns_the_slow_parameters():
    """Zhang et al. (2019), algorithm 1, with k = 2 and alpha = 0.5."""
    optimiser = optax.lookahead(optax.sgd(RATE), 2, 0.5)
    results = [fit(n, optimiser=optimiser) for n in (1, 2, 3)]
    start = raw(make(keys_of(0)[0]))
    fast = [raw(net) for net, _ in points(optax.sgd(RATE), 2)]
    assert identical(raw(results[0].network), start)
    close(raw(results[0].state.network), fast[0])
    slow = [0.5 * (a + b) for a, b in zip(start, fast[1], strict=True)]
    close(raw(results[1].network), slow)
    close(raw(results[1].state.network), slow)
    assert identical(raw(results[2].network), raw(results[1].network))
    assert not identical(raw(results[2].network), raw(results[2].state.network))
    assert int(cj.violations(results[2].network)) == 0


def test_lookahead_in_train_step_needs_its_slow_parameters():
    net, optimiser = canonical.eirnn(), optax.lookahead(optax.sgd(RATE), 2, 0.5)
    opt_state = optimiser.init(eqx.filter(net, cj.trainable(net)))
    with pytest.raises(
        ValueError, match="`opt_state` must be a state of this optimiser"
    ):
        cj.train_step(
            net, opt_state, task=TASK, optimiser=optimiser, batch_size=4,
            key=jax.random.key(0),
        )  # fmt: skip


def sam(**options):
    ascent = optax.chain(optax.contrib.normalize(), optax.sgd(0.05))
    return optax.contrib.sam(optax.sgd(RATE), ascent, **options)


def test_sam_returns_the_parameters_of_the_outer_optimiser():
    """Foret et al. (2021), algorithm 1; the ascent is a separate update in optax."""
    first, second = (fit(n, optimiser=sam()) for n in (1, 2))
    assert identical(raw(first.network), raw(make(keys_of(0)[0])))
    ascent = [
        np.asarray(a - b)
        for a, b in zip(raw(first.state.network), raw(first.network), strict=True)
    ]
    norm = np.sqrt(sum(np.sum(x**2) for x in ascent))
    np.testing.assert_allclose(norm, 0.05, rtol=1e-10)
    assert identical(second.network, second.state.network)


def test_sam_in_opaque_mode_takes_the_gradient_at_the_end_of_the_ascent():
    """Foret et al. (2021), eq. 3, on the same trials."""
    sgd, (net_key, key) = optax.sgd(RATE), keys_of(0)
    net = make(net_key)
    params, static = eqx.partition(net, cj.trainable(net))

    def descent(params):
        """Return the parameters before an update minus those after it."""
        new, _, _ = eqx.filter_jit(cj.train_step)(
            eqx.combine(params, static), sgd.init(params), task=TASK, optimiser=sgd,
            batch_size=4, key=jax.random.fold_in(jax.random.split(key)[0], 0),
        )  # fmt: skip
        after = eqx.filter(new, cj.trainable(new))
        return jax.tree.map(lambda a, b: a - b, params, after)

    first = descent(params)
    scale = 0.05 / optax.tree.norm(first)
    second = descent(jax.tree.map(lambda x, g: x + scale * g, params, first))
    expected = jax.tree.map(lambda x, g: x - g, params, second)
    result = fit(1, optimiser=sam(opaque_mode=True))
    assert identical(result.network, result.state.network)
    close(raw(result.network), jax.tree.leaves(expected), scale=100)


def has_no_parameters(params: Any):
    return params.parameters


@pytest.mark.parametrize(
    ("optimiser", "message"),
    [
        (
            optax.contrib.differentially_private_aggregate(
                1.0, 0.1, key=jax.random.key(0)
            ),
            "`optimiser` must work with the mean gradient .* got ValueError",
        ),
        (
            optax.stateless(lambda grads, params: jax.tree.map(np.square, grads)),
            "`optimiser` must use jax.numpy; got a traced array",
        ),
        (
            optax.chain(optax.clip(1.0), sam()),
            "`optimiser` must work with .* got TypeError",
        ),
        (
            optax.chain(optax.sgd(0.1), optax.monitor({"norm": optax.tree.norm})),
            "`optimiser` must keep the structure of its state",
        ),
        (
            optax.measure_with_ema(optax.tree.norm, 0.9),
            "`optimiser` must return an update of each parameter",
        ),
        (
            optax.GradientTransformation(has_no_parameters, optax.sgd(0.1).update),
            "`optimiser` must work with .* got AttributeError",
        ),
    ],
)
def test_optimisers_that_cannot_work_are_errors(optimiser, message):
    with pytest.raises(ValueError, match=message):
        fit(1, optimiser=optimiser)
