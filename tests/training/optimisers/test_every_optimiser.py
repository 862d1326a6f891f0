"""Every optimiser and transformation of optax trains in `fit`, or is an error in words.

New ones of later versions of optax are in the list by themselves.
"""

import inspect

import equinox as eqx
from helpers import identical
import jax
import numpy as np
import optax
from optax import contrib
import pytest
from training.problem import fit, make

import ctrnn_jax as cj


pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("optax_promotes")]
KEY = jax.random.key(0)
SGD = optax.sgd(0.1)


def is_vector(tree):
    return jax.tree.map(lambda x: x.ndim == 1, tree)


def labels(params):
    return jax.tree.map(lambda x: "a" if x.ndim == 1 else "b", params)


def vectors():
    net = make(KEY)
    return is_vector(eqx.filter(net, cj.trainable(net)))


def early(step, **extra):
    del extra
    return step < 1


def norm(tree):
    return optax.tree.norm(tree)


ARGUMENTS = {
    "adaptive_grad_clip": (0.01,),
    "add_noise": (0.1, 0.5, KEY),
    "apply_if_finite": (SGD, 3),
    "chain": (optax.clip(1.0), SGD),
    "clip": (1.0,),
    "clip_by_block_rms": (1.0,),
    "clip_by_global_norm": (1.0,),
    "conditionally_mask": (SGD, early),
    "conditionally_transform": (SGD, early),
    "ema": (0.9,),
    "flatten": (SGD,),
    "lookahead": (SGD, 2, 0.5),
    "measure_with_ema": (norm, 0.9),
    "mechanize": (SGD,),
    "monitor": ({"norm": norm},),
    "multi_transform": ({"a": SGD, "b": optax.adam(1e-2)}, labels),
    "named_chain": (("first", SGD),),
    "partition": ({"a": SGD, "b": optax.set_to_zero()}, labels),
    "sam": (SGD, optax.chain(contrib.normalize(), optax.sgd(0.05))),
    "scale": (-0.1,),
    "scale_by_backtracking_linesearch": (5,),
    "scale_by_schedule": (lambda step: -0.1 / (1 + step),),
    "scale_by_zoom_linesearch": (5,),
    "schedule_free": (SGD, 0.1),
    "snapshot": ("norm", norm),
    "split_real_and_imaginary": (SGD,),
    "stateless": (lambda updates, params: updates,),
    "stateless_with_tree_map": (lambda update, param: update,),
    "trace": (0.9,),
    "with_extra_args_support": (SGD,),
}
BUILDERS = {
    "differentially_private_aggregate": lambda: (
        contrib.differentially_private_aggregate(1.0, 0.1, key=KEY)
    ),
    "dpsgd": lambda: contrib.dpsgd(0.1, 1.0, 0.1, 0),
    "freeze": lambda: optax.chain(SGD, optax.freeze(vectors())),
    "inject_hyperparams": lambda: optax.inject_hyperparams(optax.adam)(1e-2),
    "inject_stateful_hyperparams": lambda: optax.inject_stateful_hyperparams(
        optax.adam
    )(1e-2),
    "masked": lambda: optax.masked(SGD, is_vector),
    "noisy_sgd": lambda: optax.noisy_sgd(0.1, key=KEY),
    "selective_transform": lambda: optax.selective_transform(
        SGD, freeze_mask=vectors()
    ),
    "MultiSteps": lambda: optax.MultiSteps(SGD, 2).gradient_transformation(),
    "MultiSteps, skipping": lambda: optax.MultiSteps(
        optax.adam(1e-2), 2, should_skip_update_fn=optax.skip_not_finite
    ).gradient_transformation(),
    "sam, opaque": lambda: contrib.sam(*ARGUMENTS["sam"], opaque_mode=True),
    "reduce_on_plateau, chained": lambda: optax.chain(
        optax.adam(1e-2), contrib.reduce_on_plateau()
    ),
    "schedule_free, accumulated": lambda: optax.MultiSteps(
        contrib.schedule_free_adamw(1e-2), 2
    ).gradient_transformation(),
}
ERRORS = {
    # they need the gradient of each trial
    "differentially_private_aggregate",
    "dpsgd",
    # they take a parameter for `None` that the optimiser does not get
    "galore",
    "scale_by_galore",
    "scale_by_muon",
    # their result is a measurement, or their state changes its structure
    "measure_with_ema",
    "monitor",
}
UNANNOTATED = (
    "dog",
    "dowg",
    "hutchinson_estimator_diag_hessian",
    "monitor",
    "scale_by_factored_rms",
)


def names():
    """Return the public functions of optax that return a gradient transformation."""
    found = dict.fromkeys(BUILDERS)
    for module in (optax, contrib):
        for name in dir(module):
            function = getattr(module, name)
            if name.startswith("_") or not inspect.isfunction(function):
                continue
            annotation = str(inspect.signature(function).return_annotation)
            if "GradientTransformation" in annotation or name in UNANNOTATED:
                found[name] = None
    return list(found)


def build(name):
    if name in BUILDERS:
        return BUILDERS[name]()
    function = getattr(optax, name, None) or getattr(contrib, name)
    if name in ARGUMENTS:
        return function(*ARGUMENTS[name])
    rate = inspect.signature(function).parameters.get("learning_rate")
    needs_rate = rate is not None and rate.default is rate.empty
    return function(1e-2) if needs_rate else function()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("name", names())
def test_it_trains_or_is_an_error(name):
    # some of optax multiply arrays of other ranks
    with jax.numpy_rank_promotion("allow"):
        if name in ERRORS:
            with pytest.raises(ValueError, match="`optimiser` must"):
                fit(3, optimiser=build(name))
            return
        result = fit(3, optimiser=build(name))
    assert result.state.step > 0
    assert np.isfinite(result.history.loss).all()
    assert int(cj.violations(result.network)) == 0
    is_same = identical(result.state.network.raw, make(jax.random.split(KEY)[0]).raw)
    assert is_same == (name == "set_to_zero")


def test_the_list_is_complete():
    assert len(names()) > 120
