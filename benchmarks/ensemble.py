"""Many networks in one program, against a loop of jitted calls of one network.

`ours` is `cj.map_networks`, which chooses how many networks go side by side. The same
on two virtual CPU devices is measured in a process of its own, loop included: there
each device serves its own half of the networks.
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
    each = [jax.tree.map(lambda x, i=i: x[i], nets) for i in range(count)]
    found = {}
    for what, of_inputs in FUNCTIONS.items():

        def fn(net, of_inputs=of_inputs):
            return of_inputs(net, u)

        one = jax.jit(fn)
        contenders = {
            "loop": lambda one=one: [one(net) for net in each],
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
        found[what] = interleaved(contenders, (), repeats=repeats)
    return found


def on_devices(count: int, units: int, batch: int, steps: int, repeats: int) -> dict:
    """Milliseconds of the loop and of a mesh of all devices, in this process."""

    def build(key):
        return vanilla(units, key)

    nets = eqx.filter_vmap(build)(jax.random.split(jax.random.key(0), count))
    u = jax.random.normal(jax.random.key(1), (batch, steps, 2), jnp.float32)
    each = [jax.tree.map(lambda x, i=i: x[i], nets) for i in range(count)]
    mesh = cj.sharding.mesh(networks=jax.device_count())
    placed = cj.sharding.place_networks(nets, mesh)
    found = {}
    for what, of_inputs in FUNCTIONS.items():

        def fn(net, of_inputs=of_inputs):
            return of_inputs(net, u)

        one = jax.jit(fn)

        def loop(one=one):
            return [one(net) for net in each]

        def ours(fn=fn):
            return cj.map_networks(fn, placed, mesh=mesh)

        stacked = jax.tree.map(lambda *x: jnp.stack(x), *loop())
        pairs = zip(jax.tree.leaves(ours()), jax.tree.leaves(stacked), strict=True)
        for a, b in pairs:
            np.testing.assert_allclose(a, b, atol=1e-4 * float(jnp.abs(b).max()))
        found[what] = interleaved({"loop": loop, "mesh": ours}, (), repeats=repeats)
    return found


def main() -> None:
    options = arguments(__doc__)
    if "CTRNN_JAX_SIZE" in os.environ:
        count, units, batch, steps = json.loads(os.environ["CTRNN_JAX_SIZE"])
        print(json.dumps(on_devices(count, units, batch, steps, options.repeats)))
        return
    rows, results, goals = [], [], []
    for size in SMOKE if options.smoke else SIZES:
        found = measure(*size, options.repeats)
        spread = on_virtual_devices(
            __file__,
            DEVICES,
            smoke=options.smoke,
            repeats=options.repeats,
            CTRNN_JAX_SIZE=json.dumps(size),
        )
        named = dict(zip(("networks", "N", "batch", "T"), size, strict=True))
        results.append({**named, **found, "two devices": spread})
        label = ", ".join(map(str, size))
        for what, ms in found.items():
            times = [ms[name] for name in ("loop", "ours", "vmap", "lax.map")]
            both = spread[what]
            gain = both["loop"] / both["mesh"]
            rows.append((label, what, *times, ms["loop"] / ms["ours"], gain))
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
