"""Sizes, epochs, inputs, conditions, cues, masks and keys of the matching tasks."""

import equinox as eqx
from helpers import close, has_float64, identical
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from tasks.judged import as_numpy, judged
from tasks.masse2019.trials import (
    make,
    MIXED,
    noise_free_trials,
)

from ctrnn_jax.tasks import DelayedMatch


def test_sizes():
    sizes = {
        "dms": (250, 24, 16), "dmc": (250, 24, 16), "dms_dmrs": (250, 30, 32),
        "dms_dmc": (250, 36, 32), "dms_dmrs_dmc": (250, 42, 48),
        "location_dms": (250, 72, 32), "abba": (380, 24, 64), "abca": (380, 24, 64),
        "dual_dms": (400, 54, 128), "variable": (250, 24, 17),
    }  # fmt: skip
    for name, size in sizes.items():
        task = make(name)
        assert (task.n_steps, task.n_in, task.n_conditions) == size
        assert task.output_names == ("fixation", "non-match", "match")
        assert len(set(task.input_names)) == task.n_in
    names = make("dms_dmc").input_names
    assert names[1] == "direction 15°"
    assert names[24:27] == ("dms cue 0", "dmc cue 0", "dms cue 1")


def test_epochs_are_those_of_the_paper():
    expected = {
        "dms_dmrs": {
            "fixation": (0, 50), "sample": (50, 100), "delay": (100, 200),
            "test": (200, 250), "cue": (150, 175),
        },
        "abba": {
            "fixation": (0, 50), "sample": (50, 90), "test 1": (130, 170),
            "test 2": (210, 250), "test 3": (290, 330), "rest": (330, 380),
        },
        "dual_dms": {
            "sample": (50, 100), "delay 1": (100, 200), "test 1": (200, 250),
            "delay 2": (250, 350), "test 2": (350, 400), "cue 1": (150, 250),
            "cue 2": (300, 400),
        },
    }  # fmt: skip
    for name, epochs in expected.items():
        actual = noise_free_trials(name).epochs
        for epoch, steps in epochs.items():
            np.testing.assert_array_equal(
                actual[epoch], np.tile(steps, (len(actual[epoch]), 1))
            )
    assert "cue" not in noise_free_trials("dms").epochs
    assert "dead" not in noise_free_trials("dms").epochs


def test_input_of_named_units():
    """Inputs are 4 at the preferred direction, 4 exp(-2) at 90 and 4 exp(-4) at 180."""
    trials = noise_free_trials("dms")  # condition 0: sample 0, no match; 8: match
    assert trials.conditions["match"][[0, 8]].tolist() == [0, 1]
    close(trials.inputs[8, 50, [0, 6, 12, 18]], 4 * np.exp([0.0, -2.0, -4.0, -2.0]))
    close(trials.inputs[8, 249], trials.inputs[8, 50])
    assert trials.inputs[3, 99].argmax() == 9  # 135 degrees
    assert not trials.inputs[:, :50].any()
    assert not trials.inputs[:, 100:200].any()
    fields = noise_free_trials("location_dms")
    for condition, field in ((8, 1), (24, 2)):
        close(fields.inputs[condition, 220, 24 * field], 4.0)
        assert np.count_nonzero(fields.inputs[condition, 220]) == 24


def test_conditions_are_counterbalanced_with_sample_fastest():
    of = noise_free_trials("dms_dmrs_dmc").conditions
    np.testing.assert_array_equal(of["sample"][:48], np.tile(np.arange(8), 6))
    np.testing.assert_array_equal(of["match"][:48], np.tile([0] * 8 + [1] * 8, 3))
    np.testing.assert_array_equal(of["rule"][:48], np.repeat([0, 1, 2], 16))
    of = noise_free_trials("location_dms").conditions
    np.testing.assert_array_equal(of["field"][:32], np.repeat([1, 2], 16))
    of = noise_free_trials("variable").conditions
    np.testing.assert_array_equal(of["is_catch"][:17], [True] + [False] * 16)
    np.testing.assert_array_equal(of["sample"][1:17], np.tile(np.arange(8), 2))
    of = noise_free_trials("abba").conditions
    code = of["match"][:64] @ [1, 2, 4]
    np.testing.assert_array_equal(code, np.repeat(np.arange(8), 8))
    of = noise_free_trials("dual_dms").conditions
    code = of["rule"][:128] @ [1, 2] + of["match"][:128] @ [4, 8]
    np.testing.assert_array_equal(code, np.repeat(np.arange(16), 8))
    np.testing.assert_array_equal(of["sample"][:128, 0], np.tile(np.arange(8), 16))


