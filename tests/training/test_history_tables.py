"""The history as a table, compared with rows that are written down one by one."""

import numpy as np
import pytest
from training.problem import fit, fit_ensemble

from ctrnn_jax.training import History, Member


NAN = np.nan
ONE = History(
    loss=np.asarray([4.0, 3.0, 2.0, 1.0, 0.5]),
    terms={"task": np.asarray([3.0, 2.0, 1.0, 0.5, 0.25]), "rates": np.full(5, NAN)},
    gradient_norm=np.asarray([9.0, 8.0, 7.0, 6.0, 5.0]),
    validation_step=np.asarray([2, 4]),
    performance=np.asarray([0.5, 0.75]),
    validation_loss=np.asarray([2.5, 1.5]),
    stage=np.asarray([0, 1]),
)
ROWS = [
    # step, loss, task, rates, gradient, performance, validation loss, stage
    (1, 4.0, 3.0, NAN, 9.0, NAN, NAN, NAN),
    (2, 3.0, 2.0, NAN, 8.0, 0.5, 2.5, 0.0),
    (3, 2.0, 1.0, NAN, 7.0, NAN, NAN, NAN),
    (4, 1.0, 0.5, NAN, 6.0, 0.75, 1.5, 1.0),
    (5, 0.5, 0.25, NAN, 5.0, NAN, NAN, NAN),
]
NAMES = [
    "step", "loss", "terms.task", "terms.rates", "gradient_norm", "performance",
    "validation_loss", "stage",
]  # fmt: skip
MEMBERS = (
    Member(7, {"noise": 0.1, "loss.rates": 1e-3}),
    Member(7, {"noise": 0.2, "loss.rates": 1e-3}),
)


def two_members():
    """Return the history of two networks: the second one ended after two updates."""
    ended = {"loss": 2, "gradient_norm": 2, "performance": 1, "validation_loss": 1}

    def both(name, values):
        second = np.array(values, float)
        second[ended.get(name, 2) :] = NAN
        return np.stack([values, second])

    fields = {n: both(n, x) for n, x in vars(ONE).items() if n in ended or n == "stage"}
    terms = {name: both(name, values) for name, values in ONE.terms.items()}
    steps = ONE.validation_step
    return History(**fields, terms=terms, validation_step=steps, members=MEMBERS)


def test_a_row_for_each_update_with_the_validation_after_it():
    table = ONE.table()
    assert list(table) == NAMES
    columns = [np.asarray(column) for column in zip(*ROWS, strict=True)]
    for name, expected in zip(NAMES, columns, strict=True):
        np.testing.assert_array_equal(table[name], expected)
    assert table["step"].dtype.kind == "i"


def test_rows_of_a_member_end_with_its_last_update_and_name_its_setting():
    table = two_members().table()
    assert list(table) == ["member", "noise", "loss.rates", "seed", *NAMES]
    rows = [*ROWS, *ROWS[:2]]
    for name, expected in zip(NAMES, zip(*rows, strict=True), strict=True):
        np.testing.assert_array_equal(table[name], np.asarray(expected))
    assert table["member"].tolist() == [0] * 5 + [1] * 2
    assert table["noise"].tolist() == [0.1] * 5 + [0.2] * 2
    assert table["seed"].tolist() == [7] * 7
    assert table["loss.rates"].tolist() == [1e-3] * 7  # the weight, not the term


def test_data_frames_are_the_tables():
    pandas = pytest.importorskip("pandas")
    for history in (ONE, two_members()):
        frame = history.to_dataframe()
        pandas.testing.assert_frame_equal(frame, pandas.DataFrame(history.table()))
    validations = ONE.to_dataframe().dropna(subset="performance")
    assert validations["step"].tolist() == [2, 4]
    frame = two_members().to_dataframe()
    means = frame.pivot_table(values="loss", index="noise", columns="seed")
    np.testing.assert_allclose(means, [[2.1], [3.5]])


def test_tables_of_a_training_have_its_arrays():
    history = fit(12).history
    table = history.table()
    assert table["step"].tolist() == list(range(1, 13))
    np.testing.assert_array_equal(table["loss"], history.loss)
    np.testing.assert_array_equal(table["terms.task"], history.terms["task"])
    validated = ~np.isnan(table["performance"])
    np.testing.assert_array_equal(table["step"][validated], history.validation_step)
    np.testing.assert_array_equal(table["performance"][validated], history.performance)


def test_tables_of_an_ensemble_have_a_row_for_each_update_of_each_member():
    many = fit_ensemble(12)
    table = many.history.table()
    assert [*table][:3] == ["member", "seed", "step"]
    np.testing.assert_array_equal(table["seed"], np.repeat(np.arange(4), 12))
    np.testing.assert_array_equal(table["loss"], many.history.loss.ravel())
    # without members, as in the state, there are indices alone
    assert [*many.state.history.table()][:2] == ["member", "step"]
