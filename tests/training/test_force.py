"""FORCE learning: ridge regression in open loop, and pattern generation."""

import equinox as eqx
from helpers import close, has_float64, identical
import jax
import jax.numpy as jnp
import numpy as np
import pytest

import ctrnn_jax as cj
from ctrnn_jax.training import force


def normal(seed, *shape, std=1.0):
    return np.random.default_rng(seed).normal(0.0, std, shape)


N, N_IN, N_OUT, STEPS = 20, 2, 3, 60


def small(**options):
    settings = {"dt": 10.0, "tau": 50.0, "w_out": normal(1, N_OUT, N), **options}
    settings = {"b_out": normal(2, N_OUT), "key": jax.random.key(0), **settings}
    return cj.CTRNN(N_IN, N, N_OUT, **settings)


U, TARGETS = normal(3, STEPS, N_IN), normal(4, STEPS, N_OUT)


def ridge(rates, targets, start, alpha):
    """Return the weights that minimise |W r - f|^2 + alpha |W - start|^2.

    Also returns (R^T R + alpha)^-1. Solves the normal equations; rates and targets have
    one row for each step.
    """
    inverse = np.linalg.inv(rates.T @ rates + alpha * np.eye(rates.shape[1]))
    return start + (targets - rates @ start.T).T @ rates @ inverse, inverse


@pytest.mark.parametrize("alpha", [0.3, 20.0])
def test_open_loop_learning_is_ridge_regression(alpha):
    """After T steps the readout is the solution for all T steps at once."""
    net = small()
    result = force(net, U, TARGETS, alpha=alpha)
    rates = np.asarray(cj.rollout(net, U).rates)
    expected, inverse = ridge(
        rates, TARGETS - normal(2, N_OUT), normal(1, N_OUT, N), alpha
    )
    np.testing.assert_allclose(result.network.raw.w_out, expected, atol=1e-8)
    np.testing.assert_allclose(result.precision, inverse, atol=1e-8)
    assert np.abs(expected - normal(1, N_OUT, N)).max() > 0.1
    # and nothing else changed
    same = eqx.tree_at(lambda n: n.raw.w_out, result.network, net.raw.w_out)
    assert identical(same, net)
    assert identical(result.open_network, result.network)


def test_errors_are_those_before_each_update():
    """The error of step k is that of the ridge regression on the k steps before it."""
    net = small()
    result = force(net, U, TARGETS, alpha=2.0)
    assert result.errors.shape == (1, STEPS, N_OUT)
    rates, wanted = np.asarray(cj.rollout(net, U).rates), TARGETS - normal(2, N_OUT)
    for k in (0, 1, 17, STEPS - 1):
        w = ridge(rates[:k], wanted[:k], normal(1, N_OUT, N), 2.0)[0]
        close(result.errors[0, k], w @ rates[k] - wanted[k], scale=100)


def test_only_steps_of_the_mask_and_multiples_of_every_are_learned():
    net, mask = small(), np.arange(STEPS) % 7 != 0
    result = force(net, U, TARGETS, mask=mask, every=3)
    # the count of step t, from 0, is t + 1 after it
    is_learned = mask & ((np.arange(STEPS) + 1) % 3 == 0)
    rates, wanted = np.asarray(cj.rollout(net, U).rates), TARGETS - normal(2, N_OUT)
    start = normal(1, N_OUT, N)
    expected = ridge(rates[is_learned], wanted[is_learned], start, 1.0)[0]
    np.testing.assert_allclose(result.network.raw.w_out, expected, atol=1e-8)
    without_steps = force(net, U, TARGETS, mask=np.zeros(STEPS))
    assert identical(without_steps.network, net)


def test_trials_and_passes_are_learned_one_after_the_other():
    """Each trial starts at v0, with the noise of its rollout; later passes continue."""
    net = small(noise=cj.StepNoise(0.1, 0.2, 0.3), activation="relu")
    u, targets = normal(5, 2, STEPS, N_IN), normal(6, 2, STEPS, N_OUT)
    key = jax.random.key(8)
    result = force(net, u, targets, passes=2, key=key)
    first = cj.rollout(net, u, key=key)
    second = cj.rollout(net, u, key=key, state=cj.State(net.raw.v0, STEPS))
    rates = np.concatenate([first.rates, second.rates]).reshape(-1, N)
    wanted = np.concatenate([targets, targets]).reshape(-1, N_OUT) - normal(2, N_OUT)
    expected = ridge(rates, wanted, normal(1, N_OUT, N), 1.0)[0]
    np.testing.assert_allclose(result.network.raw.w_out, expected, atol=1e-8)
    assert result.errors.shape == (2, 2, STEPS, N_OUT)
    close(result.state, second.final_state)
    with pytest.raises(ValueError, match="`key` must be given"):
        force(net, u, targets)


