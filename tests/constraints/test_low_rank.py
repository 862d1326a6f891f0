"""Low-rank weights: their rank, their factors, and networks that train them."""

from helpers import close, identical
import jax
import jax.numpy as jnp
import numpy as np
import pytest

import ctrnn_jax as cj
from ctrnn_jax.constraints import Factors


KEY = jax.random.key(0)


def test_low_rank_weights_have_that_rank_and_known_factors():
    """W = m n^T / N; weights are recovered from their factors."""
    rng = np.random.default_rng(0)
    m, n = rng.normal(size=(6, 2)), rng.normal(size=(6, 2))
    constraint = cj.constraints.LowRank(2)
    w = constraint.effective(Factors(jnp.asarray(m), jnp.asarray(n)))
    np.testing.assert_allclose(w, m @ n.T / 6, rtol=1e-12)
    assert np.linalg.matrix_rank(np.asarray(w)) == 2
    close(constraint.effective(constraint.raw(w)), w)
    assert not np.asarray(constraint.violations(w)).any()
    assert np.asarray(constraint.violations(jnp.asarray(rng.normal(size=(6, 6))))).any()
    for not_finite in (np.inf, np.nan):
        broken = w.at[0, 1].set(not_finite)
        assert np.asarray(constraint.violations(broken))[0, 1]
    noise = rng.normal(size=(6, 6))
    mixed = cj.constraints.LowRank(1, background=noise)
    w = mixed.effective(Factors(jnp.asarray(m[:, :1]), jnp.asarray(n[:, :1])))
    assert np.linalg.matrix_rank(np.asarray(w) - noise) == 1
    close(mixed.effective(mixed.raw(w)), w)


def test_a_low_rank_network_trains_its_factors_and_is_saved(tmp_path):
    net = cj.CTRNN(
        2,
        12,
        1,
        dt=10.0,
        tau=100.0,
        key=KEY,
        constraints={"w_hid": cj.constraints.LowRank(2)},
    )
    assert net.raw.w_hid.m.shape == (12, 2)
    assert int(cj.violations(net)) == 0
    assert cj.trainable(net).raw.w_hid.m is True
    assert net.n_hidden == 12
    assert np.linalg.matrix_rank(np.asarray(cj.effective(net).w_hid), tol=1e-6) == 2
    grads = jax.grad(lambda net: cj.rollout(net, jnp.ones((5, 2))).outputs.sum())(net)
    assert np.asarray(grads.raw.w_hid.n).any()
    assert identical(cj.load(cj.save(tmp_path / "net", net)), net)
    with pytest.raises(ValueError, match="must satisfy its constraint, LowRank"):
        cj.replace(net, w_hid=np.eye(12))
