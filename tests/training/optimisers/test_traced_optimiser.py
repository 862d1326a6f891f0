"""Optimisers as programs with numbers: equal programs compile once."""

from typing import Any

import equinox as eqx
from helpers import identical
import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from training.problem import fit, make

from ctrnn_jax.training.optimisers import traced


pytestmark = pytest.mark.usefixtures("optax_promotes")
PARAMS = {"w": jnp.linspace(-1.0, 1.0, 6).reshape(2, 3), "none": None, "b": jnp.ones(2)}
GRADS = jax.tree.map(lambda x: jnp.cos(3 * x), PARAMS)
VALUE = jnp.asarray(0.7)

OPTIMISERS = {
    "adam": optax.adam,
    "adamw, decay": lambda rate: optax.adamw(rate, weight_decay=rate / 3),
    "adafactor": optax.adafactor,
    "momentum, clipped": lambda rate: optax.chain(
        optax.clip_by_global_norm(10 * rate), optax.sgd(rate, momentum=1 - rate)
    ),
    "schedule": lambda rate: optax.adam(optax.exponential_decay(rate, 3, 0.5)),
    "warm-up": lambda rate: optax.sgd(
        optax.warmup_cosine_decay_schedule(0.0, rate, 2, 9)
    ),
    "reduce on plateau": lambda rate: optax.chain(
        optax.sgd(rate), optax.contrib.reduce_on_plateau(factor=0.5, patience=1)
    ),
    "polyak": lambda rate: optax.polyak_sgd(max_learning_rate=rate),
    "schedule of steps": lambda rate: optax.sgd(
        optax.cosine_decay_schedule(rate, int(100 * rate))
    ),
    "in a branch": lambda rate: optax.apply_if_finite(optax.adam(rate), 3),
    "in nested branches": lambda rate: optax.apply_if_finite(
        optax.MultiSteps(optax.adamw(rate), 2).gradient_transformation(), 3
    ),
    "in a scan": lambda rate: looped(rate, jax.lax.fori_loop),
    "in a while loop": lambda rate: looped(rate, endless),
    "muon": optax.contrib.muon,
}


def looped(rate, loop):
    """Return an optimiser that loops, with a constant that is an array."""
    array = jnp.asarray([1.0, 2.0 * rate])

    def update(updates, state, params=None):
        del params
        scaled = loop(0, 3, lambda i, x: jax.nn.relu(x) * rate + array, updates["b"])
        return {**updates, "b": scaled}, state + 1

    return optax.GradientTransformation(lambda params: jnp.zeros(()), update)


def endless(start, end, body, x):
    """Loop with a length that JAX does not know; a branch returns a number."""

    def step(carry):
        i, x = carry
        return i + 1, body(i, x) + jax.lax.cond(i > 1, lambda: 0.5, lambda: 0.25)

    return jax.lax.while_loop(lambda carry: carry[0] < end, step, (start, x))[1]


def in_three_steps(update, state):
    """Return the updates of three steps, compiled as part of a larger program."""
    results = []
    for i in range(3):
        grads = jax.tree.map(lambda g, i=i: g * (1 + i), GRADS)
        extra = {"value": VALUE - 0.1 * i, "grad": grads}
        updates, state = update(grads, state, PARAMS, **extra)
        results.append(updates)
    return results, state


@pytest.mark.parametrize("name", OPTIMISERS)
def test_two_of_equal_programs_compile_once_with_the_numbers_of_each(name):
    traces = []

    @eqx.filter_jit
    def run(optimiser, state):
        traces.append(name)
        return in_three_steps(optimiser.update, state)

    for rate in (0.1, 0.02):
        optimiser = optax.with_extra_args_support(OPTIMISERS[name](rate))
        state = optimiser.init(PARAMS)
        ours = run(traced(optimiser, PARAMS, state), state)
        expected = jax.jit(lambda s, o=optimiser: in_three_steps(o.update, s))(state)
        assert jax.tree.structure(ours) == jax.tree.structure(expected)
        for a, b in zip(*map(jax.tree.leaves, (ours, expected)), strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-12)
    assert traces == [name]


