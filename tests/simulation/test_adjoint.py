"""The hoisted scan against JAX's differentiation, in every mode."""

import re

import equinox as eqx
from helpers import close
import jax
from jax.extend.core import jaxprs_in_params
import jax.numpy as jnp
import numpy as np
import pytest

import ctrnn_jax as cj


HOISTED, DIRECT = cj.HoistedAdjoint(), cj.DirectAdjoint()
KEY = jax.random.key(0)
UNITS, TRIALS, STEPS = 6, 3, 8
NOISES = {
    "quiet": None,
    "step": cj.StepNoise(pre=np.linspace(0.1, 0.3, UNITS), post=0.2),
    "diffusion": cj.DiffusionNoise(0.2),
}
RECORDS = {
    "all": cj.Record(),
    "outputs": cj.Record(potentials=False, rates=False),
    "rates, stride 3": cj.Record(potentials=False, outputs=False, stride=3),
}


def make(noise="step", **options):
    tau = np.linspace(60.0, 120.0, UNITS)
    options = {
        "train_v0": True,
        "v0": cj.initialisers.Uniform(1.0),
        "activation": "tanh",
        **options,
    }
    return cj.EIRNN(
        2, UNITS, 2, dt=20.0, tau=tau, noise=NOISES[noise], key=KEY, **options
    )


U = jnp.asarray(np.random.default_rng(1).normal(size=(TRIALS, STEPS, 2)))


def scalar(traj):
    """Return a number that depends on all recorded values and the last state."""
    recorded = [x for x in (traj.potentials, traj.rates, traj.outputs) if x is not None]
    recorded.append(traj.final_state.potentials)
    return sum(jnp.sum(jnp.sin(3 * x)) for x in recorded)


def loss_of(u, state=None, record=RECORDS["all"], one_by_one=False):
    """Return `(adjoint) -> loss(net)`, differentiable in all floats of the network."""

    def build(adjoint):
        def loss(net):
            def run(u, key):
                return cj.rollout(
                    net, u, key=key, state=state, record=record, adjoint=adjoint
                )

            if not one_by_one:
                return scalar(run(u, KEY if net.noise is not None else None))
            keys = jax.vmap(lambda i: jax.random.fold_in(KEY, i))(jnp.arange(TRIALS))
            return jnp.sum(jax.vmap(lambda u, k: scalar(run(u, k)))(u, keys))

        return loss

    return build


def on_floats(fn, net):
    """Return `fn` of the network's floats (weights, dt, tau, noise), and the floats."""
    floats, rest = eqx.partition(net, eqx.is_inexact_array)
    return (lambda floats: fn(eqx.combine(floats, rest))), floats


def noises_and_records():
    """Steps with all and diffusion with outputs are quick; other pairs are slow."""
    for i, noise in enumerate(NOISES):
        for j, record in enumerate(RECORDS):
            marks = () if i == j + 1 else pytest.mark.slow
            yield pytest.param(noise, record, marks=marks)


@pytest.mark.parametrize(("noise", "record"), list(noises_and_records()))
def test_gradients_of_every_number_agree(noise, record):
    """Gradients of weights, biases, v0, dt, tau and noise, for any record."""
    build = loss_of(U, record=RECORDS[record])
    results = []
    for adjoint in (HOISTED, DIRECT):
        fn, floats = on_floats(build(adjoint), make(noise))
        results.append(jax.jit(jax.value_and_grad(fn))(floats))
    close(*results, scale=10)
    assert all(np.asarray(g).any() for g in (results[0][1].dt, results[0][1].tau))


@pytest.mark.parametrize(
    ("activation", "method"),
    [
        ("relu", cj.ExponentialEuler()),
        pytest.param("softplus", cj.Euler(), marks=pytest.mark.slow),
        ("power_law", cj.Euler()),
    ],
)
def test_other_activations_and_methods_agree(activation, method):
    results = []
    for adjoint in (HOISTED, DIRECT):
        net = make(activation=activation, method=method, use_bias_hid=False)
        fn, floats = on_floats(loss_of(U)(adjoint), net)
        results.append(jax.jit(jax.grad(fn))(floats))
    close(*results, scale=10)


