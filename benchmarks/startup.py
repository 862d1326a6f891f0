"""Measure the start of a process: importing and compiling.

Importing is compared with importing the dependencies, in new processes. Names load on
first use, so `import ctrnn_jax` alone is cheap; `every name` loads all of them. To
measure compiling, a new process trains the default network for 50 updates, without and
with JAX's persistent compilation cache, which two environment variables enable:
`JAX_COMPILATION_CACHE_DIR=<folder> JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS=0`.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time

from _timing import arguments, goal, table, write


IMPORTS = {
    "jax, equinox, optax": "import jax, equinox, optax",
    "ctrnn_jax": "import ctrnn_jax",
    "ctrnn_jax, every name": (
        "import ctrnn_jax as cj\n"
        "for name in dir(cj):\n"
        "    if name not in ('plotting',): getattr(cj, name)"
    ),
    "ctrnn-jax --help": (
        "import sys; sys.argv = ['ctrnn-jax', '--help']\n"
        "from ctrnn_jax.cli import main\n"
        "try: main()\nexcept SystemExit: pass"
    ),
}
TRAINING = """
import ctrnn_jax as cj, jax, optax
net_key, key = jax.random.split(jax.random.key(0))
cj.fit(
    cj.presets.song2016("rdm_dense", key=net_key),
    cj.tasks.make("perceptual_decision"),
    optax.chain(optax.clip_by_global_norm(1.0), optax.adam(5e-3)),
    num_updates=50, batch_size=20, key=key,
)
"""


def seconds_of(program: str, **environment: str) -> float:
    start = time.perf_counter()
    subprocess.run(
        [sys.executable, "-c", program],
        check=True,
        stdout=subprocess.DEVNULL,
        env=os.environ | environment,
    )
    return time.perf_counter() - start


def importing(repeats: int, warm_up: int) -> dict[str, float]:
    times: dict[str, list[float]] = {name: [] for name in IMPORTS}
    for turn in range(warm_up + repeats):
        for name, program in IMPORTS.items():
            seconds = seconds_of(program)
            if turn >= warm_up:  # the first turn only fills the file cache
                times[name].append(seconds)
    return {name: statistics.median(values) for name, values in times.items()}


def training(repeats: int) -> dict[str, float]:
    cold, warm = [], []
    with tempfile.TemporaryDirectory() as folder:
        cached = {
            "JAX_COMPILATION_CACHE_DIR": folder,
            "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
        }
        fill = seconds_of(TRAINING, **cached)
        for _ in range(repeats):
            # one repeat, of `--smoke`, measures nothing
            cold.append(seconds_of(TRAINING) if repeats > 1 else fill)
            warm.append(seconds_of(TRAINING, **cached))
    return {
        "first 50 updates": statistics.median(cold),
        "first 50 updates, warm cache": statistics.median(warm),
    }


def main() -> None:
    options = arguments(__doc__)
    repeats, warm_up = (1, 0) if options.smoke else (min(options.repeats, 7), 1)
    imports = importing(repeats, warm_up)
    base = imports["jax, equinox, optax"]
    median = imports | training(repeats)
    rows = [(name, seconds, seconds / base) for name, seconds in median.items()]
    print(table(("process", "seconds", "of the dependencies"), rows))
    if options.smoke:
        return
    warm = median["first 50 updates, warm cache"]
    every_name = imports["ctrnn_jax, every name"] / base
    goals = [
        goal("process with warm cache to 50 updates done, s", "< 4", warm, warm < 4),
        goal(
            "import of every name / dependencies",
            "<= 1.15",
            every_name,
            every_name <= 1.15,
        ),
    ]
    print("written to", write("startup", median, goals))


if __name__ == "__main__":
    main()
