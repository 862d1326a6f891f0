"""Measure Gaussian noise: its draws, and rollouts with and without it.

Times are in nanoseconds per value. Ours is the time that noise adds to a rollout, from
key to potential. Its peers are `jax.random.normal` and `memory`, which only writes the
same number of values.
"""

from _problem import vanilla
from _timing import arguments, compile_all, goal, interleaved, table, write
import jax
import jax.numpy as jnp

import ctrnn_jax as cj


SIZES = ((50, 20, 100), (100, 64, 200), (256, 64, 200), (512, 128, 100))
SMOKE = ((8, 3, 5),)


def contenders(units: int, batch: int, steps: int) -> tuple[dict, tuple]:
    shape = (steps, batch, units)
    key = jax.random.key(0)
    noise_free = vanilla(units, jax.random.key(1))
    noisy = cj.replace(noise_free, noise=cj.DiffusionNoise(0.1))
    u = jnp.ones((batch, steps, 2), jnp.float32)

    def rollout(net):
        return lambda key: cj.rollout(net, u, key=key).rates

    def memory(key):
        level = jax.random.key_data(key)[0].astype(jnp.float32)
        return level + jax.lax.broadcasted_iota(jnp.float32, shape, 2)

    functions = {
        "memory": memory,
        "jax.random.normal": lambda key: jax.random.normal(key, shape, jnp.float32),
        "quiet rollout": rollout(noise_free),
        "noisy rollout": rollout(noisy),
    }
    return functions, (key,)


def main() -> None:
    options = arguments(__doc__)
    rows: list = []
    results: list = []
    goals: list = []
    for size in SMOKE if options.smoke else SIZES:
        functions, args = contenders(*size)
        compiled, _ = compile_all(functions, args)
        ms = interleaved(compiled, args, repeats=options.repeats)
        values = size[0] * size[1] * size[2]
        added_ms = ms["noisy rollout"] - ms["quiet rollout"]
        ns = {
            "memory": 1e6 * ms["memory"] / values,
            "jax.random.normal": 1e6 * ms["jax.random.normal"] / values,
            "ours, in a rollout": 1e6 * added_ms / values,
        }
        ratio = ms["noisy rollout"] / ms["quiet rollout"]
        label = ", ".join(map(str, size))
        results.append({"N, batch, T": label, "ms": ms, "ns a value": ns})
        rows.append((label, *ns.values(), ratio))
        if size[0] >= 256:
            goals.append(
                goal(
                    f"noisy / quiet forward, N = {size[0]}",
                    "<= 1.5",
                    ratio,
                    ratio <= 1.5,
                )
            )
    header = ("N, batch, T", "memory ns", "jax normal ns", "ours ns", "noisy/quiet")
    print(table(header, rows))
    if not options.smoke:
        print("written to", write("noise", results, goals))


if __name__ == "__main__":
    main()