def test_inputs_and_initial_states_agree():
    net, start = make(), jax.random.normal(KEY, (TRIALS, UNITS))
    results = []
    for adjoint in (HOISTED, DIRECT):

        def fn(u, v, a=adjoint):
            return loss_of(u, cj.State(v))(a)(net)

        results.append(jax.jit(jax.grad(fn, argnums=(0, 1)))(U, start))
    close(*results, scale=10)


def direction_like(tree):
    rng = np.random.default_rng(7)
    return jax.tree.map(lambda x: jnp.asarray(rng.normal(size=x.shape)), tree)


MODES = {
    "jvp": lambda f, x, d: jax.jvp(f, (x,), (d,)),
    "forward over reverse": lambda f, x, d: jax.jvp(jax.grad(f), (x,), (d,))[1],
    "reverse over reverse": lambda f, x, d: jax.grad(
        lambda y: sum(
            jnp.vdot(a, b)
            for a, b in zip(
                jax.tree.leaves(jax.grad(f)(y)), jax.tree.leaves(d), strict=True
            )
        )
    )(x),
    "reverse over forward": lambda f, x, d: jax.grad(
        lambda y: jax.jvp(f, (y,), (d,))[1]
    )(x),
    "linearize": lambda f, x, d: jax.linearize(f, x)[1](d),
    "under checkpoint": lambda f, x, d: jax.grad(jax.checkpoint(f))(x),
}


def modes():
    """Two modes are quick, one for a batch and one under `vmap`."""
    for i, mode in enumerate(MODES):
        for one_by_one in (False, True):
            is_quick = i < 2 and i % 2 == one_by_one
            marks = () if is_quick else pytest.mark.slow
            yield pytest.param(mode, one_by_one, marks=marks)


@pytest.mark.parametrize(("mode", "one_by_one"), list(modes()))
def test_every_mode_agrees(mode, one_by_one):
    results, net = [], make("diffusion")
    for adjoint in (HOISTED, DIRECT):
        params, static = eqx.partition(net, cj.trainable(net))
        loss = loss_of(U, one_by_one=one_by_one)(adjoint)

        def fn(p, loss=loss, static=static):
            return loss(eqx.combine(p, static))

        run = jax.jit(lambda p, d, fn=fn: MODES[mode](fn, p, d))
        results.append(run(params, direction_like(params)))
    close(*results, scale=100)


@pytest.mark.parametrize(
    "jacobian", [jax.jacfwd, pytest.param(jax.jacrev, marks=pytest.mark.slow)]
)
def test_jacobians_agree(jacobian):
    net = make("quiet")
    results = []
    for adjoint in (HOISTED, DIRECT):

        def run(u, a=adjoint):
            return cj.rollout(net, u, adjoint=a).outputs

        results.append(jax.jit(jacobian(run))(U[0]))
    close(*results)
    causal = np.tril(np.ones((STEPS, STEPS), bool))
    assert not np.moveaxis(np.asarray(results[0]), 2, 1)[~causal].any()


def test_gradients_can_be_mapped_over_networks():
    nets = cj.stack([make(), cj.replace(make(), tau=90.0 * jnp.ones(UNITS))])
    floats = eqx.filter(nets, eqx.is_inexact_array)
    _, rest = eqx.partition(make(), eqx.is_inexact_array)
    results = []
    for adjoint in (HOISTED, DIRECT):
        loss = loss_of(U, one_by_one=True)(adjoint)
        grad = jax.grad(lambda f, r=rest, loss=loss: loss(eqx.combine(f, r)))
        results.append(jax.jit(jax.vmap(grad))(floats))
    close(*results, scale=10)


