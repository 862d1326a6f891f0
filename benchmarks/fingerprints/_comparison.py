"""Files of fingerprints, and the differences between two of them."""

from collections.abc import Mapping
import contextlib
import importlib.metadata
import json
import os
from pathlib import Path
import platform
import sys
from typing import Any, TypedDict


class Result(TypedDict):
    """The fingerprint of a case and how long it took."""

    fingerprint: str
    seconds: float


def machine() -> dict[str, Any]:
    """Return hardware and package versions, which bits depend on."""
    packages = ("jax", "jaxlib", "numpy", "equinox", "optax")
    cpu = platform.processor()
    with contextlib.suppress(OSError, StopIteration):
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        cpu = next(x.split(":")[1].strip() for x in lines if x.startswith("model name"))
    return {
        "cpu": cpu,
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "XLA_FLAGS": os.environ.get("XLA_FLAGS", ""),
        **{name: importlib.metadata.version(name) for name in packages},
    }


def write(path: Path, results: Mapping[str, Result]) -> None:
    """Write results and the machine as JSON."""
    content = {"machine": machine(), "cases": results}
    path.write_text(json.dumps(content, indent=2) + "\n")


def read(path: Path) -> dict[str, Result]:
    """Return the results of a file."""
    return json.loads(path.read_text())["cases"]


def compare(results: Mapping[str, Result], path: Path, *, partial: bool) -> int:
    """Print the cases that differ from those of a file. Return their number.

    An error counts as a difference. If `partial=True`, cases that only the file has do
    not count.
    """
    if json.loads(path.read_text())["machine"] != machine():
        print(f"note: {path} is of another machine or environment", file=sys.stderr)
    before = {name: case["fingerprint"] for name, case in read(path).items()}
    now = {name: case["fingerprint"] for name, case in results.items()}
    names = set(now) if partial else set(now) | set(before)
    different = [
        name
        for name in sorted(names)
        if before.get(name) != now.get(name) or now[name].startswith("ERROR")
    ]
    for name in different:
        print(f"DIFFERS {name}")
        print(f"    before  {before.get(name, 'no such case')}")
        print(f"    now     {now.get(name, 'no such case')}")
    print(f"{len(different)} of {len(names)} cases differ from {path}")
    return len(different)
