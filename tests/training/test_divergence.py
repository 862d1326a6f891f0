"""The report of a divergence names the first array that is not finite."""

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from training.problem import ENERGY, fit, make

import ctrnn_jax as cj


STEPS, CHANNELS = 8, 2


PARTS = ("inputs", "targets", "mask")


class Broken(cj.tasks.AbstractTask):
    """Two inputs and two targets of constants, to which a number is added at a step.

    `added` has a number for each of `PARTS`. The mask is 0 at the first step only.
    """

    added: Array
    step: Array
    dt: float = eqx.field(static=True, default=20.0)

    input_names = ("first", "second")
    output_names = ("first", "second")
    main_condition = "kind"

    @property
    def n_steps(self):
        return STEPS

    @property
    def n_conditions(self):
        return 1

    def render(self, condition, key):
        ones = jnp.ones((STEPS, CHANNELS))
        is_step = (jnp.arange(STEPS) == self.step)[:, None]
        mask = jnp.where((jnp.arange(STEPS) == 0)[:, None], jnp.zeros_like(ones), ones)
        values = zip(PARTS, (ones, 0.5 * ones, mask), self.added, strict=True)
        arrays = {name: jnp.where(is_step, x + nan, x) for name, x, nan in values}
        conditions = {"kind": 0, "t_end": STEPS, "is_catch": False}
        conditions = {name: jnp.asarray(x) for name, x in conditions.items()}
        epochs = {"answer": jnp.asarray([0, STEPS])}
        return cj.tasks.Trial(**arrays, conditions=conditions, epochs=epochs)

    def score(self, outputs, trials):
        return jnp.zeros_like(outputs[:, 0, 0])


def train_with_nan(part, step):
    """Make one update on a batch of 4 trials in which a part is NaN at a step."""
    added = np.where(np.asarray(PARTS) == part, np.nan, 0.0)
    task = Broken(jnp.asarray(added), jnp.asarray(step))
    return fit(1, task=task, validate_every=1, validation_size=1)


@pytest.mark.parametrize("part", PARTS)
def test_trials_that_are_not_finite_are_named(part):
    message = rf"update 0: loss nan; first not finite: {part} \(8 entries\); "
    with pytest.raises(ValueError, match=message):
        train_with_nan(part, 3)


def test_targets_without_a_weight_may_be_nan():
    assert np.isfinite(train_with_nan("targets", 0).history.loss).all()


def test_weights_that_are_not_finite_are_named():
    """They cannot come from training, which keeps the last finite network."""
    net = make(jax.random.key(0))
    w_in = np.asarray(net.raw.w_in).copy()
    w_in[0, 0] = np.nan
    net = eqx.tree_at(lambda n: n.raw.w_in, net, jnp.asarray(w_in))
    with pytest.raises(ValueError, match=r"first not finite: w_in \(1 entries\)"):
        fit(1, net=net)


def test_potentials_that_overflow_are_named():
    """After an update of 1e200, which is still finite."""
    result = fit(5, optimiser=optax.sgd(1e200))
    assert (result.stopped, result.state.step) == ("diverged", 1)
    divergence = result.divergence
    assert divergence is not None
    assert list(divergence.values) == ["potentials", "outputs"]
    assert "first not finite: potentials (" in str(divergence)


def test_a_penalty_that_is_not_finite_is_named():
    """Then no array that enters the loss is."""
    weight = jnp.asarray(jnp.nan)
    never_finite = eqx.tree_at(lambda x: x.penalties["energy"].weight, ENERGY, weight)
    message = r"got update 0: loss nan; not finite in energy; gradient not finite"
    with pytest.raises(ValueError, match=message):
        fit(20, loss=never_finite)
