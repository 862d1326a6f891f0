"""`map_networks` gives the results of the networks one by one."""

import equinox as eqx
from helpers import close
import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import ctrnn_jax as cj


KEY = jax.random.key(0)
COUNT = 3
TASK = cj.tasks.make("perceptual_decision")


def make(key, tau=100.0, sigma=0.1):
    return cj.EIRNN(
        TASK.n_in, 8, TASK.n_out, dt=20.0, tau=tau, noise=cj.DiffusionNoise(sigma),
        dtype=jnp.float32, key=key,
    )  # fmt: skip


def ensemble():
    keys = jax.random.split(KEY, COUNT)
    taus = jnp.linspace(40.0, 200.0, COUNT)
    return cj.stack([make(*each) for each in zip(keys, taus, taus / 500, strict=True)])


NETS = ensemble()


def entry(tree, i):
    return jax.tree.map(lambda x: x[i], tree)


def train(net, key, rate, penalty):
    """Return the weights after one update, and the loss before it."""
    with jax.numpy_dtype_promotion("standard"):
        optimiser = optax.adam(rate)
        params, static = eqx.partition(net, cj.trainable(net))
        u = TASK.batch(key, 4).inputs.astype(jnp.float32)
        record = cj.Record(potentials=False)

        def loss(params):
            traj = cj.rollout(eqx.combine(params, static), u, key=key, record=record)
            error = jnp.mean(traj.outputs**2)
            return error + penalty.astype(error.dtype) * jnp.mean(traj.rates**2)

        value, grads = jax.value_and_grad(loss)(params)
        updates, _ = optimiser.update(grads, optimiser.init(params))
        params = eqx.apply_updates(params, updates)
        return eqx.combine(params, static).raw, value


train_alone = jax.jit(train)


@pytest.mark.parametrize(
    "batch_size",
    [2, *(pytest.param(size, marks=pytest.mark.slow) for size in (None, 1, 3))],
)
def test_a_sweep_of_everything_equals_the_loop(batch_size):
    """Weights, tau, noise, learning rate and penalty differ between networks."""
    keys = jax.random.split(jax.random.key(1), COUNT)
    rates, penalties = jnp.logspace(-4, -2, COUNT), jnp.linspace(0.0, 1.0, COUNT)

    args = (keys, rates.astype(jnp.float32), penalties)
    mapped = cj.map_networks(train, NETS, *args, batch_size=batch_size)
    one_by_one = [train_alone(entry(NETS, i), *entry(args, i)) for i in range(COUNT)]
    looped = jax.tree.map(lambda *x: np.stack(x), *one_by_one)
    close(mapped, looped, dtype="float32", scale=10)


def test_invalid_ensembles_raise():
    def run(net):
        return cj.effective(net).w_hid

    with pytest.raises(ValueError, match="`nets` must be a stack of networks"):
        cj.map_networks(run, make(KEY))
    with pytest.raises(ValueError, match=r"`args\[1\]` must have arrays with a lead"):
        cj.map_networks(lambda n, a, b: a, NETS, jnp.ones(COUNT), jnp.ones(2))
    with pytest.raises(ValueError, match="`batch_size` must be a whole number"):
        cj.map_networks(run, NETS, batch_size=0)
    devices = len(jax.devices())
    with pytest.raises(ValueError, match=r"`mesh` must have an axis 'networks'; got"):
        cj.map_networks(run, NETS, mesh=jax.make_mesh((devices,), ("x",)))


@pytest.mark.usefixtures("as_for_a_user")
def test_a_number_of_networks_that_devices_do_not_divide_raises():
    """The mesh describes two devices; none is needed for the error."""
    two = jax.sharding.AbstractMesh((2,), ("networks",))
    message = f"`nets` must be a stack that 2 devices .* divide; got {COUNT} networks"
    with pytest.raises(ValueError, match=message):
        cj.map_networks(lambda net: net.dt, NETS, mesh=two)


def test_a_mesh_of_one_device_changes_nothing():
    def run(net):
        return cj.rollout(cj.noiseless(net), jnp.ones((3, 4, 2), "f4")).rates

    mesh = cj.sharding.mesh(networks=len(jax.devices()))
    close(
        cj.map_networks(run, NETS, mesh=mesh),
        cj.map_networks(run, NETS),
        dtype="float32",
    )
