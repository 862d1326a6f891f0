"""Perturbations against plain NumPy loops, in windows, under vmap, with gradients."""

import equinox as eqx
from helpers import close
import jax
import jax.numpy as jnp
import numpy as np
import pytest

import ctrnn_jax as cj


KEY = jax.random.key(0)
DT, TAU, STEPS = 20.0, 100.0, 16
AREAS = cj.connectivity.MultiAreaEI(
    {"a": 6, "b": 9}, inputs={"u": 2}, outputs=2, key=KEY
)
NET = cj.EIRNN(
    *AREAS.sizes, connectivity=AREAS, dt=DT, tau=TAU, activation="softplus",
    noise=cj.DiffusionNoise(0.1), b_hid=np.linspace(-1, 1, 15), key=KEY,
)  # fmt: skip
QUIET = cj.noiseless(NET)
U = np.random.default_rng(0).normal(size=(STEPS, 2))
N = 15


def loop(u, w_at, rates_at, current_at, alive_at):
    """Compute the equation with perturbations as hooks; rates are softplus."""
    w = {n: np.asarray(x) for n, x in vars(cj.effective(QUIET)).items()}
    v, out = w["v0"], []
    r = rates_at(-1, np.log1p(np.exp(v)))
    for t in range(len(u)):
        w_hid, w_in = w_at(t, w["w_hid"], w["w_in"])
        total = w_hid @ r + w_in @ u[t] + w["b_hid"] + current_at(t)
        v = (v + DT / TAU * (-v + total)) * alive_at(t)
        r = rates_at(t, np.log1p(np.exp(v)))
        out.append((v, r, w["w_out"] @ r + w["b_out"]))
    return tuple(np.array(x) for x in zip(*out, strict=True))


def same(t, *values):
    return values[0] if len(values) == 1 else values


def run(net, u=U, **options):
    return jax.tree.map(np.asarray, cj.rollout(net, u, **options))


def check(perturbations, *, all_ways=False, **changes):
    """Compare a rollout with the loop.

    `all_ways`: also in two parts, and in all ways in which a rollout computes and
    records its steps.
    """
    hooks = {
        "w_at": same,
        "rates_at": same,
        "current_at": lambda t: 0.0,
        "alive_at": lambda t: 1.0,
        **changes,
    }
    net = cj.perturb(QUIET, *perturbations)
    traj = run(net)
    close((traj.potentials, traj.rates, traj.outputs), loop(U, **hooks))
    if not all_ways:
        return
    first = cj.rollout(net, U[:8])
    second = cj.rollout(net, U[8:], state=first.final_state)
    close(second.rates, traj.rates[8:])  # windows go by the state's step counter
    record = cj.Record(potentials=False, rates=False)
    close(cj.rollout(net, U, record=record).outputs, traj.outputs)
    strided = cj.rollout(net, U, record=cj.Record(stride=4))
    close(strided.rates, traj.rates[3::4])
    chunked = cj.rollout(net, U, adjoint=cj.HoistedAdjoint(chunk_bytes=500))
    close(chunked.outputs, traj.outputs)


def inside(t):
    return 4 <= t < 9  # 80 to 180 ms


WINDOW = (4 * DT, 9 * DT)
B = np.arange(N) >= 6


def test_a_clamp_holds_rates_in_its_window():
    check(
        [cj.perturbations.Clamp("b", 0.3, WINDOW)],
        all_ways=True,
        rates_at=lambda t, r: np.where(B & inside(t), 0.3, r),
    )
    check([cj.perturbations.Clamp(np.array([2, 3]))], rates_at=lambda t, r: np.where(
        np.isin(np.arange(N), [2, 3]), 0.0, r))  # fmt: skip


WINDOWS = [WINDOW, pytest.param(None, marks=pytest.mark.slow)]


@pytest.mark.parametrize("window", WINDOWS)
def test_a_lesion_removes_units(window):
    def on(t):
        return window is None or inside(t)

    check(
        [cj.perturbations.Lesion(B, window)],
        all_ways=window is None,
        rates_at=lambda t, r: np.where(B & on(t), 0.0, r),
        alive_at=lambda t: np.where(B & on(t), 0.0, 1.0),
    )


def test_a_lesion_is_a_network_without_the_units():
    """The remaining units have the rates of a network of these units alone."""
    w = jax.tree.map(np.asarray, cj.effective(QUIET))
    keep = np.flatnonzero(~B)
    small = cj.CTRNN(
        2, 6, 2, dt=DT, tau=TAU, activation="softplus", key=KEY,
        w_in=w.w_in[keep], w_hid=w.w_hid[np.ix_(keep, keep)], w_out=w.w_out[:, keep],
        b_hid=w.b_hid[keep], b_out=w.b_out, v0=w.v0[keep],
    )  # fmt: skip
    lesioned = cj.rollout(cj.perturb(QUIET, cj.perturbations.Lesion("b")), U)
    alone = run(small)
    close(lesioned.rates_of("a"), alone.rates)
    close(lesioned.outputs, alone.outputs)