def program_of(optimiser, params, state):
    update: Any = traced(optimiser, params, state).update
    return update.program


def test_other_programs_are_not_equal():
    state = optax.sgd(0.1).init(PARAMS)
    optimisers = [
        optax.sgd(0.1),
        optax.sgd(lambda step: 0.1),
        optax.chain(optax.clip(1.0), optax.sgd(0.1)),
        optax.chain(optax.sgd(0.1), optax.clip(1.0)),
    ]
    programs = [program_of(o, PARAMS, o.init(PARAMS)) for o in optimisers]
    for i, program in enumerate(programs):
        assert [program == other for other in programs].index(True) == i
        assert program != state
    other_shape = {"w": jnp.ones((3, 3)), "none": None, "b": jnp.ones(2)}
    assert program_of(optimisers[0], other_shape, state) != programs[0]


def test_arrays_inside_branches_are_arguments():
    def with_array(array):
        def update(updates, state, params=None):
            scaled = jax.lax.cond(
                state > 1, lambda x: x * array[0], lambda x: x + array[1], updates["b"]
            )
            return {**updates, "b": scaled}, state

        return optax.GradientTransformation(lambda params: jnp.zeros(()), update)

    arrays = [np.asarray([1.0, 2.0]), np.asarray([3.0, 4.0])]
    first, other = (
        traced(with_array(jnp.asarray(x)), PARAMS, jnp.zeros(())) for x in arrays
    )
    run = eqx.filter_jit(lambda o: o.update(GRADS, jnp.zeros(()), PARAMS, value=VALUE))
    np.testing.assert_allclose(run(first)[0]["b"], GRADS["b"] + 2.0)
    np.testing.assert_allclose(run(other)[0]["b"], GRADS["b"] + 4.0)


def test_it_cannot_begin():
    optimiser = optax.sgd(0.1)
    state = optimiser.init(PARAMS)
    with pytest.raises(NotImplementedError, match="before an optimiser is traced"):
        traced(optimiser, PARAMS, state).init(PARAMS)


def test_an_optimiser_that_evaluates_the_loss_stays_as_it_is():
    optimiser = optax.lbfgs()
    update = traced(optimiser, PARAMS, optimiser.init(PARAMS)).update
    assert not hasattr(update, "program")


def test_fit_compiles_once_for_optimisers_that_differ_in_numbers(caplog):
    results = []
    for rate in (0.05, 0.02):
        caplog.clear()
        with jax.log_compiles():
            adam = optax.chain(optax.clip_by_global_norm(2 * rate), optax.adam(rate))
            results.append(fit(5, net=make(jax.random.key(0)), optimiser=adam))
    messages = [r.getMessage() for r in caplog.records]
    assert not [m for m in messages if "Finished XLA compilation" in m]
    assert not identical(*(r.network.raw.w_hid for r in results))


@pytest.mark.slow
@pytest.mark.parametrize(
    "optimiser",
    [
        optax.chain(optax.adam(1e-2), optax.contrib.reduce_on_plateau()),
        optax.polyak_sgd(max_learning_rate=0.1),
        optax.contrib.momo_adam(1e-2),
        optax.lbfgs(linesearch=optax.scale_by_backtracking_linesearch(10)),
    ],
    ids=["reduce on plateau", "polyak", "momo", "l-bfgs"],
)
def test_optimisers_that_need_the_loss_train(optimiser):
    net = make(jax.random.key(0))
    losses = fit(60, net=net, optimiser=optimiser, batch_size=16).history.loss
    assert losses[-10:].mean() < losses[:10].mean()


@pytest.mark.slow
def test_later_calls_of_fit_take_no_memory():
    """At most 2 MB each, after three calls with new optimiser objects."""

    def megabytes():
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * 4096 / 1e6

    used = []
    for i in range(13):
        fit(5, net=make(jax.random.key(i)), optimiser=optax.adam(1e-3 * (i + 1)))
        used.append(megabytes())
    assert used[-1] - used[2] < 2 * 10
