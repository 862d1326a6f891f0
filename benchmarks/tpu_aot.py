"""Compile the training step of an ensemble for TPUs and GPUs without such a device.

For TPU v5e, libtpu compiles ahead of time for a topology description. A row has, for
one chip: FLOPs, bytes, arithmetic intensity, collectives and the roofline. An ensemble
sharded along `networks` must have no collectives; the program raises an error if it
has. The roofline is the larger of two times: FLOPs at the peak of the matrix units, and
bytes at the peak of the memory. It is a lower bound, because the steps also depend on
each other. Nothing is run or timed.

XLA's FLOPs and bytes count the body of a loop once, for any number of iterations; the
row with twice the steps shows this. So the FLOPs of the roofline are from a formula:
per network and step 2 B N (N + n_in) forward, times 3 with the gradient (without noise,
readout and optimiser). Its bytes are those of arguments, results and temporaries in
HBM; temporaries are counted twice, as written and read. This holds if loops carry their
arrays in on-chip memory; `loop HBM MiB` has the carried arrays that are in HBM.

There is no GPU compiler here, so the step is lowered to StableHLO for CUDA and ROCm. It
must contain no host callback and no float64.
"""

import importlib.metadata
import importlib.util
import os
import re
import time
from typing import Any, NamedTuple


# libtpu reads these to identify its machine; set them before JAX is imported
os.environ.setdefault("TPU_SKIP_MDS_QUERY", "1")
os.environ.setdefault("TPU_ACCELERATOR_TYPE", "v5litepod-256")
os.environ.setdefault("TPU_WORKER_HOSTNAMES", "localhost")
os.environ.setdefault("JAX_PLATFORMS", "cpu")

from _timing import arguments, table, write
import equinox as eqx
import jax
from jax.experimental import topologies
import jax.numpy as jnp
from jax.sharding import AxisType, Mesh, NamedSharding, PartitionSpec
import numpy as np
import optax

import ctrnn_jax as cj


# per chip: Cloud TPU documentation, "TPU v5e", table of key chip specifications
PEAK_FLOPS = 197e12  # bf16: the default precision of matrix products, also for float32
PEAK_BYTES = 819e9
DT = 20.0
COLLECTIVES = (
    "all-reduce|all-gather|reduce-scatter|collective-permute|all-to-all"
    "|collective-broadcast"
)
WIDTHS = {"pred": 1, "s8": 1, "u8": 1, "bf16": 2, "f16": 2, "s64": 8, "u64": 8}


class Size(NamedTuple):
    units: int
    batch: int
    steps: int
    per_chip: int


SIZE = Size(256, 64, 100, 4)
SMOKE = Size(16, 4, 60, 2)


def make_step(size: Size) -> tuple[Any, tuple]:
    """Return the step of one network and its arguments.

    The initialisers run on the CPU.
    """
    task = cj.tasks.PerceptualDecision(dt=DT, catch=size.steps * DT)
    optimiser = optax.adam(1e-3)
    key = jax.random.key(0)
    net = cj.presets.song2016(
        "rdm_dense", n_hidden=size.units, dtype=jnp.float32, key=key
    )
    state = optimiser.init(eqx.filter(net, cj.trainable(net)))

    def step(net, state, key):
        return cj.train_step(
            net, state, key=key, task=task, optimiser=optimiser, batch_size=size.batch
        )

    return step, (net, state, key)


def stacked(tree: Any, count: int, sharding: NamedSharding | None) -> Any:
    """Return the shapes of `count` stacked copies of a tree, without an array."""

    def shape(x):
        return jax.ShapeDtypeStruct((count, *x.shape), x.dtype, sharding=sharding)

    return jax.tree.map(shape, tree)


def compile_for(devices: list, size: Size) -> tuple[Any, float]:
    """Return the step of all networks compiled for these chips, and its seconds."""
    auto = (AxisType.Auto,)
    mesh = Mesh(np.array(devices), (cj.sharding.NETWORKS,), axis_types=auto)
    sharding = NamedSharding(mesh, PartitionSpec(cj.sharding.NETWORKS))
    step, args = make_step(size)
    shapes = stacked(args, size.per_chip * len(devices), sharding)
    start = time.perf_counter()
    compiled = jax.jit(jax.vmap(step)).lower(*shapes).compile()
    return compiled, time.perf_counter() - start


def formula(size: Size, n_in: int = 2) -> float:
    """Return the FLOPs of one chip's matrix products in one update; see above."""
    forward = 2 * size.batch * size.units * (size.units + n_in)
    return 3.0 * forward * size.steps * size.per_chip


def carried_in_hbm(text: str) -> int:
    """Return the bytes that loops carry in HBM.

    Arrays in on-chip memory, `S(n)` with n > 0, do not count.
    """
    total = 0
    for carry in re.findall(r"= \((.*)\) while\(", text):
        for kind, shape, layout in re.findall(r"(\w+)\[([\d,]*)\]\{(.*?)\}", carry):
            if not re.search(r"S\([1-9]", layout):
                numbers = [int(n) for n in shape.split(",") if n]
                total += WIDTHS.get(kind, 4) * int(np.prod(numbers))
    return total


