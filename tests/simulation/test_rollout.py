"""Cuts, batches, transformations and records do not change the numbers."""

import math

import equinox as eqx
from helpers import close, has_float64, identical
import jax
import jax.numpy as jnp
import numpy as np
import pytest

import ctrnn_jax as cj


KEY = jax.random.key(11)


def make(key=KEY, **options):
    noise = cj.StepNoise(pre=0.2, post=0.1)
    options = {"dt": 20.0, "tau": 100.0, "noise": noise, **options}
    return cj.EIRNN(2, 7, 3, key=key, **options)


@pytest.fixture(scope="module")
def net():
    return make()


@pytest.fixture(scope="module")
def u():
    return jnp.asarray(np.random.default_rng(5).normal(size=(4, 9, 2)))


@pytest.mark.parametrize("cut", [1, pytest.param(8, marks=pytest.mark.slow)])
def test_two_rollouts_continue_as_one(net, u, cut):
    whole = cj.rollout(net, u, key=KEY)
    first = cj.rollout(net, u[:, :cut], key=KEY)
    rest = cj.rollout(net, u[:, cut:], key=KEY, state=first.final_state)
    for name in ("potentials", "rates", "outputs"):
        parts = [getattr(part, name) for part in (first, rest)]
        close(jnp.concatenate(parts, axis=1), getattr(whole, name))
    close(rest.final_state, whole.final_state)


def test_batch_loop_and_map_agree(net, u):
    """Trial i of a batch has the key `fold_in(key, i)`; keys may be an array too."""
    batch = cj.rollout(net, u, key=KEY)
    keys = jax.vmap(lambda i: jax.random.fold_in(KEY, i))(jnp.arange(4))

    def one(u, key):
        return cj.rollout(net, u, key=key)

    loop = [one(u[i], keys[i]) for i in range(4)]
    close(np.stack([t.potentials for t in loop]), batch.potentials)
    close(jax.vmap(one)(u, keys).outputs, batch.outputs)
    close(jax.lax.map(lambda x: one(*x), (u, keys)).rates, batch.rates)
    assert identical(cj.rollout(net, u, key=keys), batch)
    nested = cj.rollout(net, u.reshape(2, 2, 9, 2), key=KEY)
    close(nested.outputs.reshape(4, 9, 3), batch.outputs)


def test_prefixes_of_time_and_batch_have_the_same_noise(net, u):
    whole = cj.rollout(net, u, key=KEY)
    close(cj.rollout(net, u[:2, :5], key=KEY).potentials, whole.potentials[:2, :5])


@pytest.mark.slow
def test_default_chunks_do_not_change_the_numbers():
    """The run is large enough for several chunks, and no chunk divides its length."""
    net = cj.CTRNN(2, 64, 1, dt=20.0, tau=100.0, noise=cj.DiffusionNoise(0.1), key=KEY)
    u = jax.random.normal(KEY, (64, 101, 2))
    chunk = cj.HoistedAdjoint().chunk(101, 64 * 64 * 8, 1)
    assert 1 < chunk < 101
    assert 101 % chunk
    for record in (cj.Record(), cj.Record(potentials=False, stride=3)):
        hoisted = cj.rollout(net, u, key=KEY, record=record)
        whole = cj.rollout(net, u, key=KEY, record=record, adjoint=cj.DirectAdjoint())
        close(hoisted, whole)


def test_small_chunks_do_not_change_the_numbers(net, u):
    """Nine steps in chunks of 4 and, for a stride of 3, of 3 steps."""
    for record in (cj.Record(), cj.Record(potentials=False, stride=3)):
        small = cj.HoistedAdjoint(chunk_bytes=4 * 4 * 7 * 8)
        assert 1 < small.chunk(9, 4 * 7 * 8, record.stride) < 9
        hoisted = cj.rollout(net, u, key=KEY, record=record, adjoint=small)
        whole = cj.rollout(net, u, key=KEY, record=record, adjoint=cj.DirectAdjoint())
        close(hoisted, whole)


