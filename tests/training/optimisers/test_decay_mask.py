"""Weight decay where a raw parameter of zero is a weight of zero, and nowhere else."""

import jax
import numpy as np
import optax
import pytest

import ctrnn_jax as cj
from ctrnn_jax.constraints import Bounded, Fixed, LowRank, Softplus
from ctrnn_jax.training import decay_mask


KEY = jax.random.key(0)
UNITS = {"dt": 20.0, "tau": 100.0, "key": KEY}
FREE = {"w_in", "w_hid", "w_out"}


def decaying(net):
    """Return the names of the weights of which all parameters decay."""
    leaves = {name: jax.tree.leaves(x) for name, x in vars(decay_mask(net).raw).items()}
    return {name for name, x in leaves.items() if x and all(x)}


def test_matrices_decay_and_biases_and_times_do_not():
    options = {"train_tau": True, "train_v0": True, **UNITS}
    assert decaying(cj.EIRNN(2, 8, 1, **options)) == FREE
    assert decaying(cj.CTRNN(2, 8, 1, **options)) == FREE
    # parameters that do not train have no entry
    assert decay_mask(cj.CTRNN(2, 8, 1, **UNITS)).raw.v0 is None


def test_weights_that_are_not_zero_for_zero_parameters_do_not_decay():
    assert decaying(cj.EIRNN(2, 8, 1, sign_map=Softplus(), **UNITS)) == set()

    def constrained(constraint, **options):
        constraints = {"w_hid": constraint}
        return cj.CTRNN(2, 8, 1, constraints=constraints, **options, **UNITS)

    constant = cj.initialisers.Constant(0.7)
    bounded = constrained(Bounded(0.5, 1.0), w_hid=constant)
    assert decaying(bounded) == FREE - {"w_hid"}
    assert decaying(constrained(Bounded(-1.0, 1.0))) == FREE
    # fixed weights are not zero, but do not train
    assert decaying(constrained(Fixed(np.diag(np.full(8, 0.1))))) == FREE
    assert decaying(constrained(LowRank(2))) == FREE


def test_decay_in_fit_leaves_the_others_as_they_would_be(optax_promotes):
    """One update without a gradient: weights shrink by rate * decay, tau stays."""
    task = cj.tasks.PerceptualDecision(dt=20.0)
    net = cj.EIRNN(2, 8, 2, train_tau=True, **UNITS)

    def fit(optimiser):
        result = cj.fit(net, task, optimiser, num_updates=1, batch_size=2, key=KEY)
        return result.network.raw

    decay = optax.add_decayed_weights(0.5, mask=decay_mask(net))
    raw = fit(optax.chain(optax.scale(0.0), decay, optax.scale(-1.0)))
    for name in ("w_in", "w_hid", "w_out"):
        np.testing.assert_allclose(getattr(raw, name), getattr(net.raw, name) / 2)
    for name in ("b_hid", "b_out", "tau"):
        assert np.array_equal(getattr(raw, name), getattr(net.raw, name))


@pytest.mark.usefixtures("as_for_a_user")
def test_another_object_is_an_error():
    with pytest.raises(ValueError, match="`net` must be a network"):
        decay_mask("net")
