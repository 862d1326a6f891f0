import equinox as eqx
import pytest

import ctrnn_jax as cj


def test_every_named_task_can_be_made_and_sampled(getkey):
    assert "perceptual_decision" in cj.tasks.names()
    for name in cj.tasks.names():
        task = cj.tasks.make(name)
        trial = eqx.filter_jit(task.sample)(getkey())
        assert trial.inputs.shape == (task.n_steps, task.n_in)
        assert trial.targets.shape == trial.mask.shape == (task.n_steps, task.n_out)
        assert {"t_end", "is_catch"} <= trial.conditions.keys()


def test_options_reach_the_task():
    assert cj.tasks.make("perceptual_decision", dt=10.0).n_steps == 200


def test_unknown_names_suggest_the_closest():
    with pytest.raises(ValueError, match="Did you mean 'perceptual_decision'"):
        cj.tasks.make("perceptual_desicion")
    with pytest.raises(ValueError, match="Did you mean 'stimulus'"):
        cj.tasks.make("perceptual_decision", stimulous=400.0)
