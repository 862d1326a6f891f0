"""Tables of results of analyses, compared with their arrays row by row."""

import jax.numpy as jnp
import numpy as np
import pytest
from shown import objects

import ctrnn_jax as cj
from ctrnn_jax._tables import AbstractTabular


RESULTS = [
    x
    for kind in ("of_results", "of_analysis", "of_training")
    for x in objects(kind)
    if isinstance(x, AbstractTabular)
]
FIXED = next(x for x in RESULTS if isinstance(x, cj.analysis.FixedPoints))


def names_of(results):
    return {type(x).__name__ for x in results}


def test_results_of_several_items_have_tables():
    assert names_of(RESULTS) == {
        "Bifurcation", "Branch", "ChronometricCurve", "Decoding", "DtCheck",
        "EnsembleResult", "FixedPoints", "History", "LyapunovSpectrum",
        "MarginalVariances", "Modes", "PCA", "PerturbationEffect",
        "PerturbationEffects", "PsychometricCurve", "ReactionTimes", "Verification",
    }  # fmt: skip


@pytest.mark.parametrize("result", RESULTS, ids=lambda x: type(x).__name__)
def test_columns_have_the_same_length_and_make_a_data_frame(result):
    pandas = pytest.importorskip("pandas")
    table = result.table()
    assert all(type(column) is np.ndarray for column in table.values())
    assert len({column.shape for column in table.values()}) == 1
    assert len(next(iter(table.values()))) > 0
    assert all(column.dtype.kind in "biufU" for column in table.values())  # fits CSV
    frame = result.to_dataframe()
    pandas.testing.assert_frame_equal(frame, pandas.DataFrame(table))


def test_a_row_of_fixed_points_has_the_leading_eigenvalue():
    eigenvalues = np.array([[0.01 + 0.02j, -1, -1, -1, -1], [-0.05, -1, -1, -1, -1]])
    points = with_eigenvalues(eigenvalues)
    table = points.table()
    assert table["point"].tolist() == [0, 1]
    assert table["stability"].tolist() == ["saddle", "stable"]
    assert table["index"].tolist() == [1, 0]
    np.testing.assert_allclose(table["real"], [0.01, -0.05])
    np.testing.assert_allclose(table["imag"], [0.02, 0.0])
    np.testing.assert_allclose(table["time_constant"], [-100.0, 20.0])
    np.testing.assert_allclose(table["frequency"], [10 / np.pi, 0.0])


def with_eigenvalues(eigenvalues):
    fields = {name: getattr(FIXED, name) for name in vars(FIXED)}
    fields["eigenvalues"] = eigenvalues.astype(complex)
    return cj.analysis.FixedPoints(**fields)


def test_points_are_indexed_and_iterated():
    eigenvalues = -np.array([[1.0] * 5, [2.0] * 5])
    points = with_eigenvalues(eigenvalues)
    assert [point.eigenvalues[0, 0] for point in points] == [-1, -2]
    assert points[-1].eigenvalues[0, 0] == -2
    assert len(points[np.int64(0)]) == 1
    message = r"`which` must be an index of 2 points; got 2. Points count from 0; p"
    with pytest.raises(ValueError, match=message):
        points[2]


def test_modes_and_bifurcations():
    modes = cj.analysis.modes(np.array([[-0.1, 0.2], [-0.2, -0.1]]))
    table = modes.table()
    np.testing.assert_allclose(table["real"], [-0.1, -0.1])
    np.testing.assert_allclose(table["imag"], [0.2, -0.2])
    np.testing.assert_allclose(table["time_constant"], [10.0, 10.0])
    diagram = cj.analysis.Bifurcation(
        np.array([0.5, 1.5]), np.array([0, 1, 1]), np.array([0, 0, 1]),
        np.zeros((3, 2)), np.zeros(3), np.array([[-1, -2], [2, -2], [-3, -4]], complex),
        np.array([0, 1, 0]), np.array(["stable", "saddle", "stable"]), np.zeros(2, int),
    )  # fmt: skip
    table = diagram.table()
    assert table["value"].tolist() == [0.5, 1.5, 1.5]
    assert table["branch"].tolist() == [0, 0, 1]
    assert table["real"].tolist() == [-1.0, 2.0, -3.0]


def test_components_and_exponents():
    pca = cj.analysis.PCA(
        jnp.eye(2, 4), jnp.array([3.0, 1.0]), jnp.zeros(4), jnp.asarray(5.0)
    )
    np.testing.assert_allclose(pca.table()["explained"], [0.6, 0.2])
    exponents = cj.analysis.LyapunovSpectrum(
        *map(jnp.asarray, ([0.01, -0.02], [0.001, 0.002], 1.5, 0.01)), None, None,
        *map(jnp.asarray, (1.0, True, [[0.01, -0.02]], 20.0, 100.0)),
    )  # fmt: skip
    table = exponents.table()
    assert [*table] == ["exponent", "per_ms", "standard_error", "per_step", "per_tau"]
    np.testing.assert_allclose(table["per_step"], [0.2, -0.4])
    np.testing.assert_allclose(table["per_tau"], [1.0, -2.0])


def test_decoding_at_each_pair_of_steps():
    accuracy = jnp.asarray([[0.5, 0.75, 1.0], [0.25, 0.5, 0.5]])
    shuffled = jnp.stack([accuracy, 0 * accuracy, 0 * accuracy])
    table = cj.analysis.Decoding(accuracy, shuffled, (0, 1)).table()
    assert [*table] == ["train_step", "step", "accuracy", "p_value"]
    assert table["train_step"].tolist() == [0, 0, 0, 1, 1, 1]
    assert table["step"].tolist() == [0, 1, 2, 0, 1, 2]
    assert table["accuracy"].tolist() == [0.5, 0.75, 1.0, 0.25, 0.5, 0.5]
    assert table["p_value"].tolist() == [0.5] * 6  # (1 + 1) / (1 + 3)
    table = cj.analysis.Decoding(accuracy[0], shuffled[:, 0], (0, 1)).table()
    assert [*table] == ["step", "accuracy", "p_value"]


def test_a_batch_of_results_has_no_table():
    batch = cj.analysis.ReactionTimes(jnp.ones((2, 2)), jnp.zeros((2, 2), int))
    message = (
        r"`time` must have one axis in a table; got shape \(2, 2\). Make a table "
        "of each of the batch."
    )
    with pytest.raises(ValueError, match=message):
        batch.table()