@pytest.mark.parametrize("record", ["outputs", "all"])
def test_gradients_can_be_mapped_over_groups_of_trials(record):
    """`vmap` inside and outside of `jit`; each group keeps a batch axis."""
    net, groups = make("quiet"), jnp.stack([U, 0.5 * U])
    params, static = eqx.partition(net, cj.trainable(net))
    chunks = cj.HoistedAdjoint(chunk_bytes=3 * 8 * TRIALS * UNITS * 2)
    results = []
    for adjoint in (DIRECT, HOISTED, chunks):

        def loss(p, u, a=adjoint):
            net = eqx.combine(p, static)
            return scalar(cj.rollout(net, u, record=RECORDS[record], adjoint=a))

        def mapped(p, loss=loss):
            return jnp.sum(jax.vmap(loss, (None, 0))(p, groups))

        each = jax.vmap(jax.jit(jax.grad(loss)), (None, 0))(params, groups)
        results.append(jax.tree.map(lambda x: jnp.sum(x, 0), each))
        results.append(jax.jit(jax.grad(mapped))(params))
    for result in results[1:]:
        close(result, results[0], scale=10)


@pytest.mark.parametrize("time_major", [False, True])
@pytest.mark.parametrize("trials", [(), (4,)], ids=["trials", "groups"])
def test_mapped_axes_of_a_compiled_rollout_are_not_exchanged(trials, time_major):
    """Here the mapped axis, the strides and the trials are all 4, so shapes agree."""
    net = cj.CTRNN(2, UNITS, 2, dt=20.0, tau=100.0, key=KEY)
    params, static = eqx.partition(net, cj.trainable(net))
    shape = (8, *trials, 2) if time_major else (*trials, 8, 2)
    u = jax.random.normal(KEY, (4, *shape))
    weights = jax.random.normal(KEY, (4, *((4, 4) if trials else (4,)), UNITS))
    results = []
    for adjoint in (DIRECT, HOISTED, cj.HoistedAdjoint(chunk_bytes=8 * UNITS * 16)):
        options = {"adjoint": adjoint, "time_major": time_major}

        @jax.jit
        def potentials(p, u, options=options):
            record, net = cj.Record(stride=2), eqx.combine(p, static)
            return cj.rollout(net, u, record=record, **options).potentials

        def loss(p, run=potentials):
            mapped = jax.vmap(run, (None, 0))(p, u)
            return jnp.sum(weights * jnp.sin(3 * mapped))

        results.append(jax.jit(jax.grad(loss))(params))
    for result in results[1:]:
        close(result, results[0], scale=10)


def test_chunks_have_at_most_the_given_bytes():
    small = cj.HoistedAdjoint(chunk_bytes=3 * TRIALS * UNITS * 8)
    assert 1 < small.chunk(STEPS, TRIALS * UNITS * 8, 1) <= 3
    # a mebibyte by default
    assert 2**9 <= cj.HoistedAdjoint().chunk(2**16, 2**10, 1) <= 2**10
    with pytest.raises(ValueError, match="`chunk_bytes` must be a whole number"):
        cj.HoistedAdjoint(chunk_bytes=0)


# 16 is more than all steps; the chunks of 3 steps, and strides, leave a shorter rest
@pytest.mark.parametrize(("unroll", "chunk_steps"), [(2, 3), (3, 8), (16, 8)])
@pytest.mark.parametrize("record", ["all", "rates, stride 3"])
def test_several_steps_an_iteration_give_the_same_gradients(
    unroll, chunk_steps, record
):
    chunk_bytes = chunk_steps * TRIALS * UNITS * 8
    unrolled = cj.HoistedAdjoint(chunk_bytes, unroll)
    results = []
    for adjoint in (DIRECT, unrolled):
        fn, floats = on_floats(loss_of(U, record=RECORDS[record])(adjoint), make())
        results.append(jax.jit(jax.value_and_grad(fn))(floats))
    close(*results, scale=10)


def scan_lengths(jaxpr):
    """Yield the length and the unrolling of each scan of a program."""
    for eqn in jaxpr.eqns:
        if eqn.primitive.name == "scan":
            yield eqn.params["length"], eqn.params["unroll"]
        for inner in jaxprs_in_params(eqn.params):
            yield from scan_lengths(inner)


def test_loops_over_steps_are_unrolled_in_both_passes():
    fn, floats = on_floats(loss_of(U)(cj.HoistedAdjoint(unroll=4)), make("quiet"))
    program = jax.make_jaxpr(jax.grad(fn))(floats)
    assert [x for x in scan_lengths(program.jaxpr) if x[0] == STEPS] == [(STEPS, 4)] * 2


