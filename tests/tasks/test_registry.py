"""Every named task meets the contract; the names and their options."""

import equinox as eqx
from helpers import close, identical
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from tasks.judged import as_numpy

import ctrnn_jax as cj


NAMES = cj.tasks.names()


def test_there_are_at_least_45_tasks_in_families():
    assert len(set(NAMES)) == len(NAMES) >= 45
    families = cj.tasks.families()
    assert [name for names in families.values() for name in names] == list(NAMES)
    assert set(families) == {
        "song2016",
        "yang2019",
        "masse2019",
        "dynamical",
        "psychrnn",
    }
    assert set(cj.tasks.YANG2019_RULES) < set(families["yang2019"])
    assert len(cj.tasks.YANG2019_RULES) == 20


SAME_CLASS = {  # as a task that is tested quickly
    *(set(cj.tasks.YANG2019_RULES) - {"multidelaydm"}),
    "yang2019",
    # `dynamical/test_contract.py` has the contract of this family
    *(set(cj.tasks.families()["dynamical"]) - {"flip_flop"}),
    *(name for name in NAMES if name.startswith("dmrs")),
    *("dmc", "dms_dmc", "dms_dmrs_dmc", "leaky_integrator"),
}


def slow_if_of_the_same_class(name):
    return pytest.param(name, marks=[pytest.mark.slow] * (name in SAME_CLASS))


@eqx.filter_jit
def drawn(task, key):
    """Return six training trials and the loss of perfect outputs."""
    trials = task.batch(key, 6)
    return trials, task.output_loss(trials.targets, trials)


@pytest.mark.parametrize("name", [slow_if_of_the_same_class(n) for n in NAMES])
def test_every_named_task_meets_the_contract(name):
    """Sampled under jit and vmap: shapes, names, masks, epochs, and the same bits."""
    task = cj.tasks.make(name)
    trials, loss = as_numpy(drawn(task, jax.random.key(0)))
    shape = (6, task.n_steps)
    assert trials.inputs.shape == (*shape, task.n_in)
    assert trials.targets.shape == trials.mask.shape == (*shape, task.n_out)
    assert len({*task.input_names, *task.output_names}) >= max(task.n_in, task.n_out)
    assert set(task.units) == {*task.input_names, *task.output_names}
    assert {"t_end", "is_catch"} <= trials.conditions.keys()
    numbers = (trials.inputs, trials.targets, trials.mask)
    assert all(np.isfinite(x).all() for x in numbers)
    assert trials.mask.min() >= 0
    end = trials.conditions["t_end"]
    assert ((end > 0) & (end <= task.n_steps)).all()
    late = np.arange(task.n_steps)[None, :] >= end[:, None]
    assert not trials.mask[late].any()
    assert trials.mask.any(axis=(1, 2)).all()
    assert trials.epochs
    for steps in trials.epochs.values():
        assert steps.shape == (6, 2)
        assert ((steps[:, 0] <= steps[:, 1]) & (steps[:, 1] <= end)).all()
    assert identical(trials, as_numpy(drawn(task, jax.random.key(0))[0]))
    assert loss.shape == ()
    assert np.isfinite(loss)

    # a network of 32 bits is judged in 32 bits, for any dtype of the task
    def small(x):
        dtype = jnp.float32 if x.dtype == jnp.float64 else x.dtype
        return jax.ShapeDtypeStruct(x.shape, dtype)

    def judgements(outputs, trials):
        judges = task.score, task.performance, task.output_loss
        return [judge(outputs, trials) for judge in judges]

    trials = jax.tree.map(small, trials)
    for judgement in jax.eval_shape(judgements, trials.targets, trials):
        assert judgement.dtype == jnp.float32


def test_names_of_rules_choose_the_rule():
    families = cj.tasks.families()
    for name in cj.tasks.YANG2019_RULES:
        task = cj.tasks.make(name)
        assert isinstance(task, cj.tasks.Yang2019)
        assert task.rules == (name,)
    for name in families["masse2019"]:
        assert getattr(cj.tasks.make(name), "rule", name) == name


def test_batch_is_sample_key_by_key():
    task = cj.tasks.make("perceptual_decision")
    key = jax.random.key(3)
    sample = jax.jit(lambda key: task.sample(key))
    each = [as_numpy(sample(k)) for k in jax.random.split(key, 3)]
    close(task.batch(key, 3), jax.tree.map(lambda *x: np.stack(x), *each))


def test_validation_takes_every_condition_in_turn_and_has_a_usual_size():
    task = cj.tasks.make("context_integration")
    assert task.validation_size == 511  # 7 of each of 73
    trials = as_numpy(task.validation(jax.random.key(0)))
    assert trials.inputs.shape[0] == 511
    catch = trials.conditions["is_catch"].reshape(7, 73)
    assert catch[:, 0].all()
    assert catch.sum() == 7


def test_options_reach_the_task():
    assert cj.tasks.make("perceptual_decision", dt=10.0).n_steps == 200
    leak = cj.tasks.make("leaky_integrator", tau_leak=400.0)
    assert isinstance(leak, cj.tasks.Integrator)
    assert float(leak.tau_leak) == 400.0


def test_another_dt_keeps_the_other_options():
    task = cj.tasks.make("perceptual_decision", sigma_in=0.3).at(10.0)
    assert isinstance(task, cj.tasks.PerceptualDecision)
    assert (task.dt, float(task.sigma_in), task.n_steps) == (10.0, 0.3, 200)
    with pytest.raises(ValueError, match="multiple of dt = 30 ms"):
        task.at(30.0)


def test_unknown_names_suggest_the_closest():
    with pytest.raises(ValueError, match="Did you mean 'perceptual_decision'"):
        cj.tasks.make("perceptual_desicion")
    with pytest.raises(ValueError, match="Did you mean 'stimulus'"):
        cj.tasks.make("perceptual_decision", stimulous=400.0)
    with pytest.raises(ValueError, match="`option` must be a known name; got 'rules'"):
        cj.tasks.make("fdgo", rules="dm1")  # the name says it
    with pytest.raises(ValueError, match="Did you mean 'fdgo'"):
        cj.tasks.describe("fdgoo")


def test_a_size_below_one_raises():
    task = cj.tasks.make("sine_wave")
    with pytest.raises(ValueError, match="`size` must be a whole number, at least 1"):
        task.batch(jax.random.key(0), 0)


def test_cross_entropy_is_the_mean_over_all_steps():
    rng = np.random.default_rng(0)
    logits, mask = rng.normal(size=(2, 4, 3)), np.ones((2, 4, 3))
    mask[0, :2] = 0.0
    mask[1, 3] = 2.0
    targets = np.eye(3)[np.arange(8).reshape(2, 4) % 3]
    total = 0.0
    for trial, step in np.ndindex(2, 4):
        p = np.exp(logits[trial, step])
        p /= p.sum()
        total -= mask[trial, step, 0] * np.log(p[targets[trial, step] == 1][0])
    found = jax.jit(cj.losses.masked_cross_entropy)(logits, targets, mask)
    close(found, total / 8)