def test_a_rollout_inside_jit_is_that_outside(net, u):
    close(jax.jit(cj.rollout)(net, u, key=KEY), cj.rollout(net, u, key=KEY))


@pytest.mark.slow
def test_a_rollout_without_jit_is_that_with_it(net, u):
    with jax.disable_jit():
        plain = cj.rollout(net, u, key=KEY)
    close(plain, cj.rollout(net, u, key=KEY))


def test_networks_can_be_mapped_over(u):
    keys = jax.random.split(KEY, 3)
    stacked = eqx.filter_jit(eqx.filter_vmap(make))(keys)
    listed = [make(key) for key in keys]
    close(stacked.raw, cj.stack(listed).raw)

    def run(net, key):
        return cj.rollout(net, u, key=key).outputs

    loop = np.stack([run(n, k) for n, k in zip(listed, keys, strict=True)])
    close(jax.jit(jax.vmap(run))(stacked, keys), loop)
    sigmas = eqx.tree_at(lambda n: n.noise.pre, listed[0], jnp.array([0.0, 0.2]))
    nowhere = jax.tree.map(lambda _: None, listed[0])
    axes = eqx.tree_at(lambda n: n.noise.pre, nowhere, 0,
                       is_leaf=lambda x: x is None)  # fmt: skip
    swept = jax.jit(jax.vmap(lambda n: run(n, KEY), in_axes=(axes,)))(sigmas)
    close(swept[1], run(listed[0], KEY))


def test_steps_in_a_loop_are_a_rollout(net, u):
    whole = cj.rollout(net, u, key=KEY)
    state = net.initial_state((4,))
    for t in range(9):
        now = cj.step(net, state, u[:, t], key=KEY)
        close(now.outputs, whole.outputs[:, t])
        close(now.potentials, whole.potentials[:, t])
        state = now.final_state
    close(state, whole.final_state)


def strides_and_requests():
    """Each stride and each request is in a quick case; all other pairs are slow."""
    for i, stride in enumerate([2, 3, 9, 20, 1]):
        for j, requested in enumerate(
            ["all", "outputs", "rates", "potentials", "none"]
        ):
            marks = () if i == j else pytest.mark.slow
            yield pytest.param(stride, requested, marks=marks)


@pytest.mark.parametrize(("stride", "requested"), list(strides_and_requests()))
def test_the_record_has_only_the_requested_values(net, u, stride, requested):
    whole = cj.rollout(net, u, key=KEY)
    names = ("potentials", "rates", "outputs")
    flags = {name: requested in ("all", name) for name in names}
    traj = cj.rollout(net, u, key=KEY, record=cj.Record(**flags, stride=stride))
    for name in names:
        if flags[name]:
            close(getattr(traj, name), getattr(whole, name)[:, stride - 1 :: stride])
        else:
            assert getattr(traj, name) is None
    close(traj.final_state.potentials, whole.final_state.potentials)


def time_first(x):
    return jnp.moveaxis(x, -2, 0)


@pytest.mark.parametrize(
    ("batch", "stride", "chunk_steps"), [((), 1, 9), ((4,), 2, 4), ((2, 3), 1, 4)]
)
def test_time_major_is_another_order_of_axes(batch, stride, chunk_steps):
    """In one chunk, and in chunks of which the last is shorter."""
    net = make(noise=cj.StepNoise(pre=0.1, post=0.1, rate=0.1))
    u = jax.random.normal(KEY, (*batch, 9, 2))
    options = {
        "key": KEY,
        "record": cj.Record(stride=stride),
        "adjoint": cj.HoistedAdjoint(
            chunk_bytes=chunk_steps * 8 * 7 * math.prod(batch)
        ),
    }

    @eqx.filter_value_and_grad(has_aux=True)
    def value(net, u, time_major):
        traj = cj.rollout(net, u, time_major=time_major, **options)
        parts = (traj.potentials, traj.rates, traj.outputs)
        return sum(jnp.sum(jnp.sin(3 * x)) for x in parts), traj

    run = eqx.filter_jit(value)
    (loss, expected), expected_grad = run(net, u, False)
    (loss_in_order, traj), grad = run(net, time_first(u), True)
    close(traj.final_state.potentials, expected.final_state.potentials)
    for name in ("potentials", "rates", "outputs"):
        close(getattr(traj, name), time_first(getattr(expected, name)))
    close(loss_in_order, loss)
    close(grad, expected_grad)


