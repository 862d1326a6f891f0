"""Functions of a network raise one error for every other value."""

import jax
import jax.numpy as jnp
import pytest

import ctrnn_jax as cj
from ctrnn_jax._tree import assemble, with_fields


KEY = jax.random.key(0)
NET = cj.CTRNN(1, 3, 1, dt=10.0, tau=100.0, noise=cj.StepNoise(0.1), key=KEY)
PERTURBED = cj.perturb(NET, cj.perturbations.Lesion([0]))
FUNCTIONS = {
    "noiseless": cj.noiseless,
    "astype": lambda net: cj.astype(net, jnp.float32),
    "replace": lambda net: cj.replace(net, dt=5.0),
    "unconstrained": cj.network.unconstrained,
    "stack": lambda net: cj.stack([net, net]),
    "observe": lambda net: cj.network.observe(net, [0]),
    "effective": cj.effective,
    "violations": cj.violations,
    "dead_synapses": cj.network.dead_synapses,
    "trainable": cj.trainable,
    "weights_of": lambda net: cj.network.weights_of(net, "w_hid"),
    "summary": cj.summary,
    "save": lambda net: cj.save("never_written", net),
}


@pytest.mark.usefixtures("as_for_a_user")
@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_perturbed_network_is_an_error_that_says_what_to_do(name):
    message = (
        r"`nets?(\[0\])?` must be a network; got a Perturbed. Pass a CTRNN or EIRNN. "
        r"Perturb last, as in cj.perturb\(cj.noiseless\(net\), ...\)"
    )
    with pytest.raises(ValueError, match=message):
        FUNCTIONS[name](PERTURBED)


@pytest.mark.usefixtures("as_for_a_user")
@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize(
    ("value", "got"),
    [("net", "'net'"), (None, "None"), (jnp.ones(3), r"float64 of shape \(3,\)")],
)
def test_other_values_are_errors(name, value, got):
    message = rf"`nets?(\[0\])?` must be a network; got {got}. Pass a CTRNN or EIRNN"
    with pytest.raises(ValueError, match=message):
        FUNCTIONS[name](value)


def test_functions_of_one_network_raise_for_a_stack():
    for name in ("replace", "observe", "weights_of", "summary", "save"):
        with pytest.raises(ValueError, match="`net` must be one network; got a stack"):
            FUNCTIONS[name](cj.stack([NET, NET]))


def test_an_unknown_field_is_an_error_that_names_the_class_and_the_closest_field():
    message = "`field of CTRNN` must be a known name; got 'nois'. Did you mean 'noise'"
    with pytest.raises(ValueError, match=message):
        with_fields(NET, nois=None)
    with pytest.raises(ValueError, match=r"`field of Perturbed` .* are 'effects', "):
        with_fields(PERTURBED, noise=None)
    with pytest.raises(ValueError, match=r"`field of Weights` .* got 'w_rec'"):
        assemble(cj.network.Weights, {"w_rec": None})
    assert with_fields(NET, noise=None).noise is None
