"""Measure Lyapunov spectra of a chaotic network: all exponents, ten, and the largest.

The table has the seconds of a run after compilation, including a burn-in of a fifth of
the steps, and the microseconds per step. Before timing, the benchmark checks the sum
rule, and that the leading exponents do not depend on how many are computed. The spectra
are computed in double precision for any dtype of the network.
"""

import time

from _timing import arguments, goal, table, write
import jax
import numpy as np

import ctrnn_jax as cj
from ctrnn_jax.analysis import lyapunov


UNITS, STEPS, GAIN = 100, 10_000, 4.0
SMOKE = (20, 400)


def network(units: int) -> cj.CTRNN:
    """Return a network with dt / tau = 0.1 and a gain that makes 100 units chaotic."""
    return cj.CTRNN(
        0,
        units,
        0,
        dt=10.0,
        tau=100.0,
        w_hid=cj.initialisers.Normal(GAIN),
        v0=cj.initialisers.Uniform(1.0),
        dtype=np.float32,
        key=jax.random.key(0),
    )


def check(net: cj.CTRNN, steps: int) -> None:
    full = lyapunov(net, steps=steps)
    leading = lyapunov(net, steps=steps, n_exponents=2)
    assert bool(full.accurate)
    assert full.residual is not None
    assert float(full.residual) * 100.0 < 1e-6  # per tau; float32 numbers
    np.testing.assert_allclose(leading.per_tau[0], full.per_tau[0], atol=1e-3)


def seconds(net: cj.CTRNN, steps: int, count: int, repeats: int) -> list[float]:
    """Return the seconds of the first run and of the fastest later run.

    The first run includes compilation.
    """
    times = []
    for _ in range(1 + repeats):
        start = time.perf_counter()
        jax.block_until_ready(lyapunov(net, steps=steps, n_exponents=count))
        times.append(time.perf_counter() - start)
    return [times[0], min(times[1:])]


def main() -> None:
    options = arguments(__doc__)
    units, steps = SMOKE if options.smoke else (UNITS, STEPS)
    net = network(units)
    check(net, steps // 10 if not options.smoke else steps)
    rows, results = [], []
    for count in (units, 10, 1):
        first_seconds, run_seconds = seconds(net, steps, count, min(options.repeats, 3))
        rows.append(
            (count, first_seconds, run_seconds, 1e6 * run_seconds / (1.2 * steps))
        )
        results.append(
            {"exponents": count, "first s": first_seconds, "run s": run_seconds}
        )
    print(f"N = {units}, T = {steps}")
    print(table(("exponents", "with compilation, s", "run, s", "us a step"), rows))
    if options.smoke:
        return
    all_seconds = results[0]["run s"]
    what = f"Lyapunov spectrum, all {units} exponents, {steps:,} steps, s"
    goals = [goal(what, "< 20", all_seconds, all_seconds < 20)]
    print("written to", write("lyapunov", results, goals))


if __name__ == "__main__":
    main()