@pytest.mark.parametrize("unroll", [0, -1])
def test_invalid_unrolling_raises(unroll):
    with pytest.raises(ValueError, match="`unroll` must be a whole number"):
        cj.HoistedAdjoint(unroll=unroll)


def test_gradient_against_finite_differences():
    net = make()
    params, static = eqx.partition(net, cj.trainable(net))

    @jax.jit
    @jax.value_and_grad
    def loss_and_gradient(p):
        return loss_of(U)(HOISTED)(eqx.combine(p, static))

    direction = direction_like(params)

    def loss_at(h):
        moved = jax.tree.map(lambda p, d: p + np.asarray(h * d), params, direction)
        return float(loss_and_gradient(moved)[0])

    h = 1e-5
    slope = (loss_at(h) - loss_at(-h)) / (2 * h)
    grads = loss_and_gradient(params)[1]
    along = sum(
        np.vdot(a, b)
        for a, b in zip(jax.tree.leaves(grads), jax.tree.leaves(direction), strict=True)
    )
    np.testing.assert_allclose(along, slope, rtol=1e-7)


@pytest.mark.slow
def test_chunked_gradients_agree():
    """The run is large enough for several chunks and a shorter last chunk."""
    net = cj.CTRNN(2, 64, 1, dt=20.0, tau=100.0, noise=cj.DiffusionNoise(0.1), key=KEY)
    u = jax.random.normal(KEY, (64, 79, 2))
    chunk = HOISTED.chunk(79, 64 * 64 * 8, 1)
    assert 1 < chunk < 79
    assert 79 % chunk
    results = []
    for adjoint in (HOISTED, DIRECT):

        def loss(n, a=adjoint):
            return jnp.mean(cj.rollout(n, u, key=KEY, adjoint=a).outputs ** 2)

        fn, floats = on_floats(loss, net)
        results.append(jax.jit(jax.grad(fn))(floats))
    close(*results, scale=10)


@pytest.mark.parametrize(
    "one_by_one", [False, pytest.param(True, marks=pytest.mark.optimised)]
)
def test_no_weight_gradient_per_trial_or_step(one_by_one):
    units, trials, steps = 10, 16, 12
    net = cj.CTRNN(2, units, 1, dt=20.0, tau=100.0, key=KEY)
    u = jnp.zeros((trials, steps, 2))
    params, static = eqx.partition(net, cj.trainable(net))

    def text_of(adjoint):
        def loss(p):
            def run(u):
                return cj.rollout(eqx.combine(p, static), u, adjoint=adjoint).outputs

            return jnp.mean((jax.vmap(run)(u) if one_by_one else run(u)) ** 2)

        return jax.jit(jax.grad(loss)).lower(params).compile().as_text()

    many = f"{trials}|{steps}|{trials},{steps}|{steps},{trials}"
    pattern = rf"f64\[(?:{many}),{units},{units}\]"
    assert not re.findall(pattern, text_of(HOISTED))
    # an accumulated N x N in the carry of the loop is what the hoisting avoids
    carried = rf"while\([^)]*\).*|\(s64\[\][^=]*f64\[{units},{units}\][^=]*\) while"
    assert re.search(carried, text_of(DIRECT))


@pytest.mark.parametrize(
    ("length", "step_bytes", "stride"),
    [(100, 4_000, 1), (200, 65_536, 1), (100, 262_144, 1), (101, 262_144, 1),
     (97, 2**22, 1), (1000, 65_536, 7), (5, 2**30, 2), (0, 8, 1), (3, 2**30, 10)],
)  # fmt: skip
def test_chunks_are_about_a_mebibyte_and_whole_strides(length, step_bytes, stride):
    chunk = HOISTED.chunk(length, step_bytes, stride)
    assert chunk == length or (0 < chunk < length and chunk % stride == 0)
    if chunk < length and stride * step_bytes <= 2**20:
        assert 2**18 <= chunk * step_bytes <= 2**22
