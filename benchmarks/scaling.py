"""Measure how time grows with units, steps, trials and devices.

Each is varied separately. `ns a synapse` is the time divided by N^2 T B; it is constant
if the matrix products dominate. The devices are virtual CPU devices, so more devices
than cores cannot be faster. Each number of devices has a separate process, and their
results are compared. Networks are placed along the mesh axis `networks`, trials along
`trials`.
"""

import json
import os

from _problem import gradient, outputs, vanilla
from _timing import arguments, interleaved, on_virtual_devices, table, write
import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

import ctrnn_jax as cj


BASE = {"N": 128, "T": 100, "batch": 32}
SWEEPS = {
    "N": (32, 64, 128, 256, 512, 1024),
    "T": (25, 100, 400, 1600),
    "batch": (1, 8, 32, 128, 512),
}
SMOKE_BASE, SMOKE = {"N": 8, "T": 5, "batch": 2}, {"N": (4,), "T": (5,)}
DEVICES = (1, 2, 4)


def of_size(size: dict[str, int], repeats: int) -> dict[str, float]:
    net = vanilla(size["N"])
    u = jax.random.normal(jax.random.key(1), (size["batch"], size["T"], 2), jnp.float32)
    contenders = {"forward": jax.jit(outputs), "gradient": jax.jit(gradient)}
    return interleaved(contenders, (net, u), repeats=repeats)


def on_devices(smoke: bool, repeats: int) -> dict:
    """Return milliseconds and gradient norms with all devices of this process.

    The norms must not depend on the number of devices.
    """
    count = jax.device_count()
    networks, units, batch, steps = (4, 8, 4, 5) if smoke else (16, 64, 32, 100)
    nets = eqx.filter_vmap(lambda key: vanilla(units, key))(
        jax.random.split(jax.random.key(0), networks)
    )
    single_net = jax.tree.map(lambda x: x[0], nets)
    u = jax.random.normal(jax.random.key(1), (batch, steps, 2), jnp.float32)
    sharding = cj.sharding
    network_mesh = sharding.mesh(networks=count)
    trial_mesh = sharding.mesh(trials=count)
    ensemble_gradient = jax.jit(jax.vmap(gradient, in_axes=(0, None)))
    single_gradient = jax.jit(gradient)
    calls = {
        "networks": (
            ensemble_gradient,
            sharding.place_networks(nets, network_mesh),
            sharding.replicate(u, network_mesh),
        ),
        "trials": (
            single_gradient,
            sharding.replicate(single_net, trial_mesh),
            sharding.place_trials(u, trial_mesh),
        ),
    }
    contenders = {
        name: lambda fn=fn, net=net, u=u: fn(net, u)
        for name, (fn, net, u) in calls.items()
    }
    norms = {
        name: float(sum(jnp.sum(g**2) for g in jax.tree.leaves(call())))
        for name, call in contenders.items()
    }
    return {"ms": interleaved(contenders, (), repeats=repeats), "norms": norms}


def main() -> None:
    options = arguments(__doc__)
    if "CTRNN_JAX_DEVICES" in os.environ:
        print(json.dumps(on_devices(options.smoke, options.repeats)))
        return
    base = SMOKE_BASE if options.smoke else BASE
    rows, results = [], []
    for name, values in (SMOKE if options.smoke else SWEEPS).items():
        for value in values:
            size = base | {name: value}
            ms = of_size(size, min(options.repeats, 7))
            synapses = size["N"] ** 2 * size["T"] * size["batch"]
            per_synapse = [
                1e6 * ms[what] / synapses for what in ("forward", "gradient")
            ]
            results.append(size | ms)
            label = ", ".join(str(size[n]) for n in ("N", "T", "batch"))
            rows.append((name, label, ms["forward"], ms["gradient"], *per_synapse))
    header = ("varied", "N, T, batch", "forward ms", "gradient ms")
    print(table((*header, "ns a synapse", "ns a synapse, gradient"), rows))
    counts = DEVICES[:2] if options.smoke else DEVICES
    run = {"smoke": options.smoke, "repeats": options.repeats}
    devices = {
        c: on_virtual_devices(__file__, c, CTRNN_JAX_DEVICES=str(c), **run)
        for c in counts
    }
    for measured in devices.values():
        for name, norm in measured["norms"].items():
            np.testing.assert_allclose(norm, devices[1]["norms"][name], rtol=1e-4)
    axes = ("networks", "trials")
    print(
        table(
            ("devices", *(f"gradient ms, {axis}" for axis in axes)),
            [
                (c, *(measured["ms"][axis] for axis in axes))
                for c, measured in devices.items()
            ],
        )
    )
    if not options.smoke:
        print("written to", write("scaling", {"sizes": results, "devices": devices}))


if __name__ == "__main__":
    main()