def test_a_current_enters_as_the_input_does():
    amplitude = np.linspace(0.5, 2, N)
    check(
        [cj.perturbations.Current("b", amplitude, WINDOW)],
        current_at=lambda t: np.where(B & inside(t), amplitude, 0.0),
    )


@pytest.mark.parametrize("window", WINDOWS)
def test_projections_are_scaled_and_synapses_removed(window):
    mask = np.random.default_rng(1).random((N, N)) < 0.3
    block = np.outer(B, ~B)

    def on(t):
        return window is None or inside(t)

    check(
        [cj.perturbations.Scale(2.5, post="b", pre="a", window=window)],
        w_at=lambda t, w, w_in: (np.where(block & on(t), 2.5, 1.0) * w, w_in),
    )
    check(
        [cj.perturbations.Ablate(mask, window=window)],
        w_at=lambda t, w, w_in: (np.where(mask & on(t), 0.0, w), w_in),
    )
    check(
        [cj.perturbations.Scale(0.0, post="a", weight="w_in", window=window)],
        w_at=lambda t, w, w_in: (w, np.where(~B[:, None] & on(t), 0.0, w_in)),
    )


def test_projections_are_scaled_at_all_times():
    """Of the inputs, and one of the recurrent weights after an ablation of synapses."""
    mask = np.random.default_rng(1).random((N, N)) < 0.3
    block = np.outer(B, ~B)
    check(
        [
            cj.perturbations.Ablate(mask),
            cj.perturbations.Scale(2.5, post="b", pre="a"),
            cj.perturbations.Scale(0.0, post="a", weight="w_in"),
        ],
        w_at=lambda t, w, w_in: (
            np.where(block, 2.5, 1.0) * np.where(mask, 0.0, w),
            np.where(~B[:, None], 0.0, w_in),
        ),
    )


def test_windows_that_overlap_multiply():
    """Factors multiply: a synapse that is removed twice stays removed."""
    late = (7 * DT, 12 * DT)
    on = (inside, lambda t: 7 <= t < 12, lambda t: 2 <= t < 8)
    mask = np.random.default_rng(1).random((N, N)) < 0.3
    b_from_a = np.outer(B, ~B)
    check(
        [
            cj.perturbations.Ablate(mask, window=WINDOW),
            cj.perturbations.Scale(0.0, window=late),
        ],
        w_at=lambda t, w, w_in: (
            w * np.where(mask & on[0](t), 0.0, 1.0) * (0.0 if on[1](t) else 1.0),
            w_in,
        ),
    )
    check(
        [
            cj.perturbations.Scale(0.5, window=WINDOW),
            cj.perturbations.Scale(3.0, post="b", pre="a", window=late),
            cj.perturbations.Scale(2.0, window=(2 * DT, 8 * DT)),
            cj.perturbations.Scale(0.1, weight="w_in", window=late),
        ],
        all_ways=True,
        w_at=lambda t, w, w_in: (
            w
            * (0.5 if on[0](t) else 1.0)
            * np.where(b_from_a & on[1](t), 3.0, 1.0)
            * (2.0 if on[2](t) else 1.0),
            w_in * (0.1 if on[1](t) else 1.0),
        ),
    )


def test_several_perturbations_act_together_and_do_not_change_the_network():
    before = jax.tree.leaves(QUIET)
    check(
        [
            cj.perturbations.Clamp("b", 0.3, WINDOW),
            cj.perturbations.Current(0, 1.0),
            cj.perturbations.Clamp(7, 0.9),
        ],
        rates_at=lambda t, r: np.where(
            np.arange(N) == 7, 0.9, np.where(B & inside(t), 0.3, r)
        ),
        current_at=lambda t: np.eye(N)[0],
    )
    assert all(a is b for a, b in zip(before, jax.tree.leaves(QUIET), strict=True))
    twice = cj.perturb(
        cj.perturb(QUIET, cj.perturbations.Clamp("b")), cj.perturbations.Clamp("a")
    )
    assert not run(twice).rates.any()
    close(run(cj.perturb(QUIET)), run(QUIET), scale=0)


def test_a_perturbation_does_not_change_the_noise():
    plain = run(NET, key=KEY)
    later = cj.perturb(NET, cj.perturbations.Clamp("b", 5.0, (10 * DT, 12 * DT)))
    close(run(later, key=KEY).rates[:10], plain.rates[:10])


