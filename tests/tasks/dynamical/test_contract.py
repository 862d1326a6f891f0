"""Sizes, keys, performance, dt and invalid options of all dynamical tasks."""

import equinox as eqx
from helpers import close, identical
import jax
import numpy as np
import pytest
from tasks.dynamical.trials import MANY, TASKS
from tasks.judged import as_numpy, changed, judged

from ctrnn_jax.tasks import (
    ChaoticTarget,
    DelayedAddition,
    FlipFlop,
    HeadingIntegration,
    Integrator,
    ReadySetGo,
    SineGenerator,
)


SIZES = {
    "flip_flop": (20.0, 300, 3, 3, 1),
    "discrete": (1.0, 64, 3, 3, 1),
    "sine": (20.0, 250, 1, 1, 51),
    "integrator": (20.0, 25, 1, 1, 1),
    "addition": (20.0, 70, 2, 1, 25),
    "ready_set_go": (20.0, 169, 3, 1, 14),
    "heading": (20.0, 210, 3, 2, 8),
    "chaos": (20.0, 205, 1, 1, 1),
}
TRACKING = ("sine", "integrator", "heading", "chaos")


@pytest.mark.parametrize("name", TASKS)
def test_sizes_and_contract(name, drawn):
    task, trials = TASKS[name], drawn(name)
    sizes = (task.dt, task.n_steps, task.n_in, task.n_out, task.n_conditions)
    assert sizes == SIZES[name]
    assert trials.inputs.shape == (MANY, task.n_steps, task.n_in)
    assert trials.targets.shape == trials.mask.shape == (MANY, task.n_steps, task.n_out)
    t_end = trials.conditions["t_end"]
    after = np.arange(task.n_steps)[None, :] >= t_end[:, None]
    assert not trials.mask[after].any()
    assert trials.conditions["is_catch"].dtype == bool
    for epoch in trials.epochs.values():
        assert epoch.shape == (MANY, 2)
        assert np.issubdtype(epoch.dtype, np.integer)


@pytest.mark.parametrize("name", ["flip_flop", "ready_set_go", "chaos"])
def test_same_key_same_bits_under_jit_and_vmap(name, drawn):
    key = jax.random.split(jax.random.key(3), MANY)[5]
    sampled = as_numpy(jax.jit(lambda task, k: task.sample(k))(TASKS[name], key))
    in_batch = as_numpy(jax.tree.map(lambda x: x[5], drawn(name)))
    assert identical(sampled.epochs, in_batch.epochs)
    close(sampled, in_batch)
    if name != "chaos":
        assert not np.allclose(sampled.targets, drawn(name).targets[6])


@pytest.mark.parametrize("name", TASKS)
def test_perfect_outputs_have_the_highest_performance(name, drawn):
    task, trials = TASKS[name], drawn(name)
    found = judged(task, trials.targets, trials)
    assert (found.output_loss, found.performance) == (0.0, 1.0)
    np.testing.assert_array_equal(found.score, ~trials.conditions["is_catch"])


@pytest.mark.parametrize("name", TRACKING)
def test_performance_of_tracking_is_1_minus_rmse(name, drawn):
    task, trials = TASKS[name], drawn(name)
    assert task.performance_name == "1 - RMSE"
    off = judged(task, trials.targets + 0.25 * trials.mask, trials)
    assert off.performance == pytest.approx(0.75)
    close(off.score, np.full(MANY, 0.75))
    # One bad trial: the performance is over the batch, the score is not below 0.
    bad = judged(task, changed(trials.targets, 0, trials.targets[0] + 2.0), trials)
    of_batch = 1 - 2 * np.sqrt(1 / MANY)
    assert bad.performance == pytest.approx(of_batch)
    close(bad.score, np.r_[0.0, np.ones(MANY - 1)])
    unscored = trials.targets + 9.0 * (1 - trials.mask)
    assert judged(task, unscored, trials).performance == 1.0


