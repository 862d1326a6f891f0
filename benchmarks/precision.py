"""Measure error and time of bfloat16 weights with a float32 state, against float32.

Errors are those of a noise-free rollout and of its gradient, relative to the norm of
the float32 result. The error of float32 against float64 would be near 1e-6.
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
    """Return the norm of the difference, relative to the norm of the second tree."""

    def flat(tree):
        return jnp.concatenate([x.ravel() for x in jax.tree.leaves(tree)])

    return float(jnp.linalg.norm(flat(a) - flat(b)) / jnp.linalg.norm(flat(b)))


def main() -> None:
    options = arguments(__doc__)
    rows, results = [], []
    for units, batch, steps in SMOKE if options.smoke else SIZES:
        net = vanilla(units)
        u = jax.random.normal(jax.random.key(1), (batch, steps, 2), jnp.float32)
        measured: dict[str, Any] = {"N, batch, T": f"{units}, {batch}, {steps}"}
        for what, fn in {"rates": rates_of, "gradient": gradient}.items():
            contenders = {
                "float32": partial(fn, weight_dtype=None),
                "bfloat16": partial(fn, weight_dtype=jnp.bfloat16),
            }
            compiled, _ = compile_all(contenders, (net, u))
            bfloat16, float32 = (
                compiled["bfloat16"](net, u),
                compiled["float32"](net, u),
            )
            ms = interleaved(compiled, (net, u), repeats=options.repeats)
            measured[what] = {"error": distance(bfloat16, float32), "ms": ms}
        results.append(measured)
        rows.append(
            (
                measured["N, batch, T"],
                measured["rates"]["error"],
                measured["gradient"]["error"],
                measured["rates"]["ms"]["bfloat16"]
                / measured["rates"]["ms"]["float32"],
                measured["gradient"]["ms"]["bfloat16"]
                / measured["gradient"]["ms"]["float32"],
            )
        )
    header = ("N, batch, T", "rates", "gradient", "time, forward", "time, gradient")
    print(table(header, rows))
    if not options.smoke:
        print("written to", write("precision", results))


if __name__ == "__main__":
    main()
