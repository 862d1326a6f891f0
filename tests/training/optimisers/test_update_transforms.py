"""Projected gradient descent and plasticity, as the last part of a chain."""

import equinox as eqx
from helpers import identical
import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from training.problem import fit, make

import ctrnn_jax as cj


KEY = jax.random.key(0)
TASK = cj.tasks.PerceptualDecision(dt=20.0)


def small(**options):
    settings = {"dt": 20.0, "tau": 100.0, "key": KEY, **options}
    return cj.EIRNN(TASK.n_in, 10, TASK.n_out, **settings)


def after_random_updates(net, *optimisers, steps):
    """Return a list of networks for each optimiser: before and after each update.

    Gradients are random, and the same for every optimiser.
    """
    params, static = eqx.partition(net, cj.trainable(net))

    def train(optimiser, params):
        def update(carry, key):
            params, state = carry
            grads = jax.tree.map(
                lambda p: 3 * jax.random.normal(key, p.shape, p.dtype), params
            )
            updates, state = optimiser.update(grads, state, params)
            params = eqx.apply_updates(params, updates)
            return (params, state), params

        keys = jax.random.split(KEY, steps)
        return jax.lax.scan(update, (params, optimiser.init(params)), keys)[1]

    # one program for all optimisers
    paths = jax.jit(lambda params: [train(each, params) for each in optimisers])(params)

    def network_at(path, t):
        after = jax.tree.map(lambda x: jnp.asarray(np.asarray(x)[t]), path)
        return eqx.combine(after, static)

    return [[net, *(network_at(path, t) for t in range(steps))] for path in paths]


@pytest.mark.usefixtures("optax_promotes")
@pytest.mark.parametrize(
    "optimiser",
    [
        optax.adamw(0.1, weight_decay=0.5),
        pytest.param(optax.sgd(0.1, momentum=0.9), marks=pytest.mark.slow),
    ],
)
def test_scale_zero_freezes_to_the_bit_and_other_scales_multiply_the_update(optimiser):
    net = small()
    scales = np.random.default_rng(0).choice([0.0, 0.5, 1.0, 3.0], size=(10, 10))
    by_name = {"w_hid": scales, "b_hid": 0.0}
    scaled = optax.chain(optimiser, cj.training.scale_updates(by_name))
    networks, unscaled = after_random_updates(net, scaled, optimiser, steps=30)
    one, many, plain = networks[1], networks[30], unscaled[1]
    moved = np.asarray(one.raw.w_hid - net.raw.w_hid)
    np.testing.assert_allclose(
        moved, scales * np.asarray(plain.raw.w_hid - net.raw.w_hid), atol=1e-12
    )
    frozen = scales == 0
    before, after = np.asarray(net.raw.w_hid), np.asarray(many.raw.w_hid)
    np.testing.assert_array_equal(after[frozen], before[frozen])
    assert (after[~frozen] != before[~frozen]).all()
    assert identical(many.raw.b_hid, net.raw.b_hid)
    assert not identical(many.raw.w_in, net.raw.w_in)
    assert int(cj.violations(many)) == 0


def test_a_frozen_synapse_stays_finite_if_updates_are_not():
    transform = cj.training.scale_updates(
        cj.network.Weights(w_hid=jnp.array([[0.0, 1.0]]))
    )
    params = cj.network.Weights(w_hid=jnp.ones((1, 2)))
    state = transform.init(params)
    updates, _ = transform.update(
        cj.network.Weights(w_hid=jnp.full((1, 2), jnp.nan)), state
    )
    assert isinstance(updates, cj.network.Weights)
    np.testing.assert_array_equal(updates.w_hid, [[0.0, np.nan]])


def test_scales_are_not_normalised():
    """If all scales are 0.5, the learning rate is halved; nn4n would freeze them."""
    net = small()
    scaled = optax.chain(optax.sgd(0.2), cj.training.scale_updates({"w_in": 0.5}))
    half, slow = after_random_updates(net, scaled, optax.sgd(0.1), steps=1)
    np.testing.assert_allclose(half[1].raw.w_in, slow[1].raw.w_in, rtol=1e-12)


@pytest.mark.usefixtures("optax_promotes")
def test_projected_parameters_are_feasible_themselves():
    """The raw parameters are the weights, after every update."""
    net = small(
        constraints={
            "w_hid": cj.constraints.Bounded(-0.3, 0.3),
            "b_hid": cj.constraints.NonNegative(),
        }
    )
    optimiser = optax.chain(
        optax.adamw(0.1, weight_decay=0.1), cj.training.project_onto(net.constraints)
    )
    (networks,) = after_random_updates(net, optimiser, steps=7)
    for moved in (networks[1], networks[7]):
        assert eqx.tree_equal(moved.raw, cj.effective(moved))
        assert int(cj.violations(moved)) == 0
    moved = networks[7]
    assert (np.abs(moved.raw.w_hid) == 0.3).any()
    assert (np.asarray(moved.raw.b_hid) == 0).any()
    free = cj.CTRNN(2, 5, 1, dt=20.0, tau=100.0, key=KEY)
    same = optax.chain(optax.sgd(0.1), cj.training.project_onto(free.constraints))
    paths = after_random_updates(free, same, optax.sgd(0.1), steps=3)
    leaves = [jax.tree.leaves(path[3].raw) for path in paths]
    for a, b in zip(*leaves, strict=True):
        np.testing.assert_allclose(a, b, rtol=0, atol=1e-14)


