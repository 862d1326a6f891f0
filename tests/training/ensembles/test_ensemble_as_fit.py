"""Options that `fit_ensemble` shares with `fit`: a member has the numbers of `fit`."""

import equinox as eqx
from helpers import close, identical
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from training.problem import EASY, fit, fit_ensemble, TASK

import ctrnn_jax as cj


SEEDS = range(4)


def check_member(member, single):
    """Assert that a member has the results of a network that was trained alone."""
    assert member.stopped == single.stopped
    close(member.network, single.network, scale=100)
    close(member.history, single.history, scale=100)
    close(member.best, single.best, scale=100)
    assert member.best.step == single.best.step
    assert member.state.step == single.state.step
    assert member.state.stage == single.state.stage
    close(member.state.opt_state, single.state.opt_state, scale=100)
    assert identical(member.state.key, single.state.key)


def check_members(result, **options):
    for i, seed in enumerate(SEEDS):
        check_member(result.member(i), fit(seed=seed, **options))


@pytest.mark.parametrize("by", ["performance", "loss"])
def test_patience_and_the_best_network(by):
    options = {"patience": 2, "best_by": by, "restore_best": True}
    result = fit_ensemble(60, **options)
    assert "patience" in result.stopped
    assert len(set(result.state.steps)) > 1  # not all at the same update
    check_members(result, num_updates=60, **options)
    for i in range(len(SEEDS)):
        one = jax.tree.map(lambda x, i=i: x[i], result.networks)
        assert identical(one, result.member(i).network)
        assert identical(one, result.member(i).best.network)


def above_half(past):
    return past[-1] > 0.55


def test_each_member_has_its_stage_of_a_curriculum():
    """In one call, some members train on the first task and others on the second."""
    options = {
        "task": cj.training.Curriculum((EASY, above_half), (TASK, above_half)),
        "patience": 3,
        "restore_best": True,
    }
    reports = []
    result = fit_ensemble(60, callback=reports.append, **options)
    stages_seen = [set(r.state.stage[r.state.running].tolist()) for r in reports]
    assert {0, 1} in stages_seen
    assert "patience" in result.stopped
    assert set(result.state.stage) == {0, 1}
    check_members(result, num_updates=60, **options)


@pytest.mark.slow
def test_numbers_of_every_task_of_a_curriculum_are_swept():
    """The trials of the first task are shorter."""
    sweep = {"task.sigma_in": [0.01, 0.5]}
    first = cj.tasks.PerceptualDecision(
        dt=TASK.dt, fixation=40.0, stimulus=60.0, decision=40.0, catch=140.0
    )
    assert first.n_steps < TASK.n_steps
    stages = cj.training.Curriculum((first, above_half), (TASK, above_half))
    result = fit_ensemble(20, task=stages, seeds=(0,), sweep=sweep)
    for i, sigma in enumerate(sweep["task.sigma_in"]):
        easy, task = (
            eqx.tree_at(lambda t: t.sigma_in, t, jnp.asarray(sigma))
            for t in (first, TASK)
        )
        single = cj.training.Curriculum((easy, above_half), (task, above_half))
        check_member(result.member(i), fit(20, task=single))


def test_training_in_two_parts_has_the_bits_of_one_part():
    whole = fit_ensemble(23)
    part = fit_ensemble(8)
    rest = fit_ensemble(15, state=part.state)
    assert identical(whole.state, rest.state)
    check_members(rest, num_updates=23)


def test_members_that_ended_stay_as_they_are_and_fit_continues_them():
    def rule(past):
        return len(past) == 3 and above_half(past)

    part = fit_ensemble(20, stop_when=rule)
    ended = np.asarray([word == "criterion" for word in part.stopped])
    assert 0 < ended.sum() < len(SEEDS)
    rest = fit_ensemble(5, state=part.state)
    assert rest.stopped == part.stopped
    np.testing.assert_array_equal(rest.state.steps, np.where(ended, 15, 25))
    for i in range(len(SEEDS)):
        member = rest.member(i)
        if ended[i]:
            assert identical(member.state, part.member(i).state)
            member = fit(10, net=member.network, state=member.state, key=None)
        close(member.network, fit(25, seed=i).network, scale=100)


