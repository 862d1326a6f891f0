"""Distributed over devices and processes, programs give the same numbers."""

import socket
import subprocess
import sys

import canonical
from helpers import close, identical
import jax
import jax.numpy as jnp
from jax.sharding import NamedSharding, PartitionSpec
import numpy as np
import pytest

import ctrnn_jax as cj
from ctrnn_jax import sharding as _sharding


SETUP = """
import os
flags = "--xla_force_host_platform_device_count=8"
os.environ["XLA_FLAGS"] = os.environ.get("XLA_FLAGS", "") + " " + flags
import equinox as eqx, jax, jax.numpy as jnp, numpy as np, optax, re
import ctrnn_jax as cj
key = jax.random.key(0)
task = cj.tasks.make("perceptual_decision")
make = lambda key: cj.EIRNN(task.n_in, 16, task.n_out, dt=20.0, tau=100.0,
                            noise=cj.DiffusionNoise(0.1), key=key)
net, u = make(key), jax.random.normal(key, (8, 15, task.n_in))
optimiser = optax.adam(1e-3)
def collectives(text):
    pattern = r"all-reduce|all-gather|reduce-scatter|collective-permute|all-to-all"
    return set(re.findall(pattern, text))
def close(a, b, rtol=1e-4, atol=1e-6):
    for x, y in zip(jax.tree.leaves(a), jax.tree.leaves(b), strict=True):
        np.testing.assert_allclose(x, y, rtol=rtol, atol=atol)
def gradient(net, u):
    loss = lambda n: jnp.mean(cj.rollout(n, u, key=key).outputs ** 2)
    return eqx.filter_grad(loss)(net).raw
"""
PROGRAMS = {
    "trials": """
mesh = cj.sharding.mesh(trials=8)
spread, nets = cj.sharding.place_trials(u, mesh), cj.sharding.replicate(net, mesh)
divided = cj.rollout(nets, spread, key=key).potentials
assert len(divided.sharding.device_set) == 8, divided.sharding
close(divided, cj.rollout(net, u, key=key).potentials)
close(jax.jit(gradient)(nets, spread), jax.jit(gradient)(net, u))
options = dict(num_updates=3, batch_size=16, validate_every=3, key=key)
one = cj.fit(net, task, optimiser, **options)
many = cj.fit(net, task, optimiser, mesh=mesh, **options)
close(one.history.loss, many.history.loss)
close(one.network.raw, many.network.raw, atol=1e-5)
""",
    "networks": """
mesh = cj.sharding.mesh(networks=8)
nets = eqx.filter_vmap(make)(jax.random.split(key, 16))
states = jax.vmap(lambda n: optimiser.init(eqx.filter(n, cj.trainable(n))))(nets)
keys = jax.random.split(jax.random.key(1), 16)
def update(net, state, key):
    return cj.train_step(
        net, state, task=task, optimiser=optimiser, batch_size=4, key=key
    )
step = jax.jit(jax.vmap(update))
placed = [cj.sharding.place_networks(x, mesh) for x in (nets, states, keys)]
compiled = step.lower(*placed).compile()
updated = compiled(*placed)
close(updated[0].raw, step(nets, states, keys)[0].raw, atol=1e-5)
assert len(updated[2].loss.sharding.device_set) == 8
assert collectives(compiled.as_text()) == set()
grads = lambda nets, k: cj.map_networks(
    lambda n, k: gradient(cj.replace(n, v0=jax.random.normal(k, (16,))), u), nets, k,
    batch_size=1, mesh=mesh)
compiled = jax.jit(grads).lower(placed[0], placed[2]).compile()
divided = compiled(placed[0], placed[2])
assert len(jax.tree.leaves(divided)[0].sharding.device_set) == 8
close(divided, cj.map_networks(
    lambda n, k: gradient(cj.replace(n, v0=jax.random.normal(k, (16,))), u), nets, keys,
    batch_size=16))
assert collectives(compiled.as_text()) == set()
options = dict(seeds=range(4), sweep={"learning_rate": [1e-3, 1e-2]},
               num_updates=4, batch_size=4, validate_every=2, validation_size=11)
many = cj.fit_ensemble(make, task, optax.adam, mesh=mesh, **options)
assert len(many.networks.dt.sharding.device_set) == 8
one = cj.fit_ensemble(make, task, optax.adam, **options)
close(many.history.loss, one.history.loss)
close(many.networks.raw, one.networks.raw, atol=1e-5)
""",
}


