"""From nothing to the 85 % criterion of perceptual decision-making, seed by seed.

The command line's own settings; `fit` is called as it calls it. Seconds are split into
compilation (what JAX reports) and the rest; each seed compiles anew, as each run does.
"""

import time

from _timing import arguments, table, write
import jax
import numpy as np
import optax

import ctrnn_jax as cj


SEEDS = (0, 1, 2)
COMPILING = (
    "/jax/core/compile/jaxpr_to_mlir_module_duration",
    "/jax/core/compile/backend_compile_duration",
)


def main() -> None:
    options = arguments(__doc__)
    compiling = [0.0]

    def hear(event: str, duration_secs: float, **_) -> None:
        if event in COMPILING:
            compiling[0] += duration_secs

    jax.monitoring.register_event_duration_secs_listener(hear)
    task = cj.tasks.make("perceptual_decision")
    steps, size = (100, 22) if options.smoke else (10_000, 550)
    results = []
    for seed in SEEDS[:1] if options.smoke else SEEDS:
        jax.clear_caches()
        compiling[0], start = 0.0, time.perf_counter()
        net_key, fit_key = jax.random.split(jax.random.key(seed))
        optimiser = optax.chain(optax.clip_by_global_norm(1.0), optax.adam(5e-3))
        result = cj.fit(
            cj.presets.song2016("rdm_dense", key=net_key),
            task,
            optimiser,
            steps=steps,
            batch_size=20,
            stop_when=cj.MeanAbove(0.85),
            validation_size=size,
            key=fit_key,
        )
        seconds = time.perf_counter() - start
        results.append(
            {
                "seed": seed,
                "stopped": result.stopped,
                "updates": result.state.step,
                "trials": 20 * result.state.step,
                "last 5 validations": float(np.mean(result.history.performance[-5:])),
                "seconds": seconds,
                "of it compiling": compiling[0],
                "ms per update": 1e3 * (seconds - compiling[0]) / result.state.step,
                "violations": int(cj.violations(result.network)),
            }
        )
    print(table(list(results[0]), [list(r.values()) for r in results]))
    if not options.smoke:
        print("written to", write("train", results))


if __name__ == "__main__":
    main()
