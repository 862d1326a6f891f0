import jax
import numpy as np
import pytest

import ctrnn_jax as cj


FORMS = {
    "current": cj.dynamics.CurrentForm(),
    "rate": cj.dynamics.RateForm(),
    "leak": cj.dynamics.RectifiedLeakForm(),
}


def random_network(seed=0, n=4, form="current", activation="tanh", **options):
    """Build a network of n units and two inputs, with a time constant for each unit."""
    rng = np.random.default_rng(seed)
    options = {
        "w_hid": 1.5 * rng.normal(size=(n, n)) / np.sqrt(n),
        "w_in": rng.normal(size=(n, 2)),
        "b_hid": 0.3 * rng.normal(size=n),
        "tau": 80.0 + 10 * np.arange(n),
        "dt": 20.0,
        **options,
    }
    return cj.CTRNN(
        2, n, 1, form=FORMS[form], activation=activation, key=jax.random.key(0),
        **options,
    )  # fmt: skip


def parts_of(net, u):
    """Return weights, drive and gain of a network, as the oracles need them."""
    w = cj.effective(net)
    drive = np.asarray(w.w_in) @ u + np.asarray(w.b_hid)
    gain = np.broadcast_to(net.method.gain(net.dt, net.tau), (net.n_hidden,))
    return np.asarray(w.w_hid), drive, np.asarray(gain)


@pytest.fixture
def network():
    """A function that builds a random network: see `random_network`."""
    return random_network


@pytest.fixture
def parts():
    """A function of a network and its input: see `parts_of`."""
    return parts_of
