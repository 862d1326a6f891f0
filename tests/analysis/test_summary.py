"""Summaries of networks: their numbers, silent and uninhibited units."""

import jax
import jax.numpy as jnp
from network.full_network import full
import numpy as np
import pytest

import ctrnn_jax as cj


KEY = jax.random.key(0)


def test_summary_has_the_numbers_of_numpy():
    net = full()
    report = cj.summary(net)
    w = np.asarray(cj.effective(net).w_hid)
    eigenvalues = np.linalg.eigvals(w)
    assert report.sizes == (2, 20, 1)
    assert report.classes == {"a": 10, "b": 10, "excitatory": 16, "inhibitory": 4}
    assert report.densities["w_hid"] == np.mean(w != 0)
    assert report.radius == pytest.approx(np.abs(eigenvalues).max())
    assert report.abscissa == pytest.approx(eigenvalues.real.max())
    assert report.radius <= 0.9
    assert report.balance == pytest.approx(0.0, abs=1e-12)
    assert report.excitation == pytest.approx(np.maximum(w, 0).sum(1).mean())
    assert (report.violations, report.dead) == (0, 0)
    assert report.parameters == 20 * 2 + 400 + 20 + 20 + 1 + 20 + 20
    text = str(report)
    for part in ("2 -> 20 -> 1", "excitatory 16", "spectral radius", "RowBalanced"):
        assert part in text
    relu = cj.summary(
        cj.EIRNN(
            1,
            10,
            1,
            dt=1.0,
            tau=9.0,
            sign_map=cj.constraints.Relu(),
            w_in=cj.initialisers.Constant(0.0),
            key=KEY,
        )
    )
    assert relu.dead == 10
    assert (report.silent, "silent units" in text) == (None, False)
    with pytest.raises(ValueError, match="`net` must be one network"):
        cj.summary(cj.stack([net, net]))
    with pytest.raises(ValueError, match="`net` must be one network outside of jit"):
        jax.jit(lambda net: cj.summary(net).radius)(net)


def trials_of(inputs, t_end):
    """Return one trial for each input, `(trials, time, n_in)`."""
    inputs = jnp.asarray(inputs)
    nothing = jnp.zeros((*inputs.shape[:2], 1))
    conditions = {"t_end": jnp.asarray(t_end), "is_catch": jnp.zeros(len(inputs), bool)}
    return cj.tasks.Trial(inputs, nothing, nothing, conditions, {})


@pytest.mark.parametrize(("activation", "silent"), [("relu", 4), ("tanh", 2)])
def test_silent_units_are_never_active_before_the_end_of_a_trial(activation, silent):
    """Units: driven in trials 0 and 1, inhibited, after the end, no input, weakly."""
    w_in = np.array(
        [[1.0, 0, 0], [0, 1, 0], [-1, -1, 0], [0, 0, 1], [0, 0, 0], [-1e-3, 0, 0]]
    )
    net = cj.CTRNN(
        3,
        6,
        1,
        dt=20.0,
        tau=100.0,
        w_in=w_in,
        w_hid=np.zeros((6, 6)),
        activation=activation,
        noise=cj.StepNoise(1.0),
        key=KEY,
    )
    inputs = np.zeros((2, 5, 3))
    inputs[0, 1, 0] = inputs[1, 2, 1] = 1.0
    inputs[:, 3:, 2] = 1.0
    report = cj.summary(net, trials_of(inputs, [3, 3]))
    assert report.silent == silent
    assert f"silent units       {silent}" in str(report)
    longer = cj.summary(net, trials_of(inputs, [3, 5]))
    assert longer.silent == silent - 1


@pytest.mark.usefixtures("as_for_a_user")
def test_trials_that_are_inputs_alone_are_an_error():
    with pytest.raises(ValueError, match="`trials` must be trials; got float64"):
        cj.summary(full(), jnp.zeros((1, 5, 2)))


def test_a_unit_is_silent_relative_to_the_largest_rate():
    rates = np.array([[0.0, 3.0, -2e-6, 4e-6], [0.0, 0.0, 0.0, -4e-6]])
    expected = [True, False, True, False]
    np.testing.assert_array_equal(cj.analysis.silent_units(rates), expected)
    np.testing.assert_array_equal(cj.analysis.silent_units(rates[None]), expected)
    assert np.all(cj.analysis.silent_units(np.zeros((4, 2))))


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_a_unit_that_diverged_is_not_silent_and_hides_no_other(wrong):
    rates = np.array([[0.0, wrong, 1.0], [0.0, 0.0, 2.0]])
    expected = [True, False, False]
    np.testing.assert_array_equal(cj.analysis.silent_units(rates), expected)


def test_uninhibited_units_have_no_synapse_from_an_inhibitory_unit():
    w_hid = np.zeros((5, 5))
    w_hid[:, 0] = 0.5
    w_hid[[0, 2], 4] = -0.5
    w_hid[0, 0] = 0.0
    options = {"dt": 20.0, "tau": 100.0, "key": KEY}
    net = cj.EIRNN(1, 5, 1, w_hid=w_hid, **options)
    found = cj.analysis.uninhibited_units(net)
    np.testing.assert_array_equal(found, [False, True, False, True, True])
    report = cj.summary(net)
    assert (report.uninhibited, "uninhibited units  3" in str(report)) == (3, True)
    other = cj.CTRNN(1, 5, 1, **options)
    assert cj.analysis.uninhibited_units(other) is None
    assert "uninhibited" not in str(cj.summary(other))


def test_uninhibited_units_of_a_sparse_network_are_as_many_as_expected():
    """Five inhibitory units, each with a synapse of probability 0.05."""
    mask = np.random.default_rng(0).random((100, 100)) < 0.05
    net = cj.EIRNN(
        1,
        100,
        1,
        dt=20.0,
        tau=100.0,
        frac_excitatory=0.95,
        constraints={"w_hid": cj.constraints.Masked(mask)},
        key=KEY,
    )
    np.fill_diagonal(mask, val=False)
    expected = np.sum(~mask[:, 95:].any(axis=1))
    assert cj.summary(net).uninhibited == expected
    assert 65 < expected < 90  # 100 * 0.95**5 = 77
