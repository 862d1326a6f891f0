"""Spectra of recurrent weights and of Jacobians, against closed forms."""

from helpers import close
import jax
import jax.numpy as jnp
import numpy as np
import pytest

import ctrnn_jax as cj
from ctrnn_jax.analysis import spectrum
from ctrnn_jax.analysis.linear._spectrum import jacobian_at


KEY = jax.random.key(2)
RNG = np.random.default_rng(3)


def network(n=12, **options):
    options = {
        "tau": np.linspace(50.0, 150.0, n),
        "b_hid": cj.initialisers.Uniform(1.0),
        **options,
    }
    return cj.CTRNN(
        2, n, 3, dt=20.0, w_hid=cj.initialisers.Normal(1.2),
        v0=cj.initialisers.Uniform(1.0), key=KEY, **options,
    )  # fmt: skip


@pytest.mark.parametrize("method", [cj.Euler(), cj.ExponentialEuler()])
def test_all_quantities_of_a_network_against_numpy(method):
    net = network(method=method, noise=cj.DiffusionNoise(0.1))
    result, w = spectrum(net, n_vectors=4), cj.effective(net)
    w_hid, v = np.asarray(w.w_hid), np.asarray(w.v0)
    values = np.linalg.eigvals(w_hid)
    assert float(result.radius) == pytest.approx(np.abs(values).max())
    assert float(result.abscissa) == pytest.approx(values.real.max())
    assert np.all(np.diff(np.real(result.eigenvalues)) <= 0)
    assert sorted(np.abs(result.eigenvalues)) == pytest.approx(sorted(np.abs(values)))
    numerical = max(
        x @ w_hid @ x for x in np.linalg.eigh((w_hid + w_hid.T) / 2)[1].T
    )  # the field of values at the eigenvectors of the symmetric part
    assert float(result.numerical_abscissa) == pytest.approx(numerical)
    slopes = 1 - np.tanh(v) ** 2
    j = (-np.eye(12) + w_hid * slopes) / np.asarray(net.tau)[:, None]
    close(jacobian_at(net), j)
    real_parts = sorted(np.linalg.eigvals(j).real)
    jacobian_real_parts = sorted(np.real(result.jacobian_eigenvalues))
    assert jacobian_real_parts == pytest.approx(real_parts)
    reactivity = np.linalg.eigvalsh(j + j.T)[-1] / 2
    assert float(result.reactivity) == pytest.approx(reactivity)
    s = np.linalg.svd(w_hid)[1]
    close(result.singular_values, s)
    assert float(result.stable_rank) == pytest.approx((w_hid**2).sum() / s[0] ** 2)
    assert result.input_overlap is not None
    assert result.readout_overlap is not None
    for k in range(4):
        left, right = result.left[k], result.right[k]
        np.testing.assert_allclose(w_hid @ right, s[k] * left, atol=1e-12)
        assert result.self_overlap[k] == pytest.approx(left @ right)
        column = np.asarray(w.w_in)[:, 1]
        cosine = right @ column / np.linalg.norm(column)
        assert result.input_overlap[k, 1] == pytest.approx(cosine)
        row = np.asarray(w.w_out)[2]
        cosine = left @ row / np.linalg.norm(row)
        assert result.readout_overlap[k, 2] == pytest.approx(cosine)


def test_jacobian_of_rate_forms_depends_on_the_input():
    """Where f acts on the current; synapses are held at rest."""
    u, v = np.array([0.5, -1.0]), RNG.normal(size=12)
    net = network(form=cj.dynamics.RateForm(), activation="sigmoid")
    w = cj.effective(net)
    r = 1 / (1 + np.exp(-(w.w_hid @ v + w.w_in @ u + w.b_hid)))
    j = (-np.eye(12) + (r * (1 - r))[:, None] * w.w_hid) / net.tau[:, None]
    close(jacobian_at(net, v, u), np.asarray(j))
    assert np.abs(jacobian_at(net, v) - j).max() > 1e-4
    synapses = cj.dynamics.ShortTermPlasticity(200.0, 1500.0, 0.45)
    net = network(activation="linear", synapses=synapses)
    v = np.zeros(12)
    u_rest, x_rest = 0.45, 1.0  # a step does not move synapses at rest
    w_hid = np.asarray(cj.effective(net).w_hid)
    j = (-np.eye(12) + u_rest * x_rest * w_hid) / np.asarray(net.tau)[:, None]
    close(jacobian_at(net, v), j)


