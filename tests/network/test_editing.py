"""Edited copies of networks: replaced weights and constants, stacks, dtypes."""

from canonical import eirnn as ei
from helpers import close, has_float64, identical
import jax
import jax.numpy as jnp
import numpy as np

import ctrnn_jax as cj


def test_replace_changes_its_arguments_and_nothing_else():
    net = ei(noise=cj.StepNoise(0.1))
    w = 2 * np.asarray(cj.effective(net).w_hid)
    other = cj.replace(net, w_hid=w, dt=10.0, activation="tanh", noise=None)
    close(cj.effective(other).w_hid, w)
    assert float(other.dt) == 10.0
    assert other.noise is None
    assert other.activation is not net.activation
    assert identical(other.raw.w_in, net.raw.w_in)
    assert isinstance(cj.replace(net, method=cj.ExponentialEuler(), dt=500.0), cj.EIRNN)
    assert float(jax.jit(lambda d: cj.replace(net, dt=d).dt)(5.0)) == 5.0


def test_stack_noiseless_and_astype():
    nets = [
        ei(key=jax.random.key(i), noise=cj.DiffusionNoise(0.1 * i)) for i in range(3)
    ]
    stacked = cj.stack(nets)
    assert (stacked.n_in, stacked.n_hidden, stacked.n_out) == (2, 5, 2)
    one = jax.tree.map(lambda x: np.asarray(x)[1], stacked)
    close(one, nets[1], scale=0)
    assert cj.noiseless(nets[1]).noise is None
    assert identical(cj.noiseless(nets[1]).raw, nets[1].raw)
    narrow = cj.astype(nets[1], jnp.float32)
    assert not has_float64(narrow)
    assert narrow.constraints.w_out.links[1].mask.dtype == bool