@pytest.mark.slow
def test_learning_in_two_parts_equals_learning_in_one():
    net, feedback = small(noise=cj.DiffusionNoise(0.1)), normal(7, N, N_OUT, std=0.5)
    options = {"feedback": feedback, "key": jax.random.key(1), "every": 4}
    whole = force(net, U, TARGETS, **options)
    part = force(net, U[:30], TARGETS[:30], **options)
    carried = {"state": part.state, "precision": part.precision, **options}
    rest = force(part.open_network, U[30:], TARGETS[30:], **carried)
    close(rest.network, whole.network, scale=100)
    close(rest.precision, whole.precision, scale=100)
    close(rest.state, whole.state, scale=100)


@pytest.mark.parametrize("form", [cj.dynamics.CurrentForm(), cj.dynamics.RateForm()])
def test_the_output_is_fed_back_and_the_loop_is_part_of_the_result(form):
    """Compared with a loop in NumPy that feeds the output back as a current."""
    net, feedback = small(form=form), normal(7, N, N_OUT, std=0.5)
    result = force(net, U, TARGETS, feedback=feedback, alpha=5.0)
    w, w_out = cj.effective(net), np.asarray(cj.effective(net).w_out)
    w_hid, w_in, b_out = (np.asarray(x) for x in (w.w_hid, w.w_in, w.b_out))
    current_form = isinstance(form, cj.dynamics.CurrentForm)
    v, p, gain = np.zeros(N), np.eye(N) / 5.0, 0.2
    r = np.tanh(v) if current_form else v
    for u, target in zip(U, TARGETS, strict=True):
        y = w_out @ r + b_out
        current = w_hid @ r + w_in @ u + feedback @ y
        v = v + gain * (-v + (current if current_form else np.tanh(current)))
        r = np.tanh(v) if current_form else v
        error = w_out @ r + b_out - target
        k = p @ r / (1 + r @ p @ r)
        p = p - np.outer(k, r @ p)
        w_out = w_out - np.outer(error, k)
    close(result.network.raw.w_out, w_out, scale=100)
    close(result.precision, p, scale=100)
    close(result.state.potentials, v, scale=100)
    close(result.network.raw.w_hid, w_hid + feedback @ w_out, scale=100)
    close(result.network.raw.b_hid, feedback @ b_out)
    assert identical(result.open_network.raw.w_hid, net.raw.w_hid)


UNITS = 150


def pattern(steps):
    phase = 2 * np.pi * np.asarray(steps) / 200
    return (np.sin(phase) + 0.5 * np.sin(2 * phase))[:, None]


def chaotic(dtype=None):
    return cj.CTRNN(
        0,
        UNITS,
        1,
        dt=1.0,
        tau=10.0,
        w_hid=normal(0, UNITS, UNITS, std=1.5 / np.sqrt(UNITS)),
        w_out=np.zeros((1, UNITS)),
        v0=normal(1, UNITS, std=0.5),
        dtype=dtype,
        key=jax.random.key(0),
    )


@pytest.mark.slow
def test_a_chaotic_network_learns_to_generate_a_pattern():
    """Sussillo & Abbott 2009: it runs for ten periods after the last update."""
    net, steps = chaotic(), np.arange(6000)
    spontaneous = cj.rollout(net, steps=2000).rates[1000:]
    assert spontaneous.std(axis=0).mean() > 0.2  # active without input
    feedback = np.random.default_rng(2).uniform(-1.0, 1.0, (UNITS, 1))
    result = force(net, None, pattern(steps), feedback=feedback, every=2)
    assert np.abs(result.errors[0, 10:]).max() < 0.5  # small from the start
    closed = cj.rollout(result.network, steps=2000, state=result.state)
    error = closed.outputs - pattern(6000 + np.arange(2000))
    assert np.sqrt(np.mean(error**2)) < 0.05
    # without the feedback loop, the pattern is lost
    without_loop = cj.rollout(result.open_network, steps=2000, state=result.state)
    error = without_loop.outputs - pattern(6000 + np.arange(2000))
    assert np.sqrt(np.mean(error**2)) > 0.3


