"""Measure many networks in one program against a loop of jitted calls of one network.

`ours` is `cj.map_networks`, which chooses how many networks run side by side. A
separate process measures `cj.map_networks` and the loop on two virtual CPU devices,
where each device runs half of the networks.
"""

import json
import os

from _problem import gradient, outputs, vanilla
from _timing import arguments, goal, interleaved, on_virtual_devices, table, write
import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

import ctrnn_jax as cj


SIZES = ((64, 32, 8, 100), (64, 64, 8, 100), (16, 128, 32, 100), (8, 256, 64, 50))
SMOKE = ((4, 8, 2, 5),)
DEVICES = 2

FUNCTIONS = {"forward": outputs, "gradient": gradient}


def measure(count: int, units: int, batch: int, steps: int, repeats: int) -> dict:
    def build(key):
        return vanilla(units, key)

    nets = eqx.filter_vmap(build)(jax.random.split(jax.random.key(0), count))
    u = jax.random.normal(jax.random.key(1), (batch, steps, 2), jnp.float32)
    networks = [jax.tree.map(lambda x, i=i: x[i], nets) for i in range(count)]
    times = {}
    for what, of_inputs in FUNCTIONS.items():

        def fn(net, of_inputs=of_inputs):
            return of_inputs(net, u)

        jitted = jax.jit(fn)
        contenders = {
            "loop": lambda jitted=jitted: [jitted(net) for net in networks],
            "ours": lambda fn=fn: cj.map_networks(fn, nets),
            "vmap": lambda fn=fn: cj.map_networks(fn, nets, batch_size=count),
            "lax.map": lambda fn=fn: cj.map_networks(fn, nets, batch_size=1),
        }
        stacked = jax.tree.map(lambda *x: jnp.stack(x), *contenders["loop"]())
        for name in ("ours", "vmap", "lax.map"):
            pairs = zip(
                jax.tree.leaves(contenders[name]()),
                jax.tree.leaves(stacked),
                strict=True,
            )
            for a, b in pairs:
                np.testing.assert_allclose(a, b, atol=1e-4 * float(jnp.abs(b).max()))
        times[what] = interleaved(contenders, (), repeats=repeats)
    return times


def on_devices(count: int, units: int, batch: int, steps: int, repeats: int) -> dict:
    """Return milliseconds of the loop and of a mesh of all devices of this process."""

    def build(key):
        return vanilla(units, key)

    nets = eqx.filter_vmap(build)(jax.random.split(jax.random.key(0), count))
    u = jax.random.normal(jax.random.key(1), (batch, steps, 2), jnp.float32)
    networks = [jax.tree.map(lambda x, i=i: x[i], nets) for i in range(count)]
    mesh = cj.sharding.mesh(networks=jax.device_count())
    placed = cj.sharding.place_networks(nets, mesh)
    times = {}
    for what, of_inputs in FUNCTIONS.items():

        def fn(net, of_inputs=of_inputs):
            return of_inputs(net, u)

        jitted = jax.jit(fn)

        def loop(jitted=jitted):
            return [jitted(net) for net in networks]

        def ours(fn=fn):
            return cj.map_networks(fn, placed, mesh=mesh)

        stacked = jax.tree.map(lambda *x: jnp.stack(x), *loop())
        pairs = zip(jax.tree.leaves(ours()), jax.tree.leaves(stacked), strict=True)
        for a, b in pairs:
            np.testing.assert_allclose(a, b, atol=1e-4 * float(jnp.abs(b).max()))
        times[what] = interleaved({"loop": loop, "mesh": ours}, (), repeats=repeats)
    return times


def main() -> None:
    options = arguments(__doc__)
    if "CTRNN_JAX_SIZE" in os.environ:
        count, units, batch, steps = json.loads(os.environ["CTRNN_JAX_SIZE"])
        print(json.dumps(on_devices(count, units, batch, steps, options.repeats)))
        return
    rows, results, goals = [], [], []
    for size in SMOKE if options.smoke else SIZES:
        on_one = measure(*size, options.repeats)
        on_two = on_virtual_devices(
            __file__,
            DEVICES,
            smoke=options.smoke,
            repeats=options.repeats,
            CTRNN_JAX_SIZE=json.dumps(size),
        )
        named = dict(zip(("networks", "N", "batch", "T"), size, strict=True))
        results.append({**named, **on_one, "two devices": on_two})
        label = ", ".join(map(str, size))
        for what, ms in on_one.items():
            columns = [ms[name] for name in ("loop", "ours", "vmap", "lax.map")]
            mesh_ms = on_two[what]
            gain = mesh_ms["loop"] / mesh_ms["mesh"]
            rows.append((label, what, *columns, ms["loop"] / ms["ours"], gain))
            if size == SIZES[1]:
                name = f"{size[0]} networks, N = {size[1]}, 2 devices: loop / ours"
                goals.append(goal(name, ">= 1.7", gain, gain >= 1.7, what))
            if size == SIZES[0]:
                ratio = ms["loop"] / ms["ours"]
                name = f"{size[0]} networks, N = {size[1]}: loop / ours"
                goals.append(goal(name, ">= 3", ratio, ratio >= 3, what))
    header = (
        "networks, N, batch, T",
        "",
        "loop ms",
        "ours",
        "vmap",
        "map",
        "loop/ours",
        "2 devices: loop/ours",
    )
    print(table(header, rows))
    if not options.smoke:
        print("written to", write("ensemble", results, goals))


if __name__ == "__main__":
    main()
