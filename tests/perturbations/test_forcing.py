"""Teacher forcing against a plain NumPy loop, with gradients and every adjoint."""

import equinox as eqx
from helpers import close, identical
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


def everything(traj):
    return traj.potentials, traj.rates, traj.outputs


@pytest.mark.parametrize(
    "alpha", [0.0, 0.3, 1.0, np.array([1.0, 0.5, 0.0]), RNG.random(TARGETS.shape)]
)
def test_rates_that_are_sent_are_mixed_with_those_given(alpha):
    forced = cj.perturb(NET, Forced(np.array(UNITS), TARGETS, alpha))
    traj = cj.rollout(forced, U)
    close(everything(traj), expected(alpha=alpha))
    if np.ndim(alpha) == 0 and alpha == 0:
        close(everything(traj), everything(cj.rollout(NET, U)))
    else:
        assert np.abs(traj.rates - cj.rollout(NET, U).rates).max() > 0.01


def test_samples_go_by_the_step_of_the_state_and_end():
    """Carried on, it is the same; past the last sample units send their own rates."""
    short = cj.perturb(NET, Forced(np.array(UNITS), TARGETS[:, :6], 0.8))
    whole = cj.rollout(short, U)
    close(everything(whole), expected(TARGETS[:, :6], 0.8))
    first = cj.rollout(short, U[:, :4])
    second = cj.rollout(short, U[:, 4:], state=first.final_state)
    close(second.rates, whole.rates[:, 4:])
    alone = cj.rollout(NET, U[:, 7:], state=cj.State(whole.potentials[:, 6]))
    close(alone.rates, whole.rates[:, 7:])
    late = cj.State(np.ones(N), step=3)
    found = cj.rollout(short, U[:, :2], state=late)
    close(everything(found), expected(TARGETS[:, :6], 0.8, U[:, :2], start=3,
                                      v0=np.ones(N)))  # fmt: skip
    one = cj.step(short, first.final_state, U[:, 4])
    close(one.rates, whole.rates[:, 4])


def test_forced_with_its_own_rates_a_network_does_as_ever():
    own = cj.rollout(NET, U)
    forced = cj.perturb(NET, Forced(np.arange(N), own.rates))
    close(everything(cj.rollout(forced, U)), everything(own))


def test_one_recording_for_all_trials_masks_and_several_at_once():
    alike = cj.perturb(NET, Forced(np.array(UNITS), TARGETS[0], 0.5))
    each = np.broadcast_to(TARGETS[:1], TARGETS.shape)
    close(everything(cj.rollout(alike, U)), expected(each, 0.5))
    single = cj.rollout(alike, U[0])
    close(single.rates, cj.rollout(alike, U).rates[0])
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


def test_short_term_plasticity_sees_what_is_sent():
    synapses = cj.dynamics.ShortTermPlasticity(tau_u=200.0, tau_x=1500.0, baseline=0.45)
    net = cj.replace(NET, synapses=synapses)
    forced = cj.perturb(net, Forced(np.array(UNITS), 5 * TARGETS, 0.7))
    close(
        everything(cj.rollout(forced, U)),
        expected(5 * TARGETS, 0.7, plastic=(DT, 200.0, 1500.0, 0.45)),
    )


def test_it_acts_on_what_a_clamp_leaves_and_is_neither_kept_nor_read():
    clamp = cj.perturbations.Clamp(5, 0.3, (0.0, 1e6))  # not before the first step
    forced = Forced(np.array(UNITS), TARGETS)
    found = cj.rollout(cj.perturb(NET, forced, clamp), U)
    close(found.rates[..., 5], np.full((TRIALS, STEPS), 0.3))
    plain = cj.rollout(cj.perturb(NET, forced), U)
    others = np.arange(N) != 5
    close(found.potentials, plain.potentials)
    close(found.rates[..., others], plain.rates[..., others])


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
    return eqx.filter_grad(lambda args: loss(args, adjoint))(ARGS)


@pytest.fixture(scope="module")
def plain():
    return gradients(cj.DirectAdjoint())


@pytest.mark.parametrize("name", ADJOINTS)
def test_gradients_are_those_of_the_plain_scan(name, plain):
    """Of weights, tau and synapses, of the rates that are given and of the strength."""
    ours = gradients(ADJOINTS[name])
    for a, b in zip(jax.tree.leaves(ours), jax.tree.leaves(plain), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-10)
    assert np.asarray(ours[0].raw.w_hid).any()
    # the last sample given is never sent: it would be in the step after the last
    assert np.asarray(ours[1])[:, :-2].all()
    assert not np.asarray(ours[1])[:, -1].any()
    assert float(ours[2]) != 0


def test_gradients_are_differences():
    """A step along the gradient in rates and strength, and forwards as backwards."""
    direction = jnp.asarray(RNG.normal(size=TARGETS.shape)), jnp.asarray(1.0)

    def at(rates, alpha):
        return loss((NOISY, rates, alpha))

    slope = jax.jvp(at, ARGS[1:], direction)[1]
    grads = jax.grad(at, argnums=(0, 1))(*ARGS[1:])
    back = jnp.vdot(grads[0], direction[0]) + grads[1] * direction[1]
    close(slope, back)
    h = 1e-5

    def moved(s):
        return at(*(x + s * h * d for x, d in zip(ARGS[1:], direction,
                                                            strict=True)))  # fmt: skip

    np.testing.assert_allclose(slope, (moved(1) - moved(-1)) / (2 * h), rtol=1e-6)


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

    found = all_strengths(jnp.array([0.2, 0.9]), jnp.asarray(TARGETS))
    for rates, alpha in zip(found, (0.2, 0.9), strict=True):
        close(rates, expected(alpha=alpha)[1])
    all_strengths(jnp.array([0.0, 1.0]), jnp.asarray(-TARGETS))
    assert len(traces) == 1


def test_other_forms_send_what_is_given():
    """With strength 1 on all units the state before matters through its leak alone."""
    net = cj.replace(NET, form=cj.dynamics.RateForm())
    rates = np.asarray(RNG.normal(size=(STEPS, N)))
    found = cj.rollout(cj.perturb(net, Forced(np.arange(N), rates)), U[0])
    w = cj.effective(net)
    total = rates[3] @ np.asarray(w.w_hid).T + U[0, 4] @ np.asarray(w.w_in).T
    target = np.tanh(total + np.asarray(w.b_hid))
    close(found.rates[4], 0.8 * found.rates[3] + 0.2 * target)


def test_a_network_of_32_bits_stays_so_and_without_it_nothing_changes():
    small = cj.astype(NET, jnp.float32)
    forced = cj.perturb(small, Forced(np.array(UNITS), TARGETS))
    traj = cj.rollout(forced, U.astype(np.float32))
    assert traj.rates.dtype == traj.final_state.potentials.dtype == jnp.float32
    close(traj.rates, expected()[1], dtype="float32", scale=10)
    before = jax.tree.map(lambda x: x, NET)
    cj.perturb(NET, Forced(np.array(UNITS), TARGETS))
    assert identical(before, NET)


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
def test_what_does_not_fit_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        cj.rollout(cj.perturb(NET, make()), U)