def test_vmap_over_targets_compiles_once():
    traces = []

    @jax.jit
    def all_lesions(start):
        traces.append(1)

        def one(unit):
            return cj.rollout(
                cj.perturb(
                    QUIET, cj.perturbations.Lesion(unit, (start, start + 100.0))
                ),
                U,
            ).outputs

        return jax.vmap(one)(jnp.arange(N))

    outputs = np.asarray(all_lesions(40.0))
    all_lesions(60.0)
    assert len(traces) == 1
    for unit in (0, 14):
        single = cj.perturb(QUIET, cj.perturbations.Lesion(unit, (40.0, 140.0)))
        close(outputs[unit], cj.rollout(single, U).outputs)
    masks = jax.vmap(
        lambda m: cj.rollout(cj.perturb(QUIET, cj.perturbations.Clamp(m)), U).rates
    )
    assert not np.asarray(masks(np.eye(N, dtype=bool)))[3, :, 3].any()


@pytest.mark.parametrize(
    "adjoint",
    [
        cj.HoistedAdjoint(),
        pytest.param(cj.HoistedAdjoint(chunk_bytes=600), marks=pytest.mark.slow),
    ],
)
def test_gradients_through_perturbations_synapses_and_noisy_rates(adjoint):
    """The hoisted and the direct adjoint agree, also in amplitudes and factors."""
    net = cj.replace(
        NET,
        synapses=cj.dynamics.ShortTermPlasticity.of_kinds(np.arange(N) % 2 == 0),
        noise=cj.StepNoise(pre=0.1, rate=0.05),
    )

    def loss(net, numbers, adjoint):
        amplitude, factor, rate = numbers
        perturbed = cj.perturb(
            net,
            cj.perturbations.Current("a", amplitude, WINDOW),
            cj.perturbations.Scale(factor, post="b", pre="a", window=(0.0, 100.0)),
            cj.perturbations.Clamp(9, rate, WINDOW),
        )
        u = jnp.asarray(np.stack([U, -U]))
        traj = cj.rollout(perturbed, u, key=KEY, adjoint=adjoint)
        return jnp.sum(traj.rates**2) + jnp.sum(jnp.sin(traj.outputs))

    numbers = (jnp.asarray(0.7), jnp.asarray(1.4), jnp.asarray(0.2))
    grads = eqx.filter_jit(eqx.filter_grad(lambda args, adjoint: loss(*args, adjoint)))
    ours, plain = (grads((net, numbers), a) for a in (adjoint, cj.DirectAdjoint()))
    for a, b in zip(jax.tree.leaves(ours), jax.tree.leaves(plain), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-10)
    net_grads, number_grads = ours
    assert np.asarray(net_grads.synapses.tau_u).any()
    assert np.asarray(net_grads.raw.tau).any()
    assert all(float(x) != 0 for x in number_grads)


def test_an_empty_selection_is_no_unit():
    intact = run(QUIET).rates
    for none in ([], (), np.zeros(0, int)):
        perturbed = cj.perturb(
            QUIET,
            cj.perturbations.Lesion(none),
            cj.perturbations.Clamp(none, 0.5),
            cj.perturbations.Current(none, 2.0),
            cj.perturbations.Scale(0.0, pre=none),
            cj.perturbations.Scale(0.0, post=none),
        )
        close(run(perturbed).rates, intact)
    all_of_them = cj.perturb(QUIET, cj.perturbations.Scale(0.0))
    assert not np.allclose(run(all_of_them).rates, intact)


@pytest.mark.parametrize("dt", [0.7, 0.9, 1.3, 0.01])
@pytest.mark.parametrize("start", [54_321, 100_003])
def test_late_windows_have_all_their_steps_in_float32(dt, start):
    """A window of three steps has three steps though times are rounded."""
    net = cj.CTRNN(0, 1, 0, dt=dt, tau=100.0, dtype=jnp.float32, key=jax.random.key(0))
    held = cj.perturbations.Clamp(0, 7.0, (start * dt, (start + 3) * dt))
    first = net.initial_state()
    state = cj.State(first.potentials, jnp.asarray(start - 2, first.step.dtype))
    u = np.zeros((8, 0), np.float32)
    rates = np.asarray(cj.rollout(cj.perturb(net, held), u, state=state).rates)
    np.testing.assert_array_equal(rates[:, 0] == 7.0, [0, 0, 1, 1, 1, 0, 0, 0])