def check_no_collectives(text: str, topology: str) -> int:
    """Assert that there are no collectives. Return their number, 0."""
    collectives = sorted(set(re.findall(COLLECTIVES, text)))
    assert not collectives, (
        f"an ensemble sharded along `networks` must have no collectives; the step "
        f"compiled for {topology} has {', '.join(collectives)}"
    )
    return len(collectives)


def examine(compiled: Any, size: Size, topology: str) -> dict[str, Any]:
    """Return the compiler's analysis of one chip, and the roofline."""
    cost, memory, text = (
        compiled.cost_analysis(),
        compiled.memory_analysis(),
        compiled.as_text(),
    )
    ends_bytes = memory.argument_size_in_bytes + memory.output_size_in_bytes
    flops, hbm = formula(size), float(ends_bytes + 2 * memory.temp_size_in_bytes)
    compute_us, memory_us = 1e6 * flops / PEAK_FLOPS, 1e6 * hbm / PEAK_BYTES
    return {
        "topology": topology,
        **size._asdict(),
        "collectives": check_no_collectives(text, topology),
        "XLA MFLOP": float(cost["flops"]) / 1e6,
        "XLA MiB": float(cost["bytes accessed"]) / 2**20,
        "MFLOP": flops / 1e6,
        "HBM MiB": hbm / 2**20,
        "loop HBM MiB": carried_in_hbm(text) / 2**20,
        "FLOP/byte": flops / hbm,
        "compute us": compute_us,
        "memory us": memory_us,
        "roofline us": max(compute_us, memory_us),
    }


def for_tpu(size: Size, topology_names: tuple[str, ...]) -> list[dict[str, Any]]:
    """Return a row for each topology, and for the first with twice the steps."""
    longer = size._replace(steps=2 * size.steps)
    cases = [(name, size) for name in topology_names]
    cases.insert(1, (topology_names[0], longer))
    rows = []
    for name, case_size in cases:
        devices = topologies.get_topology_desc(name, platform="tpu").devices
        compiled, seconds = compile_for(list(devices), case_size)
        row = {"chips": len(devices), **examine(compiled, case_size, name)}
        rows.append(row | {"compile s": seconds})
    return rows


def for_gpu(size: Size) -> list[dict[str, Any]]:
    """Return the custom calls of the step, by platform.

    Assert that it has no host callback and no float64.
    """
    step, args = make_step(size)
    traced = jax.jit(jax.vmap(step)).trace(*stacked(args, size.per_chip, None))
    rows = []
    for platform in ("cuda", "rocm"):
        text = traced.lower(lowering_platforms=(platform,)).as_text()
        calls = sorted(set(re.findall(r"custom_call @([\w.]+)", text)))
        num_callbacks = text.count("callback")
        num_float64 = len(re.findall(r"\bf64\b|xf64", text))
        assert not num_callbacks, f"the step calls the host on {platform}: {calls}"
        assert not num_float64, (
            f"the step has {num_float64} float64 types on {platform}"
        )
        rows.append(
            {
                "platform": platform,
                "lines": len(text.splitlines()),
                "custom calls": ", ".join(calls) or "none",
                "host callbacks": num_callbacks,
                "f64": num_float64,
            }
        )
    return rows


def show(rows: list[dict[str, Any]]) -> None:
    print(table(list(rows[0]), [list(row.values()) for row in rows]), end="\n\n")


def show_tpu(rows: list[dict[str, Any]]) -> None:
    """Print the sizes, the table, and how XLA counts the FLOPs of loops."""
    constant = ("units", "batch", "per_chip")
    print("N, batch, networks a chip:", *(rows[0][name] for name in constant))
    show([{k: v for k, v in row.items() if k not in constant} for row in rows])
    growth = rows[1]["XLA MFLOP"] / rows[0]["XLA MFLOP"]
    print(
        f"Twice the steps: XLA counts {growth:.2f} times the FLOPs",
        "(loop bodies once)." if growth < 1.5 else "(every step).",
        "MFLOP and the roofline are by formula, HBM MiB is each array once.\n",
    )


def main() -> None:
    options = arguments(__doc__)
    size = SMOKE if options.smoke else SIZE
    results: dict[str, Any] = {}
    if importlib.util.find_spec("libtpu") is None:
        print("No libtpu to compile for TPU with: pip install -e '.[aot]'\n")
    else:
        names = ("v5e:2x2",) if options.smoke else ("v5e:2x2", "v5e:16x16")
        results["libtpu"] = importlib.metadata.version("libtpu")
        results["tpu"] = for_tpu(size, names)
        show_tpu(results["tpu"])
    results["gpu"] = for_gpu(size)
    show(results["gpu"])
    if not options.smoke:
        print("written to", write("tpu_aot", results))


if __name__ == "__main__":
    main()
