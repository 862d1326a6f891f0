"""Low-rank weights: their rank, their factors, and networks that train them."""

import canonical
import equinox as eqx
from helpers import close, identical
import jax
import numpy as np
import pytest

import ctrnn_jax as cj
from ctrnn_jax.constraints import Factors


def test_low_rank_weights_have_that_rank_and_known_factors():
    """W = m n^T / N; weights are recovered from their factors."""
    rng = np.random.default_rng(0)
    m, n = rng.normal(size=(6, 2)), rng.normal(size=(6, 2))
    constraint = cj.constraints.LowRank(2)

    @eqx.filter_jit
    def weights_and_recovered(constraint, m, n):
        w = constraint.effective(Factors(m, n))
        return w, constraint.effective(constraint.raw(w))

    w, recovered = weights_and_recovered(constraint, m, n)
    np.testing.assert_allclose(w, m @ n.T / 6, rtol=1e-12)
    assert np.linalg.matrix_rank(np.asarray(w)) == 2
    close(recovered, w)
    violations = jax.jit(constraint.violations)
    assert not np.asarray(violations(w)).any()
    assert np.asarray(violations(rng.normal(size=(6, 6)))).any()
    for not_finite in (np.inf, np.nan):
        broken = np.array(w)
        broken[0, 1] = not_finite
        assert np.asarray(violations(broken))[0, 1]
    noise = rng.normal(size=(6, 6))
    mixed = cj.constraints.LowRank(1, background=noise)
    w, recovered = weights_and_recovered(mixed, m[:, :1], n[:, :1])
    assert np.linalg.matrix_rank(np.asarray(w) - noise) == 1
    close(recovered, w)


def test_a_low_rank_network_trains_its_factors_and_is_saved(tmp_path):
    net = canonical.ctrnn(constraints={"w_hid": cj.constraints.LowRank(2)})
    assert net.raw.w_hid.m.shape == (5, 2)
    assert int(cj.violations(net)) == 0
    assert cj.trainable(net).raw.w_hid.m is True
    assert net.n_hidden == 5
    assert np.linalg.matrix_rank(np.asarray(cj.effective(net).w_hid), tol=1e-6) == 2

    @jax.jit
    @jax.grad
    def gradient(net):
        return cj.rollout(net, np.ones((5, 2))).outputs.sum()

    assert np.asarray(gradient(net).raw.w_hid.n).any()
    assert identical(cj.load(cj.save(tmp_path / "net", net)), net)
    with pytest.raises(ValueError, match="must satisfy its constraint, LowRank"):
        cj.replace(net, w_hid=np.eye(5))