@pytest.mark.parametrize("start", [0, 7, 54_321])
@pytest.mark.parametrize("dt", [0.7, 20.0])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_windows_without_a_step_raise(dt, start, dtype):
    net = cj.CTRNN(0, 1, 0, dt=dt, tau=100.0, dtype=dtype, key=jax.random.key(0))

    def lesion(first, last):
        return cj.perturbations.Lesion(0, (first * dt, last * dt))

    valid = (start, start + 1), (start - 0.5, start + 0.5), (-np.inf, np.inf)
    cj.perturb(net, *(lesion(*window) for window in valid))
    cj.perturb(net, lesion(10**6, np.inf))  # a rollout may be long
    cj.perturb(net, cj.perturbations.Forced(0, np.zeros((3, 1))))
    for first, last in ((start + 0.2, start + 0.8), (start, start), (-8, 0)):
        with pytest.raises(ValueError, match=rf"contain a step of {dt:g} ms"):
            cj.perturb(net, lesion(first, last))


def test_traced_windows_are_not_validated():
    def effect(stop):
        window = (jnp.zeros_like(stop), stop)
        (effect,) = cj.perturb(QUIET, cj.perturbations.Lesion(0, window)).effects
        assert isinstance(effect, cj.perturbations.ActivityEffect)
        assert effect.window is not None
        return effect.window[1]

    stops = jnp.array([0.0, 40.0])
    np.testing.assert_array_equal(jax.vmap(effect)(stops), stops)


@pytest.mark.usefixtures("as_for_a_user")
@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: cj.perturb(NET, "b"),
            r"`perturbations\[0\]` must be a perturbation; got 'b'",
        ),
        (
            lambda: cj.perturb(NET, cj.perturbations.Lesion(0, 5.0)),
            r"`window` must be \(start, stop\) in ms; got 5.0",
        ),
        (
            lambda: cj.perturb(
                NET, cj.perturbations.Ablate(np.ones((N, N), bool), weight="w_hidden")
            ),
            "`weight` must be a known name; got 'w_hidden'. Did you mean 'w_hid'",
        ),
        (
            lambda: cj.perturb(NET, cj.perturbations.Lesion("aa")),
            "be a known name; got 'aa'",
        ),
        (
            lambda: cj.perturb(NET, cj.perturbations.Lesion(15)),
            "`units` must be indices below 15",
        ),
        (
            lambda: cj.perturb(NET, cj.perturbations.Lesion(np.ones(3, bool))),
            "as a mask",
        ),
        (
            lambda: cj.perturb(NET, cj.perturbations.Lesion(0.5)),
            "be names, indices or a mask",
        ),
        (
            lambda: cj.perturb(NET, cj.perturbations.Clamp(0, np.ones(3))),
            "one per unit of",
        ),
        (
            lambda: cj.perturb(NET, cj.perturbations.Lesion(0, (5.0, 1.0))),
            "not end before it starts",
        ),
        (
            lambda: cj.perturb(NET, cj.perturbations.Ablate(np.ones((2, 15), bool))),
            "Axis 0 is post",
        ),
        (
            lambda: cj.perturb(NET, cj.perturbations.Scale(0.0, weight="w_out")),
            "`weight` must be a known name; got 'w_out'",
        ),
        (
            lambda: cj.perturb(NET, cj.perturbations.Scale(np.ones(15))),
            "`factor` must be one number; got shape",
        ),
        (
            lambda: cj.perturb(NET, cj.perturbations.Clamp(0, np.nan)),
            "`rate` must be finite; got nan",
        ),
        (
            lambda: cj.perturb(NET, cj.perturbations.Current(0, np.inf)),
            "`amplitude` must be finite; got inf",
        ),
        (
            lambda: cj.perturb(NET, cj.perturbations.Scale(np.nan)),
            "`factor` must be finite; got nan",
        ),
    ],
)
def test_invalid_perturbations_raise(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_a_perturbed_network_prints_what_each_perturbation_is_on():
    perturbed = cj.perturb(
        NET,
        cj.perturbations.Lesion("b"),
        cj.perturbations.Clamp([0, 1], 0.5, window=(80, 180)),
        cj.perturbations.Current(0, 0.5, window=(0.0, 20.0)),
    )
    perturbed = cj.perturb(perturbed, cj.perturbations.Scale(0.5, "a", "b"))
    assert perturbed.kinds == ("Lesion", "Clamp", "Current", "Scale")
    assert repr(perturbed).splitlines() == [
        "Perturbed: 4 perturbations",
        "network  EIRNN: 2 inputs -> 15 units -> 2 outputs, float64",
        "Lesion   9 of 15 units, always",
        "Clamp    2 of 15 units, from 80 to 180 ms",
        "Current  1 of 15 units, from 0 to 20 ms",
        "Scale    54 of 225 weights of w_hid, always",
        "cj.rollout simulates it; its `network` is intact, for analyses and cj.save",
    ]
    assert "Forced" in repr(
        cj.perturb(NET, cj.perturbations.Forced([0], np.ones((4, 1))))
    )
