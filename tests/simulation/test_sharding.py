"""Trials spread over devices: the same program, the same noise."""

import subprocess
import sys


PROGRAM = """
import os
os.environ["XLA_FLAGS"] = "--xla_force_host_platform_device_count=4"
import jax, jax.numpy as jnp, numpy as np, ctrnn_jax as cj
from jax.sharding import AxisType, NamedSharding, PartitionSpec

mesh = jax.make_mesh((4,), ("trials",), axis_types=(AxisType.Auto,))
key = jax.random.key(0)
net = cj.EIRNN(2, 12, 2, dt=20.0, tau=100.0, noise=cj.StepNoise(0.2, 0.1), key=key)
u = jax.random.normal(key, (8, 15, 2))
spread = jax.device_put(u, NamedSharding(mesh, PartitionSpec("trials")))
one, many = (cj.rollout(net, x, key=key).potentials for x in (u, spread))
assert len(many.sharding.device_set) == 4, many.sharding
np.testing.assert_allclose(one, many, atol=1e-6)

def loss(b, u):
    return jnp.mean(cj.rollout(cj.replace(net, b_hid=b), u, key=key).outputs ** 2)

b = cj.effective(net).b_hid
one, many = (jax.jit(jax.grad(loss))(b, x) for x in (u, spread))
np.testing.assert_allclose(one, many, rtol=1e-5, atol=1e-7)
print("equal")
"""


def test_trials_on_several_devices_give_the_numbers_of_one():
    out = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True
    )
    assert out.stdout.strip() == "equal"
