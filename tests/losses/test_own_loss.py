"""An output loss from outside the package, for targets with missing samples (NaN)."""

import equinox as eqx
from helpers import close, identical
import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import ctrnn_jax as cj


pytestmark = pytest.mark.usefixtures("optax_promotes")


def huber(outputs, targets, mask):
    """The masked mean of Huber errors; missing targets do not count."""
    is_counted = (mask > 0) & jnp.isfinite(targets)
    # replace NaN before the difference: its derivative would be NaN times 0
    error = jnp.abs(outputs - jnp.where(is_counted, targets, 0))
    small, large = 0.5 * error**2, error - 0.5
    weight = jnp.where(is_counted, mask, 0)
    return jnp.sum(weight * jnp.where(error < 1, small, large)) / jnp.sum(weight)


class Follow(cj.tasks.AbstractTask):
    """The output follows the input; every third sample of the target is missing."""

    dt: float = eqx.field(default=20.0, static=True)
    input_names: tuple[str, ...] = eqx.field(default=("x",), static=True)
    output_names: tuple[str, ...] = eqx.field(default=("y",), static=True)
    n_steps: int = eqx.field(default=9, static=True)
    n_conditions: int = eqx.field(default=1, static=True)

    def render(self, condition, key):
        x = 3 * jax.random.normal(key, (self.n_steps, 1))
        is_missing = jnp.arange(self.n_steps)[:, None] % 3 == 1
        return cj.tasks.Trial(
            inputs=x,
            targets=jnp.where(is_missing, jnp.nan, x),
            mask=jnp.ones_like(x).at[0].set(0.0).at[-1].set(2.0),
            conditions={
                "t_end": jnp.asarray(self.n_steps),
                "is_catch": jnp.asarray(False),
            },
            epochs={},
        )

    def score(self, outputs, trials):
        return jnp.ones(outputs.shape[:-2])


TASK = Follow()
NET = cj.CTRNN(1, 6, 1, dt=20.0, tau=40.0, key=jax.random.key(0), activation="tanh")
TRIALS = TASK.batch(jax.random.key(1), 4)
ADAM = optax.adam(1e-2)
HUBER = cj.Loss(huber)


def by_loops(outputs):
    """The loss and its derivative by the outputs, by loops over trials and steps."""
    total, weight, slopes = 0.0, 0.0, np.zeros(outputs.shape)
    for index in np.ndindex(outputs.shape):
        target, mask = (float(x[index]) for x in (TRIALS.targets, TRIALS.mask))
        if mask == 0 or np.isnan(target):
            continue
        error = float(outputs[index]) - target
        is_small = abs(error) < 1
        total += mask * (error**2 / 2 if is_small else abs(error) - 0.5)
        slopes[index] = mask * (error if is_small else np.sign(error))
        weight += mask
    return total / weight, slopes / weight


def test_its_value_and_gradient_are_those_of_loops():
    assert np.isnan(TRIALS.targets).any()
    outputs = 2 * np.random.default_rng(0).normal(size=TRIALS.targets.shape)
    of_outputs = eqx.filter_jit(jax.value_and_grad(HUBER.of_outputs, 1))
    value, slopes = of_outputs(TASK, outputs, TRIALS)
    expected, expected_slopes = by_loops(outputs)
    close(value, np.asarray(expected))
    close(slopes, expected_slopes)
    # that of the package has no rule for missing targets: mask them out and replace
    own = eqx.filter_jit(cj.Loss().of_outputs)
    assert np.isnan(own(TASK, outputs, TRIALS))


def train(loss, num_updates=40, **options):
    options = {"key": jax.random.key(2), "validate_every": 20} | options
    return cj.fit(
        NET, TASK, ADAM, num_updates=num_updates, batch_size=8, validation_size=4,
        loss=loss, **options,
    )  # fmt: skip


@pytest.mark.slow
def test_fit_learns_with_it():
    alone = train(huber)
    assert np.isfinite(alone.history.loss).all()
    assert alone.history.loss[-5:].mean() < alone.history.loss[:5].mean()
    assert np.isfinite(alone.history.validation_loss).all()
    assert identical(train(HUBER).network, alone.network)


@pytest.mark.slow
def test_fit_learns_with_it_beside_a_penalty():
    alone = train(huber)
    both = train(cj.Loss(huber, rates=cj.penalties.RateL2(0.5))).history
    close(both.terms["task"][0], alone.history.loss[0])
    close(both.terms["task"] + both.terms["rates"], both.loss)


@pytest.mark.slow
def test_an_ensemble_learns_with_it():
    ensemble = cj.fit_ensemble(
        lambda key: NET, TASK, optax.adam(1e-2), seeds=[5, 6], num_updates=4,
        batch_size=8, validate_every=4, validation_size=4, loss=huber,
    )  # fmt: skip
    for index, seed in enumerate((5, 6)):
        key = jax.random.split(jax.random.key(seed))[1]
        alone = train(huber, num_updates=4, validate_every=4, key=key)
        close(ensemble.member(index).history.loss, alone.history.loss)
        close(ensemble.member(index).network, alone.network, scale=10)