def test_low_rank_weights_are_recognised():
    """Rank one, m n^T / N: one direction, its overlaps with input and output."""
    m, n = RNG.normal(size=(2, 30))
    net = cj.CTRNN(1, 30, 1, dt=10.0, tau=100.0, w_hid=np.outer(m, n) / 30,
                   w_in=n[:, None], w_out=m[None], key=KEY)  # fmt: skip
    rank_one = spectrum(net)
    assert float(rank_one.effective_rank) == pytest.approx(1.0)
    assert float(rank_one.stable_rank) == pytest.approx(1.0)
    assert rank_one.input_overlap is not None
    assert rank_one.readout_overlap is not None
    assert abs(rank_one.input_overlap[0, 0]) == pytest.approx(1.0)
    assert abs(rank_one.readout_overlap[0, 0]) == pytest.approx(1.0)
    cosine = m @ n / np.linalg.norm(m) / np.linalg.norm(n)
    assert rank_one.self_overlap[0] == pytest.approx(cosine)
    expected = max(0.0, m @ n / 30)  # its eigenvalue, unless the zeros are larger
    assert float(rank_one.abscissa) == pytest.approx(expected, abs=1e-12)
    full = spectrum(np.linalg.qr(RNG.normal(size=(30, 30)))[0])
    assert float(full.effective_rank) == pytest.approx(30.0)
    assert float(full.growth_bound) >= 1.0
    zero = spectrum(np.zeros((3, 3)))
    assert float(zero.radius) == float(zero.stable_rank) == 0.0
    without_input = spectrum(cj.replace(net, w_in=np.zeros((30, 1))))
    assert np.all(without_input.input_overlap == 0)


@pytest.mark.slow
def test_single_precision_networks_are_analysed_in_double_precision():
    with jax.enable_x64(False):
        net = network(dtype=jnp.float32)
        result = spectrum(net)
    dtypes = {np.dtype(x) for x in ("float64", "complex128", "int64")}
    assert {x.dtype for x in jax.tree.leaves(result)} <= dtypes
    expected = spectrum(cj.astype(net, float))
    close(result.jacobian_eigenvalues, expected.jacobian_eigenvalues)


NET = network()


@pytest.mark.parametrize(
    ("net", "options", "message"),
    [
        (np.zeros((2, 3)), {}, "be a network or a square matrix"),
        (1.0, {}, "be a network or a square matrix"),
        (np.full((2, 2), np.nan), {}, "be finite"),
        (cj.stack([NET, NET]), {}, "be one network"),
        (
            cj.perturb(NET, cj.perturbations.Lesion(0)),
            {},
            "be a network or numbers; got a Perturbed",
        ),
        (NET, {"potentials": np.zeros(3)}, "`potentials` must have shape"),
        (NET, {"inputs": np.zeros(3)}, "`inputs` must have shape"),
        (NET, {"classes": np.zeros(3)}, "`classes` must have shape"),
        (NET, {"n_vectors": 0}, "`n_vectors` must be a whole number"),
    ],
)
def test_invalid_arguments_raise_an_error(net, options, message):
    with pytest.raises(ValueError, match=message):
        spectrum(net, **options)


def test_tracers_raise_an_error():
    with pytest.raises(ValueError, match="known outside of jit"):
        jax.jit(lambda net: spectrum(net).radius)(NET)
