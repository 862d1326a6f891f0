"""Teacher forcing against a plain NumPy loop, with gradients and every adjoint."""

import equinox as eqx
from helpers import close
import jax
import jax.numpy as jnp
import numpy as np
from oracles.forced import forced_loop
import pytest

import ctrnn_jax as cj
from ctrnn_jax.perturbations import Forced


KEY = jax.random.key(0)
RNG = np.random.default_rng(0)
DT, TAU, STEPS, N, TRIALS = 20.0, 100.0, 11, 7, 3
NET = cj.CTRNN(
    2,
    N,
    2,
    dt=DT,
    tau=TAU,
    b_hid=cj.initialisers.Uniform(1.0),
    v0=cj.initialisers.Uniform(1.0),
    w_hid=cj.initialisers.Normal(2.0),
    key=KEY,
)
U = RNG.normal(size=(TRIALS, STEPS, 2))
UNITS = (5, 0, 3)  # in the order of the targets, not of the units
TARGETS = RNG.normal(size=(TRIALS, STEPS, 3))


def expected(targets=TARGETS, alpha=1.0, u=U, **options):
    w = {name: np.asarray(x) for name, x in vars(cj.effective(NET)).items()}
    alpha = np.broadcast_to(alpha, targets.shape)
    v0 = options.pop("v0", w["v0"])
    return forced_loop(u, v0, w, DT / TAU, UNITS, targets, alpha, **options)


def run(net, u=U, **options):
    return jax.tree.map(np.asarray, cj.rollout(net, u, **options))


def everything(traj):
    return traj.potentials, traj.rates, traj.outputs


@pytest.mark.parametrize(
    "alpha", [0.0, 0.3, 1.0, np.array([1.0, 0.5, 0.0]), RNG.random(TARGETS.shape)]
)
def test_units_send_a_mix_of_target_and_actual_rates(alpha):
    forced = cj.perturb(NET, Forced(np.array(UNITS), TARGETS, alpha))
    traj, free = run(forced), run(NET)
    close(everything(traj), expected(alpha=alpha))
    if np.ndim(alpha) == 0 and alpha == 0:
        close(everything(traj), everything(free))
    else:
        assert np.abs(traj.rates - free.rates).max() > 0.01


def test_samples_are_counted_by_the_step_of_the_state():
    """Two rollouts continue as one; after the last sample units send actual rates."""
    short = cj.perturb(NET, Forced(np.array(UNITS), TARGETS[:, :6], 0.8))
    whole = run(short)
    close(everything(whole), expected(TARGETS[:, :6], 0.8))
    first = cj.rollout(short, U[:, :4])
    second = cj.rollout(short, U[:, 4:], state=first.final_state)
    close(second.rates, whole.rates[:, 4:])
    alone = cj.rollout(NET, U[:, 7:], state=cj.State(whole.potentials[:, 6]))
    close(alone.rates, whole.rates[:, 7:])
    late = cj.State(np.ones(N), step=3)
    traj = cj.rollout(short, U[:, :2], state=late)
    close(everything(traj), expected(TARGETS[:, :6], 0.8, U[:, :2], start=3,
                                      v0=np.ones(N)))  # fmt: skip
    one = cj.step(short, first.final_state, U[:, 4])
    close(one.rates, whole.rates[:, 4])


def test_forcing_with_the_actual_rates_changes_nothing():
    free = cj.rollout(NET, U)
    forced = cj.perturb(NET, Forced(np.arange(N), free.rates))
    close(everything(cj.rollout(forced, U)), everything(free))


