"""Time the contenders of a benchmark in turn, and write result files."""

import argparse
from collections.abc import Callable, Iterator, Sequence
import contextlib
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


def arguments(description: str | None, **flags: str) -> argparse.Namespace:
    """Parse the flags that every benchmark has, and flags by name with their help."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument(
        "--smoke", action="store_true", help="tiny sizes, few repeats, no results"
    )
    parser.add_argument(
        "--repeats", type=int, default=9, help="least number of timed runs of each"
    )
    for name, text in flags.items():
        parser.add_argument(f"--{name}", help=text)
    options = parser.parse_args()
    if options.smoke:
        options.repeats = 2
    return options


@contextlib.contextmanager
def _on_cpus(count: int | None) -> Iterator[None]:
    """Restrict this thread to a number of CPUs for a while; `None`: to all."""
    if count is None or not hasattr(os, "sched_setaffinity"):
        yield
        return
    cpus = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(cpus)[:count])
    try:
        yield
    finally:
        os.sched_setaffinity(0, cpus)


def in_process(
    program: str,
    *,
    smoke: bool,
    repeats: int,
    xla_flags: str = "",
    num_cpus: int | None = None,
    **environment: str,
) -> Any:
    """Run a program in another process; return its last line, decoded from JSON.

    With `num_cpus` it runs on that number of CPUs (where the system can restrict them).
    """
    flags = f"{os.environ.get('XLA_FLAGS', '')} {xla_flags}".strip()
    command = [sys.executable, program, "--repeats", str(repeats)]
    with _on_cpus(num_cpus):  # which the process inherits
        completed = subprocess.run(
            command + (["--smoke"] if smoke else []),
            env=os.environ | {"XLA_FLAGS": flags} | environment,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
    return json.loads(completed.stdout.splitlines()[-1])


def on_virtual_devices(program: str, count: int, **options: Any) -> Any:
    """Run a program in a process with `count` virtual CPU devices, as `in_process`."""
    flags = f"--xla_force_host_platform_device_count={count}"
    return in_process(program, xla_flags=flags, **options)


def compile_all(
    contenders: dict[str, Callable], args: Sequence[Any]
) -> tuple[dict[str, Any], dict[str, float]]:
    """Return the compiled contenders, and the seconds that each compilation took."""
    compiled, seconds = {}, {}
    for name, fn in contenders.items():
        start = time.perf_counter()
        compiled[name] = jax.jit(fn).lower(*args).compile()
        seconds[name] = time.perf_counter() - start
    return compiled, seconds


def interleaved(
    contenders: dict[str, Callable], args: Sequence[Any], *, repeats: int
) -> dict[str, float]:
    """Return the median milliseconds of each contender.

    The contenders run in turn, after one warm-up run each, `repeats` times and for at
    least half a second, but at most 99 times. With at most 2 repeats, as with
    `--smoke`, they stop after these.
    """
    times: dict[str, list[float]] = {name: [] for name in contenders}
    for fn in contenders.values():
        jax.block_until_ready(fn(*args))
    seconds, first = (0.5 if repeats > 2 else 0.0), time.perf_counter()
    for turn in range(max(repeats, 99)):
        if turn >= repeats and time.perf_counter() - first >= seconds:
            break
        for name, fn in contenders.items():
            start = time.perf_counter()
            jax.block_until_ready(fn(*args))
            times[name].append(1e3 * (time.perf_counter() - start))
    return {name: statistics.median(values) for name, values in times.items()}


def print_ms(what: str, ms: dict[str, float]) -> None:
    """Print a row as soon as it is measured."""
    times = "; ".join(f"{name}: {t:.3g}" for name, t in ms.items())
    print(f"{what}, ms:\n    {times}", flush=True)


def table(header: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """Return a Markdown table; floats have three significant digits."""
    cells = [[f"{c:.3g}" if isinstance(c, float) else str(c) for c in r] for r in rows]
    lines = [list(header), ["---"] * len(header), *cells]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def goal(
    name: str, target: str, value: float, is_met: bool, setting: str = ""
) -> dict[str, Any]:
    """Return a measured value and its target, for the table of goals.

    Values of the same goal share a row. `setting` labels a value with its size or peer.
    """
    is_met = bool(is_met)
    return {
        "what": name, "goal": target, "figure": value, "met": is_met, "at": setting
    }  # fmt: skip


def worst(figures: dict[str, float], *, is_lowest: bool) -> tuple[float, str]:
    """Return the worst figure, and where it occurs, beside the best."""
    ordered = sorted(figures, key=figures.__getitem__, reverse=not is_lowest)
    bad, good = ordered[0], ordered[-1]
    if bad == good:
        return figures[bad], bad
    return figures[bad], f"{bad}; best {figures[good]:.3g}, {good}"


def goal_rows(goals: Sequence[dict[str, Any]]) -> str:
    """Return goals as a Markdown table."""
    names = ("what", "goal", "figure", "met", "at")
    return table(names, [[row[name] for name in names] for row in goals])


def write(name: str | Path, results: Any, goals: Sequence[dict[str, Any]] = ()) -> Path:
    """Write the results, the goals and the machine, atomically.

    The file is `results/<name>.json` for a name, or a path.
    """
    path = name if isinstance(name, Path) else RESULTS / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {"machine": machine(), "goals": list(goals), "results": results}
    unfinished = path.with_name(f"{path.name}.unfinished")
    unfinished.write_text(json.dumps(content, indent=2) + "\n")
    unfinished.replace(path)
    return path


def machine() -> dict[str, Any]:
    """Return the date, hardware and package versions that the results depend on."""
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
        "versions": {name: _version(name) for name in packages},
    }


def _version(package: str) -> str | None:
    """Return the version of a package; `None` if it runs without being installed."""
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None