def run(*programs):
    """Run each program in a separate process, all at once; return their output."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", program],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )
        for program in programs
    ]  # fmt: skip
    outputs = [process.communicate(timeout=900)[0] for process in processes]
    for process, text in zip(processes, outputs, strict=True):
        assert process.returncode == 0, text
    return outputs


@pytest.mark.slow
@pytest.mark.parametrize("axis", PROGRAMS)
def test_eight_devices_give_the_numbers_of_one(axis):
    (output,) = run(SETUP + PROGRAMS[axis] + 'print("equal")')
    assert "equal" in output.splitlines()


PROCESS = """
import sys
{setup}
cj.sharding.connect("127.0.0.1:{port}", processes=2, index={index})
assert len(jax.devices()) == 16 and len(jax.local_devices()) == 8
{after}
alone = jax.jit(gradient)(net, u)
mesh = cj.sharding.mesh(trials=8, networks=2)
spread, nets = cj.sharding.place_trials(u, mesh), cj.sharding.replicate(net, mesh)
divided = jax.jit(gradient)(nets, spread)
local = jax.tree.map(lambda x: x.addressable_data(0), divided)
close(local, alone)
print("equal")
"""


@pytest.mark.slow
def test_two_processes_give_the_numbers_of_one():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    before_connect, after = SETUP.split("key = jax.random.key(0)", 1)
    after = "key = jax.random.key(0)" + after
    outputs = run(
        *(
            PROCESS.format(setup=before_connect, after=after, port=port, index=index)
            for index in (0, 1)
        )
    )
    assert all("equal" in text.splitlines() for text in outputs)


def test_arrays_are_divided_along_the_axis_of_their_name():
    """On as many devices as there are, here most often one."""
    devices = jax.device_count()
    nets, keys = (
        jnp.ones((4 * devices, 3)),
        jax.random.split(jax.random.key(0), devices),
    )
    mesh = cj.sharding.mesh(networks=devices)
    assert dict(mesh.shape) == {"networks": devices, "trials": 1}
    placed = cj.sharding.place_networks({"nets": nets, "keys": keys}, mesh)
    assert placed["nets"].sharding == NamedSharding(mesh, PartitionSpec("networks"))
    np.testing.assert_array_equal(placed["nets"], nets)
    assert identical(jax.random.key_data(placed["keys"]), jax.random.key_data(keys))
    mesh = cj.sharding.mesh(trials=devices)
    assert dict(mesh.shape) == {"networks": 1, "trials": devices}
    trials = cj.sharding.place_trials(nets, mesh)
    assert trials.sharding == NamedSharding(mesh, PartitionSpec("trials"))
    inside = jax.jit(lambda x: _sharding.divide_trials(x, mesh))(nets)
    assert inside.sharding.is_equivalent_to(trials.sharding, 2)
    everywhere = cj.sharding.replicate(nets, mesh)
    assert everywhere.sharding.is_fully_replicated
    for x in (trials, inside, everywhere):
        np.testing.assert_array_equal(x, nets)


def test_a_mesh_changes_no_number(optax_promotes):
    """Eight devices in the slow tests, here most often one."""
    net = canonical.ctrnn()
    mesh = cj.sharding.mesh(trials=jax.device_count())
    u = jnp.asarray(canonical.inputs(8))
    spread, placed = cj.sharding.place_trials(u, mesh), cj.sharding.replicate(net, mesh)
    close(cj.rollout(placed, spread).potentials, cj.rollout(net, u).potentials)
    options = {"num_updates": 2, "batch_size": 8, "key": jax.random.key(0)}
    options |= {"validate_every": 2, "validation_size": 11}
    one = cj.fit(net, canonical.TASK, canonical.SGD, **options)
    many = cj.fit(net, canonical.TASK, canonical.SGD, mesh=mesh, **options)
    close(many.history.loss, one.history.loss)
    close(many.network.raw, one.network.raw)


def test_invalid_meshes_raise():
    devices = len(jax.devices())
    with pytest.raises(ValueError, match=f"be the number of devices, {devices}"):
        cj.sharding.mesh(trials=devices + 1)
    with pytest.raises(ValueError, match="`networks` must be a whole number"):
        cj.sharding.mesh(networks=0)
    other = jax.make_mesh((devices,), ("x",))
    with pytest.raises(ValueError, match="`on` must have the axes networks and"):
        cj.sharding.replicate(jnp.ones(2), other)
    mesh = cj.sharding.mesh(trials=devices)
    with pytest.raises(
        ValueError, match="`tree` must have a leading axis of trials that"
    ):
        cj.sharding.place_trials(jnp.ones(()), mesh)
    with pytest.raises(
        ValueError, match="`tree` must have a leading axis of networks that"
    ):
        cj.sharding.place_networks(jnp.ones(()), mesh)
    with pytest.raises(
        ValueError, match="`batch_size` must have a leading axis of trials that"
    ):
        _sharding.divide_trials(jnp.ones(()), mesh)


def test_sizes_that_more_devices_do_not_divide_raise(monkeypatch):
    """As if the mesh had more devices: sizes are checked before any placement."""
    mesh, two = (
        cj.sharding.mesh(trials=jax.device_count()),
        {"networks": 2, "trials": 2},
    )
    monkeypatch.setattr(jax.sharding.Mesh, "shape", property(lambda mesh: two))
    with pytest.raises(
        ValueError, match="axis of trials that the number of devices, 2"
    ):
        cj.sharding.place_trials(np.ones((3, 2)), mesh)
    with pytest.raises(
        ValueError, match="axis of networks that the number of devices, 2"
    ):
        cj.sharding.place_networks(np.ones((3, 2)), mesh)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"processes": 0, "index": 0}, "`processes` must be a whole number, at least"),
        ({"processes": 2, "index": -1}, "`index` must be a whole number, at least 0"),
        ({"processes": 2, "index": 2}, "`index` must be below 2"),
        ({"processes": 2, "index": 1}, "`processes` must be the number that connected"),
        ({"processes": 2}, "got no index"),
    ],
)
def test_invalid_connections_raise(monkeypatch, arguments, message):
    """Here no other process connects."""
    monkeypatch.setattr(jax.distributed, "initialize", lambda *args, **options: None)
    with pytest.raises(ValueError, match=message):
        cj.sharding.connect("127.0.0.1:1", **arguments)


def test_processes_connect_at_an_address_or_in_a_cluster(monkeypatch):
    calls = []

    def initialize(*args, **options):
        calls.append((args, options))
        if not args:
            raise ValueError("no cluster")

    monkeypatch.setattr(jax.distributed, "initialize", initialize)
    cj.sharding.connect("host:1", processes=1, index=0)
    assert calls == [(("host:1",), {"num_processes": 1, "process_id": 0})]
    with pytest.raises(ValueError, match=r"unless a cluster .* None \(no cluster\)"):
        cj.sharding.connect()


@pytest.mark.slow
def test_sizes_that_devices_do_not_divide_raise():
    program = (
        SETUP
        + """
