"""Measure memory and time of a gradient against the number of steps, by adjoint.

Bytes are the temporary buffers that XLA reports (`memory_analysis`), without arguments
and results.
"""

from functools import partial

from _problem import gradient, vanilla
from _timing import arguments, compile_all, goal, interleaved, table, write
import jax
import jax.numpy as jnp

import ctrnn_jax as cj


LARGE = (256, 64, (100, 400, 1600))
LONG = (100, 1, (1_000, 10_000, 100_000))
SMOKE = (8, 2, (16, 64))
ADJOINTS = {
    "hoisted": cj.HoistedAdjoint(),
    "checkpointed": cj.Checkpointed(),
    "direct": cj.DirectAdjoint(),
}


def noisy_gradient(net, u, *, adjoint):
    return gradient(net, u, adjoint=adjoint, key=jax.random.key(1))


def measure(units: int, batch: int, steps: int, repeats: int) -> dict:
    net = vanilla(units, noise=cj.DiffusionNoise(0.1))
    args = (net, jnp.ones((batch, steps, 2), jnp.float32))
    functions = {
        name: partial(noisy_gradient, adjoint=a) for name, a in ADJOINTS.items()
    }
    compiled, _ = compile_all(functions, args)
    ms = interleaved(compiled, args, repeats=repeats)
    num_bytes = {n: c.memory_analysis().temp_size_in_bytes for n, c in compiled.items()}
    return {"ms": ms, "bytes": num_bytes}


def main() -> None:
    options = arguments(__doc__)
    rows, results = [], {}
    for units, batch, lengths in [SMOKE] if options.smoke else [LARGE, LONG]:
        for steps in lengths:
            is_long = units * batch * steps > 5_000_000
            measured = measure(
                units, batch, steps, 3 if is_long else min(options.repeats, 7)
            )
            results[f"{units}, {batch}, {steps}"] = measured
            for name in ADJOINTS:
                state_bytes = 4 * units * batch * steps
                num_bytes = measured["bytes"][name]
                rows.append(
                    (
                        f"{units}, {batch}, {steps}",
                        name,
                        num_bytes / 2**20,
                        num_bytes / state_bytes,
                        measured["ms"][name],
                        measured["ms"][name] / measured["ms"]["hoisted"],
                    )
                )
    header = ("N, batch, T", "adjoint", "MiB", "of all states", "ms", "of hoisted")
    print(table(header, rows))
    if options.smoke:
        return
    growth = [results[f"256, 64, {t}"]["bytes"]["checkpointed"] for t in (100, 1600)]
    ratio = growth[1] / growth[0]
    longest = results["100, 1, 100000"]["bytes"]["checkpointed"] / 2**20
    ms = results["100, 1, 10000"]["ms"]
    slower = ms["checkpointed"] / ms["hoisted"]
    goals = [
        goal(
            "checkpointed gradient, 16 times the steps: memory",
            "about 4",
            ratio,
            ratio < 6,
        ),
        goal("T = 100,000, N = 100: MiB", "<= 1024", longest, longest <= 1024),
        goal(
            "T = 10,000: checkpointed / stored, time", "<= 1.6", slower, slower <= 1.6
        ),
    ]
    print("written to", write("memory", results, goals))


if __name__ == "__main__":
    main()
