"""Interleaved timing, machine facts and result files for the benchmarks."""

import argparse
from collections.abc import Callable, Sequence
import datetime
import importlib.metadata
import json
import os
from pathlib import Path
import platform
import statistics
import subprocess
import sys
import time
from typing import Any

import jax


RESULTS = Path(__file__).parent / "results"


def arguments(description: str | None) -> argparse.Namespace:
    """The flags that every benchmark has."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument(
        "--smoke", action="store_true", help="tiny sizes, few repeats, no result file"
    )
    parser.add_argument("--repeats", type=int, default=15, help="timed runs of each")
    chosen = parser.parse_args()
    if chosen.smoke:
        chosen.repeats = 2
    return chosen


def on_virtual_devices(
    program: str, count: int, *, smoke: bool, repeats: int, **environment: str
) -> Any:
    """What a program prints last, as JSON, in a process with `count` CPU devices."""
    flags = f"--xla_force_host_platform_device_count={count}"
    command = [sys.executable, program, "--repeats", str(repeats)]
    done = subprocess.run(
        command + (["--smoke"] if smoke else []),
        env=os.environ | {"XLA_FLAGS": flags} | environment,
        cwd=Path(program).parent,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def compile_all(
    contenders: dict[str, Callable], args: Sequence[Any]
) -> tuple[dict[str, Any], dict[str, float]]:
    """Each contender compiled for the arguments, and the seconds that took."""
    compiled, seconds = {}, {}
    for name, fn in contenders.items():
        start = time.perf_counter()
        compiled[name] = jax.jit(fn).lower(*args).compile()
        seconds[name] = time.perf_counter() - start
    return compiled, seconds


def interleaved(
    contenders: dict[str, Callable], args: Sequence[Any], *, repeats: int
) -> dict[str, float]:
    """Median milliseconds of each contender, run in turn after one warm-up each."""
    times: dict[str, list[float]] = {name: [] for name in contenders}
    for fn in contenders.values():
        jax.block_until_ready(fn(*args))
    for _ in range(repeats):
        for name, fn in contenders.items():
            start = time.perf_counter()
            jax.block_until_ready(fn(*args))
            times[name].append(1e3 * (time.perf_counter() - start))
    return {name: statistics.median(values) for name, values in times.items()}


def table(header: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """A Markdown table; floats with three significant digits."""
    cells = [[f"{c:.3g}" if isinstance(c, float) else str(c) for c in r] for r in rows]
    lines = [list(header), ["---"] * len(header), *cells]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def goal(
    what: str, wanted: str, figure: float, met: bool, at: str = ""
) -> dict[str, Any]:
    """A figure beside what it should be, for the table of all benchmarks.

    Figures of one goal stand side by side, each with `at`, the size or peer it is of.
    """
    met = bool(met)
    return {"what": what, "goal": wanted, "figure": figure, "met": met, "at": at}


def write(name: str, results: Any, goals: Sequence[dict[str, Any]] = ()) -> Path:
    """Write results with the facts of the machine they were measured on."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}.json"
    content = {"machine": machine(), "goals": list(goals), "results": results}
    path.write_text(json.dumps(content, indent=2) + "\n")
    return path


def machine() -> dict[str, Any]:
    """What the numbers depend on."""
    cpu = platform.processor()
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        cpu = next(x.split(":")[1].strip() for x in lines if x.startswith("model name"))
    except (OSError, StopIteration):
        pass
    packages = ("ctrnn-jax", "jax", "jaxlib", "equinox", "optax", "numpy")
    return {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "cpu": cpu,
        "cores": os.cpu_count(),
        "devices": [str(d) for d in jax.devices()],
        "python": platform.python_version(),
        "versions": {name: importlib.metadata.version(name) for name in packages},
    }
