"""Block Gram-Schmidt against Householder's QR."""

from helpers import close
import jax.numpy as jnp
import numpy as np

from ctrnn_jax.analysis.lyapunov_exponents._orthonormal import orthonormal


RNG = np.random.default_rng(0)


def test_orthonormal_rows_span_what_the_first_rows_span():
    rows = RNG.normal(size=(70, 90)) @ np.diag(np.geomspace(1, 1e-5, 90))
    q, lengths = orthonormal(jnp.asarray(rows), jnp.asarray(rows))
    r = np.linalg.qr(rows.T)[1]
    close(lengths, np.abs(np.diag(r)), scale=100)
    close(q @ q.T, np.eye(70), scale=100)
    close(np.tril(rows @ q.T), rows @ q.T)  # row i needs the first i only


def test_nearly_dependent_rows_become_orthogonal():
    """One pass of Gram-Schmidt would not be enough."""
    rows = RNG.normal(size=(70, 90)) @ np.diag(np.geomspace(1, 1e-11, 90))
    q, _ = orthonormal(jnp.asarray(rows), jnp.asarray(rows))
    np.testing.assert_allclose(q @ q.T, np.eye(70), atol=1e-13)


def test_a_row_of_zeros_is_replaced_by_its_spare_row():
    rows = RNG.normal(size=(70, 90)) @ np.diag(np.geomspace(1, 1e-5, 90))
    rows[40] = 0.0
    spare = RNG.normal(size=(70, 90))
    q, lengths = orthonormal(jnp.asarray(rows), jnp.asarray(spare))
    assert np.flatnonzero(np.asarray(lengths) == 0.0).tolist() == [40]
    close(q @ q.T, np.eye(70), scale=100)
