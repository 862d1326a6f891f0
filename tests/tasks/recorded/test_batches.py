"""Batches of any iterable train in `fit`, in their order."""

import equinox as eqx
from helpers import close, identical
import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from tasks.judged import as_numpy

import ctrnn_jax as cj
from ctrnn_jax.tasks import from_batches


RNG = np.random.default_rng(6)
STEPS = 6
VALIDATION = RNG.normal(size=(4, STEPS, 2)), RNG.normal(size=(4, STEPS, 3))
BATCHES = [
    (RNG.normal(size=(5, STEPS, 2)), RNG.normal(size=(5, STEPS, 3))) for _ in range(12)
]
KEY = jax.random.key(3)
NET = cj.CTRNN(2, 5, 3, dt=20.0, tau=100.0, key=jax.random.key(1))
SGD = optax.sgd(0.05)


class Loader:
    """An iterable that begins again, as a data loader."""

    def __init__(self, batches):
        self.batches = batches

    def __iter__(self):
        return iter(self.batches)


def batches_of(batches, **options):
    return from_batches(batches, dt=20.0, validation=VALIDATION, **options)


def fit(batches, num_updates, **options):
    options = {"key": KEY, "validate_every": 4, **options}
    return cj.fit(NET, batches, SGD, num_updates=num_updates, **options)


@jax.jit
def gradient(params, u, y, mask):
    def loss(params):
        net = eqx.combine(params, eqx.filter(NET, cj.trainable(NET), inverse=True))
        error = cj.rollout(net, u).outputs - y
        return jnp.sum(mask * error**2) / jnp.sum(mask)

    return jax.value_and_grad(loss)(params)


def losses_of_loop(batches):
    """Return the losses of a plain loop over the batches."""
    params, losses = eqx.filter(NET, cj.trainable(NET)), []
    for u, y, *mask in batches:
        weight = mask[0] if mask else np.ones_like(y)
        value, grads = as_numpy(gradient(params, u, y, weight))
        losses.append(float(value))
        params = jax.tree.map(lambda p, g: p - 0.05 * g, params, grads)
    return losses


def test_each_update_takes_the_next_batch():
    masked = [(u, y, RNG.random(y.shape)) for u, y in BATCHES]
    for batches in (BATCHES, masked):
        result = fit(batches_of(Loader(batches)), 10)
        assert (result.stopped, result.state.step) == ("steps", 10)
        close(result.history.loss, np.asarray(losses_of_loop(batches[:10])))


def test_validation_is_that_of_the_arrays():
    batches = batches_of(BATCHES)
    result = fit(batches, 8)
    outputs = cj.rollout(result.network, VALIDATION[0]).outputs
    error = np.mean((np.asarray(outputs) - VALIDATION[1]) ** 2)
    close(result.history.validation_loss[-1], error)
    spread = np.sum((VALIDATION[1] - VALIDATION[1].mean((0, 1))) ** 2)
    close(result.history.performance[-1], 1.0 - error * VALIDATION[1].size / spread)
    assert (batches.task.n_in, batches.task.n_out, batches.task.dt) == (2, 3, 20.0)


def test_a_loader_begins_again_and_a_generator_ends_training():
    twice = fit(batches_of(Loader(BATCHES[:6])), 12)
    close(twice.history.loss, np.asarray(losses_of_loop(BATCHES[:6] * 2)))
    once = fit(batches_of(iter(BATCHES[:6])), 12)
    assert (once.stopped, once.state.step) == ("data", 6)
    close(once.history.loss, twice.history.loss[:6])
    at_validation = fit(batches_of(iter(BATCHES[:8])), 12)
    assert (at_validation.stopped, at_validation.state.step) == ("data", 8)
    assert at_validation.history.validation_step.tolist() == [4, 8]


def test_batches_may_differ_in_size_and_length():
    """As the last batch of a data loader."""
    uneven = [*BATCHES[:2], tuple(x[:3] for x in BATCHES[2]), *BATCHES[3:5]]
    uneven.append(tuple(x[:, :4] for x in BATCHES[5]))
    result = fit(batches_of(uneven), 6)
    assert result.state.step == 6
    close(result.history.loss, np.asarray(losses_of_loop(uneven)))


def test_trials_and_lists_are_batches():
    def trial(u, y):
        facts = {"t_end": jnp.full(5, STEPS), "is_catch": jnp.zeros(5, bool)}
        arrays = map(jnp.asarray, (u, y, np.ones_like(y)))
        return cj.tasks.Trial(*arrays, facts, {})

    wanted = fit(batches_of(BATCHES), 5).history.loss
    for kinds in (list, lambda pair: trial(*pair)):
        found = fit(batches_of([kinds(pair) for pair in BATCHES]), 5)
        close(found.history.loss, wanted)


def test_training_in_two_parts_and_a_resumed_run_read_the_same_batches(tmp_path):
    whole = fit(batches_of(iter(BATCHES)), 10)
    batches = batches_of(iter(BATCHES))
    part = fit(batches, 5)
    rest = fit(batches, 5, state=part.state, key=None)
    assert identical(as_numpy(rest.network), as_numpy(whole.network))
    with cj.Checkpoints(tmp_path, every=4) as store:
        fit(batches_of(iter(BATCHES)), 4, checkpoints=store)
    with cj.Checkpoints(tmp_path, every=4) as store:
        resumed = fit(batches_of(iter(BATCHES)), 10, checkpoints=store, resume=True)
    assert identical(as_numpy(resumed.network), as_numpy(whole.network))
    with (
        cj.Checkpoints(tmp_path, every=4) as store,
        pytest.raises(ValueError, match="`batches` must yield another batch; got the"),
    ):
        fit(batches_of(iter(BATCHES[:10])), 12, checkpoints=store, resume=True)


def test_a_batch_that_is_not_finite_where_it_counts_ends_training_with_an_error():
    bad = [(u, np.full_like(y, 1e200)) for u, y in BATCHES]
    with pytest.raises(ValueError, match="be finite at the first update"):
        fit(batches_of(bad), 4)
    late = [*BATCHES[:5], *bad]
    result = fit(batches_of(late), 8)
    assert (result.stopped, result.state.step) == ("diverged", 5)
    assert result.divergence is not None
    assert result.divergence.step == 5


@pytest.mark.usefixtures("as_for_a_user")
@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: batches_of([]), "`batches` must yield another batch; got the end"),
        (lambda: batches_of(3), "`batches` must be a list; got 3"),
        (lambda: batches_of([np.ones((5, 6, 2))]), "`batch` must be .inputs, targets."),
        (
            lambda: batches_of([(np.ones((5, 6, 2)),)]),
            "or a cj.tasks.Trial; got .float",
        ),
        (
            lambda: batches_of([(np.ones((5, 6, 3)), np.ones((5, 6, 3)))]),
            "`batch` must have 2 inputs and 3 outputs; got 3 and 3",
        ),
        (
            lambda: batches_of([(np.ones((5, 6)), np.ones((5, 6, 3)))]),
            r"`batch inputs` must have shape \(trials, time, n_in\)",
        ),
        (
            lambda: fit(batches_of([BATCHES[0], (np.nan * BATCHES[0][0],) * 2]), 3),
            "`batch inputs` must be finite; got nan in trial 0, step 0, channel 0",
        ),
        (lambda: fit(batches_of(BATCHES), 3, batch_size=5), "left out with batches"),
        (lambda: from_batches(BATCHES, dt=20.0, validation=()), "`validation` must be"),
    ],
)
def test_wrong_batches_are_errors(make, message):
    with pytest.raises(ValueError, match=message):
        make()