def test_targets_for_all_trials_masks_and_several_forcings():
    alike = cj.perturb(NET, Forced(np.array(UNITS), TARGETS[0], 0.5))
    each = np.broadcast_to(TARGETS[:1], TARGETS.shape)
    close(everything(cj.rollout(alike, U)), expected(each, 0.5))
    single = run(alike, U[0])
    close(single.rates, run(alike).rates[0])
    alpha = RNG.random(TARGETS[0].shape)  # for each sample, for all trials
    samples = cj.perturb(NET, Forced(np.array(UNITS), TARGETS[0], alpha))
    close(everything(run(samples)), expected(each, alpha))
    mask = np.isin(np.arange(N), UNITS)  # then in the order of the units
    order = np.argsort(UNITS)
    masked = cj.perturb(NET, Forced(mask, TARGETS[0][:, order], 0.5))
    close(cj.rollout(masked, U).rates, cj.rollout(alike, U).rates)
    parts = cj.perturb(
        NET,
        Forced(5, TARGETS[0, :, :1], 0.5),
        Forced(np.array([0, 3]), np.broadcast_to(TARGETS[:1, :, 1:], (3, STEPS, 2)),
               0.5),
    )  # fmt: skip
    close(cj.rollout(parts, U).rates, cj.rollout(alike, U).rates)


def test_short_term_plasticity_depends_on_the_sent_rates():
    synapses = cj.dynamics.ShortTermPlasticity(tau_u=200.0, tau_x=1500.0, baseline=0.45)
    net = cj.replace(NET, synapses=synapses)
    forced = cj.perturb(net, Forced(np.array(UNITS), 5 * TARGETS, 0.7))
    close(
        everything(cj.rollout(forced, U)),
        expected(5 * TARGETS, 0.7, plastic=(DT, 200.0, 1500.0, 0.45)),
    )


def test_forcing_follows_a_clamp_and_is_not_recorded():
    clamp = cj.perturbations.Clamp(5, 0.3, (0.0, 1e6))  # not before the first step
    forced = Forced(np.array(UNITS), TARGETS)
    traj = run(cj.perturb(NET, forced, clamp))
    close(traj.rates[..., 5], np.full((TRIALS, STEPS), 0.3))
    plain = run(cj.perturb(NET, forced))
    others = np.arange(N) != 5
    close(traj.potentials, plain.potentials)
    close(traj.rates[..., others], plain.rates[..., others])


NOISY = cj.replace(
    NET,
    noise=cj.StepNoise(pre=0.1, rate=0.05),
    synapses=cj.dynamics.ShortTermPlasticity(tau_u=200.0, tau_x=1500.0, baseline=0.45),
)
ADJOINTS = {
    "hoisted": cj.HoistedAdjoint(),
    "in chunks": cj.HoistedAdjoint(chunk_bytes=500),
    "checkpointed": cj.Checkpointed(4),
    "one window": cj.Truncated(STEPS),
}


def loss(args, adjoint=ADJOINTS["hoisted"]):
    net, rates, alpha = args
    forced = cj.perturb(
        net, Forced(np.array(UNITS), rates, alpha), cj.perturbations.Clamp(1, 0.2)
    )
    record = cj.Record(potentials=False, rates=False)
    traj = cj.rollout(forced, jnp.asarray(U), key=KEY, adjoint=adjoint, record=record)
    return jnp.sum(jnp.sin(3 * traj.outputs))


ARGS = (NOISY, jnp.asarray(TARGETS), jnp.asarray(0.4))


def gradients(adjoint):
    return eqx.filter_jit(eqx.filter_grad(lambda args: loss(args, adjoint)))(ARGS)


@pytest.fixture(scope="module")
def plain():
    return gradients(cj.DirectAdjoint())


@pytest.mark.parametrize(
    "name",
    [
        n if n == "in chunks" else pytest.param(n, marks=pytest.mark.slow)
        for n in ADJOINTS  # the hoisted one is compared with differences too
    ],
)
def test_gradients_are_those_of_the_plain_scan(name, plain):
    """Gradients of weights, tau and synapses, of the target rates and the strength."""
    ours = gradients(ADJOINTS[name])
    for a, b in zip(jax.tree.leaves(ours), jax.tree.leaves(plain), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-10)
    assert np.asarray(ours[0].raw.w_hid).any()
    # the last sample is never sent: the step after the last would send it
    assert np.asarray(ours[1])[:, :-2].all()
    assert not np.asarray(ours[1])[:, -1].any()
    assert float(ours[2]) != 0