@pytest.mark.usefixtures("as_for_a_user")
def test_time_major_inputs_have_time_first():
    net, u = make(), jnp.zeros((5, 3, 2))
    assert shapes_of(net, u, key=KEY, time_major=True).outputs.shape == (5, 3, 3)
    with pytest.raises(ValueError, match=r"have shape \(time, \*batch, 2\)"):
        cj.rollout(net, jnp.zeros((5, 3)), key=KEY, time_major=True)
    with pytest.raises(ValueError, match="`time_major` must be True or False"):
        cj.rollout(net, u, key=KEY, time_major=1)


@pytest.mark.optimised
@pytest.mark.parametrize("time_major", [False, True])
@pytest.mark.parametrize("part", ["potentials", "rates", "outputs"])
def test_a_gradient_needs_no_memory_for_values_that_the_loss_ignores(part, time_major):
    net = cj.CTRNN(2, 64, 2, dt=20.0, tau=100.0, dtype=jnp.float32, key=KEY)
    u = jnp.zeros((500, 16, 2) if time_major else (16, 500, 2), jnp.float32)
    params, static = eqx.partition(net, cj.trainable(net))

    def bytes_used(record):
        def loss(params):
            net = eqx.combine(params, static)
            traj = cj.rollout(net, u, record=record, time_major=time_major)
            return jnp.mean(getattr(traj, part) ** 2)

        compiled = jax.jit(jax.value_and_grad(loss)).lower(params).compile()
        memory = compiled.memory_analysis()
        assert memory is not None
        return memory.temp_size_in_bytes

    names = ("potentials", "rates", "outputs")
    alone = bytes_used(cj.Record(**{name: name == part for name in names}))
    assert bytes_used(cj.Record()) < 1.02 * alone


@pytest.mark.optimised
def test_values_outside_the_record_are_not_materialised():
    net = cj.CTRNN(2, 64, 1, dt=1.0, tau=10.0, dtype=jnp.float32, key=KEY)
    u = jnp.zeros((4, 500, 2), jnp.float32)
    potentials = 4 * 500 * 64 * 4  # bytes of all of them

    def bytes_used(record):
        run = jax.jit(lambda net, u: cj.rollout(net, u, record=record))
        memory = run.lower(net, u).compile().memory_analysis()
        assert memory is not None
        return memory.temp_size_in_bytes + memory.output_size_in_bytes

    assert bytes_used(cj.Record()) > 2 * potentials
    assert bytes_used(cj.Record(potentials=False, rates=False)) < 0.2 * potentials
    thin = cj.Record(potentials=True, rates=False, outputs=False, stride=50)
    assert bytes_used(thin) < 0.2 * potentials


def shapes_of(net, *args, **options):
    """Return the shapes of a rollout, which is traced alone."""
    return eqx.filter_eval_shape(cj.rollout, net, *args, **options)


def test_runs_without_input():
    silent = cj.CTRNN(
        0, 3, 1, dt=10.0, tau=20.0, v0=cj.initialisers.Constant(1.0), key=KEY
    )
    by_steps = cj.rollout(silent, steps=6)
    assert by_steps.outputs.shape == (6, 1)
    assert identical(by_steps, cj.rollout(silent, jnp.zeros((6, 0))))
    start = cj.State(jnp.ones((2, 3)))
    assert shapes_of(silent, steps=6, state=start).rates.shape == (2, 6, 3)
    driven = cj.CTRNN(2, 3, 1, dt=10.0, tau=20.0, key=KEY)
    close(cj.rollout(driven, steps=4), cj.rollout(driven, jnp.zeros((4, 2))))
    assert cj.step(silent, silent.initial_state()).outputs.shape == (1,)
    keys = jax.random.split(KEY, 5)
    assert shapes_of(make(), steps=3, key=keys).rates.shape == (5, 3, 7)


