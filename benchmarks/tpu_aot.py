"""The training step of an ensemble compiled for TPUs and GPUs that are not there.

For TPU v5e the compiler itself runs (libtpu, extra `aot`), and its program is read:
operations, bytes, collectives, and the time that the published peaks of a chip allow.
XLA counts a loop's body once, so operations and bytes of the loop over time are those
of T = 1; `FLOPs` is therefore counted by hand: per network and step 2 B N (N + n_in)
for a forward pass, three times that with its gradient. For GPUs it is lowered, and
must hold no host callback and no float64.
"""

import importlib.util
import os
import re


os.environ.setdefault("JAX_PLATFORMS", "cpu")
os.environ.setdefault("TPU_SKIP_MDS_QUERY", "1")
os.environ.setdefault("TPU_ACCELERATOR_TYPE", "v5litepod-256")
os.environ.setdefault("TPU_WORKER_HOSTNAMES", "localhost")

from typing import Any

from _timing import arguments, table, write
import equinox as eqx
import jax
from jax.experimental import topologies
import jax.numpy as jnp
from jax.sharding import AxisType, Mesh, NamedSharding, PartitionSpec
import numpy as np
import optax

import ctrnn_jax as cj


# Google's documentation of TPU v5e, a chip: bfloat16 products, and memory bandwidth
PEAK_FLOPS, PEAK_BYTES = 197e12, 819e9
COLLECTIVES = r"all-reduce|all-gather|reduce-scatter|collective-permute|all-to-all"
TOPOLOGIES = ("v5e:2x2", "v5e:16x16")
PER_CHIP, UNITS, BATCH = 4, 256, 64


def make_step(units: int, batch: int) -> tuple:
    """One update of a network, a network to map it over, and the task's steps."""
    task = cj.tasks.make("perceptual_decision")
    optimiser = optax.adam(1e-3)
    net = cj.EIRNN(
        task.n_in,
        units,
        task.n_out,
        dt=task.dt,
        tau=100.0,
        noise=cj.DiffusionNoise(0.1),
        dtype=jnp.float32,
        key=jax.random.key(0),
    )

    def update(net: Any, opt_state: Any, key: Any) -> Any:
        return cj.train_step(
            net, opt_state, key, task=task, optimiser=optimiser, batch_size=batch
        )

    opt_state = optimiser.init(eqx.filter(net, cj.trainable(net)))
    return update, (net, opt_state, jax.random.key(1)), task


def shapes(tree: Any, count: int, sharding: NamedSharding) -> Any:
    """A stack of `count` such trees, described only."""
    return jax.tree.map(
        lambda x: jax.ShapeDtypeStruct((count, *x.shape), x.dtype, sharding=sharding),
        tree,
    )


def for_tpu(name: str, units: int, batch: int, per_chip: int) -> dict[str, Any]:
    """What the compiler says of the ensemble on all chips of a topology."""
    devices = np.array(topologies.get_topology_desc(name, platform="tpu").devices)
    mesh = Mesh(devices.reshape(-1), ("networks",), axis_types=(AxisType.Auto,))
    update, one, task = make_step(units, batch)
    spread = NamedSharding(mesh, PartitionSpec("networks"))
    args = shapes(one, per_chip * devices.size, spread)
    compiled = jax.jit(jax.vmap(update)).lower(*args).compile()
    text = compiled.as_text() or ""
    found = sorted(set(re.findall(COLLECTIVES, text)))
    assert not found, f"the axis `networks` must need no collective; found {found}"
    cost: Any = compiled.cost_analysis()
    memory: Any = compiled.memory_analysis()
    steps = task.batch(jax.random.key(0), 1).inputs.shape[1]
    flops = 3 * 2 * batch * units * (units + task.n_in) * steps * per_chip
    # of one pass over the loop: its traffic through memory, as the compiler counts it
    counted = float(cost.get("bytes accessed", float("nan")))
    moved = memory.temp_size_in_bytes + memory.argument_size_in_bytes
    return {
        "target": name,
        "chips": int(devices.size),
        "GFLOPs": flops / 1e9,
        "XLA GFLOPs": float(cost.get("flops", float("nan"))) / 1e9,
        "XLA MB": counted / 1e6,
        "MB of memory": moved / 1e6,
        "FLOPs a byte": flops / max(2 * moved, 1),
        "collectives": len(found),
        "roofline ms": 1e3 * max(flops / PEAK_FLOPS, 2 * moved / PEAK_BYTES),
    }


def for_gpu(platform: str, units: int, batch: int) -> dict[str, Any]:
    """The lowered program holds nothing that a GPU would wait for."""
    update, one, _ = make_step(units, batch)
    traced = jax.jit(update).trace(*one)
    text = traced.lower(lowering_platforms=(platform,)).as_text()
    assert "callback" not in text, f"{platform}: a host callback"
    assert "f64" not in text, f"{platform}: float64"
    return {"target": platform, "lines": len(text.splitlines())}


def main() -> None:
    options = arguments(__doc__)
    size = (16, 4) if options.smoke else (UNITS, BATCH)
    gpus = [for_gpu(platform, *size) for platform in ("cuda", "rocm")]
    for row in gpus:
        print(f"{row['target']}: lowered, no host callback, no float64")
    if importlib.util.find_spec("libtpu") is None:
        print("libtpu is not installed: pip install -e '.[aot]' compiles for TPU too.")
        return
    names = TOPOLOGIES[:1] if options.smoke else TOPOLOGIES
    tpus = [for_tpu(name, *size, PER_CHIP) for name in names]
    print(table(list(tpus[0]), [list(row.values()) for row in tpus]))
    if not options.smoke:
        print("written to", write("tpu_aot", {"gpu": gpus, "tpu": tpus}))


if __name__ == "__main__":
    main()