def test_gradients_equal_finite_differences():
    """Forward mode, reverse mode and differences agree, in rates and strength."""
    direction = jnp.asarray(RNG.normal(size=TARGETS.shape)), jnp.asarray(1.0)

    def at(rates, alpha):
        return loss((NOISY, rates, alpha))

    @jax.jit
    def derivatives():
        grads = jax.grad(at, argnums=(0, 1))(*ARGS[1:])
        back = jnp.vdot(grads[0], direction[0]) + grads[1] * direction[1]
        return jax.jvp(at, ARGS[1:], direction)[1], back

    slope, back = (np.asarray(x) for x in derivatives())
    close(slope, back)
    steps = 1e-5 * np.array([1.0, -1.0])
    ahead, behind = np.asarray(
        jax.jit(
            jax.vmap(
                lambda h: at(
                    *(x + h * d for x, d in zip(ARGS[1:], direction, strict=True))
                )
            )
        )(steps)
    )
    np.testing.assert_allclose(slope, (ahead - behind) / 2e-5, rtol=1e-6)


def test_mapped_over_trials_and_strengths_without_compiling_again():
    traces = []

    @jax.jit
    def all_strengths(alphas, rates):
        traces.append(1)

        def one(alpha, rates, u):
            return cj.rollout(
                cj.perturb(NET, Forced(np.array(UNITS), rates, alpha)), u
            ).rates

        each = jax.vmap(one, in_axes=(None, 0, 0))
        return jax.vmap(each, in_axes=(0, None, None))(alphas, rates, jnp.asarray(U))

    all_rates = all_strengths(jnp.array([0.2, 0.9]), jnp.asarray(TARGETS))
    for rates, alpha in zip(all_rates, (0.2, 0.9), strict=True):
        close(rates, expected(alpha=alpha)[1])
    all_strengths(jnp.array([0.0, 1.0]), jnp.asarray(-TARGETS))
    assert len(traces) == 1


def test_units_of_other_forms_send_the_target_rates():
    """With strength 1 on all units the earlier state has an effect by its leak only."""
    net = cj.replace(NET, form=cj.dynamics.RateForm())
    rates = np.asarray(RNG.normal(size=(STEPS, N)))
    traj = run(cj.perturb(net, Forced(np.arange(N), rates)), U[0])
    w = cj.effective(net)
    total = rates[3] @ np.asarray(w.w_hid).T + U[0, 4] @ np.asarray(w.w_in).T
    target = np.tanh(total + np.asarray(w.b_hid))
    close(traj.rates[4], 0.8 * traj.rates[3] + 0.2 * target)


def test_forcing_keeps_float32_and_leaves_the_network_alone():
    small = cj.astype(NET, jnp.float32)
    forced = cj.perturb(small, Forced(np.array(UNITS), TARGETS))
    traj = cj.rollout(forced, U.astype(np.float32))
    assert traj.rates.dtype == traj.final_state.potentials.dtype == jnp.float32
    close(traj.rates, expected()[1], dtype="float32", scale=10)
    before = jax.tree.leaves(NET)
    cj.perturb(NET, Forced(np.array(UNITS), TARGETS))
    assert all(a is b for a, b in zip(before, jax.tree.leaves(NET), strict=True))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Forced(7, TARGETS), "`units` must be indices below 7"),
        (lambda: Forced("motor", TARGETS), "Nothing has a name here"),
        (lambda: Forced(np.array([1, 1]), TARGETS), "`units` must be different units"),
        (lambda: Forced(np.zeros(N, bool), TARGETS), "at least one"),
        (lambda: Forced(0, TARGETS), r"`rates` must have shape \(\*batch, time, 1\)"),
        (lambda: Forced(0, TARGETS[0, :, 0]), r"got shape \(11,\)"),
        (lambda: Forced(0, np.full((4, 1), np.nan)), "`rates` must be finite"),
        (lambda: Forced(0, np.ones((4, 1)), 1.5), r"`strength` must lie in \[0, 1\]"),
        (lambda: Forced(0, np.ones((4, 1)), np.ones(2)), "`strength` must be one num"),
        (lambda: Forced(np.array(UNITS), TARGETS[:2]), "`rates` must have the batch"),
        (lambda: Forced(np.array(UNITS), TARGETS[None]), r"got batch \(1, 3\)"),
    ],
)
def test_invalid_forcing_raises(make, message):
    with pytest.raises(ValueError, match=message):
        cj.rollout(cj.perturb(NET, make()), U)
