"""Spectra of weights against closed forms, and what is refused."""

from helpers import close
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.linalg import expm

import ctrnn_jax as cj
from ctrnn_jax.analysis import kreiss_bound, random_matrix, spectrum
from ctrnn_jax.analysis.linear._spectra import jacobian_at


KEY = jax.random.key(2)
RNG = np.random.default_rng(3)


def network(n=12, **options):
    options = {
        "tau": np.linspace(50.0, 150.0, n),
        "b_hid": cj.initialisers.Uniform(1.0),
        **options,
    }
    return cj.CTRNN(
        2,
        n,
        3,
        dt=20.0,
        w_hid=cj.initialisers.Normal(1.2),
        v0=cj.initialisers.Uniform(1.0),
        key=KEY,
        **options,
    )


@pytest.mark.parametrize("method", [cj.Euler(), cj.ExponentialEuler()])
def test_a_network_by_hand(method):
    net = network(method=method, noise=cj.DiffusionNoise(0.1))
    found, w = spectrum(net, n_vectors=4), cj.effective(net)
    w_hid, v = np.asarray(w.w_hid), np.asarray(w.v0)
    values = np.linalg.eigvals(w_hid)
    assert float(found.radius) == pytest.approx(np.abs(values).max())
    assert float(found.abscissa) == pytest.approx(values.real.max())
    assert np.all(np.diff(found.eigenvalues.real) <= 0)
    assert sorted(np.abs(found.eigenvalues)) == pytest.approx(sorted(np.abs(values)))
    numerical = max(
        x @ w_hid @ x for x in np.linalg.eigh((w_hid + w_hid.T) / 2)[1].T
    )  # the field of values at the eigenvectors of the symmetric part
    assert float(found.numerical_abscissa) == pytest.approx(numerical)
    slopes = 1 - np.tanh(v) ** 2
    j = (-np.eye(12) + w_hid * slopes) / np.asarray(net.tau)[:, None]
    close(jacobian_at(net), j)
    assert sorted(found.jacobian_eigenvalues.real) == pytest.approx(
        sorted(np.linalg.eigvals(j).real)
    )
    assert float(found.reactivity) == pytest.approx(np.linalg.eigvalsh(j + j.T)[-1] / 2)
    s = np.linalg.svd(w_hid)[1]
    close(found.singular_values, s)
    assert float(found.stable_rank) == pytest.approx((w_hid**2).sum() / s[0] ** 2)
    for k in range(4):
        left, right = found.left[k], found.right[k]
        np.testing.assert_allclose(w_hid @ right, s[k] * left, atol=1e-12)
        assert found.self_overlap[k] == pytest.approx(left @ right)
        column = np.asarray(w.w_in)[:, 1]
        cosine = right @ column / np.linalg.norm(column)
        assert found.input_overlap[k, 1] == pytest.approx(cosine)
        row = np.asarray(w.w_out)[2]
        cosine = left @ row / np.linalg.norm(row)
        assert found.readout_overlap[k, 2] == pytest.approx(cosine)


def test_jacobian_of_rate_forms_and_at_an_input():
    """Where f acts on the current the input counts; synapses are held at rest."""
    u, v = np.array([0.5, -1.0]), RNG.normal(size=12)
    net = network(form=cj.dynamics.RateForm(), activation="sigmoid")
    w = cj.effective(net)
    r = 1 / (1 + np.exp(-(w.w_hid @ v + w.w_in @ u + w.b_hid)))
    j = (-np.eye(12) + (r * (1 - r))[:, None] * w.w_hid) / net.tau[:, None]
    close(jacobian_at(net, v, u), np.asarray(j))
    assert np.abs(jacobian_at(net, v) - j).max() > 1e-4
    stp = cj.dynamics.ShortTermPlasticity(200.0, 1500.0, 0.45)
    net = network(activation="linear", synapses=stp)
    v = np.zeros(12)
    u_next, x_next = 0.45, 1.0  # the step does not move resting synapses
    j = (
        -np.eye(12) + u_next * x_next * np.asarray(cj.effective(net).w_hid)
    ) / np.asarray(net.tau)[:, None]
    close(jacobian_at(net, v), j)


def test_low_rank_weights_are_recognised():
    """Rank one, m n^T / N: one direction, its overlaps with input and output."""
    m, n = RNG.normal(size=(2, 30))
    net = cj.CTRNN(1, 30, 1, dt=10.0, tau=100.0, w_hid=np.outer(m, n) / 30,
                   w_in=n[:, None], w_out=m[None], key=KEY)  # fmt: skip
    found = spectrum(net)
    assert float(found.effective_rank) == pytest.approx(1.0)
    assert float(found.stable_rank) == pytest.approx(1.0)
    assert abs(found.input_overlap[0, 0]) == pytest.approx(1.0)
    assert abs(found.readout_overlap[0, 0]) == pytest.approx(1.0)
    cosine = m @ n / np.linalg.norm(m) / np.linalg.norm(n)
    assert found.self_overlap[0] == pytest.approx(cosine)
    expected = max(0.0, m @ n / 30)  # its eigenvalue, unless the zeros are larger
    assert float(found.abscissa) == pytest.approx(expected, abs=1e-12)
    full = spectrum(np.linalg.qr(RNG.normal(size=(30, 30)))[0])
    assert float(full.effective_rank) == pytest.approx(30.0)
    assert float(full.growth_bound) >= 1.0
    silent = spectrum(np.zeros((3, 3)))
    assert float(silent.radius) == float(silent.stable_rank) == 0.0
    zero_in = spectrum(cj.replace(net, w_in=np.zeros((30, 1))))
    assert np.all(zero_in.input_overlap == 0)


