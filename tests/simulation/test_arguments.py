"""Errors of `rollout` and `step` for invalid arguments."""

from canonical import SGD
import jax
import jax.numpy as jnp
import numpy as np
import pytest

import ctrnn_jax as cj


KEY = jax.random.key(0)
NET = cj.CTRNN(2, 4, 1, dt=20.0, tau=100.0, noise=cj.DiffusionNoise(0.1), key=KEY)
U = np.zeros((3, 5, 2))
STATE = cj.State(np.zeros((3, 4)))
BAD = {
    "channels": ({"inputs": np.zeros((3, 5, 7))}, r"shape \(\*batch, time, 2\); got"),
    "no time": ({"inputs": np.zeros(2)}, r"shape \(\*batch, time, 2\)"),
    "integers": ({"inputs": np.zeros((3, 5, 2), int)}, "dtype float64; got int64"),
    "narrow": ({"inputs": np.zeros((3, 5, 2), np.float32)}, "cj.astype"),
    "nothing": ({"inputs": None}, "For a run without input give `steps`"),
    "both": ({"steps": 3}, "`steps` must be left out where `inputs` is given"),
    "steps": ({"inputs": None, "steps": -1}, "`steps` must be a whole number"),
    "no key": (
        {"key": None},
        r"Pass key=jax.random.key\(...\), or cj.noiseless\(net\)",
    ),
    "keys": ({"key": jax.random.split(KEY, 4)}, r"each trial of the batch \(3,\)"),
    "state size": (
        {"state": cj.State(np.zeros(7))},
        r"`state.potentials` must have shape",
    ),
    "state batch": ({"state": cj.State(np.zeros((2, 4)))}, "must have shape"),
    "state dtype": ({"state": cj.State(np.zeros((3, 4), np.float32))}, "dtype float64"),
    "nan": ({"inputs": U * np.nan, "check_finite": True}, "got 30 of 30 entries"),
}


@pytest.mark.parametrize("case", BAD)
def test_invalid_arguments_raise(case):
    options, message = BAD[case]
    call = {"inputs": U, "key": KEY, **options}
    with pytest.raises(ValueError, match=message):
        cj.rollout(NET, call.pop("inputs"), **call)


def test_finite_inputs_pass_the_check():
    assert cj.rollout(NET, U, key=KEY, check_finite=True).outputs.shape == (3, 5, 1)


def test_nan_inputs_raise_under_jit_with_check_finite():
    checked = jax.jit(lambda u: cj.rollout(NET, u, key=KEY, check_finite=True).outputs)
    checked(jnp.asarray(U)).block_until_ready()
    with pytest.raises(Exception, match="`inputs` must be finite"):
        checked(jnp.asarray(U * np.nan)).block_until_ready()
    unchecked = jax.jit(lambda u: cj.rollout(NET, u, key=KEY).outputs)
    assert np.isnan(unchecked(jnp.asarray(U * np.nan))).all()


def test_a_stack_of_networks_raises():
    with pytest.raises(ValueError, match="Map over it"):
        cj.rollout(cj.stack([NET, NET]), U, key=KEY)


def test_runs_without_input_need_steps_and_strides_are_counts():
    with pytest.raises(ValueError, match="`steps` must be given where `inputs` is not"):
        cj.rollout(cj.CTRNN(0, 2, 1, dt=1.0, tau=2.0, key=KEY))
    with pytest.raises(ValueError, match="`stride` must be a whole number, at least 1"):
        cj.Record(stride=0)


QUIET = cj.noiseless(NET)
WRONG_CLASSES = [
    (lambda: cj.rollout("net", U), "`net` must be a network"),
    (lambda: cj.rollout(QUIET, U, record="rates"), "`record` must be a Record"),
    (lambda: cj.rollout(QUIET, U, adjoint="hoisted"), "`adjoint` must be an adjoint"),
    (lambda: cj.rollout(QUIET, U, state=np.zeros(4)), "`state` must be a State"),
    (lambda: cj.rollout(QUIET, steps=2, state=np.zeros(4)), "`state` must be a State"),
    (lambda: cj.rollout(NET, U, key=3), "`key` must be a JAX random key"),
    (lambda: cj.step(QUIET, None, U[0, 0]), "`state` must be a State"),
    (lambda: cj.step(QUIET, QUIET.initial_state()), "`u` must be given to a network"),
    (lambda: cj.Record(rates=1), "`rates` must be True or False"),
    (lambda: cj.replace(QUIET, noise=0.1), "bare number would not say"),
    (lambda: cj.replace(QUIET, method="euler"), r"`method` must be Euler\(\)"),
    (
        lambda: cj.constraints.Dale(np.ones(3), map="abs"),
        "`map` must be a magnitude map",
    ),
    (
        lambda: cj.CTRNN(1, 2.5, 1, dt=1.0, tau=2.0, key=KEY),
        "`n_hidden` must be a whole number",
    ),
    (
        lambda: cj.CTRNN(
            1, 2, 1, dt=1.0, tau=2.0, key=KEY, constraints={"w_hid": np.ones((2, 2))}
        ),
        r"Masked\(array\)",
    ),
    (
        lambda: cj.fit(QUIET, "task", SGD, num_updates=1, batch_size=1, key=KEY),
        "`task` must be a task",
    ),
    (lambda: cj.save("x", 3), "`net` must be a network"),
]


@pytest.mark.usefixtures("as_for_a_user")
@pytest.mark.parametrize(("call", "message"), WRONG_CLASSES)
def test_objects_of_wrong_classes_raise_without_a_type_checker(call, message):
    with pytest.raises(ValueError, match=message):
        call()
