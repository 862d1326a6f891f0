"""The table of an ensemble and its best network, compared with those of its members."""

from helpers import identical
import jax
import numpy as np
import pytest
from training.problem import fit_ensemble, NAN_AT_7

import ctrnn_jax as cj


@pytest.fixture(scope="module")
def many():
    return fit_ensemble(12, sweep={"noise": [0.1, 0.2]}, seeds=(3, 5))


def test_a_row_for_each_setting_and_seed(many):
    table = many.table()
    assert list(table) == [
        "member", "noise", "seed", "stopped", "steps", "loss", "performance",
        "validation_loss", "best_step", "best_performance", "best_validation_loss",
        "stage",
    ]  # fmt: skip
    assert table["noise"].tolist() == [0.1, 0.1, 0.2, 0.2]
    assert table["seed"].tolist() == [3, 5, 3, 5]
    for i in range(4):
        row = {name: column[i] for name, column in table.items()}
        member = many.member(i)
        history, best = member.history, member.best
        assert row["member"] == i
        assert row["stopped"] == member.stopped == "steps"
        assert row["steps"] == member.state.step == 12
        assert row["loss"] == history.loss[-1]
        assert row["performance"] == history.performance[-1]
        assert row["validation_loss"] == history.validation_loss[-1]
        assert (row["best_step"], row["best_performance"]) == (
            best.step,
            best.performance,
        )
        assert row["best_performance"] == history.performance.max()
        assert row["best_validation_loss"] == best.loss
        assert row["stage"] == 0


def test_a_member_that_diverged_has_the_numbers_before_it():
    """The eighth update is not finite; the validation after the fifth is the last."""
    result = fit_ensemble(12, seeds=(0, 1), optimiser=NAN_AT_7)
    table = result.table()
    assert table["stopped"].tolist() == ["diverged"] * 2
    assert table["steps"].tolist() == [7, 7]
    np.testing.assert_array_equal(table["loss"], result.history.loss[:, 6])
    np.testing.assert_array_equal(
        table["performance"], result.history.performance[:, 0]
    )
    rows = result.history.table()
    assert np.bincount(rows["member"]).tolist() == [7, 7]


def test_numbers_are_nan_before_the_first_update():
    table = fit_ensemble(0).table()
    assert table["steps"].tolist() == [0] * 4
    for name in ("loss", "performance", "validation_loss", "best_performance"):
        assert np.isnan(table[name]).all(), name


def test_settings_that_are_no_numbers_are_text():
    noises = [cj.StepNoise(pre=0.1), cj.DiffusionNoise(0.2)]
    members = [cj.training.Member(0, {"noise": noise}) for noise in noises]
    column = cj.training.table_of_members(members)["noise"]
    assert column.tolist() == [str(noise) for noise in noises]


def test_the_data_frame_is_the_table(many):
    pandas = pytest.importorskip("pandas")
    frame = many.to_dataframe()
    pandas.testing.assert_frame_equal(frame, pandas.DataFrame(many.table()))
    best = frame.groupby("noise")["best_performance"].mean()
    expected = many.table()["best_performance"].reshape(2, 2).mean(axis=1)
    np.testing.assert_allclose(best, expected)


@pytest.mark.parametrize("restore_best", [False, True])
def test_best_is_the_network_of_the_best_validation(restore_best):
    """It scores what the history says, also if training continued after it."""
    many = fit_ensemble(15, restore_best=restore_best)
    index, best = many.best_member, many.best()
    assert identical(best, many.member(index).best.network)
    assert jax.tree.leaves(best)[0].ndim == jax.tree.leaves(many.networks)[0].ndim - 1
    best_step = int(many.table()["best_step"][index])
    short = fit_ensemble(best_step)
    at_best = jax.tree.map(lambda x: x[index], short.networks)
    assert identical(best, at_best)


def test_there_is_no_best_network_without_a_validation():
    with pytest.raises(ValueError, match="`best_member` must have a validation"):
        fit_ensemble(4).best()
