"""Measure the time to train to the 85 % criterion of perceptual decision-making.

`fit` is called with the settings of the command line. For each seed, the table has the
seconds and the part of them that JAX reports as compilation; each seed compiles again,
as each run does. If PyTorch is installed, a hand-written loop (`_torch_loop.py`) trains
the same networks on the same task with the same optimiser and stop rule, in turn. `ms
per update` is the time of updates only, in both: it includes drawing trials and noise,
but no compilation and no validation.
"""
# pyright: reportMissingImports=false

import importlib.util
import statistics
import time

from _problem import gradient
from _timing import arguments, goal, table, write
import jax
import jax.numpy as jnp
import numpy as np
import optax

import ctrnn_jax as cj


SEEDS = (0, 1, 2)
COMPILING = (
    "/jax/core/compile/jaxpr_to_mlir_module_duration",
    "/jax/core/compile/backend_compile_duration",
)


def check_equal(net) -> None:
    """Assert that the network in PyTorch equals ours."""
    import _torch_loop

    net = cj.noiseless(net)
    u = jax.random.uniform(jax.random.key(0), (4, 30, 2), jnp.float32)
    _torch_loop.check(net, u, cj.rollout(net, u).outputs, gradient(net, u).raw)


def milliseconds(net, task, optimiser, key, num_updates: int) -> float:
    """Return the milliseconds per update, from one call of many updates."""

    def run():
        return cj.fit(
            net,
            task,
            optimiser,
            num_updates=num_updates,
            batch_size=20,
            validate_every=num_updates + 1,
            key=key,
        )

    run()  # compiles
    start = time.perf_counter()
    run()
    return 1e3 * (time.perf_counter() - start) / num_updates


def ours(net, task, key, compile_time: list[float], **settings) -> dict:
    """Train once with `fit`, with a new compilation. Return the row of the table."""
    jax.clear_caches()
    compile_time[0], start = 0.0, time.perf_counter()
    optimiser = optax.chain(optax.clip_by_global_norm(1.0), optax.adam(5e-3))
    result = cj.fit(net, task, optimiser, batch_size=20, key=key, **settings)
    seconds, num_updates = time.perf_counter() - start, result.state.step
    compile_seconds = compile_time[0]
    return {
        "updates": num_updates,
        "seconds": seconds,
        "of it compiling": compile_seconds,
        "ms per update": milliseconds(net, task, optimiser, key, min(num_updates, 500)),
        "stopped": result.stopped,
        "last 5 validations": float(np.mean(result.history.performance[-5:])),
        "violations": int(cj.violations(result.network)),
    }


def main() -> None:
    options = arguments(__doc__)
    has_torch = importlib.util.find_spec("torch") is not None
    compile_time = [0.0]

    def add_compile_time(event: str, duration_secs: float, **_) -> None:
        if event in COMPILING:
            compile_time[0] += duration_secs

    jax.monitoring.register_event_duration_secs_listener(add_compile_time)
    task = cj.tasks.make("perceptual_decision")
    settings = {
        "num_updates": 100 if options.smoke else 10_000,
        "validation_size": 22 if options.smoke else 550,
        "stop_when": cj.MeanAbove(0.85),
    }
    results = []
    for seed in SEEDS[:1] if options.smoke else SEEDS:
        net_key, fit_key = jax.random.split(jax.random.key(seed))
        net = cj.presets.song2016("rdm_dense", key=net_key)
        by_library = {"ours": ours(net, task, fit_key, compile_time, **settings)}
        if has_torch:
            import _torch_loop

            check_equal(net)
            by_library["torch"] = _torch_loop.train(net, task, seed=seed, **settings)
        results += [
            {"seed": seed, "who": who} | values for who, values in by_library.items()
        ]
    columns = list(results[0])
    print(table(columns, [[r.get(c, "") for c in columns] for r in results]))
    if options.smoke:
        return

    def column(who, name):
        return [r[name] for r in results if r["who"] == who]

    slowest = max(column("ours", "seconds"))
    goals = [goal("time to criterion, slowest of 3, s", "< 10", slowest, slowest < 10)]
    if has_torch:
        ratios = [
            torch_ms / our_ms
            for torch_ms, our_ms in zip(
                column("torch", "ms per update"),
                column("ours", "ms per update"),
                strict=True,
            )
        ]
        ratio = statistics.median(ratios)
        goals.append(goal("an update: PyTorch loop / ours", ">= 4", ratio, ratio >= 4))
    print("written to", write("train", results, goals))


if __name__ == "__main__":
    main()
