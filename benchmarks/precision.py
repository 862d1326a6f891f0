"""Weights in bfloat16 with a float32 state: how far from float32, and how fast.

Errors are those of a noise-free rollout and of its gradient, relative to the norm of
what float32 gives; the same for float32 against float64 would be near 1e-6.
"""

from functools import partial
from typing import Any

from _problem import gradient, vanilla
from _timing import arguments, compile_all, interleaved, table, write
import jax
import jax.numpy as jnp

import ctrnn_jax as cj


SIZES = ((50, 20, 100), (100, 64, 200), (256, 64, 200), (512, 128, 100))
SMOKE = ((8, 3, 5),)


def rates_of(net, u, *, weight_dtype):
    return cj.rollout(net, u, weight_dtype=weight_dtype).rates


def distance(a, b) -> float:
    """Of two trees, relative to the norm of the second."""

    def flat(tree):
        return jnp.concatenate([x.ravel() for x in jax.tree.leaves(tree)])

    return float(jnp.linalg.norm(flat(a) - flat(b)) / jnp.linalg.norm(flat(b)))


def main() -> None:
    options = arguments(__doc__)
    rows, results = [], []
    for units, batch, steps in SMOKE if options.smoke else SIZES:
        net = vanilla(units)
        u = jax.random.normal(jax.random.key(1), (batch, steps, 2), jnp.float32)
        found: dict[str, Any] = {"N, batch, T": f"{units}, {batch}, {steps}"}
        for what, fn in {"rates": rates_of, "gradient": gradient}.items():
            both = {
                "float32": partial(fn, weight_dtype=None),
                "bfloat16": partial(fn, weight_dtype=jnp.bfloat16),
            }
            compiled, _ = compile_all(both, (net, u))
            low, full = compiled["bfloat16"](net, u), compiled["float32"](net, u)
            ms = interleaved(compiled, (net, u), repeats=options.repeats)
            found[what] = {"error": distance(low, full), "ms": ms}
        results.append(found)
        rows.append(
            (
                found["N, batch, T"],
                found["rates"]["error"],
                found["gradient"]["error"],
                found["rates"]["ms"]["bfloat16"] / found["rates"]["ms"]["float32"],
                found["gradient"]["ms"]["bfloat16"]
                / found["gradient"]["ms"]["float32"],
            )
        )
    header = ("N, batch, T", "rates", "gradient", "time, forward", "time, gradient")
    print(table(header, rows))
    if not options.smoke:
        print("written to", write("precision", results))


if __name__ == "__main__":
    main()