def test_projection_solves_a_problem_with_a_known_answer():
    """min |w - target|^2 with w >= 0: the positive part of the target."""
    target = jnp.array([[1.0, -2.0, 0.5, -0.1]])
    constraints = cj.network.Weights(w_in=cj.constraints.NonNegative())
    optimiser = optax.chain(
        optax.sgd(0.3, momentum=0.5), cj.training.project_onto(constraints)
    )
    params = cj.network.Weights(w_in=jnp.array([[0.2, 0.4, 3.0, 0.0]]))
    state = optimiser.init(params)

    def loss(params):
        return jnp.sum((constraints.w_in.effective(params.w_in) - target) ** 2)

    @jax.jit
    def update(params, state):
        updates, state = optimiser.update(jax.grad(loss)(params), state, params)
        return eqx.apply_updates(params, updates), state

    for _ in range(200):
        params, state = update(params, state)
    np.testing.assert_allclose(params.w_in, np.maximum(target, 0), atol=1e-8)


def test_fit_projects_after_each_update():
    net = make(KEY)
    projection = cj.training.project_onto(net.constraints)
    result = fit(10, net=net, optimiser=optax.chain(optax.sgd(0.3), projection))
    assert identical(result.network.raw, cj.effective(result.network))
    assert (np.asarray(result.network.raw.w_out) == 0).any()


@pytest.mark.slow
@pytest.mark.parametrize("route", ["transform", "projection"])
def test_both_routes_learn_the_task(route):
    """Perceptual decisions: over 85 % on the last five validations, both ways."""
    task = cj.tasks.PerceptualDecision(dt=20.0)
    net = cj.EIRNN(
        task.n_in, 32, task.n_out, dt=20.0, tau=100.0, noise=cj.DiffusionNoise(0.05),
        dtype=jnp.float32, key=KEY,
    )  # fmt: skip
    adam = optax.chain(optax.clip_by_global_norm(1.0), optax.adam(1e-2))
    optimiser = (
        optax.chain(adam, cj.training.project_onto(net.constraints))
        if route == "projection"
        else adam
    )
    with jax.numpy_dtype_promotion("standard"):
        result = cj.fit(
            net, task, optimiser, num_updates=1500, batch_size=20,
            stop_when=cj.MeanAbove(0.85), key=jax.random.key(1),
        )  # fmt: skip
    assert result.history.performance[-5:].mean() > 0.85
    assert int(cj.violations(result.network)) == 0
    if route == "projection":
        raw, weights = result.network.raw, cj.effective(result.network)
        np.testing.assert_array_equal(raw.w_hid, weights.w_hid)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: cj.training.scale_updates({"w_hidd": 1.0}), "Did you mean 'w_hid'"),
        (lambda: cj.training.scale_updates({"w_hid": -1.0}), "not be negative; got -1"),
        (
            lambda: cj.training.scale_updates({"w_hid": np.nan}),
            "not be negative; got nan",
        ),
        (
            lambda: cj.training.scale_updates({"w_in": np.ones((2, 10))}).init(
                eqx.filter(small(), cj.trainable(small()))
            ),
            r"have the shape \(10, 2\) of the weights; got shape \(2, 10\)",
        ),
        (
            lambda: cj.training.scale_updates({"v0": 1.0}).init(
                eqx.filter(small(), cj.trainable(small()))
            ),
            "be for weights that train; got 'v0'",
        ),
        (
            lambda: cj.training.scale_updates({"w_in": 1.0}).init({"w": jnp.ones(3)}),
            "be a network filtered by cj.trainable",
        ),
        (
            lambda: cj.training.project_onto(
                small(sign_map=cj.constraints.Softplus()).constraints
            ),
            "Softplus, which is open",
        ),
    ],
)
def test_invalid_arguments_are_errors(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.usefixtures("as_for_a_user")
def test_wrong_types_are_errors():
    with pytest.raises(ValueError, match="`scales` must be a dictionary or a Weights"):
        cj.training.scale_updates(0.5)
    with pytest.raises(ValueError, match="Pass its `constraints`"):
        cj.training.project_onto(small())


def test_a_projection_needs_the_parameters():
    net = small()
    transform = cj.training.project_onto(net.constraints)
    params = eqx.filter(net, cj.trainable(net))
    with pytest.raises(TypeError, match="needs the parameters"):
        transform.update(params, transform.init(params))