def test_short_runs_and_small_networks(net):
    nothing = cj.rollout(net, jnp.zeros((2, 0, 2)), key=KEY)
    assert nothing.outputs.shape == (2, 0, 3)
    assert identical(nothing.final_state, net.initial_state((2,)))
    assert shapes_of(net, jnp.zeros((1, 2)), key=KEY).rates.shape == (1, 7)
    mute = cj.CTRNN(0, 2, 0, dt=1.0, tau=2.0, key=KEY)
    record = cj.Record(potentials=False, rates=False)
    adjoint = cj.HoistedAdjoint(chunk_bytes=32)
    silence = cj.rollout(mute, steps=10, record=record, adjoint=adjoint)
    assert silence.outputs.shape == (10, 0)
    lone = cj.CTRNN(1, 1, 1, dt=1.0, tau=2.0, key=KEY)
    assert shapes_of(lone, jnp.ones((3, 1))).outputs.shape == (3, 1)


def test_initial_states(net, u):
    start = cj.State(jnp.asarray(np.random.default_rng(6).normal(size=(4, 7))))
    whole = cj.rollout(net, u, key=KEY, state=start)
    first = cj.rollout(net, u[1], key=jax.random.fold_in(KEY, 1),
                       state=cj.State(start.potentials[1]))  # fmt: skip
    close(whole.potentials[1], first.potentials)
    shared = cj.rollout(net, u, key=KEY, state=cj.State(start.potentials[0]))
    close(shared.potentials[0], whole.potentials[0])


def test_raw_keys_and_keys_per_trial(net, u):
    raw = jax.random.PRNGKey(3)
    assert identical(
        cj.rollout(net, u, key=raw), cj.rollout(net, u, key=jax.random.key(3))
    )
    keys = jax.random.split(jax.random.key(0, impl="rbg"), 4)
    batch = cj.rollout(net, u, key=keys)
    close(batch.potentials[2], cj.rollout(net, u[2], key=keys[2]).potentials)
    other = cj.rollout(net, u[0], key=keys[1]).potentials
    assert not np.allclose(batch.potentials[0], other)


def test_a_noiseless_network_needs_no_key(net, u):
    quiet = cj.noiseless(net)
    assert identical(cj.rollout(quiet, u), cj.rollout(quiet, u, key=KEY))


def test_shifting_the_step_counter_shifts_the_noise(net, u):
    """Noise is a function of the step, so a later start draws later noise."""
    silent = cj.replace(net, w_hid=jnp.zeros((7, 7)))
    late = cj.State(silent.initial_state((4,)).potentials, 3)
    shifted = cj.rollout(silent, jnp.zeros((4, 2, 2)), key=KEY, state=late)
    whole = cj.rollout(silent, jnp.zeros((4, 5, 2)), key=KEY)
    leak = 1 - 20.0 / 100.0
    ours = shifted.potentials[:, 1] - leak * shifted.potentials[:, 0]
    theirs = whole.potentials[:, 4] - leak * whole.potentials[:, 3]
    close(ours, theirs)


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_results_have_the_networks_dtype(dtype):
    net = eqx.filter_eval_shape(lambda: make(dtype=dtype))

    def run(net, u):
        return cj.rollout(net, u, key=KEY)

    lowered = jax.jit(run).lower(net, jnp.zeros((2, 3, 2), dtype))
    traj = lowered.out_info
    assert {traj.potentials.dtype, traj.rates.dtype, traj.outputs.dtype} == {
        np.dtype(dtype)
    }
    assert "f64" not in lowered.as_text()
    assert not has_float64(net)