def test_tasks_are_compiled_once_for_all_values():
    """Swept values are arrays, so another value is not traced again."""
    for make in (
        lambda x: Integrator(sigma=x, tau_leak=100 * x),
        lambda x: FlipFlop(interval=100 * x),
        lambda x: ReadySetGo(threshold=x, tolerance=x / 10),
    ):
        traced = eqx.debug.assert_max_traces(
            lambda task, k: task.sample(k), max_traces=1
        )
        run = jax.jit(traced)
        for value in (1.0, 2.0):
            run(make(value), jax.random.key(0))


@pytest.mark.parametrize(
    ("name", "dt"),
    [
        ("flip_flop", 10.0),
        ("discrete", 0.5),
        ("sine", 10.0),
        ("integrator", 10.0),
        ("addition", 10.0),
        ("ready_set_go", 10.0),
        ("heading", 10.0),
        ("chaos", 10.0),
    ],
)
def test_another_dt_renders_more_steps(name, dt):
    task = TASKS[name]
    finer = task.at(dt)
    per_step = task.dt / dt
    # The upper bound of the fixation of ready-set-go is excluded, which is one step.
    extra = 1 if name == "ready_set_go" else 0
    assert finer.n_steps + extra == per_step * (task.n_steps + extra)
    assert finer.dt == dt
    if name == "chaos":
        np.testing.assert_allclose(finer.series[1::2], task.series, atol=1e-8)


@pytest.mark.usefixtures("as_for_a_user")
@pytest.mark.parametrize(
    ("make", "options", "message"),
    [
        (FlipFlop, {"dt": 30.0}, "`pulse` must be a multiple of dt = 30 ms"),
        (FlipFlop, {"n_bits": 0}, "`n_bits` must be a whole number, at least 1"),
        (FlipFlop, {"interval": 10.0}, "`interval` must be at least dt = 20 ms"),
        (FlipFlop, {"pulse": 0.0}, "`pulse` must last at least one step"),
        (FlipFlop, {"settle": 6000.0}, "`settle` must be shorter than the trial"),
        (SineGenerator, {"frequencies": ()}, "must be a list of numbers"),
        (SineGenerator, {"frequencies": (1.0, 16.0)}, "`frequencies` must lie in"),
        (SineGenerator, {"levels": (1.0, 2.0)}, "`levels` must be 51 numbers"),
        (SineGenerator, {"levels": np.full(51, np.nan)}, "`levels` must be finite"),
        (SineGenerator, {"tau": 0.0}, "`tau` must be positive"),
        (Integrator, {"tau_leak": 0.0}, "`tau_leak` must be positive"),
        (Integrator, {"sigma": -1.0}, "`sigma` must not be negative"),
        (Integrator, {"duration": 510.0}, "The nearest is 520 ms|is 500 ms"),
        (DelayedAddition, {"n_items": 1}, "`n_items` must be a whole number"),
        (DelayedAddition, {"delay": 0.0}, "`delay` must last at least one step"),
        (DelayedAddition, {"tolerance": 0.0}, "`tolerance` must be positive"),
        (ReadySetGo, {"gains": (1.25,)}, r"`gain \* interval` must be a multiple"),
        (ReadySetGo, {"intervals": ()}, "`intervals` must have at least one entry"),
        (ReadySetGo, {"gains": ()}, "`gains` must have at least one entry; got none"),
        (ReadySetGo, {"gains": (0.0,)}, "`gains` must be positive"),
        (ReadySetGo, {"pulse": 520.0}, "`pulse` must be shorter than every interval"),
        (ReadySetGo, {"fixation": (200.0, 200.0)}, "`fixation` must be two durations"),
        (HeadingIntegration, {"n_headings": 0}, "`n_headings` must be a whole number"),
        (HeadingIntegration, {"cue": 10.0}, "`cue` must be a multiple of dt"),
        (HeadingIntegration, {"tau_velocity": 0.0}, "`tau_velocity` must be positive"),
        (ChaoticTarget, {"unit": -1.0}, "`unit` must be positive"),
        (ChaoticTarget, {"unit": np.ones(2)}, "`unit` must be a number; got float64"),
        (ChaoticTarget, {"start": (1.0, np.nan, 0.0)}, "`start` must be three numbers"),
        (ChaoticTarget, {"dt": 0.0}, "`dt` must be positive"),
    ],
)
def test_invalid_options_raise(make, options, message):
    with pytest.raises(ValueError, match=message):
        make(**options)
