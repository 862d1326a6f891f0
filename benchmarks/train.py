"""From nothing to the 85 % criterion of perceptual decision-making, seed by seed.

The command line's own settings; `fit` is called as it calls it. Seconds are split into
compilation (what JAX reports) and the rest; each seed compiles anew, as each run does.
PyTorch, if it is installed, trains the same networks on the same task with the same
optimiser and rule in a loop written by hand (`_torch_loop.py`), turn by turn. `ms per
update` is of updates only, trials drawn and noise on, in either: no compilation and no
validation.
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
    """The network in PyTorch is ours."""
    import _torch_loop

    net = cj.noiseless(net)
    u = jax.random.uniform(jax.random.key(0), (4, 30, 2), jnp.float32)
    _torch_loop.check(net, u, cj.rollout(net, u).outputs, gradient(net, u).raw)


def milliseconds(net, task, optimiser, key, updates: int) -> float:
    """Of an update, of many in one call."""

    def run():
        return cj.fit(
            net,
            task,
            optimiser,
            num_updates=updates,
            batch_size=20,
            validate_every=updates + 1,
            key=key,
        )

    run()  # compiles
    start = time.perf_counter()
    run()
    return 1e3 * (time.perf_counter() - start) / updates


def ours(net, task, key, compiling: list[float], **settings) -> dict:
    """One training with `fit`, with a compilation of its own."""
    jax.clear_caches()
    compiling[0], start = 0.0, time.perf_counter()
    optimiser = optax.chain(optax.clip_by_global_norm(1.0), optax.adam(5e-3))
    result = cj.fit(net, task, optimiser, batch_size=20, key=key, **settings)
    seconds, updates = time.perf_counter() - start, result.state.step
    compile_seconds = compiling[0]
    return {
        "updates": updates,
        "seconds": seconds,
        "of it compiling": compile_seconds,
        "ms per update": milliseconds(net, task, optimiser, key, min(updates, 500)),
        "stopped": result.stopped,
        "last 5 validations": float(np.mean(result.history.performance[-5:])),
        "violations": int(cj.violations(result.network)),
    }


def main() -> None:
    options = arguments(__doc__)
    has_torch = importlib.util.find_spec("torch") is not None
    compiling = [0.0]

    def hear(event: str, duration_secs: float, **_) -> None:
        if event in COMPILING:
            compiling[0] += duration_secs

    jax.monitoring.register_event_duration_secs_listener(hear)
    task = cj.tasks.make("perceptual_decision")
    settings = {
        "steps": 100 if options.smoke else 10_000,
        "validation_size": 22 if options.smoke else 550,
        "stop_when": cj.MeanAbove(0.85),
    }
    results = []
    for seed in SEEDS[:1] if options.smoke else SEEDS:
        net_key, fit_key = jax.random.split(jax.random.key(seed))
        net = cj.presets.song2016("rdm_dense", key=net_key)
        found = {"ours": ours(net, task, fit_key, compiling, **settings)}
        if has_torch:
            import _torch_loop

            check_equal(net)
            found["torch"] = _torch_loop.train(net, task, seed=seed, **settings)
        results += [
            {"seed": seed, "who": who} | values for who, values in found.items()
        ]
    columns = list(results[0])
    print(table(columns, [[r.get(c, "") for c in columns] for r in results]))
    if options.smoke:
        return

    def of(who, what):
        return [r[what] for r in results if r["who"] == who]

    slowest = max(of("ours", "seconds"))
    goals = [goal("time to criterion, slowest of 3, s", "< 10", slowest, slowest < 10)]
    if has_torch:
        ratios = [
            theirs / own
            for theirs, own in zip(
                of("torch", "ms per update"), of("ours", "ms per update"), strict=True
            )
        ]
        ratio = statistics.median(ratios)
        goals.append(goal("an update: PyTorch loop / ours", ">= 4", ratio, ratio >= 4))
    print("written to", write("train", results, goals))


if __name__ == "__main__":
    main()