mesh = cj.sharding.mesh(trials=2, networks=4)
def print_error(fn, *args):
    try:
        fn(*args)
    except ValueError as error:
        print(error)
print_error(cj.sharding.place_trials, u[:7], mesh)
print_error(cj.sharding.place_trials, jnp.ones(()), mesh)
try:
    cj.fit(net, task, optimiser, num_updates=1, batch_size=3, mesh=mesh, key=key)
except ValueError as error:
    print(error)
print_error(cj.sharding.place_networks, u[:7], cj.sharding.mesh(networks=8))
try:
    mesh = cj.sharding.mesh(networks=8)
    cj.map_networks(lambda n: n.dt, cj.stack([net] * 3), mesh=mesh)
except ValueError as error:
    print(error)
"""
    )
    (output,) = run(program)
    lines = output.splitlines()
    rule = "must have a leading axis of trials that the number of devices, 2, divides"
    assert f"`tree` {rule}; got float32 of shape (7, 15, 2)" in lines[0]
    assert f"`tree` {rule}; got float32 of shape ()" in lines[1]
    assert f"`batch_size` {rule}" in lines[2]
    assert "`tree` must have a leading axis of networks" in lines[3]
    assert "`nets` must be a stack that 8 devices along 'networks' divide" in lines[4]