def test_several_callbacks_are_all_called_and_end_training():
    reports = []

    def end(report):
        return report.state.step >= 10

    result = fit_ensemble(50, callback=[end, reports.append])
    assert [report.state.step for report in reports] == [5, 10]
    assert result.stopped == ("callback",) * len(SEEDS)
    assert reports[0].performance.shape == (len(SEEDS),)
    assert reports[1].metrics.loss.shape == (len(SEEDS), 5)
    np.testing.assert_array_equal(reports[1].metrics.loss, result.history.loss[:, 5:])
    rest = fit_ensemble(5, state=result.state)
    assert identical(rest.networks, fit_ensemble(15).networks)


@pytest.mark.slow
def test_a_resumed_curriculum_has_the_bits_of_an_uninterrupted_one(tmp_path):
    def end(report):
        return report.state.step >= 12

    stages = cj.training.Curriculum((EASY, above_half), (TASK, above_half))
    options = {"task": stages, "patience": 2, "restore_best": True}
    whole = fit_ensemble(60, **options)
    with cj.Checkpoints(tmp_path, every=4) as store:
        fit_ensemble(60, checkpoints=store, callback=end, **options)
    with cj.Checkpoints(tmp_path, every=4) as store:
        rest = fit_ensemble(60, checkpoints=store, resume=True, **options)
    for name in ("network", "opt_state", "key", "steps", "codes", "stage"):
        assert identical(getattr(rest.state, name), getattr(whole.state, name))
    assert identical(rest.networks, whole.networks)
    jax.tree.map(np.testing.assert_array_equal, rest.history, whole.history)
    jax.tree.map(np.testing.assert_array_equal, rest.state.best, whole.state.best)


def test_the_best_member_is_that_of_best_by():
    by_loss = fit_ensemble(20, best_by="loss", restore_best=True)
    losses = by_loss.history.validation_loss
    assert by_loss.best_member == int(np.argmin(losses.min(axis=1)))
    close(by_loss.state.best.loss, losses.min(axis=1))
    by_performance = fit_ensemble(20)
    performances = by_performance.history.performance
    assert by_performance.best_member == int(np.argmax(performances.max(axis=1)))


def test_a_member_in_a_later_stage_is_better():
    stages = cj.training.Curriculum((EASY, above_half), (TASK, lambda past: False))
    result = fit_ensemble(25, task=stages)
    stage = result.state.stage
    assert stage[result.best_member] == stage.max()


def test_there_is_no_best_member_without_a_validation():
    with pytest.raises(ValueError, match="have a validation to compare"):
        fit_ensemble(4).best_member  # noqa: B018
    codes = np.full(len(SEEDS), 2)
    diverged = eqx.tree_at(lambda r: r.state.codes, fit_ensemble(5), codes)
    assert set(diverged.stopped) == {"diverged"}
    with pytest.raises(ValueError, match="none of a member that did not diverge"):
        diverged.best_member  # noqa: B018


def test_the_last_networks_are_returned_before_any_validation(tmp_path):
    def end(report):
        return True

    with cj.Checkpoints(tmp_path, every=4) as store:
        result = fit_ensemble(20, restore_best=True, checkpoints=store, callback=end)
    assert result.state.step == 4
    assert identical(result.networks, result.state.network)
    assert identical(result.networks, fit_ensemble(4).networks)
    with pytest.raises(ValueError, match="`validate_every` must be at most 4"):
        fit_ensemble(4, restore_best=True)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"seeds": (0, 1, 2, 5)}, "`seeds` must be those of `state`"),
        ({"seeds": (0, 1)}, "`make` must return networks of the structure"),
        ({"patience": 0}, "`patience` must be a whole number"),
        ({"batch_size": 0}, "`batch_size` must be a whole number"),
    ],
)
def test_invalid_arguments_are_errors(options, message):
    state = fit_ensemble(5).state
    with pytest.raises(ValueError, match=message):
        fit_ensemble(5, **{"state": state, **options})
