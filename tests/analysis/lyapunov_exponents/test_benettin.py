"""Growth of directions under a product of matrices, against NumPy's QR."""

from helpers import close
import jax.numpy as jnp
import numpy as np
from oracles.lyapunov import qr_logs, tanh_run

from ctrnn_jax.analysis.lyapunov_exponents._benettin import growth


def test_growth_of_directions_is_that_of_householder_qr():
    """For each direction and interval, from the same first directions."""
    rng = np.random.default_rng(1)
    w, gain = rng.normal(0, 0.8, (40, 40)), np.linspace(0.1, 0.5, 40)
    _, jacobians = tanh_run(rng.normal(size=40), w, gain, rng.normal(size=(30, 40)))
    q = np.linalg.qr(rng.normal(size=(40, 40)))[0]

    def linear(state, matrix):
        return state, lambda x: matrix @ x

    for count in (40, 35, 3):
        directions = jnp.asarray(q[:, :count].T)
        _, (logs, log_det, condition) = growth(
            linear, (0, directions), directions, jacobians.reshape(10, 3, 40, 40),
            intervals=10, every=3, whole=count == 40,
        )  # fmt: skip
        close(logs, qr_logs(jacobians, q[:, :count], 3))
        assert 1 < condition.max() < 1e5
        if count == 40:
            determinants = np.linalg.slogdet(jacobians)[1].reshape(10, 3)
            close(log_det, determinants.sum(axis=1))