def test_a_catch_trial_shows_a_sample_and_requires_fixation():
    trials = noise_free_trials("variable")
    catch = trials.conditions["is_catch"]
    assert catch[0]
    assert trials.inputs[catch][:, 50:100].max(axis=(1, 2)) == pytest.approx(4.0)
    assert not trials.inputs[catch][:, 100:].any()
    assert (trials.targets[catch][..., 0] == 1).all()
    assert (trials.mask[catch] == 1).all()
    outputs = np.where(catch[:, None, None], 1 - trials.targets, trials.targets)
    assert judged(make("variable"), outputs, trials).performance == 1.0


@pytest.mark.parametrize(
    ("name", "cue", "steps"),
    [
        ("dms_dmrs", "whole", (0, 250)),
        ("dms_dmrs", "fixation", (0, 50)),
    ],
)
def test_cues(name, cue, steps):
    task = make(name, cue=cue, sigma_in=0.0)
    trials = as_numpy(task.validation(jax.random.key(1), 32))
    rules, units, _ = MIXED[name]
    is_cue = np.zeros(250, bool)
    is_cue[slice(*steps)] = True
    for n in range(units):
        is_cued = trials.conditions["rule"] == n % len(rules)
        expected = np.where(is_cued[:, None] & is_cue[None, :], 4.0, 0.0)
        close(trials.inputs[:, :, 24 + n], expected)


def test_mask():
    """5 steps of each test have weight 0; a multiplier of 2 weighs the other 45."""
    steps = {"dms": 245, "abba": 365, "dual_dms": 390, "location_dms": 245}
    for name, total in steps.items():
        mask = noise_free_trials(name).mask
        assert (mask == mask[..., :1]).all()
        assert (mask.sum(1) == total).all()
    task = DelayedMatch(dead=100.0, sigma_in=0.0, test_cost_multiplier=2.0)
    dead = as_numpy(eqx.filter_jit(task.sample)(jax.random.key(0)))
    np.testing.assert_array_equal(dead.mask[8:12, 0], [0, 0, 1, 1])
    np.testing.assert_array_equal(dead.mask[205:220, 0], [1] * 5 + [0] * 5 + [2] * 5)
    assert dead.epochs["dead"].tolist() == [0, 10]
    assert dead.epochs["test"].tolist() == [210, 260]
    assert not dead.inputs[:60].any()
    assert dead.inputs[60:110].any(1).all()


@pytest.mark.parametrize(
    "name", [pytest.param("variable", marks=pytest.mark.slow), "abba"]
)
def test_same_key_same_bits_under_jit_and_vmap(name, getkey):
    task, key = make(name), getkey()
    n = 60  # as many as other tests of this task draw
    batch = as_numpy(task.batch(key, n))
    in_batch = as_numpy(jax.tree.map(lambda x: x[2], batch))
    sampled = as_numpy(eqx.filter_jit(task.sample)(jax.random.split(key, n)[2]))
    assert identical(sampled.conditions, in_batch.conditions)
    assert identical(sampled.epochs, in_batch.epochs)
    close(sampled, in_batch)
    assert identical(batch, as_numpy(task.batch(key, n)))
    assert not np.allclose(batch.inputs, task.batch(getkey(), n).inputs)


@pytest.mark.parametrize(
    "name", ["dms_dmrs", pytest.param("abba", marks=pytest.mark.slow)]
)
def test_a_smaller_dt_renders_the_same_trial(name):
    coarse = make(name, sigma_in=0.0, test_cost_multiplier=2.0)
    fine = coarse.at(2.5)
    key = jax.random.key(4)
    a, b = as_numpy((coarse.batch(key, 4), fine.batch(key, 4)))
    assert fine.n_steps == 4 * coarse.n_steps
    close(b.inputs[:, ::4], a.inputs)
    close(b.targets[:, 3::4], a.targets)
    close(b.mask[:, 3::4], a.mask)


@pytest.mark.slow
def test_trials_losses_and_scores_are_float32_without_x64():
    with jax.enable_x64(False):
        for name in ("variable", "dms_dmrs_dmc", "location_dms", "abba", "dual_dms"):
            task = make(name)
            trials = jax.eval_shape(task.sample, jax.random.key(0))
            assert trials.inputs.dtype == trials.mask.dtype == jnp.float32
            loss = jax.eval_shape(task.output_loss, trials.targets, trials)
            score = jax.eval_shape(task.score, trials.targets, trials)
            assert not has_float64((trials, loss, score))
