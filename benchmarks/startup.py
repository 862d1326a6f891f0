"""Measure the start of a process: importing and compiling.

Importing is compared with importing the dependencies, in new processes. Names load on
first use, so `import ctrnn_jax` alone is cheap; `every name` loads all of them.

The first update is one of the default network, the call of `fit` alone, without
imports: almost all of it is compiling. It is timed in new processes without JAX's
persistent compilation cache (cold), and with one that holds its programs (warm), which
two variables enable: `JAX_COMPILATION_CACHE_DIR=<folder>` and
`JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS=0`. `--baseline` is the folder of another
version of the repository (`git worktree add <folder> 11a3f4f`) to compare with, in
turn. A warm process until 50 updates are done is timed as a whole.
"""

from collections.abc import Mapping
import json
import os
from pathlib import Path
import statistics
import subprocess
import sys
import tempfile
import time
from typing import Any

from _timing import arguments, goal, goal_rows, table, write


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
import inspect, json, sys, time
import ctrnn_jax as cj, jax, optax
net_key, key = jax.random.split(jax.random.key(0))
net = cj.presets.song2016("rdm_dense", key=net_key)
task = cj.tasks.make("perceptual_decision")
optimiser = optax.chain(optax.clip_by_global_norm(1.0), optax.adam(5e-3))
names = inspect.signature(cj.fit).parameters
count = {"num_updates" if "num_updates" in names else "steps": int(sys.argv[1])}
start = time.perf_counter()
result = cj.fit(net, task, optimiser, batch_size=20, key=key, **count)
jax.block_until_ready(result.network)
facts = {"seconds": time.perf_counter() - start, "loss": float(result.history.loss[0])}
print(json.dumps(facts | {"file": cj.__file__}))
"""
NO_CACHE = {"JAX_ENABLE_COMPILATION_CACHE": "false"}


def cache_in(folder: str) -> dict[str, str]:
    """Return the variables that enable JAX's persistent compilation cache."""
    return {
        "JAX_ENABLE_COMPILATION_CACHE": "true",
        "JAX_COMPILATION_CACHE_DIR": folder,
        "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
    }


def run(
    program: str,
    *args: str,
    folder: Path | None = None,
    environment: Mapping[str, str] = os.environ,
) -> tuple[float, str]:
    """Run a program in a new process; return its seconds and what it prints.

    It runs in `folder`, from which it imports first; by default in this one.
    """
    start = time.perf_counter()
    completed = subprocess.run(
        [sys.executable, "-c", program, *args],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
        cwd=folder,
    )
    return time.perf_counter() - start, completed.stdout


def importing(repeats: int, warm_up: int) -> dict[str, float]:
    times: dict[str, list[float]] = {name: [] for name in IMPORTS}
    for turn in range(warm_up + repeats):
        for name, program in IMPORTS.items():
            seconds, _ = run(program)
            if turn >= warm_up:  # the first turn only fills the file cache
                times[name].append(seconds)
    return {name: statistics.median(values) for name, values in times.items()}


def first_update(version: Path, **environment: str) -> dict[str, Any]:
    """Time the first update of the package in a folder; return what it prints.

    Assert that the process has run this version.
    """
    env = os.environ | environment
    _, printed = run(TRAINING, "1", folder=version, environment=env)
    facts = json.loads(printed.splitlines()[-1])
    assert version in Path(facts["file"]).parents, facts["file"]
    return facts


def first_updates(repeats: int, baseline: str | None) -> dict[str, float]:
    """Return the median seconds of first updates, by version and cache."""
    versions = {"ours": Path(__file__).resolve().parents[1]}
    if baseline is not None:
        versions["baseline"] = Path(baseline).resolve()
    times: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        caches = {name: str(Path(folder) / name) for name in versions}
        fill = {n: first_update(v, **cache_in(caches[n])) for n, v in versions.items()}
        losses = {name: facts["loss"] for name, facts in fill.items()}
        for loss in losses.values():
            assert abs(loss / losses["ours"] - 1) < 1e-3, losses
        for turn in range(repeats):
            for name, version in versions.items():
                # a single repeat, of `--smoke`, measures nothing
                cold = first_update(version, **NO_CACHE) if repeats > 1 else fill[name]
                warm = first_update(version, **cache_in(caches[name]))
                for cache, facts in (("cold", cold), ("warm", warm)):
                    what = f"first update, {cache}, {name}"
                    times.setdefault(what, []).append(facts["seconds"])
                    print(turn, what, facts["seconds"], flush=True)
    return {name: statistics.median(values) for name, values in times.items()}


def fifty_updates(repeats: int) -> float:
    """Return the median seconds of a process of 50 updates with a warm cache."""
    with tempfile.TemporaryDirectory() as folder:
        env = os.environ | cache_in(folder)
        times = [run(TRAINING, "50", environment=env)[0] for _ in range(1 + repeats)]
    return statistics.median(times[1:])  # the first run fills the cache


def main() -> None:
    text = "folder of another version, to compare the first update with"
    options = arguments(__doc__, baseline=text)
    repeats, warm_up = (1, 0) if options.smoke else (options.repeats, 1)
    imports = importing(repeats, warm_up)
    base = imports["jax, equinox, optax"]
    updates = first_updates(repeats, options.baseline)
    median = imports | updates
    if not options.smoke:
        median["process with warm cache to 50 updates"] = fifty_updates(repeats)
    rows = [(name, seconds, seconds / base) for name, seconds in median.items()]
    print(table(("", "seconds", "of importing the dependencies"), rows))
    every_name = imports["ctrnn_jax, every name"] / base
    what = "import of every name / dependencies"
    goals = [goal(what, "<= 1.15", every_name, every_name <= 1.15)]
    if options.baseline is not None:
        for cache, target in (("cold", 0.5), ("warm", 0.35)):
            of = f"first update, {cache}, "
            ratio = updates[f"{of}ours"] / updates[f"{of}baseline"]
            what = f"first update of `fit`, {cache} cache: ours / baseline"
            goals.append(goal(what, f"<= {target}", ratio, ratio <= target))
    if not options.smoke:
        warm = median["process with warm cache to 50 updates"]
        what = "process with warm cache to 50 updates done, s"
        goals.append(goal(what, "< 4", warm, warm < 4))
    print(goal_rows(goals))
    if not options.smoke:
        print("written to", write("startup", median, goals))


if __name__ == "__main__":
    main()