def test_float32_stays_float32():
    target = jnp.asarray(pattern(np.arange(50)), jnp.float32)
    net, feedback = chaotic(jnp.float32), normal(3, UNITS, 1)
    result = force(net, None, target, feedback=feedback, mask=np.arange(50) % 3)
    assert not has_float64(result)
    assert np.isfinite(np.asarray(result.network.raw.w_hid)).all()


def test_other_numbers_do_not_compile_again(caplog):
    net = small()
    force(net, U, TARGETS, alpha=1.0, feedback=normal(7, N, N_OUT))
    with jax.log_compiles():
        moved = cj.replace(net, tau=80.0)
        force(moved, 2 * U, TARGETS, alpha=3.0, feedback=normal(8, N, N_OUT))
    assert [r.message for r in caplog.records if "_learn" in r.message] == []


PLASTIC = cj.dynamics.ShortTermPlasticity(200.0, 1500.0, 0.45)
NAN = np.where(np.arange(STEPS)[:, None] == 4, np.nan, TARGETS)


@pytest.mark.parametrize(
    ("network", "options", "message"),
    [
        (
            {"constraints": {"w_out": cj.constraints.NonNegative()}},
            {},
            "`w_out` must have no",
        ),
        (
            {"constraints": {"w_hid": cj.constraints.NoAutapses()}},
            "loop",
            "`w_hid` must have no",
        ),
        ({"use_bias_hid": False}, "loop", "`b_hid` must exist"),
        ({"synapses": PLASTIC}, "loop", "`synapses` must be None"),
        ({}, {"targets": NAN}, "`targets` must be finite"),
        ({}, {"targets": TARGETS[:, :2]}, r"`targets` must have shape \(\*batch"),
        ({}, {"targets": TARGETS.astype(np.float32)}, "the network's dtype float64"),
        ({}, {"inputs": U.astype(np.float32)}, "`inputs` must have the network's dty"),
        ({}, {"inputs": U[:-1]}, r"`inputs` must have shape \(60, 2\)"),
        ({}, {"mask": np.ones((STEPS, N_OUT))}, r"`mask` must have shape \(60,\)"),
        ({}, {"alpha": 0.0}, "`alpha` must be positive"),
        ({}, {"every": 0}, "`every` must be a whole number"),
        ({}, {"passes": 0}, "`passes` must be a whole number"),
        ({}, {"feedback": np.ones((N_OUT, N))}, r"`feedback` must have shape \(20, 3"),
        ({}, {"precision": np.eye(3)}, r"`precision` must have shape \(20, 20\)"),
        ({}, {"state": cj.State(np.zeros(4))}, r"`state.potentials` must have shape"),
    ],
)
def test_invalid_networks_and_arguments_are_errors(network, options, message):
    if options == "loop":
        options = {"feedback": normal(7, N, N_OUT)}
    settings = {"inputs": U, "targets": TARGETS, **options}
    network = {"w_out": cj.initialisers.Uniform(0.1), **network}
    with pytest.raises(ValueError, match=message):
        force(
            small(**network),
            settings.pop("inputs"),
            settings.pop("targets"),
            **settings,
        )


def test_a_stack_of_networks_is_an_error():
    with pytest.raises(ValueError, match="`net` must be one network"):
        force(cj.stack([small(), small()]), U, TARGETS)


def test_constraints_and_plasticity_are_valid_without_feedback():
    net = small(constraints={"w_hid": cj.constraints.NoAutapses()}, synapses=PLASTIC)
    result = force(net, U, TARGETS)
    rates, wanted = np.asarray(cj.rollout(net, U).rates), TARGETS - normal(2, N_OUT)
    expected = ridge(rates, wanted, normal(1, N_OUT, N), 1.0)[0]
    np.testing.assert_allclose(result.network.raw.w_out, expected, atol=1e-8)