def test_growth_is_bounded_from_below():
    """At most the growth that there is, at least a fraction of it; 1 if normal."""
    grid = np.linspace(0.0, 10.0, 200)
    growth = lambda j: max(np.linalg.norm(expm(j * t), 2) for t in grid)
    w = np.array([[6.0, -6.0], [6.0, -6.0]])  # GT12
    loops = np.triu(RNG.normal(0, 2.0, (8, 8)), 1)
    turn = np.array([[0.0, -4.0], [4.0, 0.0]])
    spiral = np.kron(np.eye(4), turn) + 5.0 * np.eye(8, k=3) - np.eye(8)
    assert np.abs(np.linalg.eigvals(spiral).imag).max() > 3
    for j in (w - np.eye(2), loops - np.eye(8), spiral):
        bound, actual = float(kreiss_bound(j)), growth(j)
        assert actual / (np.e * len(j)) < bound <= actual
        assert bound > 1.2
    symmetric = RNG.normal(size=(8, 8))
    normal = symmetric + symmetric.T - 10 * np.eye(8)
    assert float(kreiss_bound(normal)) == 1.0
    assert np.isinf(kreiss_bound(np.eye(2)))
    # on the edge: what neither grows nor decays stays in bounds
    for edge in ([[0.0]], [[0.0, 1.0], [-1.0, 0.0]], [[0.0, 0.0], [0.0, -1.0]]):
        assert float(kreiss_bound(np.array(edge))) == pytest.approx(1.0)
    found = spectrum(w)
    assert float(found.growth_bound) > 3.0
    assert float(found.reactivity) == pytest.approx(5.0)
    close(found.jacobian_eigenvalues.real, np.full(2, -1.0), scale=1e5)
    assert spectrum(w, growth=False).growth_bound is None


def test_classes_of_columns():
    """Radius and outlier from each class; the empty diagonal is not counted."""
    sign = np.array([1, 1, 1, -1])
    w = np.abs(RNG.normal(size=(4, 4))) * sign
    found = random_matrix(w, sign)
    close(found.means, np.array([w[:, 3].mean(), w[:, :3].mean()]))
    variance = w[:, 3].var() + 3 * w[:, :3].var()
    assert float(found.radius) == pytest.approx(np.sqrt(variance))
    assert float(found.outlier) == pytest.approx(w.sum() / 4)
    close(found.row_sums, w.sum(1))
    hollow = w * (1 - np.eye(4))
    off = ~np.eye(4, dtype=bool)
    close(random_matrix(hollow).means, np.array([hollow[off].mean()]))
    net = cj.EIRNN(1, 40, 1, dt=20.0, tau=100.0, key=KEY)
    found = spectrum(net).expected
    assert found.counts.tolist() == [8, 32]
    assert found.means[0] < 0 < found.means[1]
    assert np.all(np.abs(found.row_sums) < 1e-12)  # balanced row by row
    assert spectrum(net, classes=np.zeros(40)).expected.counts.tolist() == [40]


def test_single_precision_networks_are_seen_in_double():
    with jax.enable_x64(False):
        net = network(dtype=jnp.float32)
        found = spectrum(net)
    assert {x.dtype for x in jax.tree.leaves(found)} <= {
        np.dtype(x) for x in ("float64", "complex128", "int64")
    }
    close(
        found.jacobian_eigenvalues, spectrum(cj.astype(net, float)).jacobian_eigenvalues
    )


def test_what_makes_no_sense_is_refused():
    net = network()
    for args, options, message in [
        ((np.zeros((2, 3)),), {}, "be a network or a square matrix"),
        ((1.0,), {}, "be a network or a square matrix"),
        ((np.full((2, 2), np.nan),), {}, "be finite"),
        ((cj.stack([net, net]),), {}, "be one network"),
        ((cj.perturb(net, cj.perturbations.Lesion(0)),), {}, "a perturbed one"),
        ((net,), {"at": np.zeros(3)}, "`at` must have shape"),
        ((net,), {"inputs": np.zeros(3)}, "`inputs` must have shape"),
        ((net,), {"classes": np.zeros(3)}, "`classes` must have shape"),
        ((net,), {"n_vectors": 0}, "`n_vectors` must be a whole number"),
    ]:
        with pytest.raises(ValueError, match=message):
            spectrum(*args, **options)
    with pytest.raises(ValueError, match="known outside of jit"):
        jax.jit(lambda net: spectrum(net).radius)(net)
