"""Lyapunov spectra: all exponents, a few, and the largest, of one chaotic network.

Seconds for the run after compilation, burn-in of a fifth of the steps included, and
microseconds a step. Before timing: the sum rule holds, and fewer exponents are the
first of all. In double precision, whatever the network's dtype.
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
    """dt / tau = 0.1; a gain that makes 100 units chaotic."""
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
    whole = lyapunov(net, steps=steps)
    few = lyapunov(net, steps=steps, n_exponents=2)
    assert bool(whole.accurate)
    assert whole.residual is not None
    assert float(whole.residual) * 100.0 < 1e-6  # per tau; float32 numbers
    np.testing.assert_allclose(few.per_tau[0], whole.per_tau[0], atol=1e-3)


def seconds(net: cj.CTRNN, steps: int, count: int, repeats: int) -> list[float]:
    """The first, with compilation, and the fastest of the others."""
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
        first, run = seconds(net, steps, count, min(options.repeats, 3))
        rows.append((count, first, run, 1e6 * run / (1.2 * steps)))
        results.append({"exponents": count, "first s": first, "run s": run})
    print(f"N = {units}, T = {steps}")
    print(table(("exponents", "with compilation, s", "run, s", "us a step"), rows))
    if options.smoke:
        return
    whole = results[0]["run s"]
    what = f"Lyapunov spectrum, all {units} exponents, {steps:,} steps, s"
    goals = [goal(what, "< 20", whole, whole < 20)]
    print("written to", write("lyapunov", results, goals))


if __name__ == "__main__":
    main()