def test_float32_is_close_to_float64(net, u):
    narrow = cj.rollout(
        cj.astype(cj.noiseless(net), jnp.float32), u.astype(jnp.float32)
    )
    close(narrow.outputs.astype(float), cj.rollout(cj.noiseless(net), u).outputs,
          dtype="float32")  # fmt: skip


def test_other_numbers_do_not_compile_again(net, u):
    cj.rollout(net, u, key=KEY)
    other = make(jax.random.key(99), dt=5.0, tau=50.0, noise=cj.StepNoise(0.0, 3.0))
    with jax.log_compiles(), _no_compilation():
        cj.rollout(other, 2 * u, key=jax.random.key(98))
        cj.rollout(cj.replace(net, tau=80.0), u, key=KEY)


class _no_compilation:
    """Fail if a rollout is compiled inside."""

    def __enter__(self):
        from ctrnn_jax.simulation import _rollout

        self.run = _rollout._run
        self.before = self.run._cache_size()  # pyright: ignore

    def __exit__(self, *_):
        assert self.run._cache_size() == self.before  # pyright: ignore


def test_numbers_are_leaves_under_jit(net, u):
    run = eqx.filter_jit(
        eqx.debug.assert_max_traces(
            lambda n, u, k: cj.rollout(n, u, key=k), max_traces=1
        )
    )
    for scale in (1.0, 2.0):
        changed = cj.replace(net, dt=10.0 * scale, tau=100.0 * scale,
                             noise=cj.StepNoise(0.1 * scale, 0.2))  # fmt: skip
        run(changed, scale * u, jax.random.key(int(scale)))


@pytest.mark.parametrize("platform", ["cpu", "cuda", "rocm", "tpu"])
@pytest.mark.parametrize("what", ["rollout", "gradient"])
def test_lowers_for_every_platform(platform, what):
    """Lowering needs no device; there is no host callback and no float64."""
    net = make(dtype=jnp.float32)
    u = jnp.zeros((4, 9, 2), jnp.float32)
    params, static = eqx.partition(net, cj.trainable(net))

    def run(params, u, key):
        return cj.rollout(eqx.combine(params, static), u, key=key)

    def gradient(params, u, key):
        return jax.grad(lambda p: jnp.mean(run(p, u, key).outputs ** 2))(params)

    fn = jax.jit(run if what == "rollout" else gradient)
    lowered = fn.trace(params, u, KEY).lower(lowering_platforms=(platform,))
    text = lowered.as_text()
    assert "f64" not in text
    assert "callback" not in text
    assert "stablehlo.while" in text


@pytest.mark.parametrize(
    ("adjoint", "batch"), [(cj.HoistedAdjoint(), ()), (cj.Checkpointed(2), (3,))]
)
def test_a_network_without_input_bias_and_noise(adjoint, batch):
    """The network is then the simplified model, from v0."""
    net = cj.CTRNN(
        0, 5, 1, dt=20.0, tau=100.0, use_bias_hid=False, activation="tanh",
        v0=cj.initialisers.Constant(0.5), key=jax.random.key(0),
    )  # fmt: skip
    state = net.initial_state(batch)

    def run(net):
        return cj.rollout(net, steps=6, state=state, adjoint=adjoint)

    v, w = np.full(5, 0.5), np.asarray(cj.effective(net).w_hid)
    for _ in range(6):
        v = 0.8 * v + 0.2 * w @ np.tanh(v)
    close(run(net).potentials[..., -1, :], np.broadcast_to(v, (*batch, 5)))

    def total(w_hid):
        return run(cj.replace(net, w_hid=w_hid)).potentials[..., -1, :].sum()

    slope = jax.jit(jax.grad(total))(jnp.asarray(w))
    shift = np.zeros((5, 5))
    shift[1, 2] = 1e-6
    numeric = (total(jnp.asarray(w + shift)) - total(jnp.asarray(w - shift))) / 2e-6
    np.testing.assert_allclose(slope[1, 2], numeric, rtol=1e-6)
